"""From facts to what is known of a contract, and from several positions to one judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphs.policy.facts import Facts
from graphs.policy.rule import Judgement, objects, passes, unknown
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import ClausePosition, ContractTerms, Holds, Measure, MeasuredTerm


def terms_of(facts: Facts) -> ContractTerms | None:
    """Return what is known of the contract; None when none was read.

    Facts that were kept before values were measured hold the notice, the term and the renewal on their own.
    """
    if facts.clauses is None:
        return None
    measured = facts.contract_terms or ()
    have = {term.measure for term in measured}
    return ContractTerms(
        clauses=_kinds(facts.clauses),
        unsure=_kinds(set(facts.unsure_clauses or ()) - set(facts.clauses)),
        terms=(*measured, *(term for term in _of_old(facts) if term.measure not in have)),
    )


def judged(positions: Iterable[ClausePosition], facts: Facts) -> Judgement:
    """Return the strictest judgement on the contract: an objection names every position that is broken, a doubt every one that is open."""
    paper = terms_of(facts)
    if paper is None:
        return unknown("what the contract says")
    asked = [(position, position.stance(paper)) for position in positions]
    broken = [(position, stance.because) for position, stance in asked if stance.holds is Holds.NO]
    if broken:
        verdict = max((position.verdict for position, _ in broken), key=lambda verdict: verdict.strictness)
        return objects(verdict, "; ".join(because for _, because in broken))
    doubts = [stance.because for _, stance in asked if stance.holds is Holds.UNKNOWN]
    return unknown("; ".join(doubts)) if doubts else passes("; ".join(dict.fromkeys(stance.because for _, stance in asked)))


def _kinds(values: Iterable[str]) -> tuple[ClauseKind, ...]:
    known = {kind.value: kind for kind in ClauseKind}
    return tuple(known[value] for value in sorted(set(values)) if value in known)


def _of_old(facts: Facts) -> Iterator[MeasuredTerm]:
    if facts.notice_days is not None:
        yield MeasuredTerm(measure=Measure.NOTICE_DAYS, number=facts.notice_days)
    if facts.term_months is not None:
        yield MeasuredTerm(measure=Measure.TERM_MONTHS, number=facts.term_months)
    if facts.auto_renews is False:
        yield MeasuredTerm(measure=Measure.RENEWAL_MONTHS, number=0)
    elif facts.renewal_months is not None:
        yield MeasuredTerm(measure=Measure.RENEWAL_MONTHS, number=facts.renewal_months)
