"""The category when the need's own words are unknown: what a reader guesses from the verb, the period and the units."""

from __future__ import annotations

import re

from agents.requisition_intake.amount import Amount
from agents.requisition_intake.need import Need
from agents.requisition_intake.quantity import Quantity
from memory.domain.instruction import Category
from memory.domain.money import Period


def category_by_signs(low: str, need: Need | None, amounts: tuple[Amount, ...], quantity: Quantity | None) -> Category | None:
    """Return the likeliest category, or None for a need without any sign.

    People are hired and cost by the hour; seats and monthly prices mean software; what is bought, delivered or priced each
    is a thing; what is booked is a service.
    """
    if need is None:
        return None
    periods = {a.period for a in amounts}
    if periods & {Period.HOUR, Period.DAY} or re.search(r"\b(?:hire|hiring|freelanc\w*|contractor)\b", low):
        return Category.CONTRACTOR
    if quantity is not None and quantity.unit is not None and re.match(r"seat|user|licen|member|subscriber|contact", quantity.unit):
        return Category.SAAS
    if re.search(r"\b(?:deliver(?:ed|y)|shipping|shipped|warranty|refurbished|second[- ]hand|used)\b", low) or any(
        a.per in {"each", "piece", "unit", "a piece"} for a in amounts
    ):
        return Category.HARDWARE
    if periods & {Period.MONTH, Period.YEAR, Period.QUARTER}:
        return Category.SAAS
    if re.search(r"\b(?:book|engage|arrange|commission|rent|lease)\b", low):
        return Category.SERVICES
    return Category.HARDWARE if re.search(r"\b(?:buy|order|purchase|procure)\b", low) and Period.ONCE not in periods else None
