"""No last day to act is too late: papers are written in many words, read at the public door, and held against a plain count of days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.contract_import import read_contract_file
from memory.domain.contract import ClauseKind, ContractReview, Severity
from memory.domain.renewal import plan_of, watch_at
from tools.lookups.public_holidays import public_holidays

DAY = timedelta(days=1)
FREE = frozenset(public_holidays("DE", range(2018, 2046)))
MONTHS = [date(2024, month, 1).strftime("%B") for month in range(1, 13)]
MONATE = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
ENGLISH = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    10: "ten",
    12: "twelve",
    14: "fourteen",
    15: "fifteen",
    18: "eighteen",
    20: "twenty",
}
ENGLISH |= {24: "twenty-four", 30: "thirty", 36: "thirty-six", 45: "forty-five", 60: "sixty", 90: "ninety", 120: "one hundred twenty"}
GERMAN = {
    2: "zwei",
    3: "drei",
    4: "vier",
    6: "sechs",
    10: "zehn",
    12: "zwölf",
    14: "vierzehn",
    24: "vierundzwanzig",
    30: "dreißig",
    90: "neunzig",
}
ONE = {"day": "einem Tag", "business day": "einem Werktag", "week": "einer Woche", "month": "einem Monat", "year": "einem Jahr"}
MANY = {"day": "Tagen", "business day": "Werktagen", "week": "Wochen", "month": "Monaten", "year": "Jahren"}
LEAST_EARLY = 16  # days: a weekend and holidays before it, and the days of the post where the notice must have arrived

EN_START = (
    'This Agreement is effective as of {} (the "Effective Date").',
    "This Agreement commences on {}.",
    'This Agreement takes effect on {} (the "Effective Date").',
    "Effective Date: {}\n",
    "The term of this Agreement begins on {}.",
)
EN_TERM = (
    "The initial term is {}.",
    'The term of this Agreement is {} from the Effective Date (the "Initial Term").',
    "This Agreement remains in force for a period of {}.",
    "It shall continue for an initial term of {}, unless terminated earlier.",
    "This Agreement is made for a minimum term of {}.",
)
EN_RENEWAL = (
    "Thereafter it shall automatically renew for successive periods of {r}, unless either party gives written notice of non-renewal at least"
    " {n} before the end of the then current term.",
    "This Agreement renews automatically for further terms of {r} each unless a party gives the other not less than {n} notice prior to the"
    " expiration of the then-current term.",
    "Upon expiry it automatically renews for {r} at a time. Either party may prevent the renewal by giving {n} written notice before the end"
    " of the then current term.",
    "Unless either party gives notice at least {n} prior to the renewal date, this Agreement will renew for additional periods of {r}.",
    "It shall be extended automatically by further periods of {r} unless terminated by not less than {n} written notice before the end of"
    " the relevant period.",
    "The Agreement will automatically renew for successive terms of {r}. Notice of non-renewal must be received at least {n} before the end"
    " of the term then in effect.",
    "It shall automatically renew for successive periods of {r} unless cancelled {n} in advance of the end of such period.",
    "Notice of termination must be given no later than {n} before the end of the then current term. Otherwise this Agreement renews for {r}.",
    "Your subscription renews automatically for {r} unless you cancel at least {n} before the renewal date.",
    "At the end of each term it renews for {r}, unless a party tells the other in writing by notice, {n} or more before the end of the term,"
    " that it does not wish to renew.",
    "Unless terminated with {n} notice to the end of the term, the Agreement is prolonged by {r}.",
    "It renews for {r}. Customer may opt out of a renewal by written notice, which must reach Provider no later than {n} before the renewal date.",
    "The initial term and each renewal term are followed by a renewal term of {r}, unless either party has given the other at least {n} notice"
    " of its intention not to renew before the end of the then-current term.",
)
#: What stands beside it, and has lengths of its own that are none of the term's.
BESIDE = (
    "",
    "Either party may terminate this Agreement for material breach upon thirty (30) days' written notice if the breach is not cured.",
    "Either party may terminate for convenience at any time upon three (3) days' prior written notice.",
    "Provider shall keep liability insurance in force for a period of three (3) years, and the warranty period is six (6) months.",
    "Provider gives fifteen (15) days notice of price changes; invoices are payable within fourteen (14) days.",
    "Customer may export its data within 30 days after the end of the term.",
)
DE_START = ("Der Vertrag tritt am {} in Kraft.", "Der Vertrag beginnt am {}.", "Vertragsbeginn: {}\n")
DE_TERM = (
    "Er hat eine Mindestlaufzeit von {}.",
    "Die Laufzeit des Vertrags beträgt zunächst {}.",
    "Erstlaufzeit: {}.",
    "Er wird für die Dauer von {} geschlossen.",
)
DE_RENEWAL = (
    "Er verlängert sich automatisch um jeweils {r}, wenn er nicht mit einer Frist von {n} zum Ende der jeweiligen Laufzeit gekündigt wird.",
    "Er verlängert sich stillschweigend um jeweils {r}, sofern er nicht spätestens {n} vor Ablauf der jeweiligen Laufzeit gekündigt wird.",
    "Der Vertrag verlängert sich um jeweils {r}. Die Kündigungsfrist beträgt {n} zum Ende der Laufzeit.",
    "Nach Ablauf der Mindestlaufzeit verlängert sich der Vertrag um jeweils {r}, wenn keine Partei mit einer Frist von mindestens {n} zum"
    " Laufzeitende kündigt.",
    "Wird der Vertrag nicht mit einer Frist von {n} vor Ende der Laufzeit gekündigt, verlängert er sich um weitere {r}.",
)


@dataclass(frozen=True)
class Written:
    """A paper, and what it says."""

    text: str
    start: date
    months: int
    renewal: int
    notice: int
    unit: str

    @property
    def before_the_renewal(self) -> bool:
        """Whether the notice precedes the first day of the next term, and not the last one of this."""
        return "renewal date" in self.text


def en_length(draw: st.DrawFn, count: int, unit: str) -> str:
    word, plural = ENGLISH[count], unit if count == 1 else f"{unit}s"
    return f"{draw(st.sampled_from([str(count), f'{word} ({count})', word, f'[{count}]']))} {plural}"


def de_length(draw: st.DrawFn, count: int, unit: str) -> str:
    if count == 1:
        return ONE[unit]
    word = GERMAN.get(count, str(count))
    return f"{draw(st.sampled_from([str(count), word, f'{word} ({count})' if word.isalpha() else word]))} {MANY[unit]}"


def months(draw: st.DrawFn, length: Callable[[st.DrawFn, int, str], str], count: int) -> str:
    years = count % 12 == 0 and draw(st.booleans())
    return length(draw, count // 12, "year") if years else length(draw, count, "month")


def en_date(draw: st.DrawFn, day: date) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in {11, 12, 13} else 0, "th")
    month = MONTHS[day.month - 1]
    forms = (
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month[:3].upper()} {day.year}",
        f"the {day.day}{ending} day of {month}, {day.year}",
    )
    return draw(st.sampled_from([*forms, day.isoformat()]))


def de_date(draw: st.DrawFn, day: date) -> str:
    return draw(st.sampled_from([f"{day.day}. {MONATE[day.month - 1]} {day.year}", f"{day:%d.%m.%Y}"]))


ODD_DAYS = st.sampled_from([date(2024, 2, 29), date(2023, 1, 31), date(2025, 8, 31), date(2022, 12, 31), date(2024, 11, 30)])
NOTICES = st.sampled_from(
    [
        (n, unit)
        for unit, counts in {
            "day": (14, 30, 45, 60, 90, 120),
            "business day": (5, 10, 15, 20),
            "week": (2, 4, 6),
            "month": (1, 2, 3, 6),
        }.items()
        for n in counts
    ]
)


@st.composite
def papers(draw: st.DrawFn) -> Written:
    german = draw(st.booleans())
    starts, terms, renewals = (DE_START, DE_TERM, DE_RENEWAL) if german else (EN_START, EN_TERM, EN_RENEWAL)
    length, written = (de_length, de_date) if german else (en_length, en_date)
    start = draw(ODD_DAYS | st.dates(date(2019, 1, 1), date(2029, 12, 31)))
    first, renewal = draw(st.sampled_from([1, 3, 6, 12, 18, 24, 36])), draw(st.sampled_from([1, 3, 6, 12, 24]))
    notice, unit = draw(NOTICES)
    said = [
        draw(st.sampled_from(starts)).format(written(draw, start)),
        draw(st.sampled_from(terms)).format(months(draw, length, first)),
        draw(st.sampled_from(renewals)).format(r=months(draw, length, renewal), n=length(draw, notice, unit)),
    ]
    head, tail = ("Vertrag über Hosting", "Es gilt deutsches Recht.") if german else ("HOSTING AGREEMENT", "The laws of Ireland govern it.")
    beside = "" if german else draw(st.sampled_from(BESIDE))
    return Written(f"{head}\n\n1. {' '.join(said)}\n\n2. {beside}\n\n3. {tail}\n", start, first, renewal, notice, unit)


def later(day: date, count: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_valid_day(paper: Written, today: date) -> date:
    """Count back day by day from the end of the term that holds `today`, until the notice is whole."""
    number = 0
    while later(paper.start, paper.months + number * paper.renewal) <= today:
        number += 1
    end = later(paper.start, paper.months + number * paper.renewal)
    end -= timedelta(0) if paper.before_the_renewal else DAY
    day, worked = end, 0
    while not _is_whole(paper, day, end, worked):
        worked += day.weekday() < 5 and day not in FREE
        day -= DAY
    return day


def _is_whole(paper: Written, day: date, end: date, worked: int) -> bool:
    if paper.unit == "business day":
        return worked >= paper.notice
    over = later(day, paper.notice) if paper.unit == "month" else day + paper.notice * (7 if paper.unit == "week" else 1) * DAY
    return over <= end


def reviewed(text: str) -> ContractReview:
    return read_contract_file(text.encode(), filename="paper.txt").review


@given(papers(), st.integers(0, 4000))
@settings(max_examples=60, deadline=None)
def test_a_last_day_to_act_is_never_after_the_last_valid_one_however_the_paper_says_it(paper: Written, ahead: int) -> None:
    review = reviewed(paper.text)
    plan = plan_of(review)
    assert plan is not None, review.undated
    first = review.decide_by(FREE)
    assert first is not None
    for today, told in ((paper.start, first), (paper.start + ahead * DAY, None)):
        watch = watch_at(plan, today, FREE)
        assert watch is not None
        act_by, valid = told or watch.decide_by, last_valid_day(paper, today)
        assert act_by <= valid
        assert (valid - act_by).days <= LEAST_EARLY


GLPI_23084 = (
    "Der Vertrag beginnt am 29. August 2024 und hat eine Laufzeit von 12 Monaten. Er verlängert sich stillschweigend um jeweils 12 Monate,"
    " wenn er nicht mit einer Frist von zwei Monaten zum Ende der Laufzeit gekündigt wird."
)
GLPI_15893 = (
    "This contract commences on 1 August 2020 for an initial term of thirty-six (36) months and renews automatically for periods of twelve"
    " (12) months unless three (3) months' notice is given before the end of the term."
)
VENDURIS = (
    "This Agreement commences on January 1, 2025. The initial term is one (1) year. It automatically renews for one year unless a party"
    " gives notice at least ninety (90) calendar days before the end of the then current term."
)


@pytest.mark.parametrize(
    ("text", "today", "last"),
    [
        (GLPI_23084, date(2026, 2, 11), date(2026, 6, 26)),  # the 28th is a Sunday; and of 2026, not of the first term
        (GLPI_15893, date(2020, 8, 1), date(2023, 4, 28)),  # the 30th is a Sunday
        (GLPI_15893, date(2026, 11, 23), date(2027, 4, 30)),
        (VENDURIS, date(2025, 1, 1), date(2025, 10, 2)),
        (VENDURIS.replace("January 1, 2025", "February 29, 2024"), date(2027, 3, 1), date(2027, 11, 30)),
        (VENDURIS.replace("calendar days", "days").replace("ninety (90)", "one hundred twenty (120)"), date(2025, 1, 1), date(2025, 9, 2)),
        (VENDURIS.replace("ninety (90) calendar days", "fourteen (14) business days"), date(2025, 1, 1), date(2025, 12, 9)),
        (
            VENDURIS.replace("ninety (90) calendar days", "14 days (excluding weekends and public holidays)"),
            date(2025, 1, 1),
            date(2025, 12, 9),
        ),
        (f'{VENDURIS.replace("ninety (90) calendar", "14")} Here "days" means business days.', date(2025, 1, 1), date(2025, 12, 9)),
        (VENDURIS.replace("one (1) year", "one (l) year").replace("ninety (90) calendar", "[30]"), date(2025, 1, 1), date(2025, 12, 1)),
    ],
)
def test_the_last_days_that_others_got_wrong_are_right_from_the_paper_on(text: str, today: date, last: date) -> None:
    plan = plan_of(reviewed(f"HOSTING AGREEMENT\n\n1. {text}\n"))
    assert plan is not None
    watch = watch_at(plan, today, FREE if "business" in text or "weekends" in text else frozenset())
    assert watch is not None
    assert watch.decide_by == last


TERM = "This Agreement commences on March 1, 2026. The initial term is twelve (12) months."
RENEWS = "It automatically renews for successive terms of one (1) year unless notice is given {} before the end of the then current term."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{TERM.replace('(12)', '(24)')} {RENEWS.format('60 days')}", ""),
        (f"{TERM} {RENEWS.format('60 days')} The initial term is two (2) years.", "the initial term is 12 or 24"),
        (f"{TERM} {RENEWS.format('60 days').replace('one (1) year', 'one (2) year')}", '"one (2) year" says two things'),
        (f"{TERM} It automatically renews for one year unless a party gives notice no later than the tenth of the last month.", "by when"),
        (f"{TERM} Whoever wants no renewal gives notice at least 60 days before the end of the term.", "whether it renews by itself"),
        (
            f"{TERM.replace('twelve (12) months', '12 months following the Launch Date')} {RENEWS.format('60 days')}",
            "on which day its term begins",
        ),
        (f"{TERM} {RENEWS.format('60 days')} This Agreement shall expire on December 31, 2026.", "its first term ends on 2026-12-31 or on"),
        (f"{TERM.replace('March 1, 2026', '03/04/2026')} {RENEWS.format('60 days')}", ""),
        (f"{TERM.replace('March 1', 'March __')} {RENEWS.format('60 days')}", ""),
        (f"{TERM.replace('twelve (12) months', '12 months from activation')} {RENEWS.format('60 days')}", "on which day its term begins"),
    ],
)
def test_where_a_paper_may_be_read_two_ways_no_last_day_is_told_and_it_is_said_why(text: str, says: str) -> None:
    review = reviewed(f"HOSTING AGREEMENT\n\n1. {text}\n")
    assert review.decide_by() is None
    assert plan_of(review) is None
    assert says in review.undated
    told = [finding for finding in review.findings if finding.text.startswith("no last day to act is told")]
    assert [finding.severity for finding in told] == ([Severity.CONCERN] if says else [])
    assert not any(clause.value == "1 year" for clause in review.clauses if clause.kind is ClauseKind.NOTICE)  # that is the renewal
    assert not any(finding.text.endswith("no notice period is stated") for finding in review.findings)


def test_a_start_that_reads_two_ways_is_told_and_only_another_date_of_the_paper_settles_it() -> None:
    start = TERM.replace("March 1, 2026", "03/04/2026")
    paper = f"HOSTING AGREEMENT\n\n1. {start} {RENEWS.format('60 days')}\n\n2. The laws of the State of Delaware govern it; USD 500 are due on {{}}.\n"
    open_one = reviewed(paper.format("1 May 2026"))
    assert (open_one.effective_on, open_one.decide_by()) == (None, None)
    assert "03/04/2026 may be read as two different days" in {finding.text for finding in open_one.findings}
    assert reviewed(paper.format("05/25/2026")).effective_on == date(2026, 3, 4)
    assert reviewed(paper.format("25/05/2026")).effective_on == date(2026, 4, 3)


def test_the_earlier_of_two_notices_counts_and_one_that_opens_a_window_is_none() -> None:
    two = reviewed(
        f"HOSTING AGREEMENT\n\n1. {TERM} {RENEWS.format('60 days')} A non-renewal needs 90 days notice before the end of the term.\n"
    )
    assert two.decide_by() == date(2026, 11, 30)
    window = reviewed(f"HOSTING AGREEMENT\n\n1. {TERM} {RENEWS.format('not less than 30 days and not more than 90 days')}\n")
    assert (window.decide_by(), window.notice_days) == (date(2027, 1, 29), 30)


def test_a_length_of_an_insurance_beside_it_is_no_second_first_term() -> None:
    insured = "Provider shall keep liability insurance in force for a period of three (3) years."
    term = TERM.replace("twelve (12) months", "1 month").replace("commences on", "is effective as of")
    notice = "Notice of termination must be given no later than 14 days before the end of the then current term. Otherwise this Agreement renews for 1 year."
    review = reviewed(f"HOSTING AGREEMENT\n\n1. {term} {notice}\n\n2. {insured}\n\n3. The laws of Ireland govern it.\n")
    assert (review.undated, review.initial_term_months, review.decide_by()) == ("", 1, date(2026, 3, 17))


def test_a_renewal_of_a_length_that_is_not_stated_is_reckoned_by_the_month() -> None:
    review = reviewed(f"HOSTING AGREEMENT\n\n1. {TERM} It renews automatically unless notice is given 30 days before its end.\n")
    plan = plan_of(review)
    assert plan is not None
    watch = watch_at(plan, date(2027, 6, 10))
    assert watch is not None
    assert watch.decide_by <= date(2028, 1, 29)
    assert review.decide_by() == date(2027, 1, 29)
