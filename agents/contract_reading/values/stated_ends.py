"""The day on which a contract says that it ends: a date, the last day of a month it names, or of the calendar year it began in."""

from __future__ import annotations

import re
from datetime import date

from agents.contract_reading.values.paper import Paper
from memory.domain.days import month_end

_I = re.IGNORECASE
_REACH = 1500  # no sentence is longer before its date; a hostile one would be read again for each
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

_END_WORD = re.compile(
    r"^.*\b(?P<word>until|till|through(?:out)?|thru|expir\w*|terminat\w*|end(?:s|ing|ed)?|conclud\w+|complet\w+\s+(?:on|by)|up\s+to|to|bis(?:\s+zum)?|endet(?:\s+am)?|läuft(?:\s+am)?|later\s+than|last\s+day\s+in|valid\s+to)\b(?P<gap>[^.;]{0,60}?)$",
    _I | re.DOTALL,
)
_NO_END = re.compile(
    r"\b(?:prior\s+to|before|notice|subject\s+to|pursuant\s+to|payable|deliver\w*|renew\w*|extend\w*|notif\w+|dated|entitled|option)\b", _I
)
NOT_AN_END = re.compile(r"\b(?:prior\s+to|before|notice\s+of|not|after|following|extended|renewed)\s+(?:the\s+|its\s+)?$", _I)
_MONTH_END = re.compile(
    r"\b(?:until|till|through|expir\w*|terminat\w*|end(?:s|ing)?|later\s+of)\b[^.;]{0,120}?\b(?:last\s+(?:calendar\s+)?day|end)\s+(?:in|of)\s+(?:the\s+month\s+of\s+)?"
    rf"(?P<month>{'|'.join(_MONTHS)})\W{{1,3}}(?:of\s+)?(?P<year>(?:19|20)\d\d)\b",
    _I,
)
_YEAR_END = re.compile(
    r"\b(?:until|till|through|expir\w*|terminat\w*)\s+(?:on\s+|at\s+)?(?:the\s+)?(?:end|last\s+day|close)\s+of\s+(?:the|such|that|this)\s+(?:then[\s-]+)?(?:current\s+)?calendar\s+year\b",
    _I,
)


def stated_end(paper: Paper, start: int, end: int, began: date | None) -> date | None:
    """Return the day on which a passage says that the contract ends, later than the day it began; None where it says none."""
    seen = 0
    for one in paper.dates_in(start, end):
        words = paper.text[max(start, one.start - _REACH) : one.start]
        word = _END_WORD.search(words)
        bare = re.search(r"\b(?:expir\w+|termination|end)\s*(?:date)?\W{0,4}(?:means|is|shall\s+be|:)?\s*$|^\s*$", words, _I)
        alone = word and word["word"].lower() == "to" and not seen and not re.search(r"\bfrom\b", words, _I)
        seen += 1
        if one.day is None or (began and one.day <= began):
            continue
        if bare or (word and not alone and not _NO_END.search(word["gap"]) and not NOT_AN_END.search(words[: word.start("word")])):
            return one.day
    return _last_of_month_or_year(paper.text[start:end], began)


def _last_of_month_or_year(words: str, began: date | None) -> date | None:
    month = _MONTH_END.search(words)
    if month:
        day = month_end(date(int(month["year"]), _MONTHS.index(month["month"].capitalize()) + 1, 1))
        return day if began is None or day > began else None
    return date(began.year, 12, 31) if began and _YEAR_END.search(words) else None
