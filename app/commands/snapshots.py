"""``warroom snapshot …``: freezing what the room says, listing what was frozen, and its files in every format."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app import language
from app.board import Board
from app.clock import SystemClock
from app.commands import ERR, MISUSED, NOT_NOW, complain, opened, say, settings, show_table
from app.demo.briefing import october_briefing
from app.errors import BadRequest, NotFound
from app.exports import WALL, Frozen, all_exports, options_of
from app.exports._files import files_of, save, save_all
from app.history import History
from app.rates import ReferenceRates
from app.records import RecordParser
from app.room import anchor_of
from app.safetext import terminal
from app.scopes import scope_of
from app.snapshots.asking import chooser, wanted_of
from app.snapshots.freezing import Snapshots
from app.snapshots.keeping import Kept
from app.snapshots.since import NONE
from app.vocabulary import Tlp, moment
from app.writer import Writer
from dashboards.desk import repertoire

BY = "the command line"

Out = Annotated[Path, typer.Option(help="A folder, or a file where it is one format in one part.")]
Paper = Annotated[str, typer.Option(help="a4 or letter, for formats on paper.")]


def create(  # noqa: PLR0913 - each is an option
    filters: Annotated[
        list[str] | None, typer.Argument(help="The scope, in the API's words: open=true stage=removed target=US.")
    ] = None,
    *,
    name: Annotated[str, typer.Option(help="What the snapshot is called.")] = "",
    tlp: Annotated[str, typer.Option(help="red, amber+strict, amber, green or clear.")] = "",
    names: Annotated[bool, typer.Option("--names", help="With the names of Pages, groups and accounts.")] = False,
    scene: Annotated[str, typer.Option(help="A scene of a wall instead of a scope.")] = "",
    at: Annotated[str, typer.Option(help="A time of the past: 21:40, 2018-10-26T21:40 or RFC 3339.")] = "",
    seq: Annotated[str, typer.Option(help="A place of the log instead of a time.")] = "",
    embargo: Annotated[str, typer.Option(help="Until when it is under embargo (RFC 3339).")] = "",
    since: Annotated[
        str,
        typer.Option(help="The earlier snapshot it is compared with: an id, a name, or none. Else the last one."),
    ] = "",
    by: Annotated[str, typer.Option(help="Who freezes it.")] = BY,
    format: Annotated[
        list[str] | None, typer.Option(help="Write it in this format at once; may be repeated; all for every one.")
    ] = None,
    out: Out = Path(),
    paper: Paper = "a4",
) -> None:
    """Freeze what a scope or a scene says, now or at a time of the past."""
    read = settings()
    asked = _formats(format) if format else []
    scope = scope_of(Filters(filters or []))
    with opened_snapshots() as snapshots:
        wanted = wanted_of(
            name=name,
            tlp=tlp,
            names=names,
            seq=seq,
            at=at,
            embargo_until=embargo,
            since=since if since in ("", NONE) else id_of(snapshots, since),
            now=snapshots.clock.now(),
            zone=read.zone,
        )
        frozen = snapshots.freeze(wanted, chooser(scope, scene, repertoire(), snapshots.watch), by=by)
    say(f"{frozen.id}  seq {frozen.seq:,}  {frozen.tlp}  sha256 {frozen.sha256}")
    _write(frozen, asked, out, paper, "")


def show(
    search: Annotated[str, typer.Option(help="Words of its name, scope, label or who froze it.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 50,
) -> None:
    """List what was frozen, newest first."""
    with opened_snapshots() as snapshots:
        page = snapshots.page(tuple(Tlp), search=search, limit=limit)
    if not page.kept:
        say("Nothing was frozen yet: warroom snapshot create --name NAME --tlp green" if not search else "none found")
        return
    show_table(("id", "name", "scope", "label", "seq", "frozen", "by"), [_cells(kept) for kept in page.kept])
    if page.after and page.total > len(page.kept):
        say(f"and {page.total - len(page.kept):,} more: --limit {page.total}")


def export(
    id: Annotated[str, typer.Argument(help="The id that `warroom snapshot list` shows, or the name of the newest.")],
    format: Annotated[
        list[str], typer.Option(help="A format; may be repeated; all for every one; wall for pictures of the scene.")
    ],
    out: Out = Path(),
    paper: Paper = "a4",
    part: Annotated[str, typer.Option(help="One part of a format that has parts; without it, all.")] = "",
) -> None:
    """Write a snapshot as files, each of them whole or not at all."""
    asked = _formats([name for name in format if name != WALL]) if set(format) != {WALL} else []
    with opened_snapshots() as snapshots:
        frozen = snapshots.read(id_of(snapshots, id))
        if WALL in format:
            _write_walls(snapshots, frozen, out)
    _write(frozen, asked, out, paper, part)


def demo(out: Out = Path("briefing"), paper: Paper = "a4") -> None:
    """Write the briefing of 26 October 2018 in every format, from the story of the demo and without a room."""
    options = options_of(paper)
    try:
        for path in save_all(october_briefing(), out, options):
            say(str(path))
    except OSError as broken:
        raise _unwritten(broken, out) from None


class Filters:
    """The words of a scope as somebody typed them."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def multi_items(self) -> list[tuple[str, str]]:
        """Names and values, in order."""
        pairs = [word.partition("=") for word in self._words]
        if bad := next((name for name, sign, _ in pairs if not sign), None):
            raise BadRequest(bad[:80], "write a filter and its value: open=true")
        return [(name, value) for name, _, value in pairs]


@contextlib.contextmanager
def opened_snapshots() -> Iterator[Snapshots]:
    """The snapshots of the room, while this is open."""
    read = settings()
    language.use(read.language)
    with opened(read) as database:
        clock = SystemClock()
        with contextlib.closing(
            Writer(database, key=read.derived("log"), clock=clock, anchor=anchor_of(read))
        ) as writer:
            snapshots = Snapshots(
                database,
                Board(),
                History(database, read.state_dir / "history"),
                writer,
                RecordParser(read.derived("accounts")),
                clock,
                read.watch(),
                read.source_limits_s,
            )
            snapshots.rates = ReferenceRates.opened(read.currency, read.rates_file)
            yield snapshots


def id_of(snapshots: Snapshots, typed: str) -> str:
    """The id of the snapshot that somebody typed: by its id, or the newest of that name. Raises NotFound."""
    if snapshots.find(typed) is not None:
        return typed
    for kept in snapshots.page(tuple(Tlp), search=typed[:200], limit=1_000).kept:
        if kept.name.casefold() == typed.casefold():
            return kept.id
    raise NotFound(f"there is no snapshot {typed[:80]!r}: warroom snapshot list shows them")


def _formats(asked: list[str]) -> list[str]:
    """The formats that somebody asked for. Raises BadRequest naming one that there is not."""
    known = list(all_exports())
    if unknown := next((name for name in asked if name not in (*known, "all")), None):
        raise BadRequest("format", f"{unknown[:40]!r} will not do: all, or {', '.join(known)}")
    return known if "all" in asked else list(dict.fromkeys(asked))


def _write(frozen: Frozen, formats: list[str], out: Path, paper: str, part: str) -> None:
    options = options_of(paper, part)
    exports = [all_exports()[name] for name in formats]
    is_file = len(exports) == 1 and not out.is_dir() and out.suffix == f".{exports[0].suffix}"
    if is_file and len(exports[0].parts(frozen)) > 1 and not part:
        complain("this format has several parts: give a folder, or --part")
        raise typer.Exit(MISUSED)
    try:
        (out.parent if is_file else out).mkdir(parents=True, exist_ok=True)
        with ERR.status("") as status:
            for place, export in enumerate(exports, 1):
                status.update(f"making {export.title}, {place} of {len(exports)}")
                for name, body in files_of(frozen, export, options):
                    path = out if is_file else out / name
                    save(path, body)
                    say(str(path))
    except OSError as broken:
        raise _unwritten(broken, out) from None


def _write_walls(snapshots: Snapshots, frozen: Frozen, out: Path) -> None:
    """The pictures of a wall into a folder."""
    from app.picturing import wall_pictures  # noqa: PLC0415 - all that serves pages, for this alone

    read = settings()
    history = History(snapshots.database, read.state_dir / "history")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with ERR.status("drawing the wall in a browser"):
            for name, body in wall_pictures(snapshots.database, history, read, frozen):
                save(out / name, body)
                say(str(out / name))
    except OSError as broken:
        raise _unwritten(broken, out) from None


def _unwritten(broken: OSError, out: Path) -> typer.Exit:
    complain(f"{broken.filename or out}: {broken.strerror}")
    return typer.Exit(NOT_NOW)


def _embargo(kept: Kept) -> str:
    """An embargo that is on it now, as the list says it."""
    if kept.embargo_until is None or kept.is_free(SystemClock().now()):
        return ""
    return f" EMBARGO until {moment(kept.embargo_until):%Y-%m-%d %H:%M}"


def _cells(kept: Kept) -> tuple[str, ...]:
    at = f"{moment(kept.made_at):%Y-%m-%d %H:%M}"
    cells = (
        kept.id,
        kept.name,
        kept.scope,
        f"{kept.tlp}{' names' if kept.names else ''}{_embargo(kept)}",
        str(kept.seq),
        at,
        kept.made_by,
    )
    return tuple(map(terminal, cells))
