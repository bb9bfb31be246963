"""The project's own files: what installs the same everywhere, asks nobody outside, and is documented as it is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LOCKS = ("requirements.lock", "requirements-node.lock", "package-lock.json")

TARGETS = {"setup", "run", "test", "test-long", "bench", "screenshots", "lock", "clean", "fmt", "assets"}

ADDRESS = re.compile(r"(?:https?:|wss?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)

NAMESPACES = {"www.w3.org"}
"""Hosts that stand in names of XML vocabularies, which nothing fetches."""


def made_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_no_host_and_no_path_of_a_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.findall(r"--(?:extra-)?index-url|--find-links|\bfile:|\"resolved\"", text)
    # "@" opens an npm scope as well, so a path is what begins with a slash where a word begins.
    assert not re.findall(r"(?:^|[\s\"'=])(?:/[a-z]+|[A-Z]:\\|~/|\.{1,2}/)", text, re.MULTILINE)


def test_every_locked_python_package_carries_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:", line)] == []


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {
        re.split(r"[\[>=<~! ]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    assert declared - locked == set()


def test_ci_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


def test_makefile_has_the_promised_targets() -> None:
    assert made_targets() >= TARGETS


def test_make_reads_its_own_file() -> None:
    done = subprocess.run(["make", "--dry-run", "help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_make_target_that_a_document_names_exists() -> None:
    named = {
        target: path.name
        for path in documents()
        for code in re.findall(r"`+[^`]+`+", path.read_text(encoding="utf-8"))
        for target in re.findall(r"\bmake ([a-z][a-z-]*)", code)
    }
    assert named, "no document says how the project is made"
    assert {target: where for target, where in named.items() if target not in made_targets()} == {}


def test_licence_is_apache_2() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def spoken(path: Path) -> Iterator[str]:
    """What of a file can reach a browser: of Python the texts that are no docstrings, of anything else all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            yield node.value


def test_no_screen_asks_another_host_for_anything() -> None:
    kinds = {".html", ".jinja", ".j2", ".css", ".js", ".mjs", ".json", ".svg", ".webmanifest", ".py"}
    strays = {
        (str(path.relative_to(ROOT)), host)
        for folder in ("static", "dashboards")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in kinds and "vendor" not in path.relative_to(ROOT).parts[1:2]
        for text in spoken(path)
        for host in ADDRESS.findall(text)
        if host not in NAMESPACES
    }
    assert strays == set()


def test_front_end_files_are_made_as_locked() -> None:
    from hatch_build import FILES, PRINT, is_fresh  # noqa: PLC0415 - a build hook, and hatchling with it

    assert is_fresh(ROOT), "static/vendor/ is missing, damaged or older than package-lock.json; run `make assets`"
    assert {name for name in FILES.values() if "LICENSE" in name or "OFL" in name} == {
        "htmx.LICENSE.txt",
        "plotly.LICENSE.txt",
        "topojson/LICENSE.txt",
        "archivo/OFL.txt",
        "print/noto-emoji.OFL.txt",
        *(f"print/{package}.OFL.txt" for package in PRINT),
    }
