"""`category_budget`: what one category may cost in a month, a quarter or a year."""

from __future__ import annotations

from typing import Literal

from graphs.policy.facts import Facts, Stage, Window
from graphs.policy.rule import Judgement, Objection, Rule, RuleKind, Slug, exceeds, objects, passes, unknown
from graphs.policy.written import Amount
from memory.domain.policy import Verdict

# Rolling, not by the calendar: a purchase split over New Year's Eve is still one purchase.
_DAYS = {"month": 31, "quarter": 92, "year": 365}


class CategoryBudget(Rule):
    """All purchases of `category` together stay within `limit` per rolling period, and within the operator's own budget."""

    kind: Literal["category_budget"]
    category: Slug
    limit: Amount
    per: Literal["month", "quarter", "year"] = "year"
    verdict: Objection = Verdict.DENY


def windows(rule: CategoryBudget) -> tuple[Window, ...]:
    """Return the window whose spend the rule needs."""
    return (Window(days=_DAYS[rule.per], category=rule.category),)


def judge(rule: CategoryBudget, facts: Facts) -> Judgement:
    """Object when this purchase would go beyond the limit or beyond what the budget still holds."""
    if rule.category not in {facts.category, facts.top_category}:
        return passes(f"it is not {rule.category}")
    spent = facts.spent(windows(rule)[0])
    if facts.all_in_total is None or spent is None:
        return unknown("the all-in total" if facts.all_in_total is None else f"what {rule.category} has cost in the last {rule.per}")
    # The operator's own budget is the catalogue category's; it says nothing about a limit on a whole top category.
    if facts.category == rule.category and facts.budget_left is not None and exceeds(facts.all_in_total, facts.budget_left):
        return objects(rule.verdict, f"{facts.all_in_total} is more than the {facts.budget_left} left in the budget of {rule.category}")
    together = spent.amount + facts.all_in_total
    if exceeds(together, rule.limit):
        return objects(rule.verdict, f"with {spent.amount} spent already it comes to {together}, above {rule.limit} per {rule.per}")
    return passes(f"{together} of {rule.limit} per {rule.per}")


RULE_KIND = RuleKind(kind="category_budget", model=CategoryBudget, judge=judge, stages=(Stage.AWARD, Stage.COMMIT), windows=windows)
