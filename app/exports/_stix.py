"""What every STIX bundle of ours has: ids that stay the same, the TLP 2.0 markings of OASIS, and our own extension."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import stix2

from app.exports._figures import Figure
from app.vocabulary import Tlp

Json = dict[str, Any]

_NAMESPACE = "warroom.snapshot/1"
"""Of our ids, so that nobody else's come out the same."""

_PUBLISHED = "2026-11-30T00:00:00.000Z"
"""When our extension and its author were first described: a constant, since an object of one id has one creation."""

FIGURES_PROPERTY = "figures"


def id_of(kind: str, *of: str) -> str:
    """The id of an object of ours: always the same for what it is ``of``.

    STIX asks for version 4 outside of observables. The bits that version leaves free are those of a digest.
    """
    digest = hashlib.sha256("\n".join((_NAMESPACE, kind, *of)).encode()).digest()
    return f"{kind}--{UUID(bytes=digest[:16], version=4)}"


EXTENSION = id_of("extension-definition", "figures")
AUTHOR = id_of("identity", "author")

# --- TLP 2.0 ----------------------------------------------------------------------------------------------------------

_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_IDS = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""The ids that OASIS gave to TLP 2.0 (cti-stix-common-objects); those built into STIX 2.1 are of TLP 1."""


def tlp_marking(tlp: Tlp) -> stix2.MarkingDefinition:
    """The marking of a TLP label, to the letter as OASIS published it."""
    label = str(tlp)
    said = {"extension_type": "property-extension", "tlp_2_0": label.removeprefix("TLP:").lower()}
    return stix2.MarkingDefinition(
        id=_TLP_IDS[tlp], created="2022-10-01T00:00:00.000Z", name=label, extensions={_TLP_EXTENSION: said}
    )


# --- figures ----------------------------------------------------------------------------------------------------------

_FIGURE = {
    "pointer": "where the figure stands in the content of the snapshot (RFC 6901)",
    "measure": "reach, spend, events, takedowns, detections, stages, assets, statements, followers or alarms",
    "part": "which figure of the measure; absent for the one that stands for all of it",
    "surface": "platform:kind, for example facebook:page",
    "unit": "what it counts: accounts, assets, ads, events; of money the currency (ISO 4217)",
    "qualifier": "exactly, about, more than, at least, less than, at most, between, none found or absent",
    "low": "the low end as it was stated, a whole number, in minor units of a currency; absent where open",
    "high": "the high end in the same way",
    "as_said": "the words of the source",
    "approximate": "true where an about has gone into a bound or an interval",
    "absent": "how many terms of a sum gave no figure",
    "terms": "how many terms a sum has",
    "said": "the figure as a sentence has it, never without its hedge",
    "definition": "what is counted",
    "mode": "how a reach is known: exact, estimated or bounded",
    "basis": "counted or stated",
}

_SNAPSHOT = {
    "id": "of the snapshot",
    "seq": "the place of the log that it is a picture of",
    "sha256": "of its canonical JSON (RFC 8785)",
    "as_of": "the time by which durations were counted",
    "frozen_at": "when it was frozen",
    "frozen_by": "by whom",
    "tlp": "its label of TLP 2.0",
    "embargo_until": "before when nothing of it may be published",
}


def _schema() -> str:
    """What the extension holds, as a JSON schema in one line."""
    texts = {name: {"description": words} for name, words in _FIGURE.items()}
    figure = {"type": "object", "properties": texts, "required": ["pointer", "measure", "qualifier", "said"]}
    snapshot = {"type": "object", "properties": {name: {"description": words} for name, words in _SNAPSHOT.items()}}
    properties: Json = {
        "extension_type": {"const": "property-extension"},
        FIGURES_PROPERTY: {"type": "array", "items": figure},
        "snapshot": snapshot,
        "exercise": {"type": "boolean", "description": "true where it is an exercise and none of it is real"},
        "surface": {"type": "string", "description": "platform:kind of an account"},
        "url": {"type": "string", "description": "the address of an account as it was reported: do not open it"},
    }
    schema = {"type": "object", "properties": properties}
    return json.dumps(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"}, sort_keys=True)


def foundations(refs: list[str]) -> list[Any]:
    """Who described the extension, and the extension. They are the same in every bundle of one label."""
    author = stix2.Identity(
        id=AUTHOR,
        created=_PUBLISHED,
        modified=_PUBLISHED,
        name="Warroom",
        description="The program that made this bundle out of a snapshot.",
        identity_class="system",
        object_marking_refs=refs,
    )
    extension = stix2.ExtensionDefinition(
        id=EXTENSION,
        created=_PUBLISHED,
        modified=_PUBLISHED,
        created_by_ref=AUTHOR,
        name="Hedged figures of a Warroom snapshot",
        description="Figures with the hedge that their source gave them, and the snapshot that they stand in.",
        schema=_schema(),
        version="1.0.0",
        extension_types=["property-extension"],
        object_marking_refs=refs,
    )
    return [author, extension]


def figure_of(figure: Figure) -> Json:
    """One figure with its hedge; what there is nothing to say of stays out."""
    hedged = figure.hedged
    said: Json = {
        "pointer": figure.pointer,
        "measure": figure.measure,
        "part": figure.part,
        "surface": figure.surface,
        "unit": figure.unit,
        "qualifier": str(hedged.qualifier),
        "as_said": hedged.as_said or "",
        "said": figure.said["prose"],
        "definition": figure.definition,
        "mode": figure.mode,
        "basis": figure.basis,
    }
    said = {name: words for name, words in said.items() if words}
    ends = {"low": hedged.low, "high": hedged.high}
    said |= {name: end for name, end in ends.items() if end is not None}
    if hedged.approximate:
        said["approximate"] = True
    if hedged.absent:
        said |= {"absent": hedged.absent, "terms": hedged.terms}
    return said


def extended(said: Mapping[str, Any]) -> Json:
    """Our extension with something in it, as a member of an object; nothing where there is nothing to say."""
    kept = {name: value for name, value in said.items() if value not in (None, "", [], {}, False)}
    if not kept:
        return {}
    return {"extensions": {EXTENSION: {"extension_type": "property-extension", **kept}}}
