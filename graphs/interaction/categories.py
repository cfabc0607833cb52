"""Which budget or shelf a word means: "software", "email marketing", "everything"."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import sqlalchemy as sa

from agents.requisition_intake import catalogue_category
from agents.requisition_intake.lexicon import entries
from memory.database import reading
from memory.domain.instruction import Category
from memory.projections.spend import budgets
from memory.views.spend import WHOLE_HOUSE

_TOP = {
    "saas": Category.SAAS,
    "software": Category.SAAS,
    "subscriptions": Category.SAAS,
    "cloud": Category.SAAS,
    "hardware": Category.HARDWARE,
    "equipment": Category.HARDWARE,
    "services": Category.SERVICES,
    "contractor": Category.CONTRACTOR,
    "contractors": Category.CONTRACTOR,
    "freelancers": Category.CONTRACTOR,
    "freelancer": Category.CONTRACTOR,
}
_WHOLE = frozenset(
    [
        "all",
        "total",
        "overall",
        "whole",
        "company",
        "entire",
        "everything",
        "house",
        "spending",
        "monthly",
        "yearly",
        "annual",
        "quarterly",
        "general",
    ]
)
_SAID = {WHOLE_HOUSE: "everything together", "saas": "software", "contractor": "contractors"}
_FILLER = frozenset({"the", "our", "my", "monthly", "yearly", "annual", "quarterly", "total", "whole", "overall", "new", "budget"})


@dataclass(frozen=True)
class BudgetNow:
    """A budget as it stands: the row of the read model and the event behind it."""

    category: str
    currency: str
    limit_minor: int
    period: str
    event_id: str


def budgets_now(connection: sa.Connection) -> dict[str, BudgetNow]:
    """Return every budget by its category."""
    rows = connection.execute(sa.select(budgets).order_by(budgets.c.category))
    return {r.category: BudgetNow(r.category, r.currency, r.limit_minor, r.period, r.event_id) for r in rows}


def read_budgets(database: sa.Engine) -> dict[str, BudgetNow]:
    """Return every budget by its category, in a read transaction of its own."""
    with reading(database) as connection:
        return budgets_now(connection)


def category_named(words: str | None, known: frozenset[str]) -> str | None:
    """Return the category a word or two mean; None when they mean none that is known here.

    What the operator already has a budget for is looked at first, then the four top categories, then the catalogue's shelves.
    No word at all means the whole house.
    """
    if words is None or not words.strip():
        return WHOLE_HOUSE
    low = " ".join(re.findall(r"[\w-]+", words.casefold()))
    core = " ".join(w for w in low.split() if w not in _FILLER) or low
    slug = core.replace(" ", "_").replace("-", "_")
    if slug in known:
        return slug
    if set(low.split()) <= _WHOLE:
        return WHOLE_HOUSE
    if core in _TOP:
        return _TOP[core].value
    return catalogue_category(core)


@functools.cache
def _shelves() -> dict[str, str]:
    return {entry.shelf: entry.category.value for entry in entries().values() if not entry.generic}


def top_category(category: str) -> str:
    """Return the top category a catalogue shelf belongs to; any other word stands for itself."""
    return _shelves().get(category, category)


def in_words(category: str) -> str:
    """Return a category as a person says it."""
    return _SAID.get(category) or category.replace("_", " ")
