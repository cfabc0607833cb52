"""How long a contract binds, as one plan for the calendar: from what the rules and the values read, the earlier of two notices.

Where a part of it can be read two ways (or its words and its figure differ) there is no plan and no last day to act, and it is
said why: a date that is too late is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from agents.contract_reader import term_values
from agents.contract_reader.against_renewal import by_the_calendar, unread, windows
from agents.contract_reader.ends import last_day, runs_on
from agents.contract_reader.reading import Doubt, Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues
from agents.contract_reading.values.ending import Ending
from agents.contract_reading.values.stretches import stretches
from agents.contract_reading.values.windows import as_defined, days_at_most
from agents.contract_reading.values.written_dates import whole_dates
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.days import ONE_DAY, add_months
from memory.domain.terms import Length, NoticeWindow, TermPlan, notice_deadline, plan_from_end

_GOES_ON = re.compile(r"\brenew|\bnon-?renew|\bextend|\bprolong|\bcontinu|\broll(?:s|ed)? over|\bverläng|\bthen[- ]current", re.IGNORECASE)
_UNLESS = re.compile(r"\bunless\b|\b(?:sofern|falls|wenn)\b[^.;]{0,60}\bnicht\b", re.IGNORECASE)
_FROM_AN_EVENT = re.compile(
    r"(?:months?|years?|days|monat\w*|jahr\w*|tag\w*)\W+(?:\w+\W+){0,2}?(?:following|from|after|of|upon|ab|nach|seit)\s+(?:(?:the|its|your|der|dem|die)\s+)?(?:\w+\s+)?"
    r"(?:launch|go[- ]?live|deliver|accept|install|activat|opening|completion|first\s+(?:use|order|invoice|delivery|login)|inbetriebnahme|abnahme|lieferung|freischaltung|aktivierung|bereitstellung)",
    re.IGNORECASE,
)
_ENDS_ON = re.compile(
    r"\b(?:agreement|contract|term|vertrag|laufzeit)\b[^.;,]{0,40}\b(?:expires?|ends?|terminates?|endet|läuft(?: bis)?)(?: automatically)?\s+(?:on|am|bis|zum)\s+(?:the |zum )?(?=\w)",
    re.IGNORECASE,
)
_A_DATE = 24  # characters
_FREE_DAYS = 4  # holidays, and the weekends between them, that a short notice of business days may meet
_ANY_PLAN = TermPlan(start=date(2000, 1, 1), initial=Length(months=12), renewal=Length(months=12), auto_renews=True)  # to read notices by
_TERM_KINDS = (ClauseKind.INITIAL_TERM, ClauseKind.RENEWAL)


def with_plan(reading: Reading, values: ContractValues, text: str) -> Reading:
    """Return the reading with the plan of its terms, with what keeps it from telling a last day to act, or with the notice that ends it."""
    plan = _plan(reading, values)
    if plan is None:
        told = tuple(islice(unread(reading, values, _ANY_PLAN, text), 1)) if reading.auto_renews else ()
        return replace(reading, doubts=told, runs_on=runs_on(reading, values))
    known = [as_defined(window, text) for window in windows(reading, values, plan)]
    found = chain(_doubts(reading, values, text, known), islice(unread(reading, values, plan, text), 1))
    return replace(
        reading,
        plan=_with_notice(plan, known),
        notice_days=reading.notice_days or by_the_calendar(reading, plan),
        doubts=tuple({doubt.says: doubt for doubt in found}.values()),
        unsure=tuple(_longer_taken(reading, values)),
    )


def _plan(reading: Reading, values: ContractValues) -> TermPlan | None:
    """Return the terms without their notice; None where they are not stated."""
    starts, initial, told = reading.effective_on, reading.initial_months, values.plan()
    renews = bool(reading.auto_renews and reading.auto_renews.value)
    renewal = _renewal(reading, values) if renews else None
    if starts and initial:
        return TermPlan(start=starts.value, initial=Length(months=initial.value), renewal=renewal, auto_renews=renews)
    if starts and told:
        return told.model_copy(update={"renewal": renewal, "auto_renews": renews, "notice": None})
    last = last_day(reading)
    if last and starts:
        return TermPlan(start=starts.value, ends_on=last, renewal=renewal, auto_renews=renews)
    return plan_from_end(last, renewal) if last and renewal else None


def _renewal(reading: Reading, values: ContractValues) -> Length:
    """Return for how long it renews. Where that is not stated, a month: in terms of whole months no later day comes of it."""
    if reading.renewal_months:
        return Length(months=reading.renewal_months.value)
    return (values.renewal and values.renewal.value.length) or Length(months=1)


def _with_notice(plan: TermPlan, known: Sequence[NoticeWindow]) -> TermPlan:
    """Return the plan with the notice that is to be given earliest; none is needed to end what ends by itself."""
    plans = [plan.model_copy(update={"notice": window}) for window in known]
    return min(plans, key=lambda one: notice_deadline(one, one.start) or plan.start) if plans and plan.auto_renews else plan


def _doubts(reading: Reading, values: ContractValues, text: str, known: Iterable[NoticeWindow]) -> Iterator[Doubt]:
    yield from _contradictions(reading, values)
    yield from _two_lengths(reading, values)
    yield from _two_readings(reading, values, text)
    yield from _two_calendars(reading, known)
    yield from islice(_perhaps_renewing(reading), 1)


def _two_calendars(reading: Reading, known: Iterable[NoticeWindow]) -> Iterator[Doubt]:
    """Yield two notices of which the holidays decide which is to be given earlier: 20 business days, or 30 days."""
    stated, notice = set(known), reading.notice_days
    for window in stated:
        holidays = _FREE_DAYS + window.length // 5
        others = (days_at_most(other) for other in stated if window.unit == "business_days" and other.unit != "business_days")
        if notice and any(window.length < days < days_at_most(window) + holidays for days in others):
            yield _doubt("which of two notices is to be given earlier depends on the holidays", notice)


def _contradictions(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield what two sentences say differently, unless the other reader settles it: it may be the day of something else."""
    settled = {ClauseKind.EFFECTIVE_DATE} if values.effective_on else set()  # where the two differ see `_two_readings`
    for kind, said, sentence in reading.unclear:
        if kind in {ClauseKind.EFFECTIVE_DATE, *_TERM_KINDS} - settled:
            yield Doubt(f"the {kind.value.replace('_', ' ')} is {said.replace(' and ', ' or ')}", kind, sentence)


def _two_lengths(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield the lengths of terms of which words and figure differ."""
    yield from (Doubt(f"{said} says two things", kind, s) for kind, s, said in _odd(reading, values, _TERM_KINDS))


def _longer_taken(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield the notices of which words and figure differ: the longer of the two is never late."""
    for kind, sentence, said in _odd(reading, values, (ClauseKind.NOTICE,)):
        if term_values.may_end_it(sentence.flat):
            yield Doubt(f"{said} says two things; the longer is taken for the notice", kind, sentence)


def _odd(reading: Reading, values: ContractValues, kinds: Iterable[ClauseKind]) -> Iterator[tuple[ClauseKind, Sentence, str]]:
    for kind, sentence in ((one, sentence) for one in kinds for sentence in reading.found.get(one, ())):
        if not any(sentence.start <= start < sentence.end for start, _ in values.doubtful):
            continue
        for odd in (one for one in stretches(sentence.flat) if one.count is None):
            if term_values.is_notice(sentence.flat, odd) == (kind is ClauseKind.NOTICE):
                yield kind, sentence, f'"{sentence.flat[odd.start : odd.end]}"'


def _two_readings(reading: Reading, values: ContractValues, text: str) -> Iterator[Doubt]:
    starts, initial, renews, renewal = reading.effective_on, reading.initial_months, reading.auto_renews, reading.renewal_months
    if starts and values.effective_on and values.effective_on.day != starts.value:
        yield _doubt(f"it takes effect on {starts.value} or on {values.effective_on.day}", starts)
    ending, told = values.ending, values.plan()
    open_start = ending and ending.length and not ending.exact and values.effective_on
    if initial and (open_start or _FROM_AN_EVENT.search(initial.sentence.flat)):
        yield Doubt("on which day its term begins is not stated", ClauseKind.EFFECTIVE_DATE, initial.sentence)
    others = told.initial.months if told and told.initial else 0
    if initial and ending and others not in {0, initial.value} and not term_values.is_of_another(_saying_it(ending, text)):
        yield _doubt(f"its first term is {initial.value} or {others} months", initial)
    if starts and initial:
        last = add_months(starts.value, initial.value) - ONE_DAY
        for end in _stated_ends(reading, starts.value, told):
            if end not in {last, last + ONE_DAY}:
                yield _doubt(f"its first term ends on {end} or on {last}", initial)
    told_renewal = values.renewal.value.length if values.renewal else None
    if renewal and told_renewal and told_renewal.months and told_renewal.months != renewal.value:
        yield _doubt(f"it renews for {renewal.value} or for {told_renewal.months} months", renewal)
    if (
        renews
        and not renews.value
        and values.renewal
        and values.renewal.value.automatic
        and not _meets(renews, values.renewal.start, values.renewal.end)
    ):
        yield _doubt("whether it renews by itself is said in two ways", renews)


def _saying_it(ending: Ending, text: str) -> str:
    """Return the one sentence of the passage that states the length of the term."""
    words, length = text[ending.start : ending.end], ending.length
    if length is None:
        return words
    start = max(words.rfind(stop, 0, length.start) for stop in (". ", ".\n", "\n\n")) + 1
    end = words.find(". ", length.end)
    return words[start : end if end >= 0 else len(words)]


def _stated_ends(reading: Reading, start: date, told: TermPlan | None) -> Iterator[date]:
    """Yield the days on which it ends by itself that are stated beside the length of its term."""
    if told and told.ends_on:
        yield told.ends_on
    sighted = (seen.text for seen in reading.sighted if seen.kind is ClauseKind.EXPIRATION)
    for words in (*sighted, *(sentence.flat for sentence in reading.found.get(ClauseKind.INITIAL_TERM, ()))):
        for ends in _ENDS_ON.finditer(words):
            yield from (day for at, day in whole_dates(words[: ends.end() + _A_DATE]) if at >= ends.end() - 1 and day > start)


def _perhaps_renewing(reading: Reading) -> Iterator[Doubt]:
    """Yield the notice that keeps it from renewing, or what looks like a renewal, where nothing was read that lets it renew."""
    if reading.auto_renews is None or not reading.auto_renews.value:
        for seen in reading.sighted:
            if seen.kind is ClauseKind.AUTO_RENEWAL and seen.certainty is Certainty.SURE:
                yield Doubt("whether it renews by itself could not be read", seen.kind, Sentence(seen.start, seen.end, seen.text))
    for sentence in reading.found.get(ClauseKind.NOTICE, ()) if reading.auto_renews is None else ():
        words = sentence.flat
        if (_GOES_ON.search(words) or _UNLESS.search(words)) and term_values.renewal_window(words):
            yield Doubt("whether it renews by itself could not be read", ClauseKind.NOTICE, sentence)


def _meets(proven: Proven[bool], start: int, end: int) -> bool:
    return proven.sentence.start < end and start < proven.sentence.end


def _doubt(words: str, proven: Proven[object]) -> Doubt:
    return Doubt(words, proven.kind, proven.sentence)
