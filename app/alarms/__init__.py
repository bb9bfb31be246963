"""FAMILY of alarm rules: what must not pass unseen. One file is one rule; ``all_rules`` finds it.

The contract. ``NAME`` is what records call the rule, ``TITLE`` what screens do. ``causes(look)`` yields what is above
the threshold now, and what may be (``is_sure`` is False): an alarm is raised by what is sure, and is over once it
cannot be any more, so that it does not flicker at the edge. ``said(alarm)`` is the rest of the sentence after the name
of what it is about; ``watched(watch, limits_s)`` says in a few words what the rule watches for, empty where it has no
threshold.

Rules are pure: board, time and thresholds are passed in.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from app.board import Board
from app.hedged import Hedged
from app.language import _
from app.safetext import unlinked
from app.silence import called
from app.vocabulary import Alarm, Watch

NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule looks at: the board at ``now`` (µs), the room's thresholds, and how long sources may be silent."""

    board: Board
    now: int
    watch: Watch
    source_limits_s: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is above its threshold, or may be: what an alarm would say (``app.vocabulary.Alarm``)."""

    rule: str
    about: str
    since: int
    part: str = ""
    figure: Hedged | None = None
    limit: int | None = None
    is_sure: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same cause as that of an alarm."""
        return self.rule, self.about, self.part


@cache
def all_rules() -> dict[str, ModuleType]:
    """Every rule by name."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in sorted(names)]
    return {module.NAME: module for module in modules}


def all_causes(look: Look) -> Iterator[Cause]:
    """What every rule finds."""
    for rule in all_rules().values():
        yield from rule.causes(look)


@dataclass(frozen=True, slots=True)
class Words:
    """An alarm in words: ``title`` is the rule's, ``name`` what it is about, ``said`` the rest."""

    title: str
    name: str
    said: str

    def __str__(self) -> str:
        """As it is sent: chats and mail programs fetch what a link leads to, and a name may tell its owner so."""
        return " ".join(filter(None, (unlinked(self.name, NAME_LIMIT, empty=""), self.said)))


def words_of(alarm: Alarm, board: Board) -> Words:
    """What screens and messages say of an alarm; of a rule that is not there any more its name."""
    rule = all_rules().get(alarm.rule)
    if rule is None:
        return Words(alarm.rule.replace("_", " ").capitalize(), alarm.about, "")
    network = board.find(alarm.about)
    name = network.name if network is not None else called(alarm.about) if "/" in alarm.about else alarm.about
    return Words(_(rule.TITLE), name, rule.said(alarm))


def watched(watch: Watch, source_limits_s: Mapping[str, int]) -> list[str]:
    """What is watched for, a few words a rule."""
    return [words for rule in all_rules().values() if (words := rule.watched(watch, source_limits_s))]
