"""Instants of the past as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors import BadRequest
from app.language import _
from app.vocabulary import instant, moment

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def past_instant(text: str, now: int, zone: ZoneInfo, field: str = "at") -> int:
    """The instant (µs) that a text means: an RFC 3339 one, a date and time in ``zone``, or a time alone.

    A time alone is the last one that has passed at ``now`` (µs). Raises BadRequest, naming ``field``.
    """
    time = _TIME.fullmatch(text.strip())
    try:
        if time is not None:
            hour, minute, second = (int(part or 0) for part in time.groups())
            local = moment(now).astimezone(zone).replace(hour=hour, minute=minute, second=second, microsecond=0)
            said = local if instant(local) <= now else local - timedelta(days=1)
        else:
            said = datetime.fromisoformat(text.strip())
            said = said if said.tzinfo is not None else said.replace(tzinfo=zone)
        then = instant(said.astimezone(UTC))
    except (ValueError, OverflowError):
        raise BadRequest(field, _("is no time: write 21:40, 2018-10-26T21:40 or 2018-10-26T21:40:00Z")) from None
    if then > now:
        raise BadRequest(field, _("has not come yet"))
    if then < 0:
        raise BadRequest(field, _("is before 1970: nothing was recorded then"))
    return then
