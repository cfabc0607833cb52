"""What the rules read: the clauses with the sentences that prove them, and the values, each with its clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from agents.contract_reader import money_values, term_values
from agents.contract_reader.clauses import RISKS, addressed_to_software, is_heading, kinds_of
from agents.contract_reader.named_lengths import named_lengths, with_lengths
from agents.contract_reader.places import governing_law, region_of
from agents.contract_reader.sentences import Sentence, sentences
from agents.contract_reader.sightings import Sighting
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.evidence import Span
from memory.domain.money import Money, Price
from memory.domain.terms import NoticeWindow, TermPlan

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
#: A sentence about the term; a row of a table ends without a stop.
_CLAUSE = re.compile(r"\b(?:term|period|commitment|\w*laufzeit)\b.*[.;]$", re.IGNORECASE)
_KEPT = 4  # sentences kept for one kind of clause


@dataclass(frozen=True)
class Proven(Generic[V_co]):
    """A value and the sentence it was read from."""

    value: V_co
    sentence: Sentence
    kind: ClauseKind


@dataclass(frozen=True)
class Doubt:
    """What can be read two ways, in words ("its first term is 12 or 24 months"), and a sentence that says so."""

    says: str
    kind: ClauseKind
    sentence: Sentence


@dataclass(frozen=True)
class RunsOn:
    """It runs until somebody ends it: the sentence that says so, and the notice that ends it, where it was read."""

    sentence: Sentence
    notice: NoticeWindow | None


@dataclass
class Reading:
    """A contract as read. A value that is None is not stated; `unclear` tells of values that contradict each other."""

    found: dict[ClauseKind, list[Sentence]] = field(default_factory=dict)
    addressed: list[Sentence] = field(default_factory=list)
    total: Proven[Money] | None = None
    net_total: Proven[Money] | None = None
    prices: tuple[Proven[Price], ...] = ()
    effective_on: Proven[date] | None = None
    initial_months: Proven[int] | None = None
    auto_renews: Proven[bool] | None = None
    renewal_months: Proven[int] | None = None
    notice_days: Proven[int] | None = None
    payment_days: Proven[int] | None = None
    increase_bp: Proven[int] | None = None
    """The cap on price increases in basis points; `money_values.NO_CAP` when prices may rise without one."""
    increase_index: Proven[bool] | None = None
    """Where the cap on price increases is the rise of an index."""
    governing_law: Proven[str] | None = None
    regions: tuple[Proven[str], ...] = ()
    liability: Proven[str] | None = None
    plan: TermPlan | None = None
    """How its terms follow one another, with the notice that ends them."""
    doubts: tuple[Doubt, ...] = ()
    """Why no last day to act is told, where the terms are stated and something may be read two ways, or was not read."""
    unsure: tuple[Doubt, ...] = ()
    """What of the notice may be read two ways and was taken so that no day told is too late."""
    runs_on: RunsOn | None = None
    """That it ends only when somebody ends it."""
    unclear: list[tuple[ClauseKind, str, Sentence]] = field(default_factory=list)
    sighted: tuple[Sighting, ...] = ()
    """What was seen beside the rules."""
    doubted: frozenset[ClauseKind] = frozenset()
    """Risks that the rules saw in some words, and nothing else that looked for them: "the Services exclusively use session cookies"."""

    def passages(self, kind: ClauseKind) -> list[Span]:
        """Return the passages that surely are a clause of this kind, those of the rules first."""
        sure = (s for s in self.sighted if s.kind is kind and s.certainty is Certainty.SURE)
        return [*(sentence.span for sentence in self.found.get(kind, ())), *(s.span for s in sure)]

    def mentions(self, kind: ClauseKind) -> bool:
        """Whether there is, or may be, a clause of this kind."""
        return kind in self.found or any(sighting.kind is kind for sighting in self.sighted)


def read(text: str) -> Reading:
    """Return what the rules read in a contract.

    A sentence that talks to software counts for nothing but the risks it may hold: it can speak against the contract only.
    """
    reading = Reading()
    for sentence in with_lengths(sentences(text), named_lengths(text)):
        kinds = () if is_heading(sentence) else kinds_of(sentence)
        if addressed_to_software(sentence):
            reading.addressed.append(sentence)
            kinds = tuple(kind for kind in kinds if kind in RISKS)
        for kind in kinds:
            reading.found.setdefault(kind, []).append(sentence)
    _read_values(reading)
    return reading


def _read_values(reading: Reading) -> None:
    kind = ClauseKind
    reading.total = _one(reading, kind.TOTAL, money_values.gross_total) or _one(reading, kind.TOTAL, money_values.plain_total)
    reading.net_total = _one(reading, kind.TOTAL, money_values.net_total)
    reading.prices = tuple(_all(reading, kind.PRICE, money_values.unit_price))
    reading.effective_on = _one(reading, kind.EFFECTIVE_DATE, term_values.effective_date) or _one(
        reading, kind.EFFECTIVE_DATE, term_values.paper_date
    )
    reading.initial_months = _clause(reading, _one(reading, kind.INITIAL_TERM, term_values.initial_months)) or _until(reading)
    reading.auto_renews = _renewing(reading)
    reading.renewal_months = _one(reading, kind.RENEWAL, lambda words: term_values.renewal_months(words, _value(reading.initial_months)))
    reading.notice_days = _one(reading, kind.NOTICE, term_values.renewal_notice) or _one(reading, kind.NOTICE, term_values.exit_notice)
    reading.payment_days = _one(reading, kind.PAYMENT_TERMS, money_values.payment_days)
    reading.increase_bp = _highest(_all(reading, kind.PRICE_INCREASE, money_values.increase_cap))
    reading.increase_index = next(iter(_all(reading, kind.PRICE_INCREASE, lambda words: money_values.capped_by_index(words) or None)), None)
    reading.governing_law = _one(reading, kind.GOVERNING_LAW, governing_law)
    reading.regions = tuple(_all(reading, kind.DATA_REGION, region_of))
    caps = list(_all(reading, kind.LIABILITY_CAP, money_values.liability_cap))
    # Where a cap is stated, "not liable for what users do" excludes a part of what lies below it.
    reading.liability = next((cap for cap in caps if cap.value != "excluded"), caps[0] if caps else None)


def _all(reading: Reading, kind: ClauseKind, reader: Callable[[str], V | None]) -> Iterable[Proven[V]]:
    for sentence in reading.found.get(kind, ()):
        value = reader(sentence.flat)
        if value is not None:
            yield Proven(value, sentence, kind)


def _one(reading: Reading, kind: ClauseKind, reader: Callable[[str], V | None]) -> Proven[V] | None:
    read_values = list(_all(reading, kind, reader))
    if not read_values:
        return None
    first = read_values[0]
    other = next((p for p in read_values if p.value != first.value), None)
    if other is not None:
        reading.unclear.append((kind, f"{first.value} and {other.value}", other.sentence))
    return first


def _clause(reading: Reading, proven: Proven[int] | None) -> Proven[int] | None:
    """Return the same term as the clause states it, where it was first met in a row of a table: "Fees of the initial term (12 months)"."""
    if proven is None or _CLAUSE.search(proven.sentence.flat):
        return proven
    others = _all(reading, proven.kind, term_values.initial_months)
    return next((p for p in others if p.value == proven.value and _CLAUSE.search(p.sentence.flat)), proven)


def _highest(caps: Iterable[Proven[int]]) -> Proven[int] | None:
    return max(caps, key=lambda proven: proven.value, default=None)


def _value(proven: Proven[V] | None) -> V | None:
    return proven.value if proven else None


def _until(reading: Reading) -> Proven[int] | None:
    """Return the term from start to a stated last day, when that is a whole number of months."""
    if reading.effective_on is None:
        return None
    start = reading.effective_on.value
    return next(iter(_all(reading, ClauseKind.INITIAL_TERM, lambda words: term_values.months_until(words, start))), None)


def _renewing(reading: Reading) -> Proven[bool] | None:
    """Return whether it renews by itself; a yes anywhere outweighs a no, which may belong to another part of the paper."""
    kinds = (ClauseKind.RENEWAL, ClauseKind.INITIAL_TERM, ClauseKind.TERMINATION)
    stated = [proven for kind in kinds for proven in _all(reading, kind, term_values.auto_renews)]
    return next((proven for proven in stated if proven.value), stated[0] if stated else None)


def kept(found: list[Sentence], proving: Sentence | None) -> list[Sentence]:
    """Return the sentences of a clause worth keeping, the one with the value first."""
    ordered = [proving, *(s for s in found if s is not proving)] if proving else found
    return ordered[:_KEPT]
