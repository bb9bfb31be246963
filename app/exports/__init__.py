"""FAMILY of exports: what a snapshot is given out as. One file is one format; ``all_exports`` finds it.

The contract: a module has ``EXPORT``, an ``Export``, whose ``make(frozen, options)`` gives a whole file as bytes. It is
made of ``frozen`` alone: no board, no log, no clock and no network, and the same ``Frozen`` with the same ``Options``
gives the same bytes wherever the format lets it (dates are those of the snapshot, entries of archives are sorted).
What came from outside is raw in the content and is made safe for the format by ``app.safetext``; figures are worded by
``app.wording`` from their hedged JSON, or by the words that stand beside them.

Every file carries the id, ``seq`` and SHA-256 of the snapshot, who froze it and when, its TLP label (on every page,
slide and sheet that has such), and says so where networks in it are an exercise. ``make`` is called by ``made``, which
speaks the snapshot's language. Modules with a leading underscore are what the formats share.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from app import language
from app.errors import BadRequest, NotFound
from app.exports._frozen import SCHEMA, Frozen, canonical
from app.language import pgettext

__all__ = [
    "PAPERS",
    "SCHEMA",
    "WALL",
    "Export",
    "Frozen",
    "Options",
    "Paper",
    "all_exports",
    "canonical",
    "choices",
    "file_name",
    "made",
    "options_of",
    "spoken",
]

T = TypeVar("T")

Paper = Literal["a4", "letter"]

PAPERS: tuple[Paper, ...] = ("a4", "letter")

WALL = "wall"
"""Stands for a format where a browser draws the wall: it is no export, for it is made from the log."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is wanted: on which ``paper``, and which ``part`` of a snapshot where a format gives it in parts."""

    paper: Paper = "a4"
    part: str = ""


def options_of(paper: str = "a4", part: str = "") -> Options:
    """Options as somebody wrote them. Raises BadRequest naming ``paper``."""
    for known in PAPERS:
        if paper == known:
            return Options(known, part)
    raise BadRequest("paper", f"{paper[:40]!r} will not do: {' or '.join(PAPERS)}")


def _whole(_frozen: Frozen) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One format. ``name`` is what addresses call it, ``title`` what people do, ``place`` where it stands among them.

    ``suffix`` is that of its files without a dot. A format with ``on_paper`` heeds the paper; one with ``parts`` gives
    a file for each of them, and ``make`` is never asked for another nor for none.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    place: int
    make: Callable[[Frozen, Options], bytes]
    parts: Callable[[Frozen], Sequence[str]] = _whole
    on_paper: bool = False


@cache
def all_exports() -> dict[str, Export]:
    """Every format by name, in the order in which they are offered."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    exports: list[Export] = [importlib.import_module(f"{__name__}.{name}").EXPORT for name in names]
    return {export.name: export for export in sorted(exports, key=lambda export: (export.place, export.name))}


def made(frozen: Frozen, name: str, options: Options | None = None) -> bytes:
    """A snapshot in a format, in the snapshot's language.

    Raises NotFound for a format that there is not, and BadRequest for a part that it does not have.
    """
    options = options or Options()
    export = all_exports().get(name)
    if export is None:
        raise NotFound(f"there is no format {name[:40]!r}: {', '.join(all_exports())}")
    parts = export.parts(frozen)
    if (parts or options.part) and options.part not in parts:
        wanted = f"one of {', '.join(parts)}" if parts else "this format is given whole, leave it out"
        raise BadRequest("part", f"{options.part[:40]!r} will not do: {wanted}")

    return spoken(frozen, lambda: export.make(frozen, options))


def spoken(frozen: Frozen, work: Callable[[], T]) -> T:
    """What ``work`` makes while the snapshot's language is spoken."""
    return language.speaking(frozen.content["language"], work)


def choices(frozen: Frozen, export: Export) -> list[tuple[str, dict[str, str]]]:
    """The files that can be asked for in a format: what tells each from the others, and the query that asks for it.

    One without words and without a query, where the format is given whole.
    """
    if parts := export.parts(frozen):
        return [(part, {"part": part}) for part in parts]
    if export.on_paper:
        papers = {"a4": pgettext("paper", "A4"), "letter": pgettext("paper", "Letter")}
        return [(papers[paper], {"paper": paper}) for paper in PAPERS]
    return [("", {})]


def file_name(frozen: Frozen, export: Export, options: Options | None = None) -> str:
    """What a file is called, in letters, digits and hyphens: ``warroom-october-briefing-1f2e3d4c5b6a7988.pdf``."""
    part = f"-{options.part}" if options and options.part else ""
    paper = f"-{options.paper}" if options and export.on_paper and options.paper != PAPERS[0] else ""
    words = re.sub(r"[^a-z0-9]+", "-", frozen.name.lower()).strip("-")[:60].strip("-")
    return f"warroom-{words}{'-' if words else ''}{frozen.id}{part}{paper}.{export.suffix}"
