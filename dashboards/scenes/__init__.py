"""FAMILY of scenes: what a wall shows. One file is one scene; ``all_scenes`` finds it.

The contract: a module has ``SCENE``, a ``Scene``. Its templates are ``templates/NAME/scene.html``, the grid with a
place for each panel, and ``templates/NAME/_PANEL.html`` for every panel that is no chart; what only it needs of style
is ``static/css/scenes/NAME.css``, all of it inside ``.scene.NAME``.

A panel is a pure function of a ``Sight``: the board, the room's time, the watch, the silent sources, and the subject of
a scene that is of one thing. What it gives holds words of ours and figures that ``app.wording`` took apart; names in it
are as they came in, and made safe where they are shown. Modules with a leading underscore are the panels.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dashboards.scenes._note import note
from dashboards.scenes._scene import Payload, Scene
from dashboards.scenes._sight import NOTHING_REFUSED, Sight

__all__ = ["NOTHING_REFUSED", "ROOM", "Payload", "Scene", "Sight", "all_scenes", "drawn_by"]

ROOM = Scene(name="room", title="Room", place=0, hold_s=0, panels={"note": note})
"""What the header says on every wall, whatever its scene."""


@cache
def all_scenes() -> dict[str, Scene]:
    """Every scene by name, in the order of the rotation."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    scenes: list[Scene] = [importlib.import_module(f"{__name__}.{name}").SCENE for name in names]
    return {scene.name: scene for scene in sorted(scenes, key=lambda scene: (scene.place, scene.name))}


def drawn_by(topic: str) -> tuple[Scene, str, str] | None:
    """The scene, panel and subject of a topic; None where no scene draws such a one."""
    name, _, rest = topic.partition("/")
    panel, _, subject = rest.partition("/")
    scene = ROOM if name == ROOM.name else all_scenes().get(name)
    if scene is None or panel not in scene.panels or bool(subject) != bool(scene.about):
        return None
    return scene, panel, subject
