"""JSON: the snapshot itself, to the byte that its SHA-256 is of."""

from app.exports import Export, Frozen, Options


def _make(frozen: Frozen, _options: Options) -> bytes:
    return frozen.body


EXPORT = Export(name="json", title="JSON", suffix="json", media_type="application/json", place=60, make=_make)
