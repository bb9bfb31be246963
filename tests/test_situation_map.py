"""The map's figure and columns: the projection, arcs that stop short, discs by area, and every text made safe."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.atlas import BY_ALPHA3, COUNTRIES
from dashboards.figures import situation_map
from dashboards.figures.situation_map import (
    BOX_REM,
    DISC_REM,
    HEAD_REM,
    SMALLEST_REM,
    columns,
    figure,
    project,
    unproject,
)
from tests.situation_views import HOSTILE, VIEWS, live


def target(iso3: str, reach: int | None = 1_000, text: str = "1 open") -> dict[str, Any]:
    return {"iso3": iso3, "name": iso3, "reach": reach, "text": text}


def origin(iso3: str) -> dict[str, Any]:
    return {"iso3": iso3, "name": iso3, "text": "2 open"}


def drawn(*targets: dict[str, Any], arcs: tuple[tuple[str, str], ...] = (), dotted: bool = False) -> dict[str, Any]:
    return columns(
        {
            "targets": list(targets),
            "origins": [origin(start) for start in dict.fromkeys(start for start, _ in arcs)],
            "arcs": [{"from": start, "to": end, "dotted": dotted} for start, end in arcs],
        }
    )


def path(trace: dict[str, Any]) -> list[tuple[float, float]]:
    """The first line of a trace, in rem."""
    end = trace["lat"].index(None)
    return [project(lat, lon) for lat, lon in zip(trace["lat"][:end], trace["lon"][:end], strict=True)]


def leaf_texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in leaf_texts(value)]
    if isinstance(part, list):
        return [text for value in part for text in leaf_texts(value)]
    return [part] if isinstance(part, str) else []


# --- the figure -------------------------------------------------------------------------------------------------------


def test_the_figure_holds_no_records_and_no_colours_of_its_own() -> None:
    colours = {text for text in leaf_texts(figure()) if text.startswith(("--", "#", "rgb"))}
    assert all(colour.startswith("--") or colour == "rgba(0,0,0,0)" for colour in colours)
    assert json.loads(json.dumps(figure())) == figure()


def test_the_figure_asks_nobody_for_shapes() -> None:
    config = figure()["config"]
    assert config["topojsonURL"].startswith("/static/")
    assert config["plotlyServerURL"] == ""
    assert config["staticPlot"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_has_its_trace(view: str) -> None:
    traces = {trace["name"] for trace in figure()["data"]}
    assert set(columns(VIEWS[view]()["map"])["traces"]) == traces


# --- the projection ---------------------------------------------------------------------------------------------------


@given(st.floats(-60, 80), st.floats(-169, 189))
def test_unproject_undoes_project(lat: float, lon: float) -> None:
    assert unproject(*project(lat, lon)) == pytest.approx((lat, lon), abs=1e-6)


@pytest.mark.parametrize("code", [code for code, country in COUNTRIES.items() if -37 <= country.lat <= 72])
def test_every_country_is_in_the_box(code: str) -> None:
    x, y = project(COUNTRIES[code].lat, COUNTRIES[code].lon)
    assert abs(x) < BOX_REM[0] / 2
    assert abs(y) < BOX_REM[1] / 2


# --- discs ------------------------------------------------------------------------------------------------------------


def test_area_is_reach() -> None:
    sizes = drawn(target("USA", 400_000), target("BRA", 100_000))["traces"]["discs"]["marker.size"]
    assert sizes == [f"{DISC_REM}rem", f"{DISC_REM / 2}rem"]


@pytest.mark.parametrize("reach", [None, 0, 1])
def test_what_is_unknown_or_too_small_gets_the_smallest_disc(reach: int | None) -> None:
    sizes = drawn(target("USA", 1_000_000), target("BRA", reach))["traces"]["discs"]["marker.size"]
    assert sizes[1] == f"{SMALLEST_REM}rem"


def test_an_empty_map_keeps_its_land_and_takes_the_old_marks_away() -> None:
    traces = drawn()["traces"]
    assert traces["land"]["locations"] == ["ATA"]
    assert all(traces[name]["lat"] == [None] for name in ("arcs", "dotted", "origins", "discs", "heads"))


def test_a_country_without_a_place_stands_in_the_table_alone() -> None:
    found = drawn(target("USA"), target("ZZZ"))
    assert [label["name"] for label in found["labels"]] == ["USA"]
    assert [row[0] for row in found["table"]] == ["USA", "ZZZ"]


# --- arcs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"), [("IRN", "USA"), ("RUS", "UKR"), ("CHN", "TWN"), ("RUS", "CAN"), ("NZL", "CHL")]
)
def test_an_arc_leaves_the_ring_and_stops_short_of_the_disc(start: str, end: str) -> None:
    traces = drawn(target(end), arcs=((start, end),))["traces"]
    points = path(traces["arcs"])
    a, b = (project(BY_ALPHA3[code].lat, BY_ALPHA3[code].lon) for code in (start, end))
    assert math.dist(points[0], a) >= situation_map.RING_REM / 2 - 0.05
    assert math.dist(points[-1], b) >= (DISC_REM + HEAD_REM) / 2
    assert all(abs(x) <= BOX_REM[0] / 2 and abs(y) <= BOX_REM[1] / 2 for x, y in points)
    assert max(math.dist(p, q) for p, q in pairwise(points)) < BOX_REM[0] / 4


def test_the_head_points_along_its_arc() -> None:
    traces = drawn(target("USA"), arcs=(("IRN", "USA"),))["traces"]
    (x0, y0), (x1, y1) = path(traces["arcs"])[-2:]
    assert traces["heads"]["marker.angle"] == [pytest.approx(math.degrees(math.atan2(x1 - x0, y1 - y0)), abs=0.1)]


def test_low_confidence_is_dotted() -> None:
    traces = drawn(target("USA"), arcs=(("IRN", "USA"),), dotted=True)["traces"]
    assert traces["arcs"]["lat"] == [None]
    assert len(traces["dotted"]["lat"]) > 10


def test_a_domestic_network_has_a_ring_round_its_disc_and_no_arc() -> None:
    found = drawn(target("BRA"), arcs=(("BRA", "BRA"),))
    assert found["traces"]["arcs"]["lat"] == [None]
    assert float(found["traces"]["origins"]["marker.size"][0].removesuffix("rem")) > DISC_REM
    assert found["labels"][0]["text"] == "1 open, 2 open"


@given(st.sampled_from(sorted(BY_ALPHA3)), st.sampled_from(sorted(BY_ALPHA3)))
def test_no_two_countries_break_the_drawing(start: str, end: str) -> None:
    found = drawn(target(end), arcs=((start, end),))
    json.dumps(found, allow_nan=False)
    assert len(found["labels"]) == len({start, end})


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_table_says_everything_that_is_drawn() -> None:
    found = columns(live()["map"])
    assert found["table"][0] == ["Brazil", "target", "1 open, domestic"]
    assert found["table"][-1] == ["Iran", "attributed origin", "removed today"]
    assert {label["name"] for label in found["labels"]} == {row[0] for row in found["table"]}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_texts_of_the_map_are_made_safe_and_short(text: str) -> None:
    view = live()["map"]
    view["targets"][0] |= {"name": text, "text": text}
    found = columns(view)
    for words in leaf_texts(found["labels"]) + leaf_texts(found["table"]):
        assert len(words) <= 120
        assert not any(sign in words for sign in "\u202e\u202c\u200b\u2060")
    assert all(len(label["name"]) <= 24 and len(label["text"]) <= 30 for label in found["labels"])
