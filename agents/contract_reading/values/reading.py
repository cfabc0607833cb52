"""Everything of value in a contract, typed, each with the place that proves it; and the plan of its terms for the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Generic, TypeVar

from agents.contract_reading.values import limits
from agents.contract_reading.values.clauses import LAW, laws, notices, renewals, sentence_around
from agents.contract_reading.values.ending import Ending, ends_on
from agents.contract_reading.values.law import chosen_by_region, governing_laws
from agents.contract_reading.values.making import Dated
from agents.contract_reading.values.paper import Paper
from agents.contract_reading.values.passages import best
from agents.contract_reading.values.renewing import goes_on_by_itself, notice_floor, notice_of, renewal_of
from agents.contract_reading.values.starting import effective_on
from agents.contract_reading.values.stretches import stretches
from agents.contract_reading.values.windows import length_of, window_of
from agents.contract_reading.values.written_dates import shown_order
from memory.domain.terms import Length, NoticeWindow, TermPlan

T = TypeVar("T")
Passages = Sequence[tuple[int, int, float]]


@dataclass(frozen=True)
class Stated(Generic[T]):
    """A value, and the place in the text that states it."""

    value: T
    start: int
    end: int


@dataclass(frozen=True)
class Renewal:
    """How it goes on: for `length` each time (None: open-ended), by itself or when somebody wants it to."""

    length: Length | None
    automatic: bool


@dataclass(frozen=True)
class Law:
    """The laws named; `undecided` where each region has its own, so that none is the answer for all."""

    names: tuple[str, ...]
    undecided: bool


@dataclass(frozen=True)
class ContractValues:
    """What a contract states. None or empty: not stated, or not to be read one way."""

    made_on: Dated | None
    effective_on: Dated | None
    ending: Ending | None
    renewal: Stated[Renewal] | None
    notice: Stated[NoticeWindow] | None
    law: Stated[Law] | None
    caps: tuple[Stated[limits.Cap], ...]
    increases: tuple[Stated[limits.Increase], ...]
    payment_days: tuple[Stated[int], ...]
    late_fees: tuple[Stated[limits.LateFee], ...]
    doubtful: tuple[tuple[int, int], ...]
    """Where words and figure of a stretch of time differ ("thirty (60) days")."""

    def plan(self) -> TermPlan | None:
        """Return the plan of its terms, or None where its start or its end is not told exactly."""
        if self.effective_on is None or self.ending is None or not self.ending.exact:
            return None
        renews = self.renewal.value if self.renewal else None
        initial, last = self._initial(), self.ending.day and self.ending.day - timedelta(days=1 if self.ending.counted else 0)
        if last is None or last < self.effective_on.day:
            return None
        return TermPlan(
            start=self.effective_on.day,
            initial=initial,
            ends_on=None if initial else last,
            renewal=renews.length if renews else None,
            auto_renews=bool(renews and renews.automatic and renews.length),
            notice=self.notice.value if self.notice else None,
        )

    def _initial(self) -> Length | None:
        """Return the length of the first term where it is counted from the day the contract holds."""
        length = length_of(self.ending.length.short or "") if self.ending and self.ending.length else None
        return (
            length if length and self.effective_on and self.ending and length.added_to(self.effective_on.day) == self.ending.day else None
        )


def read_values(text: str, passages: Mapping[str, Passages]) -> ContractValues:
    """Return the values of a contract; `passages` holds `(start, end, probability)` for each CUAD category."""
    paper = Paper(text, shown_order(text), marked=best(text, passages, "Agreement Date", 1, 0.4))
    terms, renewing = best(text, passages, "Expiration Date", 3, 0.08), best(text, passages, "Renewal Term", 3, 0.15)
    began = effective_on(paper, best(text, passages, "Effective Date", 3, 0.08), terms)
    ending = ends_on(paper, terms, began)
    return ContractValues(
        made_on=paper.made_on,
        effective_on=began,
        ending=ending,
        renewal=_renewal(text, renewing, ending),
        notice=_notice(text, best(text, passages, "Notice Period To Terminate Renewal", 3, notice_floor(renewing)), renewing),
        law=_law(text, best(text, passages, "Governing Law", 3, 0.15)),
        caps=_each(text, best(text, passages, "Cap On Liability", 4, 0.2), limits.liability_cap),
        increases=_each(text, best(text, passages, "Price Restrictions", 4, 0.2), limits.price_increase),
        payment_days=_each(text, _spoken(text, "invoice", "zahlbar", "net "), limits.payment_days),
        late_fees=_each(text, _spoken(text, "interest", "late ", "overdue", "Verzug"), limits.late_fee),
        doubtful=tuple((one.start, one.end) for one in stretches(text) if one.count is None),
    )


def _renewal(text: str, passages: Passages, ending: Ending | None) -> Stated[Renewal] | None:
    first = ending.length.short if ending and ending.length else None
    found = renewal_of(text, chain(passages, renewals(text)), first)
    if found is None:
        return None
    short, start, end = found
    return Stated(Renewal(length_of(short), goes_on_by_itself(text[start:end])), start, end)


def _notice(text: str, passages: Passages, renewing: Passages) -> Stated[NoticeWindow] | None:
    found = (
        notice_of(text, passages, renewing[:2])
        or notice_of(text, (), tuple(renewals(text))[:3])
        or notice_of(text, tuple(notices(text))[:3])
    )
    if found is None:
        return None
    stretch, start, end = found
    window = window_of(stretch, " ".join(text[start:end].split()))
    return Stated(window, start, end) if window else None


def _law(text: str, passages: Passages) -> Stated[Law] | None:
    found = governing_laws(text, chain(passages, laws(text)))
    if found is None:
        return None
    names, start, end = found
    by_region = chosen_by_region(text[start:end]) or (len(names) > 1 and chosen_by_region(_around(text, start, end)))
    return Stated(Law(names, by_region), start, end)


def _around(text: str, start: int, end: int) -> str:
    found = LAW.search(text, start, end)
    return text[max(0, start - 300) : end + 300] if found else ""


def _each(text: str, passages: Iterable[tuple[int, int, float]], read: Callable[[str], T | None]) -> tuple[Stated[T], ...]:
    stated = ((read(" ".join(text[start:end].split())), start, end) for start, end, _ in passages)
    return tuple(Stated(value, start, end) for value, start, end in stated if value is not None)


def _spoken(text: str, *words: str) -> Passages:
    """Return the sentences that hold one of some words, in the order of the text."""
    found: set[tuple[int, int]] = set()
    lower = text.lower()
    for word in words:
        at = lower.find(word.lower())
        while at >= 0 and len(found) < _MOST_SENTENCES:
            found.add(sentence_around(text, at, at + len(word)))
            at = lower.find(word.lower(), at + 200)
    return [(start, end, 0.1) for start, end in sorted(found)]


_MOST_SENTENCES = 40
