"""When records come in: by source and quarter of an hour, how many, and how long after they were said to have happened.

Counts add, so batches come out the same in any order. What is normal for a source is what came at the same time of day
on the days before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.vocabulary import DAY, HOUR, MINUTE, SECOND

SLOT = 15 * MINUTE
"""µs of a slot. Its number is that of quarters since 1970."""

IN_AN_HOUR = HOUR // SLOT
IN_A_DAY = DAY // SLOT

DAYS = 14
"""Days before that say what is normal."""

LEAST_DAYS = 3
"""Of fewer nobody can say what is normal."""

KEPT = (DAYS + 1) * IN_A_DAY
"""Slots that are kept in memory: today's, and those of the days before."""

LAGS = (SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR)
"""Upper bounds (µs) of the classes of lag; what took longer is in one more."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The records of one source that came in one slot: how many, and how many of each class of ``LAGS``."""

    records: int = 0
    lags: tuple[int, ...] = (0,) * (len(LAGS) + 1)

    def __add__(self, other: Slot) -> Slot:
        return Slot(self.records + other.records, tuple(map(sum, zip(self.lags, other.lags, strict=True))))

    @classmethod
    def of(cls, lag: int) -> Slot:
        """One record, recorded ``lag`` µs after its time; one from the future was there at once."""
        place = bisect_right(LAGS, max(0, lag))
        return cls(1, tuple(int(each == place) for each in range(len(LAGS) + 1)))

    @classmethod
    def parse(cls, records: int, lags: str) -> Slot:
        """As a row has it."""
        return cls(records, tuple(map(int, lags.split())))

    @property
    def text(self) -> str:
        """Its lags as a row has them."""
        return " ".join(map(str, self.lags))


@dataclass(frozen=True, slots=True)
class Rate:
    """Records in an hour, and what is normal then: from ``low`` to ``high`` over ``days`` days, None where unknown."""

    records: int
    low: int | None
    high: int | None
    days: int

    @property
    def is_low(self) -> bool:
        """Fewer than on any of the days before."""
        return self.low is not None and self.records < self.low

    @property
    def is_high(self) -> bool:
        """More than on any of the days before."""
        return self.high is not None and self.records > self.high


@dataclass(slots=True)
class Arrivals:
    """The slots of one source, by number."""

    slots: dict[int, Slot] = field(default_factory=dict)

    def with_slots(self, news: Mapping[int, Slot]) -> Arrivals:
        """These too, in the place of what was known of them; what is too old to matter goes."""
        slots = {**self.slots, **news}
        oldest = max(slots, default=0) - KEPT
        return Arrivals({number: slot for number, slot in slots.items() if number > oldest})

    def records(self, first: int, end: int) -> int:
        """How many came in slots from ``first`` up to ``end``, which is not among them."""
        return sum(slot.records for number in range(first, end) if (slot := self.slots.get(number)) is not None)

    def hours(self, now: int, hours: int = 24) -> list[int]:
        """How many came in each of the last hours, oldest first; the last one ends with the quarter that runs."""
        end = slot_of(now) + 1
        return [self.records(end - IN_AN_HOUR * hour, end - IN_AN_HOUR * (hour - 1)) for hour in range(hours, 0, -1)]

    def rate(self, now: int) -> Rate:
        """The last whole hour by quarters, beside the same hour of the days before since the source was first heard."""
        end = slot_of(now)
        first = min(self.slots, default=end)
        before = [
            self.records(end - day * IN_A_DAY - IN_AN_HOUR, end - day * IN_A_DAY)
            for day in range(1, DAYS + 1)
            if end - day * IN_A_DAY - IN_AN_HOUR >= first
        ]
        is_known = len(before) >= LEAST_DAYS
        return Rate(
            self.records(end - IN_AN_HOUR, end),
            min(before) if is_known else None,
            max(before) if is_known else None,
            len(before),
        )

    def lag(self, now: int, share: float = 0.5) -> int | None:
        """The class of ``LAGS`` that this share of today's last 24 hours came within; None where nothing came."""
        end = slot_of(now) + 1
        total = sum((slot for number, slot in self.slots.items() if end - IN_A_DAY <= number < end), Slot())
        reached = 0
        for place, count in enumerate(total.lags):
            reached += count
            if total.records and reached >= share * total.records:
                return place
        return None


def slot_of(at: int) -> int:
    """The slot that an instant (µs) is in."""
    return at // SLOT


def counted(arrived: Iterable[tuple[int, int]]) -> dict[int, Slot]:
    """By slot what came, of pairs of times (µs): when a record was recorded, and when it happened."""
    found: dict[int, Slot] = {}
    for recorded_at, occurred_at in arrived:
        number = slot_of(recorded_at)
        found[number] = found.get(number, Slot()) + Slot.of(recorded_at - occurred_at)
    return found
