"""The arithmetic under the strategy: what an offer costs, and which unit price costs how much. Minor units throughout."""

from __future__ import annotations

from decimal import Decimal

from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.worth import comparable_total

YEAR = 12
_FLEXIBLE = (
    "cancel any time",
    "cancel anytime",
    "cancel monthly",
    "monthly cancel",
    "month to month",
    "month-to-month",
    "no commitment",
    "no contract",
    "monthly billing",
    "billed monthly",
    "no minimum term",
    "monthly plan",
)


def package_for(requisition: Requisition, latest: Terms) -> Terms:
    """Return what we ask for besides the price: no set-up fee, and a year paid in advance as our part of the bargain."""
    changes: dict[str, object] = {"setup_fee": Money(amount_minor=0, currency=latest.currency)}
    needed = requisition.quantity
    changes["quantity"] = max(latest.quantity, needed) if latest.priced_per is PricedPer.FLAT else needed
    if latest.unit_price.period in MONTHS:
        flexible = any(words in " ".join(requisition.must_have).lower() for words in _FLEXIBLE)
        changes |= (
            {"term_months": 1, "billing": Period.MONTH}
            if flexible and latest.unit_price.period is Period.MONTH
            else {"term_months": YEAR, "billing": Period.YEAR}
        )
    return latest.model_copy(update=changes)


def scaled(total: Money, package: Terms) -> Money:
    """Return a total over twelve months as one over the package's term; a one-off total as it is."""
    months = package.term_months if package.unit_price.period in MONTHS else YEAR
    return Money(amount_minor=total.amount_minor * months // YEAR, currency=total.currency)


def own_price(terms: Terms, package: Terms) -> int:
    """Return the vendor's own unit price where it is stated on the package's basis, else its equivalent."""
    if terms.unit_price.period is package.unit_price.period and terms.priced_per is package.priced_per:
        return terms.unit_price.amount_minor
    return price_reaching(package, comparable_total(terms))


def at_price(package: Terms, price: int) -> Terms:
    """Return the package at another unit price."""
    return package.model_copy(update={"unit_price": package.unit_price.model_copy(update={"amount_minor": price})})


def price_within(package: Terms, limit: Money) -> int:
    """Return the highest unit price at which the package costs at most `limit` all-in; 0 or less when there is none."""
    low, high = -1, max(limit.amount_minor, 0) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle == 0 or at_price(package, middle).all_in_total() <= limit else (low, middle)
    return low


def price_reaching(package: Terms, total: Money) -> int:
    """Return the lowest unit price at which the package costs at least `total` over a year."""
    low, high = 0, max(total.amount_minor, 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if comparable_total(at_price(package, middle)) >= total else (middle, high)
    return high


def step_of(price: int) -> int:
    """Return what a price is rounded to, so that it reads like one: about one part in a hundred."""
    return next((step for least, step in ((1_000_000, 5000), (100_000, 500), (10_000, 100), (2000, 50), (200, 10)) if price >= least), 1)


def shown(package: Terms, price: int) -> str:
    """Return a unit price in words."""
    return str(Price(amount_minor=max(price, 0), currency=package.currency, period=package.unit_price.period))


def list_price_on(listed: Price | None, terms: Terms) -> Money | None:
    """Return the catalogue's list price on the basis of the terms, or None when it cannot be compared."""
    if listed is None or listed.currency != terms.currency or terms.priced_per is PricedPer.UNIT:
        return None
    if listed.period is terms.unit_price.period:
        return listed.money
    if listed.period not in MONTHS or terms.unit_price.period not in MONTHS:
        return None
    return listed.money.times(Decimal(MONTHS[terms.unit_price.period]) / MONTHS[listed.period])


__all__ = [
    "YEAR",
    "at_price",
    "comparable_total",
    "list_price_on",
    "own_price",
    "package_for",
    "price_reaching",
    "price_within",
    "scaled",
    "shown",
    "step_of",
]
