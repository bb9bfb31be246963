"""The words of a briefing, made from the content of a snapshot alone, so that every export says the same.

``headline`` and ``lead`` tell what was decided and what waits; ``figures_of`` and ``totals`` are numbers apart from
their hedges, for setting in type; the rest are the parts of a briefing in the order in which they are read. No sentence
words who is behind a network more strongly than was approved. Sentences keep apart what came from outside
(``Sentence``), which is raw: each export makes it safe for where it goes.
"""

from collections.abc import Mapping
from typing import Any

from app.briefing.attribution import Row, attribution_rows, attribution_sentence, origin_words
from app.briefing.figures import Number, assets_of, figures_of, mode_words, number_of, reach_of, totals
from app.briefing.gaps import gaps, gaps_of
from app.briefing.headline import headline, lead, subject_of
from app.briefing.picture import Marks, full_day_of, marks, title_line, when_words
from app.briefing.pipeline import Column, Line, OpenRow, open_rows, pipeline
from app.briefing.reading import (
    converted_clauses,
    converted_words,
    do_not_write,
    how_to_read,
    press_definitions,
    rate_words,
)
from app.briefing.sentence import Run, Sentence, Words, fill, found_again, listed, named, names_in, plain
from app.briefing.since import Change, Since, changes, since, since_title, way_words
from app.briefing.work import Lasting, Task, decisions, durations, median_words

__all__ = [
    "Change",
    "Column",
    "Lasting",
    "Line",
    "Marks",
    "Number",
    "OpenRow",
    "Row",
    "Run",
    "Sentence",
    "Since",
    "Task",
    "Words",
    "assets_of",
    "attribution_rows",
    "attribution_sentence",
    "changes",
    "converted_clauses",
    "converted_words",
    "decisions",
    "do_not_write",
    "durations",
    "figures_of",
    "fill",
    "found_again",
    "full_day_of",
    "gaps",
    "gaps_of",
    "headline",
    "how_to_read",
    "lead",
    "listed",
    "marks",
    "median_words",
    "mode_words",
    "named",
    "names_in",
    "number_of",
    "open_rows",
    "origin_words",
    "pipeline",
    "plain",
    "press_definitions",
    "rate_words",
    "reach_of",
    "since",
    "since_title",
    "subject_of",
    "title_line",
    "totals",
    "unknown",
    "way_words",
    "when_words",
]


def unknown(content: Mapping[str, Any]) -> list[Sentence]:
    """What we do not know, in sentences."""
    return [names_in(words, content) for words in content["unknown"]]
