"""What the rules did not read, from the values that the trained finder's passages state; and the plan of the terms where both agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from agents.contract_reader.reading import Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues, Stated
from memory.domain.contract import ClauseKind
from memory.domain.terms import NoticeWindow, TermPlan

T = TypeVar("T")
_DAYS_IN = {"days": 1, "business_days": 1, "weeks": 7, "months": 30}
_SMALL = frozenset({"and", "of", "the"})


def completed(reading: Reading, values: ContractValues, text: str) -> Reading:
    """Return a reading with what it lacks taken from `values`. A value that the rules read is never replaced."""
    further: dict[str, Any] = dict(_further(reading, values, text))
    return replace(reading, **further, plan=_plan(reading, values))


def _further(reading: Reading, values: ContractValues, text: str) -> Iterator[tuple[str, Proven[object]]]:
    kind, plan = ClauseKind, values.plan()
    if reading.effective_on is None and values.effective_on:
        yield "effective_on", _at(values.effective_on.day, kind.EFFECTIVE_DATE, text, values.effective_on.start, values.effective_on.end)
    if reading.initial_months is None and values.ending and plan and plan.initial and plan.initial.months:
        yield "initial_months", _at(plan.initial.months, kind.INITIAL_TERM, text, values.ending.start, values.ending.end)
    renewal = values.renewal
    if renewal and reading.auto_renews is None:
        yield "auto_renews", _stated(renewal, renewal.value.automatic, kind.RENEWAL, text)
    if renewal and renewal.value.length and renewal.value.length.months and reading.renewal_months is None:
        yield "renewal_months", _stated(renewal, renewal.value.length.months, kind.RENEWAL, text)
    ends_by_itself = reading.auto_renews is not None and not reading.auto_renews.value  # then no notice is needed to end it
    if values.notice and reading.notice_days is None and not ends_by_itself:
        yield "notice_days", _stated(values.notice, days_of(values.notice.value), kind.NOTICE, text)
    if values.law and not values.law.value.undecided and len(values.law.value.names) == 1 and reading.governing_law is None:
        yield "governing_law", _stated(values.law, _named(values.law.value.names[0]), kind.GOVERNING_LAW, text)


def _plan(reading: Reading, values: ContractValues) -> TermPlan | None:
    """Return the plan of the terms, unless the rules read another start, length or renewal: then nobody knows."""
    plan = values.plan()
    if plan is None:
        return None
    starts, initial, renews, renewal = reading.effective_on, reading.initial_months, reading.auto_renews, reading.renewal_months
    agrees = (
        (starts is None or starts.value == plan.start)
        and (initial is None or plan.initial is None or initial.value == plan.initial.months)
        and (renews is None or renews.value == plan.auto_renews)
        and (renewal is None or plan.renewal is None or renewal.value == plan.renewal.months)
        and (reading.notice_days is None or plan.notice is None or reading.notice_days.value == days_of(plan.notice))
    )
    if not agrees:
        return None
    return plan if plan.auto_renews else plan.model_copy(update={"notice": None})


def days_of(notice: NoticeWindow) -> int:
    """Return how many days a notice window takes, a month as 30; the calendar itself reckons with the window."""
    return notice.length * _DAYS_IN[notice.unit]


def _stated(stated: Stated[Any], value: T, kind: ClauseKind, text: str) -> Proven[T]:
    return _at(value, kind, text, stated.start, stated.end)


def _at(value: T, kind: ClauseKind, text: str, start: int, end: int) -> Proven[T]:
    return Proven(value, Sentence(start, end, text[start:end]), kind)


def _named(place: str) -> str:
    return " ".join(word if word in _SMALL else word.capitalize() for word in place.split())
