"""Neutral code names: two words that follow from the id of a network and from nothing that is known about it.

No name of a place, no colour of a party, no animal of a coat of arms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_FIRST = """
Alder Amber Ashen Aspen Autumn Basket Beacon Birch Bramble Bridge Broken Canvas Cedar Chalk Clover Cobble Copper
Coral Cotton Distant Dusty Early Evening Faded Fallow Feather Flint Foggy Folded Frosty Garden Gentle Gravel
Hazel Heather Hidden Hollow Juniper Kindled Ladder Lantern Linen Maple Marble Meadow Mellow Misty Morning Mossy
Narrow Paper Pebble Plaster Quiet Rainy Rustic Sandy Shaded Silent Slate Thistle Timber Velvet Willow
"""
_SECOND = """
Avocet Badger Bittern Bunting Chaffinch Chough Coot Cormorant Curlew Dabchick Dipper Dormouse Dotterel Dunlin
Dunnock Fieldfare Firecrest Fulmar Gannet Goldcrest Goshawk Grebe Greylag Hedgehog Heron Hobby Jackdaw Kestrel
Kittiwake Lapwing Linnet Marten Merlin Moorhen Nightjar Nuthatch Osprey Otter Ouzel Oystercatcher Petrel Pipit
Plover Pochard Puffin Redshank Redstart Sanderling Shrike Siskin Skylark Snipe Starling Stonechat Swift Teal
Tern Treecreeper Turnstone Wagtail Warbler Whimbrel Widgeon Wren
"""
FIRST, SECOND = tuple(_FIRST.split()), tuple(_SECOND.split())


def code_names(ids: Iterable[str]) -> dict[str, str]:
    """The code name of each id. Of two that would have the same, the id that is later in the alphabet has another."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for id in sorted(ids):
        turn = 0
        name = _name(id, turn)
        while name in taken and len(taken) < len(FIRST) * len(SECOND):
            turn += 1
            name = _name(id, turn)
        taken.add(name)
        names[id] = name
    return names


def _name(id: str, turn: int) -> str:
    digest = hashlib.sha256(f"{id}/{turn}".encode()).digest()
    return f"{FIRST[digest[0] % len(FIRST)]} {SECOND[digest[1] % len(SECOND)]}"
