"""What we do not know, in sentences: what the figures of a snapshot, or of one network in it, leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.language import _, ngettext
from app.nouns import list_words, surface_name, surface_noun
from app.numerals import grouped
from app.vocabulary import Rung, Surface

Json = Mapping[str, Any]

MOST_NAMED = 5
"""Networks that a sentence names; of more it says how many."""

NAMED_ACTOR = {str(rung) for rung in Rung if rung.strength >= Rung.LIKELY_ON_BEHALF_OF.strength}
"""Rungs on which somebody is said to be behind a network, and not only a country."""


def gaps(content: Json, silent: Sequence[str]) -> list[str]:
    """Those of a whole snapshot, with names as they came; ``silent`` are sources that do not answer."""
    return [*_who(content["networks"]), *_measured(content["measures"]), *_held(silent)]


def gaps_of(network: Json) -> list[str]:
    """Those of one network of a snapshot."""
    return [*_who([network]), *_measured(network["measures"])]


def _measured(measures: Json) -> Iterator[str]:
    yield from _reached(measures)
    yield from _took_place(measures)
    yield from _spent(measures)


def _who(networks: Sequence[Json]) -> Iterator[str]:
    without = [network["name"] for network in networks if network["approved_rung"] not in NAMED_ACTOR]
    if not without:
        return
    if len(networks) == 1:
        yield _("Who is responsible for {network}.").format(network=without[0])
    elif len(without) == len(networks):
        yield _("Who is responsible for any of these networks.")
    elif len(without) <= MOST_NAMED:
        yield _("Who is responsible for {networks}.").format(networks=list_words(without))
    else:
        words = ngettext(
            "Who is responsible for {n} of the networks.", "Who is responsible for {n} of the networks.", len(without)
        )
        yield words.format(n=grouped(len(without)))


def _reached(measures: Json) -> Iterator[str]:
    surfaces = measures["reach"]["surfaces"]
    if surfaces:
        yield _("How many people saw posts without following. Reach counts accounts that follow, and not people.")
    for each in surfaces:
        surface, missing = Surface.parse(each["surface"]), each["assets"] - each["observed"]
        if missing > 0:
            yield _("How many accounts follow {missing} of {assets}.").format(
                missing=grouped(missing), assets=surface_noun(surface, each["assets"])
            )
        if each["conflict"]:
            words = _("Which figure of the reach on {surface} is right: more was counted than was stated.")
            yield words.format(surface=surface_name(surface, many=True))


def _took_place(measures: Json) -> Iterator[str]:
    n = measures["events"]["took_place"]["unknown"]
    if n > 0:
        words = ngettext("Whether {n} hosted event took place.", "Whether {n} hosted events took place.", n)
        yield words.format(n=grouped(n))


def _spent(measures: Json) -> Iterator[str]:
    spend = measures["spend"]
    n = spend["no_figure"]
    if 0 < n < spend["networks"]:
        words = ngettext(
            "What {n} of {all} networks spent on ads: nobody gave a figure.",
            "What {n} of {all} networks spent on ads: nobody gave a figure.",
            n,
        )
        yield words.format(n=grouped(n), all=grouped(spend["networks"]))
    elif n:
        yield _("What was spent on ads: nobody gave a figure.")
    if any(line["mostly"] for line in spend["currencies"]):
        yield _("In which other currencies ads were paid for.")


def _held(silent: Sequence[str]) -> Iterator[str]:
    for name in silent:
        yield _("What {source} has found since it stopped answering.").format(source=name)
