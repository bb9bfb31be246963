"""Three thousand strings written to do harm go through every format: nothing becomes a formula, a link or a request."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from itertools import cycle
from typing import Any

import pypdf
import pytest

from app.exports import Export, Frozen, Options, all_exports, canonical, made
from tests import snapshots

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "\t=",
    "\r=",
    "http://",
    "file:///",
    "_x0041_",
    "<b>",
    "&amp;",
    "%{x}",
    "\u202e",
    "{=",
)
CALLS = (
    *("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://192.0.2.1")', "192.0.2.1/x", "</t></script><img src=x onerror=1>"),
    *('#import "@preview/x:1.0.0"', '$x$ *b* _i_ #link("http://192.0.2.1")[x]'),
)
NAMES = [f"{start}{n}{call}" for n in range(30) for start in STARTS for call in CALLS]
"""More than 3,000, no two the same."""

TEXTS = {
    "name",
    "code_name",
    "title",
    "handle",
    "url",
    "basis",
    "by",
    "words",
    "source",
    "topics",
    "personas",
    "approved_by",
}
"""Members of a snapshot that hold what others wrote, wherever they are."""

NETWORKS = 120

EXPORTS = list(all_exports().values())


@cache
def frozen() -> Frozen:
    """The October briefing and what changed, with ten times the networks and every name in it another one of these."""
    content = snapshots.compared().content
    names = cycle(NAMES)
    row = content["assets"]["rows"][0]
    rows = [row | {"name": name, "url": name, "handle": name} for name in NAMES]
    networks = [row | {"id": f"n{n}"} for n, row in zip(range(NETWORKS), cycle(content["networks"]), strict=False)]
    said = {"networks": networks, "assets": {"listed": len(rows), "included": len(rows), "rows": rows}}
    return Frozen.read(canonical(_renamed(content | said, names)))


def _renamed(value: Any, names: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _spoilt(each, names) if key in TEXTS and each else _renamed(each, names) for key, each in value.items()
    }


def _spoilt(value: Any, names: Any) -> Any:
    if isinstance(value, str):
        return next(names)
    return [next(names) for _ in value] if isinstance(value, list) else _renamed(value, names)


def made_anew(export: Export) -> list[bytes]:
    return [made(frozen(), export.name, Options(part=part)) for part in export.parts(frozen()) or ("",)]


files = cache(made_anew)
"""The same, made once for all tests that read them."""


def test_there_are_three_thousand_of_them_in_the_content() -> None:
    assert len(set(NAMES)) > 3_000
    rows = frozen().content["assets"]["rows"]
    assert len({text for row in rows for text in (row["name"], row["url"], row["handle"])} & set(NAMES)) > 3_000


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.name))
def test_every_format_gives_them_out_whole_and_the_same_again(export: Export) -> None:
    assert all(files(export))
    assert made_anew(export) == files(export)


@pytest.mark.parametrize("name", ["xlsx", "pptx"])
def test_archives_hold_no_formula_and_no_address(name: str) -> None:
    (file,) = files(all_exports()[name])
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                xml = archive.read(part).decode()
                assert not re.search(
                    r"<hlink|<hyperlink|TargetMode=\"External\"|<f[ >/]", xml.replace("<f>", "<f >")
                ) or (
                    # The cells that a chart is drawn from are named by formulas of ours.
                    "chart" in part and "HYPERLINK" not in re.findall(r"<c:f>(.*?)</c:f>", xml)
                )
                assert not re.search(r"<(?:\w+:)?f>[^<]*(?:HYPERLINK|192\.0\.2\.1|cmd)", xml)


def test_pdf_has_no_link_and_its_label_on_every_page() -> None:
    (file,) = files(all_exports()["pdf"])
    for page in pypdf.PdfReader(io.BytesIO(file)).pages:
        assert "/Annots" not in page
        assert "TLP:GREEN" in page.extract_text().replace("\u200b", "")
    assert b"/URI" not in file
    assert b"/JavaScript" not in file
    assert b"/Launch" not in file


def test_html_has_no_element_of_theirs() -> None:
    (file,) = files(all_exports()["html"])
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", file.decode(), flags=re.DOTALL)
    assert "<img" not in text
    assert not re.search(r"<[^>]*\bon\w+=", text)
    assert not re.search(r"(?:href|src|action)=\"(?!#|data:)", text)


def test_csv_has_no_cell_that_a_spreadsheet_would_work_out() -> None:
    (file,) = files(all_exports()["csv"])
    for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_stix_holds_them_as_texts() -> None:
    (file,) = files(all_exports()["stix"])
    for each in json.loads(file)["objects"]:
        assert "url" not in each.get("pattern", "")
        assert not [key for key in each if "=" in key or "<" in key]


def test_sentences_for_the_press_are_plain_text() -> None:
    (file,) = files(all_exports()["press_line"])
    text = file.decode()
    assert not [letter for letter in text if letter in "\u202e\u202d\x00\x1b\r\t"]
