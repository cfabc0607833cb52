"""What a careful buyer must still ask before anything starts, and how."""

from __future__ import annotations

from agents.requisition_intake.amount import Amount
from memory.domain.instruction import Category, Details, Intent, RenewalCommand, VendorSuggested
from memory.domain.money import Period

_ALWAYS_PLURAL = ("headphones", "earbuds", "glasses", "scissors", "speakers", "airpods", "pos")
_MASS = (
    "paper",
    "toner",
    "stationery",
    "equipment",
    "furniture",
    "packaging",
    "wrap",
    "merch",
    "ram",
    "memory",
    "lighting",
    "merchandise",
    "swag",
    "workwear",
    "shelving",
    "tape",
    "gear",
    "hardware",
)
QUESTIONS = {
    "need": "What should be bought?",
    "ceiling": "What may it cost at most, in which currency, and is that once, a month or a year?",
    "quantity": "How many are needed?",
    "deadline": "By when is it needed?",
    "case": "Which case do you mean? `qm cases list` shows their ids.",
    "vendor": "Which vendor do you mean?",
}


_ABBREVIATION = 3
"""Letters. "NAS", "UPS" and "GPS" end in s and are one."""


def is_plural(noun: str) -> bool:
    """Whether a noun phrase ends in a plural, as far as its letters tell."""
    last = noun.lower().split()[-1] if noun.split() else ""
    return len(last) > _ABBREVIATION and last.endswith("s") and not last.endswith(("ss", "us", "is")) and last not in _ALWAYS_PLURAL


def is_single(noun: str) -> bool:
    """Whether a noun phrase names one thing, not several and not a mass ("paper", "furniture")."""
    return not is_plural(noun) and not noun.lower().endswith(_MASS)


def missing_in_purchase(
    need: str | None, category: Category | None, quantity: int | None, ceiling: Amount | None, asked: dict[str, str]
) -> tuple[str, ...]:
    """Return the fields to ask for, in the order of the form.

    Need and ceiling always; the quantity where the total cannot be bounded without it: a price per unit, hour or day,
    or hardware in the plural. A deadline is optional. `asked` holds questions that contradictions have already raised.
    """
    per_unit = ceiling is not None and not ceiling.total and (ceiling.per is not None or ceiling.period in {Period.HOUR, Period.DAY})
    lacks = {
        "need": need is None,
        "quantity": quantity is None and (per_unit or (category is Category.HARDWARE and need is not None and is_plural(need))),
        "ceiling": ceiling is None or "ceiling" in asked,
        "deadline": "deadline" in asked,
    }
    return tuple(field for field, lacking in lacks.items() if lacking)


def missing_in_command(
    intent: Intent, vendor: str | None, case: str | None, details: Details | None, *, has_amount: bool
) -> tuple[str, ...]:
    """Return the fields a command cannot be carried out without."""
    if intent is Intent.CASE_CONTROL and case is None:
        return ("case",)
    if intent is Intent.BUDGET_UPDATE and not has_amount:
        return ("ceiling",)
    return ("vendor",) if vendor is None and isinstance(details, RenewalCommand | VendorSuggested) else ()
