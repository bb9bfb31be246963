"""Sentences that know which of their words came from outside, so that each export can make these safe for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import Formatter
from typing import Any
from unicodedata import bidirectional

from app.language import _, ngettext
from app.numerals import grouped
from app.safetext import clean

MOST_NAMED = 5
"""Names that a sentence lists; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence. ``foreign`` are words from outside, raw: a name, a persona, a claim."""

    text: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text in stretches. ``str`` gives it whole and raw."""

    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)

    def __bool__(self) -> bool:
        return any(run.text for run in self.runs)

    def said(self, foreign: Callable[[str], str]) -> str:
        """The text with every stretch from outside made safe by ``foreign``."""
        return "".join(foreign(run.text) if run.foreign else run.text for run in self.runs)

    def cut(self, limit: int) -> Sentence:
        """The same with no stretch from outside longer than ``limit`` characters."""
        return Sentence(tuple(Run(clean(run.text, limit), foreign=True) if run.foreign else run for run in self.runs))

    @property
    def kept(self) -> list[str | dict[str, str]]:
        """As JSON: our own words are texts, and each stretch from outside an object with its ``name``."""
        found: list[str | dict[str, str]] = []
        for foreign, runs in groupby(self.runs, key=lambda run: run.foreign):
            if foreign:
                found += [{"name": run.text} for run in runs]
            elif words := "".join(run.text for run in runs):
                found.append(words)
        return found

    @classmethod
    def of_kept(cls, said: Iterable[str | Mapping[str, str]]) -> Sentence:
        """The sentence that ``kept`` wrote."""
        return cls(tuple(Run(each) if isinstance(each, str) else named(each["name"]) for each in said))

    @property
    def begun(self) -> Sentence:
        """The same with a capital, where its first word is ours."""
        if not self.runs or self.runs[0].foreign:
            return self
        first, *rest = self.runs
        return Sentence((Run(first.text[:1].upper() + first.text[1:]), *rest))


Words = str | Run | Sentence


def named(text: Any) -> Run:
    """Words from outside."""
    return Run(str(text), foreign=True)


def plain(*words: Words) -> Sentence:
    """Words one after the other."""
    return Sentence(tuple(run for each in words for run in _runs(each)))


def fill(pattern: str, **values: Words) -> Sentence:
    """A pattern with named places, filled as ``str.format`` does."""
    runs: list[Run] = []
    for literal, place, _spec, _conversion in Formatter().parse(pattern):
        runs.append(Run(literal))
        if place is not None:
            runs += _runs(values[place])
    return Sentence(tuple(run for run in runs if run.text))


def joined(words: Sequence[Words], between: str = " ") -> Sentence:
    """Words with something of ours between them."""
    parts = [part for each in words for part in (between, each)]
    return plain(*parts[1:])


def listed(words: Sequence[Words], most: int = MOST_NAMED) -> Sentence:
    """A list as it is read out: "a, b and c", of a longer one "a, b, c, d, e and 3 more"."""
    words = list(words)
    if len(words) > most + 1:
        n = len(words) - most
        words = [*words[:most], ngettext("{n} more", "{n} more", n).format(n=grouped(n))]
    if len(words) < 2:
        return plain(*words)
    return fill(_("{words} and {last}"), words=joined(words[:-1], ", "), last=words[-1])


def names_in(text: str, content: Mapping[str, Any]) -> Sentence:
    """A finished text of a snapshot with the names in it found again: of its networks and of its sources."""
    names = {network["name"] for network in content["networks"]} | {
        source["name"] for source in content["picture"]["sources"]
    }
    return found_again(text, names)


def found_again(text: str, names: Iterable[str]) -> Sentence:
    """A finished text with some names in it found again."""
    names = set(names)
    found = sorted((name for name in names if name.strip() and name in text), key=lambda name: (-len(name), name))
    if not found:
        return Sentence(tuple(_ours(text)))
    return Sentence(tuple(_split(text, re.compile("|".join(map(re.escape, found))))))


def _split(text: str, names: re.Pattern[str]) -> Iterator[Run]:
    end = 0
    for match in names.finditer(text):
        yield from _ours(text[end : match.start()])
        yield named(match[0])
        end = match.end()
    yield from _ours(text[end:])


def _ours(text: str) -> Iterator[Run]:
    """A stretch between names, which may hold a claim in its own words: foreign where it would not pass as ours."""
    if clean(f"x{text}x") == f"x{text}x" and not any(bidirectional(c) in ("R", "AL", "AN") for c in text):
        yield Run(text)
        return
    inner = text.strip()
    before, _inner, after = text.partition(inner)
    yield from (Run(before), Run(inner, foreign=True), Run(after))


def _runs(words: Words) -> tuple[Run, ...]:
    if isinstance(words, Sentence):
        return words.runs
    return (words,) if isinstance(words, Run) else (Run(words),)
