"""Merging, splitting, undoing and suggestions at the desk: who sees, who may, what is refused, and hostile text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access import Role
from app.review import DECIDED
from app.vocabulary import DESK_SOURCE, RecordType, Stage
from dashboards.desk._deciding import DONE
from tests import makers
from tests.house import House, house, looked_at
from tests.markup import parsed

PAGES = ("/desk/networks/n1/merge?other=n2", "/desk/networks/n1/split", "/desk/networks/n1/undo", "/desk/suggestions")


class Desk:
    """Somebody of a role at the desk of a room, who fills in what stands on its pages."""

    def __init__(self, room: House, role: Role = Role.LEAD) -> None:
        self.room = room
        self.bearer = room.bearer(role)

    def get(self, path: str, *, follow: bool = True) -> httpx2.Response:
        return self.room.client.get(path, headers=self.bearer, follow_redirects=follow)

    def post(self, path: str, **form: Any) -> httpx2.Response:
        return self.room.client.post(path, data=form, headers=self.bearer, follow_redirects=False)

    def call(self, path: str, **said: Any) -> httpx2.Response:
        return self.room.client.post(f"/api/v1{path}", json=said, headers=self.bearer)

    def hidden(self, path: str, action: str) -> dict[str, str]:
        """What a form on a page sends beside what is typed."""
        page = parsed(self.get(path).text)
        form = next(each for each in page.all("action", action) if each.attributes["method"] == "post")
        return {
            each.attributes["name"]: each.attributes["value"]
            for each in form
            if each.tag == "input" and each.attributes.get("type") == "hidden"
        }

    def merges(self, **said: Any) -> httpx2.Response:
        hidden = self.hidden("/desk/networks/n1/merge?other=n2", "/desk/networks/n1/merge")
        return self.post("/desk/networks/n1/merge", **hidden | said)

    def splits(self, **said: Any) -> httpx2.Response:
        hidden = self.hidden("/desk/networks/n1/split", "/desk/networks/n1/split/preview")
        return self.post("/desk/networks/n1/split", **hidden | {"where": "new", "new_id": "n9"} | said)

    def undoes(self, network: str = "n1") -> httpx2.Response:
        """Undo what was decided last."""
        page = self.get(f"/desk/networks/{network}/undo").text
        seq = re.findall(r"undo\?seq=(\d+)", page)[0]
        path = f"/desk/networks/{network}/undo"
        return self.post(path, **self.hidden(f"{path}?seq={seq}", path))

    def measures(self, network: str) -> Any:
        answer = self.get(f"/api/v1/networks/{network}").json()
        return answer["network"] | {
            "listed": [(each["id"], each["network"]) for each in answer["listed_assets"]["assets"]]
        }


def events() -> list[makers.Event]:
    return [
        makers.network_reported("n1", code_name="Low Tide", elections=["us-2018"]),
        makers.network_reported("n2", code_name="Quiet Rook"),
        makers.stage_changed("n2", Stage.CONFIRMED),
        *(makers.asset_detected(f"a{n}", "n1", name=f"Wake Up {n}") for n in range(1, 4)),
        makers.asset_detected("b1", "n2"),
        makers.asset_detected("i1", "n1", platform="instagram", kind="account"),
        makers.accounts_observed("a1", [f"x{n}" for n in range(100)]),
        makers.accounts_observed("a2", [f"x{n}" for n in range(50, 150)]),
        makers.accounts_observed("b1", [f"x{n}" for n in range(100, 300)]),
        makers.ad_observed("ad1", "a1"),
        makers.event_hosted("e1", ["a1", "b1"]),
        makers.link_observed("a1", "b1"),
    ]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as served:
        served.send(*events())
        yield served


@pytest.fixture(scope="module")
def still_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests that change nothing."""
    with looked_at(tmp_path_factory.mktemp("room"), *events()) as served:
        yield served


@pytest.fixture
def desk(room: House) -> Desk:
    return Desk(room)


@pytest.fixture(scope="module")
def still_desk(still_room: House) -> Desk:
    return Desk(still_room)


def text_of(page: httpx2.Response) -> str:
    return parsed(page.text).text


def said_wrong(page: httpx2.Response) -> list[str]:
    found = re.findall(r'class="wrong"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", text)) for text in found]


def cells(page: httpx2.Response, label: str) -> list[str]:
    """A row of the preview: for each network now, after."""
    table = parsed(page.text).of_class("impact")[0]
    row = next(each for each in table if each.tag == "tr" and each.children and each.children[0].text == label)
    return [each.text for each in row.children[1:]]


# --- who sees, who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_analysts_see_what_it_would_come_to_and_only_leads_can_do_it(still_room: House, path: str) -> None:
    assert Desk(still_room, Role.VIEWER).get(path).status_code == 403
    for role in (Role.ANALYST, Role.LEAD):
        page = Desk(still_room, role).get(path)
        assert page.status_code == 200
        posts = {unescape(each) for each in re.findall(r'method="post" action="(/desk/[^"]+)"', page.text)}
        posts = {each for each in posts if not each.startswith(("/desk/walls", "/desk/networks/n1/split/preview"))}
        assert bool(posts) == (role is Role.LEAD and "split" not in path and "undo" not in path)
    for what in ("/desk/networks/n1/merge", "/desk/networks/n1/split", "/desk/networks/n1/undo"):
        assert Desk(still_room, Role.ANALYST).post(what).status_code == 403
    assert Desk(still_room, Role.ANALYST).call("/networks/n1/merge", absorbed=["n2"]).status_code == 403


def test_preview_says_now_and_after_and_changes_nothing(still_desk: Desk) -> None:
    before = still_desk.measures("n1")
    page = still_desk.get("/desk/networks/n1/merge?other=Quiet Rook")
    assert cells(page, "Pages") == ["3", "4", "1", "–"]
    assert cells(page, "Accounts follow at least one Page")[:3] == ["≥150", "≥300", "200"]
    assert cells(page, "Events hosted")[:3] == ["1", "1", "1"]
    assert cells(page, "Stage") == ["Detected", "Detected", "Confirmed", "–"]
    assert "counts in Low Tide" in text_of(page)
    assert still_desk.measures("n1") == before


# --- merging and undoing ----------------------------------------------------------------------------------------------


def test_merge_and_its_undoing_leave_every_figure_as_before(desk: Desk) -> None:
    before = [desk.measures(id) for id in ("n1", "n2")]
    assert desk.merges(why="the same admin").headers["location"] == "/desk/networks/n1/undo"
    page = text_of(desk.get("/desk/networks/n2/undo"))
    assert "Quiet Rook merged into Low Tide" in page
    assert "a lead" in page
    assert "the same admin" in page
    assert desk.measures("n2")["id"] == "n1"
    assert desk.undoes().status_code == 303
    assert [desk.measures(id) for id in ("n1", "n2")] == before


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("", "Type the id or the name of a network"),
        ("n1", "A network cannot be merged into itself: choose another one"),
        ("low tide", "A network cannot be merged into itself: choose another one"),
        ("n7", "There is no network of this id or name"),
        ("<b>x</b>", "There is no network of this id or name"),
    ],
)
def test_merge_that_will_not_do_is_refused_in_words(still_desk: Desk, other: str, reason: str) -> None:
    page = still_desk.merges(other=other)
    assert page.status_code == 400
    assert said_wrong(page) == [reason]
    assert still_desk.measures("n2")["id"] == "n2"


def test_merge_of_what_was_merged_or_would_close_a_circle_is_refused(room: House, desk: Desk) -> None:
    room.send(makers.network_reported("n3"))
    assert desk.merges().status_code == 303
    again = desk.call("/networks/n1/merge", absorbed=["n2"])
    assert (again.status_code, again.json()["reason"]) == (409, "n2 has been merged into this network already")
    circle = desk.call("/networks/n2/merge", absorbed=["n1"])
    assert (circle.status_code, circle.json()["reason"]) == (409, "n2 has been merged into n1: go there")
    other = desk.call("/networks/n3/merge", absorbed=["n2"])
    assert other.json()["reason"] == "n2 has been merged into n1: undo that, or merge n1"
    assert desk.get("/desk/networks/n2/merge", follow=False).headers["location"] == "/desk/networks/n1/merge"


def test_form_that_was_sent_twice_merges_once(desk: Desk) -> None:
    hidden = desk.hidden("/desk/networks/n1/merge?other=n2", "/desk/networks/n1/merge")
    answers = [desk.post("/desk/networks/n1/merge", **hidden) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert desk.undoes().status_code == 303
    assert desk.measures("n2")["id"] == "n2"


def test_whoever_was_overtaken_is_shown_what_was_decided_and_changes_nothing(room: House, desk: Desk) -> None:
    hidden = desk.hidden("/desk/networks/n1/merge?other=n2", "/desk/networks/n1/merge")
    room.send(makers.stage_changed("n2", Stage.DISMISSED, by="Bea", why="it is parody"))
    page = desk.post("/desk/networks/n1/merge", **hidden)
    assert page.status_code == 409
    assert "Somebody was first" in text_of(page)
    assert all(words in text_of(page) for words in ("changed the stage", "Bea", "it is parody"))
    assert desk.measures("n2")["id"] == "n2"


def test_whoever_was_overtaken_by_an_approval_that_was_taken_back_is_told_so(room: House, desk: Desk) -> None:
    hidden = desk.hidden("/desk/networks/n1/merge?other=n2", "/desk/networks/n1/merge")
    approval = makers.attribution_assessed("n2", approved_by="Bea", source=DESK_SOURCE)
    data = {"source": DESK_SOURCE, "id": approval["id"], "why": "mistaken", "by": "Bea", "network": "n2"}
    room.send(makers.event(RecordType.RECORD_WITHDRAWN, None, data, source=DESK_SOURCE))
    page = desk.post("/desk/networks/n1/merge", **hidden)
    assert page.status_code == 409
    assert all(words in text_of(page) for words in ("took a decision back", "Bea", "mistaken"))


def test_every_decision_that_may_come_first_has_words() -> None:
    assert {*DECIDED, RecordType.RECORD_WITHDRAWN} == DONE.keys()


def test_what_was_undone_cannot_be_undone_again(desk: Desk) -> None:
    desk.merges()
    seq = re.findall(r"undo\?seq=(\d+)", desk.get("/desk/networks/n1/undo").text)[0]
    desk.undoes()
    page = desk.get(f"/desk/networks/n1/undo?seq={seq}")
    assert (page.status_code, said_wrong(page)) == (409, ["This does not hold any more: it has been undone"])


# --- splitting --------------------------------------------------------------------------------------------------------


def test_split_into_a_new_network_and_its_undoing_leave_every_figure_as_before(desk: Desk) -> None:
    before = desk.measures("n1")
    assert desk.splits(asset=["a1", "i1"], code_name="Tall Heron", why="others run it").status_code == 303
    made = desk.measures("n9")
    assert (made["name"], made["elections"], made["listed"]) == (
        "Tall Heron",
        ["us-2018"],
        [("a1", "n9"), ("i1", "n9")],
    )
    assert "2 assets split off into Tall Heron" in text_of(desk.get("/desk/networks/n1/undo"))
    assert desk.undoes("n9").status_code == 303
    assert desk.measures("n1") == before
    assert desk.get("/api/v1/networks/n9").status_code == 404


def test_preview_of_a_split_says_what_both_parts_would_count(still_desk: Desk) -> None:
    hidden = still_desk.hidden("/desk/networks/n1/split", "/desk/networks/n1/split/preview")
    form = hidden | {"where": "other", "other": "quiet rook", "asset": ["a1"]}
    page = still_desk.post("/desk/networks/n1/split/preview", **form)
    assert page.status_code == 200
    assert cells(page, "Pages") == ["3", "2", "1", "2"]
    assert cells(page, "Accounts follow at least one Page") == ["≥150", "≥100", "200", "300"]
    assert parsed(page.text).all("value", "a1")[0].attributes.keys() >= {"checked"}
    assert still_desk.measures("n1")["assets"]["facebook:page"]["listed"] == 3


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "Choose the assets that are to be split off"),
        (
            {"asset": ["a1", "a2", "a3", "i1"]},
            "These are all assets of the network: merge it into the other one instead",
        ),
        ({"asset": ["b1"]}, "B1 is not in this network"),
        ({"asset": ["zz"]}, "There is no asset 'zz'"),
        ({"asset": ["a1"], "new_id": "n2"}, "There is a network n2 already: choose another id"),
        (
            {"asset": ["a1"], "new_id": "a b"},
            "An id is 1 to 128 letters, digits or . _ : @ ~ + -, a letter or digit first",
        ),
        (
            {"asset": ["a1"], "where": "other", "other": "n1"},
            "The assets are in this network already: choose another one",
        ),
    ],
)
def test_split_that_will_not_do_is_refused_in_words(still_desk: Desk, said: dict[str, Any], reason: str) -> None:
    page = still_desk.splits(**said)
    assert page.status_code == 400
    assert said_wrong(page) == [reason]
    assert still_desk.measures("n1")["assets"]["facebook:page"]["listed"] == 3


def test_filter_narrows_the_table_and_all_takes_what_it_finds(desk: Desk) -> None:
    page = desk.get("/desk/networks/n1/split?surface=facebook:page&name=wake 2")
    assert re.findall(r'name="asset" value="(\w+)"', page.text) == ["a2"]
    assert desk.splits(surface="facebook:page", name="wake", all="yes").status_code == 303
    assert [id for id, _home in desk.measures("n9")["listed"]] == ["a1", "a2", "a3"]


def test_asset_that_was_moved_on_is_not_brought_back_by_undoing_the_first_split(desk: Desk) -> None:
    desk.call("/networks/n1/split", into="n8", is_new=True, assets=["a1", "a2"])
    desk.call("/networks/n8/split", into="n2", assets=["a1"])
    page = text_of(desk.get("/desk/networks/n1/undo"))
    assert "2 assets split off into n8" in page
    desk.undoes()
    assert [id for id, _home in desk.measures("n1")["listed"]] == ["a2", "a3", "i1"]
    assert [id for id, _home in desk.measures("n2")["listed"]] == ["a1", "b1"]
    desk.undoes("n2")
    assert [id for id, _home in desk.measures("n1")["listed"]] == ["a1", "a2", "a3", "i1"]


def test_splits_there_and_back_are_undone_one_by_one(desk: Desk) -> None:
    for source, into in (("n1", "n2"), ("n2", "n1"), ("n1", "n2")):
        assert desk.call(f"/networks/{source}/split", into=into, assets=["a1"]).status_code == 200
    homes = []
    for _ in range(3):
        desk.undoes("n1")
        homes.append(
            next(home for id, home in [*desk.measures("n1")["listed"], *desk.measures("n2")["listed"]] if id == "a1")
        )
    assert homes == ["n1", "n2", "n1"]


def test_split_outranks_that_of_a_sender_whose_clock_was_ahead(room: House, desk: Desk) -> None:
    room.send(makers.network_split("n1", "n2", ["a1"], at="2031-01-01T00:00:00Z"))
    assert desk.call("/networks/n2/split", into="n9", is_new=True, assets=["a1"]).status_code == 200
    assert desk.measures("n9")["listed"] == [("a1", "n9")]


def test_merge_and_split_that_came_by_file_are_undone_at_the_desk(room: House, desk: Desk) -> None:
    before = [desk.measures(id) for id in ("n1", "n2")]
    room.send(
        makers.network_split("n1", "n2", ["a1", "a2"], at="2018-10-21T10:00:00Z"),
        makers.networks_merged("n2", ["n1"], at="2018-10-22T10:00:00Z"),
    )
    assert [desk.undoes("n2").status_code for _ in range(2)] == [303, 303]
    assert [desk.measures(id) for id in ("n1", "n2")] == before


# --- programs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"),
    [("/networks/n1/merge", {"absorbed": ["n2"]}), ("/networks/n1/split", {"into": "n2", "assets": ["a1"]})],
)
def test_program_is_told_what_it_would_come_to_and_that_is_what_comes_out(
    room: House, desk: Desk, path: str, said: dict[str, Any]
) -> None:
    foreseen = Desk(room, Role.ANALYST).call(path, preview=True, **said).json()
    done = desk.call(path, seen=foreseen["seq"], once="program-1", **said).json()
    assert foreseen["after"] == done["after"] != foreseen["before"] == done["before"]
    assert foreseen["after"] == [desk.get("/api/v1/networks").json()["networks"]][0]
    assert desk.call(path, seen=foreseen["seq"], once="program-1", **said).status_code == 200


# --- suggestions ------------------------------------------------------------------------------------------------------


def test_networks_that_share_are_suggested_with_the_evidence(room: House, desk: Desk) -> None:
    room.send(
        makers.asset_detected("a1", "n1", url="https://wake-up.example/a", at="2018-10-21T10:00:00Z"),
        makers.asset_detected("b1", "n2", url="https://wake-up.example/b", at="2018-10-21T10:00:00Z"),
    )
    page = text_of(desk.get("/desk/suggestions"))
    assert "1 link between their assets (shared admin)" in page
    assert "1 indicator seen in both: wake-up[.]example" in page
    assert "50 accounts reached by Pages of both, 33 % of the smaller audience" in page


def test_what_was_rejected_is_not_suggested_again_until_that_is_taken_back(desk: Desk) -> None:
    hidden = desk.hidden("/desk/suggestions", "/desk/suggestions/reject")
    assert desk.post("/desk/suggestions/reject", **hidden, why="another language").status_code == 303
    page = desk.get("/desk/suggestions")
    assert "Preview the merge" not in page.text
    assert all(words in text_of(page) for words in ("Low Tide", "a lead", "another language"))
    assert "Somebody has decided that these two are not the same." in text_of(
        desk.get("/desk/networks/n1/merge?other=n2")
    )
    hidden = desk.hidden("/desk/suggestions", "/desk/suggestions/take-back")
    assert desk.post("/desk/suggestions/take-back", **hidden).status_code == 303
    assert "Preview the merge" in desk.get("/desk/suggestions").text


def test_accounts_shared_within_the_error_of_sketches_are_no_evidence(room: House, desk: Desk) -> None:
    room.send(
        makers.asset_detected("c1", "n3"), makers.sketch_observed("c1", [f"c{n}" for n in range(20_000)]),
        makers.asset_detected("c2", "n4"), makers.sketch_observed("c2", [f"d{n}" for n in range(20_000)]),
        makers.asset_detected("c3", "n5"), makers.sketch_observed("c3", [f"c{n}" for n in range(10_000, 30_000)]),
    )  # fmt: skip
    heads = [each.text for each in parsed(desk.get("/desk/suggestions").text) if each.tag == "h2"]
    assert "n3 and n5" in heads
    assert not any("n4" in head for head in heads)
    assert re.search(
        r"≈10 k accounts \(standard error \d+\) reached by Pages of both", text_of(desk.get("/desk/suggestions"))
    )


# --- hostile text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eevil", '"><img src=x onerror=alert(1)>'])
def test_hostile_names_are_text_on_every_page(room: House, desk: Desk, name: str) -> None:
    room.send(
        makers.network_reported("n1", code_name=name, at="2018-10-22T10:00:00Z"),
        makers.network_reported("n2", code_name=name, at="2018-10-22T10:00:00Z"),
        makers.asset_detected("a1", "n1", name=name, at="2018-10-22T10:00:00Z"),
        makers.merge_rejected("n1", ["n3"], by=name, why=name),
    )
    desk.merges(why=name)
    desk.call("/networks/n1/split", into="n9", is_new=True, code_name=name, assets=["a1"], why=name)
    for path in (
        "/desk/networks/n1/merge?other=n9",
        "/desk/networks/n1/split",
        "/desk/networks/n1/undo",
        "/desk/suggestions",
    ):
        page = desk.get(path)
        assert page.status_code == 200
        whole = parsed(page.text)
        assert not [each for each in whole if each.tag == "img" or "onerror" in each.attributes]
        assert "\u202e" not in whole.text
        assert all(
            each.attributes.get("type") == "module" or "data-words" in each.attributes
            for each in whole
            if each.tag == "script"
        )
