"""Near-duplicate text: two accounts write nearly the same words within the window of each other.

Texts are alike when they have at least ``similarity`` of their different words in common (Jaccard), as in
``co_similar_tweet`` of coordination-network-toolkit; texts of fewer than ``FEWEST`` words are like no other. Words are
compared without case, marks, punctuation and characters that nobody sees; mentions and addresses are passed over.

Candidates come from a prefix filter (Chaudhuri, Ganti and Kaushik, 2006; Bayardo, Ma and Srikant, 2007): two sets that
are alike have at least one of their rarest words in common, so those words are windowed like shared objects. Then every
candidate is compared in full. Unlike a sketch (MinHash) it misses nothing and knows no chance.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.detection._cells import Codes, once
from app.detection.posts import Posts, distinct_texts
from app.detection.terms import NEAR_DUPLICATE, Terms
from app.detection.windows import refuse_crowds, windows

NAME = NEAR_DUPLICATE
NEEDS = "text"

FEWEST = 5
"""Words: greetings, or a tag with a name, are alike by chance."""

AT_ONCE = 100_000
"""Pairs of texts that are compared at a time: some millions of words."""

HAIR = 1e-9
"""Less than any two shares of words differ by: 0.8 of 5 words are 4, whatever the float says."""

_PASSED_OVER = re.compile(r"https?://\S*|www\.\S+|@\w+")
_NOT_WORDS = re.compile(r"[^\w\s]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces: pairs of letters stand for words."""


def label(_terms: Terms) -> str:
    """As links say it."""
    return "near_duplicate_text"


def words(text: str) -> frozenset[str]:
    """The different words of a text, as they are compared."""
    plain = _PASSED_OVER.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    found: set[str] = set()
    for word in _NOT_WORDS.sub("", plain).split():
        if _UNSPACED.search(word):
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        else:
            found.add(word)
    return frozenset(found)


def matches(posts: Posts, terms: Terms) -> Iterator[tuple[Codes, Codes]]:
    """Posts of different accounts whose texts are alike, within the window. Raises BadRequest for too many."""
    if posts.texts is None or not len(posts):
        return
    column = distinct_texts(posts.texts)
    texts = _Texts.of([each.decode() for each in column.texts])
    text = column.where
    prefix = texts.prefix(terms.similarity)
    rows = np.repeat(np.arange(len(posts)), prefix[text])
    starts = np.cumsum(prefix[text]) - prefix[text]
    word = texts.word[np.arange(len(rows)) - np.repeat(starts - texts.start[text], prefix[text])]
    found = windows(word, posts.at[rows], terms.window)
    refuse_crowds(found.pairs, terms.most_pairs, terms.window)
    rows = rows[found.order]
    n = len(posts)
    keys = [np.empty(0, np.int64)]
    for one, other in found.near(np.flatnonzero(found.high - found.low > 1)):
        p, q = rows[one], rows[other]
        # The other way round the same pair comes again.
        kept = (p < q) & (posts.account[p] != posts.account[q])
        keys.append(once(p[kept] * n + q[kept]))
    p, q = np.divmod(once(np.concatenate(keys)), n)
    alike = texts.alike(text[p], text[q], terms.similarity)
    one, other = np.concatenate([p[alike], q[alike]]), np.concatenate([q[alike], p[alike]])
    yield one, other


@dataclass(frozen=True, slots=True)
class _Texts:
    """Different texts as sets of words: those of the i-th are the ``size[i]`` from ``start[i]`` on, by rarity."""

    word: Codes
    start: Codes
    size: Codes

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Texts:
        """The words of texts. Words are numbered from the rarest on, equally rare ones by spelling."""
        number: dict[str, int] = {}
        flat, sizes = array("q"), array("q")
        for text in texts:
            found = words(text)
            flat.extend([number.setdefault(word, len(number)) for word in found])
            sizes.append(len(found))
        word, size = np.array(flat, np.int64), np.array(sizes, np.int64)
        often = np.bincount(word, minlength=len(number)).tolist()
        rank = np.empty(len(number), np.int64)
        rank[[number[one] for one in sorted(number, key=lambda one: (often[number[one]], one))]] = np.arange(
            len(number)
        )
        word = rank[word]
        word = word[np.lexsort((word, np.repeat(np.arange(len(size)), size)))]
        return cls(word, np.cumsum(size) - size, size)

    def prefix(self, similarity: float) -> Codes:
        """How many of its rarest words a text must be looked for by; 0 where it is too short to be like another."""
        needed = np.array([math.ceil(similarity * size - HAIR) for size in self.size.tolist()], np.int64)
        return np.where(self.size >= FEWEST, np.minimum(self.size, self.size - needed + 1), 0)

    def alike(self, one: Codes, other: Codes, similarity: float) -> NDArray[np.bool_]:
        """Which texts of the two columns are alike."""
        n = max(1, len(self.size))
        pairs, where = np.unique(one * n + other, return_inverse=True)
        one, other = np.divmod(pairs, n)
        span = int(self.word.max(initial=0)) + 1
        known = np.repeat(np.arange(len(self.size)), self.size) * span + self.word
        shared = np.zeros(len(pairs), np.int64)
        for begin in range(0, len(pairs), AT_ONCE):
            here, there = one[begin : begin + AT_ONCE], other[begin : begin + AT_ONCE]
            counts = self.size[here]
            starts = np.cumsum(counts) - counts
            word = self.word[np.arange(counts.sum()) + np.repeat(self.start[here] - starts, counts)]
            asked = np.repeat(there, counts) * span + word
            place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
            shared[begin : begin + AT_ONCE] = np.add.reduceat(known[place] == asked, starts, dtype=np.int64)
        together = self.size[one] + self.size[other] - shared
        enough: NDArray[np.bool_] = shared >= similarity * together - HAIR
        return enough[where]
