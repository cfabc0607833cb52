"""How long a contract binds, as one plan for the calendar: from what the rules and the values read, the earlier of two notices.

Where a part of it can be read two ways (or its words and its figure differ) there is no plan and no last day to act, and it is
said why: a date that is too late is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from agents.contract_reader import term_values
from agents.contract_reader.reading import Doubt, Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues
from agents.contract_reading.values.ending import Ending
from agents.contract_reading.values.stretches import lengths, stretches
from agents.contract_reading.values.windows import as_defined, days_at_most
from agents.contract_reading.values.written_dates import whole_dates
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.days import ONE_DAY, add_months
from memory.domain.terms import Length, NoticeWindow, TermPlan, notice_deadline

_SAID_NO = re.compile(r"\bnotice\b|\bnotif|\bcancel|\bterminat|\bkünd|\bopts? out|\bnon-?renew", re.IGNORECASE)
_GOES_ON = re.compile(r"\brenew|\bnon-?renew|\bextend|\bprolong|\bcontinu|\broll(?:s|ed)? over|\bverläng|\bthen[- ]current", re.IGNORECASE)
_UNLESS = re.compile(r"\bunless\b|\b(?:sofern|falls|wenn)\b[^.;]{0,60}\bnicht\b", re.IGNORECASE)
_FROM_AN_EVENT = re.compile(
    r"(?:months?|years?|days|monat\w*|jahr\w*|tag\w*)\W+(?:\w+\W+){0,2}?(?:following|from|after|of|upon|ab|nach|seit)\s+(?:(?:the|its|your|der|dem|die)\s+)?(?:\w+\s+)?"
    r"(?:launch|go[- ]?live|deliver|accept|install|activat|opening|completion|first\s+(?:use|order|invoice|delivery|login)|inbetriebnahme|abnahme|lieferung|freischaltung|aktivierung|bereitstellung)",
    re.IGNORECASE,
)
_BY_A_DAY = re.compile(r"\b(?:(?:no|not) later than|on or before|prior to the|by the|spätestens|bis zum|fortnight)\b", re.IGNORECASE)
_ENDS_ON = re.compile(
    r"\b(?:agreement|contract|term|vertrag|laufzeit)\b[^.;,]{0,40}\b(?:expires?|ends?|terminates?|endet|läuft(?: bis)?)(?: automatically)?\s+(?:on|am|bis|zum)\s+(?:the |zum )?(?=\w)",
    re.IGNORECASE,
)
_A_DATE = 24  # characters
_FREE_DAYS = 4  # holidays, and the weekends between them, that a short notice of business days may meet
_TERM_KINDS = (ClauseKind.INITIAL_TERM, ClauseKind.RENEWAL)


def with_plan(reading: Reading, values: ContractValues, text: str) -> Reading:
    """Return the reading with the plan of its terms, or with what keeps it from having one."""
    plan = _plan(reading, values)
    if plan is None:
        return reading
    doubt = next(_doubts(reading, values, text), None)
    return replace(reading, doubt=doubt) if doubt else replace(reading, plan=_with_notice(plan, reading, values, text))


def _plan(reading: Reading, values: ContractValues) -> TermPlan | None:
    """Return the terms without their notice; None where start or length is not stated."""
    starts, initial, told = reading.effective_on, reading.initial_months, values.plan()
    renews = bool(reading.auto_renews and reading.auto_renews.value)
    renewal = _renewal(reading, values) if renews else None
    if starts is None:
        return None
    if initial is not None:
        return TermPlan(start=starts.value, initial=Length(months=initial.value), renewal=renewal, auto_renews=renews)
    return told and told.model_copy(update={"renewal": renewal, "auto_renews": renews, "notice": None})


def _renewal(reading: Reading, values: ContractValues) -> Length:
    """Return for how long it renews. Where that is not stated, a month: in terms of whole months no later day comes of it."""
    if reading.renewal_months:
        return Length(months=reading.renewal_months.value)
    return (values.renewal and values.renewal.value.length) or Length(months=1)


def _with_notice(plan: TermPlan, reading: Reading, values: ContractValues, text: str) -> TermPlan:
    """Return the plan with the notice that is to be given earliest; none is needed to end what ends by itself."""
    plans = [plan.model_copy(update={"notice": as_defined(window, text)}) for window in _windows(reading, values)]
    return min(plans, key=lambda one: notice_deadline(one, one.start) or plan.start) if plans and plan.auto_renews else plan


def _windows(reading: Reading, values: ContractValues) -> Iterator[NoticeWindow]:
    if reading.notice_days is not None and not _is_of_values(reading, values):
        notices = reading.found.get(ClauseKind.NOTICE, [])
        stated = [reading.notice_days.sentence, *notices]
        for reader in (term_values.renewal_window, term_values.exit_window):
            found = [window for sentence in stated if (window := reader(sentence.flat))]
            yield from found
            if found:
                break
        else:
            yield NoticeWindow(length=reading.notice_days.value)
    if values.notice:
        yield values.notice.value


def _is_of_values(reading: Reading, values: ContractValues) -> bool:
    """Return whether the days of notice are only those that the other reader read, at their most."""
    if values.notice is None or reading.notice_days is None:
        return False
    words = reading.notice_days.sentence.flat
    return not (term_values.renewal_window(words) or term_values.exit_window(words))


def _two_calendars(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield two notices of which the holidays decide which is to be given earlier: 20 business days, or 30 days."""
    windows, notice = set(_windows(reading, values)), reading.notice_days
    for window in windows:
        holidays = _FREE_DAYS + window.length // 5
        others = (days_at_most(other) for other in windows if window.unit == "business_days" and other.unit != "business_days")
        if notice and any(window.length < days < days_at_most(window) + holidays for days in others):
            yield _doubt("which of two notices is to be given earlier depends on the holidays", notice)


def _doubts(reading: Reading, values: ContractValues, text: str) -> Iterator[Doubt]:
    yield from _contradictions(reading, values)
    yield from _two_lengths(reading, values)
    yield from _two_readings(reading, values, text)
    yield from _two_calendars(reading, values)
    yield from _perhaps_renewing(reading)
    yield from _notice_unread(reading, values)


def _contradictions(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield what two sentences say differently, unless the other reader settles it: it may be the day of something else."""
    settled = {ClauseKind.EFFECTIVE_DATE} if values.effective_on else set()  # where the two differ see `_two_readings`
    for kind, said, sentence in reading.unclear:
        if kind in {ClauseKind.EFFECTIVE_DATE, *_TERM_KINDS} - settled:
            yield Doubt(f"the {kind.value.replace('_', ' ')} is {said.replace(' and ', ' or ')}", kind, sentence)


def _two_lengths(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield the lengths of which words and figure differ, in what is said of the terms and of the notice that ends them."""
    notices = [s for s in reading.found.get(ClauseKind.NOTICE, ()) if term_values.may_end_it(s.flat)]
    stated = [(kind, s) for kind in _TERM_KINDS for s in reading.found.get(kind, ())] + [(ClauseKind.NOTICE, s) for s in notices]
    for kind, sentence in stated:
        if any(sentence.start <= start < sentence.end for start, _ in values.doubtful):
            odd = next((one for one in stretches(sentence.flat) if one.count is None), None)
            said = f'"{sentence.flat[odd.start : odd.end]}"' if odd else "a length"
            yield Doubt(f"{said} says two things", kind, sentence)


def _two_readings(reading: Reading, values: ContractValues, text: str) -> Iterator[Doubt]:
    starts, initial, renews, renewal = reading.effective_on, reading.initial_months, reading.auto_renews, reading.renewal_months
    if starts and values.effective_on and values.effective_on.day != starts.value:
        yield _doubt(f"it takes effect on {starts.value} or on {values.effective_on.day}", starts)
    ending, told = values.ending, values.plan()
    open_start = ending and ending.length and not ending.exact and values.effective_on
    if initial and (open_start or _FROM_AN_EVENT.search(initial.sentence.flat)):
        yield _doubt("on which day its term begins is not stated", initial)
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


def _notice_unread(reading: Reading, values: ContractValues) -> Iterator[Doubt]:
    """Yield where somebody must say no in time, and by when was not read."""
    if (reading.auto_renews and not reading.auto_renews.value) or (
        reading.notice_days is not None and not _is_the_renewal(reading, values)
    ):
        return
    known = {months.value for months in (reading.initial_months, reading.renewal_months) if months}
    for kind in (ClauseKind.NOTICE, ClauseKind.RENEWAL):
        for sentence in reading.found.get(kind, ()):
            words = sentence.flat
            other = any(one.months not in known for one in lengths(words))
            if _GOES_ON.search(words) and _SAID_NO.search(words) and (other or _BY_A_DAY.search(words)):
                yield Doubt("by when it must be told that it shall not renew could not be read", kind, sentence)


def _is_the_renewal(reading: Reading, values: ContractValues) -> bool:
    """Return whether the only notice that was read is as long as the renewal beside it, and so most likely that."""
    notices = [sentence.flat for sentence in reading.found.get(ClauseKind.NOTICE, ())]
    if values.notice is None or any(term_values.renewal_window(words) or term_values.exit_window(words) for words in notices):
        return False
    window, renewal = values.notice.value, reading.renewal_months
    return window.unit == "months" and renewal is not None and renewal.value == window.length


def _meets(proven: Proven[bool], start: int, end: int) -> bool:
    return proven.sentence.start < end and start < proven.sentence.end


def _doubt(words: str, proven: Proven[object]) -> Doubt:
    return Doubt(words, proven.kind, proven.sentence)
