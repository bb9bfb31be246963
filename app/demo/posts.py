"""What the assets of the demo write: short invented sentences without an opinion in them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from app.demo.beats import Beat, Tellers, moments
from app.demo.cast import Plan
from app.vocabulary import MINUTE, Instant, RecordType, isoformat

SENTENCES = {
    "en": (
        "What do you make of this? Tell us below.",
        "Share if you saw this today.",
        "This one is going round again.",
        "Our most read post of the week.",
        "More about this tomorrow morning.",
        "Two minutes that are worth your time.",
        "Who else was there?",
        "We asked. Here is what you answered.",
        "Read to the end before you comment.",
        "Thank you for being so many.",
    ),
    "pt": (
        "O que você acha disso? Conte para nós.",
        "Compartilhe se você viu isto hoje.",
        "Este está circulando de novo.",
        "Mais sobre isso amanhã de manhã.",
        "Leia até o fim antes de comentar.",
        "Obrigado a todos que estão aqui.",
    ),
}


def post(plan: Plan, tellers: Tellers, id: str, asset: str, at: Instant, rng: Random) -> Beat:
    """One post of ``asset``, seen at ``at``, some minutes after it was written."""
    return tellers.activity.tell(
        RecordType.POST_OBSERVED,
        at,
        id,
        asset=asset,
        text=rng.choice(SENTENCES[plan.language]),
        language=plan.language,
        posted_at=isoformat(at - rng.randrange(1, 45) * MINUTE),
        topics=[rng.choice(plan.topics)] if plan.topics else None,
    )


def posts(plan: Plan, tellers: Tellers, n: int, first: Instant, last: Instant) -> Iterator[Beat]:
    """``n`` posts of the plan's assets between two instants, in order."""
    rng = Random(f"{plan.id} posts")
    initials = plan.assets()[0].id.split("-")[0]
    assets = [asset.id for asset in plan.assets() if asset.surface.kind != "group"]
    for number, at in enumerate(moments(rng, n, first, last)):
        yield post(plan, tellers, f"{initials}-post-{number + 1:03d}", rng.choice(assets), at, rng)
