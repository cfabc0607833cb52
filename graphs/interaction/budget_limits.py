"""The limits that policy itself sets on a category: a budget above one of them would be a promise that policy breaks."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.interaction.categories import in_words, top_category
from graphs.interaction.drafting import Fields
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
    """One limit of policy. In a year it comes to `amount` times `yearly` (numerator, denominator), rounded down."""

    rule: CategoryBudget | RollingWindowCap
    field: str
    amount: Money
    per: str
    yearly: tuple[int, int]
    comparable: bool
    """Whether the wish is in the same currency: two currencies are never compared, and a limit that cannot be, stands."""

    @property
    def per_year(self) -> int:
        """What the limit comes to in a year, in minor units."""
        return self.amount.amount_minor * self.yearly[0] // self.yearly[1]

    def raising(self, wish: Price) -> Fields:
        """Return the rule's fields that would just allow the wish, the amount rounded up to the minor unit."""
        level = -(-wish.amount_minor * TIMES_A_YEAR[wish.period] * self.yearly[1] // self.yearly[0])
        amount = Money(amount_minor=level, currency=wish.currency)
        what = in_words(self.rule.category or WHOLE_HOUSE)
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
        return Limit(rule, "limit", rule.limit, rule.per, (times, 1), rule.limit.currency == wish.currency)
    if isinstance(rule, RollingWindowCap) and (rule.category or WHOLE_HOUSE) == category:
        return Limit(rule, "amount", rule.amount, f"{rule.days} days", (_DAYS_A_YEAR, rule.days), rule.amount.currency == wish.currency)
    return None
