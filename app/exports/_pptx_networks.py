"""The pages of networks: one for each that matters now, the pipeline, their reach, and how long removing took."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from app import briefing
from app.attribution import BOXES
from app.briefing import Number
from app.briefing.headline import overdue, stage_clause
from app.exports import _fit
from app.exports._charted import LASTING, Bars, parts_of, reaches
from app.exports._marks import NAME_LIMIT, name, said
from app.exports._pptx_charts import Chart, Series
from app.exports._pptx_deck import FOOT, Deck, Page
from app.exports._pptx_look import ACROSS, ALERT, CLOSED, INK2, INK3, LEFT, OPEN, PALE, TITLE_SIZE
from app.exports._pptx_pages import (
    GUTTER,
    HALF,
    accounts_words,
    figure_pages,
    left_out,
    number_notes,
    number_width,
    open_together,
    put_number,
)
from app.exports._pptx_xml import Cell, Para, Words
from app.language import _, pgettext
from app.nouns import duration_prose, list_words
from app.safetext import clean
from app.vocabulary import HOUR

Json = dict[str, Any]

MOST_NETWORKS = 8
"""Networks that have a page of their own: a briefing is read out in ten minutes."""

BAR_NAME = 28
"""Characters of a name beside a bar."""

_FIGURES = 6
_APART = 0.35
_NUMBER = 26
_CAPTION = 1.45
"""Inches of the narrowest column of a figure, in which its words find room."""

_CAPTION_LINES = 2.6
"""Lines of three that words fill: they do not break where a line ends."""


def network_pages(deck: Deck) -> None:
    """A page for each network that matters now: the one it is about, those past their limit, those to be decided."""
    content = deck.frozen.content
    for network in important(content):
        _network_page(deck, network, content)


def important(content: Json) -> list[Json]:
    """The networks that have a page, in the order in which they are told."""
    known = {network["id"]: network for network in content["networks"]}
    subject = briefing.subject_of(content)
    tasks = {task.network.text for task in briefing.decisions(content)}
    wanted = [network for network in content["networks"] if network["open"] and network["name"] in tasks]
    first = [subject] if subject else []
    found = {network["id"]: None for network in (*first, *overdue(content), *wanted)}
    return [known[id] for id in found][:MOST_NETWORKS]


def _network_page(deck: Deck, network: Json, content: Json) -> None:
    numbers = briefing.figures_of(network)
    rows = briefing.attribution_rows(network, content)
    unknown = _unknown_of(network, content)
    flow = f"{briefing.origin_words(network)}{_topics(network)}"
    notes = [
        flow,
        *number_notes(numbers),
        f"{said(briefing.names_in(network['attribution'], content))}.",
        *(f"{said(row.words)} · {row.confidence}".strip(" ·") for row in rows),
        *unknown,
    ]
    page = deck.page(_network_title(network), notes)
    page.words((LEFT, page.top, ACROSS, 0.3), [Para.of(_fit.cut(flow, 14, ACROSS), color=INK2, after=0)], _("Origin"))
    _figure_row(page, numbers[:_FIGURES], page.top + 0.5)
    below = page.top + 2.2
    top = page.section((LEFT, below, HALF), _("Attribution"))
    cells = [_claim_cells(row) for row in rows]
    alt = _("Attribution of {network}").format(network=name(network["name"]))
    taken = page.table((LEFT, top), (HALF - 2.3, 2.3), cells, alt, size=12, room=FOOT - top - 0.2, headed=False)
    left_out(page, LEFT, len(cells) - taken)
    right = LEFT + HALF + GUTTER
    top = page.section((right, below, HALF), _("What we do not know"))
    paras = [Para.of(words, 13, after=5, bullet=True) for words in unknown]
    left_out(page, right, len(page.words((right, top, HALF, FOOT - top - 0.2), paras, _("Unknown"))))
    if numbers[_FIGURES:]:
        figure_pages(deck, _("{network}: further figures").format(network=name(network["name"])), numbers[_FIGURES:])


def _figure_row(page: Page, numbers: list[Number], top: float) -> None:
    """Figures beside each other in one size, each in a column as wide as it needs."""
    room = ACROSS - (len(numbers) - 1) * _APART
    size = _NUMBER
    while sum(_needs(numbers, size)) > room and size > _NUMBER / 2:
        size -= 1
    needs = _needs(numbers, size)
    if sum(needs) > room:
        needs = [need * room / sum(needs) for need in needs]
    spare = max(0.0, room - sum(needs)) / len(numbers)
    left = LEFT
    for number, need in zip(numbers, needs, strict=True):
        put_number(page, (left, top, need + min(spare, 0.6), 1.6), number, size)
        left += need + spare + _APART


def _needs(numbers: list[Number], size: int) -> list[float]:
    return [
        max(_CAPTION, number_width(number, size), _fit.width(number.caption, 12) / _CAPTION_LINES) for number in numbers
    ]


def _network_title(network: Json) -> str:
    """Where a network stands, in a sentence: "Low Tide has been confirmed for 51 hours …; the limit is 48 hours."."""
    # What is to be decided is not cut for the sake of a name.
    for limit in (NAME_LIMIT, NAME_LIMIT // 2, NAME_LIMIT // 4):
        words = _where_it_is(network, clean(network["name"], limit))
        if _fit.lines(words, TITLE_SIZE, ACROSS) <= 2:
            break
    return words


def _where_it_is(network: Json, called: str) -> str:
    told = {"network": called, "is_where_it_is": stage_clause(network)}
    if network["overdue"]:
        limit = duration_prose(network["limit_h"] * HOUR)
        words = _("{network} {is_where_it_is}; the limit is {limit}.").format(**told, limit=limit)
    else:
        words = _("{network} {is_where_it_is}.").format(**told)
    return f"{words} {_('(exercise)')}" if network["exercise"] else words


def _topics(network: Json) -> str:
    topics = list_words([name(topic) for topic in network["topics"]])
    return f" · {topics}" if topics else ""


def _claim_cells(row: Any) -> list[Cell]:
    if row.boxes is None:
        return [Cell(said(row.words)), Cell("")]
    boxes = "■" * row.boxes + "□" * (BOXES - row.boxes)
    apart = f", {_('disputed')}" if row.disputed else ""
    return [Cell(said(row.words)), Cell(f"{boxes}  {row.confidence}{apart}", color=INK2)]


def _unknown_of(network: Json, content: Json) -> list[str]:
    """What we do not know: of the whole scope where it is about this network, else of this one alone."""
    if briefing.subject_of(content) is network or len(content["networks"]) == 1:
        return [said(words) for words in briefing.unknown(content)]
    return [said(briefing.names_in(words, content)) for words in briefing.gaps_of(network)]


def pipeline(deck: Deck) -> None:
    """How many networks are in each stage, in a chart, and which, below it."""
    content = deck.frozen.content
    columns = briefing.pipeline(content)
    late = sum(1 for network in content["networks"] if network["overdue"])
    title = _("Pipeline: {n} open, {late} overdue").format(n=content["counted"]["open"], late=late)
    told = [f"{column.title}: {column.n}. {' '.join(said(line.words) for line in column.lines)}" for column in columns]
    page = deck.page(title, told)
    colors = [ALERT if any(column.squares) else CLOSED if column.closed else OPEN for column in columns]
    counts = tuple(column.n for column in columns)
    chart = Chart(
        categories=tuple(column.title for column in columns),
        series=(Series(_("Networks"), counts, tuple(colors), tuple(map(str, counts))),),
        upright=True,
        most=max(1, *counts) * 1.15,
        size=14,
    )
    page.chart((LEFT, page.top, ACROSS, 2.9), chart, _alt(title, told))
    width, top = ACROSS / len(columns), page.top + 3.0
    for place, column in enumerate(columns):
        if lines := [para for line in column.lines for para in _line_paras(line, width - 0.2)]:
            page.words((LEFT + place * width + 0.1, top, width - 0.2, FOOT - top), lines, column.title)


def _line_paras(line: briefing.Line, width: float) -> Iterator[Para]:
    color = ALERT if line.overdue else INK2
    for words in (said(line.words), line.limit):
        if words:
            yield Para((Words(_fit.cut(words, 12, width, 2), line.overdue, color),), 12, 2, "ctr")


def reach_pages(deck: Deck) -> None:
    """Reach by network, a page for each surface."""
    content = deck.frozen.content
    for bars in reaches(content):
        together = open_together(content, bars.surface)
        told = [f"{name(bar.name)}: {accounts_words(bar.prose)}." for bar in bars.bars]
        page = deck.page(bars.title, [together, *told, bars.note] if together else [*told, bars.note])
        top = page.top
        if together:
            words = Para.of(_fit.cut(together, 14, ACROSS, 2), color=INK2)
            page.words((LEFT, top, ACROSS, 0.6), [words], _("Together"))
            top += words.height(ACROSS) + 0.1
        height = min(FOOT - 0.4 - top, 0.5 + 0.5 * len(bars.bars))
        page.chart((LEFT, top, ACROSS, height), _reach_chart(bars), _alt(bars.title, told))
        note = Para.of(_fit.cut(bars.note, 12, ACROSS), 12, color=INK3, after=0)
        page.words((LEFT, FOOT - 0.3, ACROSS, 0.28), [note], _("How it is drawn"))


def _reach_chart(bars: Bars) -> Chart:
    colors = tuple(ALERT if bar.overdue else OPEN for bar in bars.bars)
    n = len(bars.bars)
    return Chart(
        categories=tuple(clean(bar.name, BAR_NAME) for bar in bars.bars),
        series=(
            Series(pgettext("an end of a figure", "Low"), tuple(bar.low for bar in bars.bars), colors),
            Series(_("From low to high"), tuple(bar.spread for bar in bars.bars), (PALE,) * n),
            Series(_("Room for words"), (bars.room,) * n, ("",) * n, tuple(bar.short for bar in bars.bars)),
        ),
        most=bars.longest + bars.room,
        size=14,
    )


def lasting(deck: Deck) -> None:
    """From detection to removal: the open networks above, the removed ones below."""
    content = deck.frozen.content
    bars = briefing.durations(content)
    if not bars:
        return
    median = briefing.median_words(content)
    told = [f"{name(bar.network.text)}: {bar.words}." for bar in bars]
    title = _("Detection to removal, in days")
    if median is not None:
        title = f"{title}: {median[1]}"
    parts = [parts_of(bar) for bar in bars]
    room = max(sum(n or 0 for n in part) for part in parts) / 3
    late = tuple(ALERT if bar.overdue else OPEN for bar in bars)
    words = tuple(bar.words for bar in bars)
    series = [
        Series(_(heading), tuple(part[place] for part in parts), late if not place else (color,) * len(bars))
        for place, (heading, color) in enumerate(zip(LASTING, (OPEN, PALE, CLOSED), strict=True))
    ]
    chart = Chart(
        categories=tuple(clean(bar.network.text, BAR_NAME) for bar in bars),
        series=(*series, Series(_("Room for words"), (round(room, 2),) * len(bars), ("",) * len(bars), words)),
        gridded=True,
        size=12,
    )
    page = deck.page(title, told)
    key = (_("still open"), OPEN), (_("until confirmed"), PALE), (_("until removed"), CLOSED), (_("overdue"), ALERT)
    # A dark word beside each square: the light color carries no text.
    marked = [(Words("■ ", color=color), Words(f"{meaning}     ", color=INK2)) for meaning, color in key]
    page.words((LEFT, page.top, ACROSS, 0.3), [Para(tuple(chain.from_iterable(marked)), 13, 0)], _("Key"))
    height = min(FOOT - page.top - 0.35, 0.8 + 0.4 * len(bars))
    page.chart((LEFT, page.top + 0.35, ACROSS, height), chart, _alt(title, told))


def _alt(title: str, told: list[str]) -> str:
    """What a chart shows, for those who do not see it."""
    return clean(f"{title}. {' '.join(told)}", 1_000)
