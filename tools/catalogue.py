"""Bring the catalogues of the languages up to the source: ``python -m tools.catalogue``.

Every text that is marked in ``app/``, ``dashboards/`` and ``static/js/`` stands in every ``app/catalogues/*.po``
afterwards, in the order of the source; what is marked no more is taken out, and what has no translation yet is printed.
``python -m tools.catalogue de`` begins a new language.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from app import __version__
from app.language import CATALOGUES, SOURCE, catalogue, known

ROOT = Path(__file__).resolve().parents[1]

METHODS = (
    ("app", "*.py", "python"),
    ("dashboards", "*.py", "python"),
    ("dashboards", "*.html", "jinja2.ext:babel_extract"),
    ("static/js", "*.js", "javascript"),
)
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
WIDTH = 120

CHANGING = (b'"POT-', b'"PO-', b'"Report-', b'"Last-', b'"Language-Team', b'"Generated-By')
"""Lines of the header that say when and by whom: the repository knows."""


def marked() -> Catalog:
    """All texts that are marked in the source, with the files in which they are."""
    found = Catalog()
    for path, method in _files():
        place = path.relative_to(ROOT).as_posix()
        for _line, text, _comments, context in extract_from_file(method, path, keywords=KEYWORDS):
            found.add(text, locations=[(place, 0)], context=context)
    return found


def _files() -> Iterator[tuple[Path, str]]:
    for folder, pattern, method in METHODS:
        for path in sorted((ROOT / folder).rglob(pattern)):
            yield path, method


def bring_up(code: str) -> list[str]:
    """Write one catalogue anew. Returns what it has no translation of yet."""
    path = CATALOGUES / f"{code}.po"
    if not path.exists():
        CATALOGUES.mkdir(exist_ok=True)
        path.write_bytes(b"")
    held = catalogue(code)
    held.update(marked(), no_fuzzy_matching=True, update_creation_date=False)
    held.obsolete.clear()
    held.fuzzy = False
    held.project, held.version = "Warroom", __version__
    written = BytesIO()
    write_po(written, held, width=WIDTH, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(CHANGING)))
    return [str(message.id) for message in held if message.id and (message.fuzzy or not all(_forms(message.string)))]


def _forms(said: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list | tuple) else (said or "",)


def main() -> int:
    """Bring up the catalogues that are named, or every one."""
    for code in sys.argv[1:] or [code for code in known() if code != SOURCE]:
        missing = bring_up(code)
        print(f"{code}: {len(missing)} texts without a translation")
        for text in missing:
            print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
