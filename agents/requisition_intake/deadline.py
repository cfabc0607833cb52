"""By when: absolute and relative dates in running text, seen from the day the instruction was given.

Measured against its own cases rather than borrowed: a general date parser reads "5,000 contacts" and "May" as dates.
Conventions: "by Friday" is the next Friday after today; "next Friday" the Friday of next week; "the end of the week" its
Friday; "before Christmas" the day before, while before a date or a weekday is that day; "in January" its last day, "by
January" its first. 3/4 is read day first, except where the operator writes dollars.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from agents.requisition_intake import days
from agents.requisition_intake.figures import value_of
from agents.requisition_intake.holidays import NAMES, holiday
from agents.requisition_intake.money_terms import CORRECTION

_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_WEEKDAY = r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>20\d\d)"
_COUNT = r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety|(?:a |the next )?couple of|a few|few)"
_OF = r"(?: of)?(?: the)? "
_PREP = (
    r"(?:(?:needed|required|wanted|due|delivered|delivery|deliver|arrive[sd]?|arriving|ready|live|done|finished|complete[d]?|available|in place|up and running|deadline|have (?:it|them|this)|here|start(?:s|ing)?|beginning|kick(?:ing)? off|go(?:ing)?[ -]live|launch(?:ing)?)"
    r"[\s:]*(?:is|are|in|by|before|on|from|the)?\s+)?"
)
_LEAD = r"(?:by|before|until|till|til|no later than|not later than|latest(?: by)?|at the latest(?: by)?|due|on|this|from|as of|starting(?: on| from| in)?|in time for|ahead of|prior to|deadline(?: is)?:?|for|end of (?:the )?(?:business|day)(?: on)?|cob|eob|eod|close of business|around|sometime|some time|during|within)"
_TIME = r"(?:\s*(?:,|at|by)?\s*(?:noon|midday|midnight|\d{1,2}(?::\d\d)?\s?(?:am|pm|h|o'clock)\b|\d{1,2}:\d\d|morning|afternoon|evening|night|eod|cob|first thing|close of business|end of (?:the )?day))?"
_AFTER = r"(?:\s*,?\s*(?:at the (?:very )?latest|latest|or (?:sooner|earlier)|if possible))?"
_ABOUT_OTHERS = re.compile(
    r"\b(?:retires?|retiring|ends?|ended|expires?|expired|leaves?|leaving|left|joins?|joined|renews?|since|last|bought|died|quit|moved|opened|founded|was|were|closed|broke)\s*$"
)
"""Before a date: it is when something else happens."""
_STRONG = re.compile(r"\b(?:by|before|until|till|til|later than|latest|due|deadline|needed|required|deliver\w*|within)\b")
_START = re.compile(r"\b(?:start(?:s|ing)?|beginning|from(?! (?:now|today))|as of|kick)\b")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date named, with the words that name it. `strong` says the words make it a deadline, not a mere mention."""

    start: int
    end: int
    day: date
    strong: bool
    begins: bool = False


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The day the instruction was given and how its writer orders day and month."""

    today: date
    month_first: bool


_Reader = Callable[[re.Match[str], _Calendar], date | None]


def find_deadlines(low: str, today: date, *, month_first: bool) -> tuple[Deadline, ...]:
    """Return every date in the folded text that can be a deadline, in order, without overlaps."""
    found: list[Deadline] = []
    for pattern, reader in _grammar():
        for match in pattern.finditer(low):
            if _ABOUT_OTHERS.search(low[max(0, match.start() - 24) : match.start()]) or any(
                match.start() < d.end and d.start < match.end() for d in found
            ):
                continue
            try:
                day = reader(match, _Calendar(today, month_first))
            except (ValueError, OverflowError):  # 31 February and the like: no date
                continue
            if day is not None:
                found.append(_deadline(match, day))
    return tuple(sorted(found, key=lambda d: d.start))


def _deadline(match: re.Match[str], day: date) -> Deadline:
    words = match.group()
    begins = bool(_START.search(words[:30]))
    return Deadline(match.start(), match.end(), day, strong=bool(_STRONG.search(words)), begins=begins)


def choose_deadline(low: str, found: tuple[Deadline, ...], *, starts_count: bool = True) -> tuple[Deadline | None, str]:
    """Return the deadline and, when two contradict each other, a question instead.

    The day somebody is to start is the last day to have found them; with `starts_count` off, a day on which a term begins
    ("licences starting 1 January") is no deadline.
    """
    ends = [d for d in found if not d.begins] or [d for d in found if starts_count or d.strong]
    candidates = [d for d in ends if d.strong] or ends
    if not candidates:
        return None, ""
    first, last = candidates[0], candidates[-1]
    if len({d.day for d in candidates}) == 1:
        return first, ""
    between = low[first.end : last.end]
    if CORRECTION.search(low[first.start : last.end]) or "latest" in low[last.start : last.end]:
        return last, ""
    if all(d.strong for d in (first, last)) and not re.search(r"\bor\b", between):
        return None, f"Two deadlines are named, {first.day} and {last.day}: which one holds?"
    return first, ""


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(days.MONTHS, start=1) if month.startswith(name[:3]))


def _weekday_number(name: str) -> int:
    return next(n for n, day in enumerate(days.WEEKDAYS) if day.startswith(name[:3]))


def _absolute(match: re.Match[str], at: _Calendar) -> date | None:
    month, day = _month_number(match["month"]), int(match["day"])
    year = match["year"]
    return date(int(year), month, day) if year else days.next_on(month, day, at.today)


def _iso(match: re.Match[str], at: _Calendar) -> date:
    del at
    return date(int(match["year"]), int(match["m"]), int(match["day"]))


def _numeric(match: re.Match[str], at: _Calendar) -> date | None:
    first, second = int(match["a"]), int(match["b"])
    month_first = (at.month_first and match["sep"] == "/" and first <= 12) or second > 12
    month, day = (first, second) if month_first else (second, first)
    year = match["y"]
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return days.next_on(month, day, at.today) if 1 <= month <= 12 and day >= 1 else None


def _weekday(match: re.Match[str], at: _Calendar) -> date:
    number = _weekday_number(match["weekday"])
    which = match["which"] or ""
    if "next" in which or "week" in (match["week"] or ""):
        return days.in_week(number, at.today, 1)
    return days.coming(number, at.today)


def _near(match: re.Match[str], at: _Calendar) -> date:
    word = match["near"]
    return at.today + timedelta(days=2 if "after tomorrow" in word else 1 if "tomorrow" in word or "tmrw" in word else 0)


def _span_of(match: re.Match[str], at: _Calendar) -> date:
    count = match["count"]
    number = 1 if count in {"a", "an"} else 2 if "couple" in count else 3 if "few" in count else int(value_of(count))
    unit = match["unit"]
    if "hour" in unit or unit in {"h", "hrs"}:
        return at.today + timedelta(days=(number + 23) // 24 if number >= 12 else 0)
    if unit.startswith(("working", "business", "work ")):
        return days.add_working_days(at.today, number)
    if unit.startswith("day"):
        return at.today + timedelta(days=number)
    if unit.startswith(("week", "wk")):
        return at.today + timedelta(weeks=number)
    return days.add_months(at.today, number * (12 if unit.startswith(("year", "yr")) else 3 if unit.startswith("quarter") else 1))


def _end_of(match: re.Match[str], at: _Calendar) -> date:
    ahead = 1 if match["next"] and match["next"].strip() in {"next", "the next", "the coming", "coming", "the following"} else 0
    unit = match["unit"]
    if unit in {"day", "business", "today"}:
        return at.today
    if unit == "week":
        return days.week_end(at.today, ahead)
    if unit == "month":
        later = days.add_months(at.today.replace(day=1), ahead)
        return days.month_end(later.year, later.month)
    if unit == "quarter":
        later = days.add_months(at.today.replace(day=1), 3 * ahead)
        return days.quarter_end(later.year, (later.month + 2) // 3)
    return date(at.today.year + ahead, 12, 31)


def _short_end(match: re.Match[str], at: _Calendar) -> date:
    short = match["short"].replace(".", "")
    return {
        "eow": days.week_end(at.today),
        "eom": days.month_end(at.today.year, at.today.month),
        "eoq": days.quarter_end(at.today.year, (at.today.month + 2) // 3),
        "eoy": date(at.today.year, 12, 31),
    }.get(short, at.today)


def _month_only(match: re.Match[str], at: _Calendar) -> date | None:
    month, part = _month_number(match["month"]), match["part"] or ""
    year = int(match["year"]) if match["year"] else at.today.year + (month < at.today.month)
    if "mid" in part:
        return date(year, month, 15)
    if "early" in part or "beginning" in part or "start" in part:
        return date(year, month, 10 if "early" in part else 1)
    if "end" in part or "late" in part or match["lead"] in {"in", "during", "sometime in", "within"}:
        return days.month_end(year, month)
    first = date(year, month, 1)
    return first - timedelta(days=1) if match["lead"] in {"before", "ahead of", "prior to"} else first


def _quarter(match: re.Match[str], at: _Calendar) -> date:
    quarter = int(match["q"])
    year = int(match["year"]) if match["year"] else at.today.year
    if not match["year"] and days.quarter_end(year, quarter) < at.today:
        year += 1
    if re.match(r"(?:from|starting|as of|start)", match["lead"] or ""):
        return date(year, 3 * quarter - 2, 1)
    if (match["lead"] or "").startswith("before") and not match["part"]:
        return days.quarter_end(year, quarter - 1) if quarter > 1 else date(year - 1, 12, 31)
    return days.quarter_end(year, quarter)


def _named(match: re.Match[str], at: _Calendar) -> date:
    day = holiday(match["name"], at.today)
    early = (match["lead"] or "") in {"before", "ahead of", "prior to", "in time for"}
    return day - timedelta(days=1) if early and "eve" not in match["name"] else day


def _day_of_month(match: re.Match[str], at: _Calendar) -> date | None:
    number = int(match["day"])
    if not 1 <= number <= 31:
        return None
    for ahead in range(3):
        first = days.add_months(at.today.replace(day=1), ahead)
        if number <= days.month_end(first.year, first.month).day and first.replace(day=number) >= at.today:
            return first.replace(day=number)
    return None


def _next_unit(match: re.Match[str], at: _Calendar) -> date:
    if match["unit"] == "week":
        return days.week_end(at.today, 1 if match["which"] in {"next", "the next", "the coming", "coming"} else 0)
    ahead = 1 if "next" in match["which"] or "coming" in match["which"] else 0
    later = days.add_months(at.today.replace(day=1), ahead)
    if match["lead"] in {"by", "before"} and ahead:
        return later
    return days.month_end(later.year, later.month)


@functools.cache
def _grammar() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    """The ways to name a day, most telling first: what an earlier pattern took, a later one leaves alone."""
    lead = rf"\b{_PREP}(?:{_LEAD}\s+){{0,2}}(?:the )?"
    kept = rf"\b{_PREP}(?:(?P<lead>by|before|until|till|ahead of|prior to|in time for|in|during|sometime in|within|starting(?: in| from)?|from|for|on|around|over|due)\s+)"
    no_list = r"(?<!every )(?<!each )(?<!to )(?<!-)(?<!through )(?<!black )(?<!between )"
    half_day = r"(?P<near>the day after tomorrow|day after tomorrow|tomorrow|tmrw|today|tonight|this (?:morning|afternoon|evening)|the end of (?:the )?(?:today|day)|end of (?:the )?(?:today|day)|close of business|\beod\b|\bcob\b)(?! (?:on )?(?:mon|tue|wed|thu|fri|sat|sun))"
    rows: tuple[tuple[str, _Reader], ...] = (
        (rf"{lead}(?:{_WEEKDAY},? (?:the )?)?{_YEAR}[-/](?P<m>[01]?\d)[-/](?P<day>[0-3]?\d)(?!\d){_TIME}{_AFTER}", _iso),
        (rf"{lead}(?:{_WEEKDAY},? ?(?:the )?)?{_DAY}(?: of)?[ -]{_MONTH}(?:,? ?-?{_YEAR})?{_TIME}{_AFTER}", _absolute),
        (rf"{lead}(?:{_WEEKDAY},? ?(?:the )?)?{_MONTH} (?:the )?{_DAY}(?![\d%])(?:,? {_YEAR})?{_TIME}{_AFTER}", _absolute),
        (rf"{lead}(?:{_WEEKDAY},? ?)?(?<![\d.,/])(?P<a>[0-3]?\d)(?P<sep>/)(?P<b>[0-3]?\d)(?:/(?P<y>20\d\d|\d\d))?(?![\d/]){_TIME}{_AFTER}", _numeric),
        (rf"{lead}(?:{_WEEKDAY},? ?)?(?<![\d.,/])(?P<a>[0-3]?\d)(?P<sep>[.])(?P<b>[01]?\d)\.(?:(?P<y>20\d\d|\d\d)(?!\d))?(?!\d){_TIME}{_AFTER}", _numeric),
        (rf"{kept}(?P<part>)?(?P<name>{'|'.join(NAMES)}){_AFTER}", _named),
        (rf"{kept}?(?:the )?(?P<part>(?:very )?end of |end |late |mid[- ]?|middle of |early |(?:the )?beginning of |(?:the )?start of ){_MONTH}(?: (?:of )?{_YEAR})?{_AFTER}", _month_only),
        (rf"{kept}(?P<part>)?{_MONTH}(?!\s*\d)(?: {_YEAR})?{_AFTER}", _month_only),
        (rf"(?:{kept})?(?:the )?(?P<part>(?:very )?end of )?q(?P<q>[1-4])\b(?:[ /]{_YEAR})?{_AFTER}", _quarter),
        (rf"(?:by|before|until|till|in|within|over)\s+(?:the )?(?:next |coming )?{_COUNT} (?P<unit>(?:working|business|work) days|hours?|hrs|days?|weeks?|wks?|fortnight|months?|years?)(?:'s?)?(?: time| from (?:now|today))?(?! (?:before|contract|term|trial|free))\b{_AFTER}", _fortnight_or_span),
        (rf"\b{_COUNT} (?P<unit>(?:working|business) days|days?|weeks?|months?) from (?:now|today)\b", _fortnight_or_span),
        (rf"{lead}(?P<near_week>)?(?P<which>next |this |this coming |coming )?{no_list}{_WEEKDAY}(?!s)(?!\s?(?:-|to|through|and)\s?(?:mon|tue|wed|thu|fri|sat|sun))(?P<week> next week| week)?{_TIME}{_AFTER}", _weekday),
        (rf"{lead}(?:noon|midday|\d{{1,2}}(?::\d\d)?\s?(?:am|pm)|first thing|morning)?\s?{half_day}{_TIME}{_AFTER}", _near),
        (rf"{lead}(?:the )?(?:very )?end of (?:the |this )?(?P<next>next |coming |following )?(?P<unit>week|month|quarter|year)\b(?:'s end)?{_AFTER}", _end_of),
        (rf"{lead}(?P<next>next |this |the )?(?P<unit>month|year|week|quarter)[- ]?'?s?[- ]end\b{_AFTER}", _end_of),
        (rf"{lead}(?P<short>e\.?o\.?[wmqyd])\b\.?{_AFTER}", _short_end),
        (rf"\b{_PREP}(?:(?P<lead>by|before|in|within|during|for|sometime|some time)\s+)?(?P<which>next|this|the coming|coming|the next|the)\s(?P<unit>week|month)\b(?! of| end){_AFTER}", _week_or_month),
        (rf"{_PREP}(?:by|before|until|due|on|no later than|from)\s+(?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?! (?:floor|anniversary|grade|gen)){_AFTER}", _day_of_month),
        (r"\b(?:by|before|at) (?:noon|midday|\d{1,2}(?::\d\d)?\s?(?:am|pm)|\d{1,2}:\d\d)\b(?P<near>)", _near),
    )  # fmt: skip
    return tuple((re.compile(pattern), reader) for pattern, reader in rows)


def _fortnight_or_span(match: re.Match[str], at: _Calendar) -> date:
    if match["unit"] == "fortnight":
        return at.today + timedelta(weeks=2)
    return _span_of(match, at)


def _week_or_month(match: re.Match[str], at: _Calendar) -> date | None:
    if match["which"] in {"this", "the"} and match["lead"] is None and match["which"] == "the":
        return None
    return _next_unit(match, at)
