"""What was computed of a picture is kept while it stands: a wall is drawn every second, and the log may rest for long.

Two things are kept. What follows from the board alone is good for its ``epoch`` and ``seq``. Unions of audiences are
good for as long as the networks in them are the same: the board makes a network anew whenever anything of it changes,
so a commit that speaks of one network leaves the unions of the others standing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from app.board import Board
from app.language import spoken
from app.measures.reach import Reach
from app.networks import Network
from app.vocabulary import Surface

T = TypeVar("T")

MOST_KEPT = 256
"""A wall asks for some 20 things of one picture. Of unions four times as many: those of each network to sort them by,
and those of a line over time. 2,000 networks in a union are 16 kB of references to them."""


class Kept:
    """A number of results by what they were computed from; the one that was asked for longest ago goes first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Any] = OrderedDict()

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, computed once for a key; twice where two threads ask at the same time."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                found: T = self._results[key]
                return found
        result = compute()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return result


_of_pictures, _of_networks = Kept(), Kept(4 * MOST_KEPT)


def of_picture(board: Board, what: Hashable, compute: Callable[[], T]) -> T:
    """What follows from a board alone, whatever the time, in the words of one language."""
    return _of_pictures.once((board.epoch, board.seq, what, spoken().code), compute)


def reach_of(board: Board, networks: Sequence[Network], surface: Surface) -> Reach | None:
    """The reach of chosen networks on one surface, None where nothing is known of it."""

    def compute() -> tuple[Sequence[Network], Reach | None]:
        # Held on to, so that no other network can come to have the identity of one of these.
        return networks, board.reach_of([network.id for network in networks], surface)

    return _of_networks.once((surface, frozenset(map(id, networks))), compute)[1]
