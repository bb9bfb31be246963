"""The press line: sentences that may be printed as they stand, what each figure counts, and what must not be written.

Plain text (UTF-8). No sentence words who is behind a network more strongly than was approved, every figure has its
hedge, and figures of different surfaces, currencies or networks stand beside one another and are not added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app import briefing
from app.amounts import before_noun, counted, paid_in_words
from app.briefing import Sentence, fill, named, plain
from app.exports import Export, Frozen, Options
from app.exports._prose import in_prose, isolated
from app.hedged import Hedged, Qualifier
from app.language import _, ngettext
from app.nouns import assets_words, list_words, reach_verb, surface_name, surface_noun
from app.numerals import grouped
from app.records import hedged_of, money_of
from app.safetext import clean
from app.vocabulary import Stage, Surface, surface_order

Json = Mapping[str, Any]


def _make(frozen: Frozen, _options: Options) -> bytes:
    return ("\n".join(_lines(frozen)) + "\n").encode()


def _lines(frozen: Frozen) -> Iterator[str]:
    content = frozen.content
    marks = briefing.marks(content)
    yield from _head(frozen, marks)
    for network in _in_order(content):
        yield from ("", _titled(network), " ".join(map(in_prose, _sentences(network, content))))
    if len(content["networks"]) != 1:
        yield from ("", _("All together: {subject}").format(subject=clean(content["subject"]["words"], 400)))
        yield " ".join(map(in_prose, _figures(content["measures"])))
        yield _(
            "These figures stand beside one another: surfaces, currencies and the reach of networks are never added."
        )
    yield from ("", _("What the figures count:"))
    yield from (f"- {clean(words)}." for words in _definitions(content))
    yield from ("", _("Do not write:"))
    yield from (f"- {clean(words)}" for words in _forbidden(content))
    yield from ("", _("What we do not know:"))
    yield from (f"- {in_prose(sentence)}" for sentence in briefing.unknown(content))
    yield from ("", _("Source:"), *_source(frozen, marks))


def _head(frozen: Frozen, marks: briefing.Marks) -> Iterator[str]:
    content = frozen.content
    yield " · ".join(words for words in (marks.tlp, marks.embargo, in_prose(marks.exercise), marks.past) if words)
    yield ""
    name, subject = clean(frozen.name, 200), clean(content["subject"]["words"], 400)
    yield f"{name}: {subject}"
    yield " · ".join(words for words in (briefing.when_words(content), in_prose(briefing.title_line(content))) if words)
    yield ""
    yield in_prose(briefing.headline(content))


def _source(frozen: Frozen, marks: briefing.Marks) -> Iterator[str]:
    yield f"{in_prose(marks.freshness)}."
    yield f"{in_prose(marks.made)}."
    yield f"SHA-256 {frozen.sha256}"
    yield " · ".join(words for words in (marks.tlp, marks.embargo) if words)


def _in_order(content: Json) -> list[Json]:
    """The network that the briefing is about, then the others as they stand."""
    first = briefing.subject_of(content)
    return [first, *(network for network in content["networks"] if network is not first)] if first else []


def _titled(network: Json) -> str:
    name = isolated(network["name"])
    return _("{network} (exercise)").format(network=name) if network["exercise"] else name


def _sentences(network: Json, content: Json) -> Iterator[Sentence]:
    """What may be printed of one network."""
    yield briefing.attribution_sentence(network, content)
    if network["personas"]:
        personas = briefing.listed([named(persona) for persona in network["personas"]])
        yield fill(_("It posed as {personas}."), personas=personas)
    yield plain(_stands(network, content))
    total = briefing.assets_of(network)
    if not total.is_absent:
        yield plain(_has(network, total))
    yield from _figures(network["measures"])


def _stands(network: Json, content: Json) -> str:
    """Where it stands, so that nothing unconfirmed reads as confirmed."""
    words = {
        Stage.DETECTED: _("It was detected on {day}; nothing about it is confirmed."),
        Stage.UNDER_REVIEW: _("It has been under review since {day}; nothing about it is confirmed."),
        Stage.CONFIRMED: _("It was confirmed on {day}, and has not been removed."),
        Stage.REMOVAL_ORDERED: _("Its removal was ordered on {day}; it has not been removed."),
        Stage.REMOVED: _("It was removed on {day}."),
        Stage.DISMISSED: _("It was reviewed and dismissed on {day}."),
    }[Stage(network["stage"])]
    return words.format(day=briefing.full_day_of(network["stage_since"], content))


def _has(network: Json, total: Hedged) -> str:
    figures = {Surface.parse(name): hedged_of(count["figure"]) for name, count in network["assets"].items()}
    known = {surface: figures[surface] for surface in sorted(figures, key=surface_order) if figures[surface].most != 0}
    assets = counted(total, _("asset"), _("assets"))
    if all(figure.qualifier is Qualifier.EXACTLY for figure in known.values()):
        surfaces = assets_words({surface: figure.low or 0 for surface, figure in known.items()})
    else:
        surfaces = list_words(
            [counted(figure, surface_name(each), surface_name(each, many=True)) for each, figure in known.items()]
        )
    if not known:
        return _("It has {assets}.").format(assets=assets)
    return _("It has {assets}: {surfaces}.").format(assets=assets, surfaces=surfaces)


def _figures(measures: Json) -> Iterator[Sentence]:
    """Reach by surface and what it counts, spend by currency, and events."""
    surfaces = measures["reach"]["surfaces"]
    for each in surfaces:
        yield plain(_reach(each)).begun
    if surfaces:
        yield plain(_("These are accounts and not people, and they are not limited to one country."))
    spend = measures["spend"]
    for line in spend["currencies"]:
        ads = counted(hedged_of(line["ads"]), _("ad"), _("ads"))
        paid_in = paid_in_words(money_of(line["figure"]))
        words = _("{amount} {in_currencies} is known to have been paid for {ads}.")
        yield plain(words.format(amount=line["figure"]["prose"], in_currencies=paid_in, ads=ads)).begun
    if not spend["currencies"]:
        yield plain(_no_spend(spend))
    yield from _events(measures["events"])


def _reach(each: Json) -> str:
    """A reach as a sentence that says what its definition says."""
    surface, n = Surface.parse(each["surface"]), each["observed"]
    page = surface_name(surface)
    of = (
        _("at least one of {pages}").format(pages=surface_noun(surface, n))
        if n > 1
        else _("one {page}").format(page=page)
    )
    of = of if n else _("at least one {page}").format(page=page)
    followed = reach_verb(surface, past=True)
    if hedged_of(each["figure"]).is_absent:
        return _("how many accounts {followed} {pages} is not known.").format(followed=followed, pages=of)
    accounts = before_noun(each["figure"]["prose"], _("accounts"))
    words = _("{accounts} {followed} {pages} ({mode}).")
    return words.format(accounts=accounts, followed=followed, pages=of, mode=briefing.mode_words(each))


def _events(events: Json) -> Iterator[Sentence]:
    figure = hedged_of(events["figure"])
    if figure.is_absent:
        return
    if figure.most == 0:
        yield plain(_("No hosted event is known."))
        return
    held = counted(figure, _("event"), _("events"))
    one = figure.value == 1
    yield plain(ngettext("{events} was hosted.", "{events} were hosted.", 1 if one else 2).format(events=held)).begun
    n = events["took_place"]["unknown"]
    if n:
        words = ngettext(
            "Whether {n} of them took place is not known.", "Whether {n} of them took place is not known.", n
        )
        yield plain(_("Whether it took place is not known.") if one else words.format(n=grouped(n)))


def _no_spend(spend: Json) -> str:
    if spend["none_found"] and not spend["no_figure"]:
        return _("No spending on ads was found.")
    return _("Whether money was spent on ads is not known.")


def _definitions(content: Json) -> list[str]:
    """What the measures of the sentences count; that of reach stands in its sentence."""
    measures = content["measures"]
    found = {_("Spent on ads"): "spend", _("Events hosted"): "events"}
    words = {title: measures[name]["definition"] for title, name in found.items()}
    said = [_("{measure}: {definition}").format(measure=title, definition=each) for title, each in words.items()]
    return [_("Reached: accounts, each counted once on its surface, and not people"), *said]


def _forbidden(content: Json) -> list[str]:
    """All that must not be written about what stands above, each once."""
    measures = [network["measures"] for network in _in_order(content)] + [content["measures"]]
    names = ("reach", "spend", "events")
    found = dict.fromkeys(clause for each in measures for clause in briefing.do_not_write(each, names))
    # A total over currencies stands in no sentence that may be printed.
    found |= dict.fromkeys(briefing.converted_clauses(content))
    found |= dict.fromkeys(briefing.do_not_write(content["measures"], ("takedowns", "stages")))
    return list(found)


EXPORT = Export(
    name="press_line",
    title="Press line",
    suffix="txt",
    media_type="text/plain; charset=utf-8",
    place=30,
    make=_make,
)
