"""Countries: which have a sign and in what order, what stands on it, and what time it is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.atlas import COUNTRIES
from app.clock import FixedClock
from app.vocabulary import DAY, HOUR, MINUTE, Stage, Watch, isoformat
from dashboards.render import clock_words
from dashboards.scenes import Sight, countries, situation
from dashboards.scenes._countries import LISTED
from dashboards.scenes._zones import place_of, zone_of
from tests import makers
from tests.every_room import NAMES
from tests.house import house
from tests.markup import parsed
from tests.room import Room, at

NOW = at("2018-10-26T14:30:00Z")
NARROW = "\u202f"
OURS = {"section", "ol", "li", "h2", "bdi", "time", "b", "i", "p", "div", "span"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{tmp_path / 'room.sqlite'}", now=NOW)
    yield room
    room.close()


def view(room: Room, limits: dict[str, int] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = countries.SCENE.view(room.board, room.clock.now(), room.watch, limits or {})["signs"]
    return found


def names(room: Room) -> list[str]:
    return [sign["name"] for sign in view(room)["signs"]]


def sign(room: Room, code: str, limits: dict[str, int] | None = None) -> dict[str, Any]:
    return next(each for each in view(room, limits)["signs"] if each["code"] == code)


def network(name: str, *targets: str, ago: int = 2 * HOUR, stage: Stage = Stage.DETECTED) -> list[makers.Event]:
    since = isoformat(NOW - ago)
    return [
        makers.network_reported(name, code_name=name.title(), targets=list(targets), at=since),
        makers.stage_changed(name, stage, at=since),
    ]


def followed(name: str, *who: str) -> list[makers.Event]:
    since = isoformat(NOW - HOUR)
    page = f"{name}-page"
    return [
        makers.asset_detected(page, network=name, at=since),
        makers.accounts_observed(page, list(who), at=since),
    ]


def vote(code: str, opens: int, hours: int = 12, **said: Any) -> makers.Event:
    polls = {"polls_open": isoformat(opens), "polls_close": isoformat(opens + hours * HOUR)}
    return makers.election_scheduled(f"{code}-{opens}", **{"country": code, "name": f"{code} vote"} | polls | said)


# --- which, and in what order -----------------------------------------------------------------------------------------


def test_an_empty_room_has_no_sign(room: Room) -> None:
    assert view(room) == {"signs": [], "few": True, "more": ""}


def test_few_signs_name_all_that_is_open_there_and_many_do_not(room: Room) -> None:
    room.send([each for n in range(7) for each in network(f"n{n}", "US")])
    found = view(room)
    (us,) = found["signs"]
    assert found["few"]
    assert (len(us["list"]["rows"]), us["list"]["more"]) == (LISTED, "and 1 more")
    room.send([each for code in ("BR", "FR", "GB", "DE") for each in network(code.lower(), code)])
    found = view(room)
    assert not found["few"]
    assert all(each["list"] == {"rows": [], "more": ""} for each in found["signs"])


def test_what_is_overdue_comes_first_then_the_nearest_vote_then_most_open(room: Room) -> None:
    room.send(
        [
            *network("calm", "FR", "DE", "IT"),
            *network("more", "IT"),
            *network("late", "SE", "DE", ago=30 * HOUR),
            vote("BR", NOW + 2 * DAY),
            vote("DE", NOW + 9 * DAY),
            vote("US", NOW + 8 * DAY),
        ]
    )
    assert names(room) == ["Germany", "Sweden", "Brazil", "United States", "Italy", "France"]


def test_a_country_has_a_sign_while_something_is_open_or_its_day_of_vote_lasts(room: Room) -> None:
    room.send(
        [
            *network("gone", "FR", stage=Stage.REMOVED),
            *network("let-go", "ES", stage=Stage.DISMISSED),
            *network("nowhere"),
            vote("BR", NOW - 13 * HOUR),
            vote("US", NOW - 3 * DAY),
        ]
    )
    assert names(room) == ["Brazil"]


def test_of_more_than_eight_the_others_are_counted(room: Room) -> None:
    codes = ["AR", "BR", "CA", "DE", "ES", "FR", "GB", "IT"]
    room.send(network("wide", *codes))
    assert (len(names(room)), view(room)["more"]) == (8, "")
    room.send(network("wider", "SE", "PL"))
    assert (len(names(room)), view(room)["more"]) == (8, "and 2 more, nothing overdue there")
    room.send(network("late", *codes, "SE", ago=30 * HOUR))
    assert view(room)["more"] == "and 2 more, 1 with something overdue"


# --- what stands on a sign --------------------------------------------------------------------------------------------


def test_networks_are_counted_where_they_aim_and_the_worst_is_named(room: Room) -> None:
    room.send(
        [
            *network("old", "US", ago=60 * HOUR, stage=Stage.UNDER_REVIEW),
            *network("near", "US", "CA", ago=46 * HOUR, stage=Stage.CONFIRMED),
            *network("new", "US", ago=HOUR),
        ]
    )
    us = sign(room, "US")
    assert us["open"] == {"n": "3", "label": "networks open", "fresh": False}
    assert us["work"] == {"late": 0, "head": "nothing overdue", "name": "Near", "rest": f", 46{NARROW}h in Confirmed"}
    room.clock.at += 5 * HOUR
    assert sign(room, "US")["work"] == {
        "late": 1,
        "head": "1 overdue",
        "name": "Near",
        "rest": f", 51{NARROW}h in Confirmed",
    }
    canada = sign(room, "CA")
    assert (canada["open"]["label"], canada["work"]["head"]) == ("network open", "1 overdue")


def test_a_number_that_changed_in_the_last_half_hour_is_marked(room: Room) -> None:
    room.send([*network("a", "US"), *network("b", "US", ago=20 * MINUTE)])
    assert sign(room, "US")["open"]["fresh"]
    room.clock.at += 11 * MINUTE
    assert not sign(room, "US")["open"]["fresh"]
    room.send([makers.stage_changed("b", Stage.REMOVED, at=isoformat(NOW))])
    assert sign(room, "US")["open"] == {"n": "1", "label": "network open", "fresh": True}


def test_reach_is_a_union_of_the_open_networks_and_agrees_with_the_map(room: Room) -> None:
    room.send(
        [
            *network("a", "US", "CA"),
            *network("b", "US"),
            *network("gone", "US", stage=Stage.REMOVED),
            *followed("a", "x", "y", "z"),
            *followed("b", "z", "w"),
            *followed("gone", "nobody else"),
        ]
    )
    us, canada = sign(room, "US")["reach"], sign(room, "CA")["reach"]
    assert (str(us["number"]), us["label"], us["how"]) == (
        "4",
        "accounts follow at least one Page",
        "exact, counted once",
    )
    assert str(canada["number"]) == "3"
    world = situation.SCENE.view(room.board, NOW, room.watch, {})["map"]
    assert {each["iso3"]: each["reach"] for each in world["targets"]} == {"USA": 4, "CAN": 3}


def test_reach_that_nobody_has_counted_is_not_zero(room: Room) -> None:
    room.send([*network("a", "US"), vote("BR", NOW + DAY)])
    assert (str(sign(room, "US")["reach"]["number"]), sign(room, "US")["reach"]["how"]) == ("–", "not counted yet")
    assert (str(sign(room, "BR")["reach"]["number"]), sign(room, "BR")["reach"]["how"]) == ("0", "")
    assert sign(room, "BR")["work"] == {"late": 0, "head": "", "name": "", "rest": ""}


def test_figures_of_any_size_keep_their_hedge(room: Room) -> None:
    huge = {"qualifier": "more than", "value": 7_000_000_000}
    room.send([*network("a", "US"), makers.asset_detected("p", network="a"), makers.count_observed("p", huge)])
    assert str(sign(room, "US")["reach"]["number"]) == f">7{NARROW}bn"
    room.send([*network("b", "CA"), *followed("b", "one")])
    canada = sign(room, "CA")["reach"]
    assert (str(canada["number"]), canada["label"]) == ("1", "account follows at least one Page")


def test_reach_is_held_where_its_source_is_silent(room: Room) -> None:
    room.send([*network("a", "US"), *followed("a", "x"), vote("BR", NOW + DAY)])
    room.clock.at += 20 * MINUTE
    limits = {makers.SOURCE: 600}
    held = sign(room, "US", limits)["reach"]
    assert (held["held"], held["how"]) == (True, "held at 14:30, Tests not answering")
    assert not sign(room, "BR", limits)["reach"]["held"]


def test_the_next_vote_is_counted_as_everywhere_and_told_in_the_country_s_own_time(room: Room) -> None:
    opens = at("2018-11-06T11:00:00Z")
    room.send([vote("US", opens, name="US midterms"), vote("US", opens + 30 * DAY), *network("a", "FR")])
    assert sign(room, "FR")["vote"] == {"n": "", "label": "no vote ahead", "sub": ""}
    for moment, said in (
        (NOW, ("11", "days to the US midterms", "Tue 6 Nov; 1 more vote")),
        (opens - 5 * HOUR, ("5", "hours to the US midterms", "Tue 6 Nov 06:00 there; 1 more vote")),
        (opens, ("open", "polls, US midterms", "until 18:00 there; 1 more vote")),
        (opens + 12 * HOUR, ("closed", "polls, US midterms", "since 18:00 there; 1 more vote")),
        (opens + DAY, ("29", "days to the US vote", "Thu 6 Dec")),
    ):
        room.clock.at = moment
        assert tuple(sign(room, "US")["vote"].values()) == said
    room.clock.at = NOW
    strip = situation.SCENE.view(room.board, NOW, room.watch, {})["strip"]["countdown"]
    assert (strip["n"], strip["label"]) == ("11", "days to the US midterms")


def test_a_name_written_to_do_harm_is_only_text(tmp_path: Path) -> None:
    with house(tmp_path, clock=FixedClock(NOW)) as served:
        for n, name in enumerate(NAMES):
            served.send(
                makers.network_reported(f"n{n}", code_name=name, targets=["US"], at=isoformat(NOW - (40 + n) * HOUR)),
                makers.election_scheduled(
                    f"e{n}", country="US", name=name or "-", at=isoformat(NOW), polls_open=isoformat(NOW + DAY)
                ),
            )
            source = served.ask("/wall/countries").text
            (panel,) = parsed(source).all("data-topic", "countries/signs")
            assert {each.tag for each in panel if each.tag} <= OURS


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_every_country_has_a_time_zone_that_exists() -> None:
    without = {code for code in COUNTRIES if not zone_of(code)}
    assert without == {"BV", "HM", "XK"}, "two islands without people, and one that the database does not list"
    for code in COUNTRIES.keys() - without:
        assert ZoneInfo(zone_of(code)).key == zone_of(code)
        assert place_of(zone_of(code))


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("GB", "Europe/London"),
        ("NO", "Europe/Oslo"),
        ("UA", "Europe/Kyiv"),
        ("PT", "Europe/Lisbon"),
        ("ES", "Europe/Madrid"),
        ("US", "America/New_York"),
        ("BR", "America/Sao_Paulo"),
        ("RU", "Europe/Moscow"),
        ("AU", "Australia/Sydney"),
        ("ID", "Asia/Jakarta"),
        ("MX", "America/Mexico_City"),
    ],
)
def test_of_several_zones_it_is_not_that_of_an_island_or_an_exclave(code: str, zone: str) -> None:
    assert zone_of(code) == zone


def test_of_several_zones_the_room_s_own_is_the_country_s() -> None:
    assert zone_of("CA", "America/Toronto") == "America/Toronto"
    assert zone_of("US", "America/Toronto") == "America/New_York"


def test_a_clock_says_where_it_is_what_time(room: Room) -> None:
    room.send([*network("a", "US", "AU", "XK")])
    assert sign(room, "US")["clock"] == {
        "at": "America/New_York",
        "place": "New York",
        "day": "Fri 26 Oct",
        "time": "10:30",
        "zone": "EDT",
    }
    assert sign(room, "AU")["clock"] == {
        "at": "Australia/Sydney",
        "place": "Sydney",
        **clock_words(NOW, "Australia/Sydney"),
    }
    assert sign(room, "AU")["clock"]["day"] == "Sat 27 Oct"
    assert sign(room, "XK")["clock"] is None


def test_a_sign_of_a_country_without_a_known_zone_tells_the_room_s_time(room: Room) -> None:
    room.send([vote("XK", NOW + 5 * HOUR)])
    there = countries.SCENE.panels["signs"](Sight(room.board, NOW, Watch(0, "Europe/Berlin"), {}))["signs"][0]
    assert there["vote"]["sub"] == "Fri 26 Oct 21:30"
