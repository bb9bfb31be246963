"""What can be read from afar: the same headlines as everywhere with a shorter sentence, and one line of each other."""

from __future__ import annotations

from typing import Any

from app.language import _, ngettext
from app.numerals import grouped
from app.records import hedged_of
from app.vocabulary import SECOND, Stage
from app.wording import duration
from dashboards.scenes import _heroes
from dashboards.scenes._countdown import brief_countdown
from dashboards.scenes._said import and_more, held_words
from dashboards.scenes._sight import Sight
from dashboards.scenes._strip import overdue
from dashboards.scenes._ticker import ticker


def heroes(sight: Sight) -> dict[str, Any]:
    """The four headlines. Other currencies stay, other surfaces go; of a held figure it says only that."""
    found = _heroes.heroes(sight)
    found["reach"]["siblings"] = []
    if _is_unverified(sight):
        found["events"]["label"] = _("{events_hosted}, not verified").format(events_hosted=found["events"]["label"])
    found["takedowns"]["label"] = _("{assets_removed} today").format(assets_removed=found["takedowns"]["label"])
    for hero in found.values():
        hero["label"] = hero["why"] if hero["held"] else hero["label"]
    return found


def _is_unverified(sight: Sight) -> bool:
    """Whether nobody knows of some of the events if they took place."""
    events = sight.timeless("events", sight.watch_scope)
    figure, took = hedged_of(events["figure"]), events["took_place"]
    if figure.is_absent or figure.most == 0:
        return False
    return figure.most is None or figure.most > took["yes"] + took["no"]


def band(sight: Sight) -> dict[str, Any]:
    """What is overdue, the longest by ``name``; without one ``name`` is empty and ``text`` says that nothing is."""
    late = overdue(sight)
    if not late:
        running = any(row["limit_s"] is not None for row in sight.standing.values())
        return {"name": "", "text": _("Nothing overdue") if running else _("No limits running")}
    row, more = late[0], len(late) - 1
    held = held_words(row["held_s"] * SECOND, Stage(row["stage"]))
    limit = _("limit {duration}").format(duration=duration(row["limit_s"] * SECOND))
    return {"name": row["name"], "text": and_more(held, more) if more else f"{held}, {limit}"}


def foot(sight: Sight) -> dict[str, Any]:
    """Networks open, the vote, and the last event; ``last`` is None where there was none."""
    n = len(sight.open)
    return {
        "open": {"n": grouped(n), "label": ngettext("network open", "networks open", n)},
        "vote": brief_countdown(sight),
        "last": next(iter(ticker(sight)), None),
    }
