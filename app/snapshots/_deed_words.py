"""What records did, in words: "2 Pages were restored", "Harbour Finch was removed", "{n} merge was taken back"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.language import _, ngettext
from app.nouns import list_words, surface_noun
from app.numerals import grouped
from app.silence import called
from app.snapshots.comparing import Comparison
from app.snapshots.deeds import Deed
from app.vocabulary import RecordType, Stage, Surface

MOST_REASONS = 4
"""Reasons that a sentence names; of more it says how many."""


class Teller:
    """Says deeds in words, by the names and stages of the networks in a comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self._names = comparison.names
        self._stages = {
            each.id: fact.after for each in comparison.networks for fact in each.facts if fact.name == "stage"
        }
        self._stated = comparison.stated

    def reasons(self, deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
        """Each thing that was done, once, with how many, and the deeds that it tells: "2 Pages were restored"."""
        told: dict[tuple[str, ...], list[Deed]] = {}
        for deed in deeds:
            told.setdefault(self._alike(deed), []).append(deed)
        found: dict[str, list[Deed]] = {}
        for alike in told.values():
            found.setdefault(self._words(alike), []).extend(alike)
        return found

    def because(self, deeds: Iterable[Deed]) -> str:
        """The reasons in one clause: "2 Pages were restored and Facebook stated other figures"."""
        found = list(self.reasons(deeds))
        if len(found) > MOST_REASONS:
            rest = len(found) - MOST_REASONS + 1
            more = ngettext("{n} more thing happened", "{n} more things happened", rest).format(n=grouped(rest))
            found = [*found[: MOST_REASONS - 1], more]
        return list_words(found)

    def name(self, id: str) -> str:
        """What a network is called, as it came."""
        return self._names.get(id) or id

    def _alike(self, deed: Deed) -> tuple[str, ...]:
        """What is told together."""
        if deed.kind in _COUNTED:
            return deed.kind, deed.surface
        if deed.kind == "withdrawn":
            return deed.kind, deed.of, deed.who
        return deed.kind, deed.network, deed.other, deed.who

    def _words(self, deeds: Sequence[Deed]) -> str:
        deed, n = deeds[0], sum(each.n for each in deeds)
        if deed.kind in _COUNTED:
            return _COUNTED[deed.kind](n).format(assets=_assets(deed.surface, n), n=grouped(n))
        if deed.kind == "withdrawn":
            return _WITHDRAWN.get(deed.of, _records)(n).format(n=grouped(n), who=_who(deed))
        places = {
            "network": self.name(deed.network),
            "other": self.name(deed.other),
            "who": _who(deed),
            "n": grouped(n),
        }
        if deed.kind == "stage":
            return self._stage(deed.network).format(**places)
        if deed.kind == "statement" and (deed.network, deed.who) in self._stated:
            return _("{who} stated other figures").format(**places)
        return _SAID[deed.kind](n).format(**places)

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


def _who(deed: Deed) -> str:
    return called(deed.who) if deed.kind == "disowned" else deed.who


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
