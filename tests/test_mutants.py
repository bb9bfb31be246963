"""The recount sees what it is there to see: of many small faults planted in the product, each is found."""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

import pytest

import app
from tests.recount_trial import Case, drawn

BLOCK, BLOCKS = 400, 10
"""So many cases are drawn at a time, and within so many blocks a fault must show. Most do within the first hundred;
what takes three records that meet in one order shows in one of five hundred."""

OURS = ("app", "tests.recount")
WORDS = ("app", "app.vocabulary", "app.errors")
"""Beside a planted fault the product and the recount are loaded anew, but for the words in which cases are written."""


class Mutant(NamedTuple):
    """A fault: in ``module``, ``there`` is read as ``instead``."""

    name: str
    module: str
    there: str
    instead: str


MUTANTS = [
    # --- what holds ---------------------------------------------------------------------------------------------------
    Mutant("the last to arrive wins", "entities", "if held is None or held.version <= version:", "if True:"),
    Mutant(
        "the last removal to arrive wins",
        "entities",
        "if self.removal is None or self.removal.version <= record.version:",
        "if True:",
    ),
    Mutant("a record that came before its withdrawal holds", "withdrawals", "refold.update(touched(target))", "pass"),
    Mutant(
        "a record that came after its withdrawal holds",
        "withdrawals",
        "return Settled(_listed(",
        "return Settled(set() and _listed(",
    ),
    Mutant(
        "an earlier withdrawal takes a later one back", "withdrawals", "withdrawal.version > target.version", "True"
    ),
    Mutant(
        "a withdrawn withdrawal holds",
        "withdrawals",
        "any(entry.seq not in gone for entry in told)",
        "told",
    ),
    Mutant(
        "a record sent again is counted again",
        "log",
        "answers.append(_again(record, *seen))",
        "answers.append(_again(record, *seen)); entries.append(Entry(seen[0], record, now, now))",
    ),
    Mutant("windows believe every clock", "log", "counted_at = max(counted_at, now - CLAMP_PAST)", "pass"),
    Mutant("who is disowned is heard", "disownings", "return since is not None and max(", "return False and max("),
    Mutant(
        "a clock that is ahead saves a record",
        "disownings",
        "max(entry.record.occurred_at, entry.recorded_at)",
        "entry.recorded_at",
    ),
    Mutant(
        "who says that it was earlier is heard",
        "disownings",
        "max(entry.record.occurred_at, entry.recorded_at)",
        "entry.record.occurred_at",
    ),
    Mutant("what came before the disowning holds", "withdrawals", "refold.update(found.things)", "pass"),
    Mutant("a disowned withdrawal holds", "withdrawals", "due.add(found.withdrawals)", "pass"),
    Mutant("the last of two disownings is the one", "withdrawals", "since = min((", "since = max(("),
    Mutant("a disowning cannot be taken back", "withdrawals", "due.decide_disownings()", "pass"),
    Mutant("anybody takes a disowning back", "withdrawals", "if is_word_of_the_room and not", "if False and not"),
    Mutant("anybody disowns", "disownings", "or not is_own(record):", "or False:"),
    # --- networks -----------------------------------------------------------------------------------------------------
    Mutant("a merge is not folded", "board", "while id in self._into:", "while False:"),
    Mutant("the first of two merges wins", "entities", "absorbed: held[-1] for", "absorbed: held[0] for"),
    Mutant("a circle of merges opens elsewhere", "entities", "key=lambda item: (item[1], item[0])", "reverse=True"),
    Mutant("a split is ignored", "entities", "held[-1].into if held else self.detected_in", "self.detected_in"),
    Mutant("undoing takes the last of any kind away", "entities", "del held[last]", "held.pop()"),
    Mutant("undoing takes nothing away", "entities", "del held[last]", "pass"),
    Mutant("assets without a network are lost", "board", "unassigned=scope.is_everything", "unassigned=False"),
    Mutant("one person names an actor", "claims", "return 2 if rung.strength >= ACTOR.strength else 1", "return 1"),
    Mutant("a sender names an actor", "claims", "if needed(rung) == 1 or source == DESK_SOURCE:", "if True:"),
    Mutant("saying a stage again begins it anew", "networks", "if not steps or steps[-1].stage != stage:", "if True:"),
    Mutant(
        "a restatement stands beside what it replaces",
        "entities",
        'self.statements[data["by"]] =',
        "self.statements[key] =",
    ),
    # --- reach --------------------------------------------------------------------------------------------------------
    Mutant("a union is a sum", "audiences", "return every[is_first].tobytes()", "return every.tobytes()"),
    Mutant("a part replaces", "audiences", 'return bool(entry.record.data.get("part", False))', "return False"),
    Mutant("what was replaced still counts", "audiences", "for entry in ordered[base:]]", "for entry in ordered]"),
    Mutant(
        "who left is still in the union", "reaches", "change.anew = change.anew or (", "change.anew = change.anew and ("
    ),
    Mutant("an asset nobody observed is a known one", "reach", "open_end=observed < assets", "open_end=False"),
    Mutant("sets in part are all there is", "reach", "if not _is_whole(member, surface) or", "if not own or"),
    Mutant("the smallest count is the least", "reach", "largest = max(", "largest = min("),
    # --- figures ------------------------------------------------------------------------------------------------------
    Mutant("an absent figure is a zero", "hedged", "return cls(terms=1, absent=1)", "return cls(terms=1)"),
    Mutant("an open end is lost", "hedged", "high = None if self.open else self.high", "high = self.high"),
    Mutant("a rounded figure is taken at its word", "hedged", "return unit // 2", "return 0"),
    Mutant(
        "a listed figure never exceeds a stated one", "_figures", "return stated.most is None or not", "return True or"
    ),
    Mutant("currencies are added", "spend", "{platform}|{money.currency} {place}", "{platform}|USD {place}"),
    Mutant("none found stands beside what was found", "spend", "if amount.most == 0 and n:", "if False:"),
    Mutant("an event of two networks counts twice", "events", "events -= Tally(low=again, high=again)", "pass"),
    Mutant(
        "what was restored is still removed",
        "entities",
        "removed = record.type is RecordType.ASSET_REMOVED",
        "removed = True",
    ),
    Mutant("what is stated is removed before it is", "takedowns", "if stage is not Stage.REMOVED:", "if False:"),
    Mutant("the day begins at midnight elsewhere", "detections", "here = local(now, zone)", 'here = local(now, "UTC")'),
    Mutant("an ad stays where its asset was", "projection", "ads.union(self.of_kind", "set().union(self.of_kind"),
]


HIDDEN = ("undoing takes the last of any kind away", "a clock that is ahead saves a record")
"""Those that take hundreds of cases."""


class Tried:
    """The cases in blocks, drawn once for all faults, in a process of their own.

    Hypothesis tries constants that it finds in whatever modules are loaded, and here that is chance.
    """

    def __init__(self) -> None:
        self._drawn: list[list[Case]] = []

    def block(self, place: int) -> list[Case]:
        """One block. Not to be asked for while a fault is planted: cases are written in the words that hold here."""
        while place >= len(self._drawn):
            with multiprocessing.get_context("spawn").Pool(1) as apart:
                self._drawn.append(apart.apply(drawn, (len(self._drawn), BLOCK)))
        return self._drawn[place]


@pytest.fixture(scope="module")
def tried() -> Tried:
    return Tried()


def shows(mutant: Mutant, cases: Sequence[Case]) -> bool:
    with planted(mutant) as trial:
        room = trial.Room()
        found = trial.first_disagreement(room, cases)
        room.close()
    return found is not None


SHORT = [
    pytest.param(mutant, marks=[pytest.mark.long] if place % 3 or mutant.name in HIDDEN else [])
    for place, mutant in enumerate(MUTANTS)
]
"""All of them take a minute and a half: a third of them stands for the others where somebody waits."""


@pytest.mark.parametrize("mutant", SHORT, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_planted_fault_is_found(mutant: Mutant, tried: Tried) -> None:
    found = any(shows(mutant, tried.block(place)) for place in range(BLOCKS))
    assert found, f"{BLOCKS * BLOCK} cases did not show that {mutant.name}"


def test_without_a_fault_none_is_found(tried: Tried) -> None:
    assert not shows(Mutant("nothing", "hedged", "unit // 2", "unit // 2"), tried.block(0)[:60])


def test_a_fault_for_which_there_is_no_place_is_no_fault() -> None:
    with pytest.raises(LookupError, match="nowhere"), planted(Mutant("?", "hedged", "nowhere", "")):
        pass


@contextmanager
def planted(mutant: Mutant) -> Iterator[ModuleType]:
    """The trial, loaded anew with the fault in the product. Raises LookupError where the fault has no place."""
    file = _file(mutant.module)
    source = file.read_text()
    if source.count(mutant.there) != 1:
        raise LookupError(
            f"{mutant.there!r} stands {source.count(mutant.there)} times in {file.name}, not once: nowhere"
        )
    name = "app." + ".".join(file.relative_to(Path(app.__file__).parent).with_suffix("").parts)
    finder = _Finder(name, file, source.replace(mutant.there, mutant.instead))
    kept = {name: module for name, module in sys.modules.items() if name.startswith(OURS) and name not in WORDS}
    for each in kept:
        del sys.modules[each]
    sys.meta_path.insert(0, finder)
    try:
        yield importlib.import_module("tests.recount_trial")
    finally:
        sys.meta_path.remove(finder)
        for each in [each for each in sys.modules if each.startswith(OURS) and each not in WORDS]:
            del sys.modules[each]
        sys.modules.update(kept)


def _file(module: str) -> Path:
    (file,) = [
        file for file in Path(app.__file__).parent.rglob(f"{module}.py") if file.parent.name in ("app", "measures")
    ]
    return file


class _Loader(SourceFileLoader):
    """Loads a module from another text than stands in its file."""

    def __init__(self, name: str, file: Path, source: str) -> None:
        super().__init__(name, str(file))
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


class _Finder:
    """Finds one module before anybody else does."""

    def __init__(self, name: str, file: Path, source: str) -> None:
        self.name, self.file, self.source = name, file, source

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.file, loader=_Loader(name, self.file, self.source))
