"""Numbers as people write them: 1.299,00 and 1,299.00 and 1 299; 2k and 1.5k; sixty, twenty-five, two hundred and fifty, a dozen."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.number_words import ONES, SCALES, TENS

_SMALL = {"zero": 0} | ONES | TENS | {"fourty": 40}
_LARGE = SCALES | {"grand": 1000}
_GROUPS = {"a dozen": 12, "one dozen": 12, "two dozen": 24, "three dozen": 36, "half a dozen": 6, "a half dozen": 6, "dozen": 12}
_PAIRS = {"a couple of": 2, "a couple": 2, "couple of": 2, "a pair of": 2, "pair of": 2}

_SMALL_WORD = "|".join(sorted(_SMALL, key=len, reverse=True))
_WORD = rf"(?:{_SMALL_WORD}|hundred|thousand|grand|million)"
DIGITS = r"(?:\d{1,3}(?:[ .,']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,4})?)"
"""A number in digits, with grouping."""
TIMES = r"(?:\s?(?:k|tsd|thousand|grand|mn|million)\b|m(?=\s(?:contacts|subscribers|e-?mails|events|requests|page|visits|visitors|rows|records|messages|users|calls|eur|usd|dollars|pounds)))"
"""What may follow digits: 2k, 5 thousand."""
SPELLED = rf"(?:(?:half a|a half|one|two|three|a)\s+dozen|dozen|(?:a\s+)?couple(?:\s+of)?|(?:a\s+)?pair\s+of|(?:a\s+)?(?:hundred|thousand)(?:\s+(?:and\s+)?{_WORD}(?:[\s-]{{1,2}}{_WORD}){{0,6}})?|(?:{_SMALL_WORD})(?:[\s-]{{1,2}}(?:and\s+)?{_WORD}){{0,6}})"
"""A number in words."""
_DIGITS_TIMES = re.compile(rf"({DIGITS})(\s?(?:k|tsd|thousand|grand|mn?|million))?")


def value_of(text: str) -> Decimal:
    """Return the value of text that matched `DIGITS` with or without `TIMES`, or `SPELLED`. Raises `ValueError` for other text."""
    text = " ".join(text.split())
    digits = _DIGITS_TIMES.fullmatch(text)
    if digits is None:
        return Decimal(_spelled(text))
    times = (digits[2] or "").strip()
    factor = {"": 1, "k": 1000, "tsd": 1000, "thousand": 1000, "grand": 1000}.get(times, 1_000_000)
    return _in_digits(digits[1]) * factor


def _in_digits(text: str) -> Decimal:
    text = text.replace(" ", "").replace("'", "")
    marks = [c for c in text if c in ".,"]
    if not marks:
        return Decimal(text)
    whole, _, last = text.rpartition(marks[-1])
    grouped = len(last) == 3 and (len(set(marks)) == 1) and whole.lstrip("0") != ""
    if grouped:
        return Decimal(whole.replace(".", "").replace(",", "") + last)
    return Decimal(f"{whole.replace('.', '').replace(',', '')}.{last}")


def _spelled(text: str) -> int:
    if text in _GROUPS or text in _PAIRS:
        return (_GROUPS | _PAIRS)[text]
    total = current = 0
    for word in re.split(r"[\s-]+", text):
        if word in _SMALL:
            current += _SMALL[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _LARGE:
            total, current = total + max(current, 1) * _LARGE[word], 0
        elif word not in {"a", "and"}:
            raise ValueError(f"{word!r} is not a number")
    return total + current
