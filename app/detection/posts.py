"""Posts as columns, and the one place that says what a post may look like.

A post is who (account), what was shared (object, may be empty), when, and where they are known an id of its own and a
text. An id counts once: the first post that has it stands, as in coordination-network-toolkit. Posts without ids are
the same post where account, object, time and text are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.detection._cells import Bytes, Codes, Distinct, Odd, repeated
from app.errors import BadRequest
from app.records import instant_of
from app.vocabulary import SECOND

ID_LIMIT = 128
"""Characters of the id of an account or post; the longest that a platform gives are under 100."""

TEXT_LIMIT = 100_000
"""Characters of an object or a text: what a record of a post can hold."""

LATEST_S = 253_402_300_799
"""The last second of the year 9999, after which RFC 3339 has no times."""

PLAIN_WHOLE, PLAIN_PARTS = 11, 6
"""Digits before and behind the point: as far as the year 5138, and down to µs."""

EARLIEST_S = -62_135_596_800
"""The first second of the year 1."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts in the order in which they came.

    ``account`` and ``object`` are places in ``accounts`` and ``objects``, -1 where nothing was shared; ``at`` is in µs
    since 1970. ``ids`` (in UTF-8) and ``texts`` have one entry a post, or are None where the file had none or nobody
    asked for them. ``names`` has what accounts call themselves, where that is known.
    """

    accounts: list[str]
    objects: list[str]
    account: Codes
    object: Codes
    at: Codes
    ids: Bytes | None
    texts: list[str] | None
    names: dict[str, str]

    def __len__(self) -> int:
        return len(self.at)

    def pick(self, rows: Codes) -> Posts:
        """Those of the given rows, in that order, under the same codes."""
        ids = None if self.ids is None else self.ids[rows]
        texts = None if self.texts is None else [self.texts[row] for row in rows.tolist()]
        here = (self.account[rows], self.object[rows], self.at[rows])
        return Posts(self.accounts, self.objects, *here, ids, texts, self.names)


@dataclass(frozen=True, slots=True)
class Cells:
    """Good cells of posts by column, of equal length, or None where the file has no such column."""

    account: Distinct
    at: Codes
    object: Distinct | None = None
    id: Bytes | None = None
    text: Sequence[str] | None = None
    name: Sequence[str] | None = None


class Numbering(dict[bytes, int]):
    """Numbers texts from 0 in the order in which they are first asked for."""

    def __missing__(self, text: bytes) -> int:
        self[text] = number = len(self)
        return number

    def codes(self, column: Distinct) -> Codes:
        """The number of each cell."""
        return np.fromiter(map(self.__getitem__, column.texts), np.int64, len(column.texts))[column.where]


@dataclass(slots=True)
class Gathering:
    """Takes cells, a block at a time, and gives back the ``Posts`` they are."""

    taken: int = 0
    _accounts: Numbering = field(default_factory=Numbering)
    # The empty object stands first, so that it has the code -1 when one is taken away from all.
    _objects: Numbering = field(default_factory=lambda: Numbering({b"": 0}))
    _names: dict[int, str] = field(default_factory=dict)
    _parts: list[tuple[Codes, Codes, Codes]] = field(default_factory=list)
    _ids: list[Bytes] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)

    def take(self, cells: Cells) -> None:
        """Take a block."""
        account = self._accounts.codes(cells.account)
        shared = np.full(len(account), -1) if cells.object is None else self._objects.codes(cells.object) - 1
        self._parts.append((account, shared, cells.at))
        self.taken += len(account)
        if cells.name is not None:
            self._names.update(zip(account.tolist(), cells.name, strict=True))
        if cells.id is not None:
            self._ids.append(cells.id)
        if cells.text is not None:
            self._texts.extend(cells.text)

    def posts(self) -> Posts:
        """Everything that was taken, each post once."""
        parts = self._parts or [(np.empty(0, np.int64),) * 3]
        account, shared, at = (np.concatenate(column) for column in zip(*parts, strict=True))
        accounts = [account.decode() for account in self._accounts]
        objects = [shared.decode() for shared in self._objects][1:]
        names = {accounts[code]: name for code, name in self._names.items() if name}
        ids = np.concatenate(self._ids) if self._ids else None
        found = Posts(accounts, objects, account, shared, at, ids, self._texts or None, names)
        again = _repeated(found) if ids is None else repeated(ids)
        return found.pick(np.delete(np.arange(len(found)), again)) if len(again) else found


def instants(cells: Bytes) -> Codes:
    """The µs of times that are all Unix seconds, or all RFC 3339. Raises Odd where one is neither."""
    plain = _plain_instants(cells)
    return _instants(cells.tolist()) if plain is None else plain


def _plain_instants(cells: Bytes) -> Codes | None:
    """The µs of Unix seconds that are all written with as many digits, None where they are not."""
    filled = cells.view(np.uint8).reshape(len(cells), -1)
    letters, rest = np.split(filled, [len(cells[0])], axis=1)
    (points,) = np.nonzero(letters[0] == ord("."))
    whole = int(points[0]) if len(points) else letters.shape[1]
    parts = letters.shape[1] - whole - len(points)
    if rest.any() or not 0 < whole <= PLAIN_WHOLE or parts > PLAIN_PARTS:
        return None
    if (letters[:, points] != ord(".")).any():
        return None
    digits = np.delete(letters, points, axis=1) - np.uint8(ord("0"))
    if digits.max() > 9:
        return None
    at = np.zeros(len(cells), np.int64)
    for place in range(digits.shape[1]):
        at = at * 10 + digits[:, place]
    at *= 10 ** (PLAIN_PARTS - parts)
    return at


def _instants(texts: Sequence[bytes]) -> Codes:
    try:
        seconds = np.fromiter(map(float, texts), float, len(texts))
    except ValueError:
        try:
            return np.fromiter((instant_of(text.decode()) for text in texts), np.int64, len(texts))
        except ValueError:
            raise Odd from None
    # NaN is between no two numbers, and an underscore is Python's way of writing numbers alone.
    if not ((seconds >= EARLIEST_S) & (seconds <= LATEST_S)).all() or b"_" in b"".join(texts):
        raise Odd
    at: Codes = np.rint(seconds * SECOND).astype(np.int64)
    return at


def instant_in(text: str) -> int:
    """The µs of one time. Raises BadRequest, whose field is ``time``."""
    try:
        seconds = float(text) if "_" not in text else math.nan
    except ValueError:
        try:
            return instant_of(text)
        except ValueError:
            seconds = math.nan
    if math.isnan(seconds):
        shown = "is empty" if not text.strip() else f"{text[:40]!r} is no time"
        raise BadRequest("time", f"{shown}: write Unix seconds, or RFC 3339 with a zone")
    if not EARLIEST_S <= seconds <= LATEST_S:
        raise BadRequest("time", f"{text[:40]!r} is not in the years 1 to 9999: write seconds, not parts of them")
    return round(seconds * SECOND)


def limit_of(role: str) -> int:
    """Characters that a cell of this role may have."""
    return ID_LIMIT if role in ("account", "id") else TEXT_LIMIT


def check(role: str, text: str) -> None:
    """Whether a cell of this role will do. Raises BadRequest, whose field is the role."""
    limit = limit_of(role)
    if not text and role in ("account", "id"):
        raise BadRequest(role, "is empty")
    if "\0" in text and role in ("account", "id"):
        raise BadRequest(role, "has a NUL in it")
    if len(text) > limit:
        raise BadRequest(role, f"has {len(text):,} characters: at most {limit:,} can be taken")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BadRequest(role, "is not in UTF-8") from None


def distinct_texts(texts: Sequence[str]) -> Distinct:
    """A column of texts as ``Distinct``."""
    numbers = Numbering()
    where = np.fromiter((numbers[text.encode()] for text in texts), np.int64, len(texts))
    return Distinct(list(numbers), where)


def _repeated(posts: Posts) -> Codes:
    """The rows of posts without ids that stood before."""
    columns = [posts.at, posts.object, posts.account]
    if posts.texts is not None:
        columns.append(distinct_texts(posts.texts).where)
    order = np.lexsort(columns)
    same = np.ones(max(0, len(order) - 1), bool)
    for column in columns:
        same &= column[order[1:]] == column[order[:-1]]
    # lexsort is stable: of equal posts the first one stands first.
    return order[1:][same]
