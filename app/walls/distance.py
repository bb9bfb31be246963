"""From how far a wall can be read: viewing distance over height of the screen, and the scenes that hold there."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from app.errors import BadRequest
from app.language import _, ngettext
from app.nouns import list_words
from app.numerals import localized
from app.safetext import clean
from app.walls.programme import Entry, Place, Repertoire

HERO_RATIO = 24.0
"""Up to where a hero number can be read: its capitals, 11.2 hundredths of the height, are 16 minutes of arc there."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """How a wall is called, from how far it is seen, and how high its screen is."""

    name: str
    distance_cm: int
    height_cm: int

    @property
    def ratio(self) -> float:
        """R, the viewing distance in heights of the screen."""
        return self.distance_cm / self.height_cm

    def words(self) -> str:
        """The size in a line: "6 m, 0.93 m high, R 6.5"."""
        return _("{distance}, {height} high, {ratio}").format(
            distance=metres(self.distance_cm), height=metres(self.height_cm), ratio=ratio_words(self.ratio)
        )


NEAREST_CM, FARTHEST_CM = 50, 10_000
SMALLEST_CM, TALLEST_CM = 10, 2_000


def ratio_words(ratio: float) -> str:
    """R as it is written, "R 6.5": rounded up, since rounding down would say that it can be read better than it can."""
    return "R " + localized(f"{math.ceil(round(ratio * 10, 6)) / 10:.1f}")


def metres(centimetres: int) -> str:
    """A length as it is written: "0.93 m", "6 m"."""
    return localized(f"{centimetres / 100:.2f}".rstrip("0").rstrip(".")) + " m"


def holding_words(repertoire: Repertoire, hanging: Hanging) -> str:
    """A sentence about a wall: "At 6 m and 0.93 m height (R 6.5): nothing holds; hero numbers only"."""
    held = [_(piece.title) for piece in repertoire.values() if hanging.ratio <= piece.distance]
    lost = [_(piece.title) for piece in repertoire.values() if hanging.ratio > piece.distance]
    if not held:
        near = hanging.ratio <= HERO_RATIO
        verdict = (
            _("nothing holds; hero numbers only") if near else _("nothing holds; not even hero numbers can be read")
        )
    elif not lost:
        verdict = _("every scene holds")
    else:
        hold = ngettext("{scenes} holds", "{scenes} hold", len(held)).format(scenes=list_words(held))
        not_hold = ngettext("{scenes} does not", "{scenes} do not", len(lost)).format(scenes=list_words(lost))
        verdict = f"{hold}; {not_hold}"
    return _("At {distance} and {height} height ({ratio}): {verdict}").format(
        distance=metres(hanging.distance_cm),
        height=metres(hanging.height_cm),
        ratio=ratio_words(hanging.ratio),
        verdict=verdict,
    )


def verdict(repertoire: Repertoire, hanging: Hanging) -> str:
    """The same in few words, for a list: "6 m, R 6.5: hero numbers only", "4.5 m, R 3.7: 2 of 8 scenes hold"."""
    held = sum(hanging.ratio <= piece.distance for piece in repertoire.values())
    if held == len(repertoire):
        words = _("every scene holds")
    elif held:
        words = ngettext("{n} of {all} scenes holds", "{n} of {all} scenes hold", held)
        words = words.format(n=held, all=len(repertoire))
    else:
        words = _("hero numbers only") if hanging.ratio <= HERO_RATIO else _("too far to read")
    return f"{metres(hanging.distance_cm)}, {ratio_words(hanging.ratio)}: {words}"


def default_programme(repertoire: Repertoire, ratio: float) -> tuple[Entry, ...]:
    """Every scene that is of no one thing and holds at R; where none does, the one that holds farthest."""
    whole = [piece for piece in repertoire.values() if not piece.about]
    chosen = [piece for piece in whole if ratio <= piece.distance]
    chosen = chosen or [max(whole, key=lambda piece: piece.distance)]
    return tuple(Entry(Place(piece.name), piece.hold_s) for piece in chosen)


def parse_metres(field: str, typed: str) -> int:
    """Centimetres of a length in metres as somebody typed it: "6", "0,93", "2.5 m". Raises BadRequest."""
    match = re.fullmatch(r"\s*(\d{1,4})(?:[.,](\d{1,4}))?\s*m?\s*", typed, re.ASCII)
    if match is None:
        raise BadRequest(
            field,
            _("{typed} is no length in metres, for example 2.5").format(
                typed=repr(clean(typed, 20, empty=_("nothing")))
            ),
        )
    return round(float(f"{match[1]}.{match[2] or 0}") * 100)


def check_size(hanging: Hanging) -> None:
    """Raise BadRequest where no screen of a room is so far away or so high."""
    for field, value, least, most in (
        ("distance_m", hanging.distance_cm, NEAREST_CM, FARTHEST_CM),
        ("height_m", hanging.height_cm, SMALLEST_CM, TALLEST_CM),
    ):
        if not least <= value <= most:
            raise BadRequest(
                field,
                _("{length}: it is between {least} and {most}").format(
                    length=metres(value), least=metres(least), most=metres(most)
                ),
            )
