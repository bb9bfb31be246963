"""A network's page below its figures: everybody sees what their role may, and every figure leads to its records."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.access import DESK, PEOPLE, Role
from app.drilldown.figures import assets_of, reach_of
from app.drilldown.listings import all_listings
from app.drilldown.records import FIGURES
from app.measures._figures import figure_json
from app.vocabulary import Rung, Scope, Stage, Surface
from dashboards.desk._tables import OVERLAPS, PAGE
from tests import makers
from tests.hostile import NAMES
from tests.house import House, house

PAGES_OF = ["", "?table=ads", "?table=events", "?table=posts", "?table=links", f"?table={OVERLAPS}", "?by=-followers"]
SECRET = "Zorplakon"
"""Begins every text that somebody without names must never get."""

HARM = "<script>alert(1)</script>"


def told() -> Iterator[makers.Event]:
    """Two networks that have something of everything, all of whose names say that they are secret."""
    yield makers.network_reported(
        "n1", code_name="Paper Kite", origins=["IR"], topics=["tax"], personas=[f"{SECRET} 0"]
    )
    yield makers.network_reported("n2", code_name="Low Tide")
    for n in range(PAGE + 5):
        said = {"handle": f"@{SECRET}{n}", "url": f"https://{SECRET}{n}.example/", "created_on": "2017-05-06"}
        yield makers.asset_detected(f"{SECRET}-{n}", "n1", name=f"{SECRET} {n} {HARM}", **said)
        yield makers.count_observed(f"{SECRET}-{n}", {"qualifier": "about", "value": 100 * n + 100})
    yield makers.asset_detected("b1", "n2", name=f"{SECRET} other", url=f"https://{SECRET}1.example/", kind="group")
    yield makers.accounts_observed("b1", ["x1", "x2"])
    yield makers.ad_observed(f"{SECRET}-ad", f"{SECRET}-1")
    yield makers.event_hosted(f"{SECRET}-e", [f"{SECRET}-1", "b1"], title=f"{SECRET} party", place=SECRET)
    yield makers.post_observed(
        f"{SECRET}-p", f"{SECRET}-1", text=f"{SECRET} says #{SECRET}", url=f"https://{SECRET}.example"
    )
    yield makers.link_observed(f"{SECRET}-1", f"{SECRET}-2")
    yield makers.link_observed(f"{SECRET}-1", "b1")
    yield makers.attribution_assessed("n1", claim="Operated from Iran", by="Ann", approved_by=["Bo"], evidence=[SECRET])
    yield makers.attribution_assessed("n1", Rung.ATTRIBUTED_TO, claim=f"Run by {SECRET}", by="Ann", evidence=[SECRET])
    later = "2018-10-21T10:00:00Z"
    yield makers.attribution_assessed("n1", Rung.CANNOT_SAY, claim=f"Run by {SECRET}", by="Cy", at=later)
    yield makers.attribution_assessed("n1", Rung.DIRECT_LINKS_TO, claim="Paid from abroad", by="Cy", at=later)
    yield makers.statement_made("n1", by="Facebook", reach={"facebook:page": 99}, attribution=f"It was {SECRET}")
    yield makers.network_overlapped("n1", "n2", basis=SECRET, shared=[f"{SECRET}-1"])
    yield makers.stage_changed("n1", Stage.CONFIRMED)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("network")) as served:
        served.send(*told())
        yield served


def got(room: House, path: str, role: Role = Role.ANALYST) -> Any:
    return room.client.get(path, headers=room.bearer(role))


def page(room: House, path: str, role: Role = Role.ANALYST) -> str:
    answer = got(room, path, role)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    return answer.text


# --- roles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PEOPLE - DESK))
def test_no_page_and_no_file_gives_a_name_to_somebody_who_may_not_see_it(room: House, role: Role) -> None:
    files = [f"tables/{name}.{kind}" for name in all_listings() for kind in ("csv", "json")]
    sorts = ["?table=links&by=-weight", "?table=assets&by=followers", "?table=assets&surface=facebook:page"]
    for path in chain(PAGES_OF, sorts, map("/{}".format, files)):
        assert SECRET.casefold() not in page(room, f"/desk/networks/n1{path}", role).casefold(), path


@pytest.mark.parametrize("role", sorted(PEOPLE - DESK))
def test_no_second_page_gives_a_name_in_its_address(room: House, role: Role) -> None:
    text = page(room, "/desk/networks/n1", role)
    (following,) = set(re.findall(r'href="([^"]*from=[^"]*)"', text))
    second = page(room, following.replace("&amp;", "&"), role)
    assert SECRET.casefold() not in second.casefold()
    assert second.count('<tr><td class=""') == 5


@pytest.mark.parametrize("role", sorted(PEOPLE - DESK))
def test_somebody_without_names_finds_and_sorts_by_none_and_sees_no_record(room: House, role: Role) -> None:
    for asked in ("words=zor", "by=name", "by=-id", "by=handle", "table=posts&by=text", "table=events&by=hosted_by"):
        answer = got(room, f"/desk/networks/n1?{asked}", role)
        assert answer.status_code == 400, asked
        assert SECRET not in answer.text
    assert got(room, "/desk/networks/n1/tables/assets.csv?words=zor", role).status_code == 400
    assert room.ask("/desk/networks/n1/records?figure=assets", role).status_code == 403
    assert room.ask("/desk/records/1", role).status_code == 403
    for name in ("ads", "events", "posts", "links"):
        assert room.ask(f"/api/v1/networks/n1/{name}", role).status_code == 403


def test_somebody_without_names_reads_the_approved_sentence_and_no_other_claim(room: House) -> None:
    text = page(room, "/desk/networks/n1", Role.VIEWER)
    assert "A manual review linked the activity of Paper Kite to Iran." in text
    assert "Operated from Iran" not in text


def test_analyst_sees_claims_with_their_evidence_and_what_is_above_the_approved_rung(room: House) -> None:
    text = page(room, "/desk/networks/n1")
    assert f"Run by {SECRET}" in text
    assert text.count("Above what is approved: not to be said outside.") == 1
    assert "They do not agree. Ann: Attributed to; Cy: Cannot say" in text
    assert "No ties found so far. That is a finding; it rules nothing out." in text
    assert (
        f"Stated by Facebook, 20 Oct 10:00: It was {SECRET}" in text.replace("\n", " ") or "Stated by Facebook" in text
    )


# --- tables and files -------------------------------------------------------------------------------------------------


def test_names_written_to_do_harm_stand_on_the_page_as_text(room: House) -> None:
    for path in PAGES_OF:
        assert HARM not in page(room, f"/desk/networks/n1{path}")
    assert "&lt;script&gt;" in page(room, "/desk/networks/n1")


def test_file_has_what_the_table_shows_with_its_filter_and_its_place_in_the_log(room: House) -> None:
    answer = got(room, "/desk/networks/n1/tables/assets.csv?surface=facebook:page&by=-followers")
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="warroom-n1-assets-facebook-page-seq{room.room.board.seq}.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["followers_low"]) for row in rows] == [100 * n + 100 for n in reversed(range(PAGE + 5))]
    assert {row["followers_qualifier"] for row in rows} == {"about"}
    assert {row["filter"] for row in rows} == {"table=assets&by=-followers&surface=facebook%3Apage"}
    assert {row["seq"] for row in rows} == {str(room.room.board.seq)}


def test_csv_and_json_and_the_api_have_the_same_rows_in_the_same_order(room: House) -> None:
    for name in all_listings():
        said = room.ask(f"/desk/networks/n1/tables/{name}.json").json()
        spread = list(csv.DictReader(io.StringIO(page(room, f"/desk/networks/n1/tables/{name}.csv"))))
        assert len(said["rows"]) == len(spread) >= 1
        if name != "assets":
            assert room.ask(f"/api/v1/networks/n1/{name}").json()[name] == said["rows"]


def test_pages_of_the_api_together_are_everything(room: House) -> None:
    room_of = {"limit": 1, "sort": "-weight"}
    first = room.ask("/api/v1/networks/n1/links", **room_of).json()
    second = room.ask("/api/v1/networks/n1/links", after=first["next"], **room_of).json()
    assert (first["total"], second["next"]) == (2, None)
    assert first["links"] + second["links"] == room.ask("/api/v1/networks/n1/links", sort="-weight").json()["links"]


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=x", "sort=none", "after=x", "stage=removed", "text=a&text=b", "surface=" + "x" * 300]
)
def test_bad_question_names_its_field(room: House, asked: str) -> None:
    answer = got(room, f"/api/v1/networks/n1/posts?{asked}")
    assert (answer.status_code, answer.json()["field"]) == (400, asked.partition("=")[0])


@pytest.mark.parametrize("asked", ["table=none", "by=none", "from=x", "words=" + "x" * 300, "surface=%00"])
def test_bad_view_of_a_table_names_its_word(room: House, asked: str) -> None:
    answer = got(room, f"/desk/networks/n1?{asked}")
    assert answer.status_code == 400
    assert asked.partition("=")[0] in answer.text


def test_htmx_gets_the_tables_alone(room: House) -> None:
    headers = room.bearer(Role.ANALYST) | {"hx-request-type": "partial", "hx-target": "section#tables"}
    text = room.client.get("/desk/networks/n1?table=links", headers=headers).text
    assert 'id="tables"' in text
    assert 'id="evidence-head"' not in text


def test_filters_of_the_list_stay_in_the_addresses_of_the_tables(room: House) -> None:
    text = page(room, "/desk/networks/n1?topic=tax&table=links")
    assert 'href="/desk/networks/n1?topic=tax&amp;table=posts"' in text


# --- records ----------------------------------------------------------------------------------------------------------


def test_every_figure_leads_to_records_that_speak_of_it(room: House) -> None:
    types = {
        "assets": "asset.detected", "reach": "audience.observed", "spend": "ad.observed", "events": "event.hosted",
        "posts": "post.observed", "links": "link.observed", "stages": "stage.changed", "network": "network.reported",
        "attribution": "attribution.assessed", "overlap": "network.overlapped",
    }  # fmt: skip
    assert types.keys() == FIGURES.keys()
    for figure, type in types.items():
        assert type in page(room, f"/desk/networks/n1/records?figure={figure}")
    for address in set(re.findall(r'href="(/desk/networks/n1/records[^"]*)"', page(room, "/desk/networks/n1"))):
        assert "Record " in page(room, address)


def test_pages_of_records_together_are_all_of_them(room: House) -> None:
    address, seqs = "/desk/networks/n1/records?figure=reach:facebook:page", []
    while address:
        text = page(room, address)
        seqs += [int(seq) for seq in re.findall(r'href="/desk/records/(\d+)"', text)]
        following = re.search(r'href="([^"]*after=[^"]*)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    # Each audience, and the statement that gives a reach.
    assert len(seqs) == len(set(seqs)) == PAGE + 6
    assert seqs == sorted(seqs)


def test_record_stands_whole_with_its_place_in_the_chain_and_no_address_is_a_link(room: House) -> None:
    text = page(room, "/desk/records/3")
    assert re.search(r'class="code">[0-9a-f]{64}<', text)
    assert f"hxxps[:]//{SECRET}0[.]example/" in text
    assert f"https://{SECRET}0" not in text


@pytest.mark.parametrize("path", ["/desk/records/0", "/desk/records/x", "/desk/records/99999999999999999999"])
def test_record_that_there_is_not_is_not_found(room: House, path: str) -> None:
    assert room.ask(path).status_code == 404


@pytest.mark.parametrize("figure", ["none", "reach:x", "spend:facebook:page", "reach:facebook:page:more"])
def test_figure_that_there_is_not_is_refused(room: House, figure: str) -> None:
    assert room.ask("/desk/networks/n1/records", figure=figure).status_code == 400


def test_withdrawn_record_says_by_which_it_was_taken_back(tmp_path: Path) -> None:
    with house(tmp_path) as served:
        wrong = makers.count_observed("a1", 70)
        served.send(
            makers.network_reported(), makers.asset_detected(), wrong, makers.record_withdrawn(wrong, why="twice")
        )
        text = page(served, "/desk/networks/n1/records?figure=reach")
        assert "Taken back by record 4" in text
        assert "twice" in text
        assert "taken back" not in page(served, "/desk/records/2").casefold()


# --- the same figures everywhere --------------------------------------------------------------------------------------


def test_figures_of_the_list_the_page_and_the_api_are_the_same(tmp_path: Path) -> None:
    random = Random(11)
    with house(tmp_path) as served:
        for n in range(8):
            served.send(makers.network_reported(f"n{n}", code_name=f"Tide {n}"))
            for asset in range(random.randrange(1, 6)):
                id = f"n{n}-{asset}"
                served.send(makers.asset_detected(id, f"n{n}", kind=random.choice(["page", "group"])))
                accounts = [f"x{random.randrange(60)}" for _ in range(random.randrange(1, 30))]
                served.send(makers.accounts_observed(id, accounts))
        served.send(makers.networks_merged("n0", ["n1", "n2"]))
        assert served.ask("/api/v1/measures").status_code == 200
        board = served.room.board
        for network in board.networks.values():
            whole = served.ask(f"/api/v1/networks/{network.id}").json()["network"]
            text = page(served, f"/desk/networks/{network.id}")
            rows = served.ask(f"/desk/networks/{network.id}/tables/assets.json").json()["rows"]
            for surface, count in network.assets_figure.items():
                assert whole["assets"][str(surface)]["listed"] == count.listed
                assert sum(row["surface"] == str(surface) for row in rows) == count.listed
            assert f"<b>{assets_of(network).low}</b>" in text
            for reach in whole["measures"]["reach"]["surfaces"]:
                figure = reach_of(board, network, Surface.parse(reach["surface"]))
                assert figure_json(figure) == reach["figure"]
                assert f"<b>{reach['figure']['short']}</b>" in text
            scoped = board.measures(
                Scope(network=(network.id,)), now=served.room.clock.now(), watch=served.room.settings.watch()
            )
            assert json.loads(json.dumps(scoped["reach"])) == whole["measures"]["reach"]


def test_hostile_names_break_no_page(tmp_path: Path) -> None:
    with house(tmp_path) as served:
        served.send(makers.network_reported("n1", topics=[name for name in NAMES.values() if name.strip()]))
        for n, name in enumerate(NAMES.values()):
            said: dict[str, Any] = {"name": name, "handle": name, "url": name}
            served.send(makers.asset_detected(f"a{n}", "n1", **said), makers.post_observed(f"p{n}", f"a{n}", text=name))
            served.send(makers.event_hosted(f"e{n}", [f"a{n}"], title=name, place=name))
        for path in (*PAGES_OF, "/records?figure=assets", "/records?figure=posts"):
            text = page(served, f"/desk/networks/n1{path}")
            assert "<script>alert" not in text
            assert "\u202e" not in re.sub(r'value="[^"]*"', "", text)
        for name in all_listings():
            for cell in chain(*csv.reader(io.StringIO(page(served, f"/desk/networks/n1/tables/{name}.csv")))):
                assert not cell.startswith(("=", "+", "-", "@"))
