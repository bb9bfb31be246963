"""What is wrong with a record, before it is known which one it was; and how values and places are named in words."""

from __future__ import annotations

from typing import Any

SHOWN = 80
"""Characters of a foreign value that a reason quotes."""


class Fault(Exception):
    """``path`` is where, ``reason`` what and what to do. ``doubtful`` ones are well-formed and not to be believed."""

    def __init__(
        self, path: str, reason: str, *, status: int = 422, code: str = "invalid", doubtful: bool = False
    ) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.status = status
        self.code = code
        self.doubtful = doubtful


def show(value: Any) -> str:
    """A foreign value as a reason quotes it: on one line, and cut."""
    if isinstance(value, str):
        return repr(value[:SHOWN]) + ("…" if len(value) > SHOWN else "")
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)[:SHOWN]


def step(path: str, name: str | int) -> str:
    """``path`` and one step further: ``data.spend``, ``data.assets[2]``.

    Names come from outside as well: they are shown in ASCII, and cut.
    """
    if isinstance(name, int):
        return f"{path}[{name}]"
    plain = name[:SHOWN].encode("ascii", "backslashreplace").decode()
    if not plain.isprintable():
        plain = repr(plain)[1:-1]
    return f"{path}.{plain}" if path else plain or '""'
