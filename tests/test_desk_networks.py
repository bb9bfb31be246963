"""The Networks page as it is answered: who sees it, what it says of bad views, and what hostile words come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import DESK, Role
from app.vocabulary import HOUR, Rung, Stage
from tests import makers
from tests.house import House, house, looked_at
from tests.markup import parsed

NOW = 1_540_562_400_000_000
HTML = {"accept": "text/html"}
HOSTILE = "\u202e<img src=x onerror=alert(1)>\"'&" + "W" * 200


EVENTS = (
    makers.network_reported("low-tide", origins=["RU"], topics=["race relations"], at=NOW - 60 * HOUR),
    makers.network_reported("harbour-finch", origins=["IR"], targets=["US", "GB"], at=NOW - 170 * HOUR),
    makers.stage_changed("harbour-finch", Stage.REMOVED, at=NOW - HOUR),
    makers.attribution_assessed(
        "harbour-finch", Rung.ORIGINATED_IN, claim="Operated from Iran", approved_by="Ann", at=NOW - HOUR
    ),
    makers.asset_detected("hf-1", "harbour-finch", name="Wake Up America", at=NOW - 160 * HOUR),
    makers.network_reported("paper-kite", origins=["BR"], at=NOW - HOUR),
    makers.attribution_assessed("paper-kite", claim="Operated from Brazil", at=NOW - HOUR),
)
"""Three networks: one overdue, one closed whose origin was approved, one that only a detector suspects."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    """A room of a test's own, which was told nothing."""
    with house(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One that was told the three, for all tests that only look."""
    with looked_at(tmp_path_factory.mktemp("room"), *EVENTS) as made:
        yield made


@pytest.fixture(scope="module")
def empty_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One that was told nothing, for all tests that only look."""
    with looked_at(tmp_path_factory.mktemp("empty")) as made:
        yield made


def rows(text: str) -> list[str]:
    return re.findall(r'<tr[^>]* data-network="([^"]*)"', text)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.LEAD, Role.ADMIN])
def test_everybody_who_can_read_sees_the_page_and_who_works_there_the_names_of_assets(
    still_room: House, role: Role
) -> None:
    answer = still_room.ask("/desk/networks/harbour-finch", role)
    assert answer.status_code == 200
    assert ("Wake Up America" in answer.text) == (role in DESK)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/desk/networks", "/desk/networks/n1", "/desk/networks/newer"])
def test_screens_and_strangers_do_not(empty_room: House, path: str) -> None:
    assert empty_room.client.get(path).status_code == 401
    assert empty_room.ask(path, Role.WALL).status_code == 403


def test_desk_opens_with_the_networks(empty_room: House) -> None:
    answer = empty_room.client.get("/desk", headers=empty_room.bearer(Role.VIEWER), follow_redirects=False)
    assert answer.headers["location"] == "/desk/networks"


def test_open_networks_stand_above_closed_ones_and_the_first_is_open_beside_them(still_room: House) -> None:
    text = still_room.ask("/desk/networks").text
    assert rows(text)[-1] == "harbour-finch"
    assert "2 open" in text
    assert "1 closed" in text
    assert f'<main id="detail" class="det" tabindex="-1" data-network="{rows(text)[0]}"' in text


def test_address_of_a_network_opens_it_and_htmx_gets_it_alone(still_room: House) -> None:
    whole = still_room.ask("/desk/networks/harbour-finch").text
    headers = still_room.bearer(Role.ANALYST) | {"hx-request": "true", "hx-request-type": "partial"}
    part = still_room.client.get("/desk/networks/harbour-finch", headers=headers).text
    assert part.startswith('<main id="detail"')
    assert "<html" not in part
    assert part.strip() in whole
    assert "Iran to the US and the UK" in part


def test_no_origin_is_shown_that_no_approved_claim_names(still_room: House) -> None:
    page = parsed(
        re.sub(
            r"<script.*?</script>", "", still_room.ask("/desk/networks/paper-kite", Role.VIEWER).text, flags=re.DOTALL
        )
    )
    said = " ".join(text for element in page for text in element.texts)
    assert "Iran" in said
    assert "Brazil" not in said
    assert "Russia" not in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=removed", ["harbour-finch"]),
        ("attributed=IR", ["harbour-finch"]),
        ("attributed=undetermined&rung=none&sort=name", ["low-tide", "paper-kite"]),
        ("rung=originated_in", ["harbour-finch"]),
        ("target=GB&platform=facebook", ["harbour-finch"]),
        ("platform=instagram", []),
        ("q=RACE", ["low-tide"]),
        ("q=kite+paper", ["paper-kite"]),
        ("q=no+such", []),
        ("open=true&sort=-name", ["paper-kite", "low-tide"]),
    ],
)
def test_list_holds_what_the_address_asks_for(still_room: House, query: str, found: list[str]) -> None:
    answer = still_room.client.get(f"/desk/networks?{query}", headers=still_room.bearer(Role.VIEWER))
    assert rows(answer.text) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=gone", "stage"),
        ("attributed=Iran", "attributed"),
        ("rung=certain", "rung"),
        ("sort=size", "sort"),
        ("sort=name&sort=reach", "sort"),
        ("after=xxxx", "after"),
        ("colour=red", "colour"),
        (f"q={'x' * 300}", "q"),
    ],
)
def test_a_bad_view_is_refused_by_its_field(empty_room: House, query: str, field: str) -> None:
    answer = empty_room.client.get(f"/desk/networks?{query}", headers=empty_room.bearer(Role.VIEWER))
    assert answer.status_code == 400
    assert answer.json()["field"] == field


@pytest.mark.parametrize(("query", "field"), [("since_seq=-1", "since_seq"), ("n=x", "n"), ("stage=x", "stage")])
def test_what_is_newer_is_asked_strictly(empty_room: House, query: str, field: str) -> None:
    answer = empty_room.client.get(f"/desk/networks/newer?{query}", headers=empty_room.bearer(Role.VIEWER))
    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.parametrize("id", ["none", "%F0%9F%92%A9", "a%20b", "%00"])
def test_network_that_there_is_not_is_said_not_to_be(empty_room: House, id: str) -> None:
    answer = empty_room.client.get(f"/desk/networks/{id}", headers=empty_room.bearer(Role.VIEWER) | HTML)
    assert answer.status_code == 404
    assert "no network" in answer.text


def test_merged_network_opens_the_one_it_is_in(room: House) -> None:
    room.send(*EVENTS)
    room.send(makers.networks_merged("low-tide", ["paper-kite"], at=NOW))
    assert (
        '<main id="detail" class="det" tabindex="-1" data-network="low-tide"'
        in room.ask("/desk/networks/paper-kite").text
    )


def test_empty_room_says_that_nothing_was_reported(empty_room: House) -> None:
    text = empty_room.ask("/desk/networks").text
    assert "No network has been reported yet." in text
    assert "No filter, 0 of 0" in text


def test_newer_counts_the_networks_of_the_view_that_changed(room: House) -> None:
    room.send(*EVENTS)
    # Whoever looks has the picture of the last commit.
    assert room.ask("/desk/networks").status_code == 200
    seq = room.room.board.seq
    headers = room.bearer(Role.VIEWER)

    def newer(query: str) -> str:
        return room.client.get(f"/desk/networks/newer?since_seq={seq}&{query}", headers=headers).text.strip()

    assert newer("n=3") == ""
    room.send(makers.stage_changed("low-tide", Stage.CONFIRMED, at=NOW))
    assert "1 newer, press r" in newer("n=3")
    assert newer("n=1&attributed=IR") == ""
    # Nothing that is there has changed, but something has left.
    assert "1 newer, press r" in newer("n=2&attributed=IR")


def test_pages_go_on_where_the_last_one_ended(room: House) -> None:
    room.send(*(makers.network_reported(f"n{n:03}", code_name=f"Tide {n:03}") for n in range(120)))
    address, seen = "/desk/networks?sort=name", []
    while address:
        text = room.client.get(address, headers=room.bearer(Role.VIEWER)).text
        seen += rows(text)
        following = re.search(r'href="([^"]*)" data-key="n"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"n{n:03}" for n in range(120)]


def test_hostile_words_are_text_everywhere(room: House) -> None:
    room.send(
        makers.network_reported("n1", code_name=HOSTILE, topics=[HOSTILE], elections=["e1"], personas=[HOSTILE]),
        makers.election_scheduled("e1", name=HOSTILE),
        makers.statement_made("n1", by=HOSTILE, events=7),
    )
    text = room.client.get("/desk/networks", params={"q": "<IMG", "sort": "name"}, headers=room.bearer(Role.LEAD)).text
    assert rows(text) == ["n1"]
    assert "<img" not in text.lower()
    assert "\u202e" not in text.replace('value="\u202e', "")
    chosen = room.client.get("/desk/networks", params={"topic": HOSTILE}, headers=room.bearer(Role.LEAD)).text
    assert rows(chosen) == ["n1"]


@pytest.mark.parametrize("sort", ["spend", "-events", "first_seen", "-rung", "origin", "-for", "stage", "assets"])
def test_every_order_is_shown_with_its_own_column(still_room: House, sort: str) -> None:
    text = still_room.ask("/desk/networks", sort=sort).text
    assert len(rows(text)) == 3
    assert text.count("aria-sort=") == 1
    assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in text


def test_overdue_network_is_marked_by_word_and_shape(still_room: House) -> None:
    text = still_room.ask("/desk/networks").text
    line = next(part for part in text.split("<tr") if 'data-network="low-tide"' in part)
    assert 'class="bang"' in line
    assert "overdue" in line
    assert "60" in line


def test_every_figure_says_what_it_is_and_what_must_not_be_written(still_room: House) -> None:
    text = still_room.ask("/desk/networks/harbour-finch").text
    assert "Assets that detectors have listed" in text
    assert "that assets are people" in text
    assert "distinct events that assets hosted" in text.lower()
    assert text.count("Do not write") == text.count('<details name="figure">')
