"""Snapshots for tests: the October 2018 briefing, one whose every name is written to do harm, and one of nothing.

    frozen = october()          # the demo's story at its end, as the Situation scene froze it, with names

Each is made once a process by a real log, writer and board; the bytes are the same every time.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from app.demo.briefing import EVENING
from app.demo.story import END, FIRST_DAY, story
from app.exports import Frozen, canonical
from app.exports._figures import figures_of
from app.rates import ReferenceRates
from app.snapshots._rows import asset_rows
from app.snapshots.content import MOST_ASSETS, Place, Subject, Taking, content_of, networks_of
from app.snapshots.deeds import deeds_between
from app.snapshots.since import difference
from app.snapshots.subjects import of_scene, of_scope
from app.vocabulary import HOUR, Scope, Tlp
from tests import every_room
from tests.makers import Event
from tests.room import Room

TAKING = Taking("0123456789abcdef", "October briefing", "A lead", END, Tlp.GREEN, names=True)


def frozen_of(
    events: Iterable[Event], scope: Scope | None = None, taking: Taking = TAKING, *, now: int = END, **place: Any
) -> Frozen:
    """What a room that was told ``events`` freezes: the Situation, or a scope."""
    with tempfile.TemporaryDirectory() as folder, closing(room_of(Path(folder), events, now=now)) as room:
        return freeze(room, scope, taking, **place)


def room_of(folder: Path, events: Iterable[Event], *, now: int = END) -> Room:
    """A room on the demo's watch. Close it."""
    room = Room(f"sqlite:///{folder / 'room.db'}", now=now, first_day=FIRST_DAY)
    room.send(events, together=5_000)
    return room


def freeze(room: Room, scope: Scope | None = None, taking: Taking = TAKING, **place: Any) -> Frozen:
    """What a room says now."""
    board = room.board
    subject = subject_of(room, scope)
    with room.database.read() as connection:
        rows = asset_rows(connection, networks_of(subject, board), subject.scope.platform, MOST_ASSETS)
    recorded_at = max((source.recorded_at for source in board.sources.values()), default=None)
    taken_from = Place(board, room.clock.now(), recorded_at, room.watch, assets=rows, rates=ReferenceRates())
    content = content_of(subject, replace(taken_from, **place), taking)
    # The epoch of a log is drawn by lot.
    content["picture"]["epoch"] = "6f1d2c3b4a596877"
    return Frozen.of(content)


def subject_of(room: Room, scope: Scope | None) -> Subject:
    """The Situation, or a scope."""
    if scope is not None:
        return of_scope(room.board, scope, room.watch)
    return of_scene(room.board, "situation", "Situation", room.watch)


@cache
def october() -> Frozen:
    """The October 2018 briefing: the demo's story at its end, Harbour Finch just removed and five networks open."""
    return frozen_of(every_room.told())


@cache
def compared() -> Frozen:
    """The October briefing, with what changed since that of the evening before."""
    rest = every_room.told()[len(story()) :]
    early = [beat.event for beat in story() if beat.at <= EVENING]
    late = [beat.event for beat in story() if beat.at > EVENING]
    return changed_since(early, [*late, *rest], now=EVENING)


def changed_since(
    early: Iterable[Event],
    late: Iterable[Event],
    scope: Scope | None = None,
    taking: Taking = TAKING,
    *,
    now: int = END,
    **place: Any,
) -> Frozen:
    """What a room freezes at its end, beside what it had frozen ``now``, before it was told the ``late`` events."""
    with tempfile.TemporaryDirectory() as folder, closing(room_of(Path(folder), early, now=now)) as room:
        before = freeze(room, scope, replace(taking, id="fedcba9876543210", at=now), **place)
        room.clock.at = END
        room.send(late, together=5_000)
        after = freeze(room, scope, taking, **place)
        with room.database.read() as connection:
            deeds = deeds_between(connection, before.seq, after.seq)
        said = difference(before, after.content, deeds) | {"chosen": False}
    return with_content(after, since=said)


@cache
def harbour_finch() -> Frozen:
    """The same room, of Harbour Finch alone, without names."""
    taking = replace(TAKING, name="Harbour Finch", names=False, tlp=Tlp.CLEAR)
    return frozen_of(every_room.told(), Scope(network=("harbour-finch",)), taking)


@cache
def hostile() -> Frozen:
    """A network or more in every stage, and a text that does harm wherever there is room for one."""
    taking = replace(
        TAKING, name=every_room.NAMES[0], by=every_room.NAMES[1], tlp=Tlp.AMBER_STRICT, embargo_until=END + HOUR
    )
    told = list(every_room.names_that_do_harm())
    half = len(told) // 2
    return changed_since(told[:half], told[half:], Scope(), taking, source_limits_s=every_room.LIMITS_S)


@cache
def huge() -> Frozen:
    """Hundreds of networks and the largest figures that the door lets in."""
    return frozen_of(every_room.very_much(), Scope(), replace(TAKING, tlp=Tlp.RED))


EASTERN_NAMES = (
    "美国视觉醒新闻",
    "日本語のニュース速報",
    "한국어 뉴스 속보",
    "Patriots 🔥🇺🇸 first",
    "👨‍👩‍👧‍👦 가족 👍🏽 1️⃣",
    "中国网络水军垃圾信息发布账号与转发账号群组第一百二十八号以及其他",
    "Spamouflage 垃圾伪装 龙桥",
    "「東京」ニュース・センター（公式）",
    "繁體中文新聞網",
    "조선중앙통신　평양",
)
"""Names as those who write in other scripts give them, the first of them to networks that a briefing names in full."""


@cache
def eastern() -> Frozen:
    """The October 2018 briefing with names in Chinese, Japanese and Korean and emoji."""
    content = october().content
    new = dict(zip((each["name"] for each in content["networks"]), cycle(EASTERN_NAMES), strict=False))

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [renamed(each) for each in value]
        return re.sub("|".join(new), lambda name: new[name[0]], value) if isinstance(value, str) else value

    return with_content(Frozen.read(canonical(renamed(content))), name="十月简报 🗳️")


@cache
def several() -> Frozen:
    """Three networks that paid in US and Canadian dollars, reais and yen, each amount hedged otherwise."""
    return frozen_of(every_room.spent_in_several(), Scope(), replace(TAKING, name="Currencies", tlp=Tlp.CLEAR))


@cache
def empty() -> Frozen:
    """A room that was told nothing."""
    return frozen_of([], Scope(), replace(TAKING, name="Nothing", tlp=Tlp.CLEAR))


ALL = {
    "october": october,
    "compared": compared,
    "harbour_finch": harbour_finch,
    "hostile": hostile,
    "huge": huge,
    "several": several,
    "empty": empty,
}
"""Every one by name, for ``parametrize``: call what stands there."""

HUGE = pytest.param("huge", marks=pytest.mark.long)
"""Takes ten times as long as all others together."""

NAMES = [*(name for name in ALL if name != "huge"), HUGE]


def figures_in(frozen: Frozen) -> set[str]:
    """Every figure of a snapshot in the words of a sentence: "about 1.02 million"."""
    return {figure.said["prose"] for figure in figures_of(frozen.content)}


def shows(text: str, figure: str) -> bool:
    """Whether words from a page hold a figure: other spaces and line ends count as spaces."""
    return " ".join(re.sub(r"[\u00a0\u202f]", " ", figure).split()) in " ".join(
        re.sub(r"[\u00a0\u202f]", " ", text).split()
    )


def with_content(frozen: Frozen, **changed: Any) -> Frozen:
    """The same snapshot with other top-level members."""
    return Frozen.read(canonical(frozen.content | changed))
