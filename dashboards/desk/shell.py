"""What every page of the desk shares: the bar at the top, who is there, and forms that say what is wrong with them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from app.access import DESK, PEOPLE, Role, Visitor
from app.access.gate import Gate
from app.access.origins import is_own_path
from app.acknowledging import Alarms, waiting_on
from app.alarms import watched
from app.board import Board
from app.errors import NotFound
from app.exports import Frozen
from app.language import N_, _
from app.live import Live
from app.networks import Network
from app.nouns import clock_time, day
from app.review import Decisions
from app.safetext import clean
from app.seats import Screen
from app.settings import Settings
from app.vocabulary import ID_PATTERN
from app.walls import RoomControl
from dashboards.render import clock_words, render_page

SAME_ORIGIN = {"referrer-policy": "same-origin", "cache-control": "no-store"}
"""For pages with a form: without any referrer a browser says ``Origin: null``, as another site's page would."""

REVIEW = "/desk/review"
"""For whoever decides; the bar shows it to nobody else."""

SECTIONS = (
    (N_("Networks"), "/desk/networks"),
    (N_("Review"), REVIEW),
    (N_("Snapshots"), "/desk/snapshots"),
    (N_("Walls"), "/desk/walls"),
    (N_("Alarms"), "/desk/alarms"),
    (N_("Detectors"), "/desk/detectors"),
    (N_("Screens"), "/desk/screens"),
    (N_("Scenes"), "/desk/scenes"),
)
"""The pages that the bar leads to."""

FOR_ADMINS = ((N_("People"), "/desk/people"),)
"""The pages that it leads administrators to as well."""

BESIDE = ((N_("You"), "/desk/you"),)
"""The pages that are led to from elsewhere."""

ROLES = (N_("viewer"), N_("analyst"), N_("lead"), N_("admin"), N_("wall"), N_("detector"))
"""What the bar calls whoever is signed in."""

MOST_OFFERED = 200
"""Networks that a list of the browser offers; of any other the id can be typed."""


class Camera(Protocol):
    """What draws a wall as it stood, where there is a browser for it."""

    def sizes(self, frozen: Frozen) -> tuple[str, ...]:
        """The pictures that can be had of a snapshot: "1920x1080"."""

    def picture(self, frozen: Frozen, size: str) -> tuple[str, bytes]:
        """The name of one, and the PNG."""


class Desk:
    """The pages of a room's desk, in its theme and zone. ``screens`` gives all that are connected, wherever."""

    def __init__(
        self,
        gate: Gate,
        live: Live,
        control: RoomControl,
        alarms: Alarms,
        decisions: Decisions,
        settings: Settings,
        screens: Callable[[], list[Screen]],
        camera: Camera,
    ) -> None:
        self.gate = gate
        self.live = live
        self.control = control
        self.alarms = alarms
        self.decisions = decisions
        self.database = decisions.database
        self.screens = screens
        self.camera = camera
        self.people = gate.require(*PEOPLE)
        self.workers = gate.require(*DESK)
        self.lead = gate.require(Role.LEAD)
        self.admin = gate.require(Role.ADMIN)
        self.clock = decisions.clock
        self.zone = settings.zone
        self.watch = settings.watch()
        self.limits_s = settings.source_limits_s
        self.watched = watched(self.watch, self.limits_s)
        self.address = settings.public_address
        self._theme = settings.theme

    def page(self, template: str, title: str, visitor: Visitor, status: int = 200, **values: Any) -> Response:
        """A page of the desk. ``title`` is the section of the bar that it belongs to."""
        html = render_page(
            template,
            theme=self._theme,
            title=title,
            sections=_sections(visitor),
            visitor=visitor,
            is_lead=visitor.role is Role.LEAD,
            works=visitor.role in DESK,
            bar=self._bar(title) if visitor.role is Role.LEAD else None,
            **self.caption(),
            **values,
        )
        return HTMLResponse(html, status, SAME_ORIGIN)

    def _bar(self, title: str) -> dict[str, Any]:
        """What a lead can send to which wall from every page: open networks first, and only so many of them."""
        return {
            "back": dict(SECTIONS + BESIDE).get(title, SECTIONS[0][1]),
            "scenes": list(self.control.repertoire.values()),
            "walls": [{"id": each.wall.id, "name": each.wall.name} for each in self.control.standings()],
            "networks": offered(self.alarms.board()),
        }

    def part(self, template: str, visitor: Visitor, **values: Any) -> Response:
        """A part of a page that is asked for again."""
        html = render_page(
            template, is_lead=visitor.role is Role.LEAD, works=visitor.role in DESK, **self.caption(), **values
        )
        return HTMLResponse(html, headers=SAME_ORIGIN)

    def find(self, id: str) -> tuple[Board, Network]:
        """The newest picture, and a network in it, also by the id of one that was merged into it. Raises NotFound."""
        board = self.decisions.board()
        return board, network_named(board, id)

    def caption(self) -> dict[str, Any]:
        """Which picture this is: the newest position of the log, the room's time, and how many alarms wait."""
        return {
            "seq": self.live.hub.seq,
            "clock": clock_words(self.clock.now(), self.zone),
            "waiting": len(waiting_on(self.alarms.board())),
        }

    def ago(self, seconds: float) -> int:
        """The room's instant (µs) so many real seconds ago."""
        return int(self.clock.now() - seconds * self.clock.rate * 1_000_000)

    def time(self, at: int) -> str:
        """An instant of the room as the time of day, with the day where that is another one."""
        today = day(self.clock.now(), self.zone)
        return clock_time(at, self.zone) if day(at, self.zone) == today else self.moment(at)

    def moment(self, at: int) -> str:
        """A day and a time of it, in the room's zone: "26 Oct 14:05"."""
        return f"{day(at, self.zone)} {clock_time(at, self.zone)}"


def network_named(board: Board, id: str) -> Network:
    """A network by its id, or the one that it was merged into. Raises NotFound."""
    network = board.find(id) if ID_PATTERN.fullmatch(id) else None
    if network is None:
        raise NotFound(_("there is no network {id}").format(id=repr(clean(id, 80))))
    return network


def offered(board: Board, but: str = "") -> list[dict[str, str]]:
    """The networks that a list of the browser offers: open ones first, and only so many."""
    ordered = sorted(board.networks.values(), key=lambda n: (not n.is_open, n.name.casefold(), n.id))
    return [{"id": each.id, "name": each.name} for each in ordered if each.id != but][:MOST_OFFERED]


def _sections(visitor: Visitor) -> tuple[tuple[str, str], ...]:
    """The sections of the bar for whoever is signed in."""
    shown = tuple(each for each in SECTIONS if each[1] != REVIEW or visitor.role in DESK)
    return shown + FOR_ADMINS if visitor.role is Role.ADMIN else shown


async def form_of(request: Request) -> FormData:
    """What a form sent."""
    return await request.form()


Form = Annotated[FormData, Depends(form_of)]


def field(form: FormData, name: str) -> str:
    """One field as text, empty where it is not there or is a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def fields(form: FormData, name: str) -> list[str]:
    """Every value of a repeated field."""
    return [value if isinstance(value, str) else "" for value in form.getlist(name)]


def once() -> str:
    """What tells a form that is sent twice from two that say the same."""
    return uuid.uuid4().hex


def onward(form: FormData, otherwise: str) -> Response:
    """Back to the page that the form was on, if it is one of ours, after what it asked for is done."""
    back = field(form, "back")
    ours = back.startswith(("/desk/", "/wall/")) and is_own_path(back)
    return RedirectResponse(back if ours else otherwise, 303)
