"""One published takedown on its way into records, and the total of an announcement on its way into notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.ingest._disclosed import Json, Unreadable, country, figure, is_wider, spend, whole
from app.vocabulary import TYPE_PREFIX, RecordType, Stage

SCHEMA = "cib-takedown-record/1"
SOURCE = f"//disclosures.example/{SCHEMA}"

BY = "publisher"
"""Who made the statements. A restatement replaces what the same one said before."""

KINDS = {
    "fb_pages": "facebook:page",
    "fb_accounts": "facebook:account",
    "fb_groups": "facebook:group",
    "ig_accounts": "instagram:account",
    "fb_events_removed": "facebook:event",
    "unsplit_assets": "unsplit:asset",
}
"""Fields that count assets, and their surfaces. Assets that were not split by kind are a surface of their own."""

REACHES = {"page_followers": "facebook:page", "group_members": "facebook:group", "ig_followers": "instagram:account"}

FLAGGED = ("spam_only", "spam_and_cib")
"""Scopes that are kept as a topic: the takedown was not, or not only, for coordinated inauthentic behaviour."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in the file that did not become a record, or not in its own place: where it stands, and why."""

    record: str
    field: str
    reason: str


@dataclass(slots=True)
class Disclosures:
    """What a file says: CloudEvents (as dicts) in the order of the file, and what was left out."""

    events: list[Json] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def event_of(takedown: Json, part: str, type: RecordType, subject: str, data: Json) -> Json:
    """One CloudEvents record of a takedown; what was not said is left out of its data."""
    return {
        "specversion": "1.0",
        "id": f"{takedown['id']}/{part}",
        "source": SOURCE,
        "type": TYPE_PREFIX + type,
        "subject": subject,
        "time": f"{takedown['date']}T00:00:00Z",
        "data": {name: value for name, value in data.items() if value not in (None, [], {}, "")},
    }


def tell_batch_total(takedown: Json, takedowns: list[Json], homes: dict[str, str], found: Disclosures) -> None:
    """The total of an announcement as a note on each of its parts."""
    id, batch = takedown["id"], takedown.get("batch")
    parts = [t for t in takedowns if batch and t.get("batch") == batch and t.get("scope") != "batch_total"]
    said = [f"{name} {takedown[name]:,}" for name in ("total", *KINDS) if isinstance(takedown.get(name), int)]
    for name in (*REACHES, "ad_spend", "events_hosted"):
        if isinstance(value := takedown.get(name), dict):
            unit = value.get("reporting_currency") or value.get("definition") or ""
            said.append(
                " ".join(str(word) for word in (name, value.get("qualifier"), value.get("value"), unit) if word)
            )
    figures, notes = "; ".join(said), takedown.get("notes") or ""
    text = f"Total of the announcement, not counted here because its parts are: {figures}. {notes}"
    for home in sorted({homes[part["id"]] for part in parts}):
        found.events.append(
            event_of(takedown, f"total/{home}", RecordType.NOTE_WRITTEN, home, {"text": text.strip()[:4000], "by": BY})
        )
    reason = f"the total of an announcement is kept as a note on its {len(parts)} parts: added to them it counts twice"
    if not parts:
        reason = "the total of an announcement whose parts are not in this file: it is no network"
    found.left_out.append(LeftOut(id, "record", reason))


class Takedown:
    """One published takedown on its way into records."""

    def __init__(self, takedown: Json, homes: dict[str, str], found: Disclosures) -> None:
        self._said = takedown
        self._homes = homes
        self._home = homes[takedown["id"]]
        self._found = found
        self._topics = _texts(takedown.get("topics"))
        if takedown.get("scope") in FLAGGED:
            self._topics.append(takedown["scope"])

    def tell(self) -> None:
        """Append its records, and what was left out of them."""
        origins, targets = self._countries("origin_countries"), self._countries("target_countries")
        network = {
            "title": self._said["id"],
            "origins": origins,
            "targets": targets,
            "topics": list(dict.fromkeys(self._topics)),
        }
        self._add("reported", RecordType.NETWORK_REPORTED, network)
        # A restatement corrects figures: the network was removed when it was first said to be.
        if self._home == self._said["id"]:
            stage = {"stage": Stage.REMOVED.value, "by": BY, "why": "published as removed"}
            self._add("removed", RecordType.STAGE_CHANGED, stage)
        self._add("stated", RecordType.STATEMENT_MADE, self._statement())
        self._links()
        if isinstance(notes := self._said.get("notes"), str) and notes:
            self._add("notes", RecordType.NOTE_WRITTEN, {"text": notes[:4000], "by": "compiler"})
        if names := _texts(self._said.get("named_assets")):
            self._leave("named_assets", f"{len(names)} names are given without their kind: an asset needs one")

    def _add(self, part: str, type: RecordType, data: Json) -> None:
        self._found.events.append(event_of(self._said, part, type, self._home, data))

    def _leave(self, field: str, reason: str) -> None:
        self._found.left_out.append(LeftOut(self._said["id"], field, reason))

    def _countries(self, field: str) -> list[str]:
        """The codes of countries. What is no country becomes a topic, in its own words."""
        codes: list[str] = []
        for place in _texts(self._said.get(field)):
            code = country(place)
            if code is None:
                self._topics.append(place)
                self._leave(field, f"{place[:80]!r} is no country: it is kept as a topic")
            elif code not in codes:
                codes.append(code)
        return codes

    def _statement(self) -> Json:
        said = self._said
        urls = _texts(said.get("source_urls"))
        return {
            "by": BY,
            "assets": self._assets(),
            "reach": dict(self._reaches()),
            **dict(self._spend_and_events()),
            "attribution": str(said.get("attribution") or "")[:4000],
            "source_url": urls[0] if urls else None,
            # Not in the record format, kept in the log for whoever asks what exactly was said.
            "definitions": self._definitions(),
            "ads_date_range": said.get("ads_date_range"),
            "other_source_urls": urls[1:],
            "confidence": said.get("confidence"),
        }

    def _assets(self) -> Json:
        assets: Json = {}
        for name, surface in KINDS.items():
            if self._said.get(name) is not None:
                try:
                    assets[surface] = whole(self._said[name])
                except Unreadable as why:
                    self._leave(name, str(why))
        total = self._said.get("total")
        if not isinstance(total, int) or isinstance(total, bool):
            return assets
        if not assets:
            return {KINDS["unsplit_assets"]: total}
        if total != sum(assets.values()):
            self._leave("total", f"the published total {total:,} is not the sum of its kinds, {sum(assets.values()):,}")
        return assets

    def _reaches(self) -> Iterator[tuple[str, Json | int]]:
        for name, surface in REACHES.items():
            said = self._said.get(name)
            if said is None:
                continue
            if isinstance(said, dict) and is_wider(said):
                words = f"{said.get('qualifier') or ''} {said.get('value')}: {said['definition']}".strip()
                self._add(name, RecordType.NOTE_WRITTEN, {"text": f"{name}: {words}"[:4000], "by": BY})
                self._leave(name, f"{words!r} is no reach of {surface} alone: it is kept as a note")
                continue
            try:
                yield surface, figure(said)
            except Unreadable as why:
                self._leave(name, str(why))
                continue
            for part in sorted(set(said) - {"value", "qualifier", "definition"}):
                self._leave(f"{name}.{part}", "the record format has no place for a part of a reach")

    def _spend_and_events(self) -> Iterator[tuple[str, Json | int]]:
        money, hosted = self._object("ad_spend"), self._object("events_hosted")
        ads = {"value": money.get("ad_count"), "qualifier": money.get("ad_count_qualifier")}
        readings: tuple[tuple[str, str, object, Callable[[object], Json | int]], ...] = (
            ("spend", "ad_spend", money, spend),
            ("ads", "ad_spend.ad_count", ads if ads["value"] is not None else None, figure),
            ("events", "events_hosted", hosted, figure),
            ("interested", "events_hosted.interested", hosted.get("interested"), figure),
        )
        for name, where, said, read in readings:
            if said is None or said == {}:
                continue
            try:
                yield name, read(said)
            except Unreadable as why:
                self._leave(where, str(why))
        if hosted.get("interested_max_single") is not None:
            self._leave("events_hosted.interested_max_single", "interest in a single event says nothing about all")

    def _object(self, field: str) -> Json:
        said = self._said.get(field)
        if not isinstance(said, dict | None):
            self._leave(field, f"{str(said)[:80]!r} is no object")
        return said if isinstance(said, dict) else {}

    def _definitions(self) -> Json:
        """What the source said that a figure counts, by the name of the figure."""
        said: dict[str, Any] = {surface: self._said.get(name) for name, surface in REACHES.items()}
        if isinstance(hosted := self._said.get("events_hosted"), dict):
            said["interested"] = hosted.get("interested")
        words = {
            name: figure["definition"]
            for name, figure in said.items()
            if isinstance(figure, dict) and figure.get("definition") and not is_wider(figure)
        }
        money = self._said.get("ad_spend")
        if isinstance(money, dict) and (notes := [money[name] for name in ("note", "paid_in_note") if money.get(name)]):
            words["spend"] = "; ".join(map(str, notes))
        return words

    def _links(self) -> None:
        for place, item in enumerate(_items(self._said.get("links_to_earlier"))):
            link = item if isinstance(item, dict) else {"to": item}
            to, kind = str(link.get("to")), str(link.get("kind") or "")[:4000]
            other = self._homes.get(to)
            if other is None:
                self._leave("links_to_earlier", f"{to[:80]!r} is no record of this file")
            elif other != self._home:
                self._add(f"overlap/{place + 1}", RecordType.NETWORK_OVERLAPPED, {"with": other, "basis": kind})


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(item)[:4000] for item in _items(value)]
