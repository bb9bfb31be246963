"""The look of the slides: colours, type and an empty deck in them, of which every slide is of one layout.

White ground, black rules, one family of type; no boxes and no shadows. Amber means that a person must act, and never
stands without a word.
"""

from __future__ import annotations

import re
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches

from app.exports._frozen import Frozen
from app.exports._marks import shown_at
from app.safetext import clean

WIDE = 40 / 3
"""Inches across a slide of 16 to 9 that is 7.5 high."""

LEFT, RIGHT = 0.6, 0.6
ACROSS = WIDE - LEFT - RIGHT

FONT = "Archivo"
_PANOSE = "020B0503020202020B04"
"""By which a sans serif is taken where the type is missing."""

INK, INK2, INK3 = "141618", "3A3F43", "585E62"
OPEN, CLOSED, PALE = "24292D", "4D6C80", "AEB8BE"
LINE, ALERT, BLACK = "CFCFCB", "8F3E00", "000000"

_SCHEME = {
    "dk1": INK,
    "lt1": "FFFFFF",
    "dk2": INK2,
    "lt2": "F3F2EF",
    "accent1": OPEN,
    "accent2": CLOSED,
    "accent3": PALE,
    "accent4": ALERT,
    "accent5": "74787A",
    "accent6": LINE,
    "hlink": INK,
    "folHlink": INK,
}

TITLE_AT = (LEFT, 0.86, ACROSS, 0.98)
"""Where a title stands: from the left, from the top, its width and its height, in inches."""

TITLE_SIZE = 26

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = (12_192_000, 6_858_000)
"""Width and height in the unit of office files, as PowerPoint makes its wide slides."""

_TITLE_ONLY = 5

_SAID_BY_SLIDES = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


def empty_deck(frozen: Frozen) -> Any:
    """A deck without slides, dated and named by its snapshot; ``slide_layouts[0]`` is the one there is."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = _SLIDE
    deck.element.find("{*}sldSz").attrib.pop("type", None)
    kept = deck.slide_layouts[_TITLE_ONLY]
    for layout in [layout for layout in deck.slide_layouts if layout is not kept and layout.name != kept.name]:
        deck.slide_layouts.remove(layout)
    _dress_master(deck.slide_master)
    _strip(kept.placeholders)
    dress_theme(deck.slide_master.part)
    _drop(deck.part, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
    # What the library's own empty deck says of itself: a picture of it, the program it was made with, its format.
    _drop(deck.part.package, RELATIONSHIP_TYPE.THUMBNAIL)
    _drop(deck.part.package, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    _describe(deck.core_properties, frozen)
    return deck


def dress_theme(part: Any) -> None:
    """Give the theme of a master (of slides or of notes) our type and colours."""
    theme = part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = theme.blob.decode()
    colors = "".join(f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>' for name, color in _SCHEME.items())
    xml = re.sub(r"(<a:clrScheme [^>]*>).*?(</a:clrScheme>)", rf"\1{colors}\2", xml, flags=re.DOTALL)
    xml = re.sub(r'<a:latin typeface="[^"]*"[^>]*/>', f'<a:latin typeface="{FONT}" panose="{_PANOSE}"/>', xml)
    if hasattr(theme, "_element"):
        theme._element = type(theme).load(theme.partname, theme.content_type, theme.package, xml.encode())._element  # noqa: SLF001
    else:
        theme.blob = xml.encode()


def _dress_master(master: Any) -> None:
    _strip(master.placeholders)
    left, top, width, height = (Inches(n) for n in TITLE_AT)
    for shape in master.placeholders:
        shape.left, shape.top, shape.width, shape.height = left, top, width, height
        if shape.placeholder_format.type is PP_PLACEHOLDER.BODY:
            shape.top, shape.height = Inches(2.0), Inches(4.6)
        body = shape._element.find(f".//{_A}bodyPr")  # noqa: SLF001
        for side in ("lIns", "tIns", "rIns", "bIns"):
            body.set(side, "0")
        body.set("anchor", "t")
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")  # noqa: SLF001
    style.set("algn", "l")
    style.find(f"{_A}defRPr").attrib.update({"sz": f"{TITLE_SIZE}00", "b": "1"})


def _strip(placeholders: Any) -> None:
    """Take away the date, the footer and the number, which every slide says in its own words."""
    for shape in list(placeholders):
        if shape.placeholder_format.type in _SAID_BY_SLIDES:
            shape._element.getparent().remove(shape._element)  # noqa: SLF001


def _drop(part: Any, reltype: str) -> None:
    rels = part._rels  # noqa: SLF001
    for id in [id for id, rel in rels.items() if rel.reltype == reltype]:
        rels.pop(id)


def _describe(known: Any, frozen: Frozen) -> None:
    made = shown_at(frozen.content["frozen"]["at"], "UTC")
    known.title, known.author = clean(frozen.name, 200), clean(frozen.content["frozen"]["by"], 200)
    known.last_modified_by, known.revision = known.author, 1
    known.created = known.modified = made
    known.subject, known.keywords = str(frozen.tlp), f"{frozen.id}, seq {frozen.seq}"
    known.comments = f"SHA-256 {frozen.sha256}"
