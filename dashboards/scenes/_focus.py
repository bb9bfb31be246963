"""One network by name: whom it aims at, where it stands and for how long, and who may be said to be behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.profiles import attribution_of
from app.safetext import clean
from app.vocabulary import HOUR, Rung, Stage
from app.wording import duration, rung_name, stage_name
from dashboards.scenes._said import targets_words
from dashboards.scenes._sight import Sight, called
from dashboards.scenes._stages import is_overdue

TARGETS = 6
"""Countries that are named; of more, one fewer and a number."""

CLAIM_LIMIT = 70
"""Characters of a claim in the words of who made it."""

PIPELINE = [stage for stage in Stage if stage is not Stage.DISMISSED]

Draw = Callable[[Sight, Network], Any]


def of_known(draw: Draw) -> Callable[[Sight], Any]:
    """A panel about the network that the sight is of; None where no such network is known."""

    def panel(sight: Sight) -> Any:
        network = sight.board.find(sight.subject)
        return None if network is None else draw(sight, network)

    return panel


# --- where it stands --------------------------------------------------------------------------------------------------


def head(sight: Sight, network: Network) -> dict[str, Any]:
    """Its name, its targets, and its stage with the time in it beside the limit."""
    late = is_overdue(sight, network)
    held = duration(sight.now - network.stage_since)
    return {
        "name": network.name,
        "facts": _facts(sight, network),
        "stage": stage_name(network.stage),
        "held": held if network.is_open else _("{duration} ago").format(duration=held),
        "sub": _limit(sight, network, late=late) if network.is_open else _after(network),
        "pips": _pips(network, late=late),
        "overdue": late,
        "fresh": sight.is_fresh(network.stage_since),
    }


def _facts(sight: Sight, network: Network) -> str:
    said = [_targets(network), _("first seen {time}").format(time=sight.time(network.first_seen_at))]
    merged = len(network.members) - (network.id in network.members)
    if merged:
        words = ngettext("with {n} network merged into it", "with {n} networks merged into it", merged)
        said.append(words.format(n=grouped(merged)))
    return "; ".join(said)


def _targets(network: Network) -> str:
    countries = targets_words(network, TARGETS)
    return _("Targets {countries}").format(countries=countries) if countries else _("No target is known")


def _limit(sight: Sight, network: Network, *, late: bool) -> str:
    limit_h = sight.watch.limits_h.get(network.stage)
    if limit_h is None:
        return _("no limit in this stage")
    ends = sight.time(network.stage_since + limit_h * HOUR)
    words = _("overdue, limit {duration} ended {time}") if late else _("limit {duration} ends {time}")
    return words.format(duration=duration(limit_h * HOUR), time=ends)


def _after(network: Network) -> str:
    took = duration(max(0, network.stage_since - network.first_seen_at))
    return _("{duration} after it was first seen").format(duration=took)


def _pips(network: Network, *, late: bool) -> list[str]:
    """The stages up to its own are filled; none of a dismissed network is."""
    if network.stage is Stage.DISMISSED:
        return [""] * len(PIPELINE)
    at = PIPELINE.index(network.stage)
    filled = "open" if network.is_open else "closed"
    pips = [filled if place <= at else "" for place in range(len(PIPELINE))]
    if late:
        pips[at] = "bang"
    return pips


# --- who is behind it -------------------------------------------------------------------------------------------------


def claims(_sight: Sight, network: Network) -> dict[str, Any]:
    """The sentence that was approved, its rung among all, and how many claims there are."""
    approved = network.approved
    return {
        "words": _words(network),
        "rung": rung_name(approved) if approved else _("Nothing approved"),
        "steps": [approved is not None and step.strength <= approved.strength for step in Rung],
        "count": _count(network),
    }


def _words(network: Network) -> str:
    """The approved sentence. A long name or claim is cut itself, so that what limits the claim is never cut off."""
    words = attribution_of(replace(network, code_name=called(network)))
    for claim in network.claims:
        if claim.approves and claim.claim and words.startswith(f"{claim.claim}: "):
            return f"{clean(claim.claim, CLAIM_LIMIT)}{words.removeprefix(claim.claim)}"
    return words


def _count(network: Network) -> str:
    n, approved = len(network.claims), sum(claim.approves for claim in network.claims)
    if not n:
        return _("nobody has made a claim yet")
    if approved == n:
        return _("one claim, approved") if n == 1 else _("{n} claims, all approved").format(n=grouped(n))
    if approved:
        words = ngettext("{n} claims, {approved} of them approved", "{n} claims, {approved} of them approved", approved)
    else:
        words = ngettext("{n} claim, none approved", "{n} claims, none approved", n)
    return words.format(n=grouped(n), approved=grouped(approved))
