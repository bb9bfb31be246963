"""The listings of a network: pages together are everything in one order, and nothing is in them that is not its own."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from app.board import Board
from app.drilldown import Sort
from app.drilldown.listings import (
    STANDING,
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
from app.errors import BadRequest
from app.hedged import Hedged
from app.networks import Network
from app.vocabulary import Surface, surface_order
from tests import makers
from tests.hostile import NAMES
from tests.room import Room, at

NOW = at("2018-10-26T14:00:00Z")
SURFACES = [{}, {}, {"kind": "group"}, {"kind": "account"}, {"platform": "instagram", "kind": "account"}]
MONEY = [{"currency": "USD", "qualifier": "less than", "minor": 10_000}, {"currency": "CAD", "minor": 500}]
TEXTS = [*NAMES.values(), "Ärmel", "ärmel", "Wake Up", "wake up", "美国觉醒"]
FIGURES: list[Any] = [{"qualifier": "about", "value": 2_000}, {"qualifier": "more than", "value": 28_000}, 70, 70]


def told(seed: int) -> Iterator[makers.Event]:
    """A network that absorbed another one, and a third that has links with both."""
    random = Random(seed)
    assets: list[str] = []
    for network in ("n1", "n2", "n3"):
        yield makers.network_reported(network)
        for n in range(random.randrange(3, 14)):
            assets.append(f"{network}-{n}")
            yield from asset_told(random, network, assets[-1])
    for n in range(random.randrange(20)):
        yield makers.ad_observed(f"ad{n}", random.choice(assets), spend=random.choice(MONEY))
    for n in range(random.randrange(12)):
        hosts = random.sample(assets, random.randrange(1, 3))
        more = {"interested": random.choice([None, *FIGURES]), "starts_at": random.choice([None, makers.AT])}
        yield makers.event_hosted(f"e{n}", hosts, took_place=random.choice(["yes", "no", "unknown"]), **more)
    for n in range(random.randrange(30)):
        yield makers.post_observed(f"p{n}", random.choice(assets), text=random.choice(TEXTS) or "…")
    for _ in range(random.randrange(30)):
        a, b = random.sample(assets, 2)
        said = {"signal": random.choice(["shared_admin", "rhythm"]), "weight": random.choice([1, 2.5])}
        yield makers.link_observed(a, b, **said)
    for asset in random.sample(assets, 3):
        yield makers.asset_removed(asset)
    yield makers.asset_detected("elsewhere", None)
    yield makers.network_split("n3", into="n1", assets=random.sample([id for id in assets if id.startswith("n3")], 2))
    yield makers.networks_merged("n1", ["n2"])


def asset_told(random: Random, network: str, id: str) -> Iterator[makers.Event]:
    """An asset, and its audience in any of the ways that there are, or in none."""
    said: dict[str, Any] = {"name": random.choice(TEXTS), **random.choice(SURFACES)}
    said |= {"created_on": random.choice([None, "2016-03-02", "2017-01-20"])}
    said |= {"handle": random.choice([None, f"@{id}", "@Same"]), "score": random.choice([None, 0, 0.5, 0.91])}
    yield makers.asset_detected(id, network, **said)
    match random.randrange(7):
        case 0:
            yield makers.accounts_observed(id, [f"x{random.randrange(40)}" for _ in range(random.randrange(20))])
        case 1:
            yield makers.count_observed(id, random.choice(FIGURES))
        case 2:
            yield makers.sketch_observed(id, [f"y{random.randrange(9_000)}" for _ in range(900)], lg_k=10)
        case 3:
            yield makers.count_observed(id, random.choice(FIGURES))
            yield makers.count_observed(id, random.choice(FIGURES), part=True)
        case 4:
            yield makers.accounts_observed(id, [f"x{random.randrange(40)}" for _ in range(20)])
            yield makers.count_observed(id, random.choice(FIGURES), part=True)
        case 5:
            said = makers.count_observed(id, random.choice(FIGURES))
            yield from (makers.accounts_observed(id, ["x1", "x2"]), said, makers.record_withdrawn(said))


@pytest.fixture(params=[1, 2])
def room(engine_url: str, request: pytest.FixtureRequest) -> Iterator[Room]:
    made = Room(engine_url, now=NOW)
    assert {answer.status for answer in made.send(_without_none(told(request.param)))} <= {"accepted"}
    yield made
    made.close()


def _without_none(events: Iterator[makers.Event]) -> Iterator[makers.Event]:
    for event in events:
        yield event | {"data": {name: value for name, value in event["data"].items() if value is not None}}


@pytest.fixture
def connection(room: Room) -> Iterator[Connection]:
    with room.database.read() as connection:
        yield connection


def network_of(board: Board, id: str = "n1") -> Network:
    network = board.find(id)
    assert network is not None
    return network


def pages(connection: Connection, listing: Listing, homes: Any, sort: Sort, size: int, **asked: Any) -> list[Any]:
    names = asked.pop("names", True)
    found: list[Any] = []
    after = ""
    while True:
        page = page_of(connection, listing, homes, Narrowed(**asked), sort, size, after, names=names)
        found += page.items
        assert len(page.items) == size or not page.after
        after = page.after
        if not after:
            return found


def sorts_of(listing: Listing) -> list[Sort]:
    return [Sort(), *(Sort(column.key, down) for column in listing.columns for down in (False, True))]


def test_pages_together_are_everything_once_and_in_the_order_of_one_page(room: Room, connection: Connection) -> None:
    homes = network_of(room.board).members
    assert homes == ("n1", "n2")
    for listing in all_listings().values():
        every = count_of(connection, listing, homes)
        for sort in sorts_of(listing):
            whole = pages(connection, listing, homes, sort, 1_000)
            assert len(whole) == every
            assert pages(connection, listing, homes, sort, 3) == whole, (listing.name, sort)
            assert pages(connection, listing, homes, sort, 3, names=False) == whole, (listing.name, sort)


def test_every_column_sorts_its_values_and_puts_what_is_not_known_last(room: Room, connection: Connection) -> None:
    homes = network_of(room.board).members
    for listing in all_listings().values():
        for column in listing.columns:
            rising = [item[column.key] for item in pages(connection, listing, homes, Sort(column.key, False), 1_000)]
            falling = [item[column.key] for item in pages(connection, listing, homes, Sort(column.key, True), 1_000)]
            known = [value for value in rising if value is not None and value != ""]
            assert all(value is None or value == "" for value in rising[len(known) :]), column.key
            assert all(value is None or value == "" for value in falling[len(known) :]), column.key
            if column.kind in ("count", "share", "instant", "day"):
                assert known == sorted(known)
                assert falling[: len(known)] == sorted(known, reverse=True)


def test_assets_are_those_of_all_members_and_as_many_as_the_network_says(room: Room, connection: Connection) -> None:
    network = network_of(room.board)
    items = pages(connection, all_listings()["assets"], network.members, Sort(), 7)
    counted = Counter(item["surface"] for item in items)
    assert counted == {str(surface): count.listed for surface, count in network.assets_figure.items()}
    assert values_of(connection, all_listings()["assets"], network.members, "surface") == counted
    assert {item["network"] for item in items} == {"n1", "n2"}


def test_by_themselves_assets_stand_by_kind_and_within_it_by_followers(room: Room, connection: Connection) -> None:
    items = pages(connection, all_listings()["assets"], ["n1", "n2", "n3"], Sort(), 4)
    for surface in {item["surface"] for item in items}:
        places = [place for place, item in enumerate(items) if item["surface"] == surface]
        assert places == list(range(places[0], places[0] + len(places)))
        shown = [item["followers"] for item in items if item["surface"] == surface]
        keys = [-1 if figure is None else figure.low for figure in shown]
        assert keys == sorted(keys, reverse=True)


def test_assets_stand_where_their_figures_do_by_kind_or_by_followers_alone(room: Room, connection: Connection) -> None:
    assets, homes = all_listings()["assets"], ["n1", "n2", "n3"]
    by_id = sorted(pages(connection, assets, homes, Sort("id"), 1_000), key=lambda item: str(item["id"]))
    keys = {item["id"]: None if item["followers"] is None else key_of(item["followers"]) for item in by_id}

    def within_kind(item: Any) -> Any:
        key = keys[item["id"]]
        return surface_order(Surface.parse(item["surface"])), *((1,) if key is None else (0, *(-part for part in key)))

    assert pages(connection, assets, homes, Sort(), 4) == sorted(by_id, key=within_kind)
    counted = [item for item in by_id if keys[item["id"]] is not None]
    uncounted = [item for item in by_id if keys[item["id"]] is None]
    assert counted
    assert uncounted
    for falls in (False, True):
        found = pages(connection, assets, homes, Sort("followers", falls), 4)
        assert found == [*sorted(counted, key=lambda item: keys[item["id"]], reverse=falls), *uncounted]


def key_of(figure: Hedged) -> Any:
    """The number that is shown, then how far it may reach up."""
    return figure.low or 0, figure.high is None, figure.high or 0


def test_ads_and_posts_are_those_of_its_assets_and_links_have_one_end_in_it(room: Room, connection: Connection) -> None:
    homes = network_of(room.board).members
    own = {item["id"] for item in pages(connection, all_listings()["assets"], homes, Sort(), 50)}
    for name in ("ads", "posts"):
        assert {item["asset_id"] for item in pages(connection, all_listings()[name], homes, Sort(), 50)} <= own
    for item in pages(connection, all_listings()["links"], homes, Sort(), 50):
        assert {item["a_id"], item["b_id"]} & own


def test_narrowing_keeps_what_says_so_and_its_count_agrees(room: Room, connection: Connection) -> None:
    homes = network_of(room.board).members
    for listing in all_listings().values():
        whole = pages(connection, listing, homes, Sort(), 1_000)
        for what in ("surface", "status"):
            for value, n in values_of(connection, listing, homes, what).items():
                found = pages(connection, listing, homes, Sort(), 3, **{what: value})
                assert len(found) == n == count_of(connection, listing, homes, Narrowed(**{what: value}))
                if what in whole[0]:
                    assert found == [item for item in whole if item[what] == value]


def test_text_finds_a_name_whatever_its_case_and_accents(room: Room, connection: Connection) -> None:
    assets = all_listings()["assets"]
    found = pages(connection, assets, ["n1", "n2", "n3"], Sort(), 50, text="ARMEL")
    every = pages(connection, assets, ["n1", "n2", "n3"], Sort(), 50)
    assert [item["id"] for item in found] == [item["id"] for item in every if item["name"] in ("Ärmel", "ärmel")]


ODD_PLACES: list[list[Any]] = [
    *([], [None], ["x", "y", "z"], [True, "n1"], [[1, {}], "n1"], [{"a": 1}, "n1"], ["a\0", "n1"], ["\ud800", "n1"]),
    *([2**70, "n1"], [float("nan"), "n1"], [None, 7], [None, "a\0"], [None, ""], [-1], [2**80], [1.5], ["1"]),
]


def cursor(*said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def test_odd_place_in_a_table_is_refused_by_the_name_of_its_field(connection: Connection) -> None:
    for listing, place, names in product(all_listings().values(), ODD_PLACES, (True, False)):
        for sort in sorts_of(listing):
            after = cursor(listing.name, str(sort), *place)
            with pytest.raises(BadRequest, match="after"):
                page_of(connection, listing, ["n1"], Narrowed(), sort, 5, after, names=names)


def test_rubbish_is_no_place_in_a_table(connection: Connection) -> None:
    for after in ("rubbish", "ä", "e30", cursor(), cursor("assets"), "x" * 3_000):
        for listing in all_listings().values():
            with pytest.raises(BadRequest, match="after"):
                page_of(connection, listing, ["n1"], Narrowed(), Sort(), 5, after)


def test_place_of_another_order_is_none_in_this_one(connection: Connection) -> None:
    for listing in all_listings().values():
        with pytest.raises(BadRequest, match="begin at the first page"):
            page_of(connection, listing, ["n1"], Narrowed(), Sort(), 5, cursor(listing.name, "-other", None, "n1"))


def test_cursor_of_somebody_who_sees_no_names_has_none(room: Room, connection: Connection) -> None:
    for listing in all_listings().values():
        page = page_of(connection, listing, ["n1", "n2", "n3"], Narrowed(), Sort(), 1, names=False)
        if page.after:
            said = json.loads(base64.urlsafe_b64decode(page.after + "=" * (-len(page.after) % 4)))
            assert said == [listing.name, STANDING, 1]


def test_who_sees_no_names_may_not_sort_by_them() -> None:
    for listing in all_listings().values():
        for column in listing.columns:
            if column.of_names:
                with pytest.raises(BadRequest):
                    sort_of(listing, column.key, names=False)
            else:
                assert sort_of(listing, f"-{column.key}", names=False) == Sort(column.key, True)


def test_every_value_has_words_is_json_and_stands_under_a_head_of_its_own(room: Room, connection: Connection) -> None:
    for listing in all_listings().values():
        heads = export_heads(listing.columns)
        assert len(set(heads)) == len(heads)
        for item in pages(connection, listing, ["n1", "n2", "n3"], Sort(), 100):
            assert len(export_cells(listing.columns, item)) == len(heads)
            for column in listing.columns:
                assert isinstance(cell_words(column, item), str)
                json.dumps(cell_json(column, item))
            for cell in export_cells(listing.columns, item):
                assert not cell.startswith(("=", "+", "@", "\t", "\r"))


def test_hedged_followers_keep_their_bounds_in_columns_of_their_own(room: Room, connection: Connection) -> None:
    assets = all_listings()["assets"]
    heads = export_heads(assets.columns)
    for item in pages(connection, assets, ["n1", "n2", "n3"], Sort(), 100):
        row = dict(zip(heads, export_cells(assets.columns, item), strict=True))
        figure = item["followers"]
        if figure is None:
            assert {row[f"followers_{part}"] for part in ("low", "high", "qualifier")} == {""}
        else:
            assert row["followers_low"] == str(figure.low)
            assert row["followers_high"] == ("" if figure.high is None else str(figure.high))
            assert row["followers_qualifier"] == figure.qualifier
