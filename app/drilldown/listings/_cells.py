"""A value of a listing as people read it, as a spreadsheet takes it, and as programs do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.amounts import UNKNOWN, money_short, plain, short
from app.drilldown.listings._listing import Column, Item, Kind
from app.hedged import Hedged, Money
from app.language import _, pgettext
from app.measures._figures import figure_json, money_figure_json
from app.nouns import day, day_words, surface_name
from app.numerals import grouped, localized
from app.safetext import clean, csv_cell
from app.vocabulary import Surface, isoformat

FIGURE_PARTS = ("low", "high", "qualifier", "as_said")
"""What of a hedged figure stands in columns of its own: a spreadsheet that adds must not take a bound for a value."""


def cell_words(column: Column, item: Item, zone: str = "UTC") -> str:
    """A value as a page shows it. Text from outside is clean, and still to be escaped."""
    value = item.get(column.key)
    if value is None or value == "":
        return "" if column.kind in ("text", "address") else UNKNOWN
    if column.kind == "instant":
        return day(value, zone, year=True)
    return _SPELT.get(column.kind, clean)(value)


def word(value: str) -> str:
    """One of the words that a status can be; any other as it is."""
    known = {
        "listed": pgettext("an asset", "listed"),
        "removed": pgettext("an asset", "removed"),
        "restored": pgettext("an asset", "restored"),
        "yes": pgettext("an event", "took place"),
        "no": pgettext("an event", "did not take place"),
        "unknown": pgettext("an event", "not known"),
    }
    return known.get(value) or clean(value.replace("_", " "))


_SPELT: Mapping[Kind, Callable[[Any], str]] = {
    "figure": short,
    "money": money_short,
    "day": lambda value: day_words(date.fromisoformat(value), year=True),
    "yes": lambda value: _("yes") if value else _("no"),
    "count": grouped,
    "share": lambda value: localized(f"{value:.2f}"),
    "surface": lambda value: surface_name(Surface.parse(value)),
    "word": word,
}


def cell_json(column: Column, item: Item) -> Any:
    """A value as an answer has it."""
    value = item.get(column.key)
    if isinstance(value, Hedged):
        more = {
            name: item[f"{column.key}_{name}"] for name in ("mode", "standard_error") if f"{column.key}_{name}" in item
        }
        return figure_json(value) | more
    if isinstance(value, Money):
        return money_figure_json(value)
    if column.kind == "instant" and value is not None:
        return isoformat(value)
    return value


def export_heads(columns: Sequence[Column]) -> list[str]:
    """The heads of a spreadsheet's columns."""
    heads: list[str] = []
    for column in columns:
        heads.append(column.key)
        if column.kind == "figure":
            heads += [f"{column.key}_{part}" for part in FIGURE_PARTS]
        elif column.kind == "money":
            heads += [f"{column.key}_currency", *(f"{column.key}_{part}" for part in ("low_minor", "high_minor"))]
            heads += [f"{column.key}_{part}" for part in FIGURE_PARTS[2:]]
    return heads


def export_cells(columns: Sequence[Column], item: Item) -> list[str]:
    """The cells of one row, each safe for a spreadsheet."""
    cells: list[str] = []
    for column in columns:
        value = item.get(column.key)
        if column.kind == "figure":
            cells += [plain(value), *_parts(value)] if value is not None else [""] * 5
        elif column.kind == "money":
            cells += _money_cells(value)
        elif value is None:
            cells.append("")
        elif column.kind == "instant":
            cells.append(isoformat(value))
        elif column.kind == "yes":
            cells.append("yes" if value else "no")
        else:
            cells.append(csv_cell(str(value)))
    return cells


def _parts(figure: Hedged) -> list[str]:
    low, high = ("" if end is None else str(end) for end in (figure.low, figure.high))
    return [low, high, str(figure.qualifier), csv_cell(figure.as_said or "")]


def _money_cells(money: Money | None) -> list[str]:
    if money is None:
        return [""] * 6
    low, high, qualifier, as_said = _parts(money.amount)
    return [plain(money.amount, money.currency), money.currency, low, high, qualifier, as_said]
