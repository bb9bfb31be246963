"""Since the last briefing: which earlier snapshot a new one is compared with, and what it then says of the difference.

It stands in the content, because every file is made of the content alone. Whoever reads the new snapshot reads what the
earlier one said, so that one is no stricter: neither its label, nor an embargo that ends later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from app import tables as t
from app.briefing import Run, Sentence, fill, listed, named
from app.errors import BadRequest, Conflict
from app.exports import Frozen
from app.language import _, ngettext
from app.records import instant_of
from app.snapshots._deed_words import Teller
from app.snapshots._lines import in_words
from app.snapshots.comparing import Comparison, Line, NetworkChange, compare
from app.snapshots.deeds import Deed, deeds_between
from app.snapshots.facts import Fact
from app.snapshots.keeping import body_of, subject_key
from app.snapshots.telling import cautions, label, line_sentence, network_sentences, worth_telling
from app.vocabulary import Tlp

Json = dict[str, Any]

NONE = "none"
"""What is asked for instead of an id by whoever wants no comparison."""

MOST_SENTENCES = 60
MOST_NETWORKS = 200
"""What is kept of a difference, about 400 kB: of more it says how many were left out."""

MOST_TRIED = 3
"""Earlier snapshots that are looked at, where the latest are no longer as they were frozen."""

MOST_REASONS = 3
"""Reasons in a sentence of a briefing: the table has all of them."""

SUMS = ("takedowns", "assets")
"""Measures of which a whole is told, and not its parts as well."""

LISTED = ("new", "entered", "gone")
"""How networks come and go of which one sentence tells all."""

_s = t.snapshots.c


@dataclass(frozen=True, slots=True)
class Choice:
    """With which snapshot a new one is compared: the id of one that somebody ``chose``, or ``NONE``.

    Where nobody chose, it is the last of its ``series``, where that will do, else the latest of the same subject.
    """

    chosen: str = ""
    series: str = ""


AUTOMATIC = Choice()


def since_of(connection: Connection, content: Json, choice: Choice) -> Json | None:
    """What changed since an earlier snapshot of the same subject, for a content that is about to be frozen.

    None where there is none. Raises BadRequest naming ``since``, and Conflict where the chosen one was tampered with.
    """
    if choice.chosen == NONE:
        return None
    before = _chosen(connection, content, choice.chosen) if choice.chosen else _last(connection, content, choice.series)
    if before is None:
        return None
    deeds = None
    if before.content["picture"]["epoch"] == content["picture"]["epoch"]:
        deeds = deeds_between(connection, before.seq, content["picture"]["seq"])
    return difference(before, content, deeds) | {"chosen": bool(choice.chosen)}


def difference(before: Frozen, content: Json, deeds: Sequence[Deed] | None) -> Json:
    """The difference of a content from an earlier snapshot, as JSON, in the language that is spoken here."""
    comparison = compare(before.content, content, deeds)
    teller = Teller(comparison)
    sentences, networks = briefed(comparison), comparison.networks
    return {
        "snapshot": before.id,
        "name": before.name,
        "seq": before.seq,
        "epoch": comparison.before.epoch,
        "as_of": comparison.before.as_of,
        "sha256": before.sha256,
        "same_epoch": comparison.same_epoch,
        "sentences": [sentence.kept for sentence in sentences[:MOST_SENTENCES]],
        "figures": [_line(line, teller) for line in comparison.changed if not line.what.by_the_clock],
        "networks": [_network(change, teller) for change in networks[:MOST_NETWORKS]],
        "left_out": {
            "sentences": max(0, len(sentences) - MOST_SENTENCES),
            "networks": max(0, len(networks) - MOST_NETWORKS),
        },
    }


def briefed(comparison: Comparison) -> list[Sentence]:
    """What a briefing says of it: which networks came and went, what was decided, then the figures, the surest first.

    How many networks are in a stage is left out, which the sentences about the networks say. None where nothing
    changed.
    """
    teller = Teller(comparison)
    changes = comparison.networks
    new, entered = ([named(each.name) for each in changes if each.came == how] for how in ("new", "entered"))
    said = [*cautions(comparison)]
    if new:
        said.append(fill(ngettext("{networks} is new.", "{networks} are new.", len(new)), networks=listed(new)))
    if entered:
        words = ngettext("{networks} is in it now.", "{networks} are in it now.", len(entered))
        said.append(fill(words, networks=listed(entered)))
    said += _gone(changes, teller)
    for change in changes:
        if change.came not in LISTED:
            said += network_sentences(change, teller)
    lines = [line for line in worth_telling(comparison.changed) if line.what.measure != "stages"]
    whole = {line.what.measure for line in lines if not line.what.part}
    lines = [
        line for line in lines if not (line.what.part and line.what.measure in SUMS and line.what.measure in whole)
    ]
    lines.sort(key=lambda line: (line.direction == "open", line.what.measure not in SUMS))
    return [*said, *(line_sentence(line, teller, MOST_REASONS) for line in lines)]


def _gone(changes: Sequence[NetworkChange], teller: Teller) -> Iterator[Sentence]:
    """Which networks are gone, and why: whoever had the earlier briefing has to know what was taken back."""
    found: dict[Sentence, list[Run]] = {}
    for change in changes:
        if change.came == "gone":
            found.setdefault(teller.because(change.reasons, MOST_REASONS), []).append(named(change.name))
    for because, networks in found.items():
        if because:
            words = ngettext(
                "{networks} is no longer in it, because {reasons}.",
                "{networks} are no longer in it, because {reasons}.",
                len(networks),
            )
        else:
            words = ngettext("{networks} is no longer in it.", "{networks} are no longer in it.", len(networks))
        yield fill(words, networks=listed(networks), reasons=because)


def _last(connection: Connection, content: Json, series: str) -> Frozen | None:
    picture = content["picture"]
    same = _s.epoch == picture["epoch"]
    # Places in logs of different epochs are of no order: there the time of freezing has to do.
    other = and_(_s.epoch != picture["epoch"], _s.made_at <= instant_of(picture["as_of"]))
    wanted = _readable(content), _s.subject == subject_key(content)
    tries = [
        select(_s.id).where(*wanted, _s.id == series, or_(and_(same, _s.seq < picture["seq"]), other)),
        select(_s.id).where(*wanted, same, _s.seq < picture["seq"]).order_by(_s.seq.desc(), _s.no.desc()),
        select(_s.id).where(*wanted, other).order_by(_s.no.desc()),
    ]
    for query in tries if series else tries[1:]:
        for found in connection.execute(query.limit(MOST_TRIED)).scalars().all():
            # Nobody shall be kept from freezing by what was done to another snapshot.
            with suppress(Conflict):
                return body_of(connection, found)
    return None


def _chosen(connection: Connection, content: Json, id: str) -> Frozen:
    found = connection.execute(select(_s.id).where(_readable(content), _s.id == id)).scalar()
    if found is None:
        # One answer for both: that there is a stricter one is not for everybody to know.
        raise BadRequest("since", _("there is no such snapshot, or its label or embargo is stricter than this one's"))
    before = body_of(connection, found)
    said, picture = before.content["picture"], content["picture"]
    if subject_key(before.content) != subject_key(content):
        raise BadRequest("since", _("is a snapshot of something else: choose one of the same scope or scene"))
    if said["epoch"] == picture["epoch"] and said["seq"] > picture["seq"]:
        raise BadRequest("since", _("is of a later picture than this one"))
    return before


def _readable(content: Json) -> ColumnElement[bool]:
    """That whoever reads the new snapshot may know what an earlier one says."""
    tlp, until = Tlp(content["tlp"]), content["embargo_until"]
    labels = [str(label) for label in Tlp if label.openness >= tlp.openness]
    free = instant_of(until or content["frozen"]["at"])
    return and_(_s.tlp.in_(labels), or_(_s.embargo_until.is_(None), _s.embargo_until <= free))


def _network(change: NetworkChange, teller: Teller) -> Json:
    # What a network had that is gone or was merged is told by the one that it is in now, or by the scope.
    lines = change.lines if change.came in ("", "new", "entered", "apart", "split") else ()
    return {
        "id": change.id,
        "name": change.name,
        "came": change.came or None,
        "other": {"id": change.other, "name": teller.name(change.other).text} if change.other else None,
        "reasons": _reasons(change.reasons, teller),
        "facts": [_fact(fact, teller) for fact in change.facts],
        "figures": [_line(line, teller) for line in lines if not line.what.by_the_clock],
    }


def _fact(fact: Fact, teller: Teller) -> Json:
    return {
        "fact": fact.name,
        # What stands no longer is not said again, however it is marked.
        "before": None if fact.how == "gone" else fact.before,
        "after": fact.after,
        "reasons": _reasons(fact.reasons, teller),
    }


def _line(line: Line, teller: Teller) -> Json:
    return {
        "what": label(line.what),
        "measure": line.what.measure,
        "part": line.what.part,
        "before": None if line.before is None else in_words(line.before),
        "after": None if line.after is None else in_words(line.after),
        "direction": line.direction if line.is_known else None,
        "reasons": _reasons(line.reasons, teller),
    }


def _reasons(deeds: Sequence[Deed], teller: Teller) -> list[Json]:
    """What was done, in words, and the places of the records that did it."""
    found: Mapping[Sentence, Sequence[Deed]] = teller.reasons(deeds)
    return [
        {
            "words": words.kept,
            "records": sum(deed.records for deed in told),
            "first": min(deed.first for deed in told),
            "last": max(deed.last for deed in told),
        }
        for words, told in found.items()
    ]
