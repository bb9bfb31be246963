"""The family of exports: whatever format stands in the folder keeps the contract."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from app.errors import BadRequest, NotFound
from app.exports import Export, Frozen, Options, all_exports, file_name, made
from app.exports._figures import figures_of, is_figure
from app.vocabulary import Tlp
from tests import snapshots

EXPORTS = list(all_exports().values())


TEXTS = {"csv", "json", "html", "txt"}


def by_name(export: Export) -> str:
    return export.name


def files_of(export: Export, frozen: Frozen) -> dict[str, bytes]:
    """Every file of a snapshot in one format, by part."""
    parts = export.parts(frozen) or ("",)
    return {part: made(frozen, export.name, Options(part=part)) for part in parts}


@pytest.mark.parametrize("export", EXPORTS, ids=by_name)
def test_export_names_itself(export: Export) -> None:
    assert re.fullmatch("[a-z][a-z_]*", export.name)
    assert all_exports()[export.name] is export
    assert export.title
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", export.suffix)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?", export.media_type)


def test_places_of_exports_differ() -> None:
    assert len({export.place for export in EXPORTS}) == len(EXPORTS)


@pytest.mark.parametrize("export", EXPORTS, ids=by_name)
@pytest.mark.parametrize("name", snapshots.NAMES)
def test_every_snapshot_can_be_given_in_every_format(export: Export, name: str) -> None:
    files = files_of(export, snapshots.ALL[name]())
    assert files
    assert all(files.values())


@pytest.mark.parametrize("export", EXPORTS, ids=by_name)
def test_export_made_twice_is_the_same_to_the_byte(export: Export) -> None:
    frozen = snapshots.october()
    assert files_of(export, frozen) == files_of(export, Frozen.read(frozen.body))


@pytest.mark.parametrize(
    "export", [export for export in EXPORTS if export.suffix in {"csv", "json", "html", "txt"}], ids=by_name
)
def test_text_carries_id_seq_digest_label_and_who(export: Export) -> None:
    frozen = snapshots.october()
    for file in files_of(export, frozen).values():
        text = file.decode()
        digest = frozen.sha256 if export.name != "json" else frozen.id
        for said in (frozen.id, str(frozen.seq), digest, str(Tlp.GREEN), frozen.content["frozen"]["by"]):
            assert said in text


def test_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotFound, match="there is no format 'docx': "):
        made(snapshots.empty(), "docx")


def test_part_of_a_format_without_parts_is_refused() -> None:
    with pytest.raises(BadRequest, match="part: 'map' will not do"):
        made(snapshots.empty(), "csv", Options(part="map"))


def test_file_is_called_by_name_and_id_in_plain_letters() -> None:
    csv_export = all_exports()["csv"]
    assert file_name(snapshots.october(), csv_export) == "warroom-october-briefing-0123456789abcdef.csv"
    assert re.fullmatch(r"warroom-[a-z0-9-]*0123456789abcdef\.csv", file_name(snapshots.hostile(), csv_export))


def test_json_is_the_text_that_the_digest_is_of() -> None:
    frozen = snapshots.october()
    assert made(frozen, "json") == frozen.body


@pytest.mark.parametrize("name", snapshots.NAMES)
def test_csv_has_every_figure_with_its_hedge(name: str) -> None:
    frozen = snapshots.ALL[name]()
    rows = list(csv.DictReader(io.StringIO(made(frozen, "csv").decode("utf-8-sig"))))
    figures = list(figures_of(frozen.content))
    # Exchange rates stand behind the figures, which are hedged.
    rows = [row for row in rows if row["measure"] != "rate"]
    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert row["qualifier"] == str(figure.hedged.qualifier)
        assert snapshots.shows(row["figure"], figure.said["prose"])
        assert at(frozen.content, row["pointer"]) == figure.said
        assert row["sha256"] == frozen.sha256


def test_csv_has_the_published_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(made(snapshots.october(), "csv").decode("utf-8-sig"))))
    (pages,) = [
        row
        for row in rows
        if (row["network"], row["measure"], row["part"], row["surface"])
        == ("harbour-finch", "reach", "", "facebook:page")
    ]
    assert (pages["figure"], pages["low"], pages["high"]) == ("about 1.02 million", "1020000", "1020000")
    assert (pages["qualifier"], pages["unit"]) == ("about", "accounts")
    assert pages["definition"].startswith("accounts that followed at least one of")
    (spend,) = [row for row in rows if (row["network"], row["measure"], row["part"]) == ("harbour-finch", "spend", "")]
    assert (spend["figure"], spend["low"], spend["high"], spend["unit"]) == ("less than $100", "0.00", "100.00", "USD")


def test_no_cell_of_csv_begins_a_formula() -> None:
    cells = [
        cell for row in csv.reader(io.StringIO(made(snapshots.hostile(), "csv").decode("utf-8-sig"))) for cell in row
    ]
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r＝" and cell] == []


def test_figures_are_found_wherever_they_stand() -> None:
    frozen = snapshots.october()

    def count(value: object) -> int:
        if is_figure(value):
            return 1
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return sum(map(count, parts))

    figures = list(figures_of(frozen.content))
    assert len(figures) == count(frozen.content) > 100
    unitless = [figure for figure in figures if not figure.unit]
    # What an alarm counts follows from its rule; of nothing found nobody said in which currency.
    assert {figure.measure for figure in unitless} <= {"alarms", "statements"}
    assert {str(figure.hedged.qualifier) for figure in unitless if figure.measure == "statements"} <= {"none found"}


def at(content: Any, pointer: str) -> Any:
    """What stands at a place of the content (RFC 6901)."""
    value = content
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value
