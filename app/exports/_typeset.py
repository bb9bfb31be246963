"""Typesetting: plain data and a template of the house become a PDF or pictures, with nothing of the machine in them.

Templates are files of this package, and the typesetter reads no file outside their folder. What a snapshot says goes in
as data and is never read as markup. No font but ours, no package and no address is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from app.exports._typeface import folders

TEMPLATES = Path(__file__).parent / "typst"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders())


def typeset(
    template: str, sheet: Mapping[str, Any], form: Literal["pdf", "png"], *, at: int, ppi: float = 144, **inputs: str
) -> bytes:
    """A template filled with a sheet; ``at`` is the time that it bears (seconds). A picture must be of one page."""
    compiler = typst.Compiler(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False), **inputs},
        # Packages would be fetched: there is no place that has any.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    # PDF/UA-1 is held to by the typesetter: a picture without words for it, or a letter without a glyph, is an error.
    made = compiler.compile(format=form, ppi=ppi, pdf_standards="ua-1" if form == "pdf" else None, timestamp=at)
    if not isinstance(made, bytes):
        raise TypeError(f"{template} gave {len(made or [])} pages where one was wanted")
    return made
