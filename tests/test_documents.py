"""What the documents say is what is there: records, settings, commands, files and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.records import RecordParser
from app.records._shapes import SHAPES
from app.settings import Settings
from app.vocabulary import TYPE_PREFIX

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_record_in_the_readme_is_a_good_one() -> None:
    (body,) = re.findall(r"```json\n(\{.*?\n\})\n```", text_of("README.md"), re.DOTALL)
    record = RecordParser(b"\0" * 32).parse_one(body.encode())
    assert record.type == "ad.observed"


def test_every_type_and_field_is_documented_and_nothing_else() -> None:
    rows = re.findall(r"^\| `([a-z._]+)` \| [^|]+ \| ([^|]+) \|", text_of("docs/records.md"), re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`(\*?)", fields)) for name, fields in rows}
    existing = {
        name.removeprefix(TYPE_PREFIX): {
            (field, "*" if field in shape.required else "")
            for field in shape.fields
            if field != "accounts" or name == "warroom.audience.observed"
        }
        for name, shape in SHAPES.items()
    }
    assert documented == existing


def test_hedged_numbers_and_audiences_in_the_documents_are_taken() -> None:
    parser = RecordParser(b"\0" * 32)
    envelope = {"specversion": "1.0", "source": "docs", "time": "2018-10-22T15:10:00Z", "subject": "a"}
    blocks = re.findall(r"```json\n(.*?)```", text_of("docs/records.md"), re.DOTALL)
    assert len(blocks) == 2
    for place, line in enumerate(line for block in blocks for line in block.strip().splitlines()):
        said = json.loads(line)
        if "sketch" in said:
            continue
        data = said if {"accounts", "count"} & said.keys() else {"count": said}
        parser.parse_event(envelope | {"id": str(place), "type": "warroom.audience.observed", "data": data})


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `WARROOM_(\w+)` \| ?(?:`(.*?)`)? ?\|", text_of("docs/settings.md"), re.MULTILINE)
    documented = {name.lower(): default for name, default in rows}
    assert documented.keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, dict):
            assert json.loads(documented[name]) == {str(key): value for key, value in default.items()}
        else:
            assert documented[name] == str(default)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_module_that_the_architecture_names_is_there() -> None:
    named = set(
        re.findall(r"`((?:app|dashboards|migrations|static|tests|tools|bench)/[\w./-]+)`", text_of("ARCHITECTURE.md"))
    )
    assert named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def commands_of(program: Any, within: str = "") -> Iterator[str]:
    """Every command by the words that are typed for it."""
    for command in program.registered_commands:
        name = command.name or (command.callback.__name__.replace("_", "-") if command.callback else "")
        yield f"{within}{name}"
    for group in program.registered_groups:
        yield from commands_of(group.typer_instance, f"{within}{group.name} ")


def test_every_command_in_the_readme_is_one_of_the_program() -> None:
    from app.__main__ import app as program  # noqa: PLC0415 - brings the whole program

    known = set(commands_of(program))
    rows = re.findall(r"^\| `warroom ([^`]+)`((?:, `[^`]+`)*) \|", text_of("README.md"), re.MULTILINE)
    named = [words for first, rest in rows for words in (first, *re.findall(r"`([^`]+)`", rest))]
    commands = {" ".join(word for word in words.split() if re.fullmatch("[a-z-]+", word)) for words in named}
    assert commands
    assert commands - known == set()
