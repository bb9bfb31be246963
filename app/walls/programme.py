"""What a wall shows in turn: its programme, checked against the scenes there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from app.errors import BadRequest
from app.language import _
from app.numerals import grouped
from app.safetext import clean
from app.vocabulary import ID_PATTERN

SHORTEST_S, LONGEST_S = 5, 3_600
"""Seconds for which a scene stands in a rotation."""

MOST_ENTRIES = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A scene that walls can show. ``about`` is what it is of, "network", where it is of one thing.

    ``distance`` is the largest viewing distance, in heights of the screen, at which all of it can be read.
    """

    name: str
    title: str
    hold_s: int
    distance: float
    about: str = ""


Repertoire = Mapping[str, Piece]
"""The scenes there are, by name, in the order of the rotation."""


@dataclass(frozen=True, slots=True)
class Place:
    """A scene, and what it is about where it is of one thing."""

    scene: str
    subject: str = ""

    def as_json(self) -> dict[str, str]:
        """As the control topic and the table have it."""
        return asdict(self)

    def words(self, repertoire: Repertoire) -> str:
        """How it is called: "Situation", "Network n1"."""
        piece = repertoire.get(self.scene)
        title = _(piece.title) if piece is not None else clean(self.scene, 40)
        return f"{title} {clean(self.subject, 40)}" if self.subject else title


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a programme, held for ``hold_s`` seconds."""

    place: Place
    hold_s: int

    def as_json(self) -> dict[str, str | int]:
        """As the control topic and the table have it."""
        return {**self.place.as_json(), "hold_s": self.hold_s}

    @classmethod
    def of(cls, said: Mapping[str, str | int]) -> Entry:
        """Read back what ``as_json`` made."""
        return cls(Place(str(said["scene"]), str(said["subject"])), int(said["hold_s"]))


def check_place(place: Place, repertoire: Repertoire, field: str = "scene") -> None:
    """Raise BadRequest where walls show no such scene, or not of this subject. ``field`` is what is wrong then."""
    piece = repertoire.get(place.scene)
    if piece is None:
        raise BadRequest(
            field,
            _("there is no scene {scene}: walls show {scenes}").format(
                scene=repr(clean(place.scene, 40)), scenes=", ".join(repertoire)
            ),
        )
    subject = field.replace("scene", "subject")
    if piece.about and not ID_PATTERN.fullmatch(place.subject):
        raise BadRequest(subject, _("say which network {scene} is about, by its id").format(scene=_(piece.title)))
    if place.subject and not piece.about:
        raise BadRequest(subject, _("{scene} is of no one thing: leave it empty").format(scene=_(piece.title)))


def check_programme(entries: Sequence[Entry], repertoire: Repertoire) -> None:
    """Raise BadRequest where a wall cannot show these in turn. Fields are ``programme`` and ``programme.0.hold_s``."""
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise BadRequest(
            "programme",
            _("a programme has 1 to {most} scenes, and this has {n}").format(most=MOST_ENTRIES, n=len(entries)),
        )
    for at, entry in enumerate(entries):
        check_place(entry.place, repertoire, f"programme.{at}.scene")
        if not SHORTEST_S <= entry.hold_s <= LONGEST_S:
            raise BadRequest(
                f"programme.{at}.hold_s",
                _("{n} s: a scene is held for {least} to {most} s").format(
                    n=entry.hold_s, least=SHORTEST_S, most=grouped(LONGEST_S)
                ),
            )


def programme_words(entries: Sequence[Entry], repertoire: Repertoire) -> str:
    """A programme in a line: "Situation 60 s, Networks 40 s"."""
    return ", ".join(f"{entry.place.words(repertoire)} {entry.hold_s} s" for entry in entries)
