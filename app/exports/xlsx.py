"""XLSX: typed cells with a hedge beside every number, and charts that are made from them."""

from app.exports import Export, Frozen, Options
from app.exports._xlsx_cells import Book
from app.exports._xlsx_charts import charts
from app.exports._xlsx_money import money
from app.exports._xlsx_networks import networks
from app.exports._xlsx_sheets import assets, figures, reading, stages, summary
from app.exports._xlsx_since import since
from app.exports._zip import sealed


def _make(frozen: Frozen, _options: Options) -> bytes:
    book = Book(frozen)
    summary(book)
    figures(book)
    money(book)
    since(book)
    networks(book)
    stages(book)
    charts(book)
    assets(book)
    reading(book)
    return sealed(book.bytes())


EXPORT = Export(
    name="xlsx",
    title="XLSX",
    suffix="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    place=45,
    make=_make,
)
