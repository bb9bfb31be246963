"""Drilling down: the networks of a scope as a list that is sorted and paged, its facets, and what happened last.

Pure: a ``Board`` and a ``Scope`` go in, figures and counts come out, and no words. What is worked out of one network is
kept on it for as long as nothing of it changes, so that thousands are sorted anew after every commit.
"""

from __future__ import annotations

from app.drilldown.changes import Change, latest_changes
from app.drilldown.facets import FACETS, Asked, Browsed, browse
from app.drilldown.networks import SORTS, STANDING, Page, Sort, ordered, ordering, page_of, sort_of

__all__ = [
    "FACETS",
    "SORTS",
    "STANDING",
    "Asked",
    "Browsed",
    "Change",
    "Page",
    "Sort",
    "browse",
    "latest_changes",
    "ordered",
    "ordering",
    "page_of",
    "sort_of",
]
