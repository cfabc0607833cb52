"""Values as a person writes them on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.options import file_text, instant, price
from memory.domain.errors import InputError, NotFoundError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"),
        ("2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22T10:00:00", "2026-11-22T10:00:00+00:00"),
    ],
)
def test_a_time_is_read_as_utc(text: str, expected: str) -> None:
    assert instant(text, "--from").isoformat() == expected


def test_the_end_of_a_day_belongs_to_it() -> None:
    assert instant("2026-11-22", "--to", end_of_day=True).isoformat() == "2026-11-22T23:59:59.999999+00:00"


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "", "22.11.2026", "2026-11-22T25:00:00Z"])
def test_what_is_no_time_is_refused_with_the_option_and_an_example(text: str) -> None:
    with pytest.raises(InputError, match="--from") as caught:
        instant(text, "--from")
    assert "2026-11-22" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("400 EUR/month", "400.00 EUR per month"),
        ("4,800.00 EUR per year", "4,800.00 EUR per year"),
        ("1000 JPY/quarter", "1,000 JPY per quarter"),
        ("12 USD", "12.00 USD once"),
    ],
)
def test_an_amount_is_read_with_its_period(text: str, expected: str) -> None:
    assert str(price(text, "the budget")) == expected


@pytest.mark.parametrize(
    "text", ["400", "EUR 400/month", "400 XXX/month", "400 EUR/fortnight", "-5 EUR/month", "1.234 EUR/month", "", "nan EUR"]
)
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="the budget") as caught:
        price(text, "the budget")
    assert caught.value.hint


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"none\.yaml"):
        file_text(tmp_path / "none.yaml", "policy")
    (tmp_path / "latin.csv").write_bytes("Müller".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.csv is not UTF-8") as caught:
        file_text(tmp_path / "latin.csv", "file")
    assert caught.value.hint == "save it as UTF-8"


def test_a_folder_is_not_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        file_text(tmp_path, "policy")
