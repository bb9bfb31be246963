"""Every approved rung beside claims on every other: a snapshot, and a reader of how strongly a text words a network.

for words in too_strong(blocks): ...        # texts that say more of a network than was approved
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from app.demo.story import END
from app.exports import Frozen
from app.vocabulary import MINUTE, Rung, Stage, isoformat
from tests import makers
from tests.makers import Event
from tests.snapshots import frozen_of

APPROVED: tuple[Rung | None, ...] = (None, *Rung)

ACTOR, ELSEWHERE = "Zorgon", "Russia"
"""Whom and where claims name that nobody approved. Neither may be in any file."""

_STAGES = list(Stage)

_PHRASES = {
    1: ("originated in",),
    2: ("manual review linked", "linked by a manual review"),
    3: ("on behalf of", ": likely"),
    4: ("links to individuals",),
    5: ("direct links",),
    6: ("attributed to", ": attributed", "attributed-to"),
    7: ("high confidence",),
}
"""What only a rung of such a strength may say, written down apart from the program."""

_NAME = re.compile(r"Net \d{3}")


def approved_of() -> dict[str, Rung | None]:
    """The approved rung of every network of the snapshot, by name."""
    return {f"Net {n:03}": approved for n, (approved, _claimed) in enumerate(product(APPROVED, Rung))}


@cache
def every_rung() -> Frozen:
    """A network for each approved rung and each rung of claims that nobody approved, in all stages."""
    return frozen_of(_events())


def _events() -> Iterator[Event]:
    since = isoformat(END - 50 * MINUTE)
    for n, (approved, claimed) in enumerate(product(APPROVED, Rung)):
        network = f"n{n:03}"
        yield makers.network_reported(
            network, at=since, code_name=f"Net {n:03}", origins=["IR", "RU"], targets=["US"], personas=["US citizens"]
        )
        yield makers.asset_detected(f"a{n:03}", network, at=since)
        yield makers.count_observed(f"a{n:03}", 4_711 + n, at=since)
        if approved is not None:
            yield makers.attribution_assessed(
                network, approved, at=since, claim="linked to Iran", by="Ann", approved_by=["Ann", "Bo"]
            )
        for by, claim in (("Cy", f"Run by {ACTOR} {n}"), ("Di", f"linked to {ELSEWHERE}")):
            later = isoformat(END - 20 * MINUTE)
            yield makers.attribution_assessed(network, claimed, at=later, claim=claim, by=by)
        stage = _STAGES[n % len(_STAGES)]
        if stage is not Stage.DETECTED:
            yield makers.stage_changed(network, stage, at=isoformat(END - 10 * MINUTE))


def strength(text: str) -> int:
    """How strongly a text words who is behind something: 0 to 7."""
    return max((strong for strong, phrases in _PHRASES.items() if any(each in text for each in phrases)), default=0)


def too_strong(blocks: Iterable[str]) -> Iterator[str]:
    """The texts that are worded more strongly than was approved for the networks that they name.

    One that names several may be as strong as the strongest of them; one that names none may not name an actor.
    """
    approved = approved_of()
    for text in blocks:
        named = set(_NAME.findall(text))
        rungs = [approved[name] for name in named]
        most = max((rung.strength if rung else 0 for rung in rungs), default=Rung.MANUAL_REVIEW_LINKED_TO.strength)
        if strength(text) > most or ACTOR in text or ELSEWHERE in text:
            yield text
