"""What the pages of the desk say of walls and screens: rows of plain words for their templates, and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.access import CONTROL
from app.access.gate import REAL
from app.nouns import duration, list_words
from app.replay import Stretch, StretchClock
from app.safetext import clean
from app.seats import PATIENCE_S, Screen
from app.vocabulary import SECOND
from app.walls import Hanging, Piece, Place, Repertoire, Standing, Wall, holding_words, verdict
from dashboards.desk.shell import Desk
from dashboards.scenes import ROOM, all_scenes, drawn_by

Row = dict[str, Any]


def repertoire_rows(repertoire: Repertoire) -> list[Row]:
    """The scenes as a form offers them."""
    return [
        {
            "name": piece.name,
            "title": piece.title,
            "about": piece.about,
            "hold_s": piece.hold_s,
            "reach": piece.distance,
        }
        for piece in repertoire.values()
    ]


def reads_words(piece: Piece, hanging: Hanging) -> str:
    """Whether one scene holds on a wall."""
    return "holds" if hanging.ratio <= piece.distance else f"holds up to R {piece.distance:g} only"


def shows_words(wall: Wall, repertoire: Repertoire) -> str:
    """What a wall is told to show: "Blank", "Pinned: Situation", "Situation, Networks and Glance in turn"."""
    if wall.blank:
        return "Blank"
    if wall.pinned is not None:
        told = f"Pinned: {wall.pinned.words(repertoire)}"
    else:
        titles = [entry.place.words(repertoire) for entry in wall.programme]
        told = titles[0] if len(titles) == 1 else f"{list_words(titles)} in turn"
    return told if wall.mode == "live" else f"{wall.mode.capitalize()}: {told}"


def playing_words(desk: Desk, stretch: Stretch) -> str:
    """What a wall plays: "Replay of 26 Oct 13:00 to 26 Oct 14:00 at 60×", and whether it is over."""
    over = "" if StretchClock(stretch, REAL).rate else ". It is over"
    from_to = f"{desk.moment(stretch.first)} to {desk.moment(stretch.last)}"
    return f"{stretch.mark.capitalize()} of {from_to} at {stretch.speed}×{over}"


def wall_row(desk: Desk, standing: Standing, screens: Sequence[Screen]) -> Row:
    """One wall: what it shows, whether it is linked, which frame it is on and since when."""
    wall = standing.wall
    mine = next((screen for screen in screens if screen.visitor.wall == wall.id), None)
    linked = {"paired": "No link", "awaited": "Its screen is coming", "signed out": "Signed out"}
    return {
        "id": wall.id,
        "name": wall.name,
        "holds": holding_words(desk.control.repertoire, wall.hanging),
        "size": verdict(desk.control.repertoire, wall.hanging),
        "shows": shows_words(wall, desk.control.repertoire),
        "message": wall.message,
        "blank": wall.blank,
        "state": standing.state,
        "frame": screen_row(desk, mine) if mine is not None else None,
        "link": link_words(mine) if mine is not None else linked[standing.state],
        "trouble": standing.state == "paired" and (mine is None or is_late(mine)),
        "changed": f"{desk.time(wall.changed_at)}, {clean(wall.changed_by, 40)}",
    }


def screen_row(desk: Desk, screen: Screen) -> Row:
    """One connected screen: who, what it has open, and how far it is."""
    since = desk.ago(screen.seen_s)
    visitor = screen.visitor
    return {
        "name": visitor.name,
        "role": str(visitor.role),
        "wall": visitor.wall,
        "scenes": scenes_of(screen.topics),
        "seen": screen.seen_seq,
        "behind": screen.behind,
        "since": desk.time(since),
        "seen_for": duration(int(screen.seen_s * SECOND)),
        "link": link_words(screen),
        "late": is_late(screen),
    }


def is_late(screen: Screen) -> bool:
    """Whether a screen has owed its answer for longer than a moment."""
    return screen.waits_s is not None and screen.waits_s > PATIENCE_S


def link_words(screen: Screen) -> str:
    """How a screen answers."""
    if screen.seen_seq is None:
        return "Connected, never answered"
    if is_late(screen):
        return f"Has not answered for {int(screen.waits_s or 0)} s"
    return "Live" if screen.is_live else "Replay"


def scenes_of(topics: Sequence[str]) -> list[Row]:
    """The scenes that a screen has open, with their addresses, each once."""
    places: dict[Place, None] = {}
    for topic in topics:
        found = drawn_by(topic)
        if found is not None and not topic.startswith(CONTROL) and found[0] is not ROOM:
            places[Place(found[0].name, found[2])] = None
    titles = all_scenes()
    return [
        {"title": titles[place.scene].title, "subject": place.subject, "address": address_of(place)} for place in places
    ]


def address_of(place: Place) -> str:
    """Where a scene is looked at."""
    return f"/wall/{place.scene}/{place.subject}".rstrip("/")
