"""The measures of what the recount knows, in the form in which they are compared with the product's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.hedged import Hedged, Qualifier
from app.log import Entry
from app.vocabulary import BIN, HOUR, SECOND, Scope, Stage, Surface, Watch, instant, moment
from tests.recount import NOWHERE, Asset, Known, Network, Stated
from tests.recount_hedges import Plain, added, least, lowered, most, plain, summed, surely_above
from tests.recount_reach import counts_of, mode_of, reach_figure, sets_of


@dataclass(frozen=True)
class Spent:
    """What one network spent: lines of currency, amount and number of ads; and the number of all its ads."""

    lines: Sequence[tuple[str, Hedged, Hedged]]
    ads: Hedged
    stated: bool = False
    none_found: bool = False
    conflict: bool = False


class Figures:
    """The figures of one scope at one time."""

    def __init__(self, known: Known, scope: Scope, now: int, watch: Watch) -> None:
        self.known, self.scope, self.now, self.watch = known, scope, now, watch
        self.networks = [network for network in known.networks.values() if self._in_scope(network)]
        self.members = [member for network in self.networks for member in network.members]
        homes = {*self.members, NOWHERE} if self._everything() else set(self.members)
        self.assets = [a for a in known.assets.values() if a.home in homes and self._on_platform(a.surface)]
        self.ads = [ad for ad in known.ads if ad.asset in self.assets]
        self.events = [e for e in known.events if any(asset in self.assets for asset in e.assets)]
        self.stated = {member: known.stated(member) for member in self.members}

    def all(self) -> dict[str, Any]:
        """Every measure."""
        return {
            "reach": self.reach(),
            "spend": self.spend(),
            "events": self.hosted(),
            "takedowns": self.takedowns(),
            "detections": self.detections(),
            "stages": self.stages(),
        }

    # --- the scope ----------------------------------------------------------------------------------------------------

    def _everything(self) -> bool:
        s = self.scope
        narrows = (
            s.network,
            s.election,
            s.origin,
            s.target,
            s.topic,
            s.stage,
            s.detector,
            s.rung,
            s.attributed,
            s.open_only,
        )
        return not any(narrows) and s.since is None

    def _on_platform(self, surface: Surface) -> bool:
        return not self.scope.platform or surface.platform in self.scope.platform

    def _in_scope(self, network: Network) -> bool:
        s = self.scope
        asked: list[tuple[Sequence[str], Iterable[str]]] = [
            (s.network, (network.id, *network.members)),
            (s.election, network.words["elections"] or []),
            (s.origin, network.words["origins"] or []),
            (s.target, network.words["targets"] or []),
            (s.topic, network.words["topics"] or []),
            (s.stage, [network.stage]),
            (s.detector, network.detectors),
            (s.rung, [network.approved or "none"]),
            (s.attributed, network.attributed or ["undetermined"]),
        ]
        if any(wanted and not set(wanted) & set(has) for wanted, has in asked):
            return False
        if s.open_only and network.stage in (Stage.REMOVED, Stage.DISMISSED):
            return False
        return s.since is None or network.first_seen > s.since or network.was_open(s.since)

    def _of(self, member: str) -> list[Asset]:
        return [asset for asset in self.assets if asset.home == member]

    # --- reach --------------------------------------------------------------------------------------------------------

    def reach(self) -> dict[str, Any]:
        """Reach of every surface of which anything is known."""
        surfaces = {asset.surface for asset in self.assets if asset.audience is not None}
        surfaces |= {s for stated in self.stated.values() for s in stated.reach if self._on_platform(s)}
        return {
            "networks": len(self.networks),
            "surfaces": {str(surface): self.reach_on(surface) for surface in surfaces},
        }

    def reach_on(self, surface: Surface) -> dict[str, Any]:
        """Reach of one surface: the union of all sets, and beside it what is known only as a number."""
        assets = [asset for asset in self.assets if asset.surface == surface]
        observed = [asset for asset in assets if asset.audience is not None]
        stated = {member: said.reach[surface] for member, said in self.stated.items() if surface in said.reach}
        homes = {asset.home for asset in assets} | set(stated)
        sets, counts = sets_of(assets), counts_of(assets)
        answer = {
            "standard_error": None if sets is None or sets.relative is None else round(sets.relative, 5),
            "mode": mode_of(sets, bounded=bool(counts)),
            "basis": "counted",
            "conflict": any(self._exceeds_stated(home, surface, said) for home, said in stated.items()),
            "assets": len(assets),
            "observed": len(observed),
        }
        counted = reach_figure(sets, counts, unseen=len(assets) > len(observed))
        if len(homes) > 1:
            figure, bounded = self._united(surface, homes, stated)
            return answer | {"figure": plain(figure), "counted": plain(figure), "mode": mode_of(sets, bounded=bounded)}
        answer["counted"] = plain(counted) if counted is not None else None
        if stated and not answer["conflict"]:
            return answer | {"figure": plain(*stated.values()), "basis": "stated"}
        assert counted is not None
        return answer | {"figure": plain(counted)}

    def _exceeds_stated(self, home: str, surface: Surface, said: Hedged) -> bool:
        """Whether the counted reach of one network surely exceeds what was stated of it."""
        assets = [asset for asset in self._of(home) if asset.surface == surface]
        sets, counts = sets_of(assets), counts_of(assets)
        end = most(said)
        if end is None or (sets is None and not counts):
            return False
        figure = reach_figure(sets, counts, unseen=False)
        if counts and figure is not None:
            return least(figure) > end
        return sets is not None and sets.n - 2 * sets.error > end

    def _united(self, surface: Surface, homes: set[str], stated: dict[str, Hedged]) -> tuple[Hedged, bool]:
        """Reach over several networks, of which some have only, or more, what was stated."""
        counts: list[Hedged] = []
        beyond: list[Hedged] = []
        floors: list[Hedged] = []
        unseen = False
        for home in homes:
            assets = [asset for asset in self._of(home) if asset.surface == surface]
            said = stated.get(home)
            if said is None or self._exceeds_stated(home, surface, said):
                counts += counts_of(assets)
                unseen = unseen or any(asset.audience is None for asset in assets)
                continue
            # What was stated stands for all assets of the network, also for those whose audience is a mere number.
            sets = sets_of(assets)
            if not self._all_in_sets(home, surface, assets) or sets is None or least(said) > sets.n + 2 * sets.error:
                floors.append(said)
                beyond.append(lowered(said, int(sets.n)) if sets is not None else said)
        everything = sets_of([asset for asset in self.assets if asset.surface == surface])
        figure = reach_figure(everything, counts, beyond, floors, unseen=unseen)
        return figure or Hedged.nothing_said(), bool(counts or floors)

    def _all_in_sets(self, home: str, surface: Surface, assets: list[Asset]) -> bool:
        """Whether a network's audiences on a surface are known as sets, for as many assets as it is said to have."""
        number = self.stated[home].assets.get(surface)
        end = most(number) if number is not None else None
        if end is None or len(assets) < end:
            return False
        audiences = [asset.audience for asset in assets]
        return all(each is not None and each.images and each.count is None for each in audiences)

    # --- ads and money ------------------------------------------------------------------------------------------------

    def spend(self) -> dict[str, Any]:
        """Spend by currency, never added across currencies."""
        spent = {member: self._spent(member) for member in self._homes()}
        every = list(spent.values())
        amounts: dict[str, list[Hedged]] = {}
        ads: dict[str, list[Hedged]] = {}
        for one in every:
            for currency, amount, n in one.lines:
                amounts.setdefault(currency, []).append(amount)
                ads.setdefault(currency, []).append(n)
        gave = {network.id: [spent[member] for member in network.members] for network in self.networks}
        nothing = {id: each for id, each in gave.items() if not any(one.lines for one in each)}
        days = [day for ad in self.ads for day in (ad.first_day, ad.last_day) if day]
        listed = Counter(ad.spend.currency for ad in self.ads if ad.spend is not None)
        return {
            "currencies": {c: (plain(added(amounts[c])), plain(summed(ads[c]))) for c in amounts},
            "listed_ads": dict(listed),
            "ads": plain(summed(one.ads for one in every)),
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
            "networks": len(self.networks),
            "none_found": sum(any(one.none_found for one in each) for each in nothing.values()),
            "no_figure": sum(not any(one.none_found for one in each) for each in nothing.values()),
            "stated": sorted(member for member, one in spent.items() if one.stated),
            "conflicts": sorted(member for member, one in spent.items() if one.conflict),
        }

    def _homes(self) -> list[str]:
        return [*self.members, *([NOWHERE] if self._everything() else [])]

    def _spent(self, member: str) -> Spent:
        ads = [ad for ad in self.ads if ad.asset.home == member]
        priced = [(ad.spend.currency, ad.spend.amount) for ad in ads if ad.spend is not None]
        listed = [(currency, amount, Hedged.exactly(1)) for currency, amount in priced]
        stated = self._whole(member)
        n, conflict = Hedged.exactly(len(ads)), False
        if stated.ads is not None:
            conflict = surely_above(n, stated.ads)
            n = n if conflict else stated.ads
        said = stated.spend
        if said is None or said.amount.is_absent:
            return Spent(listed, n, conflict=conflict)
        if ads and most(said.amount) == 0:
            return Spent(listed, n, conflict=True)
        if said.amount.qualifier is Qualifier.NONE_FOUND:
            return Spent([], n, stated=True, none_found=True, conflict=conflict)
        same = [amount for currency, amount in priced if currency == said.currency]
        if same and surely_above(added(same), said.amount):
            return Spent(listed, n, conflict=True)
        paid_in = said.paid_in or (said.currency,)
        beside = [line for line in listed if not (said.mostly or line[0] in paid_in)]
        line = (said.currency, said.amount, lowered(n, len(beside)))
        return Spent([*beside, line], n, stated=True, conflict=conflict)

    def _whole(self, member: str) -> Stated:
        """What was stated of a network, where it can be said of the scope's platforms: it cannot be split."""
        stated = self.stated.get(member, Stated())
        platforms = {asset.surface.platform for asset in self.known.assets.values() if asset.home == member}
        platforms |= {surface.platform for surface in (*stated.assets, *stated.reach)}
        return stated if not self.scope.platform or platforms <= set(self.scope.platform) else Stated()

    # --- hosted events ------------------------------------------------------------------------------------------------

    def hosted(self) -> dict[str, Any]:
        """Distinct events; what was stated of a network stands for all of them that are listed for it."""
        terms: list[Hedged] = []
        interested: list[Hedged] = []
        conflicts: list[str] = []
        stated_by: list[str] = []
        covered: set[str] = set()
        told: set[str] = set()
        beyond = 0
        for member in self._homes():
            here = [e for e in self.events if any(a.home == member and a in self.assets for a in e.assets)]
            stated = self._whole(member)
            if stated.events is not None and surely_above(Hedged.exactly(len(here)), stated.events):
                conflicts.append(member)
            elif stated.events is not None:
                stated_by.append(member)
                terms.append(stated.events)
                covered |= {e.id for e in here}
                beyond += max(0, (stated.events.low or 0) - len(here))
            listed = added(e.interested for e in here)
            if stated.interested is not None and not surely_above(listed, stated.interested):
                interested.append(stated.interested)
                told |= {e.id for e in here}
        terms.append(Hedged.exactly(sum(e.id not in covered for e in self.events)))
        interested += [e.interested for e in self.events if e.id not in told]
        words = Counter(e.took_place for e in self.events)
        return {
            "figure": plain(summed(terms)),
            "took_place": {"yes": words["yes"], "no": words["no"], "unknown": words["unknown"] + beyond},
            "interested": plain(added(interested) if interested else Hedged.nothing_said()),
            "basis": "stated" if stated_by else "counted",
            "conflicts": sorted(conflicts),
        }

    # --- takedowns and detections -------------------------------------------------------------------------------------

    def takedowns(self) -> dict[str, Any]:
        """Assets removed and not restored."""
        removed = [asset for asset in self.assets if asset.status == "removed"]
        terms: dict[Surface, list[Hedged]] = {}
        unlisted: list[tuple[int, Hedged]] = []
        for asset in removed:
            terms.setdefault(asset.surface, [])
        for home in self._homes():
            network = next((n for n in self.networks if home in n.members), None)
            is_removed = network is not None and network.stage is Stage.REMOVED
            stated = self.stated[home].assets if is_removed else {}
            for surface in {*terms, *(each for each in stated if self._on_platform(each))}:
                here = [asset for asset in self._of(home) if asset.surface == surface]
                listed = sum(asset.status == "removed" for asset in here)
                figure = Hedged.exactly(listed)
                if surface in stated:
                    left = lowered(stated[surface], sum(asset.status == "restored" for asset in here))
                    if not surely_above(figure, left):
                        figure = left
                        unlisted.append((network.since if network else 0, lowered(left, listed)))
                terms.setdefault(surface, []).append(figure)
        times = [max(0, asset.removed_at - asset.first_detected) // SECOND for asset in removed]
        at = [asset.removed_at for asset in removed]
        today, watch = self._midnight(), self.watch.first_day // BIN * BIN
        return {
            "assets": plain(summed(figure for each in terms.values() for figure in each)),
            "surfaces": {str(surface): plain(summed(each)) for surface, each in terms.items()},
            "networks": sum(network.stage is Stage.REMOVED for network in self.networks),
            "restored": sum(asset.status == "restored" for asset in self.assets),
            "time_to_removal": _spread(times),
            "waves": dict(Counter(asset.wave for asset in removed if asset.wave)),
            "today": self._since(today, at, [figure for since, figure in unlisted if today <= since]),
            "since_watch": self._since(watch, at, [figure for since, figure in unlisted if watch <= since]),
            "bars": self._bars(at),
        }

    def detections(self) -> dict[str, Any]:
        """Assets by when they were first detected."""
        at = [asset.first_detected for asset in self.assets]
        return {
            "assets": len(self.assets),
            "surfaces": dict(Counter(str(asset.surface) for asset in self.assets)),
            "today": self._since(self._midnight(), at),
            "last_hour": self._bars(at)[-1],
        }

    def _midnight(self) -> int:
        local = moment(self.now).astimezone(ZoneInfo(self.watch.zone))
        return instant(datetime(local.year, local.month, local.day, tzinfo=local.tzinfo))

    def _since(self, start: int, instants: Iterable[int], unlisted: Iterable[Hedged] = ()) -> Plain:
        return plain(added([Hedged.exactly(sum(at // BIN * BIN >= start for at in instants)), *unlisted]))

    def _bars(self, instants: Sequence[int]) -> list[int]:
        end = self.now // BIN * BIN + BIN
        starts = [end - hours * HOUR for hours in range(24, 0, -1)]
        return [sum(start <= at // BIN * BIN < start + HOUR for at in instants) for start in starts]

    # --- stages -------------------------------------------------------------------------------------------------------

    def stages(self) -> dict[str, Any]:
        """The networks in each stage, and for how long."""
        board: dict[str, Any] = {str(stage): {} for stage in Stage}
        for network in self.networks:
            limit = self.watch.limits_h.get(network.stage)
            held = max(0, self.now - network.since) // SECOND
            overdue = limit is not None and held > limit * 3600
            row = (network.since, held, limit and limit * 3600, overdue)
            board[str(network.stage)][network.id] = row
        return board


def _spread(times: Sequence[int]) -> dict[str, Any] | None:
    if not times:
        return None
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "median_s": ordered[math.ceil(0.5 * len(ordered)) - 1],
        "p90_s": ordered[math.ceil(0.9 * len(ordered)) - 1],
        "min_s": ordered[0],
        "max_s": ordered[-1],
    }


def recount(entries: Iterable[Entry], scope: Scope, now: int, watch: Watch) -> dict[str, Any]:
    """Every measure of a scope, worked out from the whole log."""
    return Figures(Known(entries), scope, now, watch).all()
