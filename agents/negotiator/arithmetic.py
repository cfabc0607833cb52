"""What the arithmetic of a mail tells of its amounts: products, taxes and sums that come out to the cent name one another.

"0.64 EUR each, that is 768.00 EUR" for 1,200 pieces can only be the price of one and the sum of the line, whatever the words
around them; a third amount that makes a stated sum beside that line is a charge that is paid once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import PRICES, Mention, Role
from agents.negotiator.particulars import TaxBasis, tax_basis_in, tax_rate
from memory.domain.money import Period

_MOST = 40  # amounts of a mail that are held against one another
_LONGEST_SUM = 8
_CENT = Decimal("0.01")
_SUMMABLE = frozenset({*PRICES, Role.TOTAL, Role.OTHER})
_ADDED = re.compile(r"(?: net)? ?(?:\+|plus) ?(?P<rate>\d{1,2}(?:[.,]\d{1,2})?) ?%")
_TAX_WORD = re.compile(r"\b(?:VAT|tax|GST|HST)\b", re.IGNORECASE)
_MONTHS = re.compile(r"(?<![\d.,])(?P<months>\d{1,3}) months\b", re.IGNORECASE)


def told_by_arithmetic(mail: MailText, found: Sequence[Mention], quantity: int) -> tuple[Mention, ...]:
    """Return the mentions with the roles, units and tax that their sums show; what no sum speaks of stays as it is."""
    if not 2 <= len(found) <= _MOST:
        return tuple(mention for mention in found if not mention.bare)
    rates = [Decimal(0), *(Decimal(rate.value) / 10_000 for rate in tax_rate(mail))]
    told = _sums(_products(_as_listed(_taxes(mail, list(found))), quantity, rates), quantity)
    # A number without a currency is no amount until a sum says so; a charge that is named as one needs none.
    return tuple(mention for mention in told if not mention.bare or mention.role is Role.SETUP)


def _pairs(found: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    return (
        (one, other)
        for one in range(len(found))
        for other in range(len(found))
        if one != other and found[one].amount.currency == found[other].amount.currency and found[one].amount.value > 0
    )


def _taxes(mail: MailText, found: list[Mention]) -> list[Mention]:
    """Know an amount that is another one with the tax added, and the tax itself."""
    stated = {Decimal(rate.value) / 10_000 for rate in tax_rate(mail)}
    for low, high in _pairs(found):
        net, gross = found[low], found[high]
        near = stated | ({Decimal(added["rate"].replace(",", ".")) / 100 for added in _ADDED.finditer(net.sentence.text)})
        near = near if net.sentence == gross.sentence else stated
        added = next((rate for rate in near if abs(net.amount.value * (1 + rate) - gross.amount.value) < _CENT), None)
        if added is not None and gross.role in _SUMMABLE and _holds_tax(mail, found, net, gross):
            found[high] = replace(gross, role=Role.TOTAL, basis=TaxBasis.GROSS, bare=False)
            found[low] = replace(
                net,
                period=net.period or gross.period,
                per_unit=gross.per_unit if net.per_unit is None else net.per_unit,
                block=net.block or gross.block,
                basis=TaxBasis.NET,
                bare=False,
                rate_bp=int(added * 10_000),
            )
        elif gross.role in _SUMMABLE and _TAX_WORD.search(net.sentence.text) and net.role in {*_SUMMABLE, Role.TAX}:
            contained = [rate for rate in stated if abs(gross.amount.value * rate / (1 + rate) - net.amount.value) < _CENT]
            if contained:
                found[low], found[high] = replace(net, role=Role.TAX, bare=False), replace(gross, basis=TaxBasis.GROSS, bare=False)
    return found


def _holds_tax(mail: MailText, found: Sequence[Mention], net: Mention, gross: Mention) -> bool:
    """Whether more than the figures says that one amount is the other with tax: its words, a bracket, or the tax itself."""
    own = tax_basis_in(mail.text[gross.clause_start : gross.clause_end])
    if own is not None:
        return own is TaxBasis.GROSS
    difference = gross.amount.value - net.amount.value
    return any(tax.role is Role.TAX and tax.amount.value == difference for tax in found) or (
        net.sentence == gross.sentence
        and (
            tax_basis_in(gross.sentence.text) is TaxBasis.GROSS or bool(_ADDED.match(net.sentence.text, net.place[1] - net.sentence.start))
        )
    )


def _as_listed(found: list[Mention]) -> list[Mention]:
    """Know what an offer is for by the price that it takes the place of ("20 EUR per user and month; for you 16 EUR")."""
    for index, offer in enumerate(found):
        if offer.role not in {Role.OFFER, Role.PRICE} or offer.period is not None or offer.per_unit is not None:
            continue
        others = [
            other
            for other in found
            if other.role in {Role.LISTED, Role.REFUSED, Role.OURS}
            and other.period is not None
            and other.amount.currency == offer.amount.currency
            and Decimal("0.4") <= offer.amount.value / max(other.amount.value, _CENT) <= Decimal("2.5")
        ]
        if others and len({(other.period, other.per_unit, other.block) for other in others}) == 1:
            found[index] = replace(offer, period=others[0].period, per_unit=others[0].per_unit, block=others[0].block)
    return found


def _products(found: list[Mention], quantity: int, rates: Sequence[Decimal]) -> list[Mention]:
    """Know the price of one unit by the sum it makes for all of them, in its own period or over a year or the term."""
    if quantity < 2:
        return found
    for one, other in _pairs(found):
        unit, whole = found[one], found[other]
        named = unit.role in PRICES or (unit.role is Role.SETUP and unit.sentence == whole.sentence)
        if not named or unit.per_unit is False or unit.block > 1 or whole.role not in _SUMMABLE or whole.per_unit:
            continue
        times, taxed = _times(unit, whole, quantity, rates)
        if not _is_sum(unit, whole, times):
            continue
        whole = replace(whole, basis=TaxBasis.GROSS) if taxed else whole
        period = (unit.period or whole.period) if times == 1 else Period.MONTH
        role = Role.PRICE if unit.role is Role.SETUP else unit.role
        found[one] = replace(unit, role=role, per_unit=True, block=1, period=period, summed=True, bare=False)
        found[other] = replace(
            whole, role=Role.TOTAL, per_unit=False, block=0, bare=False, period=whole.period or (period if times == 1 else None)
        )
    return found


def _times(unit: Mention, whole: Mention, quantity: int, rates: Sequence[Decimal]) -> tuple[Decimal, bool]:
    """Return how many times the price of all units goes into a sum, and whether that is so with the tax added."""
    each = unit.amount.value * quantity
    for rate in rates[1:] if tax_basis_in(whole.sentence.text) is TaxBasis.GROSS else ():
        times = (whole.amount.value / (each * (1 + rate))).to_integral_value()
        if times >= 1 and abs(each * times * (1 + rate) - whole.amount.value) < _CENT:
            return times, True
    return whole.amount.value / each, False


def _is_sum(unit: Mention, whole: Mention, times: Decimal) -> bool:
    """Whether a whole of so many times a unit's price for the quantity can be its sum, over a period, a year, or months it names."""
    if times == 1:
        return None in {unit.period, whole.period} or unit.period is whole.period
    if unit.period not in {Period.MONTH, None} or times != times.to_integral_value():
        return False
    if times == 3 and whole.period is Period.QUARTER:
        return unit.period is Period.MONTH
    if times == 12 and (whole.period is Period.YEAR or (whole.period is None and unit.period is Period.MONTH)):
        return True
    stretches = {int(stretch["months"]) for stretch in _MONTHS.finditer(whole.sentence.text)}
    return int(times) in stretches and whole.period is None


def _sums(found: list[Mention], quantity: int) -> list[Mention]:
    """Know an amount that the ones before it add up to; beside the line of the price, what has no period is paid once."""
    added = [
        index
        for index, mention in enumerate(found)
        if mention.role in {*_SUMMABLE, Role.SETUP, Role.TAX, Role.SURCHARGE} and (not mention.per_unit or _unsummed(mention))
    ]

    def value(mention: Mention) -> Decimal:
        return mention.amount.value * (quantity if mention.per_unit else 1)

    for position, index in enumerate(added):
        whole = found[index]
        if whole.role not in _SUMMABLE or whole.basis is TaxBasis.GROSS or whole.per_unit:
            continue
        for count in range(2, min(position, _LONGEST_SUM) + 1):
            parts = added[position - count : position]
            same = all(found[part].amount.currency == whole.amount.currency for part in parts)
            if same and sum(value(found[part]) for part in parts) == whole.amount.value:
                _as_sum(found, parts, index)
                break
    return found


def _unsummed(mention: Mention) -> bool:
    """Whether it is the price of one unit for which no line states the sum."""
    return mention.role in PRICES and mention.block == 1 and not mention.summed


def _as_sum(found: list[Mention], parts: Sequence[int], whole: int) -> None:
    for index in (*parts, whole):
        found[index] = replace(found[index], bare=False)
    lines = [part for part in parts if found[part].per_unit or found[part].role is Role.TOTAL or found[part].period is not None]
    if any(found[part].role is Role.TAX for part in parts):
        found[whole] = replace(found[whole], role=Role.TOTAL, basis=TaxBasis.GROSS)
        return
    found[whole] = replace(found[whole], role=Role.TOTAL)
    for part in parts if lines else ():
        if part not in lines and found[part].role in {Role.PRICE, Role.OFFER, Role.OTHER} and found[part].period is None:
            found[part] = replace(found[part], role=Role.SETUP, summed=True)
        if part not in lines and found[part].role is Role.SURCHARGE and found[part].period is None and found[whole].period is None:
            found[part] = replace(found[part], role=Role.SETUP)
    for part in parts:
        if found[part].role is Role.SETUP:
            found[part] = replace(found[part], summed=True)
