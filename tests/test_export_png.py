"""PNG: every panel of the briefing is a picture of its own, as wide as a slide wants it and the same every time."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image

from app.errors import BadRequest
from app.exports import Frozen, Options, all_exports, made
from app.exports._marks import TLP_COLORS
from app.exports._sheets import PANELS, parts, sheet
from tests import snapshots

BLACK = (0, 0, 0)


def png(frozen: Frozen, part: str) -> bytes:
    return made(frozen, "png", Options(part=part))


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file)).convert("RGB")


def test_parts_are_the_headline_and_the_panels_that_are_filled() -> None:
    assert parts(snapshots.october()) == ["headline", *(name for name in PANELS if name != "course")]
    assert parts(snapshots.harbour_finch()) == [
        *("headline", "figures", "attribution", "unknown", "map", "course", "durations", "decisions", "since"),
        "reading",
    ]
    assert parts(snapshots.empty()) == ["headline", "reading"]


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_part_is_one_picture_of_the_width_of_a_slide(name: str) -> None:
    frozen = snapshots.ALL[name]()
    for part in parts(frozen):
        picture = opened(png(frozen, part))
        assert picture.width == 1920
        assert picture.height > 300


@pytest.mark.parametrize("make", [snapshots.eastern, snapshots.hostile])
def test_nothing_is_drawn_in_the_margins(make: Callable[[], Frozen]) -> None:
    for part in parts(make()):
        picture = opened(png(make(), part))
        for left in (0, picture.width - 78):
            assert picture.crop((left, 0, left + 78, picture.height)).getcolors() == [
                (78 * picture.height, (255, 255, 255))
            ]


@pytest.mark.parametrize("part", ["headline", *PANELS])
def test_every_part_bears_the_label_in_its_colour_on_black(part: str) -> None:
    frozen = snapshots.october() if part != "course" else snapshots.harbour_finch()
    picture = opened(png(frozen, part))
    corner = picture.crop((picture.width - 400, picture.height - 260, picture.width, picture.height))
    shades = {colour: n for n, colour in corner.getcolors(corner.width * corner.height) or []}
    letters = tuple(int(TLP_COLORS[frozen.tlp][i : i + 2], 16) for i in (0, 2, 4))
    assert shades.get(BLACK, 0) > 2_000
    # The picture is drawn with a little less than the full range of a screen.
    near = [n for colour, n in shades.items() if all(abs(a - b) < 4 for a, b in zip(colour, letters, strict=True))]
    assert sum(near) > 500


def test_pictures_say_whence_they_are() -> None:
    frozen = snapshots.october()
    marks = sheet(frozen)["marks"]
    assert frozen.sha256 in marks["sha256"]
    assert frozen.id in marks["made"]
    assert "seq 3118" in marks["made"]
    assert "Picture of 26 Oct 14:32 UTC" in marks["freshness"]


def test_picture_changes_with_the_digest_in_its_caption() -> None:
    frozen = snapshots.october()
    other = snapshots.with_content(frozen, picture=frozen.content["picture"] | {"epoch": "0" * 16})
    assert png(frozen, "map") != png(other, "map")


def test_picture_made_twice_is_the_same_to_the_byte() -> None:
    frozen = snapshots.october()
    assert [png(frozen, part) for part in parts(frozen)] == [
        png(Frozen.read(frozen.body), part) for part in parts(frozen)
    ]


def test_overdue_is_amber_in_the_pipeline_and_nothing_else_is_in_the_map() -> None:
    amber = (0x8F, 0x3E, 0x00)
    pipeline = opened(png(snapshots.october(), "pipeline"))
    chart = opened(png(snapshots.october(), "map"))
    assert {colour: n for n, colour in pipeline.getcolors(1 << 24) or []}.get(amber, 0) > 200
    assert amber not in {colour for _n, colour in chart.getcolors(1 << 24) or []}


def test_pictures_carry_no_words_beside_their_dots_but_of_which_snapshot_they_are() -> None:
    frozen = snapshots.hostile()
    file = png(frozen, "networks")
    at, found = 8, {}
    while at < len(file):
        size, kind = struct.unpack_from(">I4s", file, at)
        found[kind] = file[at + 8 : at + 8 + size]
        at += 12 + size
    words = found.pop(b"tEXt")
    assert words == f"Description\0Warroom snapshot {frozen.id}, seq {frozen.seq}, SHA-256 {frozen.sha256}".encode()
    assert found.keys() <= {b"IHDR", b"IDAT", b"IEND", b"pHYs"}


def test_part_that_a_snapshot_does_not_fill_is_refused() -> None:
    with pytest.raises(BadRequest, match="part: 'map' will not do: one of headline, reading"):
        made(snapshots.empty(), "png", Options(part="map"))
    with pytest.raises(BadRequest, match="part: '' will not do"):
        made(snapshots.october(), "png")
    assert all_exports()["png"].on_paper is False
