"""Who may read, freeze and take out what, by its label of the Traffic Light Protocol and by whether it holds names."""

from __future__ import annotations

from app.access import DESK, PEOPLE, Role, Visitor
from app.language import N_
from app.vocabulary import Tlp

ABOVE_GREEN = frozenset({Role.LEAD, Role.ADMIN})
"""Who may take out what is passed on to fewer than the community."""

SHAREABLE = (Tlp.GREEN, Tlp.CLEAR)
"""The labels of what may be read without signing in: all others name who may read it, and a link knows nobody."""

MEANINGS = {
    Tlp.RED: N_("for those in the room only"),
    Tlp.AMBER_STRICT: N_("for the organization only"),
    Tlp.AMBER: N_("for the organization and clients"),
    Tlp.GREEN: N_("for the community, not the public"),
    Tlp.CLEAR: N_("for everybody"),
}
"""What each label allows, in short (FIRST, TLP 2.0)."""


def labels_of(visitor: Visitor) -> tuple[Tlp, ...]:
    """The labels of what somebody may read, the narrowest first."""
    if visitor.role in ABOVE_GREEN:
        return tuple(Tlp)
    return (Tlp.GREEN, Tlp.CLEAR) if visitor.role in PEOPLE else ()


def sees_embargoed(visitor: Visitor) -> bool:
    """Whether somebody reads what is still under embargo: whoever works on it, and nobody else."""
    return visitor.role in DESK


def may_freeze(visitor: Visitor, tlp: Tlp) -> bool:
    """Whether somebody may freeze under a label: an administrator has no say in content."""
    return visitor.role in DESK and tlp in labels_of(visitor)


def may_share(visitor: Visitor, tlp: Tlp) -> bool:
    """Whether somebody may make a link that is opened without signing in: whoever freezes, of what may go that far."""
    return may_freeze(visitor, tlp) and tlp in SHAREABLE


def may_export(visitor: Visitor, tlp: Tlp, *, names: bool) -> bool:
    """Whether somebody may take files of a snapshot out: whoever reads it, and sees the names that are in it."""
    return tlp in labels_of(visitor) and (visitor.sees_names or not names)
