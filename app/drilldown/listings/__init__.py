"""FAMILY of listings: what stands in a network row by row. One file is one listing; ``all_listings`` finds it.

The contract. ``LISTING`` is a ``Listing``: its name in addresses, its title, its columns, which rows belong to a
network, and ``items``, which reads some of them. A column says how it is headed, how its values are spelt (``kind``),
by what it sorts, and whether only they may have it who see names. The page, the export and the API ask for nothing
else, so they cannot differ.

Modules with a leading underscore are what the listings share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from app.drilldown.listings._cells import cell_json, cell_words, export_cells, export_heads
from app.drilldown.listings._followers import followers_of
from app.drilldown.listings._listing import STANDING, Column, Item, Listing, Narrowed
from app.drilldown.listings._paging import Page, count_of, page_of, sort_of, values_of

__all__ = [
    "STANDING",
    "Column",
    "Item",
    "Listing",
    "Narrowed",
    "Page",
    "all_listings",
    "cell_json",
    "cell_words",
    "count_of",
    "export_cells",
    "export_heads",
    "followers_of",
    "page_of",
    "sort_of",
    "values_of",
]


@cache
def all_listings() -> Mapping[str, Listing]:
    """Every listing by name, in the order of their tabs."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    found = [importlib.import_module(f"{__name__}.{name}").LISTING for name in names]
    return {listing.name: listing for listing in sorted(found, key=lambda each: each.place)}
