"""`payee`: only registered payees, and none whose bank details have just changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StrictInt

from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, objects, passes, unknown
from memory.domain.policy import Verdict


class PayeeRule(Rule):
    """A payee must be registered; for `cooling_off_days` after its bank details changed the payment is held as `verdict` says."""

    kind: Literal["payee"]
    cooling_off_days: Annotated[StrictInt, Field(ge=0, le=365)] = 7
    verdict: Objection = Verdict.DENY


def judge(rule: PayeeRule, facts: Facts) -> Judgement:
    """Deny strangers and unknowns; hold changed payees."""
    if facts.payee_registered is None:
        return unknown("whether the payee is registered", Verdict.DENY)
    if not facts.payee_registered:
        return objects(Verdict.DENY, "the payee is not in the registry")
    if facts.payee_changed_at is not None and facts.now < facts.payee_changed_at + timedelta(days=rule.cooling_off_days):
        changed = facts.payee_changed_at.date().isoformat()
        return objects(
            rule.verdict, f"the bank details changed on {changed}; wait {rule.cooling_off_days} days and call back on a known number"
        )
    return passes("a registered payee whose details stand")


RULE_KIND = RuleKind(kind="payee", model=PayeeRule, judge=judge, stages=(Stage.PAY,))
