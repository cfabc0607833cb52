"""A notice as a window on the calendar: how long, in what days, before what, and whether it must have arrived."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.contract_reading.values.stretches import Stretch, stretches
from memory.domain.terms import Anchor, Length, NoticeUnit, NoticeWindow

_I = re.IGNORECASE
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_ANCHORS: tuple[tuple[Anchor, re.Pattern[str]], ...] = (
    (
        "quarter_end",
        re.compile(
            r"\bend\s+of\s+(?:a|any|each|the)\s+(?:calendar\s+)?quarter\b|\bquartalsende\b|\bende\s+(?:eines|des)\s+(?:kalender)?(?:vierteljahres|quartals)\b",
            _I,
        ),
    ),
    (
        "month_end",
        re.compile(
            r"\bend\s+of\s+(?:a|any|each|the)\s+(?:calendar\s+)?month\b|\bmonatsende\b|\bende\s+(?:eines|des)\s+(?:kalender)?monats\b", _I
        ),
    ),
    ("anniversary", re.compile(r"\b(?:prior\s+to|before|vor)\s+(?:\w+\s+){0,3}?anniversar", _I)),
    (
        "renewal_date",
        re.compile(
            r"\b(?:prior\s+to|before|in\s+advance\s+of)\s+(?:the\s+|any\s+|each\s+|such\s+)?(?:automatic\s+)?(?:renewal\s+date|date\s+of\s+renewal|(?:start|commencement|beginning)\s+of|renewal\b(?!\s+term))",
            _I,
        ),
    ),
    (
        "term_end",
        re.compile(r"\b(?:end|expir\w+|conclusion|ablauf|ende|laufzeitende|then[\s-]current|initial\s+term|renewal\s+term)\b", _I),
    ),
    ("any_time", re.compile(r"\bat\s+any\s+time\b|\bfor\s+(?:any|no)\s+reason\b|\bfor\s+convenience\b|\bjederzeit\b", _I)),
)
_WITHOUT_WEEKENDS = re.compile(
    r"\b(?:excluding|not\s+(?:counting|including)|disregarding|ohne|ausgenommen)\s+(?:\w+\s+){0,2}?(?:weekends?|saturdays?|sundays?|(?:public\s+)?holidays?|samstage?n?|sonntage?n?|wochenenden?|feiertage?n?)\b",
    _I,
)
#: "In this Agreement, "days" means business days."
_MEANS_BUSINESS = re.compile(
    r"\bdays?[\"\u201d']?,?\s+(?:(?:shall|will)\s+)?(?:means?|refers?\s+to|are|be)\s+(?:to\s+)?(?:business|working)\s+days\b",
    _I,
)
_RECEIVED = re.compile(r"\b(?:receiv(?:ed|es?|ing)|receipt|reach(?:es|ed)?|zugang|zugehen|eingehen|eingang)\b", _I)
_CLEAR = re.compile(r"\b(?:more\s+than|in\s+excess\s+of|mehr\s+als)\s*$|\bclear\b", _I)
_EARLIEST = re.compile(r"\b(?:not|no)\s+(?:more|earlier|sooner)\s+than\s*$|\bbetween\s*$|\bwithin\s*$", _I)
_LATEST = re.compile(r"\b(?:less|later|fewer)\s+than\s*$|\bat\s+least\s*$|\band\s*$", _I)


def window_of(stretch: Stretch, words: str) -> NoticeWindow | None:
    """Return the window that a clause states with one of its stretches; None where its length is doubtful or in half months."""
    counted = _counted(stretch)
    if counted is None:
        return None
    length, unit = counted
    unit = "business_days" if unit == "days" and _WITHOUT_WEEKENDS.search(words) else unit
    left = words[max(0, stretch.start - 40) : stretch.start]
    return NoticeWindow(
        length=length,
        unit=unit,
        anchor=_anchor(words),
        clear=bool(_CLEAR.search(left)) or "clear" in words[stretch.start : stretch.end].lower(),
        received=bool(_RECEIVED.search(words)),
        opens=_opens(stretch, words, unit, length),
    )


def length_of(short: str) -> Length | None:
    """Return the length that a normal form (`12m`, `30d`) names; None for `perpetual`."""
    if not short[:-1].isdigit() or int(short[:-1]) == 0:
        return None
    return Length(months=int(short[:-1])) if short.endswith("m") else Length(days=int(short[:-1]))


def as_defined(window: NoticeWindow, text: str) -> NoticeWindow:
    """Return the window in the days that the paper means by "days"."""
    return window.model_copy(update={"unit": "business_days"}) if window.unit == "days" and _MEANS_BUSINESS.search(text) else window


def days_at_most(window: NoticeWindow) -> int:
    """Return how many days a notice takes at the most; the calendar itself reckons with the window."""
    unit = {"days": "day", "business_days": "day", "weeks": "week", "months": "month"}[window.unit]
    return Stretch(0, 0, Decimal(window.length), unit, business=window.unit == "business_days").days_at_most or 0


def _counted(stretch: Stretch) -> tuple[int, NoticeUnit] | None:
    if stretch.count is None or stretch.count != int(stretch.count):
        return None
    count = int(stretch.count)
    if stretch.unit == "day":
        return count, "business_days" if stretch.business else "days"
    return (count, "weeks") if stretch.unit == "week" else (count * _MONTHS_IN[stretch.unit], "months")


def _anchor(words: str) -> Anchor:
    return next((anchor for anchor, form in _ANCHORS if form.search(words)), "term_end")


def _opens(stretch: Stretch, words: str, unit: NoticeUnit, length: int) -> int | None:
    for other in stretches(words):
        counted = _counted(other)
        if other.start == stretch.start or counted is None or counted[1] != unit or counted[0] <= length:
            continue
        if _EARLIEST.search(words[max(0, other.start - 30) : other.start]):
            return counted[0]
    return None
