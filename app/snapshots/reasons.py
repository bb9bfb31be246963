"""Reasons: which of the deeds between two pictures can have changed a figure.

The nearest ones are named: those on its own surface and of its kind, then what can have changed it beside, then all
that touched its network. So no change is without a reason, and none is explained by what cannot have made it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.snapshots._lines import What
from app.snapshots.deeds import EVERYWHERE, Deed
from app.vocabulary import RecordType

NEAR: Mapping[str, tuple[frozenset[str], ...]] = {
    "reach": (frozenset({"audience", "statement"}), frozenset({"found"})),
    "assets": (frozenset({"found", "statement"}), frozenset({"described"})),
    "spend": (frozenset({"ad", "statement"}), frozenset({"found"})),
    "events": (frozenset({"event", "statement"}), frozenset({"found"})),
    "takedowns": (frozenset({"removed", "restored"}), frozenset({"stage", "statement", "found"})),
    "stages": (frozenset({"stage"}), frozenset({"reported", "found"})),
    "stage": (frozenset({"stage"}),),
    "attribution": (frozenset({"assessed"}), frozenset({"reported"})),
    "came": (frozenset({"reported", "stage", "assessed"}), frozenset({"found", "statement"})),
}
"""What can have changed a measure: what mostly does, then what does where there is none of that."""

SAME = {"open": "reach", "ads": "spend", "interested": "events"}

ALWAYS = frozenset({"merged", "unmerged", "split", "unsplit"})
"""Deeds that can have changed every figure of their networks."""

SUMS = frozenset({"assets", "spend", "events"})
"""Measures of a scope that stay the same where things only move from one of its networks to another."""

TAKEN_BACK = {
    str(RecordType.ASSET_DETECTED): "found",
    str(RecordType.ASSET_REMOVED): "removed",
    str(RecordType.ASSET_RESTORED): "restored",
    str(RecordType.AUDIENCE_OBSERVED): "audience",
    str(RecordType.AD_OBSERVED): "ad",
    str(RecordType.EVENT_HOSTED): "event",
    str(RecordType.NETWORK_REPORTED): "reported",
    str(RecordType.STATEMENT_MADE): "statement",
    str(RecordType.STAGE_CHANGED): "stage",
    str(RecordType.ATTRIBUTION_ASSESSED): "assessed",
}
"""What a withdrawal or a disowning took back; what is not here can have changed every figure."""


Families = Mapping[str, frozenset[str]]


class Reader:
    """Reads deeds for figures.

    ``before`` and ``after`` are the ids of each network in either picture; ``came`` says which came or went, and how.
    """

    def __init__(self, deeds: Sequence[Deed], before: Families, after: Families, came: Mapping[str, str]) -> None:
        self._deeds = deeds
        self._families = {id: before.get(id, frozenset()) | after.get(id, frozenset()) for id in {**before, **after}}
        self._before = {id for family in before.values() for id in family}
        self._after = {id for family in after.values() for id in family}
        self._came = {id: how for id, how in came.items() if how}

    def of_network(self, what: What) -> tuple[Deed, ...]:
        """The deeds that can have changed a figure or a fact of one network."""
        family = self._families.get(what.network, frozenset({what.network}))
        return self._nearest(what, [deed for deed in self._deeds if _touches(deed, family)])

    def of_scope(self, what: What, moved: Collection[tuple[str, str, str]]) -> tuple[Deed, ...]:
        """The deeds that can have changed a figure of the whole scope.

        ``moved`` are the figures of networks that changed, and "turned" says which are closed since, or open again.
        Where the same figure of some networks changed, or networks came or went, it is they who changed it.
        """
        measure = "reach" if what.measure == "open" else what.measure
        part = what.part if ":" in what.part or what.measure in ("spend", "open") else ""
        blamed = {network for name, of, network in moved if (name, of) == (measure, part)}
        adds = SAME.get(measure, measure) in SUMS
        entered = [
            deed
            for id, how in self._came.items()
            if id in blamed and not (adds and how in ("merged", "apart", "split"))
            for deed in self.of_network(What("came", network=id))
        ]
        if what.measure == "open":
            # A network that was closed, or is open again, counts otherwise.
            turned = self._of({network for name, _part, network in moved if name == "turned"})
            entered += [deed for deed in turned if "stage" in _kinds(deed)]
        near = self._of(blamed)
        if adds:
            near = [deed for deed in near if not self._is_within(deed)] or near
        found = self._nearest(What(measure, part), near, strictly=bool(entered)) if near else ()
        return _ordered((*found, *entered)) or self._nearest(What(measure, part), self._deeds)

    def _is_within(self, deed: Deed) -> bool:
        """Whether it only moved things from one network of the scope to another."""
        source, target = (
            (deed.other, deed.network) if deed.kind in ("merged", "unsplit") else (deed.network, deed.other)
        )
        return deed.kind in ALWAYS and source in self._before and target in self._after

    def _of(self, networks: Collection[str]) -> list[Deed]:
        """The deeds that touched some networks."""
        family = {id for network in networks for id in self._families.get(network, (network,))}
        return [deed for deed in self._deeds if _touches(deed, family)]

    def _nearest(self, what: What, deeds: Sequence[Deed], *, strictly: bool = False) -> tuple[Deed, ...]:
        always = [deed for deed in deeds if _always(deed)]
        for kinds in NEAR.get(SAME.get(what.measure, what.measure), ()):
            found = [deed for deed in deeds if _kinds(deed) & kinds and _is_on(deed, what)]
            if found or always:
                return _ordered((*found, *always))
        if strictly:
            return ()
        return _ordered(deeds) or (() if deeds is self._deeds else _ordered(self._deeds))


def _kinds(deed: Deed) -> frozenset[str]:
    """What it did, or took back."""
    if deed.kind not in ("withdrawn", "disowned"):
        return frozenset({deed.kind})
    return frozenset(TAKEN_BACK[type] for type in deed.of.split() if type in TAKEN_BACK)


def _always(deed: Deed) -> bool:
    """Whether it can have changed every figure of its networks."""
    return deed.kind in ALWAYS or (deed.kind == "withdrawn" and deed.of not in TAKEN_BACK)


def _is_on(deed: Deed, what: What) -> bool:
    """Whether it is on the surface of a figure that has one."""
    return not deed.surface or ":" not in what.part or deed.surface == what.part


def _touches(deed: Deed, family: Collection[str]) -> bool:
    return deed.network == EVERYWHERE or deed.network in family or (deed.other != "" and deed.other in family)


def _ordered(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    return tuple(sorted(dict.fromkeys(deeds), key=lambda deed: (deed.first, deed.kind, deed.network, deed.surface)))
