"""Co-sharing: two accounts share the same object within the window of each other.

Equal to ``co_retweet`` of coordination-network-toolkit 1.5.2 (Graham, QUT; MIT), export without loops, in all of it:
the window has both its ends in it; a post that shares with another account counts once for that account however many
posts of it are near; so the weight of an edge a → b is the number of a's distinct posts that have one of b's near them,
a → b and b → a may differ, and each is there if it reaches the least weight by itself; of posts with the same id the
first stands; what shares nothing is left out. One thing differs: times are whole µs here and binary fractions there, so
two posts whose fractions of seconds are exactly a window apart may fall on either side of its end there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.detection._cells import Codes
from app.detection.posts import Posts
from app.detection.terms import CO_SHARE, Terms
from app.detection.windows import refuse_crowds, windows

NAME = CO_SHARE
NEEDS = "object"


def label(terms: Terms) -> str:
    """As links say it: ``co_share_60s``."""
    return f"co_share_{terms.window_s:g}s"


def matches(posts: Posts, terms: Terms) -> Iterator[tuple[Codes, Codes]]:
    """Posts of different accounts that share the same object within the window. Raises BadRequest for too many."""
    rows = np.flatnonzero(posts.object >= 0)
    found = windows(posts.object[rows], posts.at[rows], terms.window)
    refuse_crowds(found.pairs, terms.most_pairs, terms.window)
    rows = rows[found.order]
    account = posts.account[rows]
    company = found.high - found.low > 1
    # An account with fewer posts in company than the least weight has no edge of its own.
    busy = np.bincount(account[company], minlength=len(posts.accounts)) >= terms.min_weight
    for one, other in found.near(np.flatnonzero(company & busy[account])):
        apart = account[one] != account[other]
        yield rows[one[apart]], rows[other[apart]]
