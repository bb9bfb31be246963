"""Figures for setting in type: the hedge, the number and what it counts, each apart, from hedged JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.amounts import UNKNOWN, bare, before_noun, counted, paid_in_words, prose, short
from app.hedged import Hedged, Qualifier, Tally
from app.language import _, ngettext, pgettext
from app.nouns import list_words, reach_sentence, surface_name, surface_noun
from app.numerals import SIGNS, grouped, localized
from app.records import hedged_of, money_of
from app.vocabulary import Surface, surface_order

Json = Mapping[str, Any]

SHORT_FROM = 1_000_000
"""In type a number of six digits is read at a glance, a longer one is not."""

MOST_KINDS = 4
"""Kinds of assets that a sentence lists; of more it says "assets"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A figure in type: "about" "1.02 M" "accounts followed at least one Page".

    ``said`` is the figure as a sentence has it, ``note`` how it is known ("estimated, standard error 0.8 %"),
    ``definition`` what it counts, ``pointer`` where it stands in the content (RFC 6901).
    """

    hedge: str
    number: str
    caption: str
    said: str
    note: str = ""
    definition: str = ""
    pointer: str = ""


def figures_of(network: Json, pointer: str = "") -> list[Number]:
    """The figures of one network: assets, reach by surface, spend by currency, events. Reach is never added."""
    return [*_assets(network, pointer), *_measures(network["measures"], f"{pointer}/measures")]


def totals(content: Json) -> list[Number]:
    """The figures of all that the snapshot is about, surface by surface and currency by currency."""
    takedowns = content["measures"]["takedowns"]
    removed = hedged_of(takedowns["assets"])
    n = takedowns["networks"]
    caption = ngettext("assets of {n} network removed", "assets of {n} networks removed", n).format(n=grouped(n))
    return [
        *_measures(content["measures"], "/measures"),
        number_of(removed, caption, definition=takedowns["definition"], pointer="/measures/takedowns/assets"),
    ]


def assets_of(network: Json) -> Hedged:
    """How many assets a network has, over all surfaces."""
    tallies = [Tally.of(hedged_of(count["figure"])) for count in network["assets"].values()]
    figure = sum(tallies, Tally()).hedged() if tallies else Hedged.exactly(0)
    return figure if figure.qualifier is not Qualifier.EXACTLY else Hedged.exactly(figure.low or 0)


def assets_kinds(network: Json) -> str:
    """A network's assets in a sentence: "82 Pages, groups and accounts"; empty where none is known."""
    total = assets_of(network)
    if total.is_absent or total.most == 0:
        return ""
    surfaces = _known_surfaces(network)
    if len(surfaces) == 1 and total.value == 1:
        return before_noun(prose(total), surface_name(surfaces[0]))
    kinds = list(dict.fromkeys(_kind(surface) for surface in sorted(surfaces, key=_spoken_order)))
    several = list_words(kinds) if len(kinds) <= MOST_KINDS else _("assets")
    return before_noun(prose(total), several)


def reach_of(network: Json) -> tuple[Surface, Json] | None:
    """The first surface whose reach is known, and what is said of it: Pages before all others."""
    for each in network["measures"]["reach"]["surfaces"]:
        if not hedged_of(each["figure"]).is_absent:
            return Surface.parse(each["surface"]), each
    return None


def mode_words(each: Json) -> str:
    """How a reach is known: "stated", "estimated, standard error 0.8 %", "between bounds", "counted"."""
    if each["basis"] == "stated":
        return pgettext("a reach", "stated")
    if each["mode"] == "estimated" and each["standard_error"]:
        percent = localized(f"{each['standard_error'] * 100:.1f}")
        return _("estimated, standard error {percent} %").format(percent=percent)
    return {
        "estimated": pgettext("a reach", "estimated"),
        "bounded": pgettext("a reach", "between bounds"),
        "exact": pgettext("a reach", "counted"),
    }.get(each["mode"], "")


def _known_surfaces(network: Json) -> list[Surface]:
    known = {Surface.parse(name): hedged_of(count["figure"]) for name, count in network["assets"].items()}
    return sorted((surface for surface, figure in known.items() if figure.most != 0), key=surface_order)


def _spoken_order(surface: Surface) -> tuple[int, tuple[int, str]]:
    """Accounts of all platforms last: they are one word for several surfaces."""
    return int(surface.kind == "account"), surface_order(surface)


def _kind(surface: Surface) -> str:
    return _("accounts") if surface.kind == "account" else surface_name(surface, many=True)


def _assets(network: Json, pointer: str) -> Iterator[Number]:
    total = assets_of(network)
    names = {surface: hedged_of(network["assets"][str(surface)]["figure"]) for surface in _known_surfaces(network)}
    words = ", ".join(_surface_words(surface, figure) for surface, figure in names.items())
    caption = _("assets: {surfaces}").format(surfaces=words) if words else _("assets")
    yield number_of(total, caption, definition=_("assets that were listed or stated"), pointer=f"{pointer}/assets")


def _surface_words(surface: Surface, figure: Hedged) -> str:
    if figure.qualifier is Qualifier.EXACTLY:
        return surface_noun(surface, figure.low or 0)
    return counted(figure, surface_name(surface), surface_name(surface, many=True))


def _measures(measures: Json, pointer: str) -> Iterator[Number]:
    for place, each in enumerate(measures["reach"]["surfaces"]):
        surface, figure = Surface.parse(each["surface"]), hedged_of(each["figure"])
        yield number_of(
            figure,
            reach_sentence(surface, past=True),
            note=mode_words(each),
            definition=each["definition"],
            pointer=f"{pointer}/reach/surfaces/{place}/figure",
        )
    yield from _spend(measures["spend"], f"{pointer}/spend")
    events = measures["events"]
    held = hedged_of(events["figure"])
    noun = ngettext("event hosted", "events hosted", 1 if held.value == 1 else 2)
    yield number_of(held, noun, definition=events["definition"], pointer=f"{pointer}/events/figure")


def _spend(spend: Json, pointer: str) -> Iterator[Number]:
    for place, line in enumerate(spend["currencies"]):
        money = money_of(line["figure"])
        ads = counted(hedged_of(line["ads"]), _("ad"), _("ads"))
        yield number_of(
            money.amount,
            _("{ads}, paid {in_currencies}").format(ads=ads, in_currencies=paid_in_words(money)),
            money.currency,
            definition=spend["definition"],
            pointer=f"{pointer}/currencies/{place}/figure",
        )
    if not spend["currencies"] and spend["none_found"] and not spend["no_figure"]:
        yield number_of(Hedged.none_found(), _("spent on ads: none found"), definition=spend["definition"])


def number_of(
    figure: Hedged,
    caption: str,
    currency: str | None = None,
    *,
    note: str = "",
    definition: str = "",
    pointer: str = "",
) -> Number:
    """A figure in type, in minor units where it has a ``currency`` (ISO 4217)."""
    said = prose(figure, currency)
    hedge, number = _apart(figure, said, currency)
    return Number(
        hedge=hedge, number=number, caption=caption, said=said, note=note, definition=definition, pointer=pointer
    )


def _apart(figure: Hedged, said: str, currency: str | None) -> tuple[str, str]:
    """The hedge of a figure in words, and its number: together they say no more than the figure in a sentence."""
    number = bare(figure, currency)
    if figure.is_absent:
        return "", UNKNOWN
    if number and said.endswith(number):
        hedge = said.removesuffix(number).strip()
        brief = short(figure, currency)
        is_long = figure.value is not None and (currency is None and figure.value >= SHORT_FROM)
        return hedge, brief.lstrip("".join(SIGNS.values())) if is_long else number
    if figure.value is None:
        about = SIGNS[Qualifier.ABOUT]
        brief = short(figure, currency)
        return (_("about {figure}").format(figure="").strip() if brief.startswith(about) else ""), brief.removeprefix(
            about
        )
    return "", said
