"""What can be decided about a network, by the last part of the address that decides it: for pages and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.access import Role, Visitor
from app.errors import BadRequest, Conflict
from app.language import _
from app.networks import Network
from app.review import Overtaken, Word, attributions, notes, stages, work
from dashboards.desk.shell import Desk

MOST_DIGITS = 17
"""Digits of a ``seq``: no log is longer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: ``said`` is what was typed, by field; ``now`` in µs."""

    network: Network
    said: Mapping[str, str]
    by: str
    lead: bool
    now: int
    zone: str

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")


Act = Callable[[Asked], Word]


def _stage(a: Asked) -> Word:
    return stages.change(a.network, a["stage"], a["why"], lead=a.lead)


def _restore(a: Asked) -> Word:
    return stages.restore(a.network, a["why"], lead=a.lead)


def _assign(a: Asked) -> Word:
    return work.assign(a.network, a["to"], a["why"], by=a.by, lead=a.lead)


def _take(a: Asked) -> Word:
    return work.assign(a.network, a.by, by=a.by, lead=a.lead)


def _take_back(a: Asked) -> Word:
    return work.take_back(a.network, a["why"], by=a.by, lead=a.lead)


def _check_out(a: Asked) -> Word:
    return work.check_out(a.network, a["why"], by=a.by, lead=a.lead, now=a.now, zone=a.zone)


def _check_in(a: Asked) -> Word:
    return work.check_in(a.network, a["why"], by=a.by, lead=a.lead, now=a.now, zone=a.zone)


def _claim(a: Asked) -> Word:
    return attributions.propose(a.network, a["claim"], a["rung"], a["evidence"].splitlines(), a["why"])


def _move(a: Asked) -> Word:
    return attributions.move(a.network, a["key"], a["rung"], a["evidence"].splitlines(), a["why"])


def _approve(a: Asked) -> Word:
    return attributions.approve(a.network, a["key"], a["why"], by=a.by, lead=a.lead)


def _reject(a: Asked) -> Word:
    return attributions.reject(a.network, a["key"], a["why"], lead=a.lead)


def _withdraw(a: Asked) -> Word:
    return attributions.withdraw(a.network, a["key"], a["verdict"], a["why"], by=a.by, lead=a.lead)


def _note(a: Asked) -> Word:
    return notes.write(a.network.id, a["text"])


NOTE = "note"
"""The one act that stands in nobody's way."""

ACTS: dict[str, Act] = {
    "stage": _stage,
    "restore": _restore,
    "assign": _assign,
    "take": _take,
    "take-back": _take_back,
    "check-out": _check_out,
    "check-in": _check_in,
    "claim": _claim,
    "move": _move,
    "approve": _approve,
    "reject": _reject,
    "withdraw": _withdraw,
    NOTE: _note,
}


def seen_of(text: str) -> int:
    """The ``seq`` of the picture that somebody saw. Raises BadRequest."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise BadRequest("seen", _("say which picture you saw, by its seq"))
    return int(text)


def decide(desk: Desk, id: str, act: str, said: Mapping[str, str], visitor: Visitor) -> int:
    """Decide one of ``ACTS`` on the newest picture and give the ``seq`` of what was said.

    ``said["once"]`` makes of a form that is sent twice one decision, and ``said["seen"]`` is the picture that somebody
    saw. Raises Overtaken where it is not what is now, and whatever the act raises.
    """
    if act not in ACTS:
        raise BadRequest("verdict" if "verdict" in said else "act", _("this cannot be decided about a network"))
    once, seen = said.get("once", ""), seen_of(said.get("seen", ""))
    if (done := desk.decisions.done(once)) is not None:
        return done
    _board, network = desk.find(id)
    saw = {} if act == NOTE else {network.id: seen, id: seen}
    try:
        # Before it is asked whether this can still be decided: what somebody else decided is why it cannot.
        if saw and (changes := desk.decisions.changes(list(saw), seen)):
            raise Overtaken(changes)
        asked = Asked(network, said, visitor.name, visitor.role is Role.LEAD, desk.clock.now(), desk.zone)
        return desk.decisions.decide([ACTS[act](asked)], by=visitor.name, seen=saw, once=once)
    except (Conflict, BadRequest):
        # The second of two clicks, where the first has just been decided.
        if (done := desk.decisions.done(once)) is not None:
            return done
        raise
