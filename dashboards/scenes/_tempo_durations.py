"""From detection to removal: a bar for each network, open ones above and removed ones below, from one zero. In rem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from app.language import _, ngettext
from app.networks import Network
from app.nouns import NARROW, duration
from app.numerals import grouped
from app.vocabulary import DAY, RecordType, Stage
from app.wording import Parts
from dashboards.scenes._sight import Sight
from dashboards.scenes._stages import is_overdue
from dashboards.scenes._takedown import takedown_of

OPEN_ROWS, CLOSED_ROWS = 5, 5
"""Rows that there is room for, whether they are filled or not."""

PITCH, GAP = 3.7, 3.4
"""From row to row, and between open and removed ones."""

LEFT, WIDTH = 25.6, 84.0
"""Where the bars begin, and how long the axis is. To the right of it there is room for what a bar says."""

LETTER, BESIDE = 1.4, 0.8
"""Width of a letter, and the air between the median's rule and words."""

WEEK = 7 * DAY

ENDS = {1.5: 1, 2: 1, 3: 1, 4: 1, 6: 1, 8: 1, 12: 2, 16: 2, 24: 4, 32: 4, 52: 13, 104: 26, 208: 52}
"""How many weeks an axis may have, and the weeks from one tick to the next: few ends, so that it seldom moves."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Weeks from zero to ``end``."""

    end: float

    @classmethod
    def around(cls, longest: int) -> Axis:
        """The shortest axis on which a duration (µs) has room."""
        weeks = longest / WEEK
        return cls(next((end for end in ENDS if weeks <= end), 208 * ceil(weeks / 208)))

    def at(self, span: int) -> float:
        """The length of a duration."""
        return round(WIDTH * max(0, span) / (self.end * WEEK), 2)

    @property
    def ticks(self) -> list[dict[str, Any]]:
        """Zero and every so many weeks, the first of these with its unit."""
        step, week = ENDS.get(self.end, int(self.end) // 4), _("wk")
        return [
            {"x": round(LEFT + self.at(n * WEEK), 2), "label": f"{n}{NARROW}{week}" if n == step else grouped(n)}
            for n in range(0, int(self.end) + 1, step)
        ]


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed network: how long until it was confirmed, where anybody said so, and until it was removed (µs)."""

    network: Network
    confirmed: int | None
    removed: int


def removals(sight: Sight) -> list[Removal]:
    """The removed networks of the watch, the latest first. One that was open again counts to its last removal.

    Where the first that anybody said is that it was removed, nobody knows how long that took.
    """
    removed = [
        network
        for network in sight.of_watch
        if network.stage is Stage.REMOVED and network.stages[0].stage is not Stage.REMOVED
    ]
    removed.sort(key=lambda network: (-network.stage_since, network.id))
    return [_removal(network, sight.now) for network in removed]


def _removal(network: Network, now: int) -> Removal:
    """Confirmed as the ledger has it: what went back to an earlier stage, or was open again, was decided anew."""
    takedown = takedown_of(network, now)
    at = None if takedown is None else takedown.confirmed if takedown.confirmed is not None else takedown.ordered
    begin = network.first_seen_at
    return Removal(network, None if at is None else max(0, at - begin), max(0, network.stage_since - begin))


def median(spans: Sequence[int]) -> int:
    """The nearest rank, as the takedowns measure has it: a duration that there was. Of none it raises IndexError."""
    return sorted(spans)[-(-len(spans) // 2) - 1]


def durations(sight: Sight) -> dict[str, Any]:
    """The median with its ``rows``: overdue ones first and then the longest; of the removed ones the latest."""
    closed = removals(sight)
    spans = [each.removed for each in closed]
    running = sorted(sight.open, key=lambda n: (not is_overdue(sight, n), n.first_seen_at, n.id))
    middle = median(spans) if spans else None
    shown, gone = running[:OPEN_ROWS], closed[:CLOSED_ROWS]
    longest = [*(sight.now - each.first_seen_at for each in shown), *(each.removed for each in gone), middle or 0]
    axis = Axis.around(max(longest))
    held = sight.held(RecordType.STAGE_CHANGED)
    return {
        "number": _number(middle),
        "label": _("from detection to removal"),
        "sub": _range(spans) if spans else _("no network removed {since}").format(since=sight.since),
        "held": held,
        "open": [_open_row(sight, axis, each, _y(place)) for place, each in enumerate(shown)],
        "closed": [_closed_row(axis, each, _y(OPEN_ROWS + place), middle) for place, each in enumerate(gone)],
        "more": _more(running, closed),
        "ticks": axis.ticks,
        "bottom": _y(OPEN_ROWS + CLOSED_ROWS),
        "median": None if middle is None else _median(axis, middle),
        "prose": _prose(spans, sight.since),
    }


def _y(place: int) -> float:
    """Where a row begins."""
    return round(place * PITCH + (GAP if place >= OPEN_ROWS else 0), 2)


def _number(span: int | None) -> Parts:
    if span is None:
        return Parts("unknown", digits="–")
    n, _narrow, unit = duration(span).partition(NARROW)
    return Parts("value", digits=n, unit=unit)


def _range(spans: Sequence[int]) -> str:
    """How many there are, and from which to which they go: "median of 5, range 7 to 53 d"."""
    low, high = duration(min(spans)), duration(max(spans))
    if len(spans) == 1:
        return _("the only network removed")
    if low == high:
        return _("median of {n}, all {low}").format(n=grouped(len(spans)), low=low)
    if low.partition(NARROW)[2] == high.partition(NARROW)[2]:
        low = low.partition(NARROW)[0]
    return _("median of {n}, range {low} to {high}").format(n=grouped(len(spans)), low=low, high=high)


def _prose(spans: Sequence[int], since: str) -> str:
    """The same for those who hear the page."""
    if not spans:
        return _("No network was removed {since}").format(since=since)
    words = ngettext(
        "Half of the {n} network removed {since} took no longer than {duration} "
        "from the first detection to the removal",
        "Half of the {n} networks removed {since} took no longer than {duration} "
        "from the first detection to the removal",
        len(spans),
    )
    return words.format(n=grouped(len(spans)), since=since, duration=duration(median(spans)))


def _more(running: Sequence[Network], closed: Sequence[Removal]) -> str:
    """What has no room: "and 208 more open, 66 removed"."""
    running_n, closed_n = len(running) - OPEN_ROWS, len(closed) - CLOSED_ROWS
    if running_n > 0 and closed_n > 0:
        words = _("and {open} more open, {removed} more removed")
    elif running_n > 0:
        words = _("and {open} more open")
    else:
        words = _("and {removed} more removed") if closed_n > 0 else ""
    return words.format(open=grouped(running_n), removed=grouped(closed_n))


def _open_row(sight: Sight, axis: Axis, network: Network, y: float) -> dict[str, Any]:
    span, late = sight.now - network.first_seen_at, is_overdue(sight, network)
    text = _("{duration}, overdue").format(duration=duration(span)) if late else duration(span)
    return _row(
        network,
        y,
        [("late" if late else "running", 0.0, axis.at(span))],
        text,
        _("open for {duration}").format(duration=text),
    )


def _closed_row(axis: Axis, removal: Removal, y: float, middle: int | None) -> dict[str, Any]:
    end, text = axis.at(removal.removed), duration(removal.removed)
    split = 0.0 if removal.confirmed is None else min(end, axis.at(removal.confirmed))
    said = _("removed after {duration}").format(duration=text)
    if removal.confirmed is not None:
        confirmed = duration(removal.confirmed)
        said = _("confirmed after {confirmed}, removed after {duration}").format(confirmed=confirmed, duration=text)
    row = _row(removal.network, y, [("confirmed", 0.0, split), ("removed", split, end)], text, said)
    rule = LEFT + axis.at(middle or 0)
    # Words that the rule of the median would cross stand beyond it.
    if row["x"] - BESIDE < rule < row["x"] + len(text) * LETTER:
        row["x"] = round(rule + BESIDE, 2)
    return row


def _row(network: Network, y: float, bars: list[tuple[str, float, float]], text: str, said: str) -> dict[str, Any]:
    """``bars`` are of a kind, from one length to another; a bar too short to be seen is a stroke."""
    ends = [max(0.2, end) if place == len(bars) - 1 else end for place, (_, _, end) in enumerate(bars)]
    return {
        "name": network.name,
        "late": bars[0][0] == "late",
        "y": y,
        "bars": [
            {"kind": kind, "x": round(LEFT + start, 2), "width": round(end - start, 2)}
            for (kind, start, _), end in zip(bars, ends, strict=True)
            if end > start
        ],
        "x": round(LEFT + ends[-1] + 1.2, 2),
        "text": text,
        "said": said,
    }


def _median(axis: Axis, span: int) -> dict[str, Any]:
    """A rule through the removed ones, with its words beside it in the gap above them."""
    x, label = round(LEFT + axis.at(span), 2), _("median of removed, {duration}").format(duration=duration(span))
    is_right = x + len(label) * LETTER < LEFT + WIDTH + 24
    side = {"anchor": "start", "dx": BESIDE} if is_right else {"anchor": "end", "dx": -BESIDE}
    return {"x": x, "label": label, "top": round(OPEN_ROWS * PITCH + 0.6, 2), **side}
