"""CSV: one row a figure, with its hedge in columns of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

from app import briefing
from app.amounts import decimal
from app.exports import Export, Frozen, Options
from app.exports._figures import Figure, figures_of
from app.hedged import Qualifier
from app.safetext import csv_cell

Json = dict[str, Any]

HEAD = ("snapshot", "name", "seq", "as_of", "sha256", "tlp", "frozen_at", "frozen_by", "exercise")
"""Columns that say the same in every row, but for the exercise."""

COLUMNS = (
    *HEAD,
    *("network", "network_name", "asset", "measure", "part", "surface", "unit"),
    *("figure", "low", "high", "qualifier", "as_said", "approximate", "absent", "terms"),
    *("mode", "basis", "definition", "pointer"),
)


def _rows(frozen: Frozen) -> Iterator[list[str]]:
    content = frozen.content
    names = {network["id"]: network for network in content["networks"]}
    head = [
        *(frozen.id, frozen.name, str(frozen.seq), content["picture"]["as_of"], frozen.sha256, content["tlp"]),
        *(content["frozen"]["at"], content["frozen"]["by"]),
    ]
    for figure in figures_of(content):
        network = names.get(figure.network)
        exercise = content["exercise"] if network is None else network["exercise"]
        yield [*head, _flag(exercise), *_of(figure, "" if network is None else network["name"])]
    for place, rate in enumerate(content["rates"]):
        yield [*head, _flag(content["exercise"]), *_of_rate(rate, f"/rates/{place}")]


def _of_rate(rate: Json, pointer: str) -> list[str]:
    """An exchange rate that a figure took: no figure of anybody, but it stands beside them."""
    said = {
        "measure": "rate",
        "part": f"{rate['from']} to {rate['to']}",
        "unit": rate["to"],
        "figure": briefing.rate_words(rate),
        "low": rate["rate"],
        "high": rate["rate"],
        "qualifier": str(Qualifier.ABOUT),
        "definition": f"{rate['source']}, {rate['date']}",
        "pointer": pointer,
    }
    return [said.get(column, "") for column in COLUMNS[len(HEAD) :]]


def _of(figure: Figure, name: str) -> list[str]:
    hedged = figure.hedged
    return [
        *(figure.network, name, figure.asset, figure.measure, figure.part, figure.surface, figure.unit),
        figure.said["prose"],
        *(_number(figure, end) for end in (hedged.low, hedged.high)),
        str(hedged.qualifier),
        hedged.as_said or "",
        *(_flag(hedged.approximate), str(hedged.absent), str(hedged.terms)),
        *(figure.mode, figure.basis, figure.definition, figure.pointer),
    ]


def _number(figure: Figure, n: int | None) -> str:
    if n is None:
        return ""
    return decimal(n, figure.unit) if figure.is_money else str(n)


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _make(frozen: Frozen, _options: Options) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    # Definitions and what a snapshot says of itself stand in every row.
    cell = cache(csv_cell)
    writer.writerows(list(map(cell, row)) for row in _rows(frozen))
    # With the mark by which spreadsheets know UTF-8.
    return text.getvalue().encode("utf-8-sig")


EXPORT = Export(name="csv", title="CSV", suffix="csv", media_type="text/csv; charset=utf-8", place=50, make=_make)
