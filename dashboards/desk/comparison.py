"""``/desk/snapshots/{id}/compare``: what changed from one snapshot to another, or until now, and why."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.access import DESK, Visitor
from app.answers import in_english
from app.language import _, ngettext
from app.nouns import stage_name
from app.numerals import grouped
from app.records import instant_of
from app.snapshots._deed_words import Teller
from app.snapshots._lines import What
from app.snapshots.comparing import Comparison, Line, NetworkChange, Side
from app.snapshots.deeds import EVERYWHERE, Deed
from app.snapshots.facts import Fact
from app.snapshots.freezing import Snapshots
from app.snapshots.labels import labels_of
from app.snapshots.restating import Restating
from app.snapshots.telling import (
    arrow,
    direction_words,
    figure_words,
    label,
    network_sentences,
    sentences,
)
from app.vocabulary import Stage
from dashboards.desk._answers import PREFIX, REFUSALS, Json, not_kept
from dashboards.desk.shell import Desk
from dashboards.desk.snapshots import LIST, TITLE
from dashboards.desk.snapshots_api import UNKNOWN, readable

NOW = "now"

MOST_NETWORKS = 100
"""Networks that changed which the page shows; programs are told of all."""

MOST_OFFERED = 30
"""Snapshots that are offered to be compared with."""

MOST_SAID = 1_000
"""Sentences for a program, which can leave out what it does not want."""

Row = dict[str, Any]

With = Annotated[str, Query(alias="with", max_length=40, description="the id of another snapshot, or now")]


def comparison_router(desk: Desk, snapshots: Snapshots, restating: Restating) -> APIRouter:
    """The page, for everybody who can read both snapshots; the records behind it are for those who work on them."""
    router = APIRouter(prefix=LIST, include_in_schema=False)
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get("/{id}/compare")
    def compare_page(id: str, visitor: person, other: With = NOW) -> Response:
        """With another snapshot, or with what is known now."""
        comparison = _compared(snapshots, restating, id, other, visitor)
        page = snapshots.page(labels_of(visitor), limit=MOST_OFFERED + 1).kept
        offered = [{"id": each.id, "name": each.name, "at": desk.time(each.made_at)} for each in page if each.id != id]
        view = comparison_view(desk, comparison, works=visitor.role in DESK)
        return desk.page(
            "desk/snapshots/comparison.html", TITLE, visitor, id=id, other=other, offered=offered, now=NOW, **view
        )

    return router


def comparison_api(desk: Desk, snapshots: Snapshots, restating: Restating) -> APIRouter:
    """The same for programs."""
    router = APIRouter(
        prefix=f"{PREFIX}/snapshots",
        tags=["snapshots"],
        responses=REFUSALS,
        dependencies=[Depends(in_english), Depends(not_kept)],
    )
    person = Annotated[Visitor, Depends(desk.people)]

    @router.get(
        "/{id}/compare",
        operation_id="compare_snapshots",
        summary="What changed from one snapshot to another, or until now, and why",
        responses=UNKNOWN,
    )
    def compare_snapshots(id: str, visitor: person, other: With = NOW) -> Json:
        """The earlier one is ``before``; each figure that changed has the places of the ``records`` that did it.

        ``direction`` is ``open`` where the intervals meet, so that it may be the same.
        """
        return comparison_json(_compared(snapshots, restating, id, other, visitor))

    return router


def _compared(snapshots: Snapshots, restating: Restating, id: str, other: str, visitor: Visitor) -> Comparison:
    """Raises NotFound for a snapshot that there is not, or not for this visitor."""
    _kept, frozen = readable(snapshots, id, visitor)
    if other == NOW:
        return restating.now(frozen)
    return restating.between(frozen, readable(snapshots, other, visitor)[1])


# --- for people -------------------------------------------------------------------------------------------------------


def comparison_view(desk: Desk, comparison: Comparison, *, works: bool) -> Row:
    """All of the page."""
    teller = Teller(comparison)
    shown = _Shown(comparison, teller, works=works)
    same = [line for line in comparison.lines if not line.is_changed]
    n = len(same)
    return {
        "before": _side(desk, comparison.before),
        "after": _side(desk, comparison.after),
        "sentences": sentences(comparison),
        "changed": [shown.line(line) for line in comparison.changed],
        "networks": [shown.network(change) for change in comparison.networks[:MOST_NETWORKS]],
        "more": grouped(max(0, len(comparison.networks) - MOST_NETWORKS)),
        "has_more": len(comparison.networks) > MOST_NETWORKS,
        "unchanged": [{"what": label(line.what), "words": figure_words(line)[1]} for line in same],
        "said_same": ngettext("{n} figure is unchanged", "{n} figures are unchanged", n).format(n=grouped(n)),
        "same_networks": ngettext(
            "{n} network is unchanged", "{n} networks are unchanged", comparison.unchanged
        ).format(n=grouped(comparison.unchanged)),
    }


def _side(desk: Desk, side: Side) -> Row:
    return {
        "name": side.name,
        "address": f"{LIST}/{side.id}" if side.id else "",
        "scope": side.words,
        "seq": side.seq,
        "at": desk.moment(instant_of(side.as_of)),
    }


class _Shown:
    """Lines as the page shows them; with links to records for those who work on them."""

    def __init__(self, comparison: Comparison, teller: Teller, *, works: bool) -> None:
        self._after = comparison.before.seq
        self._teller = teller
        self._works = works
        self._known = comparison.names

    def line(self, line: Line) -> Row:
        """One figure."""
        before, after = figure_words(line)
        reasons = self._reasons(line.what, line.reasons)
        if not reasons and line.what.by_the_clock:
            reasons = [{"words": _("the clock alone"), "address": ""}]
        return {
            "what": label(line.what),
            "before": before,
            "after": after,
            "direction": "" if line.what.by_the_clock else direction_words(line),
            "reasons": reasons,
        }

    def network(self, change: NetworkChange) -> Row:
        """One network with all that changed about it."""
        said = network_sentences(change, self._teller) if change.came else []
        rows = [self._fact(change, fact) for fact in change.facts]
        rows += [self.line(line) for line in change.lines if change.came in ("", "new", "entered")]
        return {
            "name": change.name,
            "address": f"/desk/networks/{change.id}",
            "came": "".join(map(str, said)),
            "reasons": self._reasons(What("came", network=change.id), change.reasons),
            "rows": rows,
        }

    def _fact(self, change: NetworkChange, fact: Fact) -> Row:
        what = {"stage": _("Stage"), "attribution": _("Who is behind it")}[fact.name]
        before, after = fact.before, fact.after
        if fact.name == "stage":
            before, after = (stage_name(Stage(stage)) for stage in (before, after))
        reasons = self._reasons(What(fact.name, network=change.id), fact.reasons)
        return {"what": what, "before": before, "after": after, "direction": "", "reasons": reasons}

    def _reasons(self, what: What, deeds: Sequence[Deed]) -> list[Row]:
        return [
            {"words": str(words), "address": self._address(what, told) if self._works else ""}
            for words, told in self._teller.reasons(deeds).items()
        ]

    def _address(self, what: What, told: Sequence[Deed]) -> str:
        """Where the records of some deeds are: the one record, or those behind the figure of their network since."""
        networks = {deed.network for deed in told}
        (network,) = networks if len(networks) == 1 else ("",)
        if sum(deed.records for deed in told) > 1 and network not in ("", EVERYWHERE):
            return f"/desk/networks/{network}/records?figure={_figure(what, told[0])}&after={self._after}"
        return f"/desk/records/{min(deed.first for deed in told)}"


def _figure(what: What, deed: Deed) -> str:
    """Behind which figure of a network the records of a deed stand (app/drilldown/records.py)."""
    if deed.kind == "audience":
        return f"reach:{deed.surface}"
    if deed.surface:
        return f"assets:{deed.surface}"
    kinds = {"ad": "spend", "event": "events", "stage": "stages", "assessed": "attribution"}
    part = f":{what.part}" if ":" in what.part else ""
    of = {
        "reach": f"reach{part}",
        "open": f"reach{part}",
        "assets": f"assets{part}",
        "spend": "spend",
        "events": "events",
    }
    return kinds.get(deed.kind) or (of.get(what.measure, "network") if deed.kind == "statement" else "network")


# --- for programs -----------------------------------------------------------------------------------------------------


def comparison_json(comparison: Comparison) -> Json:
    """All that changed."""
    teller = Teller(comparison)
    return {
        "before": _side_json(comparison.before),
        "after": _side_json(comparison.after),
        "same_epoch": comparison.same_epoch,
        "same_scope": comparison.same_scope,
        "sentences": sentences(comparison, MOST_SAID),
        "figures": [_line_json(line, teller) for line in comparison.changed],
        "networks": [
            {
                "id": change.id,
                "name": change.name,
                "came": change.came or None,
                "other": change.other or None,
                "reasons": _reasons_json(change.reasons, teller),
                "facts": [
                    {
                        "fact": fact.name,
                        "before": fact.before,
                        "after": fact.after,
                        "reasons": _reasons_json(fact.reasons, teller),
                    }
                    for fact in change.facts
                ],
                "figures": [_line_json(line, teller) for line in change.lines],
            }
            for change in comparison.networks
        ],
        "unchanged": {
            "figures": sum(not line.is_changed for line in comparison.lines),
            "networks": comparison.unchanged,
        },
    }


def _side_json(side: Side) -> Json:
    return {
        "id": side.id or None,
        "name": side.name or None,
        "scope": side.words,
        "seq": side.seq,
        "epoch": side.epoch,
        "as_of": side.as_of,
    }


def _line_json(line: Line, teller: Teller) -> Json:
    return {
        "what": label(line.what),
        "measure": line.what.measure,
        "part": line.what.part or None,
        "before": line.before,
        "after": line.after,
        "said": arrow(line),
        "direction": line.direction,
        "by_the_clock": line.what.by_the_clock,
        "reasons": _reasons_json(line.reasons, teller),
    }


def _reasons_json(deeds: Sequence[Deed], teller: Teller) -> list[Json]:
    return [
        {
            "words": str(words),
            "kind": told[0].kind,
            "n": sum(deed.n for deed in told),
            "records": {
                "n": sum(deed.records for deed in told),
                "first": min(deed.first for deed in told),
                "last": max(deed.last for deed in told),
            },
        }
        for words, told in teller.reasons(deeds).items()
    ]
