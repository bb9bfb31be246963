"""What changed since the last briefing, and why; where there was none, what happened in the 24 hours before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.briefing.picture import as_of, at, days_apart
from app.briefing.sentence import Run, Sentence, fill, found_again, named, plain
from app.language import _, ngettext
from app.nouns import clock_time, day, duration, local, stage_name
from app.numerals import grouped
from app.vocabulary import HOUR, Stage

Json = Mapping[str, Any]

MOST_SINCE = 12


@dataclass(frozen=True, slots=True)
class Since:
    """What happened or changed: each with its time, which is empty for a change between two briefings.

    ``none`` stands where there is nothing to say and is empty otherwise; ``left`` is how many sentences were left out.
    """

    title: str
    entries: tuple[tuple[str, Sentence], ...]
    none: str
    left: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table: of which network, or of all of them; what was said before and is said now, and why.

    ``figures`` are both as JSON, None where it is no figure or was not known. ``direction`` is "more", "fewer" or "may
    be the same". A reason is what was done, and the places of its records: "seq 1,204".
    """

    network: Run | None
    what: str
    before: Sentence
    after: Sentence
    figures: tuple[Json | None, Json | None]
    direction: str
    reasons: tuple[tuple[Sentence, str], ...]


def since(content: Json, most: int = MOST_SINCE) -> Since:
    """What changed since the briefing before, at most so many sentences; or the last 24 hours, the latest first."""
    said = content.get("since")
    if said is None:
        found = sorted(_together(content["changes"]), key=lambda change: -at(change["at"]))
        entries = tuple((_time(change["at"], content), _happened(change)) for change in found[:most])
        none = "" if entries else _("Nothing happened in these 24 hours.")
        return Since(_("In the 24 hours before"), entries, none)
    sentences = [Sentence.of_kept(each) for each in said["sentences"]]
    left = max(0, len(sentences) - most) + said["left_out"]["sentences"]
    if said["figures"] or said["networks"]:
        none = "" if sentences else _("Only figures of single networks have changed.")
    else:
        none = _("No figure has changed since {time}.").format(time=_moment(said["as_of"], content))
    return Since(
        since_title(content),
        tuple(("", sentence) for sentence in sentences[:most]),
        none,
        left,
    )


def since_title(content: Json) -> str:
    """Which briefing a snapshot is compared with: "Since the last briefing, Thu 25 Oct 18:00 (seq 123)"."""
    said = content["since"]
    words = (
        _("Since the briefing of {time} (seq {seq})")
        if said["chosen"]
        else _("Since the last briefing, {time} (seq {seq})")
    )
    return words.format(time=_moment(said["as_of"], content), seq=grouped(said["seq"]))


def changes(content: Json) -> list[Change]:
    """All that changed since the briefing before: figures of all networks together, then network by network."""
    said = content.get("since")
    if said is None:
        return []
    found = [_figure(None, line) for line in said["figures"]]
    for network in said["networks"]:
        name = named(network["name"])
        if network["came"]:
            found.append(_came(name, network))
        found += [_fact(name, fact) for fact in network["facts"]]
        found += [_figure(name, line) for line in network["figures"]]
    return found


def _figure(network: Run | None, line: Json) -> Change:
    before, after = (
        plain(_("not known") if said is None else said["prose"]) for said in (line["before"], line["after"])
    )
    figures = line["before"], line["after"]
    way = way_words(line["direction"]) if line["direction"] else ""
    return Change(network, line["what"], before, after, figures, way, _reasons(line))


def way_words(direction: str) -> str:
    """Whether a figure surely is more or less than it was: "up", "down" or "open" in words."""
    return {"up": _("more"), "down": _("fewer"), "open": _("may be the same")}[direction]


def _came(network: Run, said: Json) -> Change:
    other = named(said["other"]["name"] if said["other"] else "")
    words = {
        "new": _("is new"),
        "entered": _("is in it now"),
        "gone": _("is no longer in it"),
        "merged": _("was merged into {other}"),
        "apart": _("is apart from {other} again"),
        "split": _("was split from {other}"),
    }[said["came"]]
    return Change(network, _("Network"), Sentence(), fill(words, other=other), (None, None), "", _reasons(said))


def _fact(network: Run, fact: Json) -> Change:
    if fact["fact"] == "stage":
        what = _("Stage")
        before, after = (plain(stage_name(Stage(fact[side]))) for side in ("before", "after"))
    else:
        what = _("Who is behind it")
        no_more = _("What was approved before no longer stands.")
        before = plain(no_more) if fact["before"] is None else found_again(fact["before"], {network.text})
        after = found_again(fact["after"], {network.text})
    return Change(network, what, before, after, (None, None), "", _reasons(fact))


def _reasons(said: Json) -> tuple[tuple[Sentence, str], ...]:
    return tuple((Sentence.of_kept(each["words"]), _places(each)) for each in said["reasons"])


def _places(reason: Json) -> str:
    """Where the records of a reason are in the log: "seq 1,204", "seq 1,204 to 1,230, 9 records"."""
    first, last = grouped(reason["first"]), grouped(reason["last"])
    if reason["first"] == reason["last"]:
        return _("seq {seq}").format(seq=first)
    words = ngettext("seq {first} to {last}, {n} record", "seq {first} to {last}, {n} records", reason["records"])
    return words.format(first=first, last=last, n=grouped(reason["records"]))


def _moment(text: str, content: Json) -> str:
    """A time as a heading has it: "Thu 25 Oct 18:00", with the year where it is another one."""
    zone, then = content["zone"], at(text)
    year = local(then, zone).year != local(as_of(content), zone).year
    return f"{day(then, zone, weekday=True, year=year)} {clock_time(then, zone)}"


def _together(changes: list[Json]) -> Iterator[Json]:
    """What happened, with finds and removals of a network counted together."""
    counts: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        if change["kind"] not in ("found", "removed"):
            yield change
            continue
        held = counts.setdefault((change["network"], change["kind"]), {**change, "n": 0})
        held["n"] += change["n"]
    yield from counts.values()


def _time(text: str, content: Json) -> str:
    zone, then, now = content["zone"], at(text), as_of(content)
    clock = clock_time(then, zone)
    return clock if not days_apart(then, now, zone) else f"{day(then, zone, weekday=True)} {clock}"


def _happened(change: Json) -> Sentence:
    name, kind = named(change["name"]), change["kind"]
    n = grouped(change["n"])
    if kind == "stage":
        return fill(_("{network}: {stage}."), network=name, stage=stage_name(Stage(change["stage"])).lower())
    if kind == "limit":
        limit, stage = duration(change["n"] * HOUR), stage_name(Stage(change["stage"])).lower()
        return fill(_("{network}: passed {duration} in {stage}."), network=name, duration=limit, stage=stage)
    if kind == "found":
        words = ngettext("{network}: {n} asset found.", "{network}: {n} assets found.", change["n"])
        return fill(words, network=name, n=n)
    if kind == "removed":
        words = ngettext("{network}: {n} asset removed.", "{network}: {n} assets removed.", change["n"])
        return fill(words, network=name, n=n)
    if kind == "claim":
        approved = _("{network}: attribution approved."), _("{network}: attribution assessed, not approved.")
        return fill(approved[0] if change["approved"] else approved[1], network=name)
    other = named(change["other"])
    if kind == "overlap":
        return fill(_("{network}: overlap with {other} seen."), network=name, other=other)
    return fill(_("{network}: figures stated by {other}."), network=name, other=other)
