"""The terms of an offer, field by field: what the mail says, what stands from before, and what must be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.negotiator import particulars
from agents.negotiator.draft import Draft
from agents.negotiator.fee_reading import read_fees
from agents.negotiator.figures import amounts
from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import Mention
from agents.negotiator.options import Chosen
from agents.negotiator.price_basis import stated_per_unit, stated_period
from agents.negotiator.price_doubts import question_price, whole_quantity
from agents.negotiator.quantity_reading import covered, sold_by_the_piece
from agents.negotiator.reading import Topic
from agents.negotiator.refused_terms import refusal_of
from agents.negotiator.side_terms import read_extras, read_small_print
from agents.negotiator.tax_reading import read_tax
from agents.negotiator.totals import check_totals, per_unit_by_sums
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS

_FOR_ALL = re.compile(
    r"\b(?:total|altogether|in all|overall|flat|lump sum|fixed price|fixed fee|package|for the (?:whole|entire|full) (?:team|lot|group|company|office|crew|batch|order|staff|set)|for the lot\b|for (?:everyone|everybody|the whole lot|the (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) of you|all of (?:you|them))|for (?:(?:all|the|up to|your|all (?:the|your|of your)) )*\d[\d.,]*(?![\d.,]|\s?(?:[€$£]|EUR\b|USD\b|GBP\b|CHF\b|euros?\b|dollars?\b|pounds?\b|francs?\b))|for (?:all|everything)"
    r"|\d[\d.,]*\s(?:[^\W\d]+\s){1,3}(?:costs?|come to|comes to)\b)",
    re.IGNORECASE,
)


def read_terms(draft: Draft, found: Sequence[Mention], chosen: Chosen, *, taken: bool) -> Terms:
    """Return the terms of the chosen offer. `taken` when the mail accepts our last offer. What is unclear lands in the draft."""
    price, near, wide = chosen.option.price, chosen.option.mail, chosen.option.rest
    # An accepted offer of ours stands whole where the answer is silent; otherwise the vendor's own earlier words do.
    accepted = taken and draft.ours is not None and price.amount.value == draft.ours.unit_price.money.amount
    silent = draft.ours if accepted else draft.earlier
    question_price(draft, price, chosen, found)
    tax = read_tax(near, wide, price, found, default_bp=draft.default_tax_bp, earlier=silent)
    draft.note("tax", tax.span)
    draft.ask(Topic.TAX, tax.question, tax.span)
    draft.assume(tax.assumed)
    period = _period(draft, price, silent)
    per_unit = _per_unit(draft, price, period, silent, per_unit_by_sums(draft, price, period, found))
    quantity = _quantity(draft, (near, wide), per_unit=per_unit, silent=silent)
    amount = tax.net(price.amount.money)
    if price.block > 1:
        blocks = -(-draft.requisition.quantity // price.block)
        if draft.requisition.quantity % price.block:
            unit = draft.requisition.unit
            question = (
                f"For {draft.requisition.quantity:,} {unit}, is the price charged in proportion or for each {price.block:,} {unit} begun?"
            )
            for topic in (Topic.PRICE, Topic.QUANTITY):
                draft.ask(topic, question, draft.mail.span(*price.place))
        amount, per_unit = amount * blocks, False
        quantity = max(quantity, draft.requisition.quantity)
        draft.assume(f"{blocks} blocks of {price.block:,} {draft.requisition.unit} for the quantity needed")
    whole = whole_quantity(draft, price)
    if whole is not None and not price.amount.exact:
        amount, per_unit = tax.net(whole), False
        draft.assume(
            f"{whole} for all {draft.requisition.quantity:,} {draft.requisition.unit}, since one costs less than the smallest coin"
        )
    fees = read_fees(draft.mail, found, amount.currency)
    draft.note("setup_fee", fees.span)
    draft.ask(Topic.SETUP_FEE, fees.question, fees.span)
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
        **read_small_print(draft, silent),
    )
    terms = read_extras(draft, found, terms)
    check_totals(draft, found, terms)
    return terms


def _period(draft: Draft, price: Mention, silent: Terms | None) -> Period:
    if price.period is not None:
        return price.period
    elsewhere = stated_period(draft.mail, price)
    if elsewhere is not None:
        return elsewhere
    asked = draft.requisition.ceiling.period
    if asked not in MONTHS:
        # The price of one hour is a price per hour, however it is said.
        return asked if price.per_unit and asked in {Period.HOUR, Period.DAY} else Period.ONCE
    stated = price.amount.money
    if (
        silent is not None
        and stated.currency == silent.currency
        and stated.amount_minor * 2 >= silent.unit_price.amount_minor >= stated.amount_minor * 2 // 3
    ):
        draft.assume(f"the price is per {silent.unit_price.period.value}, as before")
        return silent.unit_price.period
    draft.ask(Topic.PERIOD, f"Is the price of {stated} per month or per year?")
    return Period.MONTH


def _per_unit(draft: Draft, price: Mention, period: Period, silent: Terms | None, summed: bool | None) -> bool:
    if period in {Period.HOUR, Period.DAY}:
        return True
    told = summed if price.per_unit is None else price.per_unit
    if told is not None:
        return told
    if stated_per_unit(draft.mail, price):
        return True
    if silent is not None:
        return silent.priced_per is PricedPer.UNIT
    requisition = draft.requisition
    if (
        requisition.quantity == 1
        or not sold_by_the_piece(requisition.unit)
        or (
            price.amount.value >= requisition.quantity
            and _FOR_ALL.search(draft.mail.text[price.clause_start : _until_next_amount(draft, price)])
        )
    ):
        return False
    draft.ask(Topic.PER_UNIT, f"Is {price.amount.money} the price of one, or of all {requisition.quantity:,} {requisition.unit}?")
    return True


def _until_next_amount(draft: Draft, price: Mention) -> int:
    """Return how far the words about a price reach: to the next amount of its sentence."""
    rest = draft.mail.text[price.place[1] : price.sentence.end]
    following = next(iter(amounts(rest)), None) or re.search(r"\d[.,]\d\d\b", rest)
    if following is None:
        return price.sentence.end
    return price.place[1] + (following.start() if isinstance(following, re.Match) else following.start)


def _quantity(draft: Draft, mails: tuple[MailText, MailText], *, per_unit: bool, silent: Terms | None) -> int:
    needed = draft.requisition.quantity
    limit = next((found for mail in mails if (found := covered(mail, draft.requisition.unit, per_unit=per_unit, needed=needed))), None)
    if limit is not None:
        draft.note("quantity", limit.span)
        if per_unit and limit.value != needed and (silent is None or silent.quantity != limit.value):
            unit = draft.requisition.unit
            question = f"Your mail names {limit.value:,} {unit}; we need {needed:,} {unit}. Does the price also hold for these?"
            draft.ask(Topic.QUANTITY, question, limit.span)
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
            draft.ask(Topic.BILLING, "Is the price billed monthly or yearly?")
        return rhythms[0].value, months
    unread = particulars.unread_rhythm(wide)
    if unread is not None:
        draft.ask(Topic.BILLING, "Is the price billed monthly, quarterly or yearly?", unread)
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
            draft.ask(Topic.TERM, f"Is the minimum term {' or '.join(str(found.value) for found in terms)} months?")
        return max(found.value for found in terms)
    yearly = period is Period.YEAR or any(found.value is Period.YEAR for found in rhythms)
    if yearly:
        draft.assume("a term of 12 months, since a year is paid at a time")
        return 12
    if silent is not None:
        draft.assume(f"a term of {silent.term_months} months, as before")
        return silent.term_months
    draft.ask(Topic.TERM, "What is the minimum term?")
    return 12


_REFUSABLE = ("payment_days", "price_increase_cap_bp", "notice_days", "support_level", "free_months")


def restated_terms(draft: Draft, found: Sequence[Mention], known: Terms) -> Terms:
    """Return terms of before, changed by what a mail without a price of its own says about term, billing, fees and small print."""
    # What the mail refuses is no term of the offer that it takes: it is left open, like a term that was never named.
    changes: dict[str, object] = {name: None for name in _REFUSABLE if refusal_of(draft.mail, name) is not None}
    changes |= {name: value for name, value in read_small_print(draft, known).items() if value is not None}
    months, rhythms = particulars.terms_in_months(draft.mail), particulars.billings(draft.mail)
    if len(months) == 1 and known.unit_price.period in MONTHS:
        draft.note("term", months[0].span)
        changes["term_months"] = months[0].value
    if len(rhythms) == 1 and known.unit_price.period in MONTHS:
        draft.note("billing", rhythms[0].span)
        changes["billing"] = rhythms[0].value
    fees = read_fees(draft.mail, found, known.currency)
    draft.note("setup_fee", fees.span)
    draft.ask(Topic.SETUP_FEE, fees.question, fees.span)
    if fees.amount is not None:
        changes["setup_fee"] = fees.amount
    return known.model_copy(update=changes)
