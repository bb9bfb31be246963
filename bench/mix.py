"""The records that benches send: what detectors say in a busy hour, the same for every way that is measured."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from app.vocabulary import SECOND, instant, isoformat

SOURCE = "//bench.example/detectors"
NETWORKS = 40
ASSETS = 2_000
"""As many networks and assets as one room watches. The log grows; what it speaks about does not."""

START = instant(datetime(2018, 10, 19, tzinfo=UTC))

TEXT = "We the people must wake up before it is too late, and no one else will say it. "


def event(n: int, *, assets: int = ASSETS, padding: int = 2) -> dict[str, Any]:
    """The ``n``-th record. Of 20: 12 posts, 4 detections, 2 ads, a link, an audience. ``padding`` makes posts long."""
    asset = f"fb:page:{n * 7 % assets}"
    place = n % 20
    if place < 12:
        data: dict[str, Any] = {"asset": asset, "text": TEXT * padding, "language": "en"}
        return _record(n, "post.observed", f"post:{n}", data)
    if place < 16:
        data = {"network": f"net-{n * 7 % NETWORKS}", "platform": "facebook", "kind": "page", "name": f"Page {asset}"}
        return _record(n, "asset.detected", asset, data)
    if place < 18:
        spend = {"currency": "USD", "qualifier": "less than", "minor": 10_000}
        return _record(n, "ad.observed", f"ad:{n}", {"asset": asset, "spend": spend, "first_day": "2018-10-19"})
    if place < 19:
        data = {"a": asset, "b": f"fb:page:{n * 11 % assets}x", "signal": "shared_admin", "weight": 1.5}
        return _record(n, "link.observed", None, data)
    return _record(n, "audience.observed", asset, {"count": {"qualifier": "about", "value": n % 9_000 + 1_000}})


def _record(n: int, type: str, subject: str | None, data: dict[str, Any]) -> dict[str, Any]:
    time = isoformat(START + n * SECOND // 10)
    made = {"specversion": "1.0", "id": f"{n:012d}", "source": SOURCE, "time": time, "type": f"warroom.{type}"}
    return made | {"data": data} | ({} if subject is None else {"subject": subject})


def one(n: int) -> bytes:
    """The ``n``-th record as a body."""
    return json.dumps(event(n)).encode()


def batch(start: int, size: int) -> bytes:
    """``size`` records from the ``start``-th on, as the body of a batch."""
    return json.dumps([event(n) for n in range(start, start + size)]).encode()
