"""`clause`: what a contract must not say, or what I want to see before I sign it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graphs.policy.facts import Facts
from graphs.policy.rule import CONTRACT_STAGES, Judgement, Objection, Rule, RuleKind, objects, passes, unknown
from memory.domain.contract import ClauseKind
from memory.domain.policy import Verdict


class ClauseRule(Rule):
    """Any of `clauses` in the contract leads to `verdict`."""

    kind: Literal["clause"]
    clauses: Annotated[tuple[ClauseKind, ...], Field(min_length=1)]
    verdict: Objection = Verdict.DENY


def judge(rule: ClauseRule, facts: Facts) -> Judgement:
    """Object to a contract that holds one of the clauses."""
    if facts.clauses is None:
        return unknown("what the contract says")
    found = [clause.value for clause in rule.clauses if clause.value in facts.clauses]
    if found:
        return objects(rule.verdict, f"the contract has: {', '.join(found)}")
    return passes("no such clause was found")


RULE_KIND = RuleKind(kind="clause", model=ClauseRule, judge=judge, stages=CONTRACT_STAGES)
