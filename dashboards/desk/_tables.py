"""The tables of a network's page in words: tabs, columns that sort, rows, pages; and the same rows as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection

from app.drilldown import STANDING, Sort
from app.drilldown.listings import (
    Column,
    Item,
    Listing,
    Narrowed,
    all_listings,
    cell_json,
    cell_words,
    count_of,
    export_cells,
    export_heads,
    page_of,
    sort_of,
    values_of,
)
from app.drilldown.listings._cells import word
from app.errors import BadRequest
from app.language import _
from app.networks import Network
from app.nouns import surface_name
from app.numerals import grouped, localized
from app.safetext import csv_cell
from app.vocabulary import Surface, surface_order
from dashboards.figures.network_graph import mark_of

Row = dict[str, Any]

WORDS = ("table", "by", "from", "surface", "status", "words")
"""What an address of a network's page says of its tables."""

PAGE = 50

LONGEST = 256

OVERLAPS = "overlaps"
"""The tab that is no listing."""

EXPORTED = 100_000
"""Rows of one file. A spreadsheet ends at ten times as many; more than these are asked for surface by surface."""

CHUNK = 1_000

ASSETS, SURFACES = ("name", "asset", "a", "b"), ("surface", "a_surface", "b_surface")
"""Columns in which an asset stands; those in which one stands without its name."""

UNSORTED, EVERY = Sort(), Narrowed()


@dataclass(frozen=True, slots=True)
class Tabled:
    """What is seen of a network's tables. ``base`` is the address of its page, with what the list says of itself."""

    base: str
    table: str = "assets"
    sort: Sort = UNSORTED
    after: str = ""
    narrowed: Narrowed = EVERY

    @property
    def listing(self) -> Listing:
        """The listing that is open; that of assets where none is."""
        return all_listings().get(self.table) or all_listings()["assets"]

    def pairs(self) -> list[tuple[str, str]]:
        """The words of an address, but for the place in the table."""
        said = {"surface": self.narrowed.surface, "status": self.narrowed.status, "words": self.narrowed.text}
        order = [] if self.sort.column == STANDING else [("by", str(self.sort))]
        return [("table", self.table), *order, *((name, value) for name, value in said.items() if value)]

    def address(self, **changes: Any) -> str:
        """The same with something else; at the first page, unless ``after`` is given."""
        other = replace(self, **{"after": "", **changes})
        pairs = other.pairs() + ([("from", other.after)] if other.after else [])
        return f"{self.base}{'&' if '?' in self.base else '?'}{urlencode(pairs)}"

    def file(self, id: str, kind: str) -> str:
        """Where the file of these rows is."""
        return f"/desk/networks/{quote(id, safe='')}/tables/{self.table}.{kind}?{urlencode(self.pairs()[1:])}"


def tabled_of(base: str, query: Mapping[str, str], *, names: bool, table: str = "") -> Tabled:
    """What an address asks for. Raises BadRequest naming the word that will not do."""
    name = table or query.get("table", "assets")
    if name not in all_listings() and name != OVERLAPS:
        raise BadRequest("table", f"{name[:40]!r} is no table: {', '.join([*all_listings(), OVERLAPS])}")
    listing = all_listings().get(name)
    if listing is None:
        return Tabled(base, name)
    try:
        sort = sort_of(listing, query.get("by", ""), names=names)
    except BadRequest as wrong:
        raise BadRequest("by", wrong.reason) from None
    said = {word: query.get(word, "").strip() for word in ("surface", "status", "words")}
    for word_, value in said.items():
        if len(value) > LONGEST or "\0" in value:
            raise BadRequest(word_, _("longer than {n} characters").format(n=LONGEST))
    if said["words"] and not names:
        # Whoever may not see names must not find out by asking which there are.
        raise BadRequest("words", _("finding by name is for analysts and leads"))
    return Tabled(base, name, sort, query.get("from", ""), Narrowed(said["surface"], said["status"], said["words"]))


def table_view(connection: Connection, network: Network, tabled: Tabled, zone: str, *, names: bool) -> Row:
    """What ``desk/network/_tables.html`` shows of a listing."""
    listing, homes = tabled.listing, network.members
    try:
        page = page_of(connection, listing, homes, tabled.narrowed, tabled.sort, PAGE, tabled.after, names=names)
    except BadRequest as wrong:
        raise BadRequest("from" if wrong.field == "after" else wrong.field, wrong.reason) from None
    total = count_of(connection, listing, homes)
    shown = count_of(connection, listing, homes, tabled.narrowed) if tabled.narrowed != EVERY else total
    columns = [column for column in listing.columns_for(names=names) if not column.aside]
    marked = ASSETS if names else SURFACES
    return {
        "name": tabled.table,
        "tabs": tabs_of(connection, network, tabled, {tabled.table: total}),
        "columns": [_head(tabled, column) for column in columns],
        "rows": [
            [_cell(column, item, zone, marked=column.key in marked) for column in columns] for item in page.items
        ],
        "says": _says(len(page.items), shown, total, tabled),
        "filters": _filters(connection, tabled, homes),
        "words": tabled.narrowed.text,
        "may_find": names and listing.holds is not None,
        "hidden": [(name, value) for name, value in tabled.pairs() if name != "words"],
        "narrowed": tabled.narrowed != EVERY,
        "everything": tabled.address(narrowed=EVERY),
        "next": tabled.address(after=page.after) if page.after else "",
        "first": tabled.address() if tabled.after else "",
        "files": [(kind.upper(), tabled.file(network.id, kind)) for kind in ("csv", "json")],
        "masked": not names,
    }  # fmt: skip


def tabs_of(connection: Connection, network: Network, tabled: Tabled, known: Mapping[str, int]) -> list[Row]:
    """The tabs, each with how many rows it has."""
    counts = {
        name: known[name] if name in known else count_of(connection, listing, network.members)
        for name, listing in all_listings().items()
    }
    tabs = [
        {
            "title": _(listing.title),
            "n": grouped(counts[name]),
            "address": Tabled(tabled.base, name).address(),
            "current": name == tabled.table,
        }
        for name, listing in all_listings().items()
    ]
    address = Tabled(tabled.base, OVERLAPS).address()
    return [*tabs, {"title": _("Overlaps"), "n": "", "address": address, "current": tabled.table == OVERLAPS}]


def _head(tabled: Tabled, column: Column) -> Row:
    is_sorted = tabled.sort.column == column.key
    descending = not tabled.sort.descending if is_sorted else column.falls
    return {
        "key": column.key,
        "head": _(column.head),
        "right": column.is_number,
        "address": tabled.address(sort=Sort(column.key, descending)),
        "sorted": ("descending" if tabled.sort.descending else "ascending") if is_sorted else "",
    }


def _cell(column: Column, item: Item, zone: str, *, marked: bool) -> Row:
    """One cell. What is an asset carries the mark of its surface, and leads to itself."""
    end = column.key.removesuffix("_surface")
    surface = item.get(f"{end}_surface") or item.get("surface") or ""
    is_name = column.of_names and column.kind == "text" and column.key != "text"
    return {
        "words": cell_words(column, item, zone),
        "name": is_name,
        "right": column.is_number,
        "kind": column.kind,
        "mark": mark_of(Surface.parse(surface))[1] if surface and marked else "",
        "address": _address(column, item),
        "sure": _sureness(column, item),
    }


def _address(column: Column, item: Item) -> str:
    if not column.of_names:
        return ""
    if column.key in ("asset", "a", "b"):
        return f"/desk/assets/{quote(item[f'{column.key}_id'], safe='')}"
    if column.key == "name":
        return f"/desk/assets/{quote(item['id'], safe='')}"
    return f"/desk/posts/{quote(item['id'], safe='')}" if column.key == "text" else ""


def _sureness(column: Column, item: Item) -> str:
    """How a figure is known, where it is not simply counted."""
    mode, error = item.get(f"{column.key}_mode"), item.get(f"{column.key}_standard_error")
    if mode == "estimated" and error:
        return _("estimated, standard error {percent} %").format(percent=localized(f"{100 * error:.1f}"))
    return _("as it was stated, or between bounds") if mode == "bounded" else ""


def _says(here: int, shown: int, total: int, tabled: Tabled) -> str:
    """How many rows are here, of how many, and in which order."""
    listing = tabled.listing
    column = listing.column(tabled.sort.column) or listing.standing
    head = _(column.head)
    by = _("by {column}").format(column=head[:1].lower() + head[1:])
    order = head if tabled.sort.column == STANDING else by
    if shown == total:
        return _("{n} of {all}, {order}").format(n=grouped(here), all=grouped(total), order=order)
    return _("{n} of {shown} that match, {all} in all, {order}").format(
        n=grouped(here), shown=grouped(shown), all=grouped(total), order=order
    )


def _filters(connection: Connection, tabled: Tabled, homes: Sequence[str]) -> list[Row]:
    """What the rows can be narrowed by: the values there are, with their counts."""
    found = []
    for what, title in (("surface", _("Kind")), ("status", _("Status"))):
        values = values_of(connection, tabled.listing, homes, what)
        chosen = getattr(tabled.narrowed, what)
        if len(values) < 2 and not chosen:
            continue
        order = sorted(values, key=(lambda v: surface_order(Surface.parse(v))) if what == "surface" else str)
        found.append(
            {
                "title": title,
                "values": [
                    {
                        "says": surface_name(Surface.parse(value), many=True) if what == "surface" else word(value),
                        "n": grouped(values[value]),
                        "chosen": value == chosen,
                        "address": tabled.address(
                            narrowed=replace(tabled.narrowed, **{what: "" if value == chosen else value})
                        ),
                    }
                    for value in order
                ],
            }
        )
    return found


# --- files ------------------------------------------------------------------------------------------------------------


def file_name(network: Network, tabled: Tabled, seq: int, kind: str) -> str:
    """What of which network, under which filters, as of which place in the log."""
    said = [network.id, tabled.table, tabled.narrowed.surface, tabled.narrowed.status, tabled.narrowed.text]
    parts = [re.sub(r"[^a-z0-9]+", "-", part.casefold()).strip("-")[:40] for part in said]
    return f"warroom-{'-'.join(filter(None, parts))}-seq{seq}.{kind}"


def rows_of(connection: Connection, network: Network, tabled: Tabled, *, names: bool) -> Iterator[Item]:
    """Every row that the table has under its filters and in its order, at most ``EXPORTED``."""
    after, n = "", 0
    while n < EXPORTED:
        page = page_of(
            connection, tabled.listing, network.members, tabled.narrowed, tabled.sort, CHUNK, after, names=names
        )
        yield from page.items
        after, n = page.after, n + len(page.items)
        if not after:
            return


def csv_of(items: Iterator[Item], tabled: Tabled, seq: int, *, names: bool) -> str:
    """The rows as a spreadsheet takes them. The last two columns say the filter and the place in the log."""
    columns = tabled.listing.columns_for(names=names)
    filters = urlencode(tabled.pairs())
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow([*export_heads(columns), "filter", "seq"])
    for item in items:
        writer.writerow([*export_cells(columns, item), csv_cell(filters), seq])
    return made.getvalue()


def json_of(items: Iterator[Item], network: Network, tabled: Tabled, seq: int, *, names: bool) -> str:
    """The rows as programs take them."""
    columns = tabled.listing.columns_for(names=names)
    rows = [{column.key: cell_json(column, item) for column in columns} for item in items]
    said = {"seq": seq, "network": network.id, "table": tabled.table, "filter": dict(tabled.pairs()[1:]), "rows": rows}
    return json.dumps(said, ensure_ascii=False, indent=1)
