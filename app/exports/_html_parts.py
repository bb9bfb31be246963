"""The parts of the briefing as one file, in the order in which they are read. What came from outside is in boxes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from app import briefing
from app.briefing import Column, Number, Row
from app.exports import Frozen
from app.exports._html_charts import durations_figure, durations_height, durations_rows
from app.exports._html_map import map_figure, map_rows
from app.exports._markup import Child, el, in_script, name
from app.language import _, ngettext
from app.numerals import grouped
from app.safetext import clean

Json = Mapping[str, Any]

IN_ONE_ROW = 44
"""Letters of all numbers that still stand in one row; those of hedges are half as wide."""

MOST_ROWS = 25
"""Open networks in the table; all of them are in the list at the end."""

LONG = 18
"""Letters of a figure that stays on one line of its cell."""

MOST_CHANGES, MOST_EVENTS = 7, 12
"""Sentences about what changed, which is all in a table at the end; and events of the last 24 hours."""

NARROW, SHORT = 26, 48
"""Letters of a name in a column of the pipeline, and in a line about what happened."""


def head(frozen: Frozen, marks: briefing.Marks) -> Element:
    """The line on top of every page: whom it may be passed on to, what and when it is, and what is an exercise."""
    content = frozen.content
    left = (
        _label(marks),
        el("span", el("b", name(frozen.name, SHORT))),
        el("span", briefing.when_words(content)),
        el("span", briefing.title_line(content).cut(SHORT)),
    )
    right = [el("span", words) for words in (marks.embargo, marks.past, marks.exercise) if words]
    return el("header", el("div", el("div", left), el("div", right), class_="run"), class_="head")


def _label(marks: briefing.Marks) -> Element:
    kind = marks.tlp.removeprefix("TLP:").lower().replace("+", "-")
    return el("span", marks.tlp, class_=f"tlp tlp-{kind}")


def foot(frozen: Frozen, marks: briefing.Marks) -> Element:
    """The lines below every page: how fresh the picture is, who froze it, and its digest."""
    left = el("p", marks.freshness, ". ", marks.made, ".")
    right = el("p", _label(marks), " SHA-256 ", el("span", frozen.sha256))
    return el("footer", el("div", left, right, class_="ft"), class_="foot")


def front(content: Json) -> list[Child]:
    """The first sheet: what was decided, the network that it is about, all together, and what is not known."""
    network = briefing.subject_of(content)
    parts: list[Child] = [el("h1", briefing.headline(content).cut(SHORT))]
    parts += [el("p", sentence.cut(SHORT), class_="st") for sentence in briefing.lead(content)]
    unknown = el(
        "section",
        el("h2", _("What we do not know")),
        el("ul", [el("li", words) for words in briefing.unknown(content)], class_="m"),
    )
    subject = clean(content["subject"]["words"], 300)
    title, total = _("All together: {subject}").format(subject=subject), briefing.converted_words(content)
    together = _section(title, _numbers(briefing.totals(content)), _converted(total))
    if network is None:
        return [*parts, together, unknown]
    place = content["networks"].index(network)
    parts.append(_section(name(network["name"]), _numbers(briefing.figures_of(network, f"/networks/{place}"))))
    if len(content["networks"]) > 1:
        parts.append(together)
    else:
        parts.append(_converted(total))
    rows = [_claim(row) for row in briefing.attribution_rows(network, content)]
    attribution = el("section", el("h2", _("Attribution")), el("table", el("tbody", rows)))
    return [*parts, el("div", attribution, unknown, class_="two"), _map(network)]


def back(content: Json) -> list[Child]:
    """The second sheet: where the networks stand, what waits, what happened, and how to read the figures."""
    columns = el("div", [_column(each) for each in briefing.pipeline(content)], class_="pp")
    parts: list[Child] = [_section(_("Pipeline"), columns), _open(content), _durations(content)]
    parts.append(el("div", _decisions(content), _since(content), class_="two"))
    forbidden = briefing.do_not_write((briefing.subject_of(content) or content)["measures"])
    forbidden += briefing.converted_clauses(content)
    parts.append(
        _section(
            _("How to read the figures"),
            el("p", " ".join(briefing.how_to_read(content)), class_="m small"),
            el("p", _("Do not write:"), " ", "; ".join(clean(words) for words in forbidden), ".", class_="m small"),
        )
    )
    return parts


def _section(title: Child, *children: Child, class_: str | None = None) -> Element:
    return el("section", el("h2", title), children, class_=class_)


def _converted(words: str) -> Child:
    """The total over currencies, in small type below the figures."""
    return el("p", words, class_="m small", data_figure="/converted/figure") if words else None


def _numbers(numbers: Sequence[Number]) -> Element:
    letters = sum(len(number.hedge) / 2 + len(number.number) for number in numbers)
    return el("div", [_number(number) for number in numbers], class_="kf row" if letters <= IN_ONE_ROW else "kf")


def _number(number: Number) -> Element:
    shown = el("i", number.hedge, " ") if number.hedge else None
    value = el("data", shown, number.number, value=number.said, data_figure=number.pointer or None)
    note = f" ({number.note})" if number.note else ""
    return el("div", value, el("span", number.caption, note), title=number.definition or None)


def _claim(row: Row) -> Element:
    words: list[Child] = [row.words]
    if row.disputed:
        words.append(el("span", " (", _("contradicted by another claim"), ")", class_="x"))
    elif not row.approved:
        words.append(el("span", " (", _("not approved"), ")", class_="x"))
    if row.boxes is None:
        return el("tr", el("td", words), el("td"))
    boxes = [el("u", class_="on" if place < row.boxes else None) for place in range(row.of)]
    return el("tr", el("td", words), el("td", el("span", boxes, class_="boxes"), row.confidence, class_="sure"))


def _map(network: Json) -> Child:
    if not network["targets"] and not network["attributed_origins"]:
        return None
    rows = [el("tr", el("td", country), el("td", role)) for country, role in map_rows(network)]
    return _section(
        _("Where it came from and whom it addressed"),
        _chart("map", map_figure(network), (_("Country"), _("Role")), rows, class_="map"),
    )


def _chart(
    id: str, figure: Json, columns: Sequence[str], rows: Sequence[Element], *, class_: str, height: int = 0
) -> Element:
    """A chart, and the table that says the same; the table stands alone where nothing draws."""
    table = el("table", el("thead", el("tr", [el("th", title) for title in columns])), el("tbody", rows))
    data = el(
        "script", in_script(json.dumps(figure, ensure_ascii=False, sort_keys=True)), type="application/json", id=id
    )
    return el(
        "figure",
        data,
        el("div", class_=f"plot {f'tall-{height}' if height else ''}".strip(), aria_hidden="true"),
        el("details", el("summary", _("The same as a table")), table, open=True),
        class_=class_,
        data_figure=id,
    )


def _column(column: Column) -> Element:
    squares = [el("u", class_="bang" if late else "h" if column.closed else None) for late in column.squares]
    more = f"+{grouped(column.more)}" if column.more and column.squares else None
    lines = [
        el(
            "p",
            line.words.cut(NARROW),
            [el("span", ", ", line.limit)] if line.limit else None,
            class_="late" if line.overdue else None,
        )
        for line in column.lines
    ]
    return el("div", el("h3", column.title), el("b", grouped(column.n), el("i", squares, more, class_="sq")), lines)


def _open(content: Json) -> Child:
    rows = briefing.open_rows(content, MOST_ROWS)
    if not rows:
        return None
    n = content["counted"]["open"]
    title = ngettext("{n} open network, by accounts reached", "{n} open networks, by accounts reached", n)
    columns = (
        *((_("Network"), None), (_("Origin and target"), None), (_("Assets"), "r"), (_("Reached"), "r")),
        *((_("Stage"), None), (_("In stage"), "r"), (_("Limit"), "r")),
    )
    made = [
        el(
            "tr",
            el("td", name(row.name.text, SHORT), el("span", " ", _("exercise"), class_="x") if row.exercise else None),
            el("td", row.flow, class_="m"),
            el("td", row.assets, class_=_right(row.assets)),
            el("td", reached := f"{row.reached} {row.surface_words}".rstrip(), class_=_right(reached)),
            el("td", row.stage, class_="late" if row.overdue else None),
            el("td", row.held, class_="r"),
            el("td", row.limit, class_="r m"),
        )
        for row in rows
    ]
    table = el(
        "table", el("thead", el("tr", [el("th", words, class_=side) for words, side in columns])), el("tbody", made)
    )
    rest = _("The first {n} of {all}.").format(n=grouped(len(rows)), all=grouped(n)) if len(rows) < n else None
    return _section(title.format(n=grouped(n)), el("div", table, class_="wide-table"), el("p", rest) if rest else None)


def _right(words: str) -> str:
    """The class of a cell with a figure: a long one may run over two lines."""
    return "r" if len(words) <= LONG else "r long"


def _durations(content: Json) -> Child:
    rows = [
        el(
            "tr",
            el("td", name(row.network.text, SHORT)),
            el("td", confirmed),
            el("td", words, class_="late" if row.overdue else None),
        )
        for row, confirmed, words in durations_rows(content)
    ]
    if not rows:
        return None
    keys = (
        (_("still open"), "k1"),
        (_("past its limit"), "k4"),
        (_("until confirmed"), "k3"),
        (_("until removed"), "k2"),
    )
    legend = el("p", [el("span", el("u", class_=key), words) for words, key in keys], class_="keys")
    columns = (_("Network"), _("Until confirmed"), _("Until removed, or now"))
    height = durations_height(content)
    figure = _chart("durations", durations_figure(content), columns, rows, class_="bars", height=height)
    return _section(_("Detection to removal"), legend, figure)


def _decisions(content: Json) -> Element:
    tasks = [
        el(
            "p",
            el("span", name(task.network.text, SHORT), class_="late" if task.overdue else None),
            el("span", " ", _("exercise"), class_="x") if task.exercise else None,
            ". ",
            task.deed.cut(SHORT),
            " ",
            task.facts,
        )
        for task in briefing.decisions(content)
    ]
    return _section(_("Decisions wanted"), tasks or el("p", _("None."), class_="m"))


def _since(content: Json) -> Element:
    found = briefing.since(content, MOST_CHANGES if content.get("since") else MOST_EVENTS)
    more = _("{n} more in the table below.").format(n=grouped(found.left)) if found.left else ""
    rest = [el("p", words, class_="m") for words in (found.none, more) if words]
    if content.get("since"):
        return _section(found.title, [el("p", words.cut(SHORT), class_="m") for _when, words in found.entries], rest)
    said = [(el("time", when), " ", words.cut(SHORT), " ") for when, words in found.entries]
    return _section(found.title, el("p", said, class_="m now") if said else None, rest)
