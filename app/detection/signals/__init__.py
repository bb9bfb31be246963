"""FAMILY of signals: reasons to believe that accounts act together. One file is one signal; ``all_signals`` finds it.

The contract. A signal has ``NAME`` (as the command line says it), ``NEEDS`` (the column without which it cannot be
found), ``label(terms)`` (as links say it) and ``matches(posts, terms)``: blocks of two columns of rows, in which the
post of the first coincides with the post of the second, which is of another account. Every pair comes both ways, all
pairs of one first post in one block; an account whose posts can make no edge of the least weight may be left out as the
first. It is the same for the same posts in whatever order they came. It loops over no pairs and counts them before it
makes them: more than ``terms.most_pairs`` are refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def all_signals() -> dict[str, ModuleType]:
    """Every signal by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    signals = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {signal.NAME: signal for signal in signals}
