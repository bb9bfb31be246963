"""Which web page a request comes from, and where it may go on to.

A foreign page in an analyst's browser must neither watch nor act, nor be what a sign-in leads to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def same_origin(origin: str | None, host: str | None, also: Collection[str] = ()) -> bool:
    """Whether ``origin``, less its scheme, is exactly ``host``, or is listed whole in ``also``.

    False where either is missing, and for ``null``, which sandboxed pages and local files send.
    """
    if origin is None or not host:
        return False
    scheme, separator, rest = origin.partition("://")
    return (separator == "://" and scheme in ("http", "https") and rest == host) or origin in also


def comes_from_elsewhere(method: str, headers: Mapping[str, str], also: Collection[str] = ()) -> bool:
    """Whether a request that changes something may have been sent by another site's page.

    Browsers say so in ``Sec-Fetch-Site``; where that is missing (plain HTTP) the ``Origin`` must be ours. What a person
    types or opens from a bookmark (``none``) is no page's doing.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None and headers.get("origin") not in also:
        return site not in ("same-origin", "none")
    return not same_origin(headers.get("origin"), headers.get("host"), also)


LONGEST_PATH = 2_000
"""Characters of a path that is carried along through a sign-in."""


def is_own_path(text: str) -> bool:
    r"""Whether a browser that is sent there stays on this site: a path from its root, and nothing that is read as more.

    Browsers take ``\`` for ``/``, leave out tabs and line ends, and read ``//host`` as another host.
    """
    plain = len(text) <= LONGEST_PATH and text.isascii() and text.isprintable() and " " not in text
    return plain and text.startswith("/") and not text.startswith("//") and "\\" not in text
