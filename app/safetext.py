"""Hostile text made safe, one function per destination: HTML, chart label, CSV cell, log line, terminal, address.

Names and posts are written by the people under investigation. All functions share one core, ``clean``; what it does to
invisible characters is visible in the result (a hollow square), so that nobody can hide that something was there.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

NO_NAME = "(no name)"
HIDDEN = "\u25a1"
"""Stands for direction controls and for characters that have no width."""

BROKEN = "\ufffd"
"""Stands for control characters (C0, C1), lone surrogates and noncharacters."""

LABEL_LIMIT = 60
"""Characters of a chart label: one label of 20,000 tags crashes the tab that draws it."""

CELL_LIMIT = 32_000
"""Characters of a spreadsheet cell; the format ends at 32,767."""

SHEET_LIMIT = 32_767
"""UTF-16 units of a cell of XLSX: a file with a longer one is repaired, which means emptied, when it is opened."""

LOG_LIMIT = 2_000

_GENERAL_LIMIT = 2
_SCRIPT_MARKS = 4
"""Hebrew, Burmese or Thai words stack up to four marks of their own; the general ones stack to no good end."""

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_TEXT_STYLE, _EMOJI_STYLE, _KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"

_SPACE = re.compile(r"[\t\n\r\v\f \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u3164\u115f\u1160\uffa0]")
"""White space, and the letters that are drawn as nothing (Hangul fillers, the empty Braille cell)."""

_REMOVED = re.compile(r"[\U000e0000-\U000e01ef\ufe00-\ufe0d\u034f\u180b-\u180d\u180f]")
"""Tag characters and variation selectors: they carry hidden messages and have no look of their own."""

_SPECIAL = re.compile(r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u4e00-\u9fff\uac00-\ud7a3]")
"""Everything that needs a look at; the rest is letters, digits and signs that stand alone."""

_GENERAL_MARKS = re.compile(r"[\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_JOINING = re.compile(r"[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
"""Scripts whose spelling needs the two joiners, as in Persian."""

_PICTURE = re.compile(
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_ARABIC_SIGNS = re.compile(r"[\u0600-\u0605\u06dd\u08e2]")
"""Format characters that are drawn, unlike all others."""

_REPEATED = re.compile(f"({HIDDEN}|{BROKEN})\\1+")
_SPACES = re.compile(" {2,}")

_FORMULA = re.compile(
    rf"""[\s'"{HIDDEN}{BROKEN}]*[=+\-@|%\u2212\uff1d\uff0b\uff0d\uff20\uff5c\ufe62\ufe63\ufe66\ufe6b]"""
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*)(?::|\[:\])(.*)")
_LOOK_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "FULLWIDTH", "MATHEMATICAL")
_HOST = re.compile(r"(/*[^/?#]*)(.*)")
_CHAT_DOT = re.compile(r"(?<=\w)\.(?=[^\W_])")
_CHAT = str.maketrans({"<": "‹", ">": "›", "@": "(at)"})
_IN_TEXT = re.compile(r"\b[A-Za-z][A-Za-z0-9+-]{1,20}://\S+|\bwww\.\S+", re.IGNORECASE)
_HOST_DOT = re.compile(r"(?<!\[)\.(?!\])")


def clean(text: str, limit: int | None = None, *, empty: str = NO_NAME) -> str:
    """One line that shows what it holds: the core of every function here, and enough for PDF, PPTX and XLSX text.

    Direction and zero-width characters (U+2028 and U+2029 among them) become □ and control characters �, each run once;
    joiners stay inside emoji and in scripts that are spelt with them; tag characters and loose variation selectors go;
    a letter keeps two combining marks (four of its own script); white space collapses. ``limit`` is in characters, the
    last one an ellipsis. ``empty`` is given back where nothing visible is left. Cleaning twice changes nothing.
    """
    head = text if limit is None else text[: 16 * limit]
    shown = head if head.isascii() and head.isprintable() else _made_visible(head)
    shown = _REPEATED.sub(r"\1", _SPACES.sub(" ", shown)).strip(" ")
    if limit is not None and (len(shown) > limit or len(head) < len(text)):
        shown = _shorten(shown, limit)
    return shown if shown.strip(f"{HIDDEN} ") else empty


def safe_name_html(text: str, limit: int | None = None) -> str:
    """A name as HTML in a box of its own direction: ``<bdi class="nm" dir="auto">…</bdi>``.

    Names that mix scripts inside a word carry ``data-mixed`` and a title that says so.
    """
    mark = ' data-mixed title="letters of more than one script"' if mixed_script(text) else ""
    return f'<bdi class="nm" dir="auto"{mark}>{escape(clean(text, limit))}</bdi>'


def plotly_label(text: str) -> str:
    """A chart label: at most 60 characters, with no tags, no entities, no ``%{…}`` templates and no ``$…$`` formulas.

    What Plotly would read is written as numeric entities, which it turns back into the characters when it draws.
    """
    label = clean(text, LABEL_LIMIT).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return label.replace("%{", "&#37;{").replace("$", "&#36;")


def csv_cell(text: str) -> str:
    """A CSV cell that a spreadsheet takes for text: an apostrophe before anything that could begin a formula.

    TAB and CR, which begin one as well, have become spaces. Quoting is left to the writer of the file; an empty cell
    stays empty.
    """
    cell = clean(text, CELL_LIMIT, empty="")
    return f"'{cell}" if _FORMULA.match(cell) else cell


def sheet_cell(text: str) -> str:
    """The text of an XLSX cell, where it is typed as text and needs nothing before it: one line, no longer than fits.

    An empty cell stays empty.
    """
    shown = clean(text, SHEET_LIMIT, empty="")
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * SHEET_LIMIT:
        return shown
    # Half of a pair is no character.
    return units[: 2 * (SHEET_LIMIT - 1)].decode("utf-16-le", "ignore").rstrip(f"{_ZWNJ}{_ZWJ} ") + "…"


def log_line(text: str) -> str:
    """One line of a log from which the text can be read back: all that does not print is escaped as in Python."""
    line = "".join(c if c.isprintable() and c != "\\" else _escaped(c) for c in text[:LOG_LIMIT])
    return line + ("…" if len(text) > LOG_LIMIT else "")


def terminal(text: str) -> str:
    """One line for a terminal, without escape sequences or direction controls. Empty text stays empty."""
    return clean(text, empty="")


def defang(url: str) -> str:
    """An address that nothing makes a link of: ``hxxps[:]//example[.]com/a.html``. Doing it twice changes nothing."""
    rest, scheme = clean(url, empty=""), ""
    if match := _SCHEME.fullmatch(rest):
        scheme, rest = match.groups()
        scheme = re.sub("^http", "hxxp", scheme, flags=re.IGNORECASE) + "[:]"
    host = _HOST.match(rest)
    return scheme + (_HOST_DOT.sub("[.]", host[1]) + host[2] if host else rest)


def lines_of(text: str, limit: int = 200) -> list[str]:
    """A text of several lines, each cleaned and with its addresses defanged. Empty lines go; so does what is over."""
    lines = [_IN_TEXT.sub(lambda found: defang(found[0]), clean(line, empty="")) for line in text.splitlines()[:limit]]
    return [line for line in lines if line]


def code_points(text: str, limit: int = 200) -> str:
    """A text as its code points, of which nothing can be hidden: ``U+0057 U+0061``, an ellipsis after ``limit``."""
    return " ".join(f"U+{ord(c):04X}" for c in text[:limit]) + (" …" if len(text) > limit else "")


def unlinked(text: str, limit: int | None = None, *, empty: str = NO_NAME) -> str:
    """One line for a chat or a mail, of which nothing makes a link, a preview that is fetched, a mention or a tag."""
    shown = clean(text, limit, empty=empty).replace("://", "[:]//").translate(_CHAT)
    return _CHAT_DOT.sub("[.]", shown)


def mixed_script(text: str) -> bool:
    """True when one word mixes scripts whose letters look alike, such as a Cyrillic а in a Latin word."""
    if text.isascii():
        return False
    return any(len({script for c in word if (script := _script(c))}) > 1 for word in re.findall(r"[^\W\d_]+", text))


def _made_visible(text: str) -> str:
    text = _REMOVED.sub("", text)
    if not _SPECIAL.search(text):
        return text
    line = _Line()
    for i, c in enumerate(text):
        if not _SPECIAL.match(c):
            line.put(c)
        elif c in (_ZWJ, _ZWNJ):
            line.join(c)
        elif c in (_TEXT_STYLE, _EMOJI_STYLE):
            line.style(c, text[i + 1 : i + 2])
        elif unicodedata.category(c).startswith("M"):
            line.mark(c)
        else:
            line.put(_shown(c))
    return line.end()


def _shown(c: str) -> str:
    """What stands for a character that is neither plain nor a mark nor a joiner."""
    if _SPACE.match(c):
        return " "
    category = unicodedata.category(c)
    if category in ("Cf", "Zl", "Zp"):
        return c if _ARABIC_SIGNS.match(c) else HIDDEN
    if category in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE or "\ufdd0" <= c <= "\ufdef":
        return BROKEN
    return c


class _Line:
    """Takes characters one by one and keeps those that may be shown beside the ones that were kept before."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._joiner = ""
        self._general = self._own = 0
        self._has_base = False

    def put(self, c: str) -> None:
        """A character that stands alone."""
        self._settle(c)
        self._kept.append(c)
        self._general = self._own = 0
        self._has_base = c not in (" ", HIDDEN, BROKEN)

    def mark(self, c: str) -> None:
        """A combining mark: kept while its base has room for it."""
        general = bool(_GENERAL_MARKS.match(c))
        if self._own == _SCRIPT_MARKS or (general and self._general == _GENERAL_LIMIT):
            return
        self._settle(c)
        if self._has_base:
            self._kept.append(c)
            self._own += 1
            self._general += general

    def style(self, c: str, after: str) -> None:
        """A variation selector: kept behind a picture, or between a digit and the mark that makes a key of it."""
        last = "" if self._joiner or not self._kept else self._kept[-1]
        if _PICTURE.match(last) or (last and last in "0123456789#*" and after == _KEYCAP):
            self._kept.append(c)

    def join(self, c: str) -> None:
        """A joiner: waits for what comes next."""
        self._settle("")
        self._joiner = c

    def end(self) -> str:
        """The line."""
        self._settle("")
        return "".join(self._kept)

    def _settle(self, after: str) -> None:
        """Keep the joiner that waits if it joins, or show that it was there."""
        if not self._joiner:
            return
        if self._joins(after):
            self._kept.append(self._joiner)
        else:
            self._kept.append(HIDDEN)
            self._has_base = False
        self._joiner = ""

    def _joins(self, after: str) -> bool:
        before = self._kept[-1] if self._kept else ""
        if _JOINING.match(before) and _JOINING.match(after):
            return True
        if before == _EMOJI_STYLE:
            before = self._kept[-2]
        return self._joiner == _ZWJ and bool(_PICTURE.match(before) and _PICTURE.match(after))


def _shorten(text: str, limit: int) -> str:
    cut = text[: max(0, limit - 1)]
    # An ellipsis after a joiner would be joined to the picture before it.
    while cut and (cut[-1] in (_ZWJ, _ZWNJ, " ")):
        cut = cut[:-1]
    return cut + "…" if limit else ""


def _escaped(c: str) -> str:
    return c.encode("unicode_escape", "surrogatepass").decode("ascii") if c != "\\" else r"\\"


def _script(c: str) -> str:
    """The script of a letter among those that are mistaken for one another, else empty."""
    word = unicodedata.name(c, "").partition(" ")[0]
    return word if word in _LOOK_ALIKE else ""
