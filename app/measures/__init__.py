"""FAMILY of measures: what a scope adds up to. One file is one measure; ``all_measures`` finds it.

The contract. ``NAME`` is its name in answers. ``measure(fold, ask)`` gives it as JSON: every figure as ``figure_json``
has it, with the definition that travels with it. What it needs of assets, ads and events it puts into the rollup of
their network as signed integers, by any of ``of_asset(asset)``, ``of_ad(ad, platform)``, ``of_event(event, platform)``,
each of which yields (key, n) for something that counts. A key is ``kind|where|rest``: ``where`` is the surface or
platform, so that a scope can be narrowed to it.

Modules with a leading underscore are what the measures share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from app.entities import AssetState, PlainState

Contribution = tuple[str, int]
"""A key of a rollup and what is added to it."""

Bag = dict[str, int]
"""Keys of a rollup, and what is added to each."""


def summed(contributions: Iterable[Contribution]) -> Bag:
    """Contributions as one bag."""
    bag: Bag = {}
    for key, n in contributions:
        bag[key] = bag.get(key, 0) + n
    return bag


@cache
def all_measures() -> dict[str, ModuleType]:
    """Every measure by name."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in sorted(names)]
    return {module.NAME: module for module in modules}


@cache
def _contributors(hook: str) -> list[ModuleType]:
    return [module for module in all_measures().values() if hasattr(module, hook)]


def of_asset(asset: AssetState) -> Iterator[Contribution]:
    """What a detected asset adds to the rollup of its home."""
    for module in _contributors("of_asset"):
        yield from module.of_asset(asset)


def of_ad(ad: PlainState, platform: str) -> Iterator[Contribution]:
    """What an ad adds to the rollup of its asset's home."""
    for module in _contributors("of_ad"):
        yield from module.of_ad(ad, platform)


def of_event(event: PlainState, platform: str) -> Iterator[Contribution]:
    """What a hosted event adds in one of its places."""
    for module in _contributors("of_event"):
        yield from module.of_event(event, platform)
