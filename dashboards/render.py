"""Pages and fragments out of templates: the Jinja environment, its filters, hashed static addresses, and the policy.

A fragment that travels to a screen comes from the same template that drew it into the page, so both are the same text.
Templates hold no arithmetic: whatever needs computing is computed by a filter here or by who made the view.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app import language
from app.language import _
from app.nouns import NARROW, clock_time, day, local
from app.numerals import grouped, localized
from app.safetext import clean, safe_name_html
from app.vendored import plotly_style_hashes, static_file

STATIC_PATH = "/static/"
LIVE_PATH = "/live"

NAME_LIMIT = 120
"""Characters of a name that are sent to a wall; the longest place shows about 60."""

_TALLEST, _SHORTEST, _TICK, _PITCH = 34, 5, 2, 9
"""Hour bars, in tenths of a rem."""


# ------------------------------------------------------------------------------------------------- static addresses


def static_url(address: str, *, hashed: bool = True) -> str:
    """``css/wall.css`` as ``/static/css/wall.css?v=0a1b2c3d4e5f``: the address changes with the content.

    ``hashed=False`` for what a stylesheet asks for by its plain name. Raises ``FileNotFoundError``.
    """
    path = static_file(address)
    return f"{STATIC_PATH}{address}" + (f"?v={_hash(path, path.stat().st_mtime_ns)}" if hashed else "")


@cache
def _hash(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def content_security_policy() -> str:
    """The policy for every page: nothing from elsewhere, no inline script, no inline style.

    Plotly brings one style element of its own, let in by its hash. Read once, since the file has 1.4 MB.
    """
    return (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'unsafe-hashes' {plotly_style_hashes()}; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def house_headers() -> dict[str, str]:
    """What stands on every answer: nothing from elsewhere, in no frame, and no word to others of where one was."""
    return {
        "content-security-policy": content_security_policy(),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


# ---------------------------------------------------------------------------------------------------------- filters


def safe_name(name: str) -> Markup:
    """A name from outside in a box of its own direction, cut at its own end."""
    return Markup(safe_name_html(name, NAME_LIMIT))  # noqa: S704 - safe_name_html escapes


def safe_text(text: str) -> Markup:
    """A line that may hold text from outside, without direction controls or invisible characters. Empty stays empty.

    The narrow space before a unit is ours and stays; it would be closed up with the rest.
    """
    return escape(NARROW.join(filter(None, (clean(part, empty="") for part in text.split(NARROW)))))


def hour_bars(bars: Sequence[int]) -> list[dict[str, Any]]:
    """Counts by hour, oldest first, as rectangles of a drawing 34 units high, 9 a bar: x, y, height, kind.

    A zero hour is a tick; the last hour is the newest. Each is relative to the largest.
    """
    largest = max(*bars, 1)
    drawn = []
    for place, count in enumerate(bars):
        height = max(_SHORTEST, round(count / largest * _TALLEST)) if count else _TICK
        kind = "zero" if not count else "newest" if place == len(bars) - 1 else "past"
        drawn.append({"x": place * _PITCH, "y": _TALLEST - height, "height": height, "kind": kind})
    return drawn


def day_bars(bars: Sequence[int], tall: float = 6.4, pitch: float = 0.4) -> list[dict[str, float]]:
    """Counts as bars upwards from one line, each relative to the largest: x, y, height in rem. None where none came."""
    largest = max(*bars, 1)
    return [
        {"x": round(place * pitch, 2), "y": round(tall - height, 2), "height": height}
        for place, count in enumerate(bars)
        if (height := max(0.2, round(count / largest * tall, 2)) if count > 0 else 0.0)
    ]


def clock_words(now: int, zone: str) -> dict[str, str]:
    """The room's clock: "Fri 26 Oct", "14:32", "UTC". The zone is spelt as the browser spells it (CLDR, en-US)."""
    return {"day": day(now, zone, weekday=True), "time": clock_time(now, zone), "zone": _zone_words(local(now, zone))}


def _zone_words(when: datetime) -> str:
    """The zone as CLDR abbreviates it for Americans, "EDT"; where it has no abbreviation, "GMT+5:30"."""
    label = get_timezone_name(when, width="short", locale="en_US")
    if label[0] not in "+-":
        return label
    hours, minutes = int(label[1:3]), label[3:5]
    return f"GMT{label[0]}{hours}{f':{minutes}' if minutes != '00' else ''}" if label[1:] != "0000" else "GMT"


def script_words() -> dict[str, str]:
    """What a page takes along for its scripts: their texts, and weekdays and months, by the English ones."""
    here, source = language.spoken(), language.language(language.SOURCE)
    if here is source:
        return {}
    names = {}
    for kind in ("days", "months"):
        english, own = (getattr(each.locale, kind)["format"]["abbreviated"] for each in (source, here))
        names.update({english[place]: own[place].replace(".", "") for place in english})
    return names | dict(here.for_scripts)


# ------------------------------------------------------------------------------------------------ pages and fragments


@cache
def environment() -> Environment:
    """The one Jinja environment: escaping on, and an unknown name in a template is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        # A template is part of the build: to ask the disk for each panel of each frame cost most of the feed's time.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        localized=lambda number: localized(str(number)),
        safe_name=safe_name,
        safe_text=safe_text,
        grouped=grouped,
        hour_bars=hour_bars,
        day_bars=day_bars,
    )
    made.globals.update(
        static_url=static_url,
        words=script_words,
        language=language.spoken,
        _=language.gettext,
        ngettext=language.ngettext,
        pgettext=language.pgettext,
    )
    return made


def render_page(template: str, **values: Any) -> str:
    """A whole page from a template. Raises jinja2's ``UndefinedError`` where the template asks for what is missing."""
    return environment().get_template(template).render(**values)


def render_fragment(topic: str, view: Mapping[str, Any]) -> str:
    """The HTML of one panel, ``situation/heroes``: what stands inside the element of its topic in the page."""
    scene, _, panel = topic.partition("/")
    return environment().get_template(f"{scene}/_{panel}.html").render(view=view)


def render_fault(now: int, zone: str = "UTC") -> str:
    """What stands in a panel whose fragment could not be made: the rest of the wall goes on.

    A chart says the same by itself when its columns make no sense.
    """
    said = _("Cannot draw this. Reported {time}.").format(time=clock_time(now, zone))
    return f'<p class="fault">{escape(said)}</p>'
