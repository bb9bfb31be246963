"""Files of a snapshot on a disk: each is there whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.exports import Export, Frozen, Options, all_exports, file_name, made


def save(path: Path, body: bytes) -> None:
    """Write a file under another name beside its own, then rename it. Raises OSError; then there is none of it."""
    descriptor, part = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is for its owner alone; this one is as any other that somebody saves.
        umask = os.umask(0)
        os.umask(umask)
        Path(part).chmod(0o666 & ~umask)
        Path(part).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(part).unlink()
        raise


def files_of(frozen: Frozen, export: Export, options: Options) -> Iterator[tuple[str, bytes]]:
    """The files of a snapshot in one format, each with its name: all its parts where none is asked for."""
    parts = (options.part,) if options.part else tuple(export.parts(frozen)) or ("",)
    for part in parts:
        of_part = Options(options.paper, part)
        yield file_name(frozen, export, of_part), made(frozen, export.name, of_part)


def save_all(frozen: Frozen, folder: Path, options: Options | None = None) -> Iterator[Path]:
    """Every format of the family into a folder, one file after the other. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for export in all_exports().values():
        for name, body in files_of(frozen, export, options or Options()):
            save(folder / name, body)
            yield folder / name
