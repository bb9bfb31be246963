"""The roles and what they are for (RELIABILITY, "who attacks"). What no rule allows is denied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for. No role contains another: an administrator has no say in content."""

    WALL = "wall"
    VIEWER = "viewer"
    ANALYST = "analyst"
    LEAD = "lead"
    ADMIN = "admin"
    DETECTOR = "detector"


PEOPLE = frozenset({Role.VIEWER, Role.ANALYST, Role.LEAD, Role.ADMIN})
"""Everybody who can read, as opposed to a device or a program."""

WATCHERS = PEOPLE | {Role.WALL}
"""Who may look at a wall."""

DESK = frozenset({Role.ANALYST, Role.LEAD})
"""Who may drill down to assets and see their names, take notes and triage."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. ``digest`` identifies the session; ``scene`` is the only one a wall may show.

    ``wall`` is the id of the wall whose screen this is, None for people and for screens that were never paired;
    ``account`` that of the account, None for whoever has none: a device, or somebody who came by a link.
    """

    role: Role
    name: str
    digest: bytes = b""
    scene: str | None = None
    expires_at: int = 0
    wall: str | None = None
    account: str | None = None

    @property
    def sees_names(self) -> bool:
        """Whether names of people, Pages and groups are shown unmasked."""
        return self.role in DESK


ON_EVERY_WALL = "room"
"""The scene of what every wall's header says."""

CONTROL = "walls/control/"
"""The topics of what each wall is told to show begin so; the wall's id follows."""


def may_watch(visitor: Visitor, topic: str) -> bool:
    """Whether the live topic ``scene/panel`` is open to a visitor.

    A wall that is confined to a scene sees no other, and of what walls are told each hears its own alone.
    """
    scene = topic.partition("/")[0]
    if visitor.role is Role.WALL:
        if topic.startswith(CONTROL):
            return visitor.wall is not None and topic == f"{CONTROL}{visitor.wall}"
        return visitor.scene in (None, scene) or scene == ON_EVERY_WALL
    return visitor.role in PEOPLE
