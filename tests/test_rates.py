"""Exchange rates: as the ECB published them, with their day, and none where there is none."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from app.errors import BadRequest
from app.rates import LARGEST_BYTES, OLDEST_D, ReferenceRates

FRIDAY = date(2018, 10, 26)

HEADER = "Date,USD,JPY,KWD,\n"


def file_of(folder: Path, *lines: str, header: str = HEADER) -> str:
    """A file of the form of the ECB's."""
    path = folder / "eurofxref-hist.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return str(path)


def packed(path: str) -> str:
    archive = Path(path).with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(path, "eurofxref-hist.csv")
    return str(archive)


def test_rate_between_two_currencies_is_the_quotient_of_what_was_published_for_a_euro() -> None:
    rate = ReferenceRates().on(FRIDAY, ["CAD"])["CAD"]
    assert rate.exact == Fraction(11345, 14916)
    assert rate.json() == {
        "from": "CAD",
        "to": "USD",
        "rate": "0.760593",
        "date": "2018-10-26",
        "source": "ECB euro foreign exchange reference rates",
        "per_euro": {"CAD": "1.4916", "USD": "1.1345"},
    }


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("EUR", "IDR", "17252.4"),
        ("IDR", "EUR", "0.000057963"),
        ("JPY", "USD", "0.00892394"),
        ("IDR", "USD", "0.000065759"),
        ("CAD", "CAD", "1"),
    ],
)
def test_rate_has_six_digits_or_those_that_were_published_and_no_exponent(source: str, target: str, said: str) -> None:
    assert ReferenceRates(target).on(FRIDAY, [source])[source].json()["rate"] == said


@pytest.mark.parametrize("days", [1, 2])
def test_weekend_has_the_rate_of_friday_under_the_date_of_friday(days: int) -> None:
    rates = ReferenceRates()
    assert rates.on(FRIDAY + timedelta(days), ["BRL"]) == rates.on(FRIDAY, ["BRL"])
    assert rates.on(FRIDAY + timedelta(3), ["BRL"])["BRL"].day == date(2018, 10, 29)


@pytest.mark.parametrize("currency", ["IRR", "TWD", "UAH", "ZZZ", "usd", ""])
def test_currency_that_the_ecb_does_not_publish_has_no_rate(currency: str) -> None:
    assert ReferenceRates().on(FRIDAY, ["CAD", currency]).keys() == {"CAD"}
    assert ReferenceRates(currency).on(FRIDAY, ["CAD"]) == {}


def test_rate_that_ended_stands_for_ten_days_and_no_longer() -> None:
    rates, last = ReferenceRates(), date(2022, 3, 1)
    assert rates.on(last + timedelta(OLDEST_D), ["RUB", "CAD"])["RUB"].day == last
    assert rates.on(last + timedelta(OLDEST_D + 1), ["RUB", "CAD"]).keys() == {"CAD"}


def test_days_before_the_first_and_long_after_the_last_have_no_rate() -> None:
    rates = ReferenceRates()
    assert rates.on(date(1998, 12, 31), ["CAD"]) == {}
    assert rates.on(rates.until + timedelta(OLDEST_D), ["CAD"])["CAD"].day == rates.until
    assert rates.on(rates.until + timedelta(OLDEST_D + 1), ["CAD"]) == {}


def test_both_rates_are_of_one_day(tmp_path: Path) -> None:
    file = file_of(tmp_path, "2018-10-26,1.1345,N/A,0.3448,", "2018-10-25,1.1416,128.27,N/A,")
    found = ReferenceRates("USD", file).on(FRIDAY, ["JPY", "KWD"])
    assert (found["JPY"].day, found["JPY"].target_per_euro) == (date(2018, 10, 25), Decimal("1.1416"))
    assert found["KWD"].day == FRIDAY


@pytest.mark.parametrize("form", [str, packed])
def test_file_of_the_operator_goes_before_the_rates_that_came_along(form: Callable[[str], str], tmp_path: Path) -> None:
    rates = ReferenceRates.opened("USD", form(file_of(tmp_path, "2031-05-02,1.25,125,0.5,")))
    assert rates.until == date(2031, 5, 2)
    assert rates.on(date(2031, 5, 4), ["JPY"])["JPY"].exact == Fraction(1, 100)
    assert rates.on(FRIDAY, ["JPY"]) == {}


def test_file_of_a_single_day_is_read_as_well(tmp_path: Path) -> None:
    header = "Date, USD, JPY, \n"
    file = packed(file_of(tmp_path, "30 October 2026, 1.1172, 175.68, ", header=header))
    assert ReferenceRates("USD", file).on(date(2026, 10, 31), ["JPY"])["JPY"].source_per_euro == Decimal("175.68")


def two_in_one(folder: Path) -> str:
    path = folder / "two.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.csv", HEADER)
        out.writestr("b.csv", HEADER)
    return str(path)


def damaged(folder: Path) -> str:
    path = Path(packed(file_of(folder, *["2018-10-26,1.1345,127.13,0.3448,"] * 40)))
    body = bytearray(path.read_bytes())
    body[60:75] = b"\xff" * 15
    path.write_bytes(body)
    return str(path)


def bytes_of(body: bytes) -> Callable[[Path], str]:
    def made(folder: Path) -> str:
        (folder / "rates.csv").write_bytes(body)
        return str(folder / "rates.csv")

    return made


def too_large(folder: Path) -> str:
    path = folder / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("eurofxref-hist.csv", bytes(LARGEST_BYTES + 1))
    return str(path)


BROKEN: dict[str, Callable[[Path], str]] = {
    "missing": lambda folder: str(folder / "none.zip"),
    "a folder": str,
    "an address": lambda _folder: "https://192.0.2.1/eurofxref-hist.zip",
    "empty": bytes_of(b""),
    "a page": bytes_of(b"<!doctype html><title>404</title>"),
    "not UTF-8": bytes_of(b"Date,USD,\n2018-10-26,\xff,\n"),
    "no day": bytes_of(HEADER.encode()),
    "a bad day": bytes_of(b"Date,USD,\n2018-13-26,1.1345,\n"),
    "no number": bytes_of(b"Date,USD,\n2018-10-26,much,\n"),
    "nothing": bytes_of(b"Date,USD,\n2018-10-26,0,\n"),
    "not a number": bytes_of(b"Date,USD,\n2018-10-26,NaN,\n"),
    "no rate at all": bytes_of(b"Date,USD,\n2018-10-26,N/A,\n"),
    "two files": two_in_one,
    "damaged": damaged,
    "too large": too_large,
}


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_file_is_refused_naming_the_setting(broken: str, tmp_path: Path) -> None:
    rates = ReferenceRates("USD", BROKEN[broken](tmp_path))
    with pytest.raises(BadRequest) as refused:
        rates.check()
    assert refused.value.field == "WARROOM_RATES_FILE"
    assert "eurofxref-hist.zip" in refused.value.reason


def test_file_is_read_when_a_rate_is_asked_for_and_not_before(tmp_path: Path) -> None:
    rates = ReferenceRates("USD", str(tmp_path / "rates.csv"))
    file_of(tmp_path, "2018-10-26,1.1345,127.13,0.3448,")
    (tmp_path / "eurofxref-hist.csv").rename(tmp_path / "rates.csv")
    assert rates.on(FRIDAY, ["KWD"])["KWD"].exact == Fraction(11345, 3448)
    (tmp_path / "rates.csv").unlink()
    assert rates.on(FRIDAY, ["JPY"])["JPY"].day == FRIDAY


def test_all_rates_that_came_along_are_numbers() -> None:
    rates = ReferenceRates()
    rates.check()
    assert rates.until >= date(2026, 10, 30)
