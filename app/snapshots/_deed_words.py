"""What records did, in words: "2 Pages were restored", "Harbour Finch was removed", "{n} merge was taken back"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from app.briefing import Run, Sentence, Words, fill, listed, named, plain
from app.language import _, ngettext
from app.nouns import surface_noun
from app.numerals import grouped
from app.silence import called
from app.snapshots.comparing import Comparison
from app.snapshots.deeds import Deed
from app.vocabulary import RecordType, Stage, Surface

MOST_REASONS = 4
"""Reasons that a sentence names; of more it says how many."""

_WEIGHTS = {
    kind: place
    for place, kinds in enumerate(
        (
            ("merged", "unmerged", "split", "unsplit", "disowned", "withdrawn"),
            ("stage", "restored", "removed"),
            ("reported", "assessed"),
            ("statement", "found", "ad", "event"),
        )
    )
    for kind in kinds
}
"""What is named first: what was decided or taken back, then what was said and found; the rest follows as it came."""


class Teller:
    """Says deeds in words, by the names and stages of the networks in a comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self._names = comparison.names
        self._new = {each.id for each in comparison.networks if each.came == "new"}
        self._stages = {
            each.id: fact.after for each in comparison.networks for fact in each.facts if fact.name == "stage"
        }
        self._stated = comparison.stated

    def reasons(self, deeds: Iterable[Deed]) -> dict[Sentence, list[Deed]]:
        """Each thing that was done, once, with how many, and the deeds that it tells: "2 Pages were restored"."""
        told: dict[tuple[str, ...], list[Deed]] = {}
        for deed in deeds:
            told.setdefault(self._alike(deed), []).append(deed)
        found: dict[Sentence, list[Deed]] = {}
        for alike in told.values():
            found.setdefault(self._words(alike), []).extend(alike)
        return found

    def because(self, deeds: Iterable[Deed], most: int = MOST_REASONS) -> Sentence:
        """The reasons in one clause, by weight: "2 Pages were restored and Facebook stated other figures"."""
        told = self.reasons(_together(sorted(deeds, key=self._weight)))
        found = list(told)
        if len(found) > most:
            rest = len(found) - most + 1
            more = ngettext("{n} more thing happened", "{n} more things happened", rest).format(n=grouped(rest))
            found = [*found[: most - 1], plain(more)]
        return listed(found)

    def name(self, id: str) -> Run:
        """What a network is called, as it came."""
        return named(self._names.get(id) or id)

    def _weight(self, deed: Deed) -> int:
        """What is named first: the lower the sooner."""
        return _WEIGHTS["reported"] if self._is_arrival(deed) else _WEIGHTS.get(deed.kind, len(_WEIGHTS))

    def _is_arrival(self, deed: Deed) -> bool:
        """Whether it is a word about a network that was not there before: that it is there says all of them."""
        return deed.network in self._new and deed.kind in ("reported", "stage", "assessed")

    def _alike(self, deed: Deed) -> tuple[str, ...]:
        """What is told together."""
        if deed.kind in _COUNTED:
            return deed.kind, deed.surface
        if deed.kind == "withdrawn":
            return deed.kind, deed.of, deed.who
        if self._is_arrival(deed):
            return ("new",)
        return deed.kind, deed.network, deed.other, deed.who

    def _words(self, deeds: Sequence[Deed]) -> Sentence:
        deed, n = deeds[0], sum(each.n for each in deeds)
        if deed.kind in _COUNTED:
            return fill(_COUNTED[deed.kind](n), assets=_assets(deed.surface, n), n=grouped(n))
        if deed.kind == "withdrawn":
            return fill(_WITHDRAWN.get(deed.of, _records)(n), n=grouped(n), who=_who(deed))
        if self._is_arrival(deed):
            networks = list(dict.fromkeys(each.network for each in deeds))
            words = ngettext("{networks} is new", "{networks} are new", len(networks))
            return fill(words, networks=listed(list(map(self.name, networks))))
        places: dict[str, Words] = {
            "network": self.name(deed.network),
            "other": self.name(deed.other),
            "who": _who(deed),
            "n": grouped(n),
        }
        if deed.kind == "stage":
            return fill(self._stage(deed.network), **places)
        if deed.kind == "statement" and (deed.network, deed.who) in self._stated:
            return fill(_("{who} stated other figures"), **places)
        return fill(_SAID[deed.kind](n), **places)

    def _stage(self, network: str) -> str:
        stage = self._stages.get(network)
        if stage is None:
            return _("a stage of {network} was decided")
        return {
            Stage.DETECTED: _("{network} went back to detected"),
            Stage.UNDER_REVIEW: _("{network} came under review"),
            Stage.CONFIRMED: _("{network} was confirmed"),
            Stage.REMOVAL_ORDERED: _("the removal of {network} was ordered"),
            Stage.REMOVED: _("{network} was removed"),
            Stage.DISMISSED: _("{network} was dismissed"),
        }[Stage(stage)]


def _together(deeds: Sequence[Deed]) -> list[Deed]:
    """Where assets of several kinds had the same done to them, what was done to all of them."""
    kinds = {kind: {deed.surface for deed in deeds if deed.kind == kind} for kind in _COUNTED}
    return [replace(deed, surface="") if len(kinds.get(deed.kind, ())) > 1 else deed for deed in deeds]


def _who(deed: Deed) -> Run:
    return named(called(deed.who) if deed.kind == "disowned" else deed.who)


def _assets(surface: str, n: int) -> str:
    if surface:
        return surface_noun(Surface.parse(surface), n)
    return ngettext("{n} asset", "{n} assets", n).format(n=grouped(n))


_COUNTED: Mapping[str, Callable[[int], str]] = {
    "found": lambda n: ngettext("{assets} was found", "{assets} were found", n),
    "described": lambda n: ngettext("{assets} was described anew", "{assets} were described anew", n),
    "removed": lambda n: ngettext("{assets} was removed", "{assets} were removed", n),
    "restored": lambda n: ngettext("{assets} was restored", "{assets} were restored", n),
    "audience": lambda n: ngettext(
        "the audience of {assets} was observed", "the audiences of {assets} were observed", n
    ),
    "ad": lambda n: ngettext("{n} ad was observed", "{n} ads were observed", n),
    "event": lambda n: ngettext("{n} hosted event was observed", "{n} hosted events were observed", n),
}

_SAID: Mapping[str, Callable[[int], str]] = {
    "reported": lambda _n: _("{network} was described"),
    "statement": lambda _n: _("{who} stated figures"),
    "assessed": lambda _n: _("who is behind {network} was assessed"),
    "merged": lambda _n: _("{other} was merged into {network}"),
    "unmerged": lambda _n: _("the merge of {other} into {network} was undone"),
    "split": lambda n: ngettext(
        "{n} asset was split from {network} into {other}", "{n} assets were split from {network} into {other}", n
    ),
    "unsplit": lambda _n: _("a split of {network} was undone"),
    "disowned": lambda _n: _("{who} was disowned"),
}


def _records(n: int) -> str:
    return ngettext("{n} record was taken back", "{n} records were taken back", n)


_WITHDRAWN: Mapping[str, Callable[[int], str]] = {
    str(RecordType.NETWORK_REPORTED): lambda n: ngettext(
        "{n} report of a network was taken back", "{n} reports of networks were taken back", n
    ),
    str(RecordType.ASSET_DETECTED): lambda n: ngettext(
        "{n} detection was taken back", "{n} detections were taken back", n
    ),
    str(RecordType.ASSET_REMOVED): lambda n: ngettext("{n} removal was taken back", "{n} removals were taken back", n),
    str(RecordType.ASSET_RESTORED): lambda n: ngettext(
        "{n} restoration was taken back", "{n} restorations were taken back", n
    ),
    str(RecordType.AUDIENCE_OBSERVED): lambda n: ngettext(
        "{n} observed audience was taken back", "{n} observed audiences were taken back", n
    ),
    str(RecordType.AD_OBSERVED): lambda n: ngettext(
        "{n} observed ad was taken back", "{n} observed ads were taken back", n
    ),
    str(RecordType.STATEMENT_MADE): lambda n: ngettext(
        "{n} statement of {who} was taken back", "{n} statements of {who} were taken back", n
    ),
    str(RecordType.STAGE_CHANGED): lambda n: ngettext(
        "{n} decision on a stage was taken back", "{n} decisions on stages were taken back", n
    ),
    str(RecordType.NETWORKS_MERGED): lambda n: ngettext("{n} merge was taken back", "{n} merges were taken back", n),
    str(RecordType.DETECTOR_DISOWNED): lambda n: ngettext(
        "{n} source is heard again", "{n} sources are heard again", n
    ),
}
