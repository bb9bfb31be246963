"""Where a file differs from the one that was given out: figures by their pointer, lines, parts of an archive, bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from app.exports import Frozen
from app.exports._figures import is_figure

MOST = 5
"""Differences that are named: whoever changed a file in earnest changed more than anybody reads."""

LONGEST = 80
"""Characters of a value that is shown."""


def differences(name: str, given: bytes, file: bytes, frozen: Frozen) -> list[str]:
    """The first differences of a file in the format ``name`` from the one that was given out, in words."""
    found = list(islice(_READERS.get(name, _plainly)(given, file, frozen), MOST + 1))
    if not found:
        found = list(islice(_plainly(given, file, frozen), MOST + 1))
    return [*found[:MOST], "and more"] if len(found) > MOST else found


def _of_json(given: bytes, file: bytes, _frozen: Frozen) -> Iterator[str]:
    try:
        changed = json.loads(file)
    except ValueError as unfit:
        yield f"it is no JSON any more: {unfit}"
        return
    yield from _walk(json.loads(given), changed, "")


def _of_html(given: bytes, file: bytes, frozen: Frozen) -> Iterator[str]:
    """First the snapshot that stands in the page, then the page."""
    held = re.search(rb'<script[^>]*\bid="snapshot"[^>]*>(.*?)</script>', file, re.DOTALL)
    if held is not None:
        try:
            yield from _walk(frozen.content, json.loads(held[1]), "")
        except ValueError:
            yield "the snapshot in it is no JSON any more"
    yield from _plainly(given, file, frozen)


def _of_csv(given: bytes, file: bytes, frozen: Frozen) -> Iterator[str]:
    try:
        was, becomes = (list(csv.reader(io.StringIO(each.decode("utf-8-sig")))) for each in (given, file))
    except (UnicodeDecodeError, csv.Error):
        yield from _plainly(given, file, frozen)
        return
    heads = was[0]
    place = heads.index("pointer")
    nothing: list[str] = []
    for number, (old, new) in enumerate(zip_longest(was, becomes, fillvalue=nothing), 1):
        if old == new:
            continue
        where = old[place] if len(old) > place and number > 1 else f"line {number}"
        if len(old) != len(new):
            yield f"{where}: {'the row is missing' if not new else 'a row that was not there, or of other columns'}"
            continue
        for head, one, other in zip(heads, old, new, strict=False):
            if one != other:
                yield f"{where} {head}: {_shown(other)}, given out as {_shown(one)}"


def _walk(given: Any, file: Any, pointer: str) -> Iterator[str]:
    """What differs in JSON, by pointer (RFC 6901)."""
    if type(given) is not type(file):
        yield f"{pointer or '/'}: {_shown(file)}, given out as {_shown(given)}"
    elif is_figure(given) and file.get("prose") != given["prose"]:
        yield f"{pointer}: {_shown(file.get('prose'))}, given out as {_shown(given['prose'])}"
    elif isinstance(given, dict):
        yield from _walk_object(given, file, pointer)
    elif isinstance(given, list):
        if len(given) != len(file):
            yield f"{pointer}: {len(file):,} entries, given out with {len(given):,}"
        for place, (one, other) in enumerate(zip(given, file, strict=False)):
            yield from _walk(one, other, f"{pointer}/{place}")
    elif given != file:
        yield f"{pointer or '/'}: {_shown(file)}, given out as {_shown(given)}"


def _walk_object(given: dict[str, Any], file: dict[str, Any], pointer: str) -> Iterator[str]:
    for key in (*given, *(key for key in file if key not in given)):
        here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in file:
            yield f"{here}: is missing"
        elif key not in given:
            yield f"{here}: was not there"
        else:
            yield from _walk(given[key], file[key], here)


def _of_archive(given: bytes, file: bytes, frozen: Frozen) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(given)) as was, zipfile.ZipFile(io.BytesIO(file)) as becomes:
            names, present = was.namelist(), set(becomes.namelist())
            for name in names:
                if name not in present:
                    yield f"{name}: is missing"
                elif was.getinfo(name).CRC != becomes.getinfo(name).CRC or not _is_whole(becomes, name):
                    yield f"{name}: is not as it was given out"
            for name in sorted(present.difference(names)):
                yield f"{_shown(name)}: was not there"
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
        yield from _plainly(given, file, frozen)


def _is_whole(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether an entry unpacks to what it says; never to more than that."""
    try:
        with archive.open(name) as entry:
            while entry.read(1 << 16):
                pass
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return False
    return True


def _plainly(given: bytes, file: bytes, _frozen: Frozen) -> Iterator[str]:
    """The first line, or byte, that differs."""
    at = next((at for at, (one, other) in enumerate(zip(given, file, strict=False)) if one != other), None)
    if at is None:
        yield f"{len(file):,} bytes, given out with {len(given):,}"
        return
    if b"\0" in given[:4096] or given.startswith(b"%PDF"):
        yield f"its bytes differ from byte {at + 1:,} on"
        return
    line = given.count(b"\n", 0, at) + 1
    start = given.rfind(b"\n", 0, at) + 1
    yield f"line {line:,}: {_shown(_part(file, start, at))}, given out as {_shown(_part(given, start, at))}"


def _part(text: bytes, start: int, at: int) -> str:
    """What stands around a place, of its line."""
    begin = max(start, at - LONGEST // 2)
    end = text.find(b"\n", at)
    return text[begin : min(begin + LONGEST, len(text) if end < 0 else end)].decode("utf-8", "replace")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{text[:LONGEST]}…”" if len(text) > LONGEST else f"“{text}”"


_READERS = {
    "json": _of_json,
    "stix": _of_json,
    "html": _of_html,
    "csv": _of_csv,
    "xlsx": _of_archive,
    "pptx": _of_archive,
}
