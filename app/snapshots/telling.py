"""What a comparison says, in words: what each figure is, what records did, and sentences for whoever reads no table.

Names in sentences are as they came from outside: whoever shows them makes them safe for where they go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.briefing import Run, Sentence, Words, fill, found_again, named, plain, way_words
from app.language import _, ngettext
from app.nouns import sibling_label, stage_name
from app.numerals import grouped
from app.snapshots._deed_words import MOST_REASONS, Teller
from app.snapshots._lines import What, in_words
from app.snapshots.comparing import Comparison, Line, NetworkChange
from app.snapshots.facts import Fact
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
    return way_words(line.direction)


def sentences(comparison: Comparison, most: int = MOST_SENTENCES) -> list[str]:
    """What changed from the earlier picture to the later one, and why: the figures of the scope, then the networks.

    What the clock alone changed is left out. One sentence says so where nothing else changed.
    """
    found = list(map(str, told(comparison)))
    if comparison.is_same:
        found.append(_("No figure has changed."))
    if len(found) > most:
        rest = len(found) - most + 1
        more = ngettext("{n} more change is in the table.", "{n} more changes are in the table.", rest)
        found = [*found[: most - 1], more.format(n=grouped(rest))]
    return found


def told(comparison: Comparison) -> list[Sentence]:
    """All of these sentences, which know what in them came from outside; none where nothing changed."""
    teller = Teller(comparison)
    figures = [line_sentence(line, teller) for line in worth_telling(comparison.changed)]
    networks = [sentence for change in comparison.networks for sentence in network_sentences(change, teller)]
    return [*cautions(comparison), *figures, *networks]


def standing_sentence(comparison: Comparison, most: int = 2) -> str:
    """Whether what was frozen still stands, and if not, which figures changed and why.

    Of those that changed for the same reasons, or are of one measure, the first is told, and at most ``most`` of all.
    """
    if comparison.stands:
        return _("Current: every figure still stands.")
    teller = Teller(comparison)
    first: dict[Sentence, Line] = {}
    measures: set[str] = set()
    own = [line for change in comparison.networks for line in change.lines]
    for line in worth_telling(comparison.changed) or comparison.changed or own:
        because, measure = teller.because(line.reasons), line.what.measure.replace("open", "reach")
        if because not in first and measure not in measures:
            first[because] = line
            measures.add(measure)
    clauses = [_clause(line, because) for because, line in list(first.items())[:most]]
    if not clauses:
        found = [sentence for change in comparison.networks for sentence in network_sentences(change, teller)]
        return _("Superseded: {sentence}").format(sentence=found[0])
    return _("Superseded: {changes}.").format(changes="; ".join(clauses))


def _clause(line: Line, because: Sentence) -> str:
    if line.may_be_same:
        words = (
            _("{figure} {change}, which may be the same, because {reasons}")
            if because
            else _("{figure} {change}, which may be the same")
        )
    else:
        words = _("{figure} {change}, because {reasons}") if because else _("{figure} {change}")
    return words.format(figure=label(line.what), change=arrow(line), reasons=because)


def worth_telling(lines: Sequence[Line]) -> list[Line]:
    """Those that are worth a sentence: not what the clock changed, nor what is put into the same words again.

    A part of a sum that changed for the same reasons is none either.
    """
    whole = {(line.what.measure, line.reasons) for line in lines if not line.what.part}
    return [
        line
        for line in lines
        if not line.what.by_the_clock
        and len(set(figure_words(line))) > 1
        and (not line.what.part or (line.what.measure, line.reasons) not in whole)
    ]


def cautions(comparison: Comparison) -> list[Sentence]:
    """What must be known before the two are compared: that they are of other logs, or of other scopes."""
    found = []
    if not comparison.same_epoch:
        words = _(
            "The earlier picture is of another epoch of the log, from before it was restored or made anew: "
            "figures can be compared, and the records between cannot be named."
        )
        found.append(plain(words))
    if not comparison.same_scope:
        words = _("The pictures are of different scopes: {before}, and {after}.")
        found.append(fill(words, before=named(comparison.before.words), after=named(comparison.after.words)))
    return found


def line_sentence(line: Line, teller: Teller, most: int = MOST_REASONS) -> Sentence:
    """What became of one figure, and why, in at most so many reasons."""
    because = teller.because(line.reasons, most)
    places: dict[str, Words] = {"figure": label(line.what), "change": arrow(line), "reasons": because}
    if not because:
        words = _("{figure}: {change}, which may be the same.") if line.may_be_same else _("{figure}: {change}.")
        return fill(words, **places)
    if line.may_be_same:
        return fill(_("{figure}: {change}, which may be the same, because {reasons}."), **places)
    return fill(_("{figure}: {change}, because {reasons}."), **places)


def network_sentences(change: NetworkChange, teller: Teller) -> list[Sentence]:
    """What changed about one network that no figure of the scope says: that it came or went, its stage, who it is."""
    network = named(change.name)
    if change.came:
        words = {
            "new": _("{network} is new."),
            "entered": _("{network} is in it now."),
            "gone": _("{network} is no longer in it."),
            "merged": _("{network} was merged into {other}."),
            "apart": _("{network} is apart from {other} again."),
            "split": _("{network} was split from {other}."),
        }[change.came]
        return [fill(words, network=network, other=teller.name(change.other))]
    return [_fact_sentence(network, fact) for fact in change.facts]


def _fact_sentence(network: Run, fact: Fact) -> Sentence:
    if fact.name == "stage":
        before, after = (stage_name(Stage(stage)).lower() for stage in (fact.before, fact.after))
        return fill(_("{network}: {before} → {after}."), network=network, before=before, after=after)
    was, becomes = (found_again(words, {network.text}) for words in (fact.before, fact.after))
    if fact.how == "gone":
        gone = _("Who is behind {network}: {after}. What was approved before no longer stands.")
        return fill(gone, network=network, after=becomes)
    if fact.how == "first":
        of_it = (
            _("Newly approved: {after}.") if network.text in fact.after else _("Newly approved of {network}: {after}.")
        )
        return fill(of_it, network=network, after=becomes)
    return fill(_("Who is behind {network}: {after} (before: {before})."), network=network, after=becomes, before=was)
