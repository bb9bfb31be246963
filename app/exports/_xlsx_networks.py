"""The sheet of networks: one row a network, each of its figures with both ends, its qualifier and its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.attribution import rung_name
from app.countries import country_name
from app.exports._figures import Figure, figures_of
from app.exports._xlsx_cells import Book, Cell, Column
from app.exports._xlsx_sheets import hedge_cells
from app.language import _
from app.nouns import list_words, stage_name, surface_name
from app.vocabulary import Rung, Stage, Surface, surface_order

Json = dict[str, Any]
Key = tuple[str, str, str]
"""Of what a group of four columns is: the measure, the part of it, and the surface or currency."""

_SINGLE: tuple[Key, ...] = (
    ("spend", "ads", ""),
    ("events", "", ""),
    ("events", "interested", ""),
    ("takedowns", "assets", ""),
)


def networks(book: Book) -> None:
    """One row a network."""
    content = book.frozen.content
    figures = _by_network(content)
    keys = _keys(figures)
    zone = content["zone"]
    columns = [
        *(Column(_("Network"), 26), Column(_("Network id"), 18), Column(_("Title"), 24), Column(_("Exercise"), 9)),
        *(
            Column(_("Still open"), 9),
            Column(_("Stage"), 17),
            Column(_("Since ({zone})").format(zone=zone), 17, "time"),
        ),
        *(Column(_("Hours in stage"), 10, "tenths"), Column(_("Limit, hours"), 9, "whole"), Column(_("Overdue"), 10)),
        *(Column(heading.format(zone=zone), 17, "time") for heading in _times()),
        *(Column(_("Targets"), 24), Column(_("Topics"), 30), Column(_("Personas"), 24)),
        *(Column(_("Attribution, as approved"), 50), Column(_("Approved rung"), 22), Column(_("Confidence"), 15)),
        *(column for key in keys for column in _group(key)),
    ]
    saying = _("Low and high are as they were stated: read them with their qualifier. An empty cell is not a zero.")
    rows = (
        [*_row(book, network), *(cell for key in keys for cell in _cells(figures[network["id"]].get(key)))]
        for network in content["networks"]
    )
    book.sheet(_("Networks"), saying=saying).table(columns, rows)


def _times() -> tuple[str, ...]:
    return _("First seen ({zone})"), _("Confirmed ({zone})"), _("Removed ({zone})")


def _row(book: Book, network: Json) -> list[Any]:
    rung = network["approved_rung"]
    taken = network["durations"]
    return [
        *(network["name"], network["id"], network["title"], network["exercise"], network["open"]),
        *(stage_name(Stage(network["stage"])), book.time(network["stage_since"]), network["held_s"] / 3_600),
        *(network["limit_h"], Cell(_("overdue"), "overdue") if network["overdue"] else None),
        *(book.time(network["first_seen_at"]), book.time(taken["confirmed_at"]), book.time(taken["removed_at"])),
        list_words([country_name(code) for code in network["targets"]]),
        *(list_words(network["topics"]), list_words(network["personas"])),
        network["attribution"],
        _("none approved") if rung is None else rung_name(Rung(rung)),
        network["confidence"]["name"],
    ]


def _cells(figure: Figure | None) -> list[Any]:
    """Words first, so that no end of a figure is met without them. A figure that nobody gave is said to be unknown."""
    low, high, qualifier, words = hedge_cells(figure)
    return [words or _("not known"), low, high, qualifier]


def _group(key: Key) -> Iterator[Column]:
    named = _called(key)
    yield Column(named, 26)
    for words in (_("{figure}: low"), _("{figure}: high"), _("{figure}: qualifier")):
        yield Column(words.format(figure=named), 13)


def _called(key: Key) -> str:
    measure, part, of = key
    surface = surface_name(Surface.parse(of), many=True) if ":" in of else ""
    if measure == "assets":
        return _("Assets: {surface}").format(surface=surface)
    if measure == "reach":
        return _("Reach: {surface}").format(surface=surface)
    if measure == "spend":
        return _("Ads") if part else _("Ad spend, {currency}").format(currency=of)
    if measure == "events":
        return _("Interested in events") if part else _("Events hosted")
    return _("Assets removed")


def _by_network(content: Json) -> dict[str, dict[Key, Figure]]:
    """The figures that a row has, by network and column."""
    found: dict[str, dict[Key, Figure]] = {network["id"]: {} for network in content["networks"]}
    for figure in figures_of({"measures": {}, "open": {}, "assets": {}, "alarms": [], "networks": content["networks"]}):
        of = figure.surface if figure.measure in ("assets", "reach") else ""
        if figure.measure == "spend" and not figure.part:
            of = figure.currency
        key = (figure.measure, figure.part, of)
        row_like = figure.measure in ("assets", "reach", "spend") and not figure.part and of
        # Ads are counted in all and by currency; the first is that of all.
        if row_like or key in _SINGLE:
            found[figure.network].setdefault(key, figure)
    return found


def _keys(figures: dict[str, dict[Key, Figure]]) -> list[Key]:
    """The figures that any of the networks has, in a fixed order."""
    known = {key for row in figures.values() for key in row}

    def surfaces(measure: str) -> list[Key]:
        of = [Surface.parse(key[2]) for key in known if key[0] == measure]
        return [(measure, "", str(surface)) for surface in sorted(of, key=surface_order)]

    money = sorted(key for key in known if key[0] == "spend" and not key[1])
    return [*surfaces("reach"), *surfaces("assets"), *money, *(key for key in _SINGLE if key in known)]
