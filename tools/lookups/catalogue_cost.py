"""What a quantity costs by list price, or why the catalogue cannot say. Nothing is extrapolated."""

from __future__ import annotations

from decimal import Decimal

from memory.domain.catalogue import Cost, Product
from memory.domain.money import Money, Period, Price

_PER_YEAR = {Period.MONTH: 12, Period.QUARTER: 4, Period.YEAR: 1}


def cost_of(product: Product, quantity: int) -> Cost | None:
    """Return the list cost of `quantity`, or `None` when the source states no price for it.

    A quantity below the plan's minimum costs the minimum; a block price is paid for each block begun.
    """
    stated = _stated_minor(product, quantity)
    if stated is None:
        return None
    price = Price(amount_minor=stated, currency=product.price.currency, period=product.price.period)
    return _spread(price)


def unpriced_reason(product: Product, quantity: int) -> str:
    """Say what is missing for a price of `quantity`."""
    wanted = f"{quantity:,} {product.counted}"
    if product.tiers:
        return f"the list price for {wanted}: the source prices {product.tiers[0].start:,} to {product.tiers[-1].up_to:,}"
    if product.starting_price:
        return f'the list price for {wanted}: the source states only a "from" price of {product.price}'
    return f"the list price for {wanted}: the source prices by {product.price.period.value}"


def _stated_minor(product: Product, quantity: int) -> int | None:
    counted = max(quantity, product.minimum)
    amount = product.price.amount_minor
    if product.tiers:
        tier = next((tier for tier in product.tiers if tier.start <= counted <= tier.up_to), None)
        if tier is None:
            return None
        amount = tier.amount_minor
    elif product.starting_price:
        return None
    # An hour or a day has no month: how many hours are needed is not the catalogue's to guess.
    if product.price.period in {Period.HOUR, Period.DAY}:
        return None
    return amount if product.block == 0 else amount * -(-counted // product.block)


def _spread(price: Price) -> Cost:
    if price.period is Period.ONCE:
        return Cost(stated=price, once=price.money)
    per_year = price.money * _PER_YEAR[price.period]
    per_month = price.money if price.period is Period.MONTH else per_year.times(Decimal(1) / 12)
    return Cost(stated=price, per_month=per_month, per_year=per_year)


def running_amount(cost: Cost) -> Money:
    """Return the amount by which two costs of one currency are compared: per month, or once."""
    return cost.per_month or cost.once or cost.stated.money
