"""`attended`: what must not happen while I am away."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, objects, passes
from memory.domain.policy import Verdict


class Attended(Rule):
    """While the operator is away, the stages in `applies_to` lead to `verdict`."""

    kind: Literal["attended"]
    verdict: Objection = Verdict.REQUIRE_APPROVAL


def judge(rule: Attended, facts: Facts) -> Judgement:
    """Object when nobody is there."""
    return passes("you are here") if facts.operator_present else objects(rule.verdict, "you are away")


RULE_KIND = RuleKind(kind="attended", model=Attended, judge=judge)
