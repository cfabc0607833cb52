"""Until which day an offer stands: a date, a number of days, or "until the end of the month", counted from the mail's arrival."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from agents.negotiator.mail_text import MailText
from agents.negotiator.particulars import Found, counted

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DATE = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? (?P<m>{_MONTH})\.?(?:,? (?P<y>\d{{4}}))?\b"
    rf"|(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y2>\d{{4}}))?\b"
    r"|(?P<d3>\d{1,2})(?P<mark>[./-])(?P<m3>\d{1,2})[./-](?P<y3>\d{4}|\d{2})\b)"
)
_LEAD = r"\b(?:valid(?:ity)?|expir(?:es?|y|ing)|laps(?:es?|ing)|ends?|runs? out|good|holds?|held|firm|stands?|open|available|guaranteed|accept(?:ed|ance)? (?:by|until)|binding|until|through|honou?r)\b"
_VALID = re.compile(rf"{_LEAD}[^.;\d\n]{{0,45}}?{_DATE}", re.IGNORECASE)
_ANY_DATE = re.compile(rf"(?<![\w.,/-]){_DATE}", re.IGNORECASE)
_FOR_DAYS = re.compile(
    r"\b(?:valid(?:ity)?|good|holds?|held|stands?|open|expires? in|binding|within)\b(?: period)?(?: of (?:the |la |l['\u2019]|this |our )?(?:offer|quote))?(?: is|:)?(?: for acceptance)?(?: for| of| until)?(?: the)?(?: next| another)?(?: a)? ?(?:period of )?(?P<count>\d{1,3}|one|two|three|four|six|fourteen|thirty|sixty|ninety) (?:calendar )?(?P<unit>days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_END_OF = re.compile(
    rf"{_LEAD}[^.;\d\n]{{0,30}}?\b(?:the )?(?:end|close|last day) of (?:the |this |the current |next )?(?P<what>month|year|quarter|week|{_MONTH})(?: (?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"{_LEAD}[^.;\d\n]{{0,25}}?\b(?P<next>next )?(?P<day>{'|'.join(_DAYS)})\b", re.IGNORECASE)
_OTHER_THING = re.compile(
    r"\b(?:delivery|deliver\w*|payment|pay|payable|invoice|notice|cancel\w*|trial|warranty|reply|respond|term|contract|service|support|price increase|free|from stock|guarantee\w*)\b",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"\b(?:offers?|quotes?|quotation|price|valid\w*|proposal|expir\w*)\b", re.IGNORECASE)


def valid_until(mail: MailText, received_on: date | None) -> tuple[Found[date] | None, str]:
    """Return the last day of the offer, or None and, when a day is stated but cannot be read for certain, the question."""
    for found in mail.matches(_VALID):
        if not _about_the_offer(mail.text, found):
            continue
        span = mail.span(found.start(), found.end())
        day = _day(found, received_on)
        if day is None and _yearless(found) and received_on is None:
            continue
        return (Found(day, span), "") if day else (None, f'Until which day is the offer valid? "{span.text}" can be read in two ways.')
    if received_on is None:
        return None, ""
    for pattern, reckon in ((_FOR_DAYS, _after), (_END_OF, _end), (_WEEKDAY, _weekday)):
        for found in mail.matches(pattern):
            if _about_the_offer(mail.text, found):
                return Found(reckon(found, received_on), mail.span(found.start(), found.end())), ""
    return None, ""


def future_days(mail: MailText, received_on: date | None) -> tuple[tuple[int, int], ...]:
    """Return where the mail names a day after its arrival, whatever it says about it."""
    days = ((found, _day(found, received_on)) for found in mail.matches(_ANY_DATE)) if received_on else ()
    return tuple(found.span() for found, day in days if day is not None and received_on is not None and day > received_on)


def validity_places(mail: MailText) -> tuple[tuple[int, int], ...]:
    """Return where the mail speaks of a number of days that the offer stands, counted or not."""
    return tuple(found.span() for found in mail.matches(_FOR_DAYS) if _about_the_offer(mail.text, found))


def _about_the_offer(text: str, found: re.Match[str]) -> bool:
    """Whether the words speak of the offer's own life, not of a delivery or a notice period."""
    start = max(text.rfind(mark, 0, found.start()) for mark in (".", ";", "\n")) + 1
    ahead = text[max(start, found.start() - 60) : found.start()]
    if re.match(r"within|until|through", found.group(), re.IGNORECASE) and not _OFFERED.search(ahead):
        return False
    return not _OTHER_THING.search(ahead + found.group()) or bool(
        re.search(r"\b(?:valid\w*|expir\w*|offer|quot\w+)\b", ahead + found.group(), re.IGNORECASE)
    )


def _yearless(found: re.Match[str]) -> bool:
    parts = found.groupdict()
    return not (parts["iso"] or parts["y"] or parts["y2"] or parts["y3"])


def _day(found: re.Match[str], received_on: date | None) -> date | None:
    parts = found.groupdict()
    try:
        if parts["iso"]:
            return date.fromisoformat(parts["iso"])
        if parts["d3"]:
            century = 2000 if len(parts["y3"]) == 2 else 0
            return _numeric_date(int(parts["d3"]), int(parts["m3"]), century + int(parts["y3"]), parts["mark"])
        month, day = _month(parts["m"] or parts["m2"]), int(parts["d"] or parts["d2"])
        year = parts["y"] or parts["y2"]
        if year:
            return date(int(year), month, day)
        # A day without a year is the next one: nobody offers until a day that is past.
        if received_on is None:
            return None
        this = date(received_on.year, month, day)
        return this if this >= received_on else date(received_on.year + 1, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(index for index, full in enumerate(_MONTHS, start=1) if full.startswith(name.lower()[:3]))


def _numeric_date(first: int, second: int, year: int, mark: str) -> date | None:
    if mark == "." or first > 12:  # points are written day first; a day above 12 can only be a day
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    return date(year, second, first) if first == second else None


def _after(found: re.Match[str], received_on: date) -> date:
    count, unit = counted(found["count"]), found["unit"].lower()
    if unit.startswith("month"):
        index = received_on.month - 1 + count
        year, month = received_on.year + index // 12, index % 12 + 1
        return date(year, month, min(received_on.day, calendar.monthrange(year, month)[1]))
    return received_on + timedelta(days=count * (7 if unit.startswith("week") else 1))


def _end(found: re.Match[str], received_on: date) -> date:
    what, year, month = found["what"].lower(), received_on.year, received_on.month
    if what == "week":
        return received_on + timedelta(days=6 - received_on.weekday())
    if what == "year":
        month = 12
    elif what == "quarter":
        month = (month - 1) // 3 * 3 + 3
    elif what == "month":
        if "next month" in found.group().lower():
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    else:
        month = _month(what)
        year = int(found["year"]) if found["year"] else year + (month < received_on.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _weekday(found: re.Match[str], received_on: date) -> date:
    ahead = (_DAYS.index(found["day"].lower()) - received_on.weekday()) % 7 or 7
    return received_on + timedelta(days=ahead)
