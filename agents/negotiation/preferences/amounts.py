"""Figures in what the operator says of terms: a share of the yearly cost, an amount over a time, a length of time. Read whole or not at all."""

from __future__ import annotations

import re
from decimal import Decimal

from memory.domain.errors import InputError
from memory.domain.money import CURRENCIES, Money, Period, Price

COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
    "sixty": 60, "ninety": 90,
}  # fmt: skip
SPAN = rf"(?P<n>\d{{1,4}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})[ -]?(?P<unit>days?|weeks?|months?|quarters?|years?)(?:'s?)?"
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
SHARE = r"(?P<share>\d{1,3}(?:[.,]\d{1,2})?) ?(?:%|percent|per cent|pct)"

# Either sign may group thousands, and never the same one groups and parts.
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_PER = r"(?P<per>(?:/|an? |per |each |every )(?:month|quarter|year|annum|mo|yr)|monthly|quarterly|yearly|annually)"
_MONEY = rf"(?:(?P<sign>[€$£]) ?(?P<after>{_FIGURE})|(?P<before>{_FIGURE}) ?(?P<code>[a-z]{{3}}|€|\$|£|euros?))"
_AMOUNT = re.compile(rf"{_MONEY}(?: more)?(?: ?{_PER})?")
_FOUND = re.compile(rf"(?<![\d.,\-\u2013]){_MONEY}(?: ?{_PER})?(?![\d%])")
_PART = re.compile(rf"{SHARE}(?: more)?(?: of (?:the )?(?:yearly |annual )?(?:price|costs?|total))?(?: (?:a|per) year)?")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR"}
_ABOUT = re.compile(r"^(?:about|around|roughly) ")


def read_gain(words: str) -> int | Money | None:
    """Return a share in basis points, or an amount a year; None where the words are not exactly one of them.

    Raises `InputError` for a share above the whole cost, and for an amount without a time.
    """
    plain = _ABOUT.sub("", words.strip())
    if plain == "nothing":
        return 0
    if part := _PART.fullmatch(plain):
        basis = basis_points(part["share"])
        if basis > 10_000:
            raise InputError(f"{part['share']} % is more than the whole cost", hint="give a share up to 100 %")
        return basis
    found = _AMOUNT.fullmatch(plain)
    if found is None or _currency(found) is None:
        return None
    if not found["per"]:
        raise InputError(f"{plain!r} does not say for how long: a month, or a year?", hint='say "40 EUR a month" or "480 EUR a year"')
    return _money(found) * (12 if "mo" in found["per"] else 4 if "quarter" in found["per"] else 1)


def basis_points(share: str) -> int:
    """Return a share as it is written, in basis points."""
    return int(Decimal(share.replace(",", ".")) * 100)


def counted_in(found: re.Match[str], units: dict[str, int]) -> int | None:
    """Return how many of the smallest unit a length of time has; None for a unit that is not among them."""
    stem = found["unit"].rstrip("s")
    return None if stem not in units else (COUNTS.get(found["n"]) or int(found["n"])) * units[stem]


def read_price(words: str) -> Price | None:
    """Return the one amount that a sentence names, with its time; None where there is none, or several."""
    found = [m for m in _FOUND.finditer(words) if _currency(m) is not None]
    figures = re.findall(r"\d[\d.,]*", words)
    if len(found) != 1 or len(figures) != 1:
        return None
    per, money = found[0]["per"] or "", _money(found[0])
    period = Period.ONCE if not per else Period.MONTH if "mo" in per else Period.QUARTER if "quarter" in per else Period.YEAR
    return Price(amount_minor=money.amount_minor, currency=money.currency, period=period)


def _currency(found: re.Match[str]) -> str | None:
    named = found["sign"] or found["code"] or ""
    code = _SIGNS.get(named, named.upper())
    return code if code in CURRENCIES else None


def _money(found: re.Match[str]) -> Money:
    number, code = found["after"] or found["before"], _currency(found)
    assert code is not None
    return Money.of(Decimal(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number).replace(",", ".")), code)
