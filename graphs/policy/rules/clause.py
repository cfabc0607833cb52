"""`clause`: what a contract must not say, or what I want to see before I sign it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graphs.policy.contract_terms import judged
from graphs.policy.facts import Facts
from graphs.policy.rule import CONTRACT_STAGES, Judgement, Objection, Rule, RuleKind, passes
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Attitude, ClausePosition
from memory.domain.policy import Verdict


class ClauseRule(Rule):
    """Any of `clauses` in the contract leads to `verdict`."""

    kind: Literal["clause"]
    clauses: Annotated[tuple[ClauseKind, ...], Field(min_length=1)]
    verdict: Objection = Verdict.DENY


def positions(rule: ClauseRule) -> tuple[ClausePosition, ...]:
    """Return one position a clause."""
    return tuple(
        ClausePosition.model_validate(
            {"rule": rule.id, "says": rule.says, "attitude": Attitude.FORBIDDEN, "clause": clause, "verdict": rule.verdict}
        )
        for clause in dict.fromkeys(rule.clauses)
    )


def judge(rule: ClauseRule, facts: Facts) -> Judgement:
    """Object to a contract that holds one of the clauses; ask where the reader is not sure of one."""
    judgement = judged(positions(rule), facts)
    return passes("no such clause was found") if judgement.verdict is Verdict.ALLOW else judgement


RULE_KIND = RuleKind(kind="clause", model=ClauseRule, judge=judge, stages=CONTRACT_STAGES, positions=positions)
