"""The same talk by mail: an offer in a vendor's words, with whatever else that kind of vendor writes, and read back as the product reads.

The engine sees typed terms only. What a mail adds (a lie about a competitor, an order to the software that reads it) has to get
past the reader, and cannot: this is where that is rehearsed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from agents.negotiator.quote_reader import read_quote
from agents.negotiator.reading import QuoteReading
from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS, Requisition

_OPENINGS = ("Thank you for your message.", "Thanks for getting back to us.", "Good to hear from you.")
_EVERY = {Period.MONTH: "per month", Period.QUARTER: "per quarter", Period.YEAR: "per year", Period.HOUR: "per hour", Period.DAY: "per day"}
_BILLED = {Period.MONTH: "billed monthly", Period.QUARTER: "billed quarterly in advance", Period.YEAR: "billed yearly in advance"}


def worded(terms: Terms, *, beside: str = "", seed: int = 0) -> str:
    """Return the mail that makes an offer; `beside` is what the vendor says besides. The same arguments give the same words."""
    chance = random.Random(seed)  # noqa: S311  wording, not secrets
    lines = [f"- {name}: {value}" for name, value in _rows(terms)]
    paragraphs = ["Hello,", chance.choice(_OPENINGS), "Our offer:\n" + "\n".join(lines), beside, "Kind regards\nYour sales desk"]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _rows(terms: Terms) -> list[tuple[str, str]]:
    running = terms.unit_price.period in MONTHS
    rows = [("Price", _price(terms))]
    if running:
        rows += [
            ("Billing", _BILLED.get(terms.billing, "billed once")),
            ("Contract term", f"minimum term {_count(terms.term_months, 'month')}"),
        ]
    rows += [("VAT", f"plus {terms.tax_rate_bp / 100:g} % VAT")]
    rows += [("Set-up fee", _amount(terms.setup_fee) if terms.setup_fee.amount_minor else "none")]
    if terms.free_months:
        rows.append(("Free months", f"the first {_count(terms.free_months, 'month')} are free"))
    if terms.credit is not None:
        rows.append(("Credit", f"a one-off credit of {_amount(terms.credit)}"))
    if terms.payment_days is not None:
        rows.append(("Payment", f"within {_count(terms.payment_days, 'day')} of the invoice"))
    if terms.price_increase_cap_bp is not None:
        rows.append(("Price increases", f"capped at {terms.price_increase_cap_bp / 100:g} % per year"))
    if terms.notice_days is not None:
        rows.append(("Notice", f"{_count(terms.notice_days, 'day')} before the end of the term"))
    if terms.support_level:
        rows.append(("Support", f"{terms.support_level.removesuffix(' support')} support is included"))
    return rows


def _price(terms: Terms) -> str:
    every = _EVERY.get(terms.unit_price.period, "in total, paid once")
    if terms.priced_per is PricedPer.UNIT:
        single = terms.unit.removesuffix("s")
        return f"{_amount(terms.unit_price.money)} net per {single}{'' if every.startswith('in') else f' {every}'}, for {terms.quantity:,} {terms.unit}"
    return f"{_amount(terms.unit_price.money)} net {every} for up to {terms.quantity:,} {terms.unit}"


def _amount(money: Money) -> str:
    return f"{money.amount:,.2f} {money.currency}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Post:
    """Carries offers by mail, as one vendor words them and the product reads them."""

    requisition: Requisition
    tax_rate_bp: int = 1900

    def read(self, text: str, *, earlier: Terms | None = None, ours: Terms | None = None) -> QuoteReading:
        """Return what the product's reader makes of a mail."""
        return read_quote(
            text,
            quote_id="Q-rehearsal",
            vendor_id="rehearsal",
            round=0,
            message=sha256_hex(text.encode()),
            requisition=self.requisition,
            tax_rate_bp=self.tax_rate_bp,
            earlier=earlier,
            ours=ours,
        )

    def carried(self, terms: Terms, *, beside: str = "", seed: int = 0) -> Terms | None:
        """Return terms as they arrive; None where the reader is not certain and would ask back."""
        quote = self.read(worded(terms, beside=beside, seed=seed)).quote
        return None if quote is None or quote.ambiguous else quote.terms
