"""Budget: set, raise or lower it. Policy's own limits stand above: what would pass them becomes a proposal, never an edit."""

from __future__ import annotations

import re
from decimal import Decimal

import sqlalchemy as sa

from graphs.interaction.answer import Draft, asking
from graphs.interaction.budget_limits import TIMES_A_YEAR, exceeded_limit
from graphs.interaction.categories import BudgetNow, budgets_now, category_named, in_words, read_budgets
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.drafting import edited_rule
from graphs.interaction.precedence import EXPLICIT, Precedence
from graphs.interaction.proposing import propose
from memory.domain.errors import ConflictError
from memory.domain.events.workspace import BudgetSet
from memory.domain.instruction import BudgetChange
from memory.domain.money import Money, Period, Price
from memory.domain.words import one_line
from memory.unit_of_work import Check

#: Larger amounts are a slip of the finger, and more than the read models can hold.
_LARGEST_MINOR = 10**15
_PERIOD_WORDS = re.compile(
    r"\b(?:month(?:ly)?|year(?:ly)?|quarter(?:ly)?|annual(?:ly)?|annum|once|per\s+\w+)\b|/\s*(?:mo|yr|month|year)\b|\bp\.?[am]\.?(?!\w)"
)


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft a change of one budget, or ask."""
    change = instruction.understood.details
    if not isinstance(change, BudgetChange):
        return asking("Which budget, and how much per month or year? For example: set the software budget to 400 EUR a month.")
    now = read_budgets(desk.database)
    category = _category(change, frozenset(now))
    if category is None:
        known = ", ".join(in_words(c) for c in now) or "none so far"
        return asking(
            "Which budget do you mean? You can name software, hardware, services, contractors, everything, or a category such as email marketing.",
            because=f"I know no category {one_line(change.scope or '', 60)!r}. Budgets that exist: {known}.",
        )
    current = now.get(category)
    references = (current.event_id,) if current else ()
    precedence = Precedence()
    wanted = _wanted(instruction, change, current, precedence)
    if isinstance(wanted, str):
        return asking(wanted, because=_stands(category, current), references=references)
    return _draft(instruction, desk, category, current, wanted, precedence)


def _category(change: BudgetChange, known: frozenset[str]) -> str | None:
    if change.scope is None and change.category is not None:
        return change.category.value
    return category_named(change.scope, known)


def _wanted(instruction: Instruction, change: BudgetChange, current: BudgetNow | None, precedence: Precedence) -> Price | str:
    """Return the new level, or the question to ask instead."""
    stated = change.amount or change.delta
    if current and stated and stated.currency != current.currency:
        return f"That budget is kept in {current.currency} and you said {stated.currency}: how much is it in {current.currency}?"
    if stated and stated.amount_minor > _LARGEST_MINOR:
        return "That amount is too large to be meant. How much should it be?"
    if change.amount is not None:
        return _new_level(instruction, change, change.amount, current, precedence)
    if current is None:
        return "There is nothing to change yet: what should it be, per month or per year?"
    return _changed(instruction, change, current, precedence)


def _new_level(
    instruction: Instruction, change: BudgetChange, amount: Price, current: BudgetNow | None, precedence: Precedence
) -> Price | str:
    period, told = _period(instruction, amount, current)
    if period not in TIMES_A_YEAR:
        return "A budget is per month, quarter or year: which of these, and how much?"
    wanted = Price(amount_minor=amount.amount_minor, currency=amount.currency, period=period)
    if current is not None and change.mode != "set":
        before, after = _yearly(_price(current)), _yearly(wanted)
        if (change.mode == "raise") != (after > before) and after != before:
            return f"You said {change.mode}, but {wanted} is {'less' if after < before else 'more'} than now. Which do you mean?"
    precedence.add(EXPLICIT, f"{wanted.money}")
    if told:
        precedence.add("default", told)
    else:
        precedence.add(EXPLICIT, f"per {period.value}")
    return wanted


def _period(instruction: Instruction, amount: Price, current: BudgetNow | None) -> tuple[Period, str]:
    """Return the period, and how it was found when the words do not say it: the budget's own, else a month."""
    if _PERIOD_WORDS.search(instruction.text.casefold()):
        return amount.period, ""
    if current is not None:
        return Period(current.period), f"per {current.period}, as the budget is now"
    return amount.period, f"per {amount.period.value}, as you did not say"


def _changed(instruction: Instruction, change: BudgetChange, current: BudgetNow, precedence: Precedence) -> Price | str:
    sign = -1 if change.mode == "lower" else 1
    if change.delta is not None:
        if _PERIOD_WORDS.search(instruction.text.casefold()) and change.delta.period.value != current.period:
            return f"That budget is per {current.period}: by how much per {current.period} should it change?"
        step, said = change.delta.money, f"by {change.delta.money}"
    elif change.percent is not None:
        step, said = _money(current).times(Decimal(change.percent) / 100), f"by {change.percent} %"
    else:
        return "By how much, or to what amount?"
    level = _money(current).amount_minor + sign * step.amount_minor
    if level < 0 or level > _LARGEST_MINOR:
        return f"That would make it {Money(amount_minor=level, currency=current.currency)}. What should the budget be?"
    precedence.add(EXPLICIT, said)
    return Price(amount_minor=level, currency=current.currency, period=Period(current.period))


def _draft(
    instruction: Instruction, desk: FrontDesk, category: str, current: BudgetNow | None, wanted: Price, precedence: Precedence
) -> Draft:
    references = (current.event_id,) if current else ()
    stands = _stands(category, current)
    policy = desk.policy()
    limit = exceeded_limit(policy, category, wanted)
    if limit is not None:
        precedence.add("policy", limit.rule.id)
        because = (
            f"Policy stands above an instruction, and its rule {limit.rule.id} says: {limit.rule.says} ({limit.amount} per {limit.per})."
        )
        refused = f"So the budget for {in_words(category)} was not set to {wanted}. {stands}"
        drafted = edited_rule(policy, limit.rule.id, limit.raising(wanted)) if limit.comparable else None
        return propose(instruction, desk, drafted, because=(because, refused), precedence=str(precedence), references=references)
    if current is not None and _price(current) == wanted:
        return Draft((f"Nothing to change: {stands}",), references=references, precedence=str(precedence))
    event = BudgetSet(category=category, limit=wanted, by=desk.by, instruction=instruction.instruction_id)
    verb = instruction.tense("is now", "would be")
    told = f"The budget for {in_words(category)} {verb} {wanted}{f' (it was {_price(current)})' if current else ''}."
    undo = f'To take it back: qm ask "set the {in_words(category)} budget to {_price(current)}".' if current else ""
    return Draft(
        (told, _how(precedence)),
        references=references,
        precedence=str(precedence),
        events=(event,),
        check=_unchanged(category, current),
        undo=instruction.tense(undo, ""),
    )


def _unchanged(category: str, seen: BudgetNow | None) -> Check:
    """Two changes at once must not swallow each other: the second is told to look again."""

    def check(connection: sa.Connection) -> None:
        if budgets_now(connection).get(category) != seen:
            raise ConflictError("the budget was changed by somebody else meanwhile", hint="ask again: qm budget shows what it is now")

    return check


def _how(precedence: Precedence) -> str:
    assumed = precedence.of("default")
    return f"You gave no period, so it is {', '.join(assumed)}." if assumed else ""


def _stands(category: str, current: BudgetNow | None) -> str:
    return f"The budget for {in_words(category)} is {_price(current)}." if current else f"There is no budget for {in_words(category)} yet."


def _money(current: BudgetNow) -> Money:
    return Money(amount_minor=current.limit_minor, currency=current.currency)


def _price(current: BudgetNow) -> Price:
    return Price(amount_minor=current.limit_minor, currency=current.currency, period=Period(current.period))


def _yearly(price: Price) -> int:
    return price.amount_minor * TIMES_A_YEAR.get(price.period, 1)
