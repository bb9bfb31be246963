"""Text from outside within running text: made visible, cut, and kept in its own direction."""

from __future__ import annotations

from unicodedata import bidirectional

from app.briefing import Sentence
from app.safetext import clean

NAME_LIMIT = 120
"""Characters of a name in running text, as on a wall."""

ISOLATE, END = "\u2068", "\u2069"


def isolated(text: str, limit: int = NAME_LIMIT) -> str:
    """Text from outside as a part of a line: where it runs from right to left, between isolates of our own.

    So the number beside a name stays where it stands.
    """
    shown = clean(text, limit)
    if any(bidirectional(c) in ("R", "AL", "AN") for c in shown):
        return f"{ISOLATE}{shown}{END}"
    return shown


def in_prose(sentence: Sentence) -> str:
    """A sentence as plain text."""
    return sentence.said(isolated)
