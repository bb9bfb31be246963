"""One case of the recount: the same records sent in two ways; and how many cases are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from app.vocabulary import Scope, Watch
from tests.event_mixes import END, Sending, any_scope, sendings, watches
from tests.recount_form import differences
from tests.recount_room import Room

EVERYTHING = Scope()


def cases(part: int, n: int, **chosen: Any) -> Callable[[Any], Any]:
    """Runs a property on ``n`` cases, the same every time for one part: ``part`` is the seed."""
    steady = settings(max_examples=n, database=None, deadline=None, suppress_health_check=list(HealthCheck), **chosen)
    return lambda prove: seed(part)(steady(prove))


def agrees(room: Room, sent: tuple[Sending, Sending, bool], scopes: Sequence[Scope], watch: Watch) -> None:
    """Send in order, then shuffled, repeated and in other batches. Raises AssertionError where anything differs."""
    in_order, shuffled, same = sent
    asked = [EVERYTHING, *scopes]
    told = room.told(in_order)
    told.agree(asked, END, watch)
    once = told.figures(asked, END, watch)
    told = room.told(shuffled, follow=False)
    told.agree(asked, END, watch)
    if same:
        again = told.figures(asked, END, watch)
        found = [line for pair in zip(once, again, strict=True) for line in differences(*pair)]
        assert not found, "\n".join(["the order of arrival makes a difference", *found])


Case = tuple[tuple[Sending, Sending, bool], list[Scope], Watch]


def drawn(part: int, n: int) -> list[Case]:
    """Cases to be tried more than once, the same every time for one ``part``."""
    found: list[Case] = []

    @cases(part, n, phases=[Phase.generate])
    @given(sendings(), st.lists(any_scope, min_size=1, max_size=2), watches)
    def draw(sent: tuple[Sending, Sending, bool], scopes: list[Scope], watch: Watch) -> None:
        found.append((sent, scopes, watch))

    draw()
    return found


def first_disagreement(room: Room, tried: Iterable[Case]) -> str | None:
    """Where the product and the recount part first; None where they never do. Every case is sent in one way only."""
    for place, ((in_order, shuffled, _), scopes, watch) in enumerate(tried):
        told = room.told(shuffled) if place % 2 else room.told(in_order, follow=False)
        try:
            told.agree([EVERYTHING, *scopes], END, watch)
        except AssertionError as differs:
            return str(differs)
    return None
