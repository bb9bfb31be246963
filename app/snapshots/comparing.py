"""Comparing: what differs from one picture of a scope to a later one, figure by figure, and which deeds made it so.

Pure. Figures are compared by their intervals (a bound is not a value): one is more or less than it was only where no
number that the two allow could be the same. A figure that the clock alone changes says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.records import instant_of
from app.snapshots._lines import NOTHING, What, figure_of, is_same, network_lines, pairs, scope_lines
from app.snapshots.content import MOST_NETWORKS
from app.snapshots.deeds import Deed
from app.snapshots.facts import Fact, facts_of, is_turn
from app.snapshots.reasons import Reader

Json = dict[str, Any]

Direction = Literal["up", "down", "open"]
"""More than before, fewer, or perhaps the same: the intervals meet, or nothing was known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure before and after, as JSON, None where nothing was known of it; and the deeds that changed it."""

    what: What
    before: Json | None
    after: Json | None
    reasons: tuple[Deed, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether it says something else."""
        return not is_same(self.before, self.after)

    @property
    def is_known(self) -> bool:
        """Whether something is known of it both times."""
        sides = (self.before, self.after)
        return all(said is not None and not figure_of(said).is_absent for said in sides)

    @property
    def may_be_same(self) -> bool:
        """Whether one number could be the figure both times."""
        return self.is_known and self.direction == "open"

    @property
    def direction(self) -> Direction:
        """Whether it surely is more or less than it was."""
        if self.before is None or self.after is None or not self.is_known:
            return "open"
        (was, had), (becomes, has) = ((figure_of(said), _most(said)) for said in (self.before, self.after))
        if had is not None and becomes.surely_above(had):
            return "up"
        return "down" if has is not None and was.surely_above(has) else "open"


def _most(said: Json) -> int | None:
    """The upper end of a figure: there is none of an amount that was paid in other currencies as well."""
    return None if said.get("mostly") else figure_of(said).most


Came = Literal["", "new", "entered", "gone", "merged", "apart", "split"]
"""How a network is only in one of the pictures: "entered" may have been known before, outside of the scope."""


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """What changed about one network.

    ``came`` says that it is only in one of the pictures, and ``other`` in which network it is in the other one: merged
    into it, split from it, or apart from it again.
    """

    id: str
    name: str
    came: Came = ""
    other: str = ""
    lines: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    reasons: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two pictures: its place, the room's time there, and its name, empty for what was not kept."""

    id: str
    name: str
    seq: int
    epoch: str
    as_of: str
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs. ``lines`` are those of the scope, changed or not; ``networks`` those that changed.

    ``deeds`` are all that the records between did, in the order of the log; none where they cannot be told: the
    pictures are of logs of other epochs (``same_epoch``).
    ``names`` are those of the networks, by id, as they came; ``stated`` says who had stated something before, of which.
    """

    before: Side
    after: Side
    same_epoch: bool
    same_scope: bool
    lines: tuple[Line, ...]
    networks: tuple[NetworkChange, ...]
    unchanged: int
    deeds: tuple[Deed, ...]
    names: Mapping[str, str]
    stated: frozenset[tuple[str, str]]

    @property
    def changed(self) -> list[Line]:
        """The figures of the scope that changed, those of the clock last."""
        found = [line for line in self.lines if line.is_changed]
        return sorted(found, key=lambda line: line.what.by_the_clock)

    @property
    def stands(self) -> bool:
        """Whether nothing at all differs."""
        return not self.networks and not self.changed

    @property
    def is_same(self) -> bool:
        """Whether nothing differs but what the clock alone changes."""
        return not self.networks and all(line.what.by_the_clock for line in self.changed)


def side_of(content: Mapping[str, Any], *, kept: bool = True) -> Side:
    """What a picture is called."""
    picture = content["picture"]
    name = content["name"] if kept else ""
    return Side(
        content["id"] if kept else "",
        name,
        picture["seq"],
        picture["epoch"],
        picture["as_of"],
        content["subject"]["words"],
    )


def compare(before: Json, after: Json, deeds: Sequence[Deed] | None, *, kept: bool = True) -> Comparison:
    """The contents of two snapshots, the earlier one first, and what the records between them did.

    ``deeds`` are None where the log of one of them is not at hand; ``kept`` is False where the later one is what would
    be frozen now.
    """
    same_epoch = deeds is not None and before["picture"]["epoch"] == after["picture"]["epoch"]
    told = tuple(deeds) if deeds is not None and same_epoch else ()
    networks, unchanged = _networks(before, after, {deed.other: deed.network for deed in told if deed.kind == "split"})
    lines = _lines(scope_lines(before), scope_lines(after))
    names = {row["id"]: row["name"] for content in (before, after) for row in content["networks"]}
    reader = Reader(told, _families(before), _families(after), {each.id: each.came for each in networks})
    networks = [_explained(each, reader) for each in networks]
    moved = {
        (line.what.measure, line.what.part, each.id) for each in networks for line in each.lines if line.is_changed
    } | {("stages", "", each.id) for each in networks if each.came or any(fact.name == "stage" for fact in each.facts)}
    moved |= {("turned", "", each.id) for each in networks if each.came or any(map(is_turn, each.facts))}
    return Comparison(
        side_of(before),
        side_of(after, kept=kept),
        same_epoch,
        before["subject"]["scope"] == after["subject"]["scope"],
        tuple(replace(line, reasons=reader.of_scope(line.what, moved)) if line.is_changed else line for line in lines),
        tuple(sorted(networks, key=lambda each: (each.name.casefold(), each.id))),
        unchanged,
        told,
        names,
        frozenset(
            (id, statement["by"])
            for row in before["networks"]
            for id in (row["id"], *row["members"])
            for statement in row["statements"]
        ),
    )


def _lines(before: Mapping[What, Json], after: Mapping[What, Json]) -> list[Line]:
    return [Line(what, was, becomes) for what, was, becomes in pairs(before, after)]


def _families(content: Json) -> dict[str, frozenset[str]]:
    """By network: the ids under which records may speak of it."""
    return {row["id"]: frozenset({row["id"], *row["members"]}) for row in content["networks"]}


def _networks(before: Json, after: Json, split: Mapping[str, str]) -> tuple[list[NetworkChange], int]:
    was = {row["id"]: row for row in before["networks"]}
    becomes = {row["id"]: row for row in after["networks"]}
    found, unchanged = [], 0
    for id in {**becomes, **was}:
        old, new = was.get(id), becomes.get(id)
        if old is new:
            unchanged += 1
        elif old is None and new is not None:
            other = _member_of(id, was)
            how = _arrival(new, before, other, split)
            if how:
                lines = _lines({}, network_lines(new))
                found.append(NetworkChange(id, new["name"], how, other or split.get(id, ""), tuple(_known(lines))))
        elif old is not None and new is None:
            other = _member_of(id, becomes)
            if other or _is_whole(after):
                lines = _lines(network_lines(old), {})
                how = "merged" if other else "gone"
                found.append(NetworkChange(id, old["name"], how, other, tuple(_known(lines))))
        elif old is not None and new is not None:
            lines = [line for line in _lines(network_lines(old), network_lines(new)) if line.is_changed]
            facts = tuple(facts_of(old, new))
            if lines or facts:
                found.append(NetworkChange(id, new["name"], lines=tuple(lines), facts=facts))
            else:
                unchanged += 1
    return found, unchanged


def _arrival(new: Json, before: Json, other: str, split: Mapping[str, str]) -> Came:
    """How a network came that was not in the earlier picture; empty where it may have been, undescribed."""
    if other:
        return "apart"
    if new["id"] in split:
        return "split"
    if instant_of(new["first_seen_at"]) > instant_of(before["picture"]["as_of"]):
        return "new"
    if not _is_whole(before):
        return ""
    # Had it been known, it would have been in it, whatever its stage and what was said of it.
    scope = {name: said for name, said in before["subject"]["scope"].items() if name != "platform"}
    since = scope.pop("since", None)
    known = not scope and (since is None or instant_of(new["first_seen_at"]) >= instant_of(since))
    return "new" if known else "entered"


def _is_whole(content: Json) -> bool:
    """Whether all networks of a picture are described in it: of the others nobody can say that they came or went."""
    return len(content["networks"]) < MOST_NETWORKS


def _known(lines: Iterable[Line]) -> list[Line]:
    """Those of a network that came or went in which it has something: of the others nothing came or went with it."""
    return [line for line in lines if line.is_changed and not (_is_none(line.before) and _is_none(line.after))]


def _is_none(said: Json | None) -> bool:
    return said is None or figure_of(said).is_absent or is_same(said, NOTHING)


def _member_of(id: str, rows: Mapping[str, Json]) -> str:
    return next((row["id"] for row in rows.values() if row["id"] != id and id in row["members"]), "")


def _explained(change: NetworkChange, reader: Reader) -> NetworkChange:
    return replace(
        change,
        lines=tuple(replace(line, reasons=reader.of_network(line.what)) for line in change.lines),
        facts=tuple(
            replace(fact, reasons=reader.of_network(What(fact.name, network=change.id))) for fact in change.facts
        ),
        reasons=reader.of_network(What("came", network=change.id)) if change.came else (),
    )
