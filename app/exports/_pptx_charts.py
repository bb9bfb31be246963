"""Charts of slides: native ones, with a workbook inside that is edited where they stand.

They are written here and not by the library because its workbooks take a category that begins with ``=`` for a formula,
and have the time in them at which they were made.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from pptx.chart.data import CategoryChartData

from app.exports._pptx_look import INK, INK3, LINE
from app.exports._zip import sealed
from app.safetext import sheet_cell

_BEGUN = datetime(2000, 1, 1)  # noqa: DTZ001 - office files have no zones; any fixed time will do
"""When the workbook of every chart was made."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars. ``colors`` has one for each bar; ``labels`` are words at their ends, in place of numbers."""

    name: str
    values: tuple[float | None, ...]
    colors: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars by category: across, or ``upright``. It has no legend: a page says in words what a color means.

    ``gridded`` charts have a scale; others say their values in words at each bar. ``most`` is where the scale ends.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    upright: bool = False
    gridded: bool = False
    most: float | None = None
    size: int = 12


class Data(CategoryChartData):
    """A chart as the library takes it, with its XML and its workbook of our own making."""

    def __init__(self, chart: Chart, lang: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # the library brings no types
        self._chart, self._lang = chart, lang

    def xml_bytes(self, _chart_type: Any) -> bytes:
        """The chart."""
        return _xml(self._chart, self._lang).encode()

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook behind it: texts are texts, and the same chart gives the same bytes."""
        file = io.BytesIO()
        plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        book = xlsxwriter.Workbook(file, {"in_memory": True, **plain})
        book.set_properties({"created": _BEGUN})
        sheet = book.add_worksheet("Sheet1")
        sheet.set_column(0, 0, 32)
        for row, name in enumerate(self._chart.categories, 1):
            sheet.write_string(row, 0, sheet_cell(name))
        for column, series in enumerate(self._chart.series, 1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    sheet.write_number(row, column, value)
        book.close()
        return sealed(file.getvalue())


def _xml(chart: Chart, lang: str) -> str:
    rows = "".join(_series(chart, place, lang) for place in range(len(chart.series)))
    stacked = len(chart.series) > 1
    kind = "col" if chart.upright else "bar"
    grouping = '<c:grouping val="stacked"/>' if stacked else '<c:grouping val="clustered"/>'
    overlap = '<c:overlap val="100"/>' if stacked else ""
    # Full width, so that a column of words below finds its bar.
    inner = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        '<c:x val="0"/><c:y val="0.02"/><c:w val="1"/><c:h val="0.82"/></c:manualLayout></c:layout>'
        if chart.upright
        else "<c:layout/>"
    )
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f'<c:plotArea>{inner}<c:barChart><c:barDir val="{kind}"/>{grouping}<c:varyColors val="0"/>{rows}'
        f'<c:gapWidth val="{120 if chart.upright else 55}"/>{overlap}'
        f'<c:axId val="101"/><c:axId val="102"/></c:barChart>{_axes(chart)}</c:plotArea>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_type(chart.size, INK)}</c:chartSpace>"
    )


def _axes(chart: Chart) -> str:
    turned = "minMax" if chart.upright else "maxMin"
    below, beside = ("b", "l") if chart.upright else ("l", "b")
    most = "" if chart.most is None else f'<c:max val="{chart.most}"/>'
    grid = f"<c:majorGridlines><c:spPr>{_line(LINE)}</c:spPr></c:majorGridlines>" if chart.gridded else ""
    # Where the categories are turned the scale would stand on top: its far side is the foot.
    labels = "nextTo" if chart.upright else "high"
    return (
        f'<c:catAx><c:axId val="101"/><c:scaling><c:orientation val="{turned}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{below}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{_line(LINE)}</c:spPr>{_type(chart.size, INK)}'
        '<c:crossAx val="102"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="102"/><c:scaling><c:orientation val="minMax"/>{most}<c:min val="0"/></c:scaling>'
        f'<c:delete val="{int(not chart.gridded)}"/><c:axPos val="{beside}"/>{grid}'
        '<c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{labels}"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_type(chart.size, INK3)}'
        '<c:crossAx val="101"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _series(chart: Chart, place: int, lang: str) -> str:
    series = chart.series[place]
    column, last = chr(ord("B") + place), len(chart.categories) + 1
    usual = series.colors[0] if series.colors else ""
    points = "".join(
        f'<c:dPt><c:idx val="{n}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{_fill(color)}</c:spPr></c:dPt>"
        for n, color in enumerate(series.colors)
        if color != usual
    )
    names = "".join(f'<c:pt idx="{n}"><c:v>{escape(name)}</c:v></c:pt>' for n, name in enumerate(chart.categories))
    values = "".join(
        f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(series.values) if value is not None
    )
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(series.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr>{_fill(usual)}</c:spPr><c:invertIfNegative val="0"/>{points}{_labels(chart, series, lang)}'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(chart.categories)}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(series.values)}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
    )


def _labels(chart: Chart, series: Series, lang: str) -> str:
    if not series.labels:
        return ""
    # A row that only makes room has its words where it begins, at the end of the bars before it.
    where = '<c:dLblPos val="outEnd"/>' if len(chart.series) == 1 else '<c:dLblPos val="inBase"/>'
    shown = (
        f'{where}<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    )
    each = "".join(
        f'<c:dLbl><c:idx val="{n}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:p><a:r><a:rPr lang="{lang}"/>'
        f"<a:t>{escape(words)}</a:t></a:r></a:p></c:rich></c:tx>{shown}</c:dLbl>"
        for n, words in enumerate(series.labels)
    )
    return (
        f"<c:dLbls>{each}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_type(chart.size, INK)}{shown}</c:dLbls>"
    )


def _fill(color: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>' if color else "<a:noFill/>"


def _line(color: str) -> str:
    return f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></a:ln>'


def _type(size: int, color: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}00" b="0"><a:solidFill>'
        f'<a:srgbClr val="{color}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )
