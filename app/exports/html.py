"""HTML: the briefing as one file that opens without a network, with charts that are alive, and the snapshot in it.

Its policy forbids every request, and lets in two scripts and the styles by their digests. The JSON of the snapshot
stands in the file as it was kept, so that whoever has the file can verify it.
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

from app import briefing
from app.exports import Export, Frozen, Options
from app.exports._html_charts import durations_height
from app.exports._html_lists import lists
from app.exports._html_parts import back, foot, front, head
from app.exports._markup import el, in_script, written
from app.language import spoken
from app.safetext import clean
from app.vendored import PLOTLY_ADDRESS, plotly_style_hashes, policy_hash, static_file

PAGE = Path(__file__).with_name("page")

PLOTLY_STYLE = ".js-plotly-plot{overflow:hidden}"
"""The sheet that Plotly looks for by its id, and writes its few rules into."""

_SCREEN = (
    "vendor/archivo/archivo-latin-standard-normal.woff2",
    "vendor/archivo/archivo-latin-ext-standard-normal.woff2",
)
_LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,"
    "U+2215,U+FEFF,U+FFFD"
)
_LATIN_EXT = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)


def _make(frozen: Frozen, options: Options) -> bytes:
    css = _css(options.paper, durations_height(frozen.content), frozen)
    return written(_document(frozen, css)).encode()


def page_below(frozen: Frozen, above: Element, styles: str) -> tuple[bytes, str]:
    """The same as a page of a room, with something of the room above it, in ``styles``; and the policy it has."""
    css = _css("a4", durations_height(frozen.content), frozen) + styles
    return written(_document(frozen, css, above)).encode(), _policy(css)


def _document(frozen: Frozen, css: str, above: Element | None = None) -> Element:
    content = frozen.content
    marks = briefing.marks(content)
    title = f"{clean(frozen.name, 120)}, {briefing.when_words(content)}, {marks.tlp}"
    return el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=_policy(css)),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="referrer", content="no-referrer"),
            el("title", title),
            el("style", css),
            el("style", PLOTLY_STYLE, id="plotly.js-style-global"),
        ),
        el(
            "body",
            above,
            el(
                "div",
                head(frozen, marks),
                el(
                    "main",
                    el("div", front(content), class_="sheet"),
                    el("div", back(content), class_="sheet"),
                    lists(content),
                    class_="sheets",
                ),
                foot(frozen, marks),
                class_="doc",
            ),
            el("script", in_script(_read(static_file("vendor/topojson/world_110m.json"))), **_json("geography")),
            el("script", in_script(frozen.body.decode()), **_json("snapshot")),
            el("script", _plotly()),
            el("script", _script()),
        ),
        lang=spoken().tag,
    )


def _json(id: str) -> dict[str, str]:
    return {"type": "application/json", "id": id}


def _policy(css: str) -> str:
    """Nothing may be fetched, nobody's script runs but these two, and no address is sent anywhere."""
    return (
        f"default-src 'none'; script-src {_script_hashes()}; "
        f"style-src 'unsafe-hashes' {policy_hash(css)} {policy_hash(PLOTLY_STYLE)} {plotly_style_hashes()}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _script_hashes() -> str:
    return f"{policy_hash(_plotly())} {policy_hash(_script())}"


@cache
def _plotly() -> str:
    """Plotly as it may stand in a script element: what would end the element is written otherwise in its strings."""
    text = _read(static_file(PLOTLY_ADDRESS))
    return text.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def _script() -> str:
    return _read(PAGE / "briefing.js")


def _css(paper: str, height: int, frozen: Frozen) -> str:
    """The styles, with the fonts in them; what stands on the margins of every printed page is ours."""
    margins = (
        f"@page{{size:{paper};margin:13mm 17mm 12mm;"
        f'@bottom-right{{content:counter(page) " / " counter(pages);font:7.6pt Archivo Print,sans-serif;color:#585E62}}'
        f'@bottom-left{{content:"{frozen.tlp}";font:600 7.6pt Archivo Print,sans-serif;color:#141618}}}}'
    )
    return f"{_fonts()}{_read(PAGE / 'briefing.css')}.tall-{height}{{height:{height}px}}{margins}"


@cache
def _fonts() -> str:
    """Archivo for screens; for paper its static cuts, since Chromium embeds a variable one as drawings."""
    screen = [
        f"@font-face{{font-family:Archivo;font-weight:100 900;font-stretch:62% 125%;src:url({_data(address, 'woff2')}) "
        f'format("woff2");unicode-range:{points}}}'
        for address, points in zip(_SCREEN, (_LATIN, _LATIN_EXT), strict=True)
    ]
    printed = [
        f'@font-face{{font-family:"Archivo Print";font-weight:{weights};'
        f'src:url({_data(f"vendor/print/archivo-latin/{cut}.ttf", "ttf")}) format("truetype")}}'
        for cut, weights in ((400, "100 450"), (500, "451 550"), (600, "551 900"))
    ]
    return "".join([*screen, *printed])


def _data(address: str, kind: str) -> str:
    return f"data:font/{kind};base64,{base64.b64encode(static_file(address).read_bytes()).decode()}"


def _read(path: Path) -> str:
    return path.read_text("utf-8")


EXPORT = Export(
    name="html",
    title="HTML",
    suffix="html",
    media_type="text/html; charset=utf-8",
    place=40,
    make=_make,
    on_paper=True,
)
