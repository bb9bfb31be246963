"""The order of a list of networks, and its pages.

Intervals sort as intervals, for a bound is not a value: by the least they allow, then by the most, an open upper end
after every closed one. What is not known comes last in either direction. Amounts in different currencies have no order:
they stand currency by currency. Ties go by id, so the order is total and a page begins where the last one ended.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from app.board import Board
from app.countries import country_name
from app.drilldown.figures import assets_of, events_of, reach_of, spend_of
from app.errors import BadRequest
from app.hedged import Hedged
from app.networks import Network
from app.vocabulary import ID_PATTERN, PAGES, Stage, Surface, surface_order

Key = tuple[int | str, ...]

KEY_LENGTH = 80
"""Characters of a name by which it is sorted; names that agree so far are sorted by id."""

LONGEST_CURSOR = 2_000
"""Characters. A key of 80 has twelve bytes of JSON for the widest of them, an id has 128, and base64 adds a third."""

STANDING = "standing"
"""The order of somebody who has not asked for another: open networks by reach, then the closed ones, latest first."""


class Sort(NamedTuple):
    """A column and a direction."""

    column: str = STANDING
    descending: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.column}"

    @property
    def falls(self) -> bool:
        """Whether the largest key comes first."""
        return self.descending or self.column == STANDING


@dataclass(frozen=True, slots=True)
class Ordering:
    """What keys are made with: the board, the surface of the column of reach, and the platforms of the scope."""

    board: Board
    surface: Surface = PAGES
    platforms: tuple[str, ...] = ()


def _figure(figure: Hedged) -> Key | None:
    return None if figure.is_absent else figure.sort_key()


def _words(text: str) -> Key | None:
    return (text.casefold()[:KEY_LENGTH],) if text else None


def _spend(by: Ordering, network: Network) -> Key | None:
    spend = spend_of(by.board, network, by.platforms)
    if spend.money is None:
        # Looked for and not found is less than any amount in any currency.
        return ("", 0, 0, 0) if spend.none_found else None
    return None if spend.money.amount.is_absent else (spend.money.currency, *spend.money.amount.sort_key())


def _origin(_by: Ordering, network: Network) -> Key | None:
    return _words(", ".join(country_name(code, short=True) for code in network.attributed_origins))


COLUMNS: Mapping[str, Callable[[Ordering, Network], Key | None]] = MappingProxyType(
    {
        "name": lambda _by, network: _words(network.name),
        "origin": _origin,
        "assets": lambda by, network: _figure(assets_of(network, by.platforms)),
        "reach": lambda by, network: _figure(reach_of(by.board, network, by.surface)),
        "spend": _spend,
        "events": lambda by, network: _figure(events_of(by.board, network, by.platforms)),
        "stage": lambda _by, network: (list(Stage).index(network.stage),),
        # The longer, the higher; a key must not move with the clock, or pages would.
        "for": lambda _by, network: (-network.stage_since,),
        "first_seen": lambda _by, network: (network.first_seen_at,),
        "rung": lambda _by, network: None if network.approved is None else (network.approved.strength,),
    }
)

FALLING = frozenset({"assets", "reach", "spend", "events", "for", "first_seen", "rung"})
"""Columns whose largest value is what somebody looks for first."""

SORTS = (Sort(), *(Sort(column, column in FALLING) for column in COLUMNS))
"""Every order in its usual direction."""


class Place(NamedTuple):
    """Where a network stands. ``group`` rises always; ``key`` in the direction of the sort; ids rise."""

    group: tuple[int, int]
    key: Key
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some networks in order; ``after`` is the cursor of the next page, empty where this was the last one."""

    networks: tuple[Network, ...]
    after: str


def sort_of(text: str) -> Sort:
    """``-reach`` as a sort. Raises BadRequest naming ``sort``."""
    sort = Sort(text.removeprefix("-"), text.startswith("-"))
    if sort.column not in COLUMNS and text != STANDING:
        raise BadRequest("sort", f"{text[:40]!r} is no column: {', '.join(COLUMNS)}, with a - to turn it round")
    return sort


def ordering(board: Board, networks: Iterable[Network], platforms: Sequence[str] = ()) -> Ordering:
    """What the order of a list is made with. Its reach is of one surface, for surfaces do not compare.

    That is the first of the headline's on which any of the networks is known to reach anybody.
    """
    nowhere: frozenset[Surface] = frozenset()
    found = nowhere.union(*(_reached(board, network) for network in networks))
    asked = [surface for surface in found if not platforms or surface.platform in platforms]
    return Ordering(board, min(asked, key=surface_order, default=PAGES), tuple(platforms))


def _reached(board: Board, network: Network) -> frozenset[Surface]:
    """The surfaces on which anything is known of its reach."""

    def found() -> frozenset[Surface]:
        members = board.members_of(network)
        return frozenset(surface for member in members for surface in (*member.audiences, *member.stated.reach))

    return network.once("surfaces reached", found)


def ordered(by: Ordering, networks: Iterable[Network], sort: Sort) -> list[tuple[Place, Network]]:
    """All of them in order, each with its place."""
    places = sorted(((_place(by, network, sort), network) for network in networks), key=lambda each: each[0].id)
    places.sort(key=lambda each: each[0].key, reverse=sort.falls)
    places.sort(key=lambda each: each[0].group)
    return places


def _place(by: Ordering, network: Network, sort: Sort) -> Place:
    # A list asks thousands for their places. Of ever new sets of platforms nothing is kept.
    if by.platforms:
        return _placed(by, network, sort)
    return network.once(("place", sort, by.surface), lambda: _placed(by, network, sort))


def _placed(by: Ordering, network: Network, sort: Sort) -> Place:
    group = 0
    if sort.column != STANDING:
        key = COLUMNS[sort.column](by, network)
    elif network.is_open:
        key = COLUMNS["reach"](by, network)
    else:
        key, group = (network.stage_since,), 1
    return Place((group, int(key is None)), key or (), network.id)


def page_of(by: Ordering, networks: Iterable[Network], sort: Sort, limit: int, after: str = "") -> Page:
    """At most ``limit`` networks behind a cursor. Raises BadRequest naming ``after`` for one that is not ours."""
    rest = ordered(by, networks, sort)
    if after:
        last = _read(after, sort)
        try:
            rest = [each for each in rest if _is_behind(each[0], last, falls=sort.falls)]
        except TypeError:
            # A number where there are names.
            raise _not_ours() from None
    page = rest[:limit]
    return Page(tuple(network for _, network in page), _cursor(page[-1][0], sort) if len(rest) > limit else "")


def _is_behind(place: Place, last: Place, *, falls: bool) -> bool:
    if place.group != last.group:
        return place.group > last.group
    if place.key != last.key:
        return place.key < last.key if falls else place.key > last.key
    return place.id > last.id


def _cursor(place: Place, sort: Sort) -> str:
    said = json.dumps([str(sort), list(place.group), list(place.key), place.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str, sort: Sort) -> Place:
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise _not_ours()
    try:
        said: Any = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        of, (group, unknown), key, id = said
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _not_ours() from None
    if of != str(sort):
        raise BadRequest("after", "this page is of another order: begin at the first page")
    sound = group in (0, 1) and unknown in (0, 1) and isinstance(key, list) and isinstance(id, str)
    if not sound or not ID_PATTERN.fullmatch(id) or not all(type(part) in (int, str) for part in key):
        raise _not_ours()
    return Place((group, unknown), tuple(key), id)


def _not_ours() -> BadRequest:
    return BadRequest("after", "this is no place in the list: begin at the first page")
