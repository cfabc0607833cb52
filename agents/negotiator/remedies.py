"""Letters for when something went wrong after a commitment: in plain English, from typed slots, telling nothing but its slots.

The short ones go out by themselves where policy lets mails go; the formal ones (`withdrawal`, `refund_demand`) are laid ready for the
operator, since a declaration of law is the operator's to make.
"""

from __future__ import annotations

from datetime import date

from agents.negotiator.brief import Letter
from agents.negotiator.letters import plain, written
from agents.negotiator.outgoing import day_in_words
from memory.domain.money import Money


def farewell(*, operator: str, vendor: str, contact: str, need: str) -> Letter:
    """Return the end of a talk that leads nowhere: nothing was ordered, no reason is given away."""
    body = [
        "Thank you for your time. We have decided not to proceed with this purchase, so please close our request; nothing was ordered.",
        "We will gladly come back to you when a new need arises.",
    ]
    return written(f"Re: Request for quotation: {need}", operator, vendor, body, contact)


def order_undelivered(*, operator: str, vendor: str, contact: str, need: str, order: str) -> Letter:
    """Return the news that an order did not get through. It asks for no address: the operator enters those, checked by phone."""
    body = [
        f"Our mail with order {order} and the signed contract could not be delivered to you.",
        "Please confirm that you receive this mail; the order then follows on its own, once.",
    ]
    return written(f"Order {order}: {need}: our mail came back", operator, vendor, body, contact)


def payment_late(*, operator: str, vendor: str, contact: str, need: str, order: str) -> Letter:
    """Return the news that the payment is late. It asks for no bank details: those never come by mail."""
    body = [
        f"Our payment for order {order} could not be instructed yet, for a reason on our side that we are looking into.",
        "The order stands. Please hold it meanwhile; we will pay as soon as this is mended, and you need not send anything.",
    ]
    return written(f"Order {order}: {need}: payment is late", operator, vendor, body, contact)


def order_closed(*, operator: str, vendor: str, contact: str, need: str, order: str) -> Letter:
    """Return the answer to a refusal that came before any payment."""
    body = [
        f"We have your message that you will not fulfil order {order}. We regard the order as withdrawn and will not pay for it.",
        "Please confirm this in writing, and issue no invoice for it.",
    ]
    return written(f"Order {order}: {need}: withdrawn", operator, vendor, body, contact)


def refund_request(*, operator: str, vendor: str, contact: str, need: str, order: str, amount: Money, by: date, booked: bool) -> Letter:
    """Return the request to pay back what was paid for an order that the vendor will not fulfil; or, not `booked` yet, what may still come."""
    paid = "we have paid" if booked else "a payment may be on its way:"
    body = [
        f"We have your message that you will not fulfil order {order}, for which {paid} {plain(amount)}.",
        f"Please pay back what {'you received' if booked else 'reaches you'}, to the account it came from and with the order number "
        f"{order} on it, by {day_in_words(by)}.",
    ]
    return written(f"Order {order}: {need}: refund", operator, vendor, body, contact)


def refund_demand(*, operator: str, vendor: str, contact: str, need: str, order: str, amount: Money, by: date) -> Letter:
    """Return the formal letter behind a refund that does not come: withdrawal from the contract, and a last date."""
    body = [
        f"You have declared that you will not fulfil order {order}. We withdraw from the contract made under it.",
        f"We demand the repayment of {plain(amount)} to the account it came from, with the order number {order} on it, "
        f"by {day_in_words(by)}. After that day we reserve all rights.",
        "Please confirm receipt and the withdrawal in writing.",
    ]
    return written(f"Order {order}: {need}: withdrawal and repayment", operator, vendor, body, contact)


def withdrawal(*, operator: str, vendor: str, contact: str, need: str, order: str, refused: bool) -> Letter:
    """Return the formal letter that takes a signed contract back; with `refused` the vendor gave the reason itself."""
    reason = (
        f"You have declared that you will not fulfil order {order}. We therefore withdraw from the contract signed under it."
        if refused
        else f"We ask you to release us from the contract signed under order {order}. No payment has been made."
    )
    body = [reason, "Neither side owes the other anything from it. Please confirm receipt and the end of the contract in writing."]
    return written(f"Order {order}: {need}: withdrawal from the contract", operator, vendor, body, contact)


def second_order(*, operator: str, vendor: str, contact: str, need: str, order: str, invoice: str) -> Letter:
    """Return the withdrawal of an order that the vendor booked a second time."""
    body = [
        f"We placed order {order} once. You have confirmed or invoiced it a second time, as {invoice}.",
        f"Please cancel {invoice} and send a credit note for it; we will not pay it. The first stands as it is.",
    ]
    return written(f"Order {order}: {need}: second invoice", operator, vendor, body, contact)


def second_payment(*, operator: str, vendor: str, contact: str, need: str, order: str, amount: Money, by: date) -> Letter:
    """Return the request to pay back a payment that was booked twice."""
    body = [
        f"Our bank booked the payment of {plain(amount)} for order {order} twice. The order and its first payment stand as they are.",
        f"Please pay the second {plain(amount)} back to the account it came from, with the order number {order} on it, by {day_in_words(by)}.",
    ]
    return written(f"Order {order}: {need}: paid twice", operator, vendor, body, contact)
