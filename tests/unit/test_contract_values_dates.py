"""Dates, lengths of time and the days a contract is made, holds and ends, in sentences of our own."""

from __future__ import annotations

import pytest

from agents.contract_reading.values.ending import ends_on
from agents.contract_reading.values.paper import Paper
from agents.contract_reading.values.starting import effective_on
from agents.contract_reading.values.stretches import stretches
from agents.contract_reading.values.written_dates import Order, figure_order, written_dates

HEAD = 'HOSTING AGREEMENT\n\nThis Hosting Agreement (the "Agreement") is made as of March 3, 2025 by and between Quince Ltd and Medlar LLC.\n\n'


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on this 1s t day of June, 2020", "2020-06-01"),
        ("24 OCT 2011", "2011-10-24"),
        ("the twenty-first (21st) day of May, 2024", "2024-05-21"),
        ("September 1st, 1999", "1999-09-01"),
        ("June 1,1999", "1999-06-01"),
        ("the 20 March day of 1998", "1998-03-20"),
        ("1st day of      --- November, 2003", "2003-11-01"),
        ("1. Januar 2026", "2026-01-01"),
        ("30.11.2026", "2026-11-30"),
        ("13/07/05", "2005-07-13"),
        ("2-Oct-15", "2015-10-02"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_a_date_is_read_however_it_is_written(words: str, day: str) -> None:
    assert [str(one.day) for one in written_dates(words)] == [day]


@pytest.mark.parametrize("words", ["____ day of ____, 2012", "May __, 2012", "3/4/2026", "as of [   ]"])
def test_a_date_that_is_open_or_reads_two_ways_has_no_day(words: str) -> None:
    assert [one.day for one in written_dates(words)] == [None]


def test_the_other_dates_of_a_paper_tell_which_figure_is_the_month() -> None:
    assert figure_order("Signed 25/12/2025; delivered 3/4/2026") is Order.DAY_FIRST
    assert figure_order("Signed 12/25/2025; delivered 3/4/2026") is Order.MONTH_FIRST
    assert figure_order("Delivered 3/4/2026") is Order.UNKNOWN


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("sixty (60) days", "60d"),
        ("one hundred and eighty (180) days", "180d"),
        ("a two-year term", "24m"),
        ("18 (eighteen) months", "18m"),
        ("half a year", "6m"),
        ("six weeks", "42d"),
        ("renews annually", "12m"),
        ("from month to month", "1m"),
        ("drei Monate", "3m"),
        ("one (I) year", "12m"),
    ],
)
def test_a_length_of_time_has_one_normal_form(words: str, short: str) -> None:
    assert [one.short for one in stretches(words)] == [short]


def test_words_and_figure_that_differ_are_no_length() -> None:
    assert [one.short for one in stretches("thirty (60) days")] == [None]
    assert [one.short for one in stretches("60 (thirty) days")] == [None]


def test_business_days_are_told_from_calendar_days() -> None:
    assert [one.business for one in stretches("five (5) business days or ten calendar days")] == [True, False]


@pytest.mark.parametrize(
    ("text", "made", "holds"),
    [
        (HEAD, "2025-03-03", "2025-03-03"),
        (HEAD + 'It takes effect on April 1, 2025 (the "Effective Date").', "2025-03-03", "2025-04-01"),
        (HEAD + '"Effective Date" means the date first written above.', "2025-03-03", "2025-03-03"),
        (HEAD + "The term of this Agreement shall commence on May 5, 2025.", "2025-03-03", "2025-05-05"),
        (
            "AMENDMENT\n\nThis Amendment is entered into on July 7, 2025 and amends the Lease dated as of May 2, 2019.",
            "2025-07-07",
            "2025-07-07",
        ),
        (
            "SERVICES CONTRACT\n\nBy: /s/ Ann Alder\nDate: June 1, 2025\n\nBy: /s/ Bo Birch\nDate: June 4, 2025\n",
            "2025-06-04",
            "2025-06-04",
        ),
        (
            'It is effective on the day after the date of last signature ("Effective Date").\nBy: /s/ Bo Birch\nDate: June 4, 2025\n',
            "2025-06-04",
            "2025-06-05",
        ),
        (HEAD + "EXHIBIT A\n\n 2.1  Contract  start:  April 1, 2025\n 2.2  Contract  end:  April 1, 2027\n", "2025-03-03", "2025-04-01"),
        (
            'This Services Agreement (the "Agreement") is entered into on May 1, 2025 and is made effective as of June 1, 2025 by and between Quince and Medlar.',
            "2025-05-01",
            "2025-06-01",
        ),
        (
            'This Second Addendum to the Agreement, dated as of July 7, 2025 (this "Second Amendment"), is between Quince and Medlar. '
            'WHEREAS, they have entered into the Amendment dated as of May 2, 2019 (the "Amendment")',
            "2025-07-07",
            "2025-07-07",
        ),
        ("Dieser Vertrag tritt am 1. Februar 2026 in Kraft.", None, "2026-02-01"),
        ("Source: QUINCE LTD, 8-K, 3/4/2026\n\nAGREEMENT without a date", None, None),
    ],
)
def test_when_it_was_made_and_from_when_it_holds(text: str, made: str | None, holds: str | None) -> None:
    paper = Paper(text)
    began = effective_on(paper)
    assert (str(paper.made_on.day) if paper.made_on else None, str(began.day) if began else None) == (made, holds)


@pytest.mark.parametrize(
    ("clause", "ends"),
    [
        ("This Agreement shall remain in force for a period of three (3) years from the Effective Date.", "2028-03-03"),
        ("This Agreement shall expire on December 31, 2026 unless terminated earlier.", "2026-12-31"),
        ("This Agreement continues until the second anniversary of the Effective Date.", "2027-03-03"),
        ("The term of this Agreement is twelve months commencing on July 1, 2025.", "2026-07-01"),
        ("This Agreement shall continue until terminated by either party upon thirty days' notice.", "perpetual"),
        ("This Agreement is valid for an indefinite period.", "perpetual"),
        (
            "This Agreement runs from the Effective Date through the day prior to the second anniversary of the Effective Date.",
            "2027-03-02",
        ),
        ("This Agreement shall expire upon the later of the last game and the last day in February, 2028.", "2028-02-29"),
        ("This Agreement shall remain in effect until the end of the current calendar year.", "2025-12-31"),
        (
            "The Term ends on June 15, 2026; Medlar may choose to extend the initial Term of this Agreement by an additional year.",
            "2026-06-15",
        ),
        ("This Agreement begins on the Effective Date, ending on the expiration or termination of all orders.", "perpetual"),
        ("This Agreement holds until the termination of the Alliance, or until 36 months after a termination election.", "perpetual"),
        ('This Agreement runs for the Service Period. "Service Period" means April 1, 2025 through March 30, 2026.', "2026-03-30"),
        ("Either party may end this Agreement upon thirty (30) days' prior written notice of termination.", "perpetual"),
    ],
)
def test_how_it_ends(clause: str, ends: str | None) -> None:
    text = HEAD + clause
    paper = Paper(text)
    found = ends_on(paper, [(len(HEAD), len(text), 0.9)], effective_on(paper))
    assert (found.short if found else None) == ends


def test_a_length_from_a_day_the_paper_does_not_tell_gives_only_the_earliest_end() -> None:
    text = HEAD + "This Agreement shall continue for two (2) years from the Launch Date."
    paper = Paper(text)
    found = ends_on(paper, [(len(HEAD), len(text), 0.9)], effective_on(paper))
    assert (found.short, found.exact) == ("2027-03-03", False)
    sold = HEAD + "This Agreement is in force for one year after the closing of a sale of Quince, and all provisions hereof with it."
    found = ends_on(Paper(sold), [(len(HEAD), len(sold), 0.9)], effective_on(Paper(sold)))
    assert (found.short, found.exact) == ("2026-03-03", False)
    named = text + ' "Launch Date" means June 1, 2025.'
    found = ends_on(Paper(named), [(len(HEAD), len(text), 0.9)], effective_on(Paper(named)))
    assert (found.short, found.exact) == ("2027-06-01", True)
