"""Archives that are the same to the byte whenever they are made: entries without times, in an order of their own."""

from __future__ import annotations

import io
import zipfile

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the first that an archive can say, as office programs write it."""

FIRST = "[Content_Types].xml"
"""What readers of office files look for at the beginning."""


def sealed(archive: bytes) -> bytes:
    """The same entries by name, each with the earliest time, compressed anew. Raises BadZipFile for no archive."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist(), key=lambda name: (name != FIRST, name)):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The permissions that an entry would otherwise take from the system it was made on.
            entry.create_system, entry.external_attr = 0, 0
            new.writestr(entry, old.read(name))
    return made.getvalue()
