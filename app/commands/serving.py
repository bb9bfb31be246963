"""``warroom serve`` and ``warroom demo``: a room that people can look at."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from typing import Annotated

import typer

from app.commands import MISUSED, NOT_NOW, complain, say, settings
from app.demo.stage import Stage, run
from app.journal import keep_journal
from app.main import create_app
from app.serving import free_port, listening, serve_on

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; without it WARROOM_HOST.")] = "",
    port: Annotated[int | None, typer.Option(help="The port to listen on; without it WARROOM_PORT.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="A certificate (PEM): serve HTTPS.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    https: Annotated[bool, typer.Option("--https", help="A proxy in front speaks HTTPS.")] = False,
    origin: Annotated[
        list[str] | None, typer.Option(help="A further origin whose pages may act, as https://wall.example.")
    ] = None,
) -> None:
    """Serve the room until it is told to stop."""
    keep_journal()
    read = settings()
    where, at = host or read.host, read.port if port is None else port
    if (certificate is None) != (private_key is None):
        complain("give --certificate and --private-key together")
        raise typer.Exit(MISUSED)
    secure = https or certificate is not None
    try:
        sock = listening(where, at)
    except OSError as taken:
        complain(f"{where}:{at} cannot be listened on: {taken.strerror}. Name another: --port, or WARROOM_PORT")
        raise typer.Exit(NOT_NOW) from None
    with sock:
        app = create_app(read, secure=secure, origins=origin or ())
        scheme = "https" if certificate else "http"
        say(f"The room is at {scheme}://{where}:{sock.getsockname()[1]}; `warroom user link NAME` lets people in")
        if not secure and where not in LOOPBACK:
            complain("It can be reached from other machines without HTTPS: put a proxy in front, or give a certificate")
        _end_on_sigterm()
        serve_on(app, sock, certificate=certificate, private_key=private_key)


def demo(
    minutes: Annotated[float, typer.Option(min=0, max=600, help="How long the week of the story takes.")] = 3.0,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="Times as fast as that.")] = 1.0,
    port: Annotated[int, typer.Option(help="The port to listen on; the next free one where it is taken.")] = 8750,
    state_dir: Annotated[
        Path | None, typer.Option(help="A new folder to keep the room in; without it the room goes when it ends.")
    ] = None,
    theme: Annotated[str, typer.Option(help="night or day.")] = "night",
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Play the case of October 2018 in an empty room, through the same door that detectors use."""
    keep_journal(logging.WARNING)
    if theme not in ("night", "day"):
        complain("--theme is night or day")
        raise typer.Exit(MISUSED)
    sock = free_port("127.0.0.1", port)
    _end_on_sigterm()
    with sock, Stage.set_up(state_dir, minutes=minutes / speed, theme=theme) as stage:
        run(stage, sock, asked_port=port, opens=not no_open)


def _end_on_sigterm() -> None:
    """Let SIGTERM end the program as Ctrl-C does: after the server has stopped, with everything put away."""

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
