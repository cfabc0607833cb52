"""From a stated price to a net price and a tax rate: what the mail says about tax, near the price first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import Mention, Role
from agents.negotiator.particulars import TaxBasis, reverse_charge, tax_basis, tax_basis_in, tax_rate
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.quote import Terms


@dataclass(frozen=True)
class TaxReading:
    """The basis and rate to reckon with, and what had to be asked or assumed for it."""

    basis: TaxBasis
    rate_bp: int
    span: Span | None = None
    question: str = ""
    assumed: str = ""

    def net(self, stated: Money) -> Money:
        """Return the net amount, rounded up, so that tax added again never comes out below what was stated."""
        if self.basis is not TaxBasis.GROSS:
            return stated
        net = Decimal(stated.amount_minor) * 10_000 / (10_000 + self.rate_bp)
        return Money(amount_minor=int(net.to_integral_value(rounding=ROUND_CEILING)), currency=stated.currency)


def read_tax(
    near: MailText, wide: MailText, price: Mention, found: Sequence[Mention], *, default_bp: int, earlier: Terms | None
) -> TaxReading:
    """Return how the price is taxed, from its own passage `near` before the rest, `wide`. A silent mail is read as net plus tax, the dearer reading, and a question is put."""
    stated = tax_basis(near) or tax_basis(wide)
    added = _summed(found)
    clause = tax_basis_in(near.text[price.clause_start : price.clause_end])
    basis = price.basis or clause or added or _local_basis(near, price) or (stated.value if stated else None)
    span = stated.span if stated else None
    rates = tax_rate(near) or tax_rate(wide)
    reverse = reverse_charge(wide)
    if reverse:
        return TaxReading(TaxBasis.NET, default_bp, reverse, assumed=f"reverse charge: we owe the tax, reckoned at {_percent(default_bp)}")
    if basis is TaxBasis.NONE:
        return TaxReading(TaxBasis.NONE, 0, span)
    stated_bp = max((rate.value for rate in rates), default=price.rate_bp)
    if basis is None and earlier is not None and stated_bp in {None, earlier.tax_rate_bp}:
        return TaxReading(TaxBasis.NET, earlier.tax_rate_bp, None, assumed=f"net plus {_percent(earlier.tax_rate_bp)} tax, as before")
    unsaid = len(rates) > 1 or (basis is TaxBasis.GROSS and not rates)
    question = _net_or_gross(price) if basis is None else "Which tax rate applies?" if unsaid else ""
    assumed = (
        "" if rates or price.rate_bp is not None else f"tax rate {_percent(default_bp)} (the operator's default; the mail states none)"
    )
    return TaxReading(
        basis or TaxBasis.NET, default_bp if stated_bp is None else stated_bp, rates[0].span if rates else span, question, assumed
    )


def _local_basis(mail: MailText, price: Mention) -> TaxBasis | None:
    clause = mail.text[price.clause_start : price.clause_end]
    beyond = mail.text[price.clause_start : price.sentence.end]
    return tax_basis_in(clause) or tax_basis_in(beyond) or tax_basis_in(mail.text[price.sentence.start : price.sentence.end])


def _summed(found: Sequence[Mention]) -> TaxBasis | None:
    """Return NET where a mail adds its tax to a sum and comes to a larger one: its prices stand before the tax."""
    taxes = [mention.amount for mention in found if mention.role is Role.TAX]
    sums = [mention.amount for mention in found if mention.role is not Role.TAX]
    added = any(
        low.value + tax.value == high.value and tax.value > 0
        for tax in taxes
        for low in sums
        for high in sums
        if low.currency == high.currency == tax.currency
    )
    return TaxBasis.NET if added else None


def _net_or_gross(price: Mention) -> str:
    return f"Is the price of {price.amount.money} net, or does it include VAT?"


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points) / 100:f}".rstrip("0").rstrip(".") + " %"
