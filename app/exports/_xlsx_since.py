"""The sheet of what changed since the last briefing: before and after, each with its hedge, why, and which records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app import briefing
from app.briefing import Change
from app.exports import _fit
from app.exports._figures import Figure
from app.exports._xlsx_cells import TABLE_ROW, Book, Column
from app.exports._xlsx_sheets import hedge_cells
from app.language import _, pgettext
from app.numerals import grouped

Json = dict[str, Any]

SIZE, LINE_PT, LETTER_IN = 10, 13, 0.08
"""The type of a cell and its line, in points, and inches of a column for each of the letters that its width counts."""

WRAPPED = (2, 3, 5, 6)
"""Columns, before, after, why and which records, whose texts run over several lines."""


def since(book: Book) -> None:
    """One row a figure or a fact that changed, those of all networks together first; no sheet without a comparison."""
    content = book.frozen.content
    if content.get("since") is None:
        return
    said = content["since"]
    title = briefing.since_title(content)
    saying = _("Compared with {name}, snapshot {id}, SHA-256 {sha256}.").format(
        name=said["name"], id=said["snapshot"], sha256=said["sha256"]
    )
    if left := said["left_out"]["networks"]:
        saying = f"{saying} {_('{n} more networks changed.').format(n=grouped(left))}"
    if none := briefing.since(content).none:
        saying = f"{none} {saying}"
    sheet = book.sheet(_("What changed"), title, saying)
    low, high = pgettext("an end of a figure", "Low"), pgettext("an end of a figure", "High")
    columns = [
        *(
            Column(_("Network"), 24),
            Column(_("Figure"), 30),
            Column(_("Before"), 40, "wrap"),
            Column(_("After"), 40, "wrap"),
        ),
        *(Column(_("Change"), 16), Column(_("Because"), 60, "wrap"), Column(_("Records"), 28, "wrap")),
        *(Column(_("{end} before").format(end=low), 14), Column(_("{end} before").format(end=high), 14)),
        *(Column(_("Qualifier before"), 14), Column(_("{end} after").format(end=low), 14)),
        *(Column(_("{end} after").format(end=high), 14), Column(_("Qualifier after"), 14)),
    ]
    rows = [list(_row(change)) for change in briefing.changes(content)]
    sheet.table(columns, rows, held=2)
    for place, cells in enumerate(rows, TABLE_ROW + 1):
        # As high as what is wrapped in it: not every program works that out when it opens the file.
        taken = max(_fit.lines(str(cells[n]), SIZE, columns[n].width * LETTER_IN) for n in WRAPPED)
        sheet.lines.set_row(place, taken * LINE_PT)


def _row(change: Change) -> Iterator[Any]:
    yield change.network.text if change.network else _("All together")
    yield from (change.what, str(change.before), str(change.after), change.direction)
    yield "; ".join(str(words) for words, _places in change.reasons)
    yield "; ".join(places for _words, places in change.reasons)
    for said in change.figures:
        figure = None if said is None else Figure("", dict(said), currency=said.get("currency", ""))
        yield from hedge_cells(figure)[:3]
