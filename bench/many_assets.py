"""A room of very many assets: 10^6 in 2,000 networks, for the benches of what people browse and search.

All of it comes from a seed: networks whose sizes have a heavy tail, with the audiences, posts, links, indicators, ads,
events, stages, claims and elections of their assets. It is written by the real writer into a real database, and stays
in its folder, so that a second bench does not write it again.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from datasketches import hll_sketch

from app.clock import FixedClock
from app.room import open_room
from app.settings import Settings
from app.vocabulary import DAY, HOUR, MINUTE, Rung, Stage, instant, isoformat

Event = dict[str, Any]

NOW = instant(datetime(2018, 10, 26, 14, tzinfo=UTC))
"""The room's time, so that the room is the same on every day."""

SEED = 20_181_026
SOURCES = ("//bench.example/detectors/one", "//bench.example/detectors/two", "//bench.example/people")

NETWORKS = 2_000
LARGEST = 40
"""The largest network has so many times the assets of the average one: 20,000 of 10^6."""

STEEPNESS = 2.0
"""Of the law of sizes: half of all networks have less than a tenth of the average."""

BATCH = 1_000
KEPT = "made"

POSTS, LINKS, INDICATORS = 0.2, 1.0, 0.01
"""For each asset."""

ADS, EVENTS = 0.02, 0.004
OBSERVED, SKETCHED = 0.5, 0.03
"""Shares of the assets whose audience is known, and of those that have a sketch, Pages alone."""

PLACES = {
    "facebook": ("page", "account", "group"),
    "instagram": ("account",),
    "twitter": ("account",),
    "youtube": ("channel",),
    "vk": ("account",),
}
SIGNALS = ("shared_admin", "co_share", "shared_url", "near_text")
COUNTRIES = ("US", "BR", "GB", "DE", "FR", "UA", "PH", "MX", "IN", "NG")
ORIGINS = ("RU", "IR", "CN", "MM", "US", "BR")
TOPICS = ("immigration", "race", "health", "guns", "energy", "religion", "elections", "veterans", "economy")

WORDS = (
    (
        "wake up america patriots united heart of texas blacktivist born liberal secured borders army jesus veterans "
        "first daily news voice people real truth free nation liberty action report watch today morning star river "
        "valley"
    ),
    "verdade liberdade brasil notícias povo família esperança jornal hoje mulheres força união direita coração nação",
    "noticias libertad pueblo verdad mañana corazón unión justicia juventud español niños país señal voz diario",
    "правда новости россия народ свобода родина сегодня голос вестник утро город мир семья сила надежда",
    "الحقيقة أخبار الحرية اليوم صوت الشعب الوطن العدالة الأمة القدس الصحوة شباب المستقبل",
    "حقیقت آزادی ایران امروز صدای مردم خبر جوانان فردا وطن انقلاب بیداری",
    "सच आज़ादी भारत समाचार जनता आवाज़ देश युवा शक्ति आज",
    "真相新聞自由人民今日香港台灣聲音時報觀察",
    "ニュース自由日本今日声新聞時代東京",
    "진실 뉴스 자유 국민 오늘 대한 목소리 신문",
)
"""Of names, script by script. Those of the two that part no words are taken letter by letter."""

UNPARTED = (7, 8)
SYLLABLES = "ba be bo da de do fa fe ga go ha ka ke ko la le lo ma me mo na ne no pa po ra re ro sa so ta to va ve"


@dataclass(frozen=True, slots=True)
class Room:
    """A room that was made: how many records, the seconds that took (0 where it was there), bytes of its file."""

    folder: Path
    records: int
    seconds: float
    size: int


def settings(folder: Path) -> Settings:
    """The settings under which the room is made and served, whatever the environment says."""
    return Settings(state_dir=folder, database_url="", secret="5" * 64)


def sizes(assets: int, networks: int = NETWORKS) -> list[int]:
    """How many assets each network has, the largest first: ``assets`` together."""
    largest = assets * LARGEST / networks

    def law(bend: float) -> list[int]:
        return [max(1, round(largest * (1 + place / bend) ** -STEEPNESS)) for place in range(networks)]

    low, high = 0.01, float(networks)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(law(middle)) < assets else (low, middle)
    return law(high)


def make(folder: Path, assets: int) -> Room:
    """The room in a folder, made unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    mark, file = folder / KEPT, folder / "warroom.db"
    if mark.exists():
        said, kept = map(int, mark.read_text().split())
        if said != assets:
            raise SystemExit(f"{folder} has a room of {said:,} assets: give another folder, or --assets {said}")
        return Room(folder, kept, 0.0, file.stat().st_size)
    began, n = time.perf_counter(), 0
    room = open_room(settings(folder), FixedClock(NOW))
    try:
        waiting = None
        coming = events(assets)
        while batch := list(islice(coming, BATCH)):
            records = [room.parser.parse_event(event) for event in batch]
            if waiting is not None:
                waiting.result(600)
            waiting = room.writer.submit(records, door="bench", principal="bench", clamp_past=False)
            n += len(records)
            if n // BATCH % 50 == 0:
                print(f"\r  {n:>9,} records, {n / (time.perf_counter() - began):,.0f} a second", end="", flush=True)
        if waiting is not None:
            waiting.result(600)
    finally:
        room.close()
    print()
    mark.write_text(f"{assets} {n}")
    return Room(folder, n, time.perf_counter() - began, file.stat().st_size)


def events(assets: int) -> Iterator[Event]:
    """All that is said of the room, network after network."""
    maker = _Maker(Random(SEED))
    for country in COUNTRIES:
        yield from maker.election(country)
    all_sizes = sizes(assets)
    places = list(range(len(all_sizes)))
    # The largest ones are not the first ones that the database has seen.
    maker.random.shuffle(places)
    for place in places:
        yield from maker.network(place, all_sizes[place])


class _Maker:
    """Makes events, each with an id of its own."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._n = 0
        self._asset = 100_000_000_000_000

    def said(self, type: str, subject: str | None, at: int, data: dict[str, Any], *, by: int = 0) -> Event:
        self._n += 1
        made = {"specversion": "1.0", "id": f"{self._n:x}", "source": SOURCES[by], "type": f"warroom.{type}"}
        made |= {"time": isoformat(at)} | ({} if subject is None else {"subject": subject})
        return made | {"data": data}

    def election(self, country: str) -> Iterator[Event]:
        for year in (2018, 2019):
            data = {"country": country, "name": f"{country} {year}", "polls_open": f"{year}-11-06T11:00:00Z"}
            yield self.said("election.scheduled", f"{country.lower()}-{year}", NOW - 90 * DAY, data, by=2)

    def network(self, place: int, size: int) -> Iterator[Event]:
        random, id = self.random, network_id(place)
        script = random.choices(range(len(WORDS)), weights=(30, 12, 12, 12, 8, 6, 6, 6, 4, 4))[0]
        began = NOW - random.randrange(2 * DAY, 120 * DAY)
        targets = random.sample(COUNTRIES, random.choice((1, 1, 2)))
        yield self.said("network.reported", id, began, {
            "code_name": f"{_word(random)} {_word(random)}".title(),
            "targets": targets,
            "origins": random.sample(ORIGINS, 1),
            "topics": random.sample(TOPICS, random.randrange(1, 4)),
            "elections": [f"{targets[0].lower()}-2018"],
            "detector_score": round(random.random(), 3),
        })  # fmt: skip
        # Detectors find assets in bursts: a network has a few dozen five minutes in which some were found.
        bursts = [began + random.randrange(int(20 * HOUR)) for _ in range(min(40, 1 + size // 8))]
        first, assets = self._asset, []
        platform = random.choices(list(PLACES), weights=(50, 20, 20, 6, 4))[0]
        for _ in range(size):
            self._asset += random.randrange(1, 2_000)
            where = platform if random.random() < 0.8 else "instagram"
            kind = random.choice(PLACES[where])
            asset = f"{where[:2]}:{kind}:{self._asset}"
            assets.append((asset, where, kind))
            yield self.asset(id, asset, where, kind, script, random.choice(bursts) + random.randrange(MINUTE))
        yield from self.audiences(assets, began + DAY)
        yield from self.deeds(place, id, [asset for asset, _, _ in assets], script, began, first)
        yield from self.work(id, began)

    def asset(self, network: str, asset: str, platform: str, kind: str, script: int, at: int) -> Event:
        random = self.random
        name = named(random, script)
        data: dict[str, Any] = {"network": network, "platform": platform, "kind": kind, "name": name, "score": 0.9}
        if random.random() < 0.8:
            data["handle"] = f"{_word(random)}_{random.randrange(1_000)}"
        if random.random() < 0.2:
            data["url"] = f"https://{_word(random)}-{random.randrange(100)}.example/{asset.rpartition(':')[2]}"
        return self.said("asset.detected", asset, at, data, by=random.randrange(2))

    def audiences(self, assets: Sequence[tuple[str, str, str]], at: int) -> Iterator[Event]:
        random = self.random
        for asset, platform, kind in assets:
            if random.random() > OBSERVED:
                continue
            size = int(random.paretovariate(0.9) * 40)
            if (platform, kind) == ("facebook", "page") and random.random() < SKETCHED / 0.15:
                sketch = hll_sketch(14)
                start = random.randrange(20_000)
                for account in range(start, start + min(size, 400)):
                    sketch.update(account)
                image = base64.b64encode(sketch.serialize_compact()).decode()
                yield self.said("audience.observed", asset, at, {"sketch": {"family": "hll", "data": image}})
            else:
                qualifier = random.choice(("exactly", "about", "more than"))
                count = {"qualifier": qualifier, "value": min(size, 9_000_000)}
                yield self.said("audience.observed", asset, at, {"count": count})

    def deeds(
        self, place: int, network: str, assets: Sequence[str], script: int, began: int, first: int
    ) -> Iterator[Event]:
        """Posts, links, indicators, ads and events of a network's assets."""
        random = self.random
        data: dict[str, Any]

        def several(share: float) -> range:
            return range(int(share * len(assets) + random.random()))

        for n in several(POSTS):
            text = " ".join(named(random, script) for _ in range(random.randrange(2, 9)))
            text += f" #{_word(random)}" if random.random() < 0.3 else ""
            data = {"asset": random.choice(assets), "text": text, "language": "en"}
            data["posted_at"] = isoformat(began - random.randrange(60 * DAY))
            yield self.said("post.observed", f"post:{first}:{n}", began, data)
        for _ in several(LINKS) if len(assets) > 1 else ():
            # Everybody is linked with those few that were there first, or with somebody near.
            a = random.randrange(len(assets))
            b = min(int(random.paretovariate(1.0)) - 1, len(assets) - 1) if random.random() < 0.5 else a - 1
            if a != b % len(assets):
                weight = round(1 + random.expovariate(0.5), 2)
                data = {"a": assets[a], "b": assets[b], "signal": random.choice(SIGNALS), "weight": weight}
                yield self.said("link.observed", None, began, data)
        for n in several(INDICATORS):
            data = {"kind": "domain-name", "value": f"{_word(random)}-{random.randrange(100)}.example"}
            data |= {"network": network, "asset": random.choice(assets)}
            yield self.said("indicator.observed", f"indicator:{place}:{n}", began, data, by=2)
        for n in several(ADS):
            spend = {"currency": random.choice(("USD", "USD", "EUR", "BRL")), "qualifier": "less than", "minor": 10_000}
            day = isoformat(began - random.randrange(200 * DAY))[:10]
            data = {"asset": random.choice(assets), "spend": spend, "first_day": day}
            yield self.said("ad.observed", f"ad:{place}:{n}", began, data)
        for n in several(EVENTS):
            data = {"assets": random.sample(assets, min(2, len(assets))), "title": named(random, script)}
            data |= {"took_place": "unknown", "starts_at": isoformat(began - random.randrange(90 * DAY))}
            yield self.said("event.hosted", f"event:{place}:{n}", began, data)

    def work(self, network: str, began: int) -> Iterator[Event]:
        """How far a network was taken, and who it was attributed to."""
        random = self.random
        steps = list(Stage)[1 : 1 + random.choices(range(5), weights=(10, 10, 10, 5, 65))[0]]
        at = began
        for stage in steps:
            at = min(NOW - MINUTE, at + random.randrange(HOUR, 30 * HOUR))
            yield self.said("stage.changed", network, at, {"stage": str(stage), "by": "Ann"}, by=2)
        if steps and random.random() < 0.5:
            rung = random.choice([rung for rung in Rung if rung.strength < Rung.LIKELY_ON_BEHALF_OF.strength])
            claim = {"claim": "linked to Iran", "rung": str(rung), "by": "Ann", "approved_by": "Bea"}
            yield self.said("attribution.assessed", network, at, claim, by=2)
        if random.random() < 0.2:
            stated = {"assets": {"facebook:page": random.randrange(5, 400)}, "ads": random.randrange(1, 90)}
            yield self.said("statement.made", network, at, {"by": "platform"} | stated, by=2)


def network_id(place: int) -> str:
    """The id of a network by the place of its size: 0 is the largest."""
    return f"net-{place:04d}"


def named(random: Random, script: int) -> str:
    """A name of a few words of one script, now and then with one that nobody else has."""
    words = WORDS[script]
    if script in UNPARTED:
        return "".join(random.choice(words) for _ in range(random.randrange(3, 8)))
    name = " ".join(random.choice(_split(words)) for _ in range(random.randrange(2, 4))).title()
    return f"{name} {_word(random).title()}" if random.random() < 0.3 else name


@cache
def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _word(random: Random) -> str:
    return "".join(random.choice(_split(SYLLABLES)) for _ in range(3))
