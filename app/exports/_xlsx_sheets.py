"""The sheets of a workbook: a summary, the figures, the networks, their stages, the assets, and how to read it all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app import briefing
from app.countries import country_name
from app.exports._figures import Figure, figures_of
from app.exports._marks import said
from app.exports._xlsx_cells import Book, Cell, Column, ends
from app.language import _, pgettext
from app.nouns import stage_name, surface_name
from app.safetext import defang
from app.vocabulary import Stage, Surface

Json = dict[str, Any]

HEADLINES = ("reach", "spend", "events", "takedowns")


def summary(book: Book) -> None:
    """What the snapshot is, and its headline figures, each with both ends and its hedge."""
    frozen, content = book.frozen, book.frozen.content
    marks = briefing.marks(content)
    sheet = book.sheet(_("Summary"), frozen.name, said(briefing.headline(content)))
    zone, picture = content["zone"], content["picture"]
    known: list[tuple[str, Any]] = [
        (_("Label"), str(frozen.tlp)),
        (_("Embargo"), marks.embargo or _("none")),
        (_("Exercise"), said(marks.exercise) or _("no")),
        (_("Subject"), content["subject"]["words"]),
        (_("Picture of ({zone})").format(zone=zone), Cell(book.time(picture["as_of"]), "time")),
        (_("Last record ({zone})").format(zone=zone), Cell(book.time(picture["recorded_at"]), "time")),
        (_("Frozen at ({zone})").format(zone=zone), Cell(book.time(content["frozen"]["at"]), "time")),
        (_("Frozen by"), content["frozen"]["by"]),
        (_("Snapshot"), frozen.id),
        (_("Seq"), Cell(frozen.seq, "serial")),
        (_("Epoch"), picture["epoch"]),
        (_("SHA-256"), frozen.sha256),
        (_("Names of assets"), content["names"]),
        (_("Networks"), Cell(content["counted"]["networks"], "serial")),
        (_("Networks open"), Cell(content["counted"]["open"], "serial")),
        (_("Networks described here"), Cell(content["counted"]["described"], "serial")),
    ]
    for row, (name, value) in enumerate(known, 3):
        sheet.text(row, 0, name, "strong")
        sheet.put(row, 1, value)
    columns = [
        *(
            Column(_("Headline figure"), 30),
            Column(_("Figure"), 44),
            Column(pgettext("an end of a figure", "Low"), 14),
            Column(pgettext("an end of a figure", "High"), 14),
        ),
        *(Column(_("Qualifier"), 13), Column(_("Unit"), 11), Column(_("Short"), 18), Column(_("Definition"), 90)),
    ]
    sheet.table(columns, _headlines(content), row=len(known) + 4)
    # Nothing stays in sight above a table that begins in the middle of a page.
    sheet.lines.freeze_panes(1, 0)
    sheet.lines.repeat_rows(0, 0)


def figures(book: Book) -> None:
    """One row a figure, as in CSV."""
    content = book.frozen.content
    sheet = book.sheet(
        _("Figures"), saying=_("A figure is never without its hedge: read it with its qualifier, or in words.")
    )
    networks = {network["id"]: network for network in content["networks"]}
    columns = [
        *(Column(_("Network"), 24), Column(_("Network id"), 18), Column(_("Exercise"), 9), Column(_("Asset"), 16)),
        *(Column(_("Measure"), 12), Column(_("Part"), 14), Column(_("Surface"), 18), Column(_("Unit"), 10)),
        *(
            Column(_("Figure"), 40),
            Column(pgettext("an end of a figure", "Low"), 14),
            Column(pgettext("an end of a figure", "High"), 14),
            Column(_("Qualifier"), 12),
        ),
        *(Column(_("Short"), 16), Column(_("As said"), 28), Column(_("Approximate"), 12)),
        *(Column(_("Gave no figure"), 9, "whole"), Column(_("Of"), 7, "whole"), Column(_("Basis"), 10)),
        *(Column(_("Mode"), 11), Column(_("Standard error"), 10, "share"), Column(_("Definition"), 60)),
        *(Column(_("Do not write"), 60), Column(_("Place in the content"), 40)),
    ]
    sheet.table(columns, (_figure_row(content, figure, networks) for figure in figures_of(content)))


def stages(book: Book) -> None:
    """Every stage of every network, with when it began and how long it was held."""
    content = book.frozen.content
    zone = content["zone"]
    columns = [
        *(Column(_("Network"), 24), Column(_("Network id"), 18), Column(_("Stage"), 18)),
        Column(_("Since ({zone})").format(zone=zone), 18, "time"),
        Column(_("Until ({zone})").format(zone=zone), 18, "time"),
        *(Column(_("Hours held"), 11, "tenths"), Column(_("Limit, hours"), 11, "whole"), Column(_("Overdue"), 10)),
    ]
    saying = _("The last stage of a network is held until the picture.")
    book.sheet(_("Stages"), saying=saying).table(columns, _stage_rows(book), held=1)


def assets(book: Book) -> None:
    """The assets by name, where the snapshot has names."""
    content = book.frozen.content
    if not content["names"]:
        return
    zone, listed = content["zone"], content["assets"]
    names = {network["id"]: network["name"] for network in content["networks"]}
    saying = _("{included} of {listed} listed assets. Names are as their operators wrote them; addresses are defanged.")
    sheet = book.sheet(_("Assets"), saying=saying.format(included=listed["included"], listed=listed["listed"]))
    columns = [
        *(Column(_("Name"), 36), Column(_("Handle"), 24), Column(_("Asset id"), 20), Column(_("Network"), 24)),
        *(Column(_("Surface"), 18), Column(_("Status"), 12), Column(_("Address"), 44), Column(_("Language"), 9)),
        *(Column(_("Country shown"), 14), Column(_("Created on"), 12), Column(_("Followers"), 18)),
        *(
            Column(pgettext("an end of a figure", "Low"), 12),
            Column(pgettext("an end of a figure", "High"), 12),
            Column(_("Qualifier"), 12),
        ),
        Column(_("First detected ({zone})").format(zone=zone), 18, "time"),
        Column(_("Removed ({zone})").format(zone=zone), 18, "time"),
    ]
    sheet.table(columns, (_asset_row(book, row, names) for row in listed["rows"]))


def reading(book: Book) -> None:
    """What we do not know, how to read the figures, and what must not be written about them."""
    content = book.frozen.content
    sheet = book.sheet(_("Unknown and how to read"))
    sheet.lines.set_column(0, 0, 24)
    sheet.lines.set_column(1, 1, 120)
    row = 3
    parts = [
        (_("What we do not know"), [str(words) for words in briefing.unknown(content)]),
        (_("How to read the figures"), briefing.how_to_read(content)),
        *(
            (_("Do not write"), [words])
            for words in [
                *briefing.do_not_write(content["measures"], tuple(content["measures"])),
                *briefing.converted_clauses(content),
            ]
        ),
    ]
    sheet.text(row, 0, _("About"), "heading")
    sheet.text(row, 1, _("Words"), "heading")
    for about, words in parts:
        for each in words:
            row += 1
            sheet.text(row, 0, about, "strong")
            sheet.text(row, 1, each, "wrap")
    sheet.lines.freeze_panes(4, 1)
    sheet.lines.repeat_rows(0, 3)
    sheet.lines.autofilter(3, 0, max(row, 4), 1)


def hedge_cells(figure: Figure | None) -> list[Any]:
    """Low, high, qualifier and words of a figure in four cells; of no figure at all, empty cells."""
    if figure is None:
        return [None] * 4
    return [*ends(figure), str(figure.hedged.qualifier), figure.said["prose"]]


def _headlines(content: Json) -> Iterator[list[Any]]:
    found = [
        figure
        for figure in figures_of(_NOTHING | {"measures": content["measures"], "open": content["open"]})
        if figure.measure in HEADLINES and figure.part not in ("counted", "stated", "listed_ads", "since_watch")
    ]
    for figure in sorted(found, key=lambda figure: HEADLINES.index(figure.measure)):
        named = _called(figure, in_open=figure.pointer.startswith("/open"))
        low, high = ends(figure)
        hedged = figure.hedged
        yield [
            *(named, figure.said["prose"], low, high, str(hedged.qualifier), figure.unit, figure.said["short"]),
            figure.definition or _above(content, figure.pointer, "definition") or "",
        ]


_NOTHING: Json = {"networks": [], "assets": {}, "alarms": []}


def _called(figure: Figure, *, in_open: bool) -> str:
    """What a headline figure is called in a row of its own."""
    surface = surface_name(Surface.parse(figure.surface), many=True) if figure.surface else ""
    names = {
        "reach": _("Reach of open networks") if in_open else _("Reach"),
        "spend": _("Ads") if figure.part == "ads" else _("Ad spend"),
        "events": _("Interested in events") if figure.part else _("Events hosted"),
        "takedowns": _("Takedowns today") if figure.part == "today" else _("Takedowns"),
    }
    also = surface or (figure.currency if figure.measure == "spend" else "")
    return f"{names[figure.measure]}, {also}" if also else names[figure.measure]


def _figure_row(content: Json, figure: Figure, networks: dict[str, Json]) -> list[Any]:
    network = networks.get(figure.network)
    exercise = content["exercise"] if network is None else network["exercise"]
    hedged = figure.hedged
    low, high = ends(figure)
    return [
        *("" if network is None else network["name"], figure.network, exercise, figure.asset),
        *(figure.measure, figure.part, figure.surface, figure.unit),
        *(figure.said["prose"], low, high, str(hedged.qualifier), figure.said["short"], hedged.as_said),
        *(hedged.approximate, hedged.absent, hedged.terms, figure.basis, figure.mode),
        _above(content, figure.pointer, "standard_error") if figure.mode else None,
        figure.definition,
        "; ".join(_above(content, figure.pointer, "do_not_write") or ()),
        figure.pointer,
    ]


def _above(content: Json, pointer: str, key: str) -> Any:
    """What stands under a name in the innermost object around a place of the content; None where it does nowhere."""
    value: Any = content
    found = None
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part.replace("~1", "/").replace("~0", "~")]
        if isinstance(value, dict):
            found = value.get(key, found)
    return found


def _stage_rows(book: Book) -> Iterator[list[Any]]:
    content = book.frozen.content
    limits = content["watch"]["limits_h"]
    for network in content["networks"]:
        steps = network["stages"]
        ended = [step["at"] for step in steps[1:]]
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            begun, until = book.time(step["at"]), None if last else book.time(ended[place])
            held = network["held_s"] / 3_600 if last else _hours(book, step["at"], ended[place])
            late = last and network["overdue"]
            yield [
                *(network["name"], network["id"], stage_name(Stage(step["stage"])), begun, until, held),
                *(limits.get(step["stage"]), Cell(_("overdue"), "overdue") if late else None),
            ]


def _hours(book: Book, since: str, until: str) -> float | None:
    begun, ended = book.time(since), book.time(until)
    if isinstance(begun, str) or isinstance(ended, str) or begun is None or ended is None:
        return None
    return max(0.0, (ended - begun).total_seconds()) / 3_600


def _asset_row(book: Book, row: Json, names: dict[str, str]) -> list[Any]:
    figure = None if row["followers"] is None else Figure("", row["followers"], measure="followers")
    low, high, qualifier, words = hedge_cells(figure)
    shown = row["country_shown"]
    return [
        *(row["name"], row["handle"], row["id"], names.get(row["network"], row["network"])),
        *(surface_name(Surface.parse(row["surface"])), row["status"], defang(row["url"] or ""), row["language"]),
        *(country_name(shown) if shown else None, row["created_on"]),
        *(words or _("not known"), low, high, qualifier, book.time(row["first_detected_at"])),
        book.time(row["removed_at"]),
    ]
