"""The words of the room in one place: figures, things, attributions, definitions and what must not be written.

A screen, an export and the press line take every word about a figure from here, so that they cannot disagree. The
functions live by subject: ``app.amounts``, ``app.nouns``, ``app.attribution``, ``app.definitions``.
"""

from app.amounts import (
    Parts,
    absent_words,
    bare,
    counted,
    currency_sign,
    money_plain,
    money_prose,
    money_short,
    number_parts,
    paid_in_words,
    plain,
    prose,
    short,
)
from app.attribution import attribution_words, cap, may_say, no_ties_words, rung_name
from app.countries import country_name, the_country
from app.definitions import Measure, definition, do_not_write
from app.nouns import (
    assets_words,
    clock_time,
    day,
    day_words,
    duration,
    duration_prose,
    list_words,
    platform_name,
    plural,
    reach_sentence,
    sibling_label,
    stage_name,
    surface_name,
    surface_noun,
)

__all__ = [
    "Measure",
    "Parts",
    "absent_words",
    "assets_words",
    "attribution_words",
    "bare",
    "cap",
    "clock_time",
    "counted",
    "country_name",
    "currency_sign",
    "day",
    "day_words",
    "definition",
    "do_not_write",
    "duration",
    "duration_prose",
    "list_words",
    "may_say",
    "money_plain",
    "money_prose",
    "money_short",
    "no_ties_words",
    "number_parts",
    "paid_in_words",
    "plain",
    "platform_name",
    "plural",
    "prose",
    "reach_sentence",
    "rung_name",
    "short",
    "sibling_label",
    "stage_name",
    "surface_name",
    "surface_noun",
    "the_country",
]
