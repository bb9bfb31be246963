"""Where the files of others lie that pages and exports take along: Plotly, the shapes of countries, fonts."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
PLOTLY_ADDRESS = "vendor/plotly-geo.min.js"
"""The bundle of Plotly with maps and lines: bars are drawn as outlines (``app.outlines``)."""


def static_file(address: str) -> Path:
    """The file behind an address below ``/static/``. Raises ``FileNotFoundError`` with what to do."""
    path = STATIC / address
    if not path.is_file():
        raise FileNotFoundError(f"static/{address} is missing; run `make assets`")
    return path


def policy_hash(text: str) -> str:
    """What lets one script or style into a page whose policy lets in no other: "'sha256-…'"."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def plotly_style_hashes() -> str:
    """The style elements that Plotly makes: an empty one, which it fills through the object model, and one of its own.

    Read once, since the file has 1.4 MB.
    """
    css = re.search(r"""\.textContent='([^']*maplibregl[^']*)'""", static_file(PLOTLY_ADDRESS).read_text("utf-8"))
    return " ".join([policy_hash(""), *([policy_hash(css[1])] if css else [])])
