"""The letters, in plain English, from typed slots. Each says on whose behalf it is written, and tells nothing but its slots.

A letter greets the registered `contact` by name; without one, the vendor's team.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from agents.negotiator.brief import Letter
from agents.negotiator.outgoing import Allowed, day_in_words
from memory.domain.money import Money, Period
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS, Requisition


class Parties(TypedDict):
    """Between whom a letter goes."""

    operator: str
    vendor: str
    contact: str


_RHYTHM = {Period.MONTH: "monthly", Period.QUARTER: "quarterly", Period.YEAR: "yearly"}

_STATE = """Please state in your reply:
- the net price, its period, and whether VAT is added
- the quantity it covers
- any set-up or other one-off fee
- minimum term, billing, payment terms and notice period
- until when your offer is valid"""


def rfq(
    *,
    operator: str,
    vendor: str,
    requisition: Requisition,
    confirm: Sequence[str] = (),
    reply_by: date | None = None,
    contact: str = "",
) -> Letter:
    """Return the request for quotation. `confirm` are the points to be confirmed in writing."""
    needs = [f"Need: {requisition.quantity:,} {requisition.unit}", *(f"Need: {item}" for item in requisition.must_have)]
    wishes = [f"Welcome, not required: {item}" for item in requisition.nice_to_have]
    asked = [f"- {item}" for item in confirm]
    body = [
        f"I am looking for {_article(requisition.need)} and would like to have your best offer.",
        "\n".join([*needs, *wishes]),
        _STATE,
    ]
    if asked:
        body.append("Please also confirm in writing:\n" + "\n".join(asked))
    if reply_by:
        body.append(f"I would be glad to have your answer by {day_in_words(reply_by)}.")
    return written(f"Request for quotation: {requisition.need}", operator, vendor, body, contact)


def counteroffer(*, operator: str, vendor: str, need: str, terms: Terms, questions: Sequence[str] = (), contact: str = "") -> Letter:
    """Return a counteroffer: one line with all terms, and the questions still open."""
    body = [
        "Thank you for your offer. It is not yet where we need it to be.",
        f"Subject to contract, we can commit today at {price_line(terms)}.",
        "If this works for you, please confirm all of these terms. Otherwise please send us your best price for them.",
    ]
    if questions:
        body.append("Please also answer:\n" + "\n".join(f"- {question}" for question in questions))
    return written(f"Re: Request for quotation: {need}", operator, vendor, body, contact)


def acceptance(*, operator: str, vendor: str, need: str, terms: Terms, contact: str = "") -> Letter:
    """Return the choice of the vendor's offer, subject to contract, and the wish to see that contract as a PDF.

    It must not conclude a contract by itself: only the operator's approval binds, and that comes after the paper was read.
    """
    body = [
        f"We would like to go ahead with your offer of {price_line(terms)}, subject to contract.",
        "Please send the contract as a PDF for signature. The order follows once the contract has been checked and signed.",
    ]
    return written(f"Re: Request for quotation: {need}", operator, vendor, body, contact)


def decline(*, operator: str, vendor: str, need: str, contact: str = "") -> Letter:
    """Return a courteous refusal that gives no reason away."""
    body = [
        "Thank you for your time and your offer. We will not go ahead with it this time.",
        "We will gladly come back to you when a new need arises.",
    ]
    return written(f"Re: Request for quotation: {need}", operator, vendor, body, contact)


def clarification(*, operator: str, vendor: str, need: str, questions: Sequence[str] = (), contact: str = "") -> Letter:
    """Return questions to be answered before anything is decided."""
    asked = list(questions) or ["What is your net price for our need, per month or per year, and which fees and taxes are added to it?"]
    body = ["Thank you for your answer. Before we can go on, please clarify:", "\n".join(f"- {question}" for question in asked)]
    return written(f"Re: Request for quotation: {need}", operator, vendor, body, contact)


def order(*, operator: str, vendor: str, need: str, po_number: str, contract: str = "contract", contact: str = "") -> Letter:
    """Return the order: the signed contract attached, and the order number the invoice must name."""
    body = [
        f"Please find attached the signed {contract}, order {po_number}.",
        f"Please confirm the order and send the invoice with the order number {po_number} on it.",
    ]
    return written(f"Order {po_number}: {need}", operator, vendor, body, contact)


def price_line(terms: Terms) -> str:
    """Return all terms that matter in one line, as offers are stated: price, period, billing, limit, set-up fee."""
    parts = [f"{plain(terms.unit_price.money)} net{_per(terms)}"]
    if terms.unit_price.period in MONTHS:
        parts.append(_commitment(terms))
    count = f"{terms.quantity:,} {terms.unit}"
    running = terms.unit_price.period in MONTHS
    parts.append(f"up to {count}" if terms.priced_per is PricedPer.FLAT and running and terms.quantity > 1 else f"for {count}")
    fee, none = terms.setup_fee, "no set-up fee" if running else "no further fees"
    parts.append(f"plus one-off fees of {plain(fee)} net" if fee.amount_minor else none)
    if terms.payment_days:
        parts.append(f"payment within {terms.payment_days} days")
    return ", ".join(parts)


def line_figures(terms: Terms) -> tuple[Allowed, ...]:
    """Return the figures that `price_line` tells, for the check on what goes out."""
    figures: list[Allowed] = [terms.unit_price.money, terms.quantity, terms.term_months]
    if terms.setup_fee.amount_minor:
        figures.append(terms.setup_fee)
    if terms.payment_days:
        figures.append(terms.payment_days)
    return tuple(figures)


def plain(money: Money) -> str:
    """Return an amount as letters write it: 45.00 EUR, 1,250.00 EUR."""
    return str(money)


def _per(terms: Terms) -> str:
    singular = terms.unit[:-1] if terms.unit.endswith("s") and not terms.unit.endswith("ss") else terms.unit
    period = terms.unit_price.period
    unit = f" per {singular}" if terms.priced_per is PricedPer.UNIT and period not in {Period.HOUR, Period.DAY} else ""
    return unit + ("" if period is Period.ONCE else f" per {period.value}")


def _commitment(terms: Terms) -> str:
    if terms.term_months == 1:
        return "billed monthly, cancellable monthly"
    if terms.billing is Period.YEAR:
        return f"billed yearly ({terms.term_months} months)"
    return f"billed {_RHYTHM.get(terms.billing, 'once')} (term {terms.term_months} months)"


def _article(need: str) -> str:
    word = need.split(maxsplit=1)[0].lower()
    if word in {"a", "an", "the", "some"} or word[0].isdigit() or word.endswith("s"):
        return need
    return f"{'an' if word[0] in 'aeiou' else 'a'} {need}"


def written(subject: str, operator: str, vendor: str, body: Sequence[str], contact: str) -> Letter:
    """Return a letter as all of them are laid out: greeting, on whose behalf, the body's paragraphs, closing."""
    opening = _greeting(vendor, contact)
    behalf = f"I write for {operator} as its purchasing assistant."
    closing = f"Kind regards\nPurchasing, on behalf of {operator}"
    return Letter(subject=_one_line(subject)[:200], body="\n\n".join([opening, behalf, *body, closing]) + "\n")


def _greeting(vendor: str, contact: str) -> str:
    # A contact entered without a person's name carries the vendor's, or an address.
    person = _one_line(contact)
    return f"Hello {vendor} team," if not person or "@" in person or person.casefold() == vendor.casefold() else f"Hello {person},"


def _one_line(text: str) -> str:
    return " ".join(text.split())
