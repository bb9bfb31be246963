"""The same scope gives the same figure on the wall, in the list, on a network's page and from the API."""

from __future__ import annotations

import html
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import Phase, given

from app.access import Role
from app.clock import FixedClock
from app.records import Record
from app.scopes import scope_json
from app.vocabulary import Scope
from tests import event_mixes
from tests.house import House, house
from tests.recount_trial import cases

Json = dict[str, Any]

VH = re.compile(r'<p class="vh">(.*?)</p>', re.DOTALL)

ROWS_OF_THE_WALL = re.compile(
    r'<div class="who"><b>(.*?)</b>.*?<svg role="img" aria-label="(.*?)">.*?<div class="counts">(.*?)</div>', re.DOTALL
)
ROWS_OF_THE_LIST = re.compile(
    r'<tr[^>]*data-network="([^"]+)".*?<td class="r">(.*?)</td><td class="r">(.*?)</td>', re.DOTALL
)


@cases(part=7, n=12, phases=[Phase.generate])
@given(event_mixes.mixes(), event_mixes.any_scope)
def test_wall_list_page_and_api_say_the_same_of_one_scope(records: tuple[Record, ...], scope: Scope) -> None:
    with tempfile.TemporaryDirectory() as folder, house(Path(folder), clock=FixedClock(event_mixes.END)) as served:
        served.room.writer.submit(
            list(records), door="tests", principal="tests", clamp_past=False, may_withdraw_any=True
        ).result(30)
        served.room.feed.look()
        query = {name: str(value).lower() if value is True else value for name, value in scope_json(scope).items()}
        networks = answered(served, "/api/v1/networks", **query)["networks"]
        shown = {id: reach for id, _assets, reach in ROWS_OF_THE_LIST.findall(text(served, "/desk/networks", **query))}
        assert shown.keys() == {row["id"] for row in networks}
        for row in networks:
            page = text(served, f"/desk/networks/{row['id']}")
            focus = text(served, f"/wall/focus/{row['id']}", Role.WALL)
            for reach in row["measures"]["reach"]["surfaces"]:
                assert f"<b>{html.escape(reach['figure']['short'])}</b>" in page
            told = " ".join(VH.findall(focus)).lower()
            for reach in row["measures"]["reach"]["surfaces"][:3]:
                assert said(reach["figure"]) in told
            if not scope.platform and (known := row["measures"]["reach"]["surfaces"]):
                assert shown[row["id"]] in {"–", *(html.escape(reach["figure"]["short"]) for reach in known)}
        heroes_agree(served)
        rows_agree(served)


def heroes_agree(served: House) -> None:
    """The headlines of the wall are the API's figures of the scopes they say."""
    heroes = [told.lower() for told in VH.findall(text(served, "/wall/situation", Role.WALL))]
    since = served.room.settings.watch().first_day
    reach = answered(served, "/api/v1/measures", open="true")["measures"]["reach"]["surfaces"]
    watch = answered(served, "/api/v1/measures", since=scope_json(Scope(since=since))["since"])["measures"]
    today = answered(served, "/api/v1/measures")["measures"]["takedowns"]["today"]
    for surface in reach:
        assert said(surface["figure"]) in heroes[0]
    for line in watch["spend"]["currencies"]:
        assert html.escape(line["figure"]["prose"]).lower() in heroes[1]
    assert said(watch["events"]["figure"], "events") in heroes[2]
    assert said(today, "assets") in heroes[3]


def rows_agree(served: House) -> None:
    """Every row of the wall of networks is the API's of the network that it names."""
    known = {row["name"]: row for row in answered(served, "/api/v1/networks", open="true")["networks"]}
    wall = text(served, "/wall/networks", Role.WALL).partition('data-topic="networks/closed"')[0]
    rows = ROWS_OF_THE_WALL.findall(wall)
    assert len(rows) == min(5, len(known))
    reaches: list[tuple[str, Json]] = []
    for name, reach, counts in rows:
        row = known[re.sub(r"<[^>]*>", "", name)]
        own = {each["surface"]: each["figure"]["short"] for each in row["measures"]["reach"]["surfaces"]}
        reaches.append((html.unescape(reach), own))
        listed = re.findall(r"<strong[^>]*>(.*?)</strong>", counts)
        places = ("facebook:page", "facebook:account", "facebook:group", "instagram:account")
        wanted = [row["assets"][place]["figure"]["short"] if place in row["assets"] else "0" for place in places]
        assert listed == [html.escape(figure) for figure in wanted]
    # One axis is of one surface; where a network is not known to reach anybody there, its row says so.
    surfaces = {surface for _, own in reaches for surface in own} or {""}
    assert any(all(reach == own.get(surface, "–") for reach, own in reaches) for surface in surfaces)


def said(figure: Json, things: str = "accounts") -> str:
    """A figure as it stands within a sentence of a page."""
    words = {"none": f"no {things}", "none found": f"no {things} found"}.get(figure["prose"], figure["prose"])
    return html.escape(words).lower()


def answered(served: House, path: str, **query: Any) -> Json:
    answer = served.ask(path, **query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def text(served: House, path: str, role: Role = Role.ANALYST, **query: Any) -> str:
    answer = served.ask(path, role, **query)
    assert answer.status_code == 200, answer.text
    return answer.text
