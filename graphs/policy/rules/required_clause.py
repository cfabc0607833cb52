"""`required_clause`: what a contract must say before I sign it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graphs.policy.contract_terms import judged
from graphs.policy.facts import Facts
from graphs.policy.rule import CONTRACT_STAGES, Judgement, Objection, Rule, RuleKind, passes
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Attitude, ClausePosition
from memory.domain.policy import Verdict


class RequiredClause(Rule):
    """A contract in which any of `clauses` is missing leads to `verdict`."""

    kind: Literal["required_clause"]
    clauses: Annotated[tuple[ClauseKind, ...], Field(min_length=1)]
    verdict: Objection = Verdict.REQUIRE_APPROVAL


def positions(rule: RequiredClause) -> tuple[ClausePosition, ...]:
    """Return one position a clause."""
    return tuple(
        ClausePosition.model_validate(
            {"rule": rule.id, "says": rule.says, "attitude": Attitude.REQUIRED, "clause": clause, "verdict": rule.verdict}
        )
        for clause in dict.fromkeys(rule.clauses)
    )


def judge(rule: RequiredClause, facts: Facts) -> Judgement:
    """Object to a contract that lacks one of the clauses; ask where the reader is not sure of one."""
    judgement = judged(positions(rule), facts)
    return passes("every clause asked for is there") if judgement.verdict is Verdict.ALLOW else judgement


RULE_KIND = RuleKind(kind="required_clause", model=RequiredClause, judge=judge, stages=CONTRACT_STAGES, positions=positions)
