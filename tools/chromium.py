"""Finds the Chromium that browser tests and screenshots drive: ``python tools/chromium.py [--ensure]``.

Looked for in this order: ``WARROOM_CHROMIUM``, the PATH, Playwright's own. It prints the path. With ``--ensure`` one is
installed where none is found: Debian's package where we are root, else Playwright's build. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-cjk")
"""The fonts draw the scripts that posts come in; without them a screen shows boxes."""

ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)

ADVICE = """No Chromium was found, and none could be installed. One command brings it, on Debian or Ubuntu:
    sudo apt-get install -y chromium
Or point WARROOM_CHROMIUM at the executable of a Chromium or Chrome that is already there."""


def find_chromium() -> str | None:
    """The path of a Chromium, or None. Raises ``FileNotFoundError`` where ``WARROOM_CHROMIUM`` names no program."""
    if named := os.environ.get("WARROOM_CHROMIUM"):
        if found := shutil.which(named):
            return found
        raise FileNotFoundError(f"WARROOM_CHROMIUM is {named!r}, which is no executable file; correct it or unset it")
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return playwrights_own()


def playwrights_own() -> str | None:
    """The build that ``playwright install chromium`` brought, asked for in a process of its own.

    In this process Playwright would leave an event loop behind.
    """
    try:
        command = [sys.executable, "-c", ASK_PLAYWRIGHT]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).is_file() else None


def install() -> None:
    """Try the ways there are to bring a Chromium, the surest first, until one is found."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        attempt(["apt-get", "update", "-q"], quiet)
        attempt(["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES], quiet)
    if find_chromium() is None:
        attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def attempt(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a command whose failure is not the end. What it prints goes to stderr: stdout carries the path alone."""
    print("+", *command, file=sys.stderr, flush=True)
    subprocess.run(command, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)


def main(arguments: list[str]) -> int:
    """Print the path and return 0; or say what to do and return 1."""
    try:
        found = find_chromium()
        if found is None and "--ensure" in arguments:
            install()
            found = find_chromium()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(found or ADVICE, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
