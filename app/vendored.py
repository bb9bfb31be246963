"""Where the files of others lie that pages and exports take along: Plotly, the shapes of countries, fonts."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
PLOTLY_ADDRESS = "vendor/plotly.min.js"
"""Served out of the installed plotly package: it is never copied."""


def plotly_js() -> Path:
    """Where the installed plotly package keeps plotly.min.js. Raises ``FileNotFoundError`` without the package."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The plotly package is missing; install the requirements")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def static_file(address: str) -> Path:
    """The file behind an address below ``/static/``. Raises ``FileNotFoundError`` with what to do."""
    path = plotly_js() if address == PLOTLY_ADDRESS else STATIC / address
    if not path.is_file():
        raise FileNotFoundError(f"static/{address} is missing; run `make assets`")
    return path


def policy_hash(text: str) -> str:
    """What lets one script or style into a page whose policy lets in no other: "'sha256-…'"."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def plotly_style_hashes() -> str:
    """The style elements that Plotly makes: an empty one, which it fills through the object model, and one of its own.

    Read once, since the file has 4.8 MB.
    """
    css = re.search(r"""\.textContent='([^']*maplibregl[^']*)'""", plotly_js().read_text("utf-8"))
    return " ".join([policy_hash(""), *([policy_hash(css[1])] if css else [])])
