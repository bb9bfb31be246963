"""The long lists behind the briefing as one file: what changed, every network with its figures, and named assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from app import briefing
from app.exports._figures import Figure, figures_of
from app.exports._markup import Child, el, name
from app.language import _, ngettext
from app.nouns import stage_name, surface_name
from app.numerals import grouped
from app.safetext import clean, defang
from app.vocabulary import Stage, Surface

Json = Mapping[str, Any]

_SHOWN = ("assets", "reach", "spend", "events", "takedowns")


def lists(content: Json) -> Element:
    """The lists, folded away on a screen."""
    return el("div", _changes(content), _networks(content), _assets(content), class_="lists")


def _changes(content: Json) -> Child:
    rows = [
        el(
            "tr",
            el("td", name(change.network.text) if change.network else _("All together")),
            el("td", change.what),
            el("td", change.before),
            el("td", el("b", change.after), f" {change.direction}" if change.direction else None),
            el("td", el("ul", [el("li", words, f" ({places})") for words, places in change.reasons])),
        )
        for change in briefing.changes(content)
    ]
    if not rows:
        return None
    columns = (_("Network"), _("Figure"), _("Before"), _("After"), _("Because"))
    left = content["since"]["left_out"]["networks"]
    more = el("p", _("{n} more networks changed.").format(n=grouped(left)), class_="m") if left else None
    return _folded(briefing.since_title(content), columns, rows, more)


def _networks(content: Json) -> Child:
    if not content["networks"]:
        return None
    figures: dict[str, list[Figure]] = {}
    for figure in figures_of({**content, "measures": {}, "converted": None, "open": {}, "assets": {}, "alarms": []}):
        if figure.measure in _SHOWN:
            figures.setdefault(figure.network, []).append(figure)
    rows = [
        el(
            "tr",
            el(
                "td", name(network["name"]), el("span", " ", _("exercise"), class_="x") if network["exercise"] else None
            ),
            el("td", stage_name(Stage(network["stage"]))),
            el("td", briefing.attribution_sentence(network, content)),
            el("td", el("ul", [_figure(figure) for figure in figures.get(network["id"], ())])),
        )
        for network in content["networks"]
    ]
    n = content["counted"]["described"]
    title = ngettext("{n} network with its figures", "{n} networks with their figures", n).format(n=grouped(n))
    return _folded(title, (_("Network"), _("Stage"), _("Attribution"), _("Figures")), rows)


def _figure(figure: Figure) -> Element:
    of = surface_name(Surface.parse(figure.surface), many=True) if figure.surface else figure.currency
    said = " ".join(part for part in (figure.measure, figure.part, of, figure.mode, figure.basis) if part)
    return el(
        "li", el("data", figure.said["prose"], value=figure.said["prose"], data_figure=figure.pointer), f" {said}"
    )


def _assets(content: Json) -> Child:
    rows = content["assets"]["rows"]
    if not rows:
        return None
    names = {network["id"]: network["name"] for network in content["networks"]}
    title = _("Assets by name: {n} of {all}").format(
        n=grouped(content["assets"]["included"]), all=grouped(content["assets"]["listed"])
    )
    columns = (
        _("Asset"),
        _("Handle"),
        _("Kind"),
        _("Network"),
        _("Detected"),
        _("Removed"),
        _("Address"),
        _("Followers"),
    )
    return _folded(title, columns, [el("tr", _cells(row, place, names)) for place, row in enumerate(rows)])


def _cells(row: Json, place: int, names: Mapping[str, str]) -> Iterator[Element]:
    yield el("td", name(row["name"] or row["id"]))
    yield el("td", name(row["handle"]) if row["handle"] else None)
    yield el("td", surface_name(Surface.parse(row["surface"])))
    yield el("td", name(names.get(row["network"], row["network"])))
    yield from (el("td", (row[field] or "")[:10]) for field in ("first_detected_at", "removed_at"))
    yield el("td", el("bdi", clean(defang(row["url"]), 120), dir="ltr") if row["url"] else None)
    followers = row["followers"]
    if followers is None:
        yield el("td")
        return
    said = followers["prose"]
    yield el("td", el("data", said, value=said, data_figure=f"/assets/rows/{place}/followers"))


def _folded(title: str, columns: Sequence[str], rows: Sequence[Element], more: Child = None) -> Element:
    table = el("table", el("thead", el("tr", [el("th", words) for words in columns])), el("tbody", rows))
    return el("details", el("summary", title), el("div", table, more, class_="wide-table"), class_="whole")
