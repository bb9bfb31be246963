"""The layout of a wall as a browser has it, measured in one go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MEASURE = """
() => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const shown = (element) => !element.closest(".vh, script") && element.checkVisibility({ checkVisibilityCSS: true });
  const name = (element) => `${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 40)}"`;
  const texts = [];
  const walker = document.createTreeWalker(document.querySelector(".stage"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && shown(node.parentElement)) texts.push(node);
  }
  const clipped = [];
  for (const node of texts) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    for (let at = node.parentElement; at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX !== "hidden") continue;
      const edge = at.getBoundingClientRect();
      if (text.right > edge.right + 1.5 || text.left < edge.left - 1.5) clipped.push([at.className, node.data]);
      if (style.webkitLineClamp !== "none" && text.bottom > edge.bottom + rem) clipped.push([at.className, node.data]);
    }
  }
  const sections = {};
  const stage = box(document.querySelector(".stage"));
  const places = ".top, .heroes, .hero, .big, .lab, .strip, .strip > div, .mid, .map, .tick, .tick > li:first-child";
  document.querySelectorAll(`${places}, .pipe, .pipe > div, .pipe .count`).forEach((element, place) => {
    const { left, top, right, bottom } = box(element);
    // The drift moves the stage as a whole.
    sections[`${place} ${element.tagName}`] = [left - stage.left, top - stage.top, right - left, bottom - top];
  });
  const plot = document.querySelector(".plot");
  return {
    rem,
    width: innerWidth,
    height: innerHeight,
    scroll: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
    outside: [...document.querySelectorAll(".stage *")].filter((element) => {
      const { left, top, right, bottom } = box(element);
      return shown(element) && !element.closest(".plot") && right > left
        && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight);
    }).map(name),
    clipped,
    smallest: Math.min(...texts.map((node) => parseFloat(getComputedStyle(node.parentElement).fontSize))) / rem,
    heroes: [...document.querySelectorAll(".hero")].map((hero) => ({
      hero: box(hero),
      parts: [...hero.querySelectorAll(".big > *")].filter(shown).map(box),
    })),
    sections,
    map: box(document.querySelector(".map")),
    labels: [...document.querySelectorAll(".labels .gl")].map(box),
    discs: [...plot.querySelectorAll(".frontplot .point")].map(box),
  };
}
"""


def measure(page: Page) -> dict[str, Any]:
    """Everything in CSS pixels, ``smallest`` in rem. Sections are left, top, width and height on the stage."""
    found = page.evaluate(MEASURE)
    assert isinstance(found, dict)
    return found


def overlap(a: dict[str, float], b: dict[str, float], slack: float = 0.5) -> bool:
    """Whether two boxes share more than ``slack`` pixels to either side."""
    return (
        a["left"] + slack < b["right"]
        and b["left"] + slack < a["right"]
        and a["top"] + slack < b["bottom"]
        and b["top"] + slack < a["bottom"]
    )


def moved(before: dict[str, list[float]], after: dict[str, list[float]], slack: float = 0.6) -> list[str]:
    """The sections that are elsewhere, or of another size, by more than ``slack`` pixels."""
    return [
        f"{name}: {before.get(name)} became {after.get(name)}"
        for name in before.keys() | after.keys()
        if max((abs(a - b) for a, b in zip(before.get(name, []), after.get(name, []), strict=False)), default=slack + 1)
        > slack
    ]


# --- any scene --------------------------------------------------------------------------------------------------------

EXAMINE = re.sub(r"^//.*\n", "", Path(__file__).with_suffix(".js").read_text(), flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a look at a whole wall found. ``places`` are left, top, width and height of its sections, in rem.

    ``faults`` are sentences that begin with the rule that is broken and name the element.
    """

    places: dict[str, list[float]]
    faults: list[str]


def examined(page: Page, *, may_cut: bool = False) -> Layout:
    """Look at a wall as it stands. Names may always end in an ellipsis; with ``may_cut`` so may sentences."""
    found = page.evaluate(EXAMINE, {"mayCut": may_cut})
    places = {name: [length / found["rem"] for length in place] for name, place in found["places"].items()}
    return Layout(places, sorted({f"{rule}: {what}" for rule, what in found["faults"]}))


def shifted(before: Layout, after: Layout, slack_rem: float = 0.06) -> list[str]:
    """The sections of both that are elsewhere or of another size in one of them. Rows of a list may come and go."""
    return [
        f"moved: {name} from {[round(each, 2) for each in place]} to {[round(each, 2) for each in after.places[name]]}"
        for name, place in before.places.items()
        if name in after.places and max(abs(a - b) for a, b in zip(place, after.places[name], strict=True)) > slack_rem
    ]
