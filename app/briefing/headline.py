"""The headline of a briefing, a sentence with the decision in it, and the paragraph below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.amounts import before_noun
from app.briefing.attribution import attribution_sentence, clause
from app.briefing.figures import assets_kinds, reach_of
from app.briefing.picture import clock_of, day_of, is_today
from app.briefing.sentence import Sentence, fill, joined, listed, named, plain
from app.language import _, ngettext, pgettext
from app.nouns import duration_prose, reach_verb, surface_name
from app.numerals import grouped
from app.vocabulary import HOUR, SECOND, Rung, Stage

Json = Mapping[str, Any]


def headline(content: Json) -> Sentence:
    """What happened, and what waits: "A network of 82 Pages, … was removed today. Five networks stay open, …"."""
    if not content["networks"]:
        return plain(_("No network has been reported."))
    if len(content["networks"]) == 1:
        return joined([*_of_one(content["networks"][0], content)])
    removed = _removed_today(content)
    said = [_removal(removed)] if removed else []
    return joined([*said, _open(content, stay=bool(removed))])


def lead(content: Json) -> list[Sentence]:
    """The paragraphs below the headline: the network that it is about, then what is past its limit."""
    network = subject_of(content)
    about = joined([*_about(network, content)]) if network else Sentence()
    late = joined([*_late(content)]) if len(content["networks"]) > 1 else Sentence()
    return [paragraph for paragraph in (about, late) if paragraph]


def subject_of(content: Json) -> Json | None:
    """The network that the briefing is about: the last one removed that day, or the one longest past its limit.

    Without either the open one that reaches most; None where there is no network.
    """
    found: Sequence[Json] = _removed_today(content) or _overdue(content) or content["networks"]
    return found[0] if found else None


def overdue(content: Json) -> list[Json]:
    """The networks that are past the limit of their stage, the longest first."""
    return _overdue(content)


def _removed_today(content: Json) -> list[Json]:
    found = [
        network
        for network in content["networks"]
        if network["stage"] == Stage.REMOVED and is_today(network["stage_since"], content)
    ]
    return sorted(found, key=lambda network: (network["exercise"], network["held_s"], network["id"]))


def _overdue(content: Json) -> list[Json]:
    found = [network for network in content["networks"] if network["overdue"]]
    return sorted(found, key=lambda network: (network["limit_h"] * 3_600 - network["held_s"], network["id"]))


def _removal(removed: Sequence[Json]) -> Sentence:
    if len(removed) > 1:
        return fill(
            _("{networks} were removed today: {names}."),
            networks=_networks(len(removed)),
            names=listed([named(network["name"]) for network in removed]),
        ).begun
    return fill(_("{network} was removed today."), network=_a_network(removed[0])).begun


def _a_network(network: Json) -> Sentence:
    """A network without its name: "a network of 82 Pages, groups and accounts that originated in Iran"."""
    kinds, whence = assets_kinds(network), clause(network)
    words = _("a network of {assets} {that_originated}") if kinds and whence else _("a network of {assets}")
    if not kinds:
        words = _("a network {that_originated}") if whence else _("a network")
    said = fill(words, assets=kinds, that_originated=whence)
    return plain(said, " ", _("(exercise)")) if network["exercise"] else said


def _networks(n: int) -> str:
    """So many networks in words: "five networks"."""
    numbers = {
        1: pgettext("so many networks", "one"),
        2: pgettext("so many networks", "two"),
        3: pgettext("so many networks", "three"),
        4: pgettext("so many networks", "four"),
        5: pgettext("so many networks", "five"),
        6: pgettext("so many networks", "six"),
        7: pgettext("so many networks", "seven"),
        8: pgettext("so many networks", "eight"),
        9: pgettext("so many networks", "nine"),
    }
    return ngettext("{n} network", "{n} networks", n).format(n=numbers.get(n) or grouped(n))


def _open(content: Json, *, stay: bool) -> Sentence:
    n = content["counted"]["open"]
    if not n:
        return plain(_("No network is open."))
    if stay:
        words = ngettext("{networks} stays open, {late}.", "{networks} stay open, {late}.", n)
    else:
        words = ngettext("{networks} is open, {late}.", "{networks} are open, {late}.", n)
    return fill(words, networks=_networks(n), late=_late_words(len(_overdue(content)))).begun


def _late_words(n: int) -> str:
    if not n:
        return _("none past its limit")
    numbers = {1: pgettext("so many networks", "one"), 2: pgettext("so many networks", "two")}
    words = ngettext("{n} past its limit", "{n} past their limits", n)
    return words.format(n=numbers.get(n) or grouped(n))


def _of_one(network: Json, content: Json) -> Iterator[Sentence]:
    """The headline of a snapshot of one network."""
    the, stage = _a_network(network), Stage(network["stage"])
    if stage is Stage.REMOVED:
        if is_today(network["stage_since"], content):
            yield fill(_("{network} was removed today."), network=the).begun
        else:
            day = day_of(network["stage_since"], content)
            yield fill(_("{network} was removed on {day}."), network=the, day=day).begun
    elif stage is Stage.DISMISSED:
        yield fill(_("{network} was dismissed."), network=the).begun
    else:
        yield fill(_("{network} {is_where_it_is}."), network=the, is_where_it_is=stage_clause(network)).begun
        if network["overdue"]:
            yield plain(_("It is past its limit."))


def stage_clause(network: Json) -> str:
    """Where an open network stands, for how long: "has been confirmed for 51 hours without a removal order"."""
    held = duration_prose(network["held_s"] * SECOND)
    return {
        Stage.DETECTED: _("was detected {duration} ago and waits for review"),
        Stage.UNDER_REVIEW: _("has been under review for {duration}"),
        Stage.CONFIRMED: _("has been confirmed for {duration} without a removal order"),
        Stage.REMOVAL_ORDERED: _("has had a removal order for {duration} and stays up"),
        Stage.REMOVED: _("was removed {duration} ago"),
        Stage.DISMISSED: _("was dismissed {duration} ago"),
    }[Stage(network["stage"])].format(duration=held)


def _about(network: Json, content: Json) -> Iterator[Sentence]:
    """What is known of a network: as whom it posed, whom it reached, when it was removed."""
    name = named(network["name"])
    if network["personas"]:
        personas = listed([named(persona) for persona in network["personas"]])
        yield fill(_("{network} posed as {personas}."), network=name, personas=personas)
    said = reach_of(network)
    if said is not None:
        surface, reach = said
        pages = surface_name(surface, many=True)
        yield fill(
            _("{accounts} {followed} at least one of the {pages} of {network}.")
            if not network["personas"]
            else _("{accounts} {followed} at least one of its {pages}."),
            accounts=before_noun(reach["figure"]["prose"], _("accounts")),
            followed=reach_verb(surface, past=True),
            pages=pages,
            network=name,
        ).begun
    approved = network["approved_rung"]
    if approved and Rung(approved) is not Rung.CANNOT_SAY and (not clause(network) or not _tells(network, content)):
        yield attribution_sentence(network, content)
    yield from _closed(network, name, content)


def _tells(network: Json, content: Json) -> bool:
    """Whether the headline says where the network is from."""
    return len(content["networks"]) == 1 or [each["id"] for each in _removed_today(content)] == [network["id"]]


def _closed(network: Json, name: Any, content: Json) -> Iterator[Sentence]:
    if network["stage"] != Stage.REMOVED:
        return
    since = network["stage_since"]
    today = is_today(since, content)
    time = clock_of(since, content) if today else day_of(since, content)
    took = network["durations"]["to_removed_s"]
    if not took:
        # It was first seen as removed: how long that took is not known.
        words = _("{network} was removed at {time}.") if today else _("{network} was removed on {time}.")
        yield fill(words, network=name, time=time)
        return
    if today:
        words = _("{network} was removed at {time}, {duration} after detection.")
    else:
        words = _("{network} was removed on {time}, {duration} after detection.")
    yield fill(words, network=name, time=time, duration=duration_prose(took * SECOND))


def _late(content: Json) -> Iterator[Sentence]:
    late = _overdue(content)
    for network in late[:2]:
        limit = duration_prose(network["limit_h"] * HOUR)
        words = _("{network} {is_where_it_is}; the limit is {limit}.")
        yield fill(words, network=named(network["name"]), is_where_it_is=stage_clause(network), limit=limit)
    if n := len(late) - 2 if len(late) > 2 else 0:
        words = ngettext("{n} more is past its limit.", "{n} more are past their limits.", n)
        yield plain(words.format(n=grouped(n)))
