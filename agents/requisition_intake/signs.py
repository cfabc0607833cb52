"""The category when the need's own words are unknown: what a reader guesses from the verb, the period and the units."""

from __future__ import annotations

import re

from agents.requisition_intake.amount import Amount
from agents.requisition_intake.need import Need
from agents.requisition_intake.quantity import Quantity
from memory.domain.instruction import Category
from memory.domain.money import Period

_BY_TIME = frozenset({Period.HOUR, Period.DAY})
_RUNNING = frozenset({Period.MONTH, Period.QUARTER, Period.YEAR})
_HIRED = re.compile(r"\b(?:hire|hiring|freelanc\w*|contractor)\b")
_SHIPPED = re.compile(r"\b(?:deliver(?:ed|y)|shipping|shipped|warranty|refurbished|second[- ]hand|used)\b")
_BOOKED = re.compile(r"\b(?:book|engage|arrange|commission|rent|lease)\b")
_BOUGHT = re.compile(r"\b(?:buy|order|purchase|procure)\b")
_VISITS = re.compile(
    r"\b(?:every (?:week|day|month|other week)|weekly|fortnightly|(?:once|twice|three times) (?:a|per) (?:week|month|day)|on[- ]site|per visit)\b"
)
_SEATS = re.compile(r"seat|user|licen|member|subscriber|contact")


def category_by_signs(low: str, need: Need | None, amounts: tuple[Amount, ...], quantity: Quantity | None) -> Category | None:
    """Return the likeliest category, or None for a need without any sign.

    People are hired and cost by the hour; seats and monthly prices mean software; what is delivered or priced each is a
    thing, and so is what is bought; what is booked is a service. The first sign that shows decides.
    """
    if need is None:
        return None
    periods = {a.period for a in amounts}
    each = any(a.per in {"each", "piece", "unit"} for a in amounts)
    signs = (
        (Category.CONTRACTOR, bool(periods & _BY_TIME) or _HIRED.search(low) is not None),
        (Category.SAAS, quantity is not None and _SEATS.match(quantity.unit or "") is not None),
        (Category.HARDWARE, each or _SHIPPED.search(low) is not None),
        (Category.SERVICES, _VISITS.search(low) is not None),
        (Category.SAAS, bool(periods & _RUNNING)),
        (Category.SERVICES, _BOOKED.search(low) is not None),
        (Category.HARDWARE, _BOUGHT.search(low) is not None),
    )
    return next((category for category, shown in signs if shown), None)


def hired_person(low: str, need: Need, amounts: tuple[Amount, ...]) -> bool:
    """Whether a profession is hired by the hour or day ("hire a bookkeeper, 45 EUR/hour"): then it is contractor work."""
    person = re.search(r"(?:er|or|ist|ant)s?\b", need.text.lower()) is not None
    return person and _HIRED.search(low) is not None and any(a.period in _BY_TIME for a in amounts)
