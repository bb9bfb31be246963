"""How many accounts follow single assets: figures, and how sure they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, case, func

from app import tables as t
from app.audiences import Audience
from app.hedged import Hedged
from app.measures.reach import Mode, audience_figure
from app.records import hedged_of
from app.rows import find


class Followers(NamedTuple):
    """How many follow or joined an asset. ``standard_error`` is relative, None where every account is known."""

    figure: Hedged
    mode: Mode
    standard_error: float | None


def followers_of(connection: Connection, assets: Collection[str]) -> dict[str, Followers]:
    """By id, for assets of which anything is known. Of sets of accounts only the length is read."""
    u = t.audiences.c
    length = func.length(u.hashes).label("length")
    sketch = case((u.hashes.is_(None), u.sketch)).label("sketch")
    found: dict[str, Followers] = {}
    columns: Any = (u.asset, length, sketch, u.counts)
    for row in find(connection, u.asset, assets, *columns):
        if row.counts == "[]" and row.length is not None:
            found[row.asset] = Followers(Hedged.exactly(row.length // 8), "exact", None)
            continue
        counts = tuple(hedged_of(count) for count in msgspec.json.decode(row.counts))
        hashes = None if row.length is None else bytes(row.length)
        # Beside a whole set the sketch says nothing that its length does not.
        image = b"" if hashes is not None else None if row.sketch is None else bytes(row.sketch)
        audience = Audience(hashes, image, counts)
        if audience.is_known:
            found[row.asset] = Followers(*audience_figure(audience))
    return found
