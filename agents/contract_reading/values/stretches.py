"""Stretches of time in contract prose: "sixty (60) days", "[30] days", "two-year", "year to year", "drei Monate", "10 Werktage".

Where the word and the figure differ ("thirty (60) days") the stretch is doubtful: it is found, and has no count.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

_I = re.IGNORECASE
_SMALL = {
    word: number
    for number, words in enumerate(
        (
            "one an a ein eine einen einem einer eines",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
            "eleven elf",
            "twelve zwölf",
            "thirteen dreizehn",
            "fourteen vierzehn",
            "fifteen fünfzehn",
            "sixteen sechzehn",
            "seventeen siebzehn",
            "eighteen achtzehn",
            "nineteen neunzehn",
        ),
        start=1,
    )
    for word in words.split()
}
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
_TENS |= {
    "fourty": 40,
    "zwanzig": 20,
    "dreißig": 30,
    "vierzig": 40,
    "fünfzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
}
_TENS |= {"dreissig": 30, "vierundzwanzig": 24, "sechsunddreißig": 36, "sechsunddreissig": 36, "achtundvierzig": 48, "fünfundvierzig": 45}
_TENS |= {"hundertzwanzig": 120, "einhundertzwanzig": 120, "hundertachtzig": 180, "einhundertachtzig": 180}
_UNITS = {
    name: unit
    for unit, names in {
        "day": "day tag täg",
        "week": "week woche wöch",
        "month": "month monat",
        "quarter": "quarter quartal",
        "year": "year yr jahr jähr",
    }.items()
    for name in names.split()
}
Unit = Literal["day", "week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

_ONE = "|".join(sorted((*_SMALL, *_TENS), key=len, reverse=True))
_COUNT = rf"(?:(?:one|a)[\s-]hundred(?:[\s-](?:and[\s-])?(?:{_ONE})(?:[\s-](?:{_ONE}))?)?|(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_SMALL)})|{_ONE}|half\s+an?)"
_FIGURE = r"(?:\d{1,4}(?:[.,]5)?|[Il](?=\s*[)\]]))"
_BUSINESS = r"business|working|banking|bankarbeits|arbeits|werk|geschäfts"
_STRETCH = re.compile(
    rf"(?<![\w.,])(?P<open>[(\[]\s*)?(?:(?P<word>{_COUNT})(?:\b|(?=monat|jähr|wöch|täg))(?:[\s-]*[(\[]\s*(?P<again>{_FIGURE})\s*(?:(?P<inner>day|month|year|week)s?\s*)?[)\]])?|(?P<figure>{_FIGURE}))(?(open)\s*[)\]])"
    r"[\s~\-\u2013\u200b\xad]*(?:\((?P<late_word>[a-z-]+)\)\s*)?"
    rf"(?P<kind>(?:(?:additional|consecutive|successive|calendar|contract|full|further|{_BUSINESS}|kalender|clear|weitere[nrs]?|volle[nr]?|aufeinanderfolgende[nr]?|processing|renewal|licen[sc]e|-)\s*){{0,3}})"
    r"\(?(?P<unit>day|week|month|quarter|year|yr|tag|woche|monat|quartal|jahr|täg|wöch|jähr)(?:\(s\)|s|en|n|es|e|ige[nmrs]?)?(?![a-zäöü])(?![\s-](?:to|by)[\s-](?:month|year|week))",
    _I,
)
_IMPLIED = (
    (
        re.compile(
            r"\byear[\s-](?:to|by)[\s-]year\b|\b(?:an?\s+)?(?:annual|yearly)\s+(?:\w+\s+)?(?:basis|periods?|terms?|renewals?|extensions?|increments?)|\b(?:annually|yearly|jährlich)\b|\beach\s+(?:subsequent\s+|successive\s+)?(?:calendar\s+)?year\b|\bevery\s+year\b|\b(?:successive|consecutive|additional|another|subsequent)\s+(?:calendar\s+)?years?\b|\bon\s+(?:each|every|the)\s+anniversary\b",
            _I,
        ),
        1,
        "year",
    ),
    (
        re.compile(
            r"\bmonth[\s-](?:to|by)[\s-]month\b|\bmonthly\s+(?:basis|periods?|terms?)|\b(?:successive|consecutive|additional|another)\s+months?\b|\b(?:monatlich|monatsweise)\b|\bfrom\s+month\s+to\s+month\b",
            _I,
        ),
        1,
        "month",
    ),
    (re.compile(r"\bquarter[\s-]to[\s-]quarter\b|\bquarterly\s+(?:basis|periods?|terms?)", _I), 1, "quarter"),
)


#: Lengths with a name of their own; what is counted within them ("a quarter of a year") counts for nothing.
_NAMED = (
    (re.compile(r"\b(?:an?|one)\s+fortnight\b|\bvierzehntägig\w*", _I), 14, "day"),
    (
        re.compile(
            r"\b(?:an?|one)\s+quarter[\s-]+(?:of\s+an?\s+)?year\b|\b(?:ein(?:em|es)?|je)\s+vierteljahr(?:es)?\b|\bvierteljährlich\w*", _I
        ),
        3,
        "month",
    ),
    (re.compile(r"\b(?:an?|one)\s+half[\s-]+year\b|\bein(?:em|es)?\s+halb(?:e[nsr]?\s+)?jahr(?:es)?\b|\bhalbjährig\w*", _I), 6, "month"),
)
_HOURS = re.compile(r"(?<![\w.,])(?:(?P<figure>\d{1,3})|[a-z]+(?:[\s-][a-z]+)?\s*\((?P<again>\d{1,3})\))[\s-]*(?:hours?|stunden)\b", _I)
_TOGETHER = re.compile(r"\s*,?\s*(?:and|und|plus|&)\s+", _I)


@dataclass(frozen=True, order=True)
class Stretch:
    """A stretch of time as stated and where it stands. `count` is None where the words and the figure differ."""

    start: int
    end: int
    count: Decimal | None
    unit: str
    business: bool = False
    implied: bool = False
    larger: Decimal | None = None
    """The larger of two counts where the words and the figure differ."""

    @property
    def months(self) -> int | None:
        """Whole months, or None for days, weeks, half months and what is doubtful."""
        factor = _MONTHS.get(self.unit)
        whole = self.count * factor if self.count is not None and factor else None
        return int(whole) if whole is not None and whole == int(whole) else None

    @property
    def days(self) -> int | None:
        """Days where it is counted in days or weeks, business days as they stand; else None."""
        if self.count is None or self.unit not in {"day", "week"}:
            return None
        return int(self.count * (7 if self.unit == "week" else 1))

    @property
    def days_at_most(self) -> int | None:
        """Days at the most: a month counts 31, a quarter 92, business days their weekends, so that whoever acts by it is never late."""
        if self.count is None:
            return None
        if self.unit == "day" and self.business:
            return math.ceil(self.count * 7 / 5) + 2
        if self.days is not None:
            return self.days
        months = self.count * _MONTHS[self.unit]
        return math.ceil(months * 31 if months <= 2 else months * Decimal("30.6"))

    @property
    def short(self) -> str | None:
        """The normal form: `12m` or `60d`; None where it is doubtful."""
        if self.months is not None:
            return f"{self.months}m"
        return None if self.days is None else f"{self.days}d"

    def __str__(self) -> str:
        return f"{self.count:f} {'business ' if self.business else ''}{self.unit}{'s' if self.count != 1 else ''}"


def stretches(words: str) -> tuple[Stretch, ...]:
    """Return every stretch of time from left to right, stated ("two years") or implied ("annually")."""
    return tuple(sorted({*_outspoken(words), *_implied(words)}))


def lengths(words: str) -> tuple[Stretch, ...]:
    """Return every stretch of time that is stated in so many words and is not doubtful, from left to right."""
    return tuple(sorted(one for one in _outspoken(words) if one.count is not None))


def lengths_at_most(words: str) -> tuple[Stretch, ...]:
    """Return every stretch of time that is stated in so many words, hours as the days that hold them; of one whose words and figure differ the longer reading."""
    hours = (
        Stretch(f.start(), f.end(), Decimal(math.ceil(_figure(f["again"] or f["figure"]) / 24)), "day")
        for f in _HOURS.finditer(words)
        if f["again"] or f["figure"]
    )
    told = (one if one.count is not None else replace(one, count=one.larger) for one in _outspoken(words))
    return tuple(sorted((*hours, *told)))


def _outspoken(words: str) -> Iterator[Stretch]:
    named = [Stretch(f.start(), f.end(), Decimal(count), unit) for form, count, unit in _NAMED for f in form.finditer(words)]
    yield from named
    for one in _together(words, _stated(words)):
        if not any(one.start < other.end and other.start < one.end for other in named):
            yield one


def _together(words: str, stated: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield "one (1) year and six (6) months" as the one stretch that it is."""
    last: Stretch | None = None
    for one in stated:
        if last and last.unit == "year" and one.unit == "month" and _TOGETHER.fullmatch(words[last.end : one.start]):
            count = None if last.count is None or one.count is None else last.count * 12 + one.count
            larger = (last.count or last.larger or 0) * 12 + (one.count or one.larger or 0)
            last = Stretch(last.start, one.end, count, "month", larger=None if count is not None else Decimal(larger))
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _stated(words: str) -> Iterator[Stretch]:
    for found in _STRETCH.finditer(words):
        worded = _worded(found["word"]) if found["word"] else None
        figure = found["again"] or found["figure"]
        count = worded if figure is None else _figure(figure)
        late = _worded(found["late_word"]) if found["late_word"] else None
        said = [one for one in (worded, count, late) if one is not None]
        larger = max(said) if len(set(said)) > 1 else None
        business = bool(re.search(_BUSINESS, found["kind"], _I))
        if larger or (count and count > 0):
            yield Stretch(found.start(), found.end(), None if larger else count, _UNITS[found["unit"].lower()], business, larger=larger)


def _implied(words: str) -> Iterator[Stretch]:
    for form, count, unit in _IMPLIED:
        for found in form.finditer(words):
            yield Stretch(found.start(), found.end(), Decimal(count), unit, implied=True)


def _figure(figure: str) -> Decimal:
    return Decimal(1) if figure in {"I", "l"} else Decimal(figure.replace(",", "."))


def _worded(words: str) -> Decimal | None:
    """Return the number that the words say: "one hundred and eighty", "forty-five", "half a"."""
    parts = [part for part in re.split(r"[\s-]+", words.lower()) if part != "and"]
    if parts[0] == "half":
        return Decimal("0.5")
    if len(parts) > 1 and parts[1] == "hundred":
        rest = [_SMALL.get(part) or _TENS.get(part) for part in parts[2:]]
        return None if None in rest else Decimal(100 + sum(number or 0 for number in rest))
    numbers = [_SMALL.get(part) or _TENS.get(part) for part in parts]
    return None if None in numbers else Decimal(sum(number or 0 for number in numbers))
