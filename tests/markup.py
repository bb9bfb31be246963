"""HTML as a browser would take it apart: which elements there are, with which attributes, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
"""Elements that have no end."""


@dataclass(eq=False)
class Element:
    """One element. ``start`` and ``end`` are where the source of its content begins and ends."""

    tag: str
    attributes: dict[str, str]
    start: int = 0
    end: int = 0
    within: Element | None = None
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        """It and everything in it, in the order of the source."""
        yield self
        for child in self.children:
            yield from child

    def all(self, attribute: str, value: str | None = None) -> list[Element]:
        """Those with an attribute, or with such a value of it."""
        return [
            each
            for each in self
            if attribute in each.attributes and (value is None or each.attributes[attribute] == value)
        ]

    def of_class(self, name: str) -> list[Element]:
        """Those of a class."""
        return [each for each in self if name in each.attributes.get("class", "").split()]

    @property
    def text(self) -> str:
        """What is read, without what stands in scripts; white space closed up."""
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Its text and that of its elements, in order."""
        if self.tag in ("script", "style"):
            return
        for text, child in zip(self.texts, [*self.children, None], strict=True):
            yield text
            if child is not None:
                yield from child.pieces()


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.root = self._at = Element("", {}, 0, len(source), texts=[""])
        self.loose: list[str] = []
        self.feed(source)
        self.close()
        while self._at is not self.root:
            self._leave(len(source))

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._place() + len(self.get_starttag_text() or "")
        made = Element(tag, {name: value or "" for name, value in attrs}, start, start, self._at, texts=[""])
        self._at.children.append(made)
        self._at.texts.append("")
        if tag not in EMPTY:
            self._at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self._leave(self._at.start)

    def handle_endtag(self, tag: str) -> None:
        at: Element | None = self._at
        while at is not None and at.tag != tag:
            at = at.within
        if at is None:
            self.loose.append(tag)
            return
        while True:
            left, is_it = self._at, self._at is at
            self._leave(self._place())
            if not is_it and left.tag not in ("p", "li", "td", "tr", "tbody"):
                self.loose.append(left.tag)
            if is_it:
                return

    def handle_data(self, data: str) -> None:
        self._at.texts[-1] += data

    def _leave(self, end: int) -> None:
        self._at.end = end
        self._at = self._at.within or self.root


def parsed(source: str) -> Element:
    """A page or a part of one. Fails where an element is not closed, or closed that was never opened."""
    reader = _Reader(source)
    assert not reader.loose, f"elements that do not match: {reader.loose}"
    return reader.root
