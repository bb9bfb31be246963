"""A snapshot as the desk shows it: its line in the list, its figures with hedge and definition, and its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from app import briefing
from app.access import Visitor
from app.exports import WALL, Frozen, all_exports, choices
from app.language import _
from app.nouns import duration, list_words, sibling_label, stage_name, surface_name
from app.numerals import grouped
from app.records import instant_of
from app.snapshots.comparing import Comparison
from app.snapshots.keeping import Kept
from app.snapshots.labels import MEANINGS, may_export
from app.snapshots.telling import standing_sentence
from app.vocabulary import SECOND, Stage, Surface
from app.wording import country_name
from dashboards.desk.shell import Desk

MOST_ROWS = 200
"""Networks that the page of a snapshot lists; its files have all."""

MOST_CHANGES = 12
"""Sentences about what changed; the table beside them has all."""

Row = dict[str, Any]


def standing_row(comparison: Comparison, id: str) -> Row:
    """Whether a snapshot still stands, as the top of its page says it."""
    return {
        "current": comparison.stands,
        "sentence": standing_sentence(comparison),
        "compare": f"/desk/snapshots/{id}/compare",
    }


def kept_row(desk: Desk, kept: Kept) -> Row:
    """One line of the list."""
    return {
        "address": f"/desk/snapshots/{kept.id}",
        "name": kept.name,
        "scope": kept.scope,
        "seq": kept.seq,
        "tlp": str(kept.tlp),
        "names": kept.names,
        "at": desk.time(kept.made_at),
        "by": kept.made_by,
        "embargo": "" if kept.is_free(desk.clock.now()) else desk.moment(kept.embargo_until or 0),
    }


def snapshot_view(desk: Desk, kept: Kept, frozen: Frozen, standing: Comparison, visitor: Visitor) -> Row:
    """All of one page."""
    content = frozen.content
    picture = content["picture"]
    networks = content["networks"]
    return {
        "snapshot": kept_row(desk, kept)
        | {
            "means": _(MEANINGS[kept.tlp]),
            "as_of": desk.moment(instant_of(picture["as_of"])),
            "live": picture["live"],
            "sha256": kept.sha256,
            "id": kept.id,
            "moment": desk.moment(kept.made_at),
            "exercise": _exercise(networks),
            "embargo_was": "" if kept.embargo_until is None else desk.moment(kept.embargo_until),
        },
        "standing": standing_row(standing, kept.id),
        "figures": _figures(content),
        "unknown": content["unknown"],
        "since": _since(content, kept),
        "networks": [_network(network) for network in networks[:MOST_ROWS]],
        "more": grouped(max(0, content["counted"]["networks"] - MOST_ROWS)),
        "has_more": content["counted"]["networks"] > MOST_ROWS,
        "files": [*_files(kept, frozen), *_walls(kept, desk.camera.sizes(frozen))]
        if may_export(visitor, kept.tlp, names=kept.names)
        else [],
        "may_export": may_export(visitor, kept.tlp, names=kept.names),
    }


def _since(content: Row, kept: Kept) -> Row:
    """What changed since the briefing before, with the address of the table; nothing where there was none."""
    if content.get("since") is None:
        return {}
    found = briefing.since(content, MOST_CHANGES)
    return {
        "title": found.title,
        "sentences": [*(str(words) for _when, words in found.entries), *([found.none] if found.none else [])],
        "address": f"/desk/snapshots/{kept.id}/compare?{urlencode({'with': content['since']['snapshot']})}",
    }


def _exercise(networks: list[Row]) -> str:
    """Whether networks in it are an exercise, all of them or some."""
    exercises = sum(network["exercise"] for network in networks)
    if not exercises:
        return ""
    if exercises == len(networks):
        return _("exercise")
    return _("{n} of {all} networks are an exercise").format(n=grouped(exercises), all=grouped(len(networks)))


def _figures(content: Row) -> list[Row]:
    """The figures of the whole scope: what each is, its words, and what travels with it."""
    measures = content["measures"]
    reach, spend, events, takedowns = (measures[name] for name in ("reach", "spend", "events", "takedowns"))
    found = [_reach(_("Reached, {surface}"), each) for each in reach["surfaces"]]
    if content["open"]["scope"] != content["subject"]["scope"]:
        of_open = content["open"]["reach"]["surfaces"]
        found += [_reach(_("Reached by open networks, {surface}"), each) for each in of_open]
    for line in spend["currencies"]:
        what = _("Ad spend, {currency}").format(currency=line["currency"])
        note = _("paid mostly in {currencies}") if line["mostly"] else _("paid in {currencies}")
        found.append(_figure(what, line["figure"], spend, note.format(currencies=list_words(line["paid_in"]))))
    found += [
        _figure(_("Ads"), spend["ads"], spend),
        _figure(_("Events hosted"), events["figure"], events),
        _figure(_("Assets removed"), takedowns["assets"], takedowns),
        _figure(_("Removed today"), takedowns["today"], takedowns),
        _figure(_("Removed since the watch began"), takedowns["since_watch"], takedowns),
        _figure(_("Assets detected"), measures["detections"]["assets"], measures["detections"]),
    ]
    return [_once(figure, before) for figure, before in zip(found, [{}, *found], strict=False)]


def _once(figure: Row, before: Row) -> Row:
    """A figure without what was said of the one above it already."""
    if figure["definition"] != before.get("definition"):
        return figure
    return figure | {"definition": "", "not": [] if figure["not"] == before["not"] else figure["not"]}


def _reach(pattern: str, each: Row) -> Row:
    surface = Surface.parse(each["surface"])
    modes = {"exact": _("counted account by account"), "estimated": _("estimated"), "bounded": _("bounded")}
    note = _("stated, not counted") if each["basis"] == "stated" else modes[each["mode"]]
    return _figure(pattern.format(surface=sibling_label(surface)), each["figure"], each, note)


def _figure(what: str, figure: Row, travels: Row, note: str = "") -> Row:
    return {
        "what": what,
        "words": figure["prose"],
        "said": figure.get("as_said", ""),
        "note": note,
        "definition": travels["definition"],
        "not": travels["do_not_write"],
    }


def _network(network: Row) -> Row:
    surfaces = network["measures"]["reach"]["surfaces"]
    first = surfaces[0] if surfaces else None
    return {
        "name": network["name"],
        "address": f"/desk/networks/{network['id']}",
        "exercise": network["exercise"],
        "aim": list_words([country_name(code, short=True) for code in network["targets"]]),
        "stage": stage_name(Stage(network["stage"])),
        "held": duration(network["held_s"] * SECOND),
        "overdue": network["overdue"],
        "assets": network["assets_total"]["short"],
        "reach": first["figure"]["short"] if first else "–",
        "surface": surface_name(Surface.parse(first["surface"]), many=True) if first else "",
        "attribution": network["attribution"],
    }


def _files(kept: Kept, frozen: Frozen) -> list[Row]:
    """A link for each file: a format, in each of its parts or on each paper."""
    found = []
    for export in all_exports().values():
        here = f"/desk/snapshots/{kept.id}/{export.name}"
        asked = [(words, f"?{urlencode(query)}" if query else "") for words, query in choices(frozen, export)]
        links = [{"words": words, "address": f"{here}{query}"} for words, query in asked]
        found.append({"title": _(export.title), "links": links})
    return found


def _walls(kept: Kept, sizes: tuple[str, ...]) -> list[Row]:
    """Links for the scene as its wall shows it."""
    here = f"/desk/snapshots/{kept.id}/{WALL}"
    links = [{"words": size, "address": f"{here}?{urlencode({'part': size})}"} for size in sizes]
    return [{"title": _("Wall"), "links": links}] if links else []
