"""The limits that policy itself sets on a category: a budget above one of them would be a promise that policy breaks."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.interaction.categories import in_words, top_category
from graphs.policy.document import Policy
from graphs.policy.rule import Rule
from graphs.policy.rules.category_budget import CategoryBudget
from graphs.policy.rules.rolling_window_cap import RollingWindowCap
from memory.domain.money import Money, Period, Price
from memory.views.spend import WHOLE_HOUSE

TIMES_A_YEAR = {Period.MONTH: 12, Period.QUARTER: 4, Period.YEAR: 1}
"""How often a period fits into a year."""

_DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Limit:
    """One limit that a wish goes beyond. `per_year` is how much it comes to in a year, rounded down to the minor unit."""

    rule: Rule
    category: str
    field: str
    amount: Money
    per: str
    per_year: int
    comparable: bool
    """Whether the wish is in the same currency: two currencies are never compared, and a limit that cannot be, stands."""

    def raising(self, wish: Price) -> dict[str, str | int | list[str]]:
        """Return the rule's fields that would just allow the wish, the amount rounded up to the minor unit."""
        yearly = wish.amount_minor * TIMES_A_YEAR[wish.period]
        level = -(-yearly // TIMES_A_YEAR[Period(self.per)]) if self.per in Period else -(-yearly * int(self.per.split()[0]) // _DAYS_A_YEAR)
        amount = Money(amount_minor=level, currency=wish.currency)
        what = in_words(self.category)
        says = f"{what[:1].upper()}{what[1:]} may cost {amount} per {self.per}, however it is split."
        return {"says": says, self.field: str(amount).replace(",", "")}


def exceeded_limit(policy: Policy, category: str, wish: Price) -> Limit | None:
    """Return the tightest limit of policy that a budget of `wish` for `category` would go beyond, or None."""
    yearly = wish.amount_minor * TIMES_A_YEAR[wish.period]
    limits = [limit for rule in policy.rules if (limit := _limit(rule, category, wish)) is not None]
    beyond = [limit for limit in limits if not limit.comparable or yearly > limit.per_year]
    return min(beyond, key=lambda limit: (limit.comparable, limit.per_year)) if beyond else None


def _limit(rule: Rule, category: str, wish: Price) -> Limit | None:
    if isinstance(rule, CategoryBudget) and rule.category in {category, top_category(category)}:
        times = TIMES_A_YEAR[Period(rule.per)]
        return _compared(rule, "limit", rule.limit, rule.per, rule.limit.amount_minor * times, wish)
    if isinstance(rule, RollingWindowCap) and (rule.category or WHOLE_HOUSE) == category:
        per_year = rule.amount.amount_minor * _DAYS_A_YEAR // rule.days
        return _compared(rule, "amount", rule.amount, f"{rule.days} days", per_year, wish)
    return None


def _compared(rule: CategoryBudget | RollingWindowCap, field: str, amount: Money, per: str, per_year: int, wish: Price) -> Limit:
    return Limit(rule, rule.category or WHOLE_HOUSE, field, amount, per, per_year, amount.currency == wish.currency)
