"""How the list of networks stands in an address: read strictly, and written again for links that change one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from app.drilldown import FACETS, STANDING, Asked, Sort, sort_of
from app.errors import BadRequest
from app.language import _
from app.scopes import LONGEST, Query, scope_of

LIST = "/desk/networks"

ITS_OWN = ("q", "sort", "after")
"""What an address of the list says beside the filters of a scope."""

SORTED = Sort()


@dataclass(frozen=True, slots=True)
class Browsing:
    """One view of the list. ``pairs`` are the words of its address, without order and place."""

    asked: Asked
    sort: Sort = SORTED
    after: str = ""
    pairs: tuple[tuple[str, str], ...] = field(default=())

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The values that were chosen of facets, and the text."""
        return [(name, value) for name, value in self.pairs if name in FACETS or name == "q"]

    @property
    def others(self) -> list[tuple[str, str]]:
        """What narrows the list and is in no facet: what a form must carry along."""
        return [(name, value) for name, value in self.pairs if name not in FACETS and name != "q"]

    def address(self, id: str = "", *, sort: Sort | None = None, after: str = "", cleared: bool = False) -> str:
        """Where this view is seen, with a network open; in another order, at another page, or without its filters."""
        pairs = self.others if cleared else list(self.pairs)
        order = sort or self.sort
        if order.column != STANDING:
            pairs.append(("sort", str(order)))
        if after:
            pairs.append(("after", after))
        return f"{LIST}{'/' + quote(id, safe='') if id else ''}{'?' + urlencode(pairs) if pairs else ''}"

    def newer(self, seq: int, n: int) -> str:
        """Where somebody asks how much of this view has changed since."""
        return f"{LIST}/newer?{urlencode([*self.pairs, ('since_seq', str(seq)), ('n', str(n))])}"


def browsing_of(query: Query, *also: str) -> Browsing:
    """The view of an address. Raises BadRequest naming the word that will not do."""
    said = query.multi_items()
    own: dict[str, str] = {}
    for name, value in said:
        if name in ITS_OWN:
            if name in own:
                raise BadRequest(name, _("given more than once"))
            own[name] = value
    text = own.get("q", "").strip()
    if len(text) > LONGEST:
        raise BadRequest("q", _("longer than {n} characters").format(n=LONGEST))
    scope = scope_of(query, *ITS_OWN, *also)
    skipped = {*ITS_OWN, *also} - {"q"}
    pairs = [(name, value) for name, value in said if name not in skipped and (name != "q" or text)]
    sort = sort_of(own["sort"]) if own.get("sort") else SORTED
    return Browsing(Asked(scope, text), sort, own.get("after", ""), tuple(dict.fromkeys(pairs)))


def whole_number(query: Mapping[str, str], name: str) -> int:
    """A number of an address. Raises BadRequest naming it."""
    text = query.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise BadRequest(name, _("a whole number is needed"))
    return int(text)
