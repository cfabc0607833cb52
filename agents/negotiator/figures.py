"""Numbers and amounts in running text, in European and US notation, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from memory.domain.evidence import Span
from memory.domain.money import Money, exponent

_GROUP = r"[.,'\u2019\u00a0\u202f ]"
NUMBER = rf"(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,4}})?)(?:[.,][-\u2013\u2014]{{1,2}})?"
"""A number with optional grouping and decimals; "60,-" counts as 60."""

# Only codes that are not English words, and the signs and names people write.
_CODES = [
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "BGN",
    "CAD",
    "AUD",
    "NZD",
    "JPY",
    "SGD",
    "INR",
    "BRL",
    "ZAR",
    "MXN",
    "HKD",
    "CNY",
    "AED",
    "ILS",
]
_NAMES = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
} | {
    "£": "GBP",
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "chf": "CHF",
    "fr.": "CHF",
    "sfr.": "CHF",
    "francs": "CHF",
    "franc": "CHF",
    "¥": "JPY",
    "yen": "JPY",
    "c$": "CAD",
    "ca$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "s$": "SGD",
    "hk$": "HKD",
    "r$": "BRL",
    "mx$": "MXN",
    "zł": "PLN",
    "kč": "CZK",
    "kr": "SEK",
    "kr.": "DKK",
    "libras": "GBP",
    "dólares": "USD",
}
SHARED_SIGNS = {"$": "USD", "kr": "SEK", "kr.": "DKK", "¥": "JPY", "dollar": "USD", "dollars": "USD", "dólares": "USD"}
"""Signs that several currencies use, with the one that is assumed until the vendor says which."""
CURRENCY = rf"(?:(?:US|CA?|AU?|NZ|S|HK|R|MX)\$|[€$£¥]|zł|Kč|(?:SFr|Fr)\.|(?i:euros?|dollars?|pounds?|francs?|libras|dólares|yen)\b|\bkr\b|\b(?:{'|'.join(_CODES)}|eur|usd|gbp|chf)\b)"
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<lead>{CURRENCY})(?:[ ]{{3,8}}|\s{{0,2}})(?P<after>{NUMBER})(?P<k1>k\b)?(?: (?P<named>(?:USD|CAD|AUD|NZD|SGD)\b))?|(?P<before>{NUMBER})(?P<k2>k\b)?[\s-]{{0,2}}(?P<trail>{CURRENCY}))(?!\d)"
)
_LARGEST = Decimal(10) ** 10  # more is a slip of the keyboard or a trick, not a price
_BARE = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})(?P<k>k\b)?(?![\d])", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """A number in a text. `grouped_by` is the mark that was taken for a thousands separator on its own ("1.500")."""

    start: int
    end: int
    text: str
    value: Decimal
    grouped_by: str = ""
    decimal_mark: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(start=self.start, end=self.end, text=self.text)


@dataclass(frozen=True)
class Amount(Figure):
    """A number with a currency. `sign_only` when the currency is a sign or word that several countries use ("$", "kr")."""

    currency: str = "EUR"
    sign_only: bool = False

    @property
    def exact(self) -> bool:
        """Whether the amount is a whole number of minor units: half a cent is not money we can hold."""
        scaled = self.value.scaleb(exponent(self.currency))
        return scaled == scaled.to_integral_value()

    @property
    def money(self) -> Money:
        """The amount, rounded half up to the minor unit."""
        return Money.of(self.value, self.currency)


def value_of(token: str) -> tuple[Decimal, str, str]:
    """Return the value of a number, the mark taken for grouping when only its position says so, and the decimal mark.

    With two different marks the last is the decimal one; a single mark before exactly three digits groups thousands,
    except after a zero ("0.035").
    """
    token = re.sub(r"[.,][-\u2013\u2014]+$", "", token)
    marks = re.findall(r"[.,]", token)
    plain = re.sub(r"['\u2019\u00a0\u202f ]", "", token)
    if not marks:
        return Decimal(plain), "", ""
    last = marks[-1]
    head, _, tail = plain.rpartition(last)
    if len(set(marks)) == 2:
        return Decimal(re.sub(r"[.,]", "", head) + "." + tail), "", last
    if len(marks) > 1 and len(tail) == 3:
        return Decimal(plain.replace(last, "")), "", ""
    if len(tail) == 3 and head.strip("0"):
        return Decimal(head + tail), last, ""
    return Decimal(head.replace(last, "") + "." + tail), "", last


def amounts(text: str) -> tuple[Amount, ...]:
    """Return every amount with a currency, from left to right."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    for found in _MONEY.finditer(text):
        token = found["after"] or found["before"]
        name = found["named"] or found["lead"] or found["trail"]
        value, grouped_by, decimal_mark = value_of(token)
        if found["k1"] or found["k2"]:
            value *= 1000
        if value > _LARGEST:
            continue
        currency = _NAMES.get(name.lower(), name.upper())
        yield Amount(found.start(), found.end(), found.group(), value, grouped_by, decimal_mark, currency, name.lower() in SHARED_SIGNS)


_BARE_PRICE = re.compile(
    rf"(?<![\w.,/:-])(?P<number>{NUMBER})(?=(?:\s?(?:net|excl\w*|plus VAT))?\s?(?:/ ?[a-z]|per\b|each\b|apiece\b|a (?:month|year|piece|seat|user)\b|monthly\b|yearly\b|the piece\b|(?:das|pro|je) St))"
    rf"|(?<![\w.,/:-])(?P<decimal>\d+(?:[.,' ]\d{{3}})*[.,]\d\d)(?![\d.,:]?\d| ?(?:%|mm|cm|kg|h\b|hours?|users?|seats?|days?|months?))"
    r"|(?<![\w.,/:-])(?P<dashed>\d{1,3}(?:[.']?\d{3})*[.,][-\u2013\u2014]{1,2})"
    rf"|(?<=: )(?P<listed>{NUMBER})(?=,?\s*(?:net|excl|plus VAT|$|;))",
    re.IGNORECASE,
)


_BARE_DECIMAL = re.compile(
    r"(?<![\w.,/:-])(?<!\b[vV] )\d{1,3}(?:[.,'\u2019 ]?\d{3})*[.,]\d\d(?![\d.,:]?\d|\.? ?(?:%|mm|cm|kg|GB|TB|h\b|am\b|pm\b|Uhr|o'clock|hours?|users?|seats?|days?|months?|January|February|March|April|May|June|July|August|September|October|November|December|\.\d))"
)


def bare_amounts(text: str, currency: str, *, sure: bool) -> tuple[Amount, ...]:
    """Return the numbers that stand like prices but without a currency; `sure` when the text names the currency elsewhere."""
    found: list[Amount] = []
    for match in _BARE_PRICE.finditer(text):
        token = match["number"] or match["dashed"] or ((match["decimal"] or match["listed"]) if sure else "")
        if not token:
            continue
        value, grouped_by, decimal_mark = value_of(token)
        if 0 < value <= _LARGEST:
            start = match.start() + match.group().index(token)
            found.append(Amount(start, start + len(token), token, value, grouped_by, decimal_mark, currency, not sure))
    return tuple(found)


def amounts_beside(text: str, currency: str) -> tuple[Amount, ...]:
    """Return the numbers with two decimals that stand without a currency in a mail that names one only, where no amount stands already."""
    taken = [(amount.start, amount.end) for amount in amounts(text)]
    found: list[Amount] = []
    for match in _BARE_DECIMAL.finditer(text):
        if any(low < match.end() and match.start() < high for low, high in taken):
            continue
        value, grouped_by, decimal_mark = value_of(match.group())
        if 0 < value <= _LARGEST:
            found.append(Amount(match.start(), match.end(), match.group(), value, grouped_by, decimal_mark, currency, False))
    return tuple(found)


def numbers(text: str) -> tuple[Figure, ...]:
    """Return every number, with or without a currency, from left to right."""
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[Figure]:
    for found in _BARE.finditer(text):
        value, grouped_by, decimal_mark = value_of(found["number"])
        if found["k"]:
            value *= 1000
        yield Figure(found.start(), found.end(), found.group(), value, grouped_by, decimal_mark)


def whole(token: str) -> int | None:
    """Return a count such as "5,000", "5.000", "5 000" or "5k" as an integer, or None when it is not whole."""
    token = token.strip()
    thousand = token[-1:] in {"k", "K"}
    value = value_of(token.rstrip("kK"))[0] * (1000 if thousand else 1)
    return int(value) if value == value.to_integral_value() else None
