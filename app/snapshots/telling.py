"""What a comparison says, in words: what each figure is, what records did, and sentences for whoever reads no table.

Names in sentences are as they came from outside: whoever shows them makes them safe for where they go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.language import _, ngettext
from app.nouns import sibling_label, stage_name
from app.numerals import grouped
from app.snapshots._deed_words import Teller
from app.snapshots._lines import What, in_words
from app.snapshots.comparing import Comparison, Line, NetworkChange
from app.vocabulary import Stage, Surface

MOST_SENTENCES = 12
"""Sentences about what changed since the last briefing: what does not fit is in the table."""


def label(what: What) -> str:
    """What a figure is of: "Reached, on Pages", "Assets removed"."""
    part = what.part
    if ":" in part:
        return _ON_SURFACE[what.measure]().format(surface=sibling_label(Surface.parse(part)))
    if what.measure == "spend":
        return _("Ad spend, {currency}").format(currency=part)
    if what.measure == "stages":
        return _("Networks, {stage}").format(stage=stage_name(Stage(part)).lower())
    return _PLAIN[what.measure, part]()


_ON_SURFACE: Mapping[str, Callable[[], str]] = {
    "reach": lambda: _("Reached, {surface}"),
    "open": lambda: _("Reached by open networks, {surface}"),
    "takedowns": lambda: _("Assets removed, {surface}"),
    "assets": lambda: _("Assets, {surface}"),
}

_PLAIN: Mapping[tuple[str, str], Callable[[], str]] = {
    ("ads", ""): lambda: _("Ads"),
    ("events", ""): lambda: _("Events hosted"),
    ("interested", ""): lambda: _("Interested in events"),
    ("takedowns", ""): lambda: _("Assets removed"),
    ("takedowns", "today"): lambda: _("Removed today"),
    ("takedowns", "since_watch"): lambda: _("Removed since the watch began"),
    ("assets", ""): lambda: _("Assets"),
    ("assets", "today"): lambda: _("Detected today"),
    ("assets", "last_hour"): lambda: _("Detected in the last hour"),
}


def figure_words(line: Line) -> tuple[str, str]:
    """A figure before and after as a sentence has it, "not known" where there was none."""
    before, after = (None if said is None else in_words(said)["prose"] for said in (line.before, line.after))
    return str(before or _("not known")), str(after or _("not known"))


def arrow(line: Line) -> str:
    """Both in one: "about 1.02 million → about 1 million"."""
    return _("{before} → {after}").format(before=figure_words(line)[0], after=figure_words(line)[1])


def direction_words(line: Line) -> str:
    """Whether it surely is more or less; nothing where it was not known once."""
    if not line.is_known:
        return ""
    return {"up": _("more"), "down": _("fewer"), "open": _("may be the same")}[line.direction]


def sentences(comparison: Comparison, most: int = MOST_SENTENCES) -> list[str]:
    """What changed from the earlier picture to the later one, and why: the figures of the scope, then the networks.

    What the clock alone changed is left out. One sentence says so where nothing else changed.
    """
    teller = Teller(comparison)
    found = [*_cautions(comparison)]
    told = _telling(comparison.changed)
    found += [_line_sentence(line, teller) for line in told]
    found += [sentence for change in comparison.networks for sentence in network_sentences(change, teller)]
    if comparison.is_same:
        found.append(_("No figure has changed."))
    if len(found) > most:
        rest = len(found) - most + 1
        more = ngettext("{n} more change is in the table.", "{n} more changes are in the table.", rest)
        found = [*found[: most - 1], more.format(n=grouped(rest))]
    return found


def standing_sentence(comparison: Comparison, most: int = 2) -> str:
    """Whether what was frozen still stands, and if not, which figures changed and why.

    Of those that changed for the same reasons, or are of one measure, the first is told, and at most ``most`` of all.
    """
    if comparison.stands:
        return _("Current: every figure still stands.")
    teller = Teller(comparison)
    told: dict[str, Line] = {}
    measures: set[str] = set()
    own = [line for change in comparison.networks for line in change.lines]
    for line in _telling(comparison.changed) or comparison.changed or own:
        because, measure = teller.because(line.reasons), line.what.measure.replace("open", "reach")
        if because not in told and measure not in measures:
            told[because] = line
            measures.add(measure)
    clauses = [
        _("{figure} {change}, because {reasons}").format(figure=label(line.what), change=arrow(line), reasons=because)
        if because
        else _("{figure} {change}").format(figure=label(line.what), change=arrow(line))
        for because, line in list(told.items())[:most]
    ]
    if not clauses:
        found = [sentence for change in comparison.networks for sentence in network_sentences(change, teller)]
        return _("Superseded: {sentence}").format(sentence=found[0])
    return _("Superseded: {changes}.").format(changes="; ".join(clauses))


def _telling(lines: Sequence[Line]) -> list[Line]:
    """Those that are worth a sentence: not what the clock changed, nor a part of a sum that changed for the same."""
    whole = {(line.what.measure, line.reasons) for line in lines if not line.what.part}
    return [
        line
        for line in lines
        if not line.what.by_the_clock and (not line.what.part or (line.what.measure, line.reasons) not in whole)
    ]


def _cautions(comparison: Comparison) -> Iterable[str]:
    if not comparison.same_epoch:
        yield _(
            "The earlier picture is of another epoch of the log, from before it was restored or made anew: "
            "figures can be compared, and the records between cannot be named."
        )
    if not comparison.same_scope:
        yield _("The pictures are of different scopes: {before}, and {after}.").format(
            before=comparison.before.words, after=comparison.after.words
        )


def _line_sentence(line: Line, teller: Teller) -> str:
    because = teller.because(line.reasons)
    if not because:
        return _("{figure}: {change}.").format(figure=label(line.what), change=arrow(line))
    if line.is_known and line.direction == "open":
        return _("{figure}: {change}, which may be the same, because {reasons}.").format(
            figure=label(line.what), change=arrow(line), reasons=because
        )
    return _("{figure}: {change}, because {reasons}.").format(
        figure=label(line.what), change=arrow(line), reasons=because
    )


def network_sentences(change: NetworkChange, teller: Teller) -> list[str]:
    """What changed about one network that no figure of the scope says: that it came or went, its stage, who it is."""
    name = change.name
    if change.came:
        words = {
            "new": _("{network} is new."),
            "gone": _("{network} is no longer in it."),
            "merged": _("{network} was merged into {other}."),
            "apart": _("{network} is apart from {other} again."),
        }[change.came]
        return [words.format(network=name, other=teller.name(change.other))]
    found = []
    for fact in change.facts:
        if fact.name == "stage":
            words = _("{network}: {before} → {after}.")
            before, after = (stage_name(Stage(stage)).lower() for stage in (fact.before, fact.after))
            found.append(words.format(network=name, before=before, after=after))
        else:
            found.append(
                _("Who is behind it: {after} (before: {before}).").format(after=fact.after, before=fact.before)
            )
    return found
