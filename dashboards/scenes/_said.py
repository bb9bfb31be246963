"""What several panels say in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from app.countries import country_tag
from app.language import _, ngettext
from app.networks import Network
from app.numerals import grouped
from app.vocabulary import ACCOUNTS, Stage, Surface
from app.wording import country_name, duration, list_words, platform_name, stage_name, surface_name

COUNTRIES = 3
"""Countries that a line names."""


def held_words(held: int, stage: Stage) -> str:
    """For how long (µs) a network has been in its stage: "51 h in Confirmed"."""
    return _("{duration} in {stage}").format(duration=duration(held), stage=stage_name(stage))


def and_more(words: str, n: int) -> str:
    """The words with how many others there are: "51 h in Confirmed, and 2 more"."""
    return _("{words}, and {n} more").format(words=words, n=grouped(n)) if n else words


def more_votes(n: int) -> str:
    """How many votes there are beside: "2 more votes"."""
    return ngettext("{n} more vote", "{n} more votes", n).format(n=grouped(n))


def targets_words(network: Network, most: int) -> str:
    """The countries that a network aims at; of more than ``most``, one fewer and a number: "US, UK and 2 more"."""
    names = [country_name(code, short=True) for code in dict.fromkeys(network.targets)]
    if len(names) > most:
        names = [*names[: most - 1], _("{n} more").format(n=grouped(len(names) - most + 1))]
    return list_words(names)


def assets_heading(surface: Surface) -> str:
    """What stands beside a count of assets: "Pages", "Accounts"; the platform where accounts are not Facebook's."""
    if surface.kind == "account" and surface != ACCOUNTS:
        return platform_name(surface.platform)
    words = surface_name(surface, many=True)
    return f"{words[0].upper()}{words[1:]}"


def open_words(n: int) -> str:
    """How many networks are open: "2 open"."""
    return ngettext("{n} open", "{n} open", n).format(n=grouped(n))


def aim_words(network: Network, *, tags: bool = False) -> str:
    """Where it comes from, as far as that was approved, and whom it aims at: "Iran → US, UK", "Within Brazil".

    With ``tags`` several targets are letters, also where they are two.
    """
    origins, targets = network.attributed_origins, tuple(dict.fromkeys(network.targets))
    if origins and origins == targets:
        return _("Within {countries}").format(countries=_places(origins))
    whence = _places(origins) or _("Undetermined")
    whither = _places(targets, most=1 if tags else 2)
    return f"{whence} → {whither}" if targets else whence


def _places(codes: Sequence[str], most: int = 2) -> str:
    """Countries by name; by code where there are more than ``most``: "US, Canada", "US, UK, FR +2"."""
    if len(codes) <= most:
        return ", ".join(country_name(code, short=True) for code in codes)
    shown = [country_tag(code) for code in codes[:COUNTRIES]]
    return ", ".join(shown) + (f" +{len(codes) - COUNTRIES}" if len(codes) > COUNTRIES else "")
