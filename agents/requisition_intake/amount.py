"""Amounts of money in running text: figure, currency, period, what it is per, and whether it is a limit, a floor or a mention."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from agents.requisition_intake import money_terms as terms
from agents.requisition_intake.figures import DIGITS, SPELLED, TIMES, value_of
from agents.requisition_intake.text import Source
from memory.domain.money import CURRENCIES, Money, Period, Price

_WEEKS_A_MONTH = Decimal(52) / 12
_MOST = 100
"""Figures looked at; nobody buys one thing with more, and a wall of digits must not cost minutes."""
_LARGEST = Decimal(10) ** 12


class Role(StrEnum):
    """What a figure is to the purchase."""

    LIMIT = "limit"
    PLAIN = "plain"
    SOFT = "soft"
    FLOOR = "floor"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as stated. `currency` is empty when several go by the name; `start:end` covers the words around it too."""

    start: int
    end: int
    value: Decimal
    currency: str
    period: Period | None
    per: str | None
    role: Role
    total: bool = False
    weekly: bool = False

    def price(self, otherwise: Period) -> Price | None:
        """Return the amount as a price, with `otherwise` for an unstated period; None without a currency or beyond reason."""
        if not self.currency or not 0 <= self.value < _LARGEST:
            return None
        value = self.value * _WEEKS_A_MONTH if self.weekly else self.value
        money = Money.of(value, self.currency)
        return Price(amount_minor=money.amount_minor, currency=money.currency, period=self.period or otherwise)


@functools.cache
def _figure() -> re.Pattern[str]:
    number = rf"(?:{DIGITS}{TIMES}?|\b{SPELLED})"
    return re.compile(
        rf"(?P<pre>(?<![a-z]){terms.BEFORE})\s?(?P<n1>{number})(?:\s?-\s?(?P<hi1>{DIGITS}{TIMES}?))?(?:\s?(?P<pre2>{terms.AFTER}))?"
        rf"|(?<![\w.,])(?P<span>(?:between|from)\s)?(?P<n2>{number})(?:\s?-\s?|\s(?:to|or)\s|(?(span)\sand\s|(?!)))(?P<hi2>{number})[\s-]?(?P<post2>{terms.AFTER})"
        rf"|(?<![\w.,-])(?P<n3>{number})[\s-]?(?P<post3>{terms.AFTER})"
    )


@functools.cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/:+-])(?P<n>{DIGITS}{TIMES}?|{SPELLED})(?:\s?(?:-|to|or)\s?(?P<hi>{DIGITS}{TIMES}?))?(?![\w%])")


@functools.cache
def _tail() -> re.Pattern[str]:
    per = r"(?:/|\bper\b|\bin (?:the|an?|one)\b|\band (?=(?:month|year|quarter)\b)|\bby (?=(?:the )?(?:month|year|hour|day|quarter)\b(?!'s| end))(?:the)?|\ban?\b|\beach\b|\bevery\b|\bp/|\bfor each\b|\bfor every\b)"
    periods = "|".join(f"(?P<{p.value}>{words})" for p, words in terms.PERIOD_WORDS.items())
    adverbs = "|".join(f"(?P<{p.value}ly>{words})" for p, words in terms.PERIOD_ADVERBS.items())
    return re.compile(
        rf"[^\S\n]*[, (]*(?:{per}\s?(?:{periods}|(?P<week>{terms.WEEK}))(?![a-z])|{per}\s?(?P<unit>{terms.UNITS}|[a-z]{{3,16}}(?=\s?(?:/|per\s|an?\s|every\s|each\s)\s?(?:month|mo\b|year|yr|hour|day|quarter)|,?\s(?:monthly|annually|yearly|quarterly|p\.?m\b|p\.?a\b))|(?:(?<=per )|(?<=/))[a-z]{{3,16}}(?=\s*(?:[,.;!?)\n]|$)))(?![a-z])"
        rf"|(?<![a-z])(?:{terms.BILLED}|{terms.IN_CURRENCY}|(?P<total>{terms.TOTAL})|(?P<each>{terms.EACH})|(?P<weekly>weekly)|{adverbs}|{terms.TAX}|(?P<max>{terms.MAX_AFTER}))(?![a-z]))\)?"
    )


@functools.cache
def _head() -> re.Pattern[str]:
    fill = rf"(?:[\s:=(]+(?:{terms.FILL})(?![a-z])|'s)*[\s:=(]*"
    return re.compile(
        rf"(?:(?<![a-z])(?P<soft>{terms.SOFT})[\s:]+)?(?:(?<![a-z]){terms.MONEY_VERBS})?(?:(?<![a-z0-9])(?P<min>{terms.MIN_BEFORE})|(?<![a-z0-9])(?P<max>{terms.MAX_BEFORE}))(?![a-z]){fill}$"
    )


_PERIOD_BEFORE = re.compile(
    r"\b(?:(?P<month>monthly|per month)|(?P<year>annual|yearly|per year)|(?P<quarter>quarterly)|(?P<hour>hourly)|(?P<day>daily|day)|(?P<once>one[- ]?off|one[- ]?time|fixed|flat))\s+(?:(?!for\b|of\b|and\b)[a-z-]+\s+){0,2}?"
    r"(?:budget|rate|fee|price|cost|costs|limit|cap|ceiling|spend|payment|subscription|max(?:imum)?)\b[^.;!?,\n]{0,30}$"
)


_DENIED = re.compile(r"\b(?:don't|do not|doesn't|not|never|won't|will not|can't|cannot|mustn't|shouldn't|nothing)\b[^.;!?\n,]{0,30}$")
"""Before "more than": the sentence forbids it, so the figure is a limit."""


def find_amounts(source: Source, home_currency: str) -> tuple[Amount, ...]:
    """Return every amount in the text, in order. A figure without a currency counts where the words around it are about money."""
    found = [
        amount
        for match in islice(_figure().finditer(source.low), _MOST)
        if (amount := _with_currency(source, match, home_currency)) is not None
    ]
    taken = [(a.start, a.end) for a in found]
    currency = next((a.currency for a in found if a.currency), home_currency)
    for match in islice(_bare().finditer(source.low), _MOST):
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            amount = _without_currency(source, match, currency)
            if amount is not None:
                found.append(amount)
    return tuple(_joined_ranges(source, sorted(found, key=lambda a: a.start)))


def _with_currency(source: Source, match: re.Match[str], home_currency: str) -> Amount | None:
    names = [(match[group], match.start(group)) for group in ("pre2", "pre", "post2", "post3") if match[group]]
    name = next(
        (name for name, place in names if name.upper() not in terms.WORDLIKE or source.raw[place : place + len(name)].isupper()), None
    )
    if name is None:
        return None
    figure = match["hi1"] or match["hi2"] or match["n1"] or match["n2"] or match["n3"]
    value = value_of(figure)
    if name in terms.HUNDREDTHS:
        return _dressed(source, match.start(), match.end(), value / 100, _of_hundredth(name, home_currency))
    end = match.start("pre2") if match["pre2"] and name == match["pre"] else match.end()
    return _dressed(source, match.start(), end, value, _currency(name, home_currency))


def _of_hundredth(name: str, home_currency: str) -> str:
    """Return the currency of "60 cents": the home currency where it has such a coin."""
    currencies = terms.HUNDREDTHS[name]
    return home_currency if home_currency in currencies else next(iter(currencies)) if len(currencies) == 1 else ""


def _currency(name: str, home_currency: str) -> str:
    code = terms.SYMBOLS.get(name) or terms.NAMES.get(name) or name.upper()
    if code in CURRENCIES:
        return code
    return home_currency if home_currency in terms.NORDIC else ""


def _without_currency(source: Source, match: re.Match[str], currency: str) -> Amount | None:
    """A bare figure is money when a price tail follows it, or a money word leads to it and no thing counted follows."""
    amount = _dressed(source, match.start(), match.end(), value_of(match["hi"] or match["n"]), currency)
    if source.raw[match.start("n")].isupper() and not source.shouted and re.search(r"\w\s$", source.low[: match.start("n")][-2:]):
        return None  # "Capture One" is a name
    rest = source.low[amount.end :].lstrip()
    head = source.low[max(0, match.start() - 80) : match.start()]
    priced = _priced_tail(source.low[match.end() : amount.end])
    led = re.search(
        r"(?:budget|spend|pay|afford|price|costs?|cap|limit|ceiling|fee|rate|under|below|less than|more than|cheaper than|no more than|max(?:imum)?\.?|up to|at most|tops|for|around|about|over|above|than|to|at)[^.;!?,\n\d]{0,16}$",
        head,
    )
    money_word = re.search(r"(?:budget|spend|pay|afford|price|costs?|\bcap|limit|ceiling|\bfee\b|\brate\b|cheaper)[^.;!?\n\d]{0,40}$", head)
    ends = not rest or re.match(
        r"[.,;!?)—\n]|(?:by|and|or|with|for|please|but|if|it|that|is|per|i|we|so|in total|until|before|needs?|should|must|without|no)\b|-\s",
        rest,
    )
    if priced or (money_word and led and ends) or (led and ends and amount.role is Role.LIMIT and _limit_word(head)):
        return amount
    return None


def _priced_tail(tail: str) -> bool:
    """Whether what follows a bare figure can only follow a price ("40 a month", "900 each"), not a rate of something else."""
    if re.match(r"\s(?:budget|max|tops|or (?:less|under)|ceiling|cap)\b", tail):
        return True
    tail = tail.strip(" ,(")
    return bool(
        re.match(
            r"(?:/|per\b|an?\b|each\b|every\b|apiece|monthly|annually|yearly|quarterly|pcm|p\.?a\b|tops|incl|excl|plus|net\b|in (?:euro|eur|dol|usd|pou|gbp))",
            tail,
        )
    )


def _limit_word(head: str) -> bool:
    return bool(
        re.search(
            r"(?:under|below|less than|cheaper than|no more than|not more than|max(?:imum)?\.?(?: of)?|up to|at most|budget)\s*$", head
        )
    )


def _dressed(source: Source, start: int, end: int, value: Decimal, currency: str) -> Amount:
    """Return the amount with the period, unit and role that the words just before and after it give."""
    amount = Amount(start, end, value, currency, None, None, Role.PLAIN)
    amount = _with_tail(source.low, amount)
    before = source.low[max(0, start - 80) : start].split("\n")[-1]
    head = _head().search(before)
    if head is not None:
        floor = head["min"] and amount.role is not Role.LIMIT and _DENIED.search(before[: head.start("min")]) is None
        role = Role.SOFT if head["soft"] else Role.FLOOR if floor else Role.LIMIT
        amount = replace(amount, start=start - (len(before) - head.start()), role=role)
    adjective = _PERIOD_BEFORE.search(before)
    if adjective is not None and amount.period is None:
        amount = replace(
            amount, period=Period(str(adjective.lastgroup)), start=min(amount.start, start - (len(before) - adjective.start()))
        )
    if terms.OTHER_AMOUNT.search(before):
        amount = replace(amount, role=Role.OTHER)
    return amount


def _with_tail(low: str, amount: Amount) -> Amount:
    while (tail := _tail().match(low, amount.end)) is not None and tail.end() > amount.end:
        groups = {name for name, text in tail.groupdict().items() if text}
        period = next((p for p in Period if groups & {p.value, f"{p.value}ly"}), None)
        amount = replace(
            amount,
            end=tail.end(),
            period=amount.period or period or (Period.MONTH if groups & {"week", "weekly"} else None),
            weekly=amount.weekly or bool(groups & {"week", "weekly"}),
            per=amount.per or tail["unit"] or ("each" if "each" in groups else None),
            total=amount.total or "total" in groups,
            role=Role.LIMIT if "max" in groups else amount.role,
        )
    return amount


def _joined_ranges(source: Source, amounts: list[Amount]) -> list[Amount]:
    """Join "between 40 EUR and 60 EUR": the upper end is the limit."""
    joined: list[Amount] = []
    for amount in amounts:
        before = joined[-1] if joined else None
        if (
            before is not None
            and re.fullmatch(r"\s*(?:-|to|and)\s*", source.low[before.end : amount.start])
            and re.search(
                r"\b(?:between|from|anything from)\s*$",
                source.low[: before.start] + " " + source.low[before.start : before.start + 8].split(" ")[0],
            )
        ):
            joined[-1] = replace(amount, start=before.start, role=Role.LIMIT)
        else:
            joined.append(amount)
    return joined
