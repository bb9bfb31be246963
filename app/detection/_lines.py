"""Lines of posts that are looked at one by one, and what their columns are called."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.detection._cells import encoded
from app.detection.posts import Cells, Gathering, check, distinct_texts, instant_in
from app.errors import BadRequest

COLUMNS = {
    "account": ("account", "account_id", "user_id"),
    "object": ("object", "object_id", "repost_id"),
    "time": ("time", "timestamp_share", "timestamp"),
    "id": ("id", "post_id", "content_id", "message_id"),
    "text": ("text", "message"),
    "name": ("username",),
}
"""What each column is called: plainly, by CooRTweet, by coordination-network-toolkit. Others are passed over."""

RE_SHARE = "repost_id"
"""Where the object has this name, a post that has one is a re-share: its text is somebody else's and not compared."""

ROWS = 20_000
"""Lines that are taken together when each is looked at by itself."""

NAMED = 1_000
"""Lines that are named when they will not do; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line that is no post. ``line`` counts from 1, the header among them."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: by role, what they are ``called`` and at which ``place`` of the header they stand."""

    called: dict[str, str]
    place: dict[str, int]

    @property
    def are_re_shares(self) -> bool:
        """Whether a post with an object only repeats somebody else's."""
        return self.called.get("object") == RE_SHARE and "text" in self.called


def columns_of(header: Sequence[str], *, texts: bool) -> Columns:
    """Where each role stands. Raises BadRequest where one is missing that has to be there.

    The text is left out unless ``texts`` are wanted, or nothing else tells posts apart.
    """
    places = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    called = {role: name for role, names in COLUMNS.items() for name in reversed(names) if name in places}
    for role in ("account", "time"):
        if role not in called:
            raise BadRequest(role, f"there is no such column: call it {' or '.join(COLUMNS[role])}")
    if not called.keys() & {"object", "text"}:
        raise BadRequest("object", f"there is no such column, and no text: call it {' or '.join(COLUMNS['object'])}")
    if not texts and "id" in called:
        called.pop("text", None)
    return Columns(called, {role: places[name] for role, name in called.items()})


Row = tuple[int, dict[str, str] | BadRequest]
"""A line by its number: its cells by role, or what is wrong with all of it."""


@dataclass(slots=True)
class Lines:
    """Takes lines into ``whole``, a block at a time, and names those that will not do as their file calls things."""

    whole: Gathering
    columns: Columns
    refused: int = 0
    named: list[Unusable] = field(default_factory=list)

    def take(self, rows: Iterable[Row]) -> None:
        """Take what is good of the lines."""
        rows = iter(rows)
        while block := list(itertools.islice(rows, ROWS)):
            self._take(block)

    def _take(self, block: list[Row]) -> None:
        good: list[dict[str, str]] = []
        at: list[int] = []
        for line, cells in block:
            try:
                if isinstance(cells, BadRequest):
                    raise cells
                for role, text in cells.items():
                    check(role, text)
                at.append(instant_in(cells["time"]))
                good.append(cells)
            except BadRequest as wrong:
                self._refuse(line, wrong)
        if not good:
            return
        columns = {role: [cells[role] for cells in good] for role in self.columns.called}
        shared = columns.get("object")
        texts = columns.get("text")
        self.whole.take(
            Cells(
                distinct_texts(columns["account"]),
                np.array(at, np.int64),
                None if shared is None else distinct_texts(shared),
                encoded(columns["id"]) if "id" in columns else None,
                own_texts(shared, texts) if shared and texts and self.columns.are_re_shares else texts,
                columns.get("name"),
            )
        )

    def _refuse(self, line: int, wrong: BadRequest) -> None:
        self.refused += 1
        if len(self.named) < NAMED:
            self.named.append(Unusable(line, self.columns.called.get(wrong.field, wrong.field), wrong.reason))


def own_texts(objects: Sequence[str] | Sequence[bytes], texts: Sequence[str]) -> list[str]:
    """The texts of those posts that share nothing, empty for the others."""
    return ["" if shared else text for shared, text in zip(objects, texts, strict=True)]
