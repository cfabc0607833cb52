"""Policy change: always a proposal with concrete lines, never an edit; and no wish for less asking is taken at its word."""

from __future__ import annotations

import re

from graphs.interaction.answer import Draft, asking
from graphs.interaction.categories import in_words
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.drafting import Drafted, added_rule, edited_rule
from graphs.interaction.loosening import asks_for_less
from graphs.interaction.precedence import EXPLICIT
from graphs.interaction.proposing import propose
from graphs.policy.document import Policy
from graphs.policy.rule import Rule
from graphs.policy.rules.over_amount import OverAmount
from graphs.policy.rules.risk_tolerance import RiskTolerance
from graphs.policy.rules.rolling_window_cap import RollingWindowCap
from graphs.policy.rules.vendor_listed import VendorListed
from memory.domain.contract import ClauseKind
from memory.domain.instruction import PolicyWish
from memory.domain.money import Money, Period
from memory.domain.policy import Verdict
from memory.domain.words import one_line

_CLAUSES: tuple[tuple[str, ClauseKind], ...] = (
    (r"exclusiv", ClauseKind.EXCLUSIVITY),
    (r"non-?\s?compet", ClauseKind.NON_COMPETE),
    (r"(?:unlimited|uncapped) liab", ClauseKind.UNCAPPED_LIABILITY),
    (r"\btrain(?:s|ing)?\b|\bai\b", ClauseKind.AI_TRAINING),
    (r"price increase|indexation|price rise", ClauseKind.PRICE_INCREASE),
)
_LONGER = re.compile(r"\b(?:longer|more) than (?P<months>\d{1,2}) (?P<unit>month|year)s?\b")
_DAYS = {Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 365, Period.ONCE: 30}
#: Kinds of rules that make an approval necessary whatever the amount.
_ALWAYS_ASK = frozenset({"commitment", "taint", "attended"})


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft a proposal."""
    wish = instruction.understood.details
    if not isinstance(wish, PolicyWish):
        return asking("What should the rule say? For example: anything over 200 EUR needs my approval.")
    policy = desk.policy()
    looser = wish.rule == "allow_below" or asks_for_less(instruction.text)
    drafted, because = _looser(policy, wish) if looser else _stricter(policy, instruction, wish, desk.home_currency)
    return propose(
        instruction,
        desk,
        drafted,
        because=("Your policy is changed by you alone, by adopting a file; an instruction here cannot change it.", *because),
        precedence=f"policy: {policy.version} stays in force; {EXPLICIT}: kept as a proposal",
    )


def _looser(policy: Policy, wish: PolicyWish) -> tuple[Drafted | None, tuple[str, ...]]:
    """Fewer questions: raise the amount from which I ask, if one was named; say what would still ask, or would have to go."""
    asks = [rule for rule in policy.rules if rule.kind in _ALWAYS_ASK]
    still = "; ".join(f"{rule.id} ({rule.says})" for rule in asks)
    amount = wish.amount.money if wish.amount else None
    over = _over_amount(policy, amount) if amount else None
    if amount and over and over.amount < amount:
        because = f"This would make policy looser. {f'These rules would still ask: {still}' if still else ''}".strip()
        return _amount_changed(policy, over, amount), (because,)
    gone = "; ".join(f"{rule.id} ({rule.says})" for rule in policy.rules if rule.kind in _ALWAYS_ASK or isinstance(rule, OverAmount))
    told = (
        f"Fewer questions would mean that these rules go: {gone}."
        if gone
        else f"What is not listed under without_asking asks: {policy.default}."
    )
    return None, ("This would make policy looser, so I draft no lines for it.", told)


def _stricter(policy: Policy, instruction: Instruction, wish: PolicyWish, home_currency: str) -> tuple[Drafted | None, tuple[str, ...]]:
    category = instruction.understood.category
    amount = wish.amount.money if wish.amount else None
    vendor = one_line(wish.vendor, 120) if wish.vendor else None
    drafted: tuple[Drafted | None, tuple[str, ...]] = (None, ())
    if longer := _LONGER.search(instruction.text.casefold()):
        return _risk(policy, "max_term_months", int(longer["months"]) * (12 if longer["unit"] == "year" else 1)), ()
    match wish.rule:
        case "review_above" if category:
            drafted = _review_category(policy, category.value, amount or Money(amount_minor=0, currency=home_currency)), ()
        case "review_above" if amount:
            drafted = _review_above(policy, amount)
        case "spend_cap" if amount and wish.amount:
            drafted = _spend_cap(policy, amount, _DAYS.get(wish.amount.period, 30)), ()
        case "deny_vendor" if vendor:
            drafted = _deny_vendor(policy, vendor)
        case "allow_vendor" if vendor:
            drafted = _allow_vendor(policy, vendor), ()
        case "renewals":
            drafted = _risk(policy, "max_renewal_months", 0), ()
        case "clause":
            drafted = _clauses(policy, instruction.text.casefold()), ()
    return drafted


def _allow_vendor(policy: Policy, vendor: str) -> Drafted | None:
    says = f"I buy from {vendor}; with others I decide."
    return added_rule(policy, {"id": "preferred_vendors", "kind": "vendor_listed", "says": says, "allow": [vendor]})


def _over_amount(policy: Policy, amount: Money) -> OverAmount | None:
    """The rule that says from which total on everything is reviewed."""
    return next(
        (r for r in policy.rules if isinstance(r, OverAmount) and _general(r) and r.of == "total" and r.amount.currency == amount.currency),
        None,
    )


def _general(rule: Rule) -> bool:
    return rule.applies_to.stages is None and rule.applies_to.categories is None


def _review_above(policy: Policy, amount: Money) -> tuple[Drafted | None, tuple[str, ...]]:
    over = _over_amount(policy, amount)
    if over is None:
        says = _says_over(amount)
        return added_rule(policy, {"id": "review_above", "kind": "over_amount", "says": says, "amount": _plain(amount)}), ()
    if over.amount == amount:
        return None, (f"Rule {over.id} says so already: {over.says}",)
    note = ("This would make policy looser.",) if over.amount < amount else ()
    return _amount_changed(policy, over, amount), note


def _review_category(policy: Policy, category: str, amount: Money) -> Drafted | None:
    above = f" over {amount}" if amount.amount_minor else ""
    says = f"Whatever I buy in {in_words(category)}{above} needs my review."
    fields = {"id": f"review_{category}", "kind": "over_amount", "says": says, "amount": _plain(amount)}
    return added_rule(policy, {**fields, "applies_to": {"categories": [category]}})


def _amount_changed(policy: Policy, over: OverAmount, amount: Money) -> Drafted | None:
    return edited_rule(policy, over.id, {"says": _says_over(amount), "amount": _plain(amount)})


def _says_over(amount: Money) -> str:
    return f"Anything over {amount} in total needs review."


def _spend_cap(policy: Policy, amount: Money, days: int) -> Drafted | None:
    says = f"Not more than {amount} in {days} days, however it is split."
    cap = next((r for r in policy.rules if isinstance(r, RollingWindowCap) and r.category is None and r.days == days and _general(r)), None)
    if cap is not None:
        return edited_rule(policy, cap.id, {"says": says, "amount": _plain(amount)})
    return added_rule(
        policy, {"id": f"cap_{days}_days", "kind": "rolling_window_cap", "says": says, "amount": _plain(amount), "days": days}
    )


def _deny_vendor(policy: Policy, vendor: str) -> tuple[Drafted | None, tuple[str, ...]]:
    listed = next((r for r in policy.rules if isinstance(r, VendorListed) and r.deny and _general(r)), None)
    if listed is None:
        says = "I do no business with these."
        return added_rule(policy, {"id": "no_business_with", "kind": "vendor_listed", "says": says, "deny": [vendor]}), ()
    if vendor.casefold() in {name.casefold() for name in listed.deny}:
        return None, (f"Rule {listed.id} denies {vendor} already.",)
    return edited_rule(policy, listed.id, {"deny": [*listed.deny, vendor]}), ()


def _risk(policy: Policy, limit: str, value: int) -> Drafted | None:
    """Change one limit of the risk rule, or write a risk rule with it."""
    risk = next((r for r in policy.rules if isinstance(r, RiskTolerance) and _general(r)), None)
    if risk is not None:
        return edited_rule(policy, risk.id, {limit: value})
    says = (
        "What renews by itself comes to my desk."
        if limit == "max_renewal_months"
        else f"What binds me for more than {value} months is my decision."
    )
    return added_rule(policy, {"id": "risk", "kind": "risk_tolerance", "says": says, "level": "medium", limit: value})


def _clauses(policy: Policy, low: str) -> Drafted | None:
    found = [kind.value for pattern, kind in _CLAUSES if re.search(pattern, low)]
    if not found:
        return None
    asks = re.search(r"\b(?:ask|approv\w+|review\w*|show|check)\b", low)
    verdict = Verdict.REQUIRE_APPROVAL if asks else Verdict.DENY
    named = " and ".join(name.replace("_", " ") for name in found)
    says = f"Contracts with {named} {'come to my desk' if asks else 'are not signed'}."
    return added_rule(policy, {"id": f"no_{found[0]}", "kind": "clause", "says": says, "clauses": found, "verdict": verdict.value})


def _plain(amount: Money) -> str:
    return str(amount).replace(",", "")
