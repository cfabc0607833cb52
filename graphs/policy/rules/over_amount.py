"""`over_amount`: anything that costs more than a sum is looked at, or refused."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, exceeds, objects, passes, unknown
from graphs.policy.written import Amount
from memory.domain.policy import Verdict


class OverAmount(Rule):
    """More than `amount` all-in, over the whole term (`of: total`) or per month (`of: month`)."""

    kind: Literal["over_amount"]
    amount: Amount
    of: Literal["total", "month"] = "total"
    verdict: Objection = Verdict.REQUIRE_APPROVAL


def judge(rule: OverAmount, facts: Facts) -> Judgement:
    """Object to a cost above the amount; exactly the amount passes."""
    cost = facts.all_in_total if rule.of == "total" else facts.all_in_per_month
    if cost is None:
        return unknown(f"the all-in cost ({rule.of})")
    if exceeds(cost, rule.amount):
        return objects(rule.verdict, f"{cost} is more than {rule.amount}")
    return passes(f"{cost} is not more than {rule.amount}")


RULE_KIND = RuleKind(kind="over_amount", model=OverAmount, judge=judge)
