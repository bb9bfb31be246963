"""FAMILY of decisions: what people decide at the desk, one file a kind of decision.

The contract. A decision is a pure function of the board and of what somebody typed: it gives the ``Word``s that are to
be said, or raises BadRequest, NotFound or Conflict with what is wrong. ``Decisions.decide`` makes records of them under
the source of the desk, with who and when, and appends them in one transaction: all of them or none. Whoever decides
says which picture they saw (``seen``: a ``seq`` for each network it is about); where somebody else has decided about
one of them since, nothing is appended and ``Overtaken`` tells what that was. A decision that comes twice under the same
``once`` is one decision. What is undone is undone by a record as well; nothing is ever taken out of the log.
"""

from __future__ import annotations

from app.review._changes import DECIDED, Change, changes_since
from app.review._comparing import Difference, Line, compare
from app.review._deciding import Decisions, Overtaken, Word
from app.review._supposing import suppose

__all__ = [
    "DECIDED",
    "Change",
    "Decisions",
    "Difference",
    "Line",
    "Overtaken",
    "Word",
    "changes_since",
    "compare",
    "suppose",
]
