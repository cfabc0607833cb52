"""Discounts put to the prices they refer to: a stated result is recognised, a missing one worked out, an unclear one left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agents.negotiator.discount_reading import Discount
from agents.negotiator.mention import PRICES, Mention, Role

_RESULTS = frozenset({*PRICES, Role.TOTAL, Role.OTHER, Role.DISCOUNT, Role.INTRODUCTORY})


@dataclass(frozen=True)
class Discounted:
    """The mentions with discounts put to them, the further options that conditions make, and what stays unclear or unmet."""

    mentions: tuple[Mention, ...]
    variants: tuple[Mention, ...] = ()
    unclear: tuple[Discount, ...] = ()
    unmet: tuple[Discount, ...] = ()


def apply_discounts(found: Sequence[Mention], granted: Sequence[Discount], needed: int) -> Discounted:
    """Return the mentions as they stand after the discounts. Steps by quantity count at the highest step that is reached."""
    mentions, variants = list(found), list[Mention]()
    unclear, unmet = list[Discount](), list[Discount]()
    for discount in _reached(granted, needed):
        pairs = _stated_results(mentions, discount)
        if discount.least is not None and discount.least > needed:
            unmet.append(discount)
            mentions = _without_result(mentions, discount)
            continue
        if discount.unknown:
            # With its result stated, both prices stay on the table and are asked about.
            unmet.append(discount)
            continue
        if pairs:
            mentions = _as_stated(mentions, pairs, discount)
            continue
        bases = [mention for mention in mentions if mention.role in PRICES and mention.discount is None and mention.amount.value > 0]
        if discount.done or not bases:
            continue
        if len({base.amount.value for base in bases}) > 1 or discount.vague:
            unclear.append(discount)
        elif discount.billing or discount.months:
            variants.append(_off(bases[0], discount))
        else:
            reduced = {id(base) for base in bases}
            mentions = [_off(mention, discount) if id(mention) in reduced else mention for mention in mentions]
    return Discounted(tuple(mentions), tuple(variants), tuple(unclear), tuple(unmet))


def _reached(granted: Sequence[Discount], needed: int) -> list[Discount]:
    """Return the discounts with only the best of the quantity steps that the need reaches; unreached ones stay to be told."""
    steps = [discount for discount in granted if discount.least is not None]
    if len(steps) < 2:
        return list(granted)
    reached = [step for step in steps if step.least is not None and step.least <= needed]
    best = max(reached, key=lambda step: step.least or 0, default=None)
    return [discount for discount in granted if discount.least is None or discount is best or discount not in reached]


def _stated_results(mentions: Sequence[Mention], discount: Discount) -> list[tuple[Mention, Mention]]:
    """Return the pairs of a price and a later one that is this price with the discount taken off."""
    return [
        (base, result)
        for base in mentions
        if (base.role in PRICES or base.role is Role.DISCOUNT) and base.discount is None
        for result in mentions
        if result is not base
        and result.role in _RESULTS
        and result.amount.currency == base.amount.currency
        and result.amount.value < base.amount.value
        and abs(discount.off(base.amount.value) - result.amount.value) <= Decimal("0.01")
        and (result.period in {base.period, None} or base.period is None)
    ]


def _as_stated(mentions: Sequence[Mention], pairs: Sequence[tuple[Mention, Mention]], discount: Discount) -> list[Mention]:
    """Return the mentions with each result as the offer. Without a condition the price before the discount is no offer any more."""
    results = {id(result): base for base, result in pairs}
    bases = {id(base) for base, _ in pairs}
    kept: list[Mention] = []
    for mention in mentions:
        if id(mention) in results:
            base = results[id(mention)]
            period, per_unit = mention.period or base.period, base.per_unit if mention.per_unit is None else mention.per_unit
            role = base.role if discount.billing or discount.months else Role.OFFER
            kept.append(replace(mention, role=role, period=period, per_unit=per_unit, block=mention.block or base.block, discount=discount))
        elif id(mention) in bases and not (discount.billing or discount.months):
            kept.append(replace(mention, role=Role.LISTED))
        else:
            kept.append(mention)
    return kept


def _without_result(mentions: Sequence[Mention], discount: Discount) -> list[Mention]:
    """Return the mentions with the result of a discount that does not apply set aside."""
    results = {id(result) for _, result in _stated_results(mentions, discount)}
    return [replace(mention, role=Role.OPTIONAL) if id(mention) in results else mention for mention in mentions]


def _off(base: Mention, discount: Discount) -> Mention:
    return replace(base, amount=replace(base.amount, value=discount.off(base.amount.value)), discount=discount)
