"""`commitment`: what binds us needs the operator's own yes, every time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import Judgement, Rule, RuleKind, objects, passes
from memory.domain.policy import Verdict

Binding = Literal["contract.sign", "payment.instruct"]
"""The kinds of effects (`memory.domain.effects`) that bind us or move money."""


class Commitment(Rule):
    """Effects of these kinds need an approval that covers their total. At the moment they are carried out it must be there."""

    kind: Literal["commitment"]
    effects: Annotated[tuple[Binding, ...], Field(min_length=1)] = ("contract.sign", "payment.instruct")


def judge(rule: Commitment, facts: Facts) -> Judgement:
    """Ask before the gate; deny behind it when no approval covers the effect."""
    if facts.approval_covers:
        return passes(f"approved as {facts.approval_id}")
    if facts.stage not in {Stage.DELIVER, Stage.PAY}:
        return objects(Verdict.REQUIRE_APPROVAL, "it binds us")
    if facts.effect_kind is not None and facts.effect_kind not in rule.effects:
        return passes(f"{facts.effect_kind} binds nobody")
    return objects(Verdict.DENY, f"{facts.effect_kind or 'an effect of unknown kind'} without an approval that covers it")


RULE_KIND = RuleKind(kind="commitment", model=Commitment, judge=judge)
