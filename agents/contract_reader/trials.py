"""A trial that a paper grants: "30-day free trial starting 1 March 2027". Only one whose last day follows from the paper is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agents.contract_reader.sentences import Sentence, sentences
from agents.contract_reading.values.stretches import lengths
from agents.contract_reading.values.written_dates import MONTHS, written_dates
from memory.domain.contract import TrialPeriod
from memory.domain.days import add_months

_I = re.IGNORECASE
_TRIAL = re.compile(
    r"\b(?:free|evaluation|no-charge|complimentary)[ -]trial\b|\btrial (?:period|phase|term|subscription)\b|\b(?:day|week|month)s?\)?[ -](?:free )?trial\b"
    r"|\btrial (?:starts?|begins?|ends?|runs?|of)\b|\btest(?:phase|zeitraum|zeit|monat)\b|\bprobe(?:zeitraum|phase|abo|monat)\b",
    _I,
)
#: Other trials, and sentences that grant none.
_OTHER = re.compile(
    r"\b(?:jury|court|clinical|tribunal)\b|\b(?:no|without|neither|kein\w*|ohne)\s+(?:[\w-]+\s+){0,2}(?:trial|test|probe)|\bmay (?:offer|provide|grant)\b",
    _I,
)
_SENTENCE = 2000  # characters; what is longer is no sentence
_START = re.compile(r"\b(?:start(?:s|ing)?|begin(?:s|ning)?|commenc(?:es|ing)|from|on|as of|ab|beginnt|beginnend|vom|am)\b[^.;]{0,25}$", _I)
_END = re.compile(r"\b(?:ends?|ending|expires?|until|through|till|endet|bis)\b[^.;]{0,25}$", _I)
_BY_CONTRACT = re.compile(
    r"\b(?:from|on|start\w*|begin\w*|commenc\w*|as of|ab|mit)\b[^.;]{0,20}\b(?:effective date|start date|commencement date|date of this agreement|vertragsbeginn|inkrafttreten)\b",
    _I,
)
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_WITHOUT_YEAR = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?({_NAMES})\b\.?(?!,? *\d)|\b({_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? *\d)", _I
)
#: Days: the longest trial, and how far a day without a year may lie off. Characters: how near a length stands to the trial that it is of.
_LONGEST, _HALF_A_YEAR, _NEAR, _BEFORE = 190, 183, 20, 60


def trial_in(text: str, effective_on: date | None) -> TrialPeriod | None:
    """Return the first trial of which the paper tells the last day, or the first day and the length; else None."""
    if not _TRIAL.search(text):
        return None
    return next((trial for sentence in sentences(text) for trial in _trials(sentence, effective_on)), None)


def _trials(sentence: Sentence, effective_on: date | None) -> Iterator[TrialPeriod]:
    words = sentence.text
    if len(words) > _SENTENCE or not _TRIAL.search(words) or _OTHER.search(words):
        return
    placed = [*((one.start, one.day) for one in written_dates(words) if one.day), *_without_year(words, effective_on)]
    ends = [day for at, day in placed if _END.search(words[max(0, at - _BEFORE) : at])]
    starts = [day for at, day in placed if _START.search(words[max(0, at - _BEFORE) : at]) and day not in ends]
    if not placed and effective_on is not None and _BY_CONTRACT.search(words):
        starts = [effective_on]
    long = [one for one in lengths(words) if (one.days or one.months) and _TRIAL.search(words[max(0, one.start - _NEAR) : one.end + _NEAR])]
    if len(ends) == 1:
        yield TrialPeriod(last_day=ends[0], span=sentence.span)
    elif not ends and len(starts) == 1 and len(long) == 1:
        days, months = long[0].days, long[0].months
        last = (add_months(starts[0], months) if months else starts[0] + timedelta(days=days or 0)) - timedelta(days=1)
        if (last - starts[0]).days <= _LONGEST:
            yield TrialPeriod(last_day=last, span=sentence.span)


def _without_year(words: str, effective_on: date | None) -> Iterator[tuple[int, date]]:
    """Yield days without a year ("1 March"), of the year in which they lie nearest to the day from which the paper holds."""
    if effective_on is None:
        return
    for found in _WITHOUT_YEAR.finditer(words):
        day, month = int(found[1] or found[4]), MONTHS[(found[2] or found[3]).casefold()]
        for year in (effective_on.year - 1, effective_on.year, effective_on.year + 1):
            try:
                one = date(year, month, day)
            except ValueError:
                continue
            if abs((one - effective_on).days) < _HALF_A_YEAR:
                yield found.start(), one
