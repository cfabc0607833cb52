"""Which of the amounts named is the ceiling; and whether they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agents.requisition_intake.amount import Amount, Role
from agents.requisition_intake.money_terms import CORRECTION
from agents.requisition_intake.text import Source
from memory.domain.instruction import Category
from memory.domain.money import Period, Price


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling, or why there is none: a question for the operator."""

    amount: Amount | None = None
    price: Price | None = None
    question: str = ""


_NEAR = 40
"""Characters within which a floor takes its period from the limit that follows it."""


def choose_ceiling(source: Source, amounts: tuple[Amount, ...], category: Category | None, quantity: int | None) -> Ceiling:
    """Return the ceiling as stated.

    A hard limit beats a wish ("ideally 40, at most 60"); a correction beats what it corrects; a price per unit beats the
    total when both are given. Two limits for the same period that differ, or a floor above the limit, are a contradiction:
    the operator is asked. An unstated period means once, except for software, where the period is asked for.
    """
    usable = [a for a in amounts if a.role not in {Role.OTHER, Role.FLOOR}]
    if (correction := _corrected(source, usable)) is not None:
        before = usable[usable.index(correction) - 1]
        return _priced(source, replace(correction, period=correction.period or before.period, per=correction.per or before.per), category)
    hard = [a for a in usable if a.role is Role.LIMIT] or [a for a in usable if a.role is Role.PLAIN] or usable
    if not hard:
        return Ceiling()
    chosen = _first_with_period(hard)
    rival = next((a for a in hard if _contradicts(a, chosen, quantity)), None)
    if rival is not None:
        return Ceiling(question=f"You named two budgets, {_quote(source, chosen)} and {_quote(source, rival)}: which one holds?")
    floor = next(
        (
            a
            for a in amounts
            if a.role is Role.FLOOR
            and (a.period is chosen.period or (a.period is None and 0 < chosen.start - a.start < _NEAR))
            and a.currency == chosen.currency
            and a.value > chosen.value
        ),
        None,
    )
    if floor is not None:
        return Ceiling(question=f"{_quote(source, chosen)} and {_quote(source, floor)} cannot both hold: what may it cost at most?")
    return _priced(source, chosen, category)


def _priced(source: Source, chosen: Amount, category: Category | None) -> Ceiling:
    open_period = category is Category.SAAS and chosen.period is None and not chosen.total
    price = chosen.price(Period.MONTH if open_period else Period.ONCE)
    if price is None:
        return Ceiling(question=f"In which currency is {_quote(source, chosen)}?")
    question = f"Is {_quote(source, chosen)} for a month, a year, or once?" if open_period else ""
    return Ceiling(amount=chosen, price=price, question=question)


def _corrected(source: Source, hard: list[Amount]) -> Amount | None:
    """The last amount, when the words before it take back the one before."""
    if len(hard) < 2:
        return None
    between = source.low[hard[-2].start : hard[-1].end]
    return hard[-1] if CORRECTION.search(between) else None


def _first_with_period(hard: list[Amount]) -> Amount:
    """The first amount; or its fuller restatement ("60 EUR ... so 60 EUR a month")."""
    first = hard[0]
    same = [a for a in hard if (a.value, a.currency) == (first.value, first.currency) and a.period is not None]
    if first.per is None and first.total:
        per_unit = [a for a in hard if a.per is not None and not a.total]
        return per_unit[0] if per_unit else first
    return same[0] if first.period is None and same else first


def _contradicts(other: Amount, chosen: Amount, quantity: int | None) -> bool:
    """Whether both cannot be the same limit: same basis and period, another figure."""
    if other is chosen or (other.per is None) != (chosen.per is None) or other.total != chosen.total:
        return False
    if other.period is not chosen.period and other.period is not None and chosen.period is not None:
        return False
    if quantity is not None and other.value in {chosen.value * quantity, chosen.value / quantity}:
        return False
    return (other.value, other.currency) != (chosen.value, chosen.currency)


def _quote(source: Source, amount: Amount) -> str:
    return f'"{source.words(amount.start, amount.end).strip(" ,(")}"'
