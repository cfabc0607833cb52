"""From a review to what policy is asked about: the clauses there are, those there may be, and the values stated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from agents.contract_reader.places import governing_law, region_of
from agents.contract_reading.policy_check.sayings import Left
from agents.contract_reading.policy_check.stating import BESIDE, Told, leaves_freely, leaves_later, open_ended, told
from agents.contract_reading.values.stretches import lengths
from agents.negotiator.figures import amounts
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview
from memory.domain.contract_policy import ContractTerms, Measure, MeasuredTerm


class Measured(NamedTuple):
    """A value and the clause that states it, where it is known which; where it has none to compare, why."""

    term: MeasuredTerm
    clause: Clause | None
    left: Left | None = None


def contract_terms(review: ContractReview) -> ContractTerms:
    """Return what is known of a paper, as policy is asked about it."""
    sure = {clause.kind for clause in review.clauses if clause.certainty is Certainty.SURE}
    unsure = {clause.kind for clause in review.clauses} - sure
    return ContractTerms(
        clauses=tuple(kind for kind in ClauseKind if kind in sure),
        unsure=tuple(kind for kind in ClauseKind if kind in unsure),
        terms=tuple(measured.term for measured in measured_terms(review)),
    )


def measured_terms(review: ContractReview) -> tuple[Measured, ...]:
    """Return every value that can be held against a limit, with its clause."""
    return tuple(measured for measure in Measure for measured in _measured(measure, review))


def _measured(measure: Measure, review: ContractReview) -> Iterator[Measured]:
    """Yield what the clauses state; where none carries the value, what the review says as a whole."""
    stated = [clause for clause in review.clauses if clause.kind in _KINDS.get(measure, (measure.clause,))]
    found = [Measured(term, clause) for clause in stated if (term := _of_clause(measure, clause)) is not None]
    whole = _of_review(measure, review)
    if whole is not None and all(item.term.model_copy(update={"certainty": Certainty.SURE}) != whole for item in found):
        proving = next((clause for clause in stated if clause.value), None)
        sure = proving.certainty if proving else Certainty.SURE
        found = [Measured(whole.model_copy(update={"certainty": sure}), proving), *(i for i in found if i.clause is not proving)]
    found = _doubting(found, review) if measure is Measure.RENEWAL_MONTHS else found
    if measure is Measure.LIABILITY_CAP and any(item.term.number or item.term.amount for item in found):
        found = [item for item in found if item.term.number != 0]  # beside a cap, what is excluded is excluded in part
    if not any(item.term.understood for item in found):
        found = _in_other_words(measure, review) or found
    yield from _once(found)


def _in_other_words(measure: Measure, review: ContractReview) -> list[Measured]:
    """Return the one thing that the clauses tell of a measure without a figure: a value, else why there is none to compare."""
    kinds = (*_KINDS.get(measure, (measure.clause,)), *BESIDE.get(measure, ()))
    spoken = [
        (clause, said) for kind in kinds for clause in review.clauses if clause.kind is kind and (said := _told(measure, clause, review))
    ]
    ranked = sorted(
        spoken, key=lambda found: (not found[1].term.understood, found[0].certainty is Certainty.UNSURE, _LEFTS.index(found[1].left))
    )
    return [Measured(said.term, clause, said.left) for clause, said in ranked[:1]]


def _told(measure: Measure, clause: Clause, review: ContractReview) -> Told | None:
    exit_days = leaves_freely(clause.value or "", clause.span.text) if clause.kind in _EXITS and measure in _BOUND else None
    if exit_days is not None and measure is Measure.NOTICE_DAYS:
        return Told(MeasuredTerm(measure=measure, number=exit_days))
    if exit_days is not None and clause.certainty is Certainty.SURE and not leaves_later(clause.span.text):
        # Who may leave whenever it likes is bound for no longer than the notice, however long the term is called.
        return Told(MeasuredTerm(measure=measure, number=-(-exit_days // 31)))
    if measure is Measure.RENEWAL_MONTHS and clause.kind is ClauseKind.INITIAL_TERM:
        kinds = {one.kind for one in review.clauses}
        nothing_renews = not kinds & {ClauseKind.RENEWAL, ClauseKind.AUTO_RENEWAL} and open_ended(clause.span.text)
        if nothing_renews:
            return Told(MeasuredTerm(measure=measure, number=0))
    if measure is Measure.RENEWAL_MONTHS and review.initial_term_months and _SAME_LENGTH.search(clause.span.text):
        return Told(MeasuredTerm(measure=measure, number=review.initial_term_months))
    return told(measure, clause.value or "", clause.span.text)


#: A right to leave it at the term is no promise that it ends by itself.
_MAY_NOT_RENEW = re.compile(r"\b(?:choose|elect|decide|opt|right|wish\w*|free)\b[^.;]{0,30}\bnot to renew", re.IGNORECASE)
_EXITS = (ClauseKind.TERMINATION, ClauseKind.NOTICE, ClauseKind.RENEWAL)
_BOUND = (Measure.NOTICE_DAYS, Measure.TERM_MONTHS, Measure.RENEWAL_MONTHS)
_LEFTS = (None, *Left)
_SAME_LENGTH = re.compile(
    r"\brenew[^.;]{0,80}\b(?:of )?(?:equal (?:length|duration)|the same (?:length|duration|period|term)|equal in length)", re.IGNORECASE
)


def _doubting(found: list[Measured], review: ContractReview) -> list[Measured]:
    """Return what is said of renewal in the light of a clause on automatic renewal: beside one, "does not renew" is no more than a doubt."""
    clause = next((clause for clause in review.clauses if clause.kind is ClauseKind.AUTO_RENEWAL), None)
    if clause is None:
        return found
    found = [item for item in found if item.term.number != 0 or item.clause is None or not _MAY_NOT_RENEW.search(item.clause.span.text)]
    doubted = [
        Measured(item.term.model_copy(update={"certainty": Certainty.UNSURE}), item.clause) if item.term.number == 0 else item
        for item in found
    ]
    if any(item.term.number != 0 for item in found):
        return doubted
    return [*doubted, Measured(MeasuredTerm(measure=Measure.RENEWAL_MONTHS, certainty=clause.certainty), clause)]


def _once(found: list[Measured]) -> Iterator[Measured]:
    """Yield each value once, with the clause that is sure where there is one: several readers may have seen the same sentence."""
    seen = []
    for item in sorted(found, key=lambda item: item.term.certainty is Certainty.UNSURE):
        value = item.term.model_copy(update={"certainty": Certainty.SURE})
        if value not in seen:
            seen.append(value)
            yield item


_KINDS = {Measure.RENEWAL_MONTHS: (ClauseKind.RENEWAL, ClauseKind.AUTO_RENEWAL)}


def _of_review(measure: Measure, review: ContractReview) -> MeasuredTerm | None:
    if measure is Measure.RENEWAL_MONTHS:
        if review.auto_renews is None:
            return None
        return MeasuredTerm(measure=measure, number=review.renewal_months if review.auto_renews else 0)
    number = {Measure.NOTICE_DAYS: review.notice_days, Measure.TERM_MONTHS: review.initial_term_months}.get(measure)
    if number is not None:
        return MeasuredTerm(measure=measure, number=number)
    if measure is Measure.GOVERNING_LAW and review.governing_law:
        return _place(review.governing_law)
    return None


def _of_clause(measure: Measure, clause: Clause) -> MeasuredTerm | None:
    """Return the value that a clause states in plain words; a warranty's length is read from its sentence too."""
    words = clause.value or (clause.span.text if measure is Measure.WARRANTY_MONTHS else "")
    words = clause.span.text if measure is Measure.DATA_REGION else words  # "not in the United States" names it, too
    read = _READERS[measure]
    term = read(" ".join(words.split())) if words else None
    return term.model_copy(update={"certainty": clause.certainty}) if term is not None else None


def _days(measure: Measure) -> Callable[[str], MeasuredTerm | None]:
    def read(words: str) -> MeasuredTerm | None:
        found = lengths(words)
        return MeasuredTerm(measure=measure, number=found[0].days_at_most) if found else None

    return read


def _months(measure: Measure) -> Callable[[str], MeasuredTerm | None]:
    def read(words: str) -> MeasuredTerm | None:
        found = [stretch for stretch in lengths(words) if stretch.months or (measure is Measure.WARRANTY_MONTHS and stretch.days_at_most)]
        # A warranty of 90 days is one of less than three months.
        return MeasuredTerm(measure=measure, number=found[0].months or (found[0].days_at_most or 0) // 31) if found else None

    return read


def _renewal(words: str) -> MeasuredTerm | None:
    if re.search(r"\b(?:not|no|never)\b", words, re.IGNORECASE):
        return MeasuredTerm(measure=Measure.RENEWAL_MONTHS, number=0)
    return _months(Measure.RENEWAL_MONTHS)(words)


def _increase(words: str) -> MeasuredTerm | None:
    percent = re.search(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?\)?\s?(?:%|percent|per cent|prozent)", words, re.IGNORECASE)
    if percent:
        return MeasuredTerm(measure=Measure.PRICE_INCREASE_BP, number=int(Decimal(percent[1].replace(",", ".")) * 100))
    if re.search(r"\bno (?:cap|limit)|uncapped|unlimited|without (?:a )?(?:cap|limit)", words, re.IGNORECASE):
        return MeasuredTerm(measure=Measure.PRICE_INCREASE_BP, unlimited=True)
    return None


def _cap(words: str) -> MeasuredTerm | None:
    measure = Measure.LIABILITY_CAP
    if re.search(r"\bexcluded\b", words, re.IGNORECASE):
        return MeasuredTerm(measure=measure, number=0)
    if re.search(r"\bno (?:cap|limit)|uncapped|unlimited", words, re.IGNORECASE):
        return MeasuredTerm(measure=measure, unlimited=True)
    stretch = [found for found in lengths(words) if found.months]
    if stretch:
        return MeasuredTerm(measure=measure, number=stretch[-1].months)
    money = amounts(words)
    if money:
        return MeasuredTerm(measure=measure, amount=money[0].money)
    return MeasuredTerm(measure=measure)  # "the fees paid": a cap is stated, and how much it is depends


def _law(words: str) -> MeasuredTerm | None:
    return _place(governing_law(words) or words)


#: Not a place but a word of the paper for one: "the laws of the Governing Member State".
_DEFINED = re.compile(
    r"\b(?:governing|member states?|applicable|chosen|such|this|that|said|order form|cover page|jurisdictions?)\b", re.IGNORECASE
)


def _place(words: str) -> MeasuredTerm:
    return MeasuredTerm(measure=Measure.GOVERNING_LAW, place=None if _DEFINED.search(words) else words[:200])


_ELSEWHERE = re.compile(r"\b(?:not|never|no|other than|except\w*|nicht|keine\w*|außer)\b", re.IGNORECASE)
_OUTSIDE = re.compile(r"\b(?:outside|leaves?|leaving|außerhalb|verlassen)\b", re.IGNORECASE)
_CODES = {"EEA": "EU", "UK": "GB"}  # the same rules hold in the EEA as in the EU


def _region(words: str) -> MeasuredTerm | None:
    """Return the regions that a sentence names for data; none to compare where it says where data is not, or may not go."""
    named = region_of(words)
    if named is None:
        return None
    regions = list(dict.fromkeys(_CODES.get(one, one) for one in named.split(", ")))
    barred = _ELSEWHERE.search(words) and not (_OUTSIDE.search(words) and len(regions) == 1)
    return MeasuredTerm(measure=Measure.DATA_REGION, place=None if barred else ", ".join(regions))


_READERS: dict[Measure, Callable[[str], MeasuredTerm | None]] = {
    Measure.NOTICE_DAYS: _days(Measure.NOTICE_DAYS),
    Measure.TERM_MONTHS: _months(Measure.TERM_MONTHS),
    Measure.RENEWAL_MONTHS: _renewal,
    Measure.PRICE_INCREASE_BP: _increase,
    Measure.LIABILITY_CAP: _cap,
    Measure.PAYMENT_DAYS: _days(Measure.PAYMENT_DAYS),
    Measure.WARRANTY_MONTHS: _months(Measure.WARRANTY_MONTHS),
    Measure.GOVERNING_LAW: _law,
    Measure.DATA_REGION: _region,
}
