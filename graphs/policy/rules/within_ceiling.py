"""`within_ceiling`: the all-in total stays within what the requisition allows."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import MONEY_STAGES, Judgement, Objection, Rule, RuleKind, exceeds, objects, passes, unknown
from memory.domain.policy import Verdict


class WithinCeiling(Rule):
    """The all-in total must not exceed the requisition's ceiling over the same term."""

    kind: Literal["within_ceiling"]
    verdict: Objection = Verdict.DENY


def judge(rule: WithinCeiling, facts: Facts) -> Judgement:
    """Object to a total above the ceiling."""
    if facts.all_in_total is None or facts.ceiling is None:
        return unknown("the all-in total" if facts.all_in_total is None else "the ceiling")
    if exceeds(facts.all_in_total, facts.ceiling):
        return objects(rule.verdict, f"{facts.all_in_total} is above the ceiling of {facts.ceiling}")
    return passes(f"{facts.all_in_total} is within the ceiling of {facts.ceiling}")


RULE_KIND = RuleKind(kind="within_ceiling", model=WithinCeiling, judge=judge, stages=(Stage.COUNTEROFFER, *MONEY_STAGES))
