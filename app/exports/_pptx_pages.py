"""The pages of a briefing: what was decided, the figures, what is wanted, what happened, and how to read it all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app import briefing
from app.amounts import before_noun
from app.briefing import Number
from app.exports import _fit
from app.exports._marks import frozen_words, name, said
from app.exports._pptx_deck import FOOT, Deck, Page
from app.exports._pptx_look import ACROSS, ALERT, INK, INK2, INK3, LEFT
from app.exports._pptx_xml import Cell, Para, Words
from app.language import _
from app.nouns import reach_sentence, surface_noun
from app.vocabulary import Surface

Json = dict[str, Any]

GUTTER = 0.5
HALF = (ACROSS - GUTTER) / 2

_COLUMNS, _ROWS = 3, 3
"""Figures on a page of them."""

_SMALLEST = 14

_BELOW = 12

MOST_PAGES = 12
"""Pages of the table of open networks: more is for a spreadsheet, which the last line says."""

MOST_CHANGES = 60
"""Sentences about what changed, which the notes have all."""


def opening(deck: Deck) -> None:
    """The headline, a full sentence with the decision in it, and the paragraph below."""
    content = deck.frozen.content
    head, lead = said(briefing.headline(content)), [said(paragraph) for paragraph in briefing.lead(content)]
    page = deck.page(content_name(content), [head, *lead])
    size = 36 if _fit.lines(head, 36, ACROSS) <= 4 else 26
    paras = [Para.of(head, size, bold=True, after=18), *(Para.of(words, 18, after=10) for words in lead)]
    page.words((LEFT, page.top + 0.3, ACROSS, FOOT - page.top - 0.9), paras, _("Headline"))
    made = Para.of(frozen_words(deck.frozen), 11, color=INK3, after=0)
    page.words((LEFT, FOOT - 0.5, ACROSS, 0.45), [made], _("Frozen"))


def content_name(content: Json) -> str:
    """What the snapshot is called and of what it is: "October briefing: Situation"."""
    return _("{name}: {subject}").format(name=name(content["name"]), subject=name(content["subject"]["words"]))


def headlines(deck: Deck) -> None:
    """The figures of the whole scope, those of the open networks first."""
    content = deck.frozen.content
    numbers = [*of_open(content), *briefing.totals(content)]
    title = _("Headline figures, {subject}").format(subject=name(content["subject"]["words"]))
    figure_pages(deck, title, numbers, briefing.converted_words(content))


def of_open(content: Json) -> list[Number]:
    """Reach of the open networks together, each account once; none where the scope is of open networks alone."""
    said_open = content["open"]["reach"]
    if said_open == content["measures"]["reach"]:
        return []
    wanted = {"measures": {**content["measures"], "reach": said_open}}
    taken = briefing.totals({**content, **wanted})[: len(said_open["surfaces"])]
    return [
        Number(
            hedge=each.hedge,
            number=each.number,
            caption=_("{caption}, open networks").format(caption=each.caption),
            said=each.said,
            note=each.note,
            definition=each.definition,
            pointer=f"/open/reach/surfaces/{place}/figure",
        )
        for place, each in enumerate(taken)
    ]


def figure_pages(deck: Deck, title: str, numbers: Sequence[Number], below: str = "") -> None:
    """Numbers apart from their hedges, nine on a page, with definitions in the notes; a sentence below all of them."""
    width = (ACROSS - (_COLUMNS - 1) * GUTTER) / _COLUMNS
    foot = [Para.of(below, _BELOW, color=INK2, after=0)] if below else []
    room = sum(para.height(ACROSS) for para in foot)
    for some in _batches(numbers, _COLUMNS * _ROWS):
        page = deck.page(title, [*number_notes(some), *(para.text for para in foot)])
        page.words((LEFT, FOOT - room, ACROSS, room), foot, _("Total over currencies"))
        size, height = common_size(some, [width] * len(some), 34), (FOOT - room - page.top) / _ROWS
        for place, number in enumerate(some):
            left, top = LEFT + place % _COLUMNS * (width + GUTTER), page.top + place // _COLUMNS * height
            page.rule(left, top, width)
            put_number(page, (left, top + 0.12, width, height - 0.2), number, size)


def common_size(numbers: Sequence[Number], widths: Sequence[float], size: int) -> int:
    """The type in which all numbers of a row fit their columns: none is larger than another."""
    while size > _SMALLEST and any(
        number_width(number, size) > width for number, width in zip(numbers, widths, strict=True)
    ):
        size -= 1
    return size


def number_width(number: Number, size: int) -> float:
    """Inches that a number takes with its hedge."""
    hedge = f"{number.hedge} " if number.hedge else ""
    return _fit.width(hedge, _hedge_size(size)) + _fit.width(number.number, size)


def put_number(page: Page, at: tuple[float, float, float, float], number: Number, size: int) -> None:
    """A number with its hedge before it and what it counts below, and how it is known where there is room."""
    _left, _top, width, height = at
    hedge = (Words(f"{number.hedge} ", color=INK2, size=_hedge_size(size)),) if number.hedge else ()
    figure = Para((*hedge, Words(number.number, True, size=size)), size, 2)
    lines = max(1, int((height - figure.height(width)) * 72 / (12 * _fit.LINE)))
    paras = [figure, Para.of(_fit.cut(number.caption, 12, width, lines), 12, color=INK2, after=2)]
    if number.note:
        paras.append(Para.of(number.note, 11, color=INK3, after=0))
    page.words(at, paras, _("Figure"))


def _hedge_size(size: int) -> int:
    return max(11, round(size * 0.45))


def number_notes(numbers: Sequence[Number]) -> list[str]:
    """Every number in a sentence, with what it counts."""
    return [
        f"{number.said} · {number.caption}. {_('Counted: {definition}.').format(definition=number.definition)}"
        if number.definition
        else f"{number.said} · {number.caption}."
        for number in numbers
    ]


def open_table(deck: Deck) -> None:
    """The open networks by accounts reached, on as many pages as they take."""
    content = deck.frozen.content
    rows = [_open_cells(row) for row in briefing.open_rows(content)]
    if not rows:
        return
    numbers = {_("Assets"), _("Reached"), _("In stage"), _("Limit")}
    titles = (_("Network"), _("Origin and target"), _("Assets"), _("Reached"), _("Stage"), _("In stage"), _("Limit"))
    heads = [Cell(title, color=INK3, align="r" if title in numbers else "l") for title in titles]
    widths = (2.4, 2.75, 1.45, 2.0, 1.85, 0.95, 0.73)
    title = _("Open networks, by accounts reached")
    notes = [
        _("Reached: accounts that followed or joined at least one asset of the kind, each counted once."),
        *(" · ".join(cell.text for cell in row) for row in rows),
    ]
    for _n in range(MOST_PAGES):
        page = deck.page(title, notes)
        taken = page.table((LEFT, page.top), widths, [heads, *rows], title, room=FOOT - page.top - 0.35)
        rows = rows[taken - 1 :]
        notes = notes[:1]
        if not rows:
            return
    left = _("{n} more in the spreadsheet of this snapshot.").format(n=len(rows))
    page.words((LEFT, FOOT - 0.3, ACROSS, 0.3), [Para.of(left, 12, color=INK3)])


def _open_cells(row: Any) -> list[Cell]:
    reached = f"{row.reached} {row.surface_words}".strip()
    stage = Cell(row.stage, row.overdue, ALERT if row.overdue else INK)
    return [
        *(Cell(name(row.name.text), bold=True), Cell(row.flow, color=INK2), Cell(row.assets, align="r")),
        *(Cell(reached, align="r"), stage, Cell(row.held, align="r"), Cell(row.limit, color=INK2, align="r")),
    ]


def wanted(deck: Deck) -> None:
    """Decisions wanted, beside what happened since the last briefing."""
    content = deck.frozen.content
    tasks = [
        Para((Words(f"{name(task.network.text)}. ", True, ALERT if task.overdue else INK),
              Words(f"{said(task.deed)} ", bold=task.overdue), Words(said(task.facts), color=INK2)), 14, 9)
        for task in briefing.decisions(content)
    ]  # fmt: skip
    since = briefing.since(content, MOST_CHANGES)
    happened = [
        Para((Words(f"{time}  ", True), Words(said(words), color=INK2)), 13, 5)
        if time
        else Para.of(said(words), 13, color=INK2, after=7)
        for time, words in since.entries
    ]
    if since.none:
        happened.append(Para.of(since.none, 13, color=INK2))
    two_columns(
        deck,
        _("Decisions wanted, and what changed")
        if content.get("since")
        else _("Decisions wanted, and what happened in the last 24 hours"),
        (_("Decisions wanted"), tasks or [Para.of(_("None."))]),
        (since.title, happened),
        brief=True,
    )


def reading(deck: Deck) -> None:
    """How to read the figures, beside what must not be written, and what we do not know."""
    content = deck.frozen.content
    read = [Para.of(words, 13, after=7) for words in briefing.how_to_read(content)]
    forbidden = [
        Para.of(f"{words[:1].upper()}{words[1:]}.", 12, after=2, bullet=True)
        for words in (*briefing.do_not_write(content["measures"]), *briefing.converted_clauses(content))
    ]
    two_columns(
        deck,
        _("How to read the figures, and what not to write"),
        (_("How to read the figures"), read),
        (_("Do not write"), forbidden),
        [_("Definitions:"), *briefing.press_definitions(content["measures"]), *_converted(content)],
    )


def _converted(content: Json) -> list[str]:
    """The total over currencies and what it is, for notes."""
    total = briefing.converted_words(content)
    return [total, _("Counted: {definition}.").format(definition=content["converted"]["definition"])] if total else []


def two_columns(
    deck: Deck,
    title: str,
    left: tuple[str, list[Para]],
    right: tuple[str, list[Para]],
    notes: Sequence[str] = (),
    *,
    brief: bool = False,
) -> None:
    """Two lists beside each other, on as many pages as the longer one takes; all of both in the notes.

    Where it is ``brief`` the right one ends with the first page, and says how much more is in the notes.
    """
    rest = [left[1], right[1]]
    told = [*(para.text for paras in rest for para in paras), *notes]
    while any(rest):
        page = deck.page(title, told)
        told = [title]
        for place, (heading, _paras) in enumerate((left, right)):
            if not rest[place]:
                continue
            at = LEFT + place * (HALF + GUTTER)
            top = page.section((at, page.top, HALF), heading)
            ends = brief and place == 1
            rest[place] = page.words((at, top, HALF, FOOT - top - (0.25 if ends else 0)), rest[place], heading)
            if ends:
                left_out(page, at, len(rest[place]))
                rest[place] = []


def left_out(page: Page, left: float, n: int) -> None:
    """Say at the foot of a column how many of its lines are in the notes only."""
    if n:
        more = _("{n} more in the notes.").format(n=n)
        page.words((left, FOOT - 0.2, HALF, 0.2), [Para.of(more, 11, color=INK3, after=0)], _("Words"))


def open_together(content: Json, surface: str) -> str:
    """The reach of the open networks together in a sentence; empty where the snapshot has none for a surface."""
    for each in content["open"]["reach"]["surfaces"]:
        if each["surface"] == surface:
            kind = Surface.parse(surface)
            words = reach_sentence(kind, past=True, accounts=accounts_words(each["figure"]["prose"]))
            of = surface_noun(kind, each["assets"])
            return _("Together: {sentence}, each account counted once ({assets}).").format(sentence=words, assets=of)
    return ""


def accounts_words(figure: str) -> str:
    """A figure with what reach counts: "about 25,000 accounts"."""
    return before_noun(figure, _("accounts"))


def _batches(numbers: Sequence[Number], most: int) -> Iterator[Sequence[Number]]:
    """Numbers page by page, as many on one page as on another."""
    pages = -(-len(numbers) // most)
    each = -(-len(numbers) // pages) if pages else 0
    for page in range(pages):
        yield numbers[page * each : (page + 1) * each]
