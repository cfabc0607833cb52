"""The smallest change to a vendor's own sentence: the figure alone. A vendor agrees to a number more easily than to our prose."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.contract_reading.values.stretches import Stretch, lengths
from agents.negotiator.language import Language
from memory.domain.contract_policy import Measure, MeasuredTerm

_WORDS = {
    Language.EN: {
        1: "one",
        2: "two",
        3: "three",
        6: "six",
        7: "seven",
        10: "ten",
        12: "twelve",
        14: "fourteen",
        15: "fifteen",
        20: "twenty",
        24: "twenty-four",
        30: "thirty",
        36: "thirty-six",
        45: "forty-five",
        60: "sixty",
        90: "ninety",
    },
    Language.DE: {
        2: "zwei",
        3: "drei",
        6: "sechs",
        10: "zehn",
        12: "zwölf",
        14: "vierzehn",
        24: "vierundzwanzig",
        30: "dreißig",
        60: "sechzig",
        90: "neunzig",
    },
}
_UNITS = {Language.EN: {"day": "days", "month": "months"}, Language.DE: {"day": "Tagen", "month": "Monaten"}}
_PERCENT = re.compile(
    r"(?:(?P<word>[A-Za-zäöü-]+)\s+(?:percent\s+|per cent\s+)?\(\s*)?(?P<number>\d{1,3}(?:[.,]\d{1,2})?)(?P<sign>\s?\)?\s?(?:%|percent|per cent|Prozent)(?:\s?\))?)",
    re.IGNORECASE,
)


def with_limit(sentence: str, term: MeasuredTerm, limit: int, language: Language) -> str | None:
    """Return the sentence with its value set to `limit` (days, months or basis points as the measure has it), or None.

    None when the value does not stand there exactly once: then which figure is meant would be a guess.
    """
    if term.number is None:
        return None
    if term.measure is Measure.PRICE_INCREASE_BP:
        return _with_percent(sentence, term.number, limit)
    days = term.measure in {Measure.NOTICE_DAYS, Measure.PAYMENT_DAYS}
    meant = [one for one in lengths(sentence) if (one.days_at_most if days else one.months) == term.number]
    if len(meant) != 1 or not limit:
        return None
    found = meant[0]
    becomes = _stretch(sentence[found.start : found.end], found, limit, days, language)
    return sentence[: found.start] + becomes + sentence[found.end :] if becomes else None


def _stretch(words: str, found: Stretch, limit: int, days: bool, language: Language) -> str | None:
    """Return the new stretch of time in the form of the old one: "sixty (60) days", "60-day", "60 Tagen"; None for a form without a unit at its end."""
    words = re.sub(r"\((?:s|e|n|en)\)$", "", words)  # "year(s)"
    wanted = "day" if days else "month"
    spelt = _WORDS[language].get(limit)
    figure = f"{spelt} ({limit})" if "(" in words and spelt else str(limit)
    unit = re.search(r"[A-Za-zäöü]+$", words)
    if unit is None:
        return None
    if re.fullmatch(r"\s*(?:\d+|[a-zäöü-]+)-(?:day|month|year)", words, re.IGNORECASE):
        return f"{limit}-{wanted}"
    same = unit.group() if found.unit == wanted and found.count != 1 and limit > 1 else ""
    plain = wanted if language is Language.EN and limit == 1 else _UNITS[language][wanted]
    return f"{figure} {same or plain}"


def _with_percent(sentence: str, was: int, limit: int) -> str | None:
    meant = [found for found in _PERCENT.finditer(sentence) if Decimal(found["number"].replace(",", ".")) * 100 == was]
    if len(meant) != 1:
        return None
    found = meant[0]
    sign = found["sign"] if found["word"] is None else "%"
    return f"{sentence[: found.start()]}{limit / 100:g}{sign}{sentence[found.end() :]}"
