"""The stamp: by which id and SHA-256 a file says of which snapshot it was made, wherever in the file that stands.

The contract. Every file says both somewhere that can be read without knowing the format: in its text, in the document
properties of an archive (``docProps/``), in the metadata of a PDF, in a text of a picture (``stamped`` writes one).
JSON is the snapshot to the byte, so its digest is that of the file. What was found is a claim, which is for
``app.snapshots.verifying`` to judge.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.exports._frozen import Frozen

PNG = b"\x89PNG\r\n\x1a\n"

KEYWORD = b"Description"
"""Under which a picture says what it shows (PNG, section 11.3.3.2)."""

PROPERTIES = "docProps/"
MOST = 1_000_000
"""Bytes of one document property that are read: an archive may say that it unpacks to anything."""

_SHA = re.compile(rb"(?<![0-9a-fA-F])[0-9a-f]{64}(?![0-9a-fA-F])")
_ID = re.compile(rb"(?<![0-9a-fA-F])[0-9a-f]{16}(?![0-9a-fA-F])")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file may be of: the digests and ids in it, those first that it says most plainly."""

    sha256: tuple[str, ...]
    ids: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sha256 or self.ids)


def stamp_line(frozen: Frozen) -> str:
    """Of which snapshot a file is, in one line for its properties."""
    return f"Warroom snapshot {frozen.id}, seq {frozen.seq}, SHA-256 {frozen.sha256}"


def stamp_of(body: bytes) -> Stamp:
    """The stamp of a file, empty where it bears none that can be read."""
    texts = list(_texts(body))
    digests = [hashlib.sha256(body).hexdigest()]
    digests += [found.decode() for text in texts for found in _SHA.findall(text)]
    return Stamp(tuple(dict.fromkeys(digests)), tuple(dict.fromkeys(_ids(texts))))


def _ids(texts: list[bytes]) -> Iterator[str]:
    for text in texts:
        # Beside a word that says so it is the id; other things have ids of 16 digits as well.
        plain = re.findall(rb'(?:[Ss]napshot|"id":)\W{0,8}([0-9a-f]{16})(?![0-9a-fA-F])', text)
        yield from (found.decode() for found in (*plain, *_ID.findall(text)))


def _texts(body: bytes) -> Iterator[bytes]:
    if body.startswith(PNG):
        yield from (data for kind, data in _chunks(body) if kind in (b"tEXt", b"iTXt"))
    elif zipfile.is_zipfile(io.BytesIO(body)):
        yield from _properties(body)
    else:
        yield body


def _properties(body: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                if name.startswith(PROPERTIES):
                    with archive.open(name) as file:
                        yield file.read(MOST)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        # An archive that is broken says no more than what could be read of it.
        return


def stamped(picture: bytes, frozen: Frozen) -> bytes:
    """A PNG that says in a text of its own of which snapshot it is. Raises ValueError for what is no PNG."""
    if not picture.startswith(PNG):
        raise ValueError("only a PNG can be stamped")
    # Behind the header, where readers look first: its length, kind, 13 bytes and checksum.
    head = len(PNG) + 25
    data = KEYWORD + b"\0" + stamp_line(frozen).encode("ascii")
    return picture[:head] + _chunk(b"tEXt", data) + picture[head:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 8 <= len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        yield kind, body[at + 8 : at + 8 + length]
        at += 12 + length
