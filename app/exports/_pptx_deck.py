"""A deck and its pages: each has a title, marks, notes, and never more on it than there is room for.

deck = Deck(frozen)
page = deck.page("Five networks stay open", notes=["..."])
page.words((0.6, 2.0, 6.0, 4.0), [Para.of("...")])
file = deck.bytes()
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.util import Inches

from app import briefing
from app.exports import _fit
from app.exports._frozen import Frozen
from app.exports._marks import TLP_COLORS, frozen_words, marks, said
from app.exports._pptx_charts import Chart, Data
from app.exports._pptx_look import ACROSS, BLACK, INK, INK3, LEFT, LINE, TITLE_AT, TITLE_SIZE, dress_theme, empty_deck
from app.exports._pptx_xml import Cell, Para, Words, box, row_height, rule, table
from app.exports._zip import sealed
from app.language import _, locale

TOP, FOOT = 1.95, 6.85
"""Where the room of a page begins below its title, and ends above its foot, in inches."""

ROOM = FOOT - TOP

_TOP_OF_ONE = 1.6
"""Where the room begins below a title of one line."""

_HEAD_Y, _HEAD_RULE, _FOOT_RULE, _FOOT_Y = 0.3, 0.62, 6.98, 7.06
_SMALL = 10
_LABEL_WIDE = 1.75

_TITLE_LINES = 2

NOTES_LIMIT = 12_000
"""Characters of the notes of a slide; what is over is in the other formats."""


class Page:
    """One slide. Everything on it stands at ``(left, top, width, height)`` in inches."""

    def __init__(self, deck: Deck, title: str, notes: Sequence[str]) -> None:
        self._deck = deck
        self.notes = list(notes)
        self.slide = deck.deck.slides.add_slide(deck.deck.slide_layouts[0])
        self._tree: Any = self.slide.shapes._spTree  # noqa: SLF001 - whole shapes as XML cost a tenth of the library's
        self._last = 1_000
        self.top = TOP if self._title(title) > 1 else _TOP_OF_ONE

    def words(self, at: tuple[float, float, float, float], paras: Sequence[Para], name: str = "") -> list[Para]:
        """Put as many paragraphs into a box as it holds; those that are left are given back, none cut but a first one.

        A first paragraph that is longer than the box ends in an ellipsis.
        """
        _left, _top, width, height = at
        held: list[Para] = []
        room = height
        for para in paras:
            takes = para.height(width)
            # The white below the last paragraph may lie outside.
            if takes - para.after / 72 > room:
                break
            held.append(para)
            room -= takes
        if not held and paras:
            held = [shortened(paras[0], width, height)]
        self._add(box(self._id(), name or _("Words"), at, held, self._deck.lang))
        return list(paras[len(held) :])

    def rule(self, left: float, top: float, inches: float, points: float = 0.75, color: str = INK) -> None:
        """A line across."""
        self._add(rule(self._id(), (left, top), inches, points, color))

    def section(self, at: tuple[float, float, float], heading: str) -> float:
        """A rule with a heading below it; where what follows begins."""
        left, top, width = at
        self.rule(left, top, width)
        self.words(
            (left, top + 0.08, width, 0.3), [Para.of(_fit.cut(heading, 14, width), 14, bold=True, after=0)], heading
        )
        return top + 0.46

    def table(
        self,
        at: tuple[float, float],
        widths: Sequence[float],
        rows: Sequence[Sequence[Cell]],
        alt: str,
        *,
        room: float,
        size: float = 13,
        headed: bool = True,
    ) -> int:
        """As many rows as there is room for, cells cut to two lines each; how many rows of ``rows`` it took."""
        cut = [[cell.within(width, size) for cell, width in zip(row, widths, strict=True)] for row in rows]
        taken, left = 0, room
        for row in cut:
            left -= row_height(row, widths, size)
            if left < 0:
                break
            taken += 1
        self._add(table(self._id(), alt, at, widths, cut[:taken], size, self._deck.lang, headed=headed))
        return taken

    def chart(self, at: tuple[float, float, float, float], chart: Chart, alt: str) -> None:
        """A native chart."""
        left, top, width, height = (Inches(n) for n in at)
        frame = self.slide.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED, left, top, width, height, Data(chart, self._deck.lang)
        )
        named = frame._element.nvGraphicFramePr.cNvPr  # noqa: SLF001
        named.set("id", str(self._id()))
        named.set("name", _("Chart"))
        named.set("descr", alt)

    def finish(self, n: int, of: int) -> None:
        """The marks of the page, once it is known how many there are, and its notes."""
        deck, content = self._deck, self._deck.frozen.content
        also = " · ".join(marks(content))
        room = ACROSS - _LABEL_WIDE - 0.4
        # Marks go before what only helps to find one's way.
        beside = min(_fit.width(also, _SMALL) + 0.1, room - 0.5) if also else 0.0
        told = (_("Election desk briefing"), briefing.when_words(content), said(briefing.title_line(content)))
        running = _fit.cut(" · ".join(words for words in told if words), _SMALL, room - beside)
        head = Para((Words(running, color=INK3),), _SMALL, 0)
        self.words((LEFT, _HEAD_Y, room - beside, 0.22), [head], _("Running head"))
        if also:
            mark = Para((Words(_fit.cut(also, _SMALL, beside), bold=True),), _SMALL, 0, "r")
            self.words((LEFT + room - beside + 0.2, _HEAD_Y, beside, 0.22), [mark], _("Marks"))
        label = Para((Words(content["tlp"], True, TLP_COLORS[deck.frozen.tlp]),), 11, 0, "ctr")
        at = (LEFT + ACROSS - _LABEL_WIDE, _HEAD_Y - 0.06, _LABEL_WIDE, 0.28)
        self._add(box(self._id(), _("TLP label"), at, [label], deck.lang, BLACK))
        self.rule(LEFT, _HEAD_RULE, ACROSS)
        self.rule(LEFT, _FOOT_RULE, ACROSS, 0.5, LINE)
        seq = _("seq {seq}").format(seq=deck.frozen.seq)
        picture = f"{said(briefing.marks(content).freshness)}, {seq}"
        foot = Para((Words(_fit.cut(picture, _SMALL, ACROSS - 2), color=INK3),), _SMALL, 0)
        self.words((LEFT, _FOOT_Y, ACROSS - 2, 0.22), [foot], _("Picture"))
        page = Para((Words(_("Page {page} of {pages}").format(page=n, pages=of), color=INK3),), _SMALL, 0, "r")
        self.words((LEFT + ACROSS - 2, _FOOT_Y, 2, 0.22), [page], _("Page"))
        self._write_notes()

    def _write_notes(self) -> None:
        content = self._deck.frozen.content
        last = [str(content["tlp"]), *marks(content), frozen_words(self._deck.frozen)]
        body = "\n".join(self.notes)
        if len(body) > NOTES_LIMIT:
            body = body[: NOTES_LIMIT - 1] + "…"
        self.slide.notes_slide.notes_text_frame.text = "\n".join([body, *last] if body else last)

    def _title(self, title: str) -> int:
        shape = self.slide.shapes.title._element  # noqa: SLF001
        cut = _fit.cut(title, TITLE_SIZE, TITLE_AT[2], _TITLE_LINES)
        body = shape.txBody
        for each in body.findall("{*}p"):
            body.remove(each)
        # In the type of the layout, so that a change of the layout changes every title.
        run = f'<a:r><a:rPr lang="{self._deck.lang}" dirty="0"/><a:t>{_escaped(cut)}</a:t></a:r>'
        body.append(parse_xml(f'<a:p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{run}</a:p>'))
        return _fit.lines(cut, TITLE_SIZE, TITLE_AT[2])

    def _id(self) -> int:
        self._last += 1
        return self._last

    def _add(self, xml: str) -> None:
        self._tree.append(parse_xml(xml))


class Deck:
    """The slides of a snapshot."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self.deck = empty_deck(frozen)
        self.lang = str(locale()).replace("_", "-") if locale().territory else "en-GB"
        self._pages: list[Page] = []

    def page(self, title: str, notes: Sequence[str]) -> Page:
        """A new page behind the others. The title is cut to two lines."""
        self._pages.append(Page(self, title, notes))
        return self._pages[-1]

    def bytes(self) -> bytes:
        """The file, whole; no page can be added any more."""
        for n, page in enumerate(self._pages, 1):
            page.finish(n, len(self._pages))
        dress_theme(self.deck.notes_master.part)
        file = io.BytesIO()
        self.deck.save(file)
        return sealed(file.getvalue())


def shortened(para: Para, width: float, height: float) -> Para:
    """A paragraph with as many of its words, in the look of the first, as a box holds."""
    most = max(1, int(height * 72 / (para.size * _fit.LINE)))
    first = para.words[0]
    wide = width - (para.size / 72 if para.bullet else 0)
    return Para(
        (Words(_fit.cut(para.text, para.size, wide, most), first.bold, first.color, first.size),),
        para.size,
        0,
        para.align,
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
