"""The terms of an offer, field by field: what the mail says, what stands from before, and what must be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agents.negotiator import particulars
from agents.negotiator.choosing import Chosen
from agents.negotiator.fee_reading import read_fees
from agents.negotiator.mail_text import MailText
from agents.negotiator.mentions import Mention, Role
from agents.negotiator.quantity_reading import covered, sold_by_the_piece
from agents.negotiator.reading import QuoteFinding
from agents.negotiator.tax_reading import read_tax
from memory.domain.evidence import Span
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS, Requisition

_FOR_ALL = re.compile(
    r"\b(?:total|altogether|in all|overall|flat|lump sum|fixed price|fixed fee|package|for (?:all|the|up to)? ?\d|for (?:all|everything))",
    re.IGNORECASE,
)


@dataclass
class Draft:
    """What is gathered while reading one mail: spans by field, questions for the vendor, assumptions, findings."""

    mail: MailText
    requisition: Requisition
    default_tax_bp: int
    earlier: Terms | None
    ours: Terms | None
    spans: dict[str, Span] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    findings: list[QuoteFinding] = field(default_factory=list)

    def note(self, name: str, span: Span | None) -> None:
        """Remember the words behind a field."""
        if span is not None:
            self.spans[name] = span

    def ask(self, question: str) -> None:
        """Add a question, once."""
        if question and question not in self.questions:
            self.questions.append(question)

    def assume(self, sentence: str) -> None:
        """Add an assumption, once."""
        if sentence and sentence not in self.assumed:
            self.assumed.append(sentence)


def read_terms(draft: Draft, found: Sequence[Mention], chosen: Chosen, *, taken: bool) -> Terms:
    """Return the terms of the chosen offer. `taken` when the mail accepts our last offer. What is unclear lands in the draft."""
    price, near, wide = chosen.option.price, chosen.option.mail, chosen.option.rest
    # An accepted offer of ours stands whole where the answer is silent; otherwise the vendor's own earlier words do.
    accepted = taken and draft.ours is not None and price.amount.value == draft.ours.unit_price.money.amount
    silent = draft.ours if accepted else draft.earlier
    _question_price(draft, price, chosen, found)
    tax = read_tax(near, wide, price, default_bp=draft.default_tax_bp, earlier=silent)
    draft.note("tax", tax.span)
    draft.ask(tax.question)
    draft.assume(tax.assumed)
    period = _period(draft, price, silent)
    per_unit = _per_unit(draft, price, period, silent)
    quantity = _quantity(draft, (near, wide), per_unit=per_unit, silent=silent)
    amount = tax.net(price.amount.money)
    if price.block > 1:
        blocks = -(-draft.requisition.quantity // price.block)
        amount, per_unit = amount * blocks, False
        quantity = max(quantity, draft.requisition.quantity)
        draft.assume(f"{blocks} blocks of {price.block:,} {draft.requisition.unit} for the quantity needed")
    whole = _whole_quantity(draft, price)
    if whole is not None and not price.amount.exact:
        amount, per_unit = tax.net(whole), False
        draft.assume(
            f"{whole} for all {draft.requisition.quantity:,} {draft.requisition.unit}, since one costs less than the smallest coin"
        )
    fees = read_fees(draft.mail, found, amount.currency)
    draft.note("setup_fee", fees.span)
    draft.ask(fees.question)
    billing, months = _billing_and_term(draft, (near, wide), period, silent)
    terms = Terms(
        unit_price=Price(amount_minor=amount.amount_minor, currency=amount.currency, period=period),
        priced_per=PricedPer.UNIT if per_unit else PricedPer.FLAT,
        quantity=quantity,
        unit=draft.requisition.unit,
        term_months=months,
        billing=billing,
        setup_fee=tax.net(fees.amount) if fees.amount else _silent_fee(draft, amount.currency, silent),
        tax_rate_bp=tax.rate_bp,
        **_small_print(draft, silent),
    )
    _check_total(draft, found, terms)
    return terms


def _question_price(draft: Draft, price: Mention, chosen: Chosen, found: Sequence[Mention]) -> None:
    amount = price.amount
    draft.note("unit_price", draft.mail.span(*price.place))
    marks = {mention.amount.decimal_mark for mention in found if mention.amount.decimal_mark}
    if amount.grouped_by and amount.grouped_by in marks:
        draft.ask(f'Is "{amount.text}" meant as thousands? Please write the price with two decimals.')
    if not amount.exact and not _whole_quantity(draft, price):
        draft.ask(f'"{amount.text}" is finer than the smallest coin. What is the price for the whole quantity?')
    if amount.sign_only and draft.requisition.ceiling.currency != "USD":
        draft.ask(f'Which currency is "{amount.text}"?')
    if price.role is Role.LATER or any(mention.role is Role.INTRODUCTORY for mention in found):
        draft.ask("Which price applies over the whole of the term?")
    if chosen.unclear:
        draft.ask("Your mail names more than one price for the same thing. Which one is your offer?")
    if price.role is Role.FLOOR:
        draft.assume("the price below which the vendor will not go is read as its offer")
    for option in chosen.others:
        draft.findings.append(
            QuoteFinding(kind="other_option", says=f"also offered: {option.price.amount.text}", span=draft.mail.span(*option.price.place))
        )
    for mention in found:
        _tell_side_charge(draft, mention)


def _whole_quantity(draft: Draft, price: Mention) -> Money | None:
    """Return the price of the whole quantity where one unit has a price, when that is a whole number of minor units."""
    if not price.per_unit or price.block != 1:
        return None
    total = replace(price.amount, value=price.amount.value * draft.requisition.quantity)
    return total.money if total.exact else None


def _tell_side_charge(draft: Draft, mention: Mention) -> None:
    said = draft.mail.span(mention.clause_start, mention.clause_end)
    if mention.role is Role.SURCHARGE:
        draft.ask(f'Is "{said.text[:80]}" charged on top? Please state one price that includes everything.')
    elif mention.role in {Role.EXTRA, Role.OPTIONAL, Role.LATER}:
        words = {
            Role.EXTRA: "more than the stated quantity costs extra",
            Role.OPTIONAL: "offered as an option",
            Role.LATER: "a later price is announced",
        }
        draft.findings.append(
            QuoteFinding(kind=f"{mention.role.value}_charge", says=f"{words[mention.role]}: {mention.amount.text}", span=said)
        )


def _period(draft: Draft, price: Mention, silent: Terms | None) -> Period:
    if price.period is not None:
        return price.period
    if draft.requisition.ceiling.period not in MONTHS:
        return Period.ONCE
    stated = price.amount.money
    if (
        silent is not None
        and stated.currency == silent.currency
        and stated.amount_minor * 2 >= silent.unit_price.amount_minor >= stated.amount_minor * 2 // 3
    ):
        draft.assume(f"the price is per {silent.unit_price.period.value}, as before")
        return silent.unit_price.period
    draft.ask(f"Is the price of {stated} per month or per year?")
    return Period.MONTH


def _per_unit(draft: Draft, price: Mention, period: Period, silent: Terms | None) -> bool:
    if period in {Period.HOUR, Period.DAY}:
        return True
    if price.per_unit is not None:
        return price.per_unit
    if silent is not None:
        return silent.priced_per is PricedPer.UNIT
    requisition = draft.requisition
    if (
        requisition.quantity == 1
        or not sold_by_the_piece(requisition.unit)
        or _FOR_ALL.search(draft.mail.text[price.clause_start : price.clause_end])
    ):
        return False
    draft.ask(f"Is {price.amount.money} the price of one, or of all {requisition.quantity:,} {requisition.unit}?")
    return True


def _quantity(draft: Draft, mails: tuple[MailText, MailText], *, per_unit: bool, silent: Terms | None) -> int:
    needed = draft.requisition.quantity
    limit = next((found for mail in mails if (found := covered(mail, draft.requisition.unit, per_unit=per_unit, needed=needed))), None)
    if limit is not None:
        draft.note("quantity", limit.span)
        return limit.value
    draft.assume(f"for the {needed:,} {draft.requisition.unit} we asked for")
    return silent.quantity if silent is not None else needed


def _silent_fee(draft: Draft, currency: str, silent: Terms | None) -> Money:
    if silent is not None and silent.currency == currency:
        if silent.setup_fee.amount_minor:
            draft.assume(f"a set-up fee of {silent.setup_fee}, as before")
        return silent.setup_fee
    draft.assume("no set-up fee, since none is stated")
    return Money(amount_minor=0, currency=currency)


def _billing_and_term(draft: Draft, mails: tuple[MailText, MailText], period: Period, silent: Terms | None) -> tuple[Period, int]:
    near, wide = mails
    rhythms = particulars.billings(near) or particulars.billings(wide)
    terms = particulars.terms_in_months(near) or particulars.terms_in_months(wide)
    if period not in MONTHS:
        return Period.ONCE, 1
    months = _term(draft, terms, rhythms, period, silent)
    if rhythms:
        draft.note("billing", rhythms[0].span)
        if len(rhythms) > 1:
            draft.ask("Is the price billed monthly or yearly?")
        return rhythms[0].value, months
    if silent is not None:
        draft.assume(f"billed per {silent.billing.value}, as before")
        return silent.billing, months
    draft.assume("billed in the rhythm of the price, since nothing else is stated")
    return period, months


def _term(
    draft: Draft,
    terms: Sequence[particulars.Found[int]],
    rhythms: Sequence[particulars.Found[Period]],
    period: Period,
    silent: Terms | None,
) -> int:
    if terms:
        draft.note("term", terms[0].span)
        if len(terms) > 1:
            draft.ask(f"Is the minimum term {' or '.join(str(found.value) for found in terms)} months?")
        return max(found.value for found in terms)
    yearly = period is Period.YEAR or any(found.value is Period.YEAR for found in rhythms)
    if yearly:
        draft.assume("a term of 12 months, since a year is paid at a time")
        return 12
    if silent is not None:
        draft.assume(f"a term of {silent.term_months} months, as before")
        return silent.term_months
    draft.ask("What is the minimum term?")
    return 12


def _small_print(draft: Draft, silent: Terms | None) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    for name, read in (
        ("payment_days", particulars.payment_days),
        ("price_increase_cap_bp", particulars.price_increase_cap),
        ("notice_days", particulars.notice_days),
    ):
        found = read(draft.mail)
        draft.note(name, found.span if found else None)
        values[name] = found.value if found else getattr(silent, name, None)
    return values


def _check_total(draft: Draft, found: Sequence[Mention], terms: Terms) -> None:
    """Ask when a stated total is neither the net nor the all-in total of the terms read: something was left out."""
    fitting = {total.amount_minor for total in (terms.net_total(), terms.all_in_total(), terms.net_total() - terms.setup_fee, terms.tax())}
    slack = 2 * max(terms.term_months, terms.quantity if terms.priced_per is PricedPer.UNIT else 1)
    for mention in found:
        stated = mention.amount.money
        if mention.role is not Role.TOTAL or stated.currency != terms.currency or stated == terms.unit_price.money:
            continue
        if not any(abs(stated.amount_minor - total) <= slack for total in fitting):
            draft.ask(
                f"Your total of {stated} does not follow from the price stated. What is the total for the term, and what does it contain?"
            )
