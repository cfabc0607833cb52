"""Stretches of time in English and German contract prose: "sixty (60) days", "two-year", "drei Monate"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = {
    word: number
    for number, words in {
        1: "one an a ein eine einen einem einer eines",
        2: "two zwei",
        3: "three drei",
        4: "four vier",
        5: "five fünf",
        6: "six sechs",
        7: "seven sieben",
        8: "eight acht",
        9: "nine neun",
        10: "ten zehn",
        12: "twelve zwölf",
        14: "fourteen vierzehn",
        15: "fifteen",
        18: "eighteen",
        20: "twenty",
        24: "twenty-four vierundzwanzig",
        30: "thirty dreißig",
        36: "thirty-six sechsunddreißig",
        45: "forty-five",
        48: "forty-eight",
        60: "sixty sechzig",
        90: "ninety neunzig",
        120: "one-hundred-twenty",
        180: "one-hundred-eighty",
    }.items()
    for word in words.split()
}
_UNITS = {
    "day": "day",
    "tag": "day",
    "week": "week",
    "woche": "week",
    "month": "month",
    "monat": "month",
    "quarter": "quarter",
    "quartal": "quarter",
    "year": "year",
    "jahr": "year",
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_NUMBER = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_DURATION = re.compile(
    rf"(?<![\w.,])(?:(?P<digits>\d{{1,4}})|(?P<word>{_NUMBER}))(?:\s*\(\s*(?P<again>\d{{1,4}})\s*\))?[\s-]*"
    r"(?P<kind>consecutive|calendar|full|additional|further|business|working|weitere[nrs]?|volle[nr]?)?\s*"
    r"(?P<unit>day|week|month|year|quarter|tag|woche|monat|quartal|jahr)(?:s|en|n|es|e)?(?![a-zäöü])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Duration:
    """A stretch of time as stated, with its place in the words it was read from."""

    start: int
    end: int
    count: int
    unit: str
    business: bool = False

    @property
    def months(self) -> int | None:
        """Whole months, or None for days and weeks."""
        factor = _MONTHS.get(self.unit)
        return self.count * factor if factor else None

    @property
    def days(self) -> int:
        """Days at the most: a month counts 31, a quarter 92, so that whoever acts by it is never late."""
        if self.unit == "day":
            return math.ceil(self.count * 7 / 5) + 2 if self.business else self.count
        if self.unit == "week":
            return self.count * 7
        months = self.months or 0
        return months * 31 if months <= 2 else math.ceil(months * 30.6)

    def __str__(self) -> str:
        return f"{self.count} {'business ' if self.business else ''}{self.unit}{'s' if self.count != 1 else ''}"


def durations(words: str) -> tuple[Duration, ...]:
    """Return every stretch of time, from left to right. Where words and figure differ ("thirty (60) days") neither is taken."""
    return tuple(_durations(words))


def _durations(words: str) -> Iterator[Duration]:
    for found in _DURATION.finditer(words):
        count = int(found["digits"]) if found["digits"] else _WORDS[found["word"].lower()]
        if found["again"] and int(found["again"]) != count:
            continue
        business = (found["kind"] or "").lower() in {"business", "working"}
        yield Duration(found.start(), found.end(), count, _UNITS[found["unit"].lower()], business)
