"""What policy will say, asked before anything starts: pure reading, and no promise, since facts may change on the way."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.interaction.desk import FrontDesk, Instruction
from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage, WindowSpend
from graphs.policy.rule import Rule
from graphs.policy.rules.vendor_listed import VendorListed
from memory.domain.money import Money
from memory.domain.policy import RuleOutcome
from memory.domain.requisition import Requisition
from memory.views.spend import WHOLE_HOUSE, budget_lines, spent_within

_TERM_MONTHS = 12
#: Kinds that can be judged from the ceiling alone; the others need a quote, a contract or an effect.
_FORESEEABLE = frozenset({"over_amount", "category_budget", "rolling_window_cap"})


@dataclass(frozen=True)
class Foresight:
    """What policy objects to now, at the precheck, and what it would object to if the whole ceiling were spent over a year."""

    now: tuple[RuleOutcome, ...]
    at_the_ceiling: tuple[RuleOutcome, ...]


def foresee(desk: FrontDesk, instruction: Instruction, requisition: Requisition) -> Foresight:
    """Ask policy about a requisition before its case is opened."""
    policy = desk.policy()
    ceiling = requisition.ceiling_for(_TERM_MONTHS)
    now = _precheck(desk, instruction, requisition, policy, ceiling)
    then = now.model_copy(update={"stage": Stage.COMMIT, "all_in_total": ceiling, "all_in_per_month": _per_month(ceiling)})
    foreseen = tuple(o for o in evaluate(policy, then).reasons if o.kind in _FORESEEABLE)
    return Foresight(evaluate(policy, now).reasons, foreseen)


def _per_month(total: Money) -> Money:
    return Money(amount_minor=-(-total.amount_minor // _TERM_MONTHS), currency=total.currency)


def _precheck(desk: FrontDesk, instruction: Instruction, requisition: Requisition, policy: Policy, ceiling: Money) -> Facts:
    category = requisition.catalogue_category or requisition.category
    return Facts(
        stage=Stage.PRECHECK,
        case_id=instruction.instruction_id,
        category=category,
        top_category=requisition.category,
        now=instruction.now,
        ceiling=ceiling,
        term_months=_TERM_MONTHS,
        budget_left=_budget_left(desk, instruction, {category, requisition.category, WHOLE_HOUSE}, ceiling.currency),
        spent_in_window=tuple(
            WindowSpend(
                days=w.days,
                category=w.category,
                amount=spent_within(desk.database, instruction.now, w.days, ceiling.currency, category=w.category),
            )
            for w in policy.windows()
        ),
    )


def _budget_left(desk: FrontDesk, instruction: Instruction, categories: set[str], currency: str) -> Money | None:
    lines = budget_lines(desk.database, instruction.now)
    left = [line.left for line in lines if line.category in categories and line.limit.currency == currency]
    return min(left, key=lambda money: money.amount_minor) if left else None


def denial_of(policy: Policy, *names: str) -> Rule | None:
    """Return the rule that denies a vendor by one of its names, or None."""
    wanted = {" ".join(name.casefold().split()) for name in names}
    for rule in policy.rules:
        if isinstance(rule, VendorListed) and wanted & {" ".join(name.casefold().split()) for name in rule.deny}:
            return rule
    return None
