"""Networks with links: one like that of October 2018, whose assets hang together, and one as large as you like."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests import makers as m

NAMED = ("Wake Up America", "Thirst for Truth", "No racism no war")

KINDS = (("facebook", "page", 30), ("facebook", "account", 33), ("facebook", "group", 3), ("instagram", "account", 16))
"""What Facebook removed on 26 October 2018."""

SIGNALS = ("shared_admin", "same_text", "co_shared")


def harbour_finch(network: str = "n1") -> Iterator[m.Event]:
    """82 assets with links of three signals, four of them shared with another network."""
    chance = random.Random(3)
    yield m.network_reported(network, code_name="Harbour Finch")
    yield m.network_reported("n2", code_name="Long Gallery")
    assets: list[str] = []
    for platform, kind, n in KINDS:
        for place in range(n):
            id = f"{platform[0]}{kind[0]}{place}"
            is_page = (platform, kind) == ("facebook", "page")
            name = NAMED[place] if is_page and place < len(NAMED) else f"{kind.title()} {place + 1:02}"
            yield m.asset_detected(id, network=network, platform=platform, kind=kind, name=name)
            if is_page:
                yield m.count_observed(id, {"qualifier": "about", "value": 301_000 // (place + 1)})
            assets.append(id)
    chance.shuffle(assets)
    for place, id in enumerate(assets[1:], 1):
        other = assets[int(place * chance.random() ** 0.7)]
        yield m.link_observed(id, other, signal=chance.choice(SIGNALS), weight=round(0.2 + 3 * chance.random(), 2))
    for _ in range(40):
        a, b = chance.sample(assets, 2)
        yield m.link_observed(a, b, signal=chance.choice(SIGNALS), weight=round(0.2 + 3 * chance.random(), 2))
    for place in range(6):
        yield m.asset_detected(f"x{place}", network="n2", kind="account", name=f"Elsewhere {place}")
        yield m.link_observed(assets[5], f"x{place}", signal=SIGNALS[0], weight=1.0 + place)
    yield m.network_overlapped(network, "n2", basis="some overlap", shared=assets[5:9])


def large(nodes: int, links: int, network: str = "n1") -> Iterator[m.Event]:
    """As many assets and links as that, no two links between the same assets."""
    chance = random.Random(5)
    yield m.network_reported(network, code_name="Iron Ferry")
    for place in range(nodes):
        platform, kind, _ = KINDS[place % len(KINDS)]
        yield m.asset_detected(f"a{place}", network=network, platform=platform, kind=kind)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        a, b = sorted((chance.randrange(nodes), int(nodes * chance.random() ** 2)))
        if a != b:
            pairs.add((a, b))
    for a, b in sorted(pairs):
        yield m.link_observed(f"a{a}", f"a{b}", weight=1.0)
