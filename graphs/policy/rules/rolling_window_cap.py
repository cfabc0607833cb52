"""`rolling_window_cap`: so much within so many days, whatever it is split into."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from graphs.policy.facts import Facts, Stage, Window
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, Slug, exceeds, objects, passes, unknown
from graphs.policy.written import Amount
from memory.domain.policy import Verdict


class RollingWindowCap(Rule):
    """All commitments of the last `days` days and this one together stay within `amount`; in one `category` if one is named."""

    kind: Literal["rolling_window_cap"]
    amount: Amount
    days: Annotated[StrictInt, Field(ge=1, le=3660)]
    category: Slug | None = None
    verdict: Objection = Verdict.DENY


def windows(rule: RollingWindowCap) -> tuple[Window, ...]:
    """Return the window whose spend the rule needs."""
    return (Window(days=rule.days, category=rule.category),)


def judge(rule: RollingWindowCap, facts: Facts) -> Judgement:
    """Object when the sum over the window would exceed the cap."""
    if rule.category is not None and rule.category not in {facts.category, facts.top_category}:
        return passes(f"it is not {rule.category}")
    spent = facts.spent(windows(rule)[0])
    if facts.all_in_total is None or spent is None:
        return unknown("the all-in total" if facts.all_in_total is None else f"what was spent in the last {rule.days} days")
    together = spent.amount + facts.all_in_total
    if exceeds(together, rule.amount):
        return objects(rule.verdict, f"with {spent.amount} in the last {rule.days} days it comes to {together}, above {rule.amount}")
    return passes(f"{together} of {rule.amount} in {rule.days} days")


RULE_KIND = RuleKind(
    kind="rolling_window_cap", model=RollingWindowCap, judge=judge, stages=(Stage.AWARD, Stage.COMMIT, Stage.PAY), windows=windows
)
