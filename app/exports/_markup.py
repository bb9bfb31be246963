"""HTML as a tree, in which no text can become markup: it is escaped by whoever writes the tree out."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

from app.briefing import Run, Sentence
from app.safetext import clean, mixed_script

NAME_LIMIT = 120
"""Characters of a name from outside, as on a wall."""

Child = str | Run | Sentence | Element | None | Iterable["Child"]


def el(tag: str, *children: Child, **attributes: str | bool | None) -> Element:
    """An element. ``class_`` is "class" and ``data_figure`` "data-figure"; what is None or False is left out.

    Plain text is ours. A ``Run`` from outside is cleaned, and put into a box of its own direction.
    """
    made = Element(tag)
    for name, value in attributes.items():
        if value not in (None, False):
            made.set(name.rstrip("_").replace("_", "-"), "" if value is True else str(value))
    put(made, children)
    return made


def put(parent: Element, child: Child) -> None:
    """Add something at the end of an element."""
    if child is None:
        return
    if isinstance(child, Element):
        parent.append(child)
    elif isinstance(child, str):
        _write(parent, child)
    elif isinstance(child, Run):
        put(parent, name(child.text) if child.foreign else child.text)
    elif isinstance(child, Sentence):
        put(parent, child.runs)
    else:
        for each in child:
            put(parent, each)


def name(text: str, limit: int = NAME_LIMIT) -> Element:
    """Text from outside in a box of its own direction; names that mix scripts inside of a word say so."""
    mixed = mixed_script(text)
    title = "letters of more than one script" if mixed else None
    return el("bdi", clean(text, limit), class_="nm", dir="auto", data_mixed=mixed, title=title)


def _write(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def written(root: Element) -> str:
    """A whole document as text."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def in_script(text: str) -> str:
    """JSON as it may stand in a script element: nothing in it ends the element or begins a comment."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
