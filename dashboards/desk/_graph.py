"""What a page says of the graph of a network: the picture's columns, the rows of its table, and the form above them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.amounts import UNKNOWN, short
from app.board import Board
from app.drilldown.graph import MOST_EXPANDED, MOST_NEIGHBOURS, Asked, NetworkGraph, Node
from app.graph import Picture
from app.hedged import Hedged
from app.language import _, ngettext
from app.networks import Network
from app.nouns import surface_name
from app.numerals import grouped, localized
from app.vocabulary import UNASSIGNED, surface_order
from dashboards.figures import network_graph as drawing

Row = dict[str, Any]

MOST_LABELS = 5
"""Names that stand in a picture: with more, one reads the names and no longer sees the picture (DESIGN section 6)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A view of a graph as its address has it: ``min_weight`` as it was typed, ``table`` for the twin in words."""

    signals: tuple[str, ...] = ()
    min_weight: str = ""
    expand: tuple[str, ...] = ()
    table: bool = False

    def address(self, network: str) -> str:
        """The address of this view."""
        query = [("signal", signal) for signal in self.signals] + [("expand", id) for id in self.expand]
        query += [("min_weight", self.min_weight)] if self.min_weight else []
        query += [("view", "table")] if self.table else []
        return f"/desk/networks/{network}/graph" + (f"?{urlencode(query)}" if query else "")

    def asked(self, *, may_expand: bool) -> tuple[Asked, dict[str, str]]:
        """What is asked for, and what of it will not do, by field; the rest is asked for all the same."""
        wrong: dict[str, str] = {}
        least = _weight(self.min_weight)
        if self.min_weight and least is None:
            wrong["min_weight"] = _("a weight is a number from 0, such as 0.5")
        expanded = tuple(dict.fromkeys(self.expand))
        if expanded and not may_expand:
            wrong["expand"] = _("going on from single assets is for analysts and leads")
            expanded = ()
        if len(expanded) > MOST_EXPANDED:
            wrong["expand"] = _("a picture goes on from at most {n} assets").format(n=MOST_EXPANDED)
        return Asked(frozenset(self.signals), least, expanded[:MOST_EXPANDED]), wrong


def _weight(text: str) -> float | None:
    try:
        weight = float(text)
    except ValueError:
        return None
    return weight if math.isfinite(weight) and weight >= 0 else None


@dataclass(frozen=True, slots=True)
class GraphWords:
    """A graph in the words and numbers of its page, with names of assets or masks that stand for them."""

    network: Network
    board: Board
    typed: Typed
    asked: Asked
    graph: NetworkGraph
    picture: Picture
    sees_names: bool
    most: int | None = None
    """Rows of the table at most; one for every node where it is None."""

    def row(self) -> Row:
        """Everything that the template asks for."""
        named = list(zip(self.graph.nodes, self._names(), strict=True))
        return {
            "id": self.network.id,
            "name": self.network.name,
            "address": self.typed.address(self.network.id),
            "other_view": replace(self.typed, table=not self.typed.table).address(self.network.id),
            "without": Typed(table=self.typed.table).address(self.network.id),
            "typed": self.typed,
            "assets": ngettext("{n} asset", "{n} assets", self.graph.assets).format(n=grouped(self.graph.assets)),
            "links": self._links_words(),
            "notes": self._notes(),
            "legend": self._legend(),
            "figure": drawing.figure(),
            "columns": drawing.columns(self._columns(named)) | {"ids": self._ids()},
            "rows": [self._node(place, node, name) for place, (node, name) in enumerate(named[: self.most])],
            "n": len(named),
            "signals": self._signals(),
            "range": self._range(),
            "expanded": [self._expanded(node, name) for node, name in named if node.id in self.asked.expanded],
            "narrowed": bool(self.typed.signals or self.typed.min_weight or self.typed.expand),
        }

    def _names(self) -> list[str]:
        """Names, or for those who do not see them "Page 1", "Page 2" in the order of their ids, whatever is asked."""
        if self.sees_names:
            return [node.name or node.id for node in self.graph.nodes]
        counts: Counter[str] = Counter()
        masks: dict[str, str] = {}
        for node in sorted(self.graph.nodes, key=lambda node: (node.outside, node.id)):
            kind = surface_name(node.surface)
            counts[kind] += 1
            masks[node.id] = f"{kind} {grouped(counts[kind])}"
        return [masks[node.id] for node in self.graph.nodes]

    def _links_words(self) -> str:
        own = {node.id for node in self.graph.nodes if not node.outside}
        shown = sum(1 for edge in self.graph.edges if edge.a in own and edge.b in own)
        if shown == self.graph.links:
            return ngettext("{n} link", "{n} links", shown).format(n=grouped(shown))
        return ngettext("{n} of {all} link", "{n} of {all} links", self.graph.links).format(
            n=grouped(shown), all=grouped(self.graph.links)
        )

    def _notes(self) -> list[str]:
        """What is not in the picture, and what of it needs saying."""
        notes = []
        if self.graph.own < self.graph.assets:
            shown, every = grouped(self.graph.own), grouped(self.graph.assets)
            notes.append(_("{n} of {all} assets, the most linked ones").format(n=shown, all=every))
        if not self.graph.assets:
            notes.append(_("No asset of this network is listed"))
        elif not self.graph.links:
            notes.append(_("No link between its assets is known"))
        beyond = len(self.graph.nodes) - self.graph.own
        if beyond:
            notes.append(ngettext("{n} neighbour, hollow", "{n} neighbours, hollow", beyond).format(n=grouped(beyond)))
        if self.graph.more:
            more = ngettext(
                "{n} more, of {most} at most an asset", "{n} more, of {most} at most an asset", self.graph.more
            )
            notes.append(more.format(n=grouped(self.graph.more), most=MOST_NEIGHBOURS))
        shared = sum(node.shared for node in self.graph.nodes)
        if shared:
            said = ngettext("{n} shared with another network, ringed", "{n} shared with other networks, ringed", shared)
            notes.append(said.format(n=grouped(shared)))
        return notes

    def _legend(self) -> list[Row]:
        surfaces = sorted({node.surface for node in self.graph.nodes}, key=surface_order)
        return [{"sign": drawing.mark_of(surface)[1], "name": surface_name(surface)} for surface in surfaces]

    def _columns(self, named: list[tuple[Node, str]]) -> Row:
        places = {node.id: place for place, (node, _name) in enumerate(named)}
        apart = {node.id for node, _name in named if node.shared or node.outside}
        overlaps: dict[tuple[int, int], bool] = {}
        for edge in self.graph.edges:
            # One line a pair, however many signals there are.
            overlaps[places[edge.a], places[edge.b]] = edge.a in apart or edge.b in apart
        nodes = []
        for node, name in named:
            x, y = self.picture.places[node.id]
            nodes.append(
                {
                    "x": round(x, 4),
                    "y": round(y, 4),
                    "surface": node.surface,
                    "followers": _size(node.followers),
                    "name": name,
                    "shared": node.shared,
                    "outside": node.outside,
                }
            )
        edges = [(a, b, is_overlap) for (a, b), is_overlap in overlaps.items()]
        return {"nodes": nodes, "edges": edges, "labels": self._labels(named)}

    def _ids(self) -> list[str]:
        """Where a mark leads to; nowhere for those who do not see names."""
        return [node.id for node in self.graph.nodes] if self.sees_names else []

    def _labels(self, named: list[tuple[Node, str]]) -> list[int]:
        """The places of the nodes whose names stand in the picture: those it goes on from, then the most followed."""

        def rank(place: int) -> tuple[bool, int, int, int]:
            node = named[place][0]
            return node.id not in self.asked.expanded, -(_size(node.followers) or 0), -node.links, place

        return sorted(range(len(named)), key=rank)[:MOST_LABELS]

    def _node(self, place: int, node: Node, name: str) -> Row:
        home = self.network if not node.outside else self.board.find(node.home)
        expand = replace(self.typed, expand=(*self.asked.expanded, node.id), table=True)
        can_go_on = self.sees_names and node.id not in self.asked.expanded
        return {
            "place": place,
            "name": name,
            "sign": drawing.mark_of(node.surface)[1],
            "surface": surface_name(node.surface),
            "followers": UNKNOWN if node.followers is None else short(node.followers),
            "links": node.links,
            "shared": node.shared,
            "outside": node.outside,
            "network": home.name if home else "" if node.home == UNASSIGNED else node.home,
            "network_address": f"/desk/networks/{home.id}" if home and node.outside else "",
            "address": f"/desk/assets/{node.id}" if self.sees_names else "",
            "expand": expand.address(self.network.id) if can_go_on else "",
        }

    def _expanded(self, node: Node, name: str) -> Row:
        rest = tuple(id for id in self.asked.expanded if id != node.id)
        return {"id": node.id, "name": name, "without": replace(self.typed, expand=rest).address(self.network.id)}

    def _signals(self) -> list[Row]:
        """The signals of the network's links, and those that were asked for and are not there."""
        counts = dict.fromkeys(self.typed.signals, 0) | dict(self.graph.signals)
        return [
            {"name": signal, "count": n, "checked": not self.typed.signals or signal in self.typed.signals}
            for signal, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]

    def _range(self) -> str:
        if self.graph.weights is None:
            return ""
        low, high = (localized(f"{weight:g}") for weight in self.graph.weights)
        if low == high:
            return _("all links have {weight}").format(weight=low)
        return _("from {low} to {high}").format(low=low, high=high)


def _size(followers: Hedged | None) -> int | None:
    """The number by which a mark is drawn: the lower end, or what is known of it."""
    if followers is None or (followers.low is None and followers.high is None):
        return None
    return followers.low or followers.high or 0
