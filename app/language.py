"""The language of the room: English as it stands in the source, or another one by its catalogue.

A room speaks one language, which ``use`` says once at start. Texts are marked where they stand: ``_("text")``, with
named places that ``format`` fills afterwards; ``ngettext`` where a number decides; ``pgettext`` where one English text
has several translations; ``N_`` marks a constant that is translated where it is used. A text without a translation
stays English. What programs read stays English as well: ``speak`` lets the present task speak another language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import TypeVar

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

T = TypeVar("T")

SOURCE = "en"
"""What the source is written in."""

CATALOGUES = Path(__file__).with_name("catalogues")
"""A catalogue for each other language: ``pt_BR.po``."""

SCRIPTS = "static/js/"
"""Where texts stand that a page takes along for its scripts."""

Key = tuple[str, str]
"""A context, mostly empty, and the English text; of several forms the one for one."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its signs for thousands and decimals, its texts by their English ones, and which form a number has.

    ``for_scripts`` are the texts that scripts say.
    """

    code: str
    locale: Locale
    group: str
    decimal: str
    texts: Mapping[Key, tuple[str, ...]]
    form: Callable[[int], int]
    for_scripts: Mapping[str, str]

    @property
    def tag(self) -> str:
        """As HTML names it: "pt-BR"."""
        return self.code.replace("_", "-")


def known() -> list[str]:
    """The languages that a room can speak."""
    return [SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]


@cache
def language(code: str) -> Language:
    """A language. Raises ValueError for one without a catalogue."""
    if code not in known():
        raise ValueError(f"{code!r} is no language of the room: {', '.join(known())}")
    locale = Locale.parse(code)
    signs = locale.number_symbols["latn"]
    if code == SOURCE:
        return Language(code, locale, signs["group"], signs["decimal"], {}, lambda n: int(n != 1), {})
    read = catalogue(code)
    texts: dict[Key, tuple[str, ...]] = {}
    for message in read:
        first, said = _first(message.id), message.string
        forms = tuple(said) if isinstance(said, list | tuple) else (said or "",)
        if first and all(forms) and not message.fuzzy:
            texts[message.context or "", first] = forms
    scripts = {
        first: texts["", first][0]
        for message in read
        if (first := _first(message.id)) and any(path.startswith(SCRIPTS) for path, _ in message.locations)
    }
    return Language(code, locale, signs["group"], signs["decimal"], texts, c2py(read.plural_expr), scripts)


def catalogue(code: str) -> Catalog:
    """The catalogue of a language, as its file has it."""
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def fingerprint() -> bytes:
    """What the room's words are made of, beside the source: nothing in English."""
    return b"" if _room.code == SOURCE else (CATALOGUES / f"{_room.code}.po").read_bytes()


def _first(id: str | list[str] | tuple[str, ...]) -> str:
    return id if isinstance(id, str) else id[0]


_room = language(SOURCE)
_here: ContextVar[Language | None] = ContextVar("language", default=None)


def use(code: str) -> None:
    """From now on the room speaks this language. Raises ValueError for one that it does not know."""
    global _room  # noqa: PLW0603 - said once, when a room opens
    _room = language(code)


def speak(code: str) -> None:
    """The present task, and what it starts, speaks this language."""
    _here.set(language(code))


def speaking(code: str, work: Callable[[], T]) -> T:
    """What ``work`` makes while a language is spoken; whoever asks for it goes on in their own."""

    def spoken_so() -> T:
        speak(code)
        return work()

    return copy_context().run(spoken_so)


def room() -> Language:
    """The language of the room, whoever asks."""
    return _room


def spoken() -> Language:
    """The language that is spoken here."""
    return _here.get() or _room


def locale() -> Locale:
    """Its locale data."""
    return spoken().locale


def gettext(text: str) -> str:
    """A text in the language that is spoken."""
    found = spoken().texts.get(("", text))
    return text if found is None else found[0]


_ = gettext


def pgettext(context: str, text: str) -> str:
    """A text that English uses for several things; ``context`` says for which."""
    found = spoken().texts.get((context, text))
    return text if found is None else found[0]


def ngettext(one: str, many: str, n: int) -> str:
    """The form for a number."""
    found = spoken().texts.get(("", one))
    if found is None:
        return one if n == 1 else many
    return found[min(spoken().form(n), len(found) - 1)]


def N_(text: str) -> str:  # noqa: N802 - as gettext calls it everywhere
    """Mark a constant; it is translated where it is used."""
    return text
