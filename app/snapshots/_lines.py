"""The figures that are compared from one picture to another: of a whole scope, and of each network in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.hedged import Hedged
from app.measures._figures import figure_json, money_figure_json
from app.records import hedged_of, money_of
from app.vocabulary import Stage

Json = dict[str, Any]

BY_THE_CLOCK = frozenset({"today", "last_hour"})
"""Parts of measures that become others while nobody says anything."""

COUNTED = frozenset({"takedowns", "assets", "stages"})
"""What is counted: where nothing is listed, there is none of it."""

NOTHING = figure_json(Hedged.exactly(0))


@dataclass(frozen=True, slots=True)
class What:
    """What a figure is of: a measure, a ``part`` of it (a surface, currency, stage or word) and a network, or none."""

    measure: str
    part: str = ""
    network: str = ""

    @property
    def by_the_clock(self) -> bool:
        """Whether it becomes another while nobody says anything."""
        return self.part in BY_THE_CLOCK


Lines = dict[What, Json]


def scope_lines(content: Mapping[str, Any]) -> Lines:
    """The figures of the whole scope, in the order in which they are read."""
    return dict(_of_scope(content))


def network_lines(row: Mapping[str, Any]) -> Lines:
    """The figures of one network of a snapshot."""
    return {What(what.measure, what.part, row["id"]): said for what, said in _of_network(row)}


def _of_scope(content: Mapping[str, Any]) -> Iterator[tuple[What, Json]]:
    measures = content["measures"]
    yield from _reach("reach", measures["reach"])
    if content["open"]["scope"] != content["subject"]["scope"]:
        yield from _reach("open", content["open"]["reach"])
    yield from _spent_and_hosted(measures)
    yield from _taken_down(measures["takedowns"])
    yield What("takedowns", "today"), measures["takedowns"]["today"]
    yield What("takedowns", "since_watch"), measures["takedowns"]["since_watch"]
    found = measures["detections"]
    yield What("assets"), found["assets"]
    for each in found["surfaces"]:
        yield What("assets", each["surface"]), each["assets"]
    yield What("assets", "today"), found["today"]
    yield What("assets", "last_hour"), found["last_hour"]
    stages = {each["stage"]: each["n"] for each in measures["stages"]["stages"]}
    for stage in Stage:
        yield What("stages", str(stage)), figure_json(Hedged.exactly(stages.get(str(stage), 0)))


def _of_network(row: Mapping[str, Any]) -> Iterator[tuple[What, Json]]:
    yield from _reach("reach", row["measures"]["reach"])
    yield What("assets"), row["assets_total"]
    for surface, count in row["assets"].items():
        yield What("assets", surface), count["figure"]
    yield from _spent_and_hosted(row["measures"])
    yield from _taken_down(row["measures"]["takedowns"])


def _reach(name: str, reach: Mapping[str, Any]) -> Iterator[tuple[What, Json]]:
    for each in reach["surfaces"]:
        yield What(name, each["surface"]), each["figure"]


def _spent_and_hosted(measures: Mapping[str, Any]) -> Iterator[tuple[What, Json]]:
    for line in measures["spend"]["currencies"]:
        yield What("spend", line["currency"]), line["figure"]
    yield What("ads"), measures["spend"]["ads"]
    yield What("events"), measures["events"]["figure"]
    yield What("interested"), measures["events"]["interested"]


def _taken_down(takedowns: Mapping[str, Any]) -> Iterator[tuple[What, Json]]:
    yield What("takedowns"), takedowns["assets"]
    for each in takedowns["surfaces"]:
        yield What("takedowns", each["surface"]), each["figure"]


def figure_of(said: Mapping[str, Any]) -> Hedged:
    """The figure of a line; of money in minor units of its currency."""
    return money_of(said).amount if "currency" in said else hedged_of(said)


def in_words(said: Mapping[str, Any]) -> Json:
    """A line's figure with its words in the language that is spoken here, whatever was spoken when it was frozen."""
    return money_figure_json(money_of(said)) if "currency" in said else figure_json(hedged_of(said))


def is_same(before: Json | None, after: Json | None) -> bool:
    """Whether a figure still says the same, in whatever words its source said it."""
    if before is after:
        return True
    if before is None or after is None:
        # What nobody knew and what was never spoken of are both "not known".
        told = before or after
        return told is None or figure_of(told).is_absent
    return _value(before) == _value(after)


def _value(said: Json) -> tuple[Any, ...]:
    figure = figure_of(said)
    return (
        *(figure.low, figure.high, figure.qualifier, figure.approximate, figure.give, figure.absent),
        *(said.get("currency", ""), tuple(said.get("paid_in", ())), said.get("mostly", False)),
    )


def pairs(before: Mapping[What, Json], after: Mapping[What, Json]) -> Iterator[tuple[What, Json | None, Json | None]]:
    """Every figure of either picture, with what each says of it; of what is counted and not listed there is none."""
    for what in {**after, **before}:
        otherwise = NOTHING if what.measure in COUNTED else None
        yield what, before.get(what, otherwise), after.get(what, otherwise)


def differing(before: Mapping[What, Json], after: Mapping[What, Json]) -> Iterator[What]:
    """The figures that say something else."""
    return (what for what, was, becomes in pairs(before, after) if not is_same(was, becomes))
