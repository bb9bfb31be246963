"""Pictures of the October 2018 briefing as people hold it: printed pages, and slides where LibreOffice is there."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pdfplumber

from app.demo.briefing import october_briefing
from app.exports import made

DPI = 144
"""Dots an inch: a page of A4 is 1,190 wide, in which its smallest letters can be read."""

COLOURS = 64
"""Enough for ink, its greys and the few colours that there are, in a quarter of the bytes."""

SLIDES = (1, 3, 8, 11)
"""Those that show what there is: the headline, a network, reach, durations."""

PATIENCE_S = 180


def briefing_pictures() -> Iterator[tuple[str, bytes]]:
    """Names and PNG bytes."""
    frozen = october_briefing()
    for number, picture in pages_of(made(frozen, "pdf")):
        yield f"briefing-page-{number}", picture
    for number, picture in pages_of(_printed(made(frozen, "pptx"))):
        if number in SLIDES:
            yield f"briefing-slide-{number}", picture


def pages_of(pdf: bytes | None) -> Iterator[tuple[int, bytes]]:
    """The pages of a PDF as pictures, counted from 1."""
    if pdf is None:
        return
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages, 1):
            picture = io.BytesIO()
            drawn = page.to_image(resolution=DPI, antialias=True).original
            drawn.quantize(COLOURS).save(picture, "PNG", optimize=True)
            yield number, picture.getvalue()


def _printed(pptx: bytes) -> bytes | None:
    office = shutil.which("soffice")
    if office is None:
        print("no slides: they are drawn by LibreOffice Impress (soffice), which is not here")
        return None
    with tempfile.TemporaryDirectory(prefix="warroom-slides-") as folder:
        path = Path(folder) / "slides.pptx"
        path.write_bytes(pptx)
        command = [office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", folder, str(path)], check=True, timeout=PATIENCE_S, capture_output=True)
        return path.with_suffix(".pdf").read_bytes()
