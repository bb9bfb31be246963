"""Words as DrawingML: runs, paragraphs, boxes, rules and tables, each a text of XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from app.exports import _fit
from app.exports._pptx_look import INK, LINE

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)

_POINTS = 72
_PAD = 0.05
"""Inches above and below the words of a cell."""

_BESIDE = 0.15
"""Inches at the right of the words of a cell, so that those of two columns never touch."""

_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The style without ground and without lines, by the id that every office program knows."""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text in one look; ``size`` in points, 0 for that of its paragraph."""

    text: str
    bold: bool = False
    color: str = INK
    size: float = 0


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; ``after`` are points of white below it."""

    words: tuple[Words, ...]
    size: float = 14
    after: float = 6
    align: str = "l"
    bullet: bool = False

    @classmethod
    def of(
        cls,
        text: str,
        size: float = 14,
        *,
        bold: bool = False,
        color: str = INK,
        after: float = 6,
        bullet: bool = False,
    ) -> Para:
        """A paragraph of one look."""
        return cls((Words(text, bold, color),), size, after, bullet=bullet)

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(words.text for words in self.words)

    def height(self, inches: float) -> float:
        """Inches that it takes at most in a column of a width."""
        size = max(self.size, *(words.size for words in self.words))
        wide = inches - (self.size / _POINTS if self.bullet else 0)
        return (_fit.lines(self.text, size, wide) * size * _fit.LINE + self.after) / _POINTS


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. Numbers stand at the right, and are never cut."""

    text: str
    bold: bool = False
    color: str = INK
    align: str = "l"

    def within(self, inches: float, size: float) -> Cell:
        """The same with no more words than two lines of its column hold."""
        if self.align == "r":
            return self
        return replace(self, text=_fit.cut(self.text, size, inches - _BESIDE, 2))


def run(words: Words, size: float, lang: str) -> str:
    """Words as a run."""
    bold = ' b="1"' if words.bold else ""
    return (
        f'<a:r><a:rPr lang="{lang}" sz="{round(100 * (words.size or size))}"{bold} dirty="0">'
        f'<a:solidFill><a:srgbClr val="{words.color}"/></a:solidFill></a:rPr><a:t>{escape(words.text)}</a:t></a:r>'
    )


def paragraph(para: Para, lang: str) -> str:
    """A paragraph."""
    indent = round(para.size * 12_700)
    marks = f' marL="{indent}" indent="-{indent}"' if para.bullet else ' marL="0" indent="0"'
    bullet = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if para.bullet else "<a:buNone/>"
    return (
        f'<a:p><a:pPr algn="{para.align}"{marks}><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:spcAft><a:spcPts val="{round(100 * para.after)}"/></a:spcAft>{bullet}</a:pPr>'
        f"{''.join(run(words, para.size, lang) for words in para.words)}</a:p>"
    )


def box(
    id: int, name: str, at: tuple[float, float, float, float], paras: Sequence[Para], lang: str, fill: str = ""
) -> str:
    """A box of words without a frame, on a ground where it has a ``fill``."""
    ground = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    anchor = "ctr" if fill else "t"
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{id}" name={quoteattr(name)}/>'
        f'<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{placed(at)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{ground}</p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
        "<a:noAutofit/></a:bodyPr>"
        f"<a:lstStyle/>{''.join(paragraph(para, lang) for para in paras)}</p:txBody></p:sp>"
    )


def rule(id: int, at: tuple[float, float], inches: float, points: float, color: str) -> str:
    """A line across; decoration, and said to be that."""
    left, top = at
    return (
        f'<p:cxnSp {NAMESPACES}><p:nvCxnSpPr><p:cNvPr id="{id}" name="Rule {id}"><a:extLst>'
        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
        'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        f"</p:cNvPr><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr>{placed((left, top, inches, 0))}"
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="{round(12_700 * points)}"><a:solidFill>'
        f'<a:srgbClr val="{color}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


def table(
    id: int, alt: str, at: tuple[float, float], widths: Sequence[float], rows: Sequence[Sequence[Cell]], size: float,
    lang: str, *, headed: bool = True,
) -> str:  # fmt: skip
    """A table with hairlines below its rows and, where it is ``headed``, a line below its headings."""
    heights = [row_height(row, widths, size) for row in rows]
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in widths)
    lines = "".join(
        f'<a:tr h="{emu(height)}">{"".join(_cell(cell, size, lang, dark=headed and not n) for cell in row)}</a:tr>'
        for n, (row, height) in enumerate(zip(rows, heights, strict=True))
    )
    first = ' firstRow="1"' if headed else ""
    return (
        f"<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr>"
        f'<p:cNvPr id="{id}" name="Table {id}" descr={quoteattr(alt)}/>'
        '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
        f"{placed((*at, sum(widths), sum(heights)), 'p')}<a:graphic>"
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        f"<a:tbl><a:tblPr{first}><a:tableStyleId>{_PLAIN_TABLE}</a:tableStyleId></a:tblPr><a:tblGrid>{grid}</a:tblGrid>"
        f"{lines}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def row_height(row: Sequence[Cell], widths: Sequence[float], size: float) -> float:
    """Inches that a row takes at most."""
    most = max(_fit.lines(cell.text, size, width - _BESIDE) for cell, width in zip(row, widths, strict=True))
    return most * size * _fit.LINE / _POINTS + 2 * _PAD


def _cell(cell: Cell, size: float, lang: str, *, dark: bool) -> str:
    para = Para((Words(cell.text, cell.bold, cell.color),), size, 0, cell.align)
    none = "".join(f'<a:ln{side} w="0"><a:noFill/></a:ln{side}>' for side in "LRT")
    width, color = (9_525, INK) if dark else (6_350, LINE)
    left, right = emu(0), emu(_BESIDE)
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paragraph(para, lang)}</a:txBody>"
        f'<a:tcPr marL="{left}" marR="{right}" marT="{emu(_PAD)}" marB="{emu(_PAD)}">{none}'
        f'<a:lnB w="{width}"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:lnB><a:noFill/></a:tcPr></a:tc>'
    )


def placed(at: tuple[float, float, float, float], prefix: str = "a") -> str:
    """Where something stands, in inches."""
    left, top, width, height = (emu(n) for n in at)
    return f'<{prefix}:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></{prefix}:xfrm>'


def emu(inches: float) -> int:
    """Inches in the unit of office files."""
    return round(inches * 914_400)
