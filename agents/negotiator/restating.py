"""Prices that say another one again: per year instead of per month, for all units instead of for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.negotiator.mention import Mention, Role
from memory.domain.money import Period
from memory.domain.requisition import MONTHS


def monthly_minor(price: Mention) -> int | None:
    """Return the price for a month in thousandths of a minor unit, or None for a price that does not run."""
    if price.period not in MONTHS:
        return None
    return price.amount.money.amount_minor * 1000 // MONTHS[price.period]


def merged(candidates: Sequence[Mention], quantity: int) -> tuple[list[Mention], tuple[Mention, ...]]:
    """Drop a price that only says another one in other words; the yearly one stays when it is the exact one."""
    kept: list[Mention] = []
    restated: list[Mention] = []
    for mention in candidates:
        twin = next((index for index, other in enumerate(kept) if _says_again(other, mention, quantity)), None)
        if twin is None:
            kept.append(mention)
            continue
        stays, goes = (mention, kept[twin]) if _says_more(mention, kept[twin]) else (kept[twin], mention)
        restated.append(goes)
        kept[twin] = _completed(stays, goes)
    return kept, tuple(restated)


def reckoned(candidates: Sequence[Mention], found: Sequence[Mention], quantity: int) -> list[Mention]:
    """Return the prices, each known as one unit's where the mail multiplies it by our quantity ("10 x 8.90 = 89.00 monthly")."""
    return [_as_unit(price, found, quantity) for price in candidates]


def _as_unit(price: Mention, found: Sequence[Mention], quantity: int) -> Mention:
    if price.per_unit is not None or quantity < 2:
        return price
    total = next(
        (
            other
            for other in found
            if other.role is Role.TOTAL
            and other.sentence == price.sentence
            and other.amount.currency == price.amount.currency
            and other.amount.value == price.amount.value * quantity
            and price.period in {None, other.period}
        ),
        None,
    )
    return price if total is None else replace(price, per_unit=True, block=1, period=total.period)


def _says_again(one: Mention, other: Mention, quantity: int) -> bool:
    return _same(one, other) or _multiplied(one, other, quantity) or _year_of(one, other) or _year_of(other, one)


def _completed(stays: Mention, goes: Mention) -> Mention:
    """Return the price that stays with the period that only the other one names."""
    if stays.period is not None or goes.period is None:
        return stays
    return replace(stays, period=Period.YEAR if _year_of(stays, goes) else goes.period)


def _year_of(whole: Mention, monthly: Mention) -> bool:
    """Whether a price without a period is twelve times one per month."""
    return (
        whole.period is None
        and monthly.period is Period.MONTH
        and whole.amount.currency == monthly.amount.currency
        and (whole.per_unit or False) == (monthly.per_unit or False)
        and whole.amount.value == monthly.amount.value * 12
    )


def _says_more(mention: Mention, other: Mention) -> bool:
    """Whether the later mention is the one to read: it has the period that the other lacks, or the exact yearly figure."""
    if _same(other, mention):
        if (mention.period is None) is not (other.period is None):
            return other.period is None
        exact = monthly_minor(mention) == monthly_minor(other)
        return not exact and mention.period is Period.YEAR
    return _each(mention) and not _each(other)


def _each(price: Mention) -> bool:
    return bool(price.per_unit) or price.period in {Period.HOUR, Period.DAY}


def _same(one: Mention, other: Mention) -> bool:
    if one.amount.currency != other.amount.currency:
        return False
    unsaid = one.per_unit is None or other.per_unit is None
    first, second = monthly_minor(one), monthly_minor(other)
    if first is None or second is None:
        return one.amount.value == other.amount.value and (unsaid or one.per_unit == other.per_unit)
    if not unsaid and one.per_unit != other.per_unit:
        return False
    if unsaid and one.per_unit is not other.per_unit and one.amount.value != other.amount.value:
        return False
    return abs(first - second) <= (1000 if one.period is not other.period else 0)


def _multiplied(one: Mention, other: Mention, quantity: int) -> bool:
    """Whether one price is the other for the whole quantity, over the same stretch of time or a year of it."""
    unit, whole = (one, other) if _each(one) else (other, one)
    if not _each(unit) or _each(whole) or unit.block > 1 or quantity < 2 or unit.amount.currency != whole.amount.currency:
        return False
    times = unit.amount.value * quantity
    if whole.amount.value == times:
        return whole.period in {unit.period, None} or unit.period is None
    return unit.period is Period.MONTH and whole.period is Period.YEAR and whole.amount.value == times * 12
