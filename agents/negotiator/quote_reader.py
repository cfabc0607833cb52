"""From a vendor's mail to a quote: every figure with its span, nothing guessed, what is unclear turned into a question.

Where something is unclear the dearer reading goes into the terms and the question into `ambiguous`; the strategy accepts
nothing while a question is open. What was filled in from elsewhere (an earlier offer, the operator's tax rate) is `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from agents.negotiator import particulars
from agents.negotiator.choosing import Chosen, choose
from agents.negotiator.differences import differences
from agents.negotiator.fee_reading import read_fees
from agents.negotiator.mail_text import MailText, readable
from agents.negotiator.mentions import Mention, Role, accepts, mentions
from agents.negotiator.need_reading import denied_needs
from agents.negotiator.quantity_reading import covered, sold_by_the_piece
from agents.negotiator.reading import QuoteFinding, QuoteReading, Stance
from agents.negotiator.tax_reading import read_tax
from memory.domain.base import Digest
from memory.domain.evidence import Span
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Quote, Terms
from memory.domain.requisition import MONTHS, Requisition

_FINAL = re.compile(
    r"\b(?:final (?:offer|price|quote|word)|last (?:offer|price|word)|best and final|best (?:we|I) can do|our (?:absolute )?limit|lowest (?:we|I) can|cannot (?:go|move|reduce) (?:any )?(?:further|lower)|no further (?:discount|room|movement))",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:price (?:remains|stands|is fixed)|stand(?:s)? by our|(?:cannot|can't|unable to|not able to) (?:offer|give|grant|reduce|lower|go)[^.]{0,30}(?:discount|price|lower|below|further)|no (?:further )?discount|our (?:previous |earlier |last )?(?:offer|quote|price) (?:remains|stands|is unchanged))",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:(?:must|have to|need to|regret to) decline|(?:cannot|can't|unable to|not able to|won't) (?:serve|supply|quote|submit|make (?:you )?an offer|offer (?:you )?this)|no longer (?:offer|sell|available)|not interested|withdraw our|discontinued|do not (?:offer|sell|serve))",
    re.IGNORECASE,
)
_PERCENT_OFF = re.compile(
    r"\b(\d{1,2}(?:[.,]\d{1,2})?) ?% (?:off|discount|reduction|rebate|less|cheaper)|\bdiscount of (\d{1,2}(?:[.,]\d{1,2})?) ?%",
    re.IGNORECASE,
)

_FOR_ALL = re.compile(
    r"\b(?:total|altogether|in all|overall|flat|lump sum|fixed price|fixed fee|package|for (?:all|the|up to)? ?\d|for (?:all|everything))",
    re.IGNORECASE,
)


@dataclass
class _Draft:
    """What is gathered while reading."""

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
        if span is not None:
            self.spans[name] = span

    def ask(self, question: str) -> None:
        if question and question not in self.questions:
            self.questions.append(question)

    def assume(self, sentence: str) -> None:
        if sentence and sentence not in self.assumed:
            self.assumed.append(sentence)


def read_quote(
    text: str,
    *,
    quote_id: str,
    vendor_id: str,
    round: int,  # noqa: A002 - the name of the field it fills
    message: Digest,
    requisition: Requisition,
    tax_rate_bp: int = 1900,
    earlier: Terms | None = None,
    ours: Terms | None = None,
    received_on: date | None = None,
) -> QuoteReading:
    """Read the offer out of a mail's text.

    `earlier` are the terms of this vendor's last quote, which stand where the mail is silent; `ours` our last
    counteroffer, against which differences are told. `received_on` turns "valid for 14 days" into a day.
    """
    mail = readable(text)
    draft = _Draft(mail, requisition, tax_rate_bp, earlier, ours, findings=list(mail.findings))
    found = mentions(mail, once=requisition.ceiling.period not in MONTHS)
    draft.findings.extend(denied_needs(mail, requisition.must_have))
    final = bool(_FINAL.search(mail.text))
    chosen = choose(mail, found, requisition, ours.billing if ours else None)
    taken = any(accepts(sentence.text) for sentence in mail.sentences()) and ours is not None
    if chosen is None:
        return _without_price(draft, found, taken=taken, final=final, ids=(quote_id, vendor_id, round, message))
    terms = _terms(draft, found, chosen, taken=taken)
    if terms is None:
        return QuoteReading(stance=Stance.UNREADABLE, final=final, problems=tuple(draft.questions), findings=tuple(draft.findings))
    validity, question = particulars.valid_until(mail, received_on)
    draft.note("valid_until", validity.span if validity else None)
    if question:
        draft.findings.append(QuoteFinding(kind="unclear_validity", says=question))
    draft.findings.extend(differences(terms, ours, frozenset(draft.spans)))
    quote = _quote(draft, terms, (quote_id, vendor_id, round, message), validity.value if validity else None)
    return QuoteReading(quote=quote, stance=_stance(terms, draft), final=final, findings=tuple(draft.findings))


def _quote(draft: _Draft, terms: Terms, ids: tuple[str, str, int, Digest], valid_until: date | None) -> Quote:
    return Quote(
        quote_id=ids[0],
        vendor_id=ids[1],
        round=ids[2],
        terms=terms,
        valid_until=valid_until,
        message=ids[3],
        spans=draft.spans,
        ambiguous=tuple(draft.questions),
        assumed=tuple(draft.assumed),
    )


def _without_price(draft: _Draft, found: Sequence[Mention], *, taken: bool, final: bool, ids: tuple[str, str, int, Digest]) -> QuoteReading:
    """Read a mail that names no price: it takes our offer, repeats its own, declines, or says nothing we can use."""
    text, findings = draft.mail.text, tuple(draft.findings)
    refusal = _REFUSES.search(text)
    if refusal:
        says = QuoteFinding(kind="declines", says="the vendor declines", span=draft.mail.span(refusal.start(), refusal.end()))
        return QuoteReading(
            stance=Stance.REFUSES, final=True, problems=("the vendor declines to make an offer",), findings=(*findings, says)
        )
    percent = _PERCENT_OFF.search(text)
    if taken and draft.ours is not None and not percent:
        sentence = next(sentence for sentence in draft.mail.sentences() if accepts(sentence.text))
        draft.note("unit_price", draft.mail.span(sentence.start, sentence.end))
        draft.assume("all terms as in our last offer, which the mail accepts")
        return QuoteReading(quote=_quote(draft, draft.ours, ids, None), stance=Stance.ACCEPTS, final=final, findings=findings)
    holds = _HOLDS.search(text) or next(
        (re.search(re.escape(mention.amount.text), text) for mention in found if mention.role is Role.REFUSED), None
    )
    if holds and draft.earlier is not None and not percent:
        draft.note("unit_price", draft.mail.span(holds.start(), holds.end()))
        draft.assume("all terms as in the vendor's earlier offer, by which it stands")
        return QuoteReading(quote=_quote(draft, draft.earlier, ids, None), stance=Stance.HOLDS, final=final, findings=findings)
    problem = (
        "the mail gives a discount but not the resulting price; ask for the price" if percent else "no price could be read in the mail"
    )
    return QuoteReading(stance=Stance.UNREADABLE, final=final, problems=(problem,), findings=findings)


def _stance(terms: Terms, draft: _Draft) -> Stance:
    if (
        draft.ours is not None
        and not draft.questions
        and terms.all_in_per_month() <= draft.ours.all_in_per_month()
        and terms.term_months == draft.ours.term_months
    ):
        return Stance.ACCEPTS
    if draft.earlier is not None and terms.all_in_per_month() >= draft.earlier.all_in_per_month():
        return Stance.HOLDS
    return Stance.OFFERS


def _terms(draft: _Draft, found: Sequence[Mention], chosen: Chosen, *, taken: bool) -> Terms | None:
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


def _question_price(draft: _Draft, price: Mention, chosen: Chosen, found: Sequence[Mention]) -> None:
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


def _whole_quantity(draft: _Draft, price: Mention) -> Money | None:
    """Return the price of the whole quantity where one unit has a price, when that is a whole number of minor units."""
    if not price.per_unit or price.block != 1:
        return None
    total = replace(price.amount, value=price.amount.value * draft.requisition.quantity)
    return total.money if total.exact else None


def _tell_side_charge(draft: _Draft, mention: Mention) -> None:
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


def _period(draft: _Draft, price: Mention, silent: Terms | None) -> Period:
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


def _per_unit(draft: _Draft, price: Mention, period: Period, silent: Terms | None) -> bool:
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


def _quantity(draft: _Draft, mails: tuple[MailText, MailText], *, per_unit: bool, silent: Terms | None) -> int:
    needed = draft.requisition.quantity
    limit = next((found for mail in mails if (found := covered(mail, draft.requisition.unit, per_unit=per_unit, needed=needed))), None)
    if limit is not None:
        draft.note("quantity", limit.span)
        return limit.value
    draft.assume(f"for the {needed:,} {draft.requisition.unit} we asked for")
    return silent.quantity if silent is not None else needed


def _silent_fee(draft: _Draft, currency: str, silent: Terms | None) -> Money:
    if silent is not None and silent.currency == currency:
        if silent.setup_fee.amount_minor:
            draft.assume(f"a set-up fee of {silent.setup_fee}, as before")
        return silent.setup_fee
    draft.assume("no set-up fee, since none is stated")
    return Money(amount_minor=0, currency=currency)


def _billing_and_term(draft: _Draft, mails: tuple[MailText, MailText], period: Period, silent: Terms | None) -> tuple[Period, int]:
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
    draft: _Draft,
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


def _small_print(draft: _Draft, silent: Terms | None) -> dict[str, int | None]:
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


def _check_total(draft: _Draft, found: Sequence[Mention], terms: Terms) -> None:
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
