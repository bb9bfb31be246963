"""What stands on every slide and every sheet: the label, the exercise, the embargo, and who froze it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import briefing
from app.briefing import Sentence
from app.exports._frozen import Frozen
from app.nouns import local
from app.safetext import clean
from app.vocabulary import Tlp, instant

Json = dict[str, Any]

TLP_COLORS = {
    Tlp.RED: "FF2B2B",
    Tlp.AMBER_STRICT: "FFC000",
    Tlp.AMBER: "FFC000",
    Tlp.GREEN: "33FF00",
    Tlp.CLEAR: "FFFFFF",
}
"""The colours of the labels on black (FIRST, TLP 2.0)."""

NAME_LIMIT = 40
"""Characters of a name where it stands among other words."""


def name(text: str) -> str:
    """A name among other words, safe and short."""
    return clean(text, NAME_LIMIT)


def said(sentence: Sentence) -> str:
    """A sentence with its names safe and short."""
    return sentence.said(name)


def shown_at(text: str, zone: str) -> datetime:
    """An instant of the content by the clocks of a zone, without the zone, as office files keep times."""
    return local(instant(datetime.fromisoformat(text)), zone).replace(tzinfo=None)


def marks(content: Json) -> list[str]:
    """What must be seen beside the label wherever a part of the snapshot is shown: what may be cut comes last."""
    made = briefing.marks(content)
    return [words for words in (made.embargo, made.past, said(made.exercise)) if words]


def frozen_words(frozen: Frozen) -> str:
    """Who froze it and when, its id, its seq and its digest."""
    return f"{said(briefing.marks(frozen.content).made)}, SHA-256 {frozen.sha256}"
