"""The printed map: an arrow only where an origin was attributed, land from edge to edge, and names on nothing else."""

from __future__ import annotations

import re

import pytest

from app.atlas import COUNTRIES
from app.exports._land import HEIGHT, WIDTH, land, outline, place
from app.exports._sheets import sheet
from app.exports._worldmap import MOST_NAMES, drawn
from tests import snapshots

SAID = {code: code * 4 for code in COUNTRIES}


def points(data: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", data)]


def test_target_is_filled_and_has_no_arrow_where_no_origin_was_attributed() -> None:
    picture = drawn(["US"], [], SAID)
    assert outline(COUNTRIES["US"]) in picture.svg
    assert 'fill="none"' not in picture.svg
    assert "<circle" not in picture.svg


def test_arrow_runs_from_a_ring_to_just_short_of_the_target() -> None:
    picture = drawn(["US", "GB"], [("IR", "US", False), ("IR", "GB", False)], SAID)
    lines = [points(data) for data in re.findall(r'<path d="([^"]+)" fill="none"', picture.svg)]
    assert len(lines) == 2
    assert picture.svg.count("<circle") == 1
    for line, target in zip(lines, ("US", "GB"), strict=True):
        assert line[0] == pytest.approx(place(COUNTRIES["IR"]), abs=14)
        assert line[-1] == pytest.approx(place(COUNTRIES[target]), abs=25)


def test_arrow_is_dotted_where_no_more_was_approved_than_where_it_originated() -> None:
    assert "stroke-dasharray" in drawn(["US"], [("IR", "US", True)], SAID).svg
    assert "stroke-dasharray" not in drawn(["US"], [("IR", "US", False)], SAID).svg


def test_network_within_a_country_has_a_ring_and_no_arrow() -> None:
    picture = drawn(["BR"], [("BR", "BR", False)], SAID)
    assert picture.svg.count("<circle") == 1
    assert 'fill="none"' not in picture.svg


def test_map_shows_origins_of_the_network_it_is_about_alone() -> None:
    panel = sheet(snapshots.october())["panels"]["map"]
    assert panel["alt"] == "Map. From Iran; addressed: United States, United Kingdom."
    assert [name["words"] for name in panel["names"]] == ["Iran", "United States", "United Kingdom"]
    assert panel["note"] == ""


def test_country_without_a_place_is_left_out() -> None:
    assert drawn(["ZZ", "<script>"], [("ZZ", "US", False)], SAID).svg == drawn([], [], SAID).svg


@pytest.mark.parametrize("origin", ["NZ", "AQ", "SJ", "US", "FJ", "RU"])
def test_every_arrow_stays_on_the_map(origin: str) -> None:
    codes = list(COUNTRIES)
    for start in range(0, len(codes), 20):
        picture = drawn([], [(origin, code, False) for code in codes[start : start + 20]], SAID)
        for data in re.findall(r'<path d="([^"]+)" fill="none"', picture.svg):
            assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(data))


def test_names_stand_on_the_map_and_on_no_other_name() -> None:
    codes = list(COUNTRIES)
    picture = drawn(codes, [("IR", code, False) for code in codes[:20]], SAID)
    assert 3 < len(picture.names) <= MOST_NAMES
    assert all(0 <= name.x <= 1 and 0 <= name.y <= 1 for name in picture.names)


def test_no_shape_is_smeared_over_the_edge_of_the_map() -> None:
    for ring in land().split("Z"):
        # Antarctica, which goes all the way round, is below the crop.
        xs = [x for x, _y in points(ring)] if any(y < HEIGHT for _x, y in points(ring)) else []
        assert not xs or max(xs) - min(xs) < WIDTH * 0.62


@pytest.mark.parametrize("code", COUNTRIES)
def test_every_country_can_be_filled(code: str) -> None:
    assert drawn([code], [], SAID).svg.count("#B4BEC4") == 1
