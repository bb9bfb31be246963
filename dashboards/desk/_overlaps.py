"""What a network shares with others, in words: each with what was found in both, and how sure that is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.amounts import short
from app.board import Board
from app.definitions import definition
from app.drilldown.overlaps import Shared, SharedAudience, overlaps_of
from app.language import _, ngettext
from app.networks import Network, Overlap
from app.nouns import reach_verb, surface_name
from app.numerals import grouped
from app.safetext import clean, defang
from dashboards.desk.shell import Desk

Row = dict[str, Any]

SHOWN = 8
"""Indicators and assets that are named of one overlap."""


def overlaps_view(connection: Connection, desk: Desk, board: Board, network: Network, *, names: bool) -> Row:
    """What ``desk/network/_overlaps.html`` shows."""
    found, compared = overlaps_of(connection, board, network)
    words = ngettext(
        "Audiences compared with {n} other network", "Audiences compared with {n} other networks", compared
    )
    return {
        "rows": [_row(desk, board, shared, names=names) for shared in found],
        "compared": words.format(n=grouped(compared)),
        "means": definition("overlap"),
    }


def _row(desk: Desk, board: Board, shared: Shared, *, names: bool) -> Row:
    other = board.find(shared.other)
    kinds, assets = len(shared.indicators), len(shared.assets)
    counted = (
        (kinds, ngettext("{n} indicator seen in both", "{n} indicators seen in both", kinds)),
        (shared.events, ngettext("{n} event hosted by both", "{n} events hosted by both", shared.events)),
        (shared.links, ngettext("{n} link between them", "{n} links between them", shared.links)),
        (assets, ngettext("{n} shared asset reported", "{n} shared assets reported", assets)),
    )
    return {
        "name": other.name if other else shared.other,
        "address": f"/desk/networks/{other.id}" if other else "",
        "audiences": [_audience(each) for each in shared.audiences],
        "found": [words.format(n=grouped(n)) for n, words in counted if n],
        "indicators": [_indicator(*each) for each in shared.indicators[:SHOWN]] if names else [],
        "assets": sorted(shared.assets)[:SHOWN] if names else [],
        "reported": [_reported(desk, each, names=names) for each in shared.reported],
    }


def _reported(desk: Desk, overlap: Overlap, *, names: bool) -> str:
    time, told = desk.moment(overlap.at), _("overlap reported")
    basis = clean(overlap.basis, 200, empty=told) if names else told
    return _("{time}: {basis}").format(time=time, basis=basis)


def _audience(shared: SharedAudience) -> str:
    follow = f"{reach_verb(shared.surface)} {surface_name(shared.surface, many=True)}"
    if shared.is_noise:
        words = _("accounts that {follow_pages} of both: {n}, standard error {error}, cannot be told from none")
        n, error = (grouped(max(0, round(each))) for each in (shared.estimate, shared.error))
        return words.format(follow_pages=follow, n=n, error=error)
    if shared.error:
        words = _("{n} accounts {follow_pages} of both, standard error {error}")
        return words.format(n=short(shared.figure), follow_pages=follow, error=grouped(round(shared.error)))
    return _("{n} accounts {follow_pages} of both").format(n=short(shared.figure), follow_pages=follow)


def _indicator(kind: str, value: str) -> Row:
    plain = kind not in ("hashtag", "text")
    return {"kind": kind.replace("-", " "), "value": defang(value) if plain else clean(value, 120)}
