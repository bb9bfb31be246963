"""The disclosure door: ``warroom import disclosures FILE`` reads published takedowns (``cib-takedown-record/1``).

One published takedown becomes one network: reported, removed on its day, with one statement of the figures as they were
hedged. Three things that would count twice do not. The total of an announcement whose parts stand beside it becomes a
note on each part. A restatement speaks about the network that it restates, under the same ``by``, so that its figures
replace the earlier ones. And ids follow from the file alone, so that importing it again adds nothing.

What cannot be taken over is left out and named, with the reason; nothing is guessed.
"""

from __future__ import annotations

import json
from datetime import date

from app.errors import BadRequest
from app.ingest._disclosed import Json
from app.ingest._intake import Tally
from app.ingest._takedown import BY, SCHEMA, SOURCE, Disclosures, LeftOut, Takedown, tell_batch_total
from app.ingest.file import Destination, pour_events
from app.vocabulary import ID_PATTERN

__all__ = ["BY", "DOOR", "SCHEMA", "SOURCE", "Disclosures", "LeftOut", "pour_disclosures", "read_disclosures"]

DOOR = "disclosures"


def read_disclosures(raw: bytes) -> Disclosures:
    """The records of a file. Raises BadRequest when it is no file of this kind at all."""
    try:
        whole_file = json.loads(raw)
        takedowns = whole_file["records"]
        schema = whole_file["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as broken:
        raise BadRequest("body", f"this is no JSON object with schema and records: {broken}") from broken
    if schema != SCHEMA or not isinstance(takedowns, list):
        raise BadRequest("schema", f"{str(schema)[:80]!r} is not read here: give a file of schema {SCHEMA}")
    found = Disclosures()
    usable: list[Json] = []
    for place, takedown in enumerate(takedowns):
        reason = _unusable(takedown, {known["id"] for known in usable})
        if reason:
            found.left_out.append(LeftOut(_name(takedown, place), "record", reason))
        else:
            usable.append(takedown)
    homes = _homes(usable, found)
    for takedown in usable:
        if takedown.get("scope") == "batch_total":
            tell_batch_total(takedown, usable, homes, found)
        else:
            Takedown(takedown, homes, found).tell()
    return found


def pour_disclosures(raw: bytes, destination: Destination) -> tuple[Tally, Disclosures]:
    """Send the records of a file to a writer or server, as ``warroom ingest`` sends lines. Raises as they do."""
    found = read_disclosures(raw)
    return pour_events(found.events, destination), found


def _unusable(takedown: object, known: set[str]) -> str:
    """Why a record cannot be read at all, empty where it can."""
    if not isinstance(takedown, dict):
        return "it is no object"
    id, day = takedown.get("id"), takedown.get("date")
    if not isinstance(id, str) or not ID_PATTERN.fullmatch(id):
        return f"its id {str(id)[:80]!r} cannot be the id of a network"
    if id in known:
        return f"the id {id!r} stands in the file twice"
    try:
        date.fromisoformat(str(day))
    except ValueError:
        return f"its date {str(day)[:80]!r} is no day"
    return ""


def _name(takedown: object, place: int) -> str:
    id = takedown.get("id") if isinstance(takedown, dict) else None
    return str(id)[:80] if id else f"#{place + 1}"


def _homes(takedowns: list[Json], found: Disclosures) -> dict[str, str]:
    """The network of each record: its own id, or that of the first record in the chain that it restates."""
    earlier: dict[str, str] = {}
    ids = {takedown["id"] for takedown in takedowns}
    for takedown in takedowns:
        revisions = takedown.get("revisions")
        for revision in revisions if isinstance(revisions, list) else []:
            restated = revision.get("supersedes") if isinstance(revision, dict) else None
            if isinstance(restated, str) and restated in ids:
                earlier[takedown["id"]] = restated
            else:
                reason = f"{str(revision)[:80]!r} restates no record of this file"
                found.left_out.append(LeftOut(takedown["id"], "revisions", reason))
    homes: dict[str, str] = {}
    for id in ids:
        chain = [id]
        while chain[-1] in earlier and earlier[chain[-1]] not in chain:
            chain.append(earlier[chain[-1]])
        homes[id] = chain[-1]
    return homes
