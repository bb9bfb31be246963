"""Work: who looks after a network, and who works on it just now, so that two people do not do the same."""

from __future__ import annotations

from app.claims import person
from app.errors import BadRequest, Conflict, Forbidden
from app.language import _
from app.networks import CheckOut, Network
from app.nouns import clock_time
from app.review._deciding import Word
from app.vocabulary import MINUTE, RecordType, isoformat

HOLD = 30 * MINUTE
"""How long one keeps what one has checked out without renewing it: somebody who went home blocks nobody for longer."""

LONGEST_NAME = 120
"""Characters of whom a network is given to."""


class Held(Conflict):
    """Somebody else works on it; ``holder`` is who, ``until`` when that ends (µs)."""

    def __init__(self, held: CheckOut, zone: str) -> None:
        words = _("{who} works on it until {time}").format(who=held.by, time=clock_time(held.until, zone))
        super().__init__(words)
        self.holder = held.by
        self.until = held.until


def holder(network: Network, now: int) -> CheckOut | None:
    """Who works on a network at an instant (µs), None where nobody does."""
    held = network.checked_out
    return held if held is not None and held.until > now else None


def is_same(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are spelt."""
    return person(one) == person(other)


def assign(network: Network, to: str, why: str = "", *, by: str, lead: bool) -> Word:
    """Give a network to somebody. Analysts take what nobody has, or hand on what they have.

    Raises BadRequest and Forbidden.
    """
    to = to.strip()
    if not person(to) or len(to) > LONGEST_NAME:
        raise BadRequest("to", _("say who is to look after it, by name"))
    had = network.assigned
    if had is not None and is_same(had.to, to):
        raise BadRequest("to", _("{who} looks after it already").format(who=had.to))
    mine = had is not None and is_same(had.to, by)
    if not lead and not mine and (had is not None or not is_same(to, by)):
        raise Forbidden(_("to give it to somebody else is for a lead"))
    return _assigned(network, to, why)


def take_back(network: Network, why: str = "", *, by: str, lead: bool) -> Word:
    """Let nobody look after it. Raises Conflict where nobody does, Forbidden where it is somebody else's."""
    if network.assigned is None:
        raise Conflict(_("nobody looks after it"))
    if not lead and not is_same(network.assigned.to, by):
        raise Forbidden(_("to take it from somebody else is for a lead"))
    return _assigned(network, "", why)


def check_out(network: Network, why: str = "", *, by: str, lead: bool, now: int, zone: str = "UTC") -> Word:
    """Work on it for ``HOLD`` from ``now`` (µs), or for that long again. A lead takes over with a reason.

    Raises Held where somebody else does, BadRequest where a lead gives no reason.
    """
    held, why = holder(network, now), why.strip()
    if held is not None and not is_same(held.by, by):
        if not lead:
            raise Held(held, zone)
        if not why:
            time = clock_time(held.until, zone)
            raise BadRequest(
                "why", _("{who} works on it until {time}: say why you take over").format(who=held.by, time=time)
            )
    until = {"until": isoformat(now + HOLD)}
    return Word(RecordType.NETWORK_CHECKED_OUT, network.id, until | ({"why": why} if why else {}))


def check_in(network: Network, why: str = "", *, by: str, lead: bool, now: int, zone: str = "UTC") -> Word:
    """Stop working on it. Raises Conflict where nobody does, Held or BadRequest where it is somebody else."""
    held, why = holder(network, now), why.strip()
    if held is None:
        raise Conflict(_("nobody works on it"))
    if not is_same(held.by, by):
        if not lead:
            raise Held(held, zone)
        if not why:
            raise BadRequest("why", _("say why you end the work of {who}").format(who=held.by))
    return Word(RecordType.NETWORK_CHECKED_IN, network.id, {"why": why} if why else {})


def _assigned(network: Network, to: str, why: str) -> Word:
    why = why.strip()
    return Word(RecordType.NETWORK_ASSIGNED, network.id, {"to": to} | ({"why": why} if why else {}))
