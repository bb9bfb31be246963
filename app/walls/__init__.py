"""Walls: the screens of a room, what each is to show, who said so, and at what distance it can be read.

Pure but for the SQLAlchemy ``Connection`` and the instant ``now`` (µs) that are passed in. What scenes there are is
passed in as well (``Repertoire``). What is wrong with something raises ``BadRequest`` with its field and a reason.
"""

from __future__ import annotations

from app.walls.changes import (
    blank,
    blank_all,
    forget,
    make_wall,
    pin,
    play,
    revoke,
    set_message,
    set_on_alarm,
    set_programme,
    set_up,
    unpin,
)
from app.walls.control import Controls, control_of, control_topic
from app.walls.distance import Hanging, default_programme, holding_words, parse_metres, ratio_words, verdict
from app.walls.programme import Entry, Piece, Place, Repertoire
from app.walls.room_control import RoomControl, Standing
from app.walls.screens import pair, states, take_up
from app.walls.wall import Change, Wall, changes_of, find_wall, list_walls, wall_called

__all__ = [
    "Change",
    "Controls",
    "Entry",
    "Hanging",
    "Piece",
    "Place",
    "Repertoire",
    "RoomControl",
    "Standing",
    "Wall",
    "blank",
    "blank_all",
    "changes_of",
    "control_of",
    "control_topic",
    "default_programme",
    "find_wall",
    "forget",
    "holding_words",
    "list_walls",
    "make_wall",
    "pair",
    "parse_metres",
    "pin",
    "play",
    "ratio_words",
    "revoke",
    "set_message",
    "set_on_alarm",
    "set_programme",
    "set_up",
    "states",
    "take_up",
    "unpin",
    "verdict",
    "wall_called",
]
