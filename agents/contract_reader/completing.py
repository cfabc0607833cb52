"""What the rules did not read, from the values that the trained finder's passages state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from agents.contract_reader.reading import Proven, Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reading.values import ContractValues, Stated
from agents.contract_reading.values.windows import days_at_most
from memory.domain.contract import ClauseKind

T = TypeVar("T")
_SMALL = frozenset({"and", "of", "the"})


def completed(reading: Reading, values: ContractValues, text: str) -> Reading:
    """Return a reading with what it lacks taken from `values`. A value that the rules read is never replaced."""
    further: dict[str, Any] = dict(_further(reading, values, text))
    return replace(reading, **further)


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
        yield "notice_days", _stated(values.notice, days_at_most(values.notice.value), kind.NOTICE, text)
    if values.law and not values.law.value.undecided and len(values.law.value.names) == 1 and reading.governing_law is None:
        yield "governing_law", _stated(values.law, _named(values.law.value.names[0]), kind.GOVERNING_LAW, text)


def _stated(stated: Stated[Any], value: T, kind: ClauseKind, text: str) -> Proven[T]:
    return _at(value, kind, text, stated.start, stated.end)


def _at(value: T, kind: ClauseKind, text: str, start: int, end: int) -> Proven[T]:
    return Proven(value, Sentence(start, end, text[start:end]), kind)


def _named(place: str) -> str:
    return " ".join(word if word in _SMALL else word.capitalize() for word in place.split())
