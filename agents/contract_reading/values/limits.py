"""Sums and rates that a clause sets: a cap on liability, on price increases, days to pay, interest on late payment.

Each reads the words of one sentence and returns what they state, or None; what can be read two ways is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agents.contract_reading.values.stretches import stretches
from agents.negotiator.figures import amounts
from memory.domain.money import Money

_I = re.IGNORECASE
_FEES = re.compile(r"\b(?:fees?|amounts?|sums?|charges?|consideration|price|vergütung|entgelte?|gebühren)\b", _I)
_PAID = re.compile(r"\b(?:paid|payable|due|received|owed|invoiced|gezahlt\w*|bezahlt\w*|geschuldet\w*|entrichtet\w*)\b", _I)
_LIMITS = re.compile(
    r"\b(?:not\s+exceed|exceeds?|in\s+excess\s+of|limited\s+to|limit\s+of|no\s+more\s+than|not\s+be\s+(?:more|greater)\s+than|maximum|cap(?:ped)?|aggregate\s+liability|total\s+liability|beschränkt|begrenzt|höchstens|übersteig\w*)\b",
    _I,
)
_GREATER = re.compile(r"\b(?:greater|higher|lesser|lower|höhere[nr]?|niedrigere[nr]?)\s+(?:of|amount|sum|betrag)", _I)
_TIMES = re.compile(
    r"\b(?:(?P<n>\d{1,2}(?:\.\d)?)|(?P<word>one|two|three|four|five|twice|double))\s*(?:\(\d+\)\s*)?(?:x|times)?\s+the\s+(?:\w+\s+){0,3}(?:fees|amounts?|charges)",
    _I,
)
_WORDS = {"one": 1, "two": 2, "twice": 2, "double": 2, "three": 3, "four": 4, "five": 5}
_PERCENT = re.compile(r"(?P<n>\d{1,3}(?:[.,]\d{1,3})?)\s?\)?\s?(?:%|per\s?cent|percent|prozent)", _I)
_RAISES = re.compile(r"\b(?:increas|rais|adjust|uplift|escalat|erhöh|anpass|steiger)\w*", _I)
_PRICE = re.compile(r"\b(?:prices?|fees?|rates?|charges?|preise?|gebühren|vergütung|entgelte?|subscription)\b", _I)
_INDEX = re.compile(r"\b(?:consumer\s+price|CPI|HICP|RPI|inflation|verbraucherpreisindex|index)\b")
_PAY = re.compile(r"\b(?:invoices?|payable|pay(?:s|ment)?|due|rechnung\w*|zahlbar|fällig)\b", _I)
_NOT_PAY = re.compile(r"\b(?:refund|disput\w*|overdue|late|past\s+due|interest|withhold|erstatt\w*|verzug)\b", _I)
_LATE = re.compile(r"\b(?:late|overdue|past\s+due|not\s+paid|unpaid|interest|verzug\w*|zinsen)\b", _I)
_PER_MONTH = re.compile(r"\b(?:per|a|each)\s+month\b|\bmonthly\b|\b(?:pro|im)\s+monat\b|\bmonatlich\b", _I)
_PER_YEAR = re.compile(r"\b(?:per\s+(?:annum|year)|a\s+year|annual(?:ly)?|p\.\s?a\.|pro\s+jahr|im\s+jahr|jährlich)", _I)


@dataclass(frozen=True)
class Cap:
    """A cap on liability: a sum, the fees of so many months (0: all fees), or so many times those; several where the greater counts."""

    money: Money | None = None
    fee_months: int | None = None
    times: Decimal | None = None
    alternative: bool = False


@dataclass(frozen=True)
class Increase:
    """How far a price may rise at a renewal: in basis points a year, by an index, or (both None) without a limit."""

    basis_points: int | None
    by_index: bool


@dataclass(frozen=True)
class LateFee:
    """Interest on late payment in basis points per period."""

    basis_points: int
    period: Literal["month", "year"]


def liability_cap(words: str) -> Cap | None:
    """Return the cap that a sentence sets, or None where it sets none."""
    if not _LIMITS.search(words):
        return None
    sums = [one for one in amounts(words) if one.exact]
    fees = bool(_FEES.search(words) and _PAID.search(words))
    multiple = _TIMES.search(words)
    if not sums and not fees and multiple is None:
        return None
    several = len(sums) + fees > 1
    return Cap(
        money=sums[0].money if sums and (not several or _GREATER.search(words)) else None,
        fee_months=_fee_months(words) if fees else None,
        times=_multiple(multiple) if multiple else None,
        alternative=bool(several and _GREATER.search(words)),
    )


def _fee_months(words: str) -> int | None:
    counted = [one for one in stretches(words) if not one.implied]
    if any(one.count is None for one in counted):
        return None  # "twelve (6) months"
    whole = [one.months for one in counted if one.months]
    return whole[0] if whole else 0


def _multiple(found: re.Match[str]) -> Decimal:
    return Decimal(found["n"]) if found["n"] else Decimal(_WORDS[found["word"].lower()])


def price_increase(words: str) -> Increase | None:
    """Return how far the price may rise, or None where the sentence does not speak of it."""
    if not _RAISES.search(words) or not _PRICE.search(words):
        return None
    found = {_basis_points(one) for one in _PERCENT.finditer(words)}
    if len(found) > 1:
        return None  # two rates: which holds is not for a pattern to say
    index = bool(_INDEX.search(words))
    return Increase(found.pop() if found else None, index)


def payment_days(words: str) -> int | None:
    """Return within how many days an invoice is to be paid."""
    net = re.search(r"\bnet[ -](\d{1,3})\b(?![.,]\d|\s*(?:EUR|USD|GBP|CHF|[€$£]))", words, _I)
    if net:
        return int(net[1])
    if not _PAY.search(words) or _NOT_PAY.search(words):
        return None
    days = {one.days for one in stretches(words) if not one.implied and one.unit in {"day", "week"}}
    return days.pop() if len(days) == 1 else None


def late_fee(words: str) -> LateFee | None:
    """Return the interest on what is paid late."""
    found = _PERCENT.search(words)
    if found is None or not _LATE.search(words):
        return None
    after = words[found.end() : found.end() + 60]
    if _PER_MONTH.search(after):
        return LateFee(_basis_points(found), "month")
    return LateFee(_basis_points(found), "year") if _PER_YEAR.search(after) else None


def _basis_points(found: re.Match[str]) -> int:
    return int(Decimal(found["n"].replace(",", ".")) * 100)
