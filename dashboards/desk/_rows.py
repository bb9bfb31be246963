"""What the pages of the desk say of walls and screens: rows of plain words for their templates, and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.access import CONTROL
from app.access.gate import REAL
from app.language import N_, _
from app.nouns import duration, list_words
from app.numerals import localized
from app.replay import Stretch, StretchClock
from app.safetext import clean
from app.seats import PATIENCE_S, Screen
from app.vocabulary import SECOND
from app.walls import Hanging, Piece, Place, Repertoire, Standing, Wall, holding_words, verdict
from dashboards.desk.shell import Desk
from dashboards.scenes import ROOM, all_scenes, drawn_by

Row = dict[str, Any]

MARKS = {"replay": N_("Replay"), "exercise": N_("Exercise")}
"""What plays the past."""


def repertoire_rows(repertoire: Repertoire) -> list[Row]:
    """The scenes as a form offers them."""
    return [
        {
            "name": piece.name,
            "title": _(piece.title),
            "about": piece.about,
            "hold_s": piece.hold_s,
            "reach": piece.distance,
        }
        for piece in repertoire.values()
    ]


def reads_words(piece: Piece, hanging: Hanging) -> str:
    """Whether one scene holds on a wall."""
    if hanging.ratio <= piece.distance:
        return _("holds")
    return _("holds up to R {ratio} only").format(ratio=localized(f"{piece.distance:g}"))


def shows_words(wall: Wall, repertoire: Repertoire) -> str:
    """What a wall is told to show: "Blank", "Pinned: Situation", "Situation, Networks and Glance in turn"."""
    if wall.blank:
        return _("Blank")
    if wall.pinned is not None:
        told = _("Pinned: {scene}").format(scene=wall.pinned.words(repertoire))
    else:
        titles = [entry.place.words(repertoire) for entry in wall.programme]
        told = titles[0] if len(titles) == 1 else _("{scenes} in turn").format(scenes=list_words(titles))
    return told if wall.mode == "live" else f"{_(MARKS[wall.mode])}: {told}"


def playing_words(desk: Desk, stretch: Stretch) -> str:
    """What a wall plays: "Replay of 26 Oct 13:00 to 26 Oct 14:00 at 60×", and whether it is over."""
    is_over = not StretchClock(stretch, REAL).rate
    words = (
        _("{replay} of {first} to {last} at {n}×. It is over")
        if is_over
        else _("{replay} of {first} to {last} at {n}×")
    )
    first, last = desk.moment(stretch.first), desk.moment(stretch.last)
    return words.format(replay=_(MARKS[stretch.mark]), first=first, last=last, n=stretch.speed)


def wall_row(desk: Desk, standing: Standing, screens: Sequence[Screen]) -> Row:
    """One wall: what it shows, whether it is linked, which frame it is on and since when."""
    wall = standing.wall
    mine = next((screen for screen in screens if screen.visitor.wall == wall.id), None)
    linked = {"paired": _("No link"), "awaited": _("Its screen is coming"), "signed out": _("Signed out")}
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
        return _("Connected, never answered")
    if is_late(screen):
        return _("Has not answered for {n} s").format(n=int(screen.waits_s or 0))
    return _("Live") if screen.is_live else _("Replay")


def scenes_of(topics: Sequence[str]) -> list[Row]:
    """The scenes that a screen has open, with their addresses, each once."""
    places: dict[Place, None] = {}
    for topic in topics:
        found = drawn_by(topic)
        if found is not None and not topic.startswith(CONTROL) and found[0] is not ROOM:
            places[Place(found[0].name, found[2])] = None
    titles = all_scenes()
    return [
        {"title": _(titles[place.scene].title), "subject": place.subject, "address": address_of(place)}
        for place in places
    ]


def address_of(place: Place) -> str:
    """Where a scene is looked at."""
    return f"/wall/{place.scene}/{place.subject}".rstrip("/")
