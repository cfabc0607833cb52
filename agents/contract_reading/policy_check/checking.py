"""Holds a paper against what the policy wants of its clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.contract_reading.policy_check.doubts import clause_name, doubt, told_breach
from agents.contract_reading.policy_check.measuring import contract_terms, measured_terms
from agents.contract_reading.policy_check.merging import merged
from agents.contract_reading.policy_check.naming import Names, names_in
from agents.contract_reading.policy_check.nouns import Conflict, State, conflict_of
from agents.contract_reading.policy_check.redlining import redline_for
from agents.contract_reading.policy_check.risks import risk_of_breach, risk_of_doubt, risk_of_silence
from agents.contract_reading.policy_check.sayings import Left
from memory.domain.contract import Certainty, Clause, ContractReview
from memory.domain.contract_policy import ALSO, Attitude, ClausePosition, ContractTerms, Holds, Stance
from memory.domain.policy import Verdict

_PASSAGES = 4  # shown for one clause


def check_policy(review: ContractReview, text: str, positions: Iterable[ClausePosition]) -> tuple[Conflict, ...]:
    """Return every conflict of a paper with what the policy wants, those that deny first, then as the paper has them.

    A verdict is as strict as policy's own: what the reader is not sure of, and what the paper does not state, only asks. `text` is
    the text the review's spans point into; it says which language a redline is in and what the parties are called.
    """
    paper, names = contract_terms(review), names_in(text)
    found = [conflict for position in positions for conflict in _conflicts(position, paper, review, names)]
    order = [State.BROKEN, State.UNSURE, State.SILENT]
    end = len(text)
    return merged(sorted(found, key=lambda c: (-c.verdict.strictness, order.index(c.state), c.span.start if c.span else end)))


def _conflicts(position: ClausePosition, paper: ContractTerms, review: ContractReview, names: Names) -> Iterator[Conflict]:
    if position.attitude is Attitude.WITHIN:
        yield from _out_of_range(position, paper, review, names)
        return
    stance = position.stance(paper)
    if stance.holds is Holds.UNKNOWN:
        yield _in_doubt(position, stance, next(iter(_passages(position, review, Certainty.UNSURE)), None))
    elif stance.holds is Holds.NO and position.attitude is Attitude.REQUIRED:
        yield conflict_of(
            position,
            state=State.BROKEN,
            verdict=position.verdict,
            because=f"it says nothing about {clause_name(position.clause)}",
            risk=risk_of_breach(position, None),
            redline=redline_for(position, None, None, names),
        )
    elif stance.holds is Holds.NO:
        for clause in _passages(position, review, Certainty.SURE):
            yield _broken(position, stance, clause, names)


def _passages(position: ClausePosition, review: ContractReview, certainty: Certainty) -> list[Clause]:
    kinds = {position.clause, *(ALSO.get(position.clause, ()) if position.attitude is Attitude.REQUIRED else ())}
    return [clause for clause in review.clauses if clause.kind in kinds and clause.certainty is certainty][:_PASSAGES]


def _out_of_range(position: ClausePosition, paper: ContractTerms, review: ContractReview, names: Names) -> Iterator[Conflict]:
    stated = [measured for measured in measured_terms(review) if measured.term.measure is position.measure]
    for measured in stated:
        stance = position.stance(paper.model_copy(update={"terms": (measured.term,)}))
        if stance.holds is Holds.NO:
            yield _broken(position, stance, measured.clause, names)
        elif stance.holds is Holds.UNKNOWN:
            yield _in_doubt(position, stance, measured.clause, measured.left)
    if not stated:
        yield from _silent(position, position.stance(paper), names)


def _silent(position: ClausePosition, stance: Stance, names: Names) -> Iterator[Conflict]:
    if stance.holds is Holds.YES:
        return
    verdict = position.verdict if stance.holds is Holds.NO else Verdict.REQUIRE_APPROVAL
    yield conflict_of(
        position,
        state=State.SILENT,
        verdict=verdict,
        because=stance.because,
        risk=risk_of_silence(position),
        redline=redline_for(position, None, None, names),
    )


def _broken(position: ClausePosition, stance: Stance, clause: Clause | None, names: Names) -> Conflict:
    span = clause.span if clause else None
    return conflict_of(
        position,
        state=State.BROKEN,
        verdict=position.verdict,
        span=span,
        because=told_breach(position, stance),
        risk=risk_of_breach(position, stance.term),
        redline=redline_for(position, span, stance.term, names),
    )


def _in_doubt(position: ClausePosition, stance: Stance, clause: Clause | None, left: Left | None = None) -> Conflict:
    """Return a question to the operator: no redline, since nobody asks a vendor to change what may not be there."""
    value = (clause.value if clause else None) or ""
    return conflict_of(
        position,
        state=State.UNSURE,
        verdict=Verdict.REQUIRE_APPROVAL,
        span=clause.span if clause else None,
        because=doubt(position, stance, left, value),
        left=left,
        risk=risk_of_doubt(position, stance.term, left, value),
    )
