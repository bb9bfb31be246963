"""STIX 2.1: a bundle of the networks of a snapshot for those who exchange such, each figure with its hedge.

A network that was confirmed is an intrusion set, another one a campaign in a grouping of suspicious activity, and a
dismissed one a campaign that is revoked. It originates from the countries that an approved claim names; it is
attributed to somebody only where a rung was approved that says "attributed", and on the rungs between it is related.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stix2

from app import briefing
from app.countries import country_name
from app.exports import Export, Frozen, Options
from app.exports._figures import figures_of
from app.exports._prose import in_prose
from app.exports._stix import extended, figure_of, foundations, id_of, tlp_marking
from app.language import _
from app.nouns import stage_name
from app.safetext import clean
from app.vocabulary import Rung, Stage, Surface

Json = Mapping[str, Any]

NAME_LIMIT = 200

_CONFIRMED = {Stage.CONFIRMED, Stage.REMOVAL_ORDERED, Stage.REMOVED}

_ATTRIBUTED = {Rung.ATTRIBUTED_TO, Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE}
"""What STIX calls attributed-to says no less than these; the rungs below them that name an actor say less."""

_CONFIDENCE = {2: 15, 3: 50, 4: 85}
"""Low, moderate and high on the scale of STIX (appendix A, "None / Low / Med / High"), by boxes."""

_ACCOUNT_TYPES = {"facebook": "facebook", "x": "twitter"}
"""The platforms of ours that the vocabulary of STIX has."""

_REGIONS = {"CQ": "northern-europe", "XK": "southern-europe"}
"""Countries whose code ISO 3166 does not assign."""


class _Bundle:
    """Collects the objects of one snapshot, each with its marking, who made it and when."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self.content = frozen.content
        self.at = frozen.content["frozen"]["at"]
        self.room = id_of("identity", "room", frozen.content["picture"]["epoch"])
        self.objects: list[Any] = []
        self.refs: list[str] = []
        self.figures: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for figure in figures_of(frozen.content):
            self.figures[figure.network, figure.asset].append(figure_of(figure))

    def add(self, make: Any, kind: str, *of: str, created: str = "", **said: Any) -> Any:
        """An object of ours: what is empty in it stays out. ``created`` is no later than the snapshot."""
        kept = {name: value for name, value in said.items() if value not in (None, "", [])}
        made = make(
            id=id_of(kind, self.content["picture"]["epoch"], *of),
            created=min(created or self.at, self.at, key=datetime.fromisoformat),
            modified=self.at,
            created_by_ref=self.room,
            object_marking_refs=self.refs,
            **kept,
        )
        self.objects.append(made)
        return made

    def link(self, source: str, verb: str, target: str, **said: Any) -> None:
        """A relationship between two objects."""
        if target != source:
            self.add(
                stix2.Relationship,
                "relationship",
                self.frozen.id,
                *(source, verb, target),
                relationship_type=verb,
                source_ref=source,
                target_ref=target,
                **said,
            )


def _make(frozen: Frozen, _options: Options) -> bytes:
    bundle = _Bundle(frozen)
    _mark(bundle)
    networks = {network["id"]: _network(bundle, network) for network in frozen.content["networks"]}
    _relate(bundle, networks)
    if frozen.content["names"]:
        _observe(bundle, networks)
    _group(bundle, networks)
    _report(bundle)
    # Not stix2.Bundle, which would check every object once more: each was checked as it was made.
    said = {
        "type": "bundle",
        "id": id_of("bundle", frozen.id, frozen.sha256),
        "objects": [json.loads(each.serialize()) for each in bundle.objects],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _mark(bundle: _Bundle) -> None:
    """The markings that every object bears, and the room that made them."""
    marks = briefing.marks(bundle.content)
    markings = [tlp_marking(bundle.frozen.tlp)]
    for words in (marks.embargo, in_prose(marks.exercise)):
        if words:
            markings.append(
                stix2.MarkingDefinition(
                    id=id_of("marking-definition", bundle.frozen.id, words),
                    created=bundle.at,
                    definition_type="statement",
                    definition={"statement": words},
                    object_marking_refs=[markings[0].id],
                )
            )
    bundle.refs = [marking.id for marking in markings]
    room = stix2.Identity(
        id=bundle.room,
        created=min(bundle.content["watch"]["first_day"], bundle.at, key=datetime.fromisoformat),
        modified=bundle.at,
        name=_("A war room"),
        identity_class="group",
        object_marking_refs=bundle.refs,
    )
    bundle.objects += [*markings, *foundations([markings[0].id]), room]


def _network(bundle: _Bundle, network: Json) -> Any:
    stage = Stage(network["stage"])
    is_confirmed = stage in _CONFIRMED
    labels = [f"stage:{stage}", *(["exercise"] if network["exercise"] else [])]
    names = {clean(name, NAME_LIMIT) for name in (network["code_name"], network["title"]) if name}
    name = clean(network["name"], NAME_LIMIT)
    return bundle.add(
        stix2.IntrusionSet if is_confirmed else stix2.Campaign,
        "intrusion-set" if is_confirmed else "campaign",
        network["id"],
        created=network["first_seen_at"],
        name=name,
        aliases=sorted(names - {name}),
        description=_described(network, bundle.content),
        first_seen=network["first_seen_at"],
        labels=labels,
        revoked=stage is Stage.DISMISSED or None,
        **extended({"figures": bundle.figures[network["id"], ""], "exercise": network["exercise"]}),
    )


def _described(network: Json, content: Json) -> str:
    """Who is behind it as far as was approved, and where it stands."""
    stage = stage_name(Stage(network["stage"]))
    said = [in_prose(briefing.attribution_sentence(network, content)), _("Stage: {stage}.").format(stage=stage)]
    if network["exercise"]:
        said.insert(0, _("Exercise: none of this is real."))
    return " ".join(said)


def _relate(bundle: _Bundle, networks: Mapping[str, Any]) -> None:
    """Where networks come from, whom they aim at, who is behind them and what they have in common."""
    rows = [network for network in bundle.content["networks"] if network["stage"] != Stage.DISMISSED]
    codes = sorted({code for network in rows for code in (*network["attributed_origins"], *network["targets"])})
    places = {code: _place(bundle, code) for code in codes}
    for network in rows:
        own = networks[network["id"]].id
        words = in_prose(briefing.attribution_sentence(network, bundle.content))
        sure = _CONFIDENCE.get(network["confidence"]["boxes"])
        for code in network["attributed_origins"]:
            bundle.link(own, "originates-from", places[code], description=words, confidence=sure)
        for code in network["targets"]:
            bundle.link(own, "targets", places[code])
        _attribute(bundle, network, own, words, sure)
        for overlap in network["overlaps"]:
            other = networks.get(overlap["with"])
            if other is not None and not other.get("revoked"):
                bundle.link(
                    own, "related-to", other.id, description=_("An overlap was seen; it does not make them one.")
                )


def _place(bundle: _Bundle, code: str) -> str:
    where = {"region": _REGIONS[code]} if code in _REGIONS else {"country": code}
    found = bundle.add(
        stix2.Location, "location", code, created=bundle.content["watch"]["first_day"], name=country_name(code), **where
    )
    return str(found.id)


def _attribute(bundle: _Bundle, network: Json, own: str, words: str, sure: int | None) -> None:
    """The actor of an approved claim. Its name is in the sentence that was approved and nowhere else."""
    rung = Rung(network["approved_rung"] or Rung.CANNOT_SAY)
    if rung.strength < Rung.LIKELY_ON_BEHALF_OF.strength:
        return
    name = _("Actor named in the approved attribution of {network}")
    actor = bundle.add(
        stix2.ThreatActor,
        "threat-actor",
        network["id"],
        created=network["first_seen_at"],
        name=name.format(network=clean(network["name"], NAME_LIMIT)),
        description=words,
        threat_actor_types=["unknown"],
    )
    verb = "attributed-to" if rung in _ATTRIBUTED else "related-to"
    bundle.link(own, verb, actor.id, description=words, confidence=sure)


def _observe(bundle: _Bundle, networks: Mapping[str, Any]) -> None:
    """The assets that are named, as accounts that were observed."""
    of: dict[str, list[Json]] = defaultdict(list)
    for row in bundle.content["assets"]["rows"]:
        of[row["network"]].append(row)
    for id, rows in of.items():
        accounts = {account.id: account for account in (_account(bundle, row) for row in rows)}
        bundle.objects += accounts.values()
        seen = [row["first_detected_at"] for row in rows if row["first_detected_at"]] or [bundle.at]
        first, last = min(seen, key=datetime.fromisoformat), max(seen, key=datetime.fromisoformat)
        observed = bundle.add(
            stix2.ObservedData,
            "observed-data",
            bundle.frozen.id,
            id,
            first_observed=first,
            last_observed=last,
            number_observed=1,
            object_refs=list(accounts),
        )
        network = networks.get(id)
        if network is not None and not network.get("revoked"):
            bundle.add(
                stix2.Sighting,
                "sighting",
                bundle.frozen.id,
                id,
                first_seen=first,
                last_seen=last,
                sighting_of_ref=network.id,
                observed_data_refs=[observed.id],
                where_sighted_refs=[bundle.room],
            )


def _account(bundle: _Bundle, row: Json) -> Any:
    surface = Surface.parse(row["surface"])
    said = {"surface": row["surface"], "url": row["url"], "figures": bundle.figures[row["network"], row["id"]]}
    known = {
        "account_type": _ACCOUNT_TYPES.get(surface.platform),
        "user_id": f"{surface}/{row['id']}",
        "account_login": row["handle"],
        "display_name": row["name"],
        "account_created": f"{row['created_on']}T00:00:00Z" if row["created_on"] else None,
        "is_disabled": True if row["status"] == "removed" else None,
    }
    kept = {name: value for name, value in known.items() if value}
    return stix2.UserAccount(object_marking_refs=bundle.refs, **kept, **extended(said))


def _group(bundle: _Bundle, networks: Mapping[str, Any]) -> None:
    """The networks that nobody has confirmed: activity that is suspicious, and no more."""
    unsure = [made.id for made in networks.values() if made.type == "campaign" and not made.get("revoked")]
    if unsure:
        bundle.add(
            stix2.Grouping,
            "grouping",
            bundle.frozen.id,
            name=_("Networks that are not confirmed"),
            description=_("Detected or under review: nothing about them is confirmed."),
            context="suspicious-activity",
            object_refs=unsure,
        )


def _report(bundle: _Bundle) -> None:
    """The snapshot as a report of all that is in the bundle."""
    content, frozen = bundle.content, bundle.frozen
    paragraphs = [briefing.headline(content), *briefing.lead(content)]
    unsure = [_("What we do not know:"), *(f"- {in_prose(words)}" for words in briefing.unknown(content))]
    said = [*map(in_prose, paragraphs), "\n".join(unsure)]
    snapshot = {
        "id": frozen.id,
        "seq": frozen.seq,
        "sha256": frozen.sha256,
        "as_of": content["picture"]["as_of"],
        "frozen_at": bundle.at,
        "frozen_by": clean(content["frozen"]["by"], NAME_LIMIT),
        "tlp": content["tlp"],
    }
    if content["embargo_until"]:
        snapshot["embargo_until"] = content["embargo_until"]
    told = [each.id for each in bundle.objects if each.type not in ("marking-definition", "extension-definition")]
    bundle.add(
        stix2.Report,
        "report",
        frozen.id,
        name=clean(frozen.name, NAME_LIMIT),
        description="\n\n".join(said),
        report_types=["campaign"],
        published=bundle.at,
        object_refs=told,
        lang=content["language"].replace("_", "-"),
        **extended({"snapshot": snapshot, "figures": bundle.figures["", ""], "exercise": content["exercise"]}),
    )


EXPORT = Export(
    name="stix",
    title="STIX",
    suffix="stix.json",
    media_type="application/stix+json",
    place=70,
    make=_make,
)
