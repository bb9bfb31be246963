"""FAMILY of scenes: what a wall shows. One file is one scene; ``all_scenes`` finds it.

The contract. ``NAME`` is its name in addresses and topics, ``TITLE`` what its header says, ``PLACE`` where it stands in
the rotation, ``HOLD_S`` for how many seconds it is shown there. ``TOPICS`` are its panels as the live feed names them,
``NAME/panel``, numbers first. ``page(view, …)`` is its whole page.

``view(board, now, watch, source_limits_s)`` is what its templates read: ``scene`` and one member for each panel.
It is a pure function of what it is given: the board, the room's time (µs), the watch, and after how many seconds of
silence each source is held. ``panels`` takes the same and gives each panel as something to call, so that a fault in
one of them leaves the others standing.

A view holds words of ours and figures that ``app.wording`` took apart; names in it are as they came in, and made safe
where they are shown. Modules with a leading underscore are the panels.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any


@cache
def all_scenes() -> dict[str, ModuleType]:
    """Every scene by name, in the order of the rotation."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.NAME: module for module in sorted(modules, key=lambda module: (module.PLACE, module.NAME))}


def heading(name: str) -> dict[str, Any]:
    """The member ``scene`` of a view: its name and title, and which of how many scenes it is."""
    scenes = all_scenes()
    return {"name": name, "title": scenes[name].TITLE, "index": list(scenes).index(name), "total": len(scenes)}
