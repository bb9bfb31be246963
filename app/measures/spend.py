"""Ad spend: hedged amounts, each in the currency it was stated in, never added across currencies (DOMAIN section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.entities import PlainState, said
from app.hedged import Hedged, Money, Qualifier, Tally
from app.measures import Contribution
from app.measures._figures import Json, figure_json, less, money_figure_json, stands, total
from app.measures._fold import Ask, Fold, Member
from app.records import money_of
from app.wording import definition, do_not_write

NAME = "spend"


def of_ad(ad: PlainState, platform: str) -> Iterator[Contribution]:
    """One ad, its amount in its currency, and its days."""
    yield f"ad|{platform}|", 1
    money = money_of(said(ad.facts, "spend", {}))
    if money.currency:
        for place, n in enumerate(Tally.of(money.amount).astuple()):
            if n:
                yield f"spend|{platform}|{money.currency} {place}", n
    for kind in ("first_day", "last_day"):
        if day := said(ad.facts, kind):
            yield f"{kind}|{platform}|{day}", 1


@dataclass(slots=True)
class Line:
    """What is known in one currency: the amount, what it was paid in, and the number of ads behind it."""

    amount: Tally = field(default_factory=Tally)
    paid_in: set[str] = field(default_factory=set)
    mostly: bool = False
    ads: Tally = field(default_factory=Tally)
    networks: int = 0

    def add(self, other: Line) -> None:
        """Add what another network spent in the same currency."""
        self.amount += other.amount
        self.paid_in |= other.paid_in
        self.mostly = self.mostly or other.mostly
        self.ads += other.ads
        self.networks += other.networks

    def money(self, currency: str) -> Money:
        """The line as money."""
        paid_in = tuple(sorted(self.paid_in, key=lambda code: (code != currency, code)))
        return Money(currency, self.amount.hedged(), paid_in if paid_in != (currency,) else (), self.mostly)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one network spent: ``lines`` by currency; ``listed`` are its ads alone; ``says`` how much is known."""

    lines: dict[str, Line]
    listed: dict[str, Tally]
    ads: Hedged
    is_stated: bool
    none_found: bool
    conflict: bool

    @property
    def is_silent(self) -> bool:
        """Whether the network gave no figure at all."""
        return not self.lines and not self.none_found


def spent_by(member: Member, platforms: tuple[str, ...] = ()) -> Spent:
    """The figure of one network that stands: its statement, until the ads listed for it surely exceed that."""
    return member.once(("spend", platforms), lambda: _spent(member, platforms))


def _spent(member: Member, platforms: tuple[str, ...]) -> Spent:
    listed = _listed(member, platforms)
    n = sum(row.n for row in member.rows("ad") if not platforms or row.where in platforms)
    counted = {currency: Line(tally, {currency}, ads=_exactly(tally.terms)) for currency, tally in listed.items()}
    says = member.says_for(platforms)
    stated, stated_ads = (member.stated.spend, member.stated.ads) if says else (None, None)
    listed_ads = Hedged.exactly(n)
    ads = stated_ads if stated_ads is not None and stands(stated_ads, listed_ads) else listed_ads
    conflict = ads is not stated_ads and stated_ads is not None
    if stated is None or stated.amount.is_absent:
        # A currency without an amount is no figure that could stand.
        return _network(counted, listed, ads, conflict=conflict)
    amount = stated.amount
    if amount.most == 0 and n:
        # Something was found after all.
        return _network(counted, listed, ads, conflict=True)
    if amount.qualifier is Qualifier.NONE_FOUND:
        return Spent({}, listed, ads, is_stated=True, none_found=True, conflict=conflict)
    own = listed.get(stated.currency, Tally())
    if own.terms and amount.most is not None and own.hedged().surely_above(amount.most):
        return _network(counted, listed, ads, conflict=True)
    covered = {currency for currency in counted if stated.mostly or currency in (stated.paid_in or (stated.currency,))}
    beside = sum(listed[currency].terms for currency in counted if currency not in covered)
    line = Line(Tally.of(amount), set(stated.paid_in or (stated.currency,)), stated.mostly)
    line.ads = Tally.of(less(ads, beside))
    lines = {currency: line for currency, line in counted.items() if currency not in covered}
    if stated.currency in lines:
        lines[stated.currency].add(line)
    else:
        lines[stated.currency] = line
    return _network(lines, listed, ads, is_stated=True, conflict=conflict)


def _network(
    lines: dict[str, Line], listed: dict[str, Tally], ads: Hedged, *, is_stated: bool = False, conflict: bool = False
) -> Spent:
    for line in lines.values():
        line.networks = 1
    return Spent(lines, listed, ads, is_stated, none_found=False, conflict=conflict)


def _listed(member: Member, platforms: tuple[str, ...]) -> dict[str, Tally]:
    sums: dict[str, list[int]] = {}
    for row in member.rows("spend"):
        if not platforms or row.where in platforms:
            currency, _, place = row.rest.partition(" ")
            sums.setdefault(currency, [0] * len(Tally().astuple()))[int(place)] += row.n
    return {currency: Tally(*numbers) for currency, numbers in sums.items()}


def _exactly(n: int) -> Tally:
    return Tally.of(Hedged.exactly(n))


def measure(fold: Fold, _ask: Ask) -> Json:
    """Spend by currency, the currency of most ads first and then by code, and who gave no figure."""
    lines: dict[str, Line] = {}
    listed: dict[str, Tally] = {}
    ads = Tally()
    found = [(member, spent_by(member, fold.platforms)) for member in fold.members]
    for _, spent in found:
        ads += Tally.of(spent.ads)
        for currency, line in spent.lines.items():
            lines.setdefault(currency, Line()).add(line)
        for currency, tally in spent.listed.items():
            listed[currency] = listed.get(currency, Tally()) + tally
    order = sorted(lines, key=lambda currency: (*_most_first(total(lines[currency].ads)), currency))
    # An ad of which only one day is known ran on that day.
    days = [row.rest for kind in ("first_day", "last_day") for row in fold.rows(kind)]
    by_member = {member.id: spent for member, spent in found}
    networks = [[by_member[id] for id in network.members] for network in fold.networks]
    without = [spents for spents in networks if not any(spent.lines for spent in spents)]
    largest = lines[order[0]].money(order[0]) if order else None
    return {
        "currencies": [_line_json(currency, lines[currency]) for currency in order],
        "listed_ads": [
            {
                "currency": currency,
                "ads": listed[currency].terms,
                "amount": money_figure_json(Money(currency, listed[currency].hedged())),
            }
            for currency in sorted(listed, key=lambda code: (-listed[code].terms, code))
        ],
        "ads": figure_json(total(ads)),
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
        "networks": len(fold.networks),
        "none_found": sum(any(spent.none_found for spent in spents) for spents in without),
        "no_figure": sum(all(spent.is_silent for spent in spents) for spents in without),
        "stated": [member.id for member, spent in found if spent.is_stated],
        "conflicts": [member.id for member, spent in found if spent.conflict],
        "definition": definition("spend"),
        "do_not_write": do_not_write("spend", largest),
    }


def _most_first(ads: Hedged) -> tuple[int, int, int]:
    return tuple(-part for part in ads.sort_key())  # type: ignore[return-value]


def _line_json(currency: str, line: Line) -> Json:
    money = line.money(currency)
    return {
        "currency": currency,
        "figure": money_figure_json(money),
        "paid_in": list(money.paid_in or (currency,)),
        "mostly": line.mostly,
        "ads": figure_json(total(line.ads)),
        "networks": line.networks,
    }
