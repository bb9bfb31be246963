"""The sheet of money: every currency by itself, the total over them, and the exchange rates that it took.

There is one where a snapshot asked for a total; what stands in the way of one stands in its place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import briefing
from app.exports._figures import Figure
from app.exports._xlsx_cells import Book, Cell, Column, Sheet, ends
from app.language import _, pgettext

Json = dict[str, Any]


def money(book: Book) -> None:
    """Amounts and rates as typed cells, each amount with its hedge."""
    content = book.frozen.content
    total = content.get("converted")
    if total is None:
        return
    saying = _("Every currency by itself. What was said in several currencies is never split.")
    sheet = book.sheet(_("Money"), saying=saying)
    columns = [
        *(Column(_("Currency"), 24), Column(_("Figure"), 40)),
        *(Column(pgettext("an end of a figure", "Low"), 16), Column(pgettext("an end of a figure", "High"), 16)),
        *(Column(_("Qualifier"), 14), Column(_("Paid in"), 18), Column(_("List is incomplete"), 18)),
        *(Column(_("Ads"), 30), Column(_("Networks"), 11, "whole")),
    ]
    row = sheet.table(columns, (_line(line) for line in content["measures"]["spend"]["currencies"])) + 1
    row = _total(sheet, row, total)
    _rates(sheet, row + 1, content["rates"])


def _line(line: Json) -> list[Any]:
    figure = Figure("", line["figure"], measure="spend", currency=line["currency"])
    return [
        *(line["currency"], figure.said["prose"], *ends(figure), str(figure.hedged.qualifier)),
        *(", ".join(line["paid_in"]), line["mostly"], line["ads"]["prose"], line["networks"]),
    ]


def _total(sheet: Sheet, row: int, total: Json) -> int:
    """The total with its ends and its definition, or why there is none. The row after it."""
    sheet.text(row, 0, _("Total over currencies"), "heading")
    for column in range(1, 5):
        sheet.text(row, column, "", "heading")
    if total["figure"] is None:
        sheet.put(row + 1, 0, total["currency"])
        sheet.put(row + 1, 1, _("not converted"))
        sheet.text(row + 2, 0, total["why"], "quiet")
        return row + 3
    figure = Figure("", total["figure"], measure="spend", currency=total["currency"])
    cells = [total["currency"], figure.said["prose"], *ends(figure), str(figure.hedged.qualifier)]
    for column, cell in enumerate(cells):
        sheet.put(row + 1, column, cell)
    sheet.text(row + 2, 0, total["definition"], "quiet")
    return row + 3


def _rates(sheet: Sheet, row: int, rates: list[Json]) -> None:
    """The rates with their dates, and what was published of which they are made."""
    if not rates:
        return
    heads = (_("Exchange rate"), _("Source"), _("Rate"), _("Date"), _("From"), _("Per euro"), _("To"), _("Per euro"))
    for column, words in enumerate(heads):
        sheet.text(row, column, words, "heading")
    for place, rate in enumerate(rates, row + 1):
        day = datetime.fromisoformat(rate["date"])
        source, target = rate["from"], rate["to"]
        cells = [
            *(briefing.rate_words(rate), rate["source"], Cell(float(rate["rate"]), "rate"), Cell(day, "day")),
            *(source, Cell(float(rate["per_euro"][source]), "rate")),
            *(target, Cell(float(rate["per_euro"][target]), "rate")),
        ]
        for column, cell in enumerate(cells):
            sheet.put(place, column, cell)
