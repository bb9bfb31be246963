"""Who follows whom in the demo: the accounts of each network's audience, and where the audiences meet.

The figures of Harbour Finch are those that were published for the whole network; all others, and every audience of a
single asset, are synthetic. Open at the end of the story: 3.40 million accounts follow a Page, 86,000 joined a group,
74,000 follow an Instagram account, each counted once.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.demo.audiences import Accounts, Crowd
from app.vocabulary import GROUPS, INSTAGRAM, PAGES, Surface

FACEBOOK = Accounts("facebook-")
ON_INSTAGRAM = Accounts("instagram-")


def crowds(
    pages: tuple[range, ...], groups: tuple[range, ...] = (), instagram: tuple[range, ...] = ()
) -> Mapping[Surface, Crowd]:
    """The crowds of one network. Accounts that follow a Page and join a group are the same accounts."""
    given = {PAGES: (FACEBOOK, pages), GROUPS: (FACEBOOK, groups), INSTAGRAM: (ON_INSTAGRAM, instagram)}
    return {surface: Crowd(accounts, ranges) for surface, (accounts, ranges) in given.items() if ranges}


HARBOUR_FINCH = crowds((range(1_020_000),), (range(1_005_000, 1_030_000),), (range(28_700),))
LOW_TIDE = crowds(
    # 20,000 of these follow Harbour Finch as well, 20,000 Quiet Orchard, 100,000 Slate Lantern, 19,000 Tin Whistle.
    (range(1_000_000, 1_720_000),),
    (range(1_690_000, 1_730_000),),
    (range(28_000, 59_000),),
)
SLATE_LANTERN = crowds((range(1_620_000, 1_930_000),), (range(1_726_000, 1_746_000),), (range(58_000, 67_000),))
TIN_WHISTLE = crowds((range(1_400_000, 1_419_000), range(3_000_000, 3_069_000)), instagram=(range(66_000, 73_000),))
PAPER_KITE = crowds((range(1_910_000, 1_951_000),), instagram=(range(72_500, 75_400),))
QUIET_ORCHARD = crowds(
    (range(1_300_000, 1_320_000), range(5_000_000, 7_380_000)),
    (range(5_100_000, 5_130_000),),
    (range(80_000, 107_000),),
)
