"""The papers of a deal: the contract at the agreed terms, and the invoice that follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period
from tools.sandbox.contract_terms import ContractTerms, PaperParty
from tools.sandbox.vendors.bargaining import Offer
from tools.sandbox.vendors.personality import Habit, Personality


def number(personality: Personality, kind: str, dealing: str, on: date) -> str:
    """Return a number such as `BRIEFLARK-C-2026-0417`: the same for the same dealing."""
    return f"{personality.vendor_id.upper()}-{kind}-{on.year}-{int(sha256_hex(f'{kind}/{dealing}'.encode())[:8], 16) % 9000 + 1000}"


def contract_terms(personality: Personality, offer: Offer, customer: PaperParty, contract: str, on: date) -> ContractTerms:
    """Return the contract for an agreed offer. A vendor that changes contracts changes price, term and notice."""
    written, notice = offer, personality.notice_days
    if Habit.CHANGES_THE_CONTRACT in personality.habits:
        written = replace(offer, price_minor=offer.price_minor * 112 // 100, term_months=offer.term_months * 2)
        notice = 180
    return ContractTerms(
        number=contract,
        vendor=personality.party,
        customer=customer,
        product=f"{personality.product}, up to {written.contacts:,} contacts",
        quantity=1,
        unit="plan",
        unit_price=Money(amount_minor=written.price_minor, currency=personality.currency),
        period=Period.MONTH,
        vat_percent=personality.vat_percent,
        setup_fee_minor=written.setup_minor,
        effective_on=on,
        initial_months=written.term_months,
        notice_days=notice,
        payment_days=written.payment_days,
        price_increase_cap_percent=personality.price_cap_percent,
        data_region="the European Union" if personality.region.startswith("EU") else "the United States",
    )


def invoice_total(personality: Personality, offer: Offer) -> Money:
    """Return the first invoice, VAT included: the whole term when billed yearly, else the first month and the set-up fee."""
    net = offer.net_minor if offer.yearly else offer.price_minor + offer.setup_minor
    minor = (net * (100 + personality.vat_percent) + 50) // 100
    return Money(amount_minor=minor, currency=personality.currency)
