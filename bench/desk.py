"""The desk with 10^6 assets in 2,000 networks: ``python -m bench.desk [--assets N] [--room FOLDER]``.

The whole product on SQLite answers an analyst over the loopback, one question after the other and each another one,
once while nothing comes in and once with twenty commits a second, so that every page is the first of its picture.
Printed is how long answers took (half of them, 95 in 100, the longest, the goal for those 95), and for how long the
server's processors were at work for each: what a machine that does nothing else would need.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from fastapi import FastAPI

from app.access import OBSERVATIONS, Role, create_key, open_session
from app.clock import FixedClock, SystemClock
from app.ingest.http import PATH
from app.main import create_app
from app.vocabulary import isoformat
from bench.load import Served, served
from bench.many_assets import COUNTRIES, NETWORKS, NOW, ORIGINS, SOURCES, TOPICS, WORDS, make, network_id, settings

RATE = 20
"""Commits a second that come in meanwhile, of one record each."""

STARTING_S = 600
"""A room that the newest program brings up to date first makes its views again."""

SORTS = ("", "standing", "-reach", "reach", "-assets", "name", "-spend", "-events", "stage", "-for", "-first_seen")
TABLES = ("assets", "ads", "events", "posts", "links")


def room(folder: str) -> tuple[FastAPI, str]:
    """The room in a folder as an application, and what an analyst and a detector need to come in."""
    app = create_app(settings(Path(folder)), clock=FixedClock(NOW))
    made = app.state.room
    # Of a log that came as one import it would make the past for half an hour, beside everything that is measured.
    made.history.stop()
    now = SystemClock().now()
    with made.database.write() as connection:
        token = open_session(connection, Role.ANALYST, "bench", now).token
        key = create_key(connection, "bench", SOURCES[0], OBSERVATIONS, now)
    return app, f"{token} {key}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked: what it is called, the address of the n-th time, and the goal for 95 in 100 (ms).

    ``target`` is the part of the page that is asked for, as htmx says it; all of it where it is empty.
    """

    name: str
    address: Callable[[int], str]
    goal: int
    target: str = ""


class Desk:
    """Somebody who asks a served room."""

    def __init__(self, server: Served) -> None:
        self._port = server.port
        self._process = server.process
        self.token, self.key = server.key.split(" ")
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)

    def ask(self, address: str, target: str = "") -> tuple[bytes, float]:
        """The answer and the milliseconds that it took. Raises RuntimeError for one that is none."""
        began = time.perf_counter()
        headers = {"authorization": f"Bearer {self.token}"} | ({"hx-target": target} if target else {})
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        lasted = (time.perf_counter() - began) * 1e3
        if answer.status != http.client.OK:
            raise RuntimeError(f"{address} was answered with {answer.status}: {body[:200]!r}")
        return body, lasted

    @property
    def worked(self) -> float:
        """For how long the server has been at work (ms), all that it does."""
        user, system = self._process.cpu_times()[:2]
        return 1e3 * float(user + system)

    @contextlib.contextmanager
    def told(self, assets: Sequence[str], rate: int = RATE) -> Iterator[None]:
        """Records come in until the end of the block: audiences, posts and assets of networks large and small."""
        over = threading.Event()

        def tell() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            headers = {"authorization": f"Bearer {self.key}", "content-type": "application/cloudevents+json"}
            # Without a seed: the log has what one would say again.
            due, random = time.perf_counter(), Random()
            while not over.is_set():
                connection.request("POST", PATH, json.dumps(_event(random, assets)), headers)
                connection.getresponse().read()
                due = max(due + 1 / rate, time.perf_counter() - 1)
                over.wait(max(0.0, due - time.perf_counter()))
            connection.close()

        thread = threading.Thread(target=tell, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _event(random: Random, assets: Sequence[str]) -> dict[str, object]:
    n, asset = random.getrandbits(60), random.choice(assets)
    made: dict[str, object] = {"specversion": "1.0", "id": f"live-{n:x}", "source": SOURCES[0], "time": isoformat(NOW)}
    kind = n % 4
    if kind == 0:
        data: dict[str, object] = {
            "network": _some(random),
            "platform": "facebook",
            "kind": "page",
            "name": "Newly Seen",
        }
        return made | {"type": "warroom.asset.detected", "subject": f"fa:page:9{n}", "data": data}
    if kind == 1:
        data = {"asset": asset, "text": "wake up america"}
        return made | {"type": "warroom.post.observed", "subject": f"post:live:{n}", "data": data}
    if kind == 2:
        data = {"a": asset, "b": random.choice(assets) + "x", "signal": "co_share", "weight": 2}
        return made | {"type": "warroom.link.observed", "data": data}
    data = {"count": {"qualifier": "about", "value": n % 9_000 + 1_000}}
    return made | {"type": "warroom.audience.observed", "subject": asset, "data": data}


def _some(random: Random) -> str:
    """A network, the large ones as often as all others."""
    return network_id(random.randrange(NETWORKS) if random.random() < 0.5 else random.randrange(20))


def questions(desk: Desk, assets: Sequence[str]) -> list[Question]:
    """What is asked, in the order in which it is printed."""
    random = Random(1)

    def listed(_n: int) -> str:
        query: list[tuple[str, str]] = []
        for name, values in _FACETS.items():
            if random.random() < 0.25:
                query += [(name, value) for value in random.sample(values, random.choice((1, 1, 2)))]
        if random.random() < 0.3:
            query.append(("q", random.choice(("ba", "so", "ka", "im", "net-01"))))
        query.append(("sort", random.choice(SORTS)))
        return f"/desk/networks?{urlencode(query)}"

    def next_page(_n: int) -> str:
        """A page behind the first one, as its own link says."""
        page = f"/desk/networks?sort={random.choice(SORTS)}"
        body, _ = desk.ask(page)
        link = body.partition(b"after=")[2].partition(b'"')[0].partition(b"&")[0].decode()
        return f"{page}&after={link}" if link else page

    def network(n: int) -> str:
        return f"/desk/networks/{network_id(n % 20) if n % 2 else _some(random)}"

    def search(*texts: str) -> Callable[[int], str]:
        return lambda n: f"/desk/search?q={quote(texts[n % len(texts)])}"

    words = [word for place in (0, 1, 2, 3, 4) for word in WORDS[place].split()]
    rare = ["bafeka", "molosa", "tivegu", "kelora", "sanemu", "dofari"]
    return [
        Question("networks: filters, text, order", listed, 150, "div#view"),
        Question("networks: a page behind the first", next_page, 150, "div#view"),
        Question("networks, with the first of them open", listed, 250),
        Question("network, the largest every other time", network, 250),
        *(
            Question(f"network, its {name}", lambda n, name=name: f"{network(n)}?table={name}", 250)  # type: ignore[misc]
            for name in TABLES
        ),
        Question("network, its graph", lambda n: f"{network(n)}/graph", 250),
        Question("search: what every asset has", search("1000", "100", "10", "100000"), 300),
        Question("search: a word of some", search(*words), 300),
        Question("search: a rare word", search(*rare), 300),
        Question("search: two words", search(*(f"{a} {b}" for a in words[:9] for b in words[9:15])), 300),
        Question("search: nothing", search("qqqqq", "xyzzyx", "zqzqz wake"), 300),
        Question("search: a script without spaces", search("真相", "自由人民", "新聞", "日本今日"), 300),
        Question("asset", lambda _n: f"/desk/assets/{quote(random.choice(assets), safe='')}", 250),
        Question("API: networks", lambda n: f"/api/v1/networks{'' if n % 2 else f'?target={COUNTRIES[n % 10]}'}", 250),
    ]


_FACETS = {
    "stage": ("detected", "under_review", "confirmed", "removed"),
    "target": COUNTRIES,
    "attributed": (*ORIGINS, "undetermined"),
    "topic": TOPICS,
    "platform": ("facebook", "instagram", "twitter"),
    "election": ("us-2018", "br-2018"),
}


def some_assets(folder: Path, n: int = 2_000) -> list[str]:
    """Ids of assets from all over the room."""
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'warroom.db'}?mode=ro", uri=True)) as connection:
        last = connection.execute("SELECT max(no) FROM asset_words").fetchone()[0]
        step = max(1, last // n)
        rows = connection.execute("SELECT id FROM asset_words WHERE no % ? = 1", (step,))
        return [id for (id,) in rows]


def ask_all(desk: Desk, asked: Sequence[Question], times: int) -> None:
    """Ask every question so often, and print how long the answers took."""
    for question in asked:
        addresses = [question.address(n) for n in range(times + 1)]
        # What is read for the first time is not what people wait for all day.
        desk.ask(addresses.pop(), question.target)
        before = desk.worked
        took = [desk.ask(address, question.target)[1] for address in addresses]
        work = (desk.worked - before) / len(took)
        p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
        verdict = "" if p95 <= question.goal else "  MISSED"
        said = f"{statistics.median(took):>8.1f}{p95:>9.1f}{max(took):>9.1f}{question.goal:>8}{work:>8.1f}{verdict}"
        print(f"    {question.name:<40}{said}", flush=True)


def measure(folder: Path, assets: int, times: int, only: str) -> None:
    """Make the room, or take the one that is there, serve it, and ask."""
    made = make(folder, assets)
    how = f"written in {made.seconds:,.0f} s, {made.records / made.seconds:,.0f} a second" if made.seconds else "there"
    print(f"  {assets:,} assets in {NETWORKS:,} networks, {made.records:,} records, {made.size / 1e9:.2f} GB: {how}")
    began = time.perf_counter()
    with served(room, str(folder), STARTING_S) as server:
        print(f"  served after {time.perf_counter() - began:.1f} s")
        desk, known = Desk(server), some_assets(folder)
        asked = [question for question in questions(desk, known) if only in question.name]
        print(f"  {'ms':<42}{'half':>8}{'95 %':>9}{'longest':>9}{'goal':>8}{'CPU':>8}\n    while nothing comes in")
        ask_all(desk, asked, times)
        print(f"    with {RATE} commits a second")
        with desk.told(known):
            ask_all(desk, asked, times)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--assets", type=int, default=1_000_000)
    words.add_argument("--room", type=Path, help="a folder in which the room stays, so that it is made only once")
    words.add_argument("--times", type=int, default=60, help="how often each question is asked")
    words.add_argument("--only", default="", help="ask only what has this in its name")
    said = words.parse_args(arguments)
    if said.room is not None:
        measure(said.room, said.assets, said.times, said.only)
        return
    with tempfile.TemporaryDirectory(prefix="warroom-bench-") as folder:
        measure(Path(folder), said.assets, said.times, said.only)


if __name__ == "__main__":
    main()
