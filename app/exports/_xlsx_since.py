"""The sheet of what changed since the last briefing: before and after, each with its hedge, why, and which records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app import briefing
from app.briefing import Change
from app.exports._figures import Figure
from app.exports._xlsx_cells import Book, Column
from app.exports._xlsx_sheets import hedge_cells
from app.language import _, pgettext
from app.numerals import grouped

Json = dict[str, Any]


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
        *(Column(_("Network"), 24), Column(_("Figure"), 30), Column(_("Before"), 40), Column(_("After"), 40)),
        *(Column(_("Change"), 16), Column(_("Because"), 60, "wrap"), Column(_("Records"), 28, "wrap")),
        *(Column(_("{end} before").format(end=low), 14), Column(_("{end} before").format(end=high), 14)),
        *(Column(_("Qualifier before"), 14), Column(_("{end} after").format(end=low), 14)),
        *(Column(_("{end} after").format(end=high), 14), Column(_("Qualifier after"), 14)),
    ]
    sheet.table(columns, [list(_row(change)) for change in briefing.changes(content)], held=2)


def _row(change: Change) -> Iterator[Any]:
    yield change.network.text if change.network else _("All together")
    yield from (change.what, str(change.before), str(change.after), change.direction)
    yield "; ".join(str(words) for words, _places in change.reasons)
    yield "; ".join(places for _words, places in change.reasons)
    for said in change.figures:
        figure = None if said is None else Figure("", dict(said), currency=said.get("currency", ""))
        yield from hedge_cells(figure)[:3]
