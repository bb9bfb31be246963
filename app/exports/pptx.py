"""PPTX: slides of 16 to 9 with native charts, notes in full sentences, and alternative texts."""

from app.exports import Export, Frozen, Options
from app.exports._pptx_deck import Deck
from app.exports._pptx_networks import lasting, network_pages, pipeline, reach_pages
from app.exports._pptx_pages import headlines, open_table, opening, reading, wanted


def _make(frozen: Frozen, _options: Options) -> bytes:
    deck = Deck(frozen)
    for pages in (opening, headlines, network_pages, pipeline, open_table, reach_pages, lasting, wanted, reading):
        pages(deck)
    return deck.bytes()


EXPORT = Export(
    name="pptx",
    title="PPTX",
    suffix="pptx",
    media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
    place=20,
    make=_make,
)
