"""PDF: the printed briefing, two pages where all of it fits. Tagged (PDF/UA-1), with the fonts in it."""

from __future__ import annotations

from app.exports import Export, Frozen, Options
from app.exports._sheets import sheet
from app.exports._typeset import typeset


def _make(frozen: Frozen, options: Options) -> bytes:
    filled = sheet(frozen)
    return typeset("briefing.typ", filled, "pdf", at=filled["marks"]["frozen_at"], paper=options.paper)


EXPORT = Export(
    name="pdf", title="PDF", suffix="pdf", media_type="application/pdf", place=10, make=_make, on_paper=True
)
