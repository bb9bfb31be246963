"""Records: the one envelope (CloudEvents 1.0) and the types of what can be observed, said and decided.

Every door takes bytes to one ``RecordParser``, so that all of them accept and refuse the same. It gives a ``Record``,
or raises ``Refused`` with field and reason; a bad record never stops its neighbours. ``_shapes`` is the table of types
and fields, ``_checks``, ``_figures`` and ``_audience`` say what a value may be, ``_json`` how it may be written.
"""

from __future__ import annotations

from app.records._checks import CURRENCIES, instant_of
from app.records._figures import PLAUSIBLE, SUM, hedged_json, hedged_of, money_json, money_of
from app.records._hll import clean as clean_image
from app.records._parser import MAX_BATCH, Record, RecordParser
from app.records._redaction import KEPT, kept_body

__all__ = [
    "CURRENCIES",
    "KEPT",
    "MAX_BATCH",
    "PLAUSIBLE",
    "SUM",
    "Record",
    "RecordParser",
    "clean_image",
    "hedged_json",
    "hedged_of",
    "instant_of",
    "kept_body",
    "money_json",
    "money_of",
]
