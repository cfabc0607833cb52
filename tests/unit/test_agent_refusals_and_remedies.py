"""Whether a vendor refuses an order, and the letters for when something went wrong."""

from __future__ import annotations

import inspect
from datetime import date

import pytest

from agents.negotiator import Letter, read_confirmation, remedies

REFUSED = [
    "Unfortunately we cannot fulfil your order PO-000001.",
    "We regret that we are unable to accept the order.",
    "We have cancelled your order PO-123.",
    "Your order has been cancelled.",
    "Sorry, we must decline your order PO-12.",
    "We hereby withdraw from the contract.",
    "We are sorry: we can no longer deliver the service.",
    "We won't be able to honour the contract.",
    "We can\u2019t accept this order, our capacity is exhausted.",
    "Order PO-000001 was rejected by our credit department.",
    "Unfortunately, we are not able to provide the service.",
    "Leider können wir Ihre Bestellung nicht ausführen.",
    "Wir treten vom Vertrag zurück.",
]
NOT_REFUSED = [
    "We confirm your order PO-000001.\n\nInvoice number: X-12\nTotal amount due: 12.00 EUR",
    "You can cancel the contract with 60 days notice.",
    "We cannot deliver before Monday.",
    "If you cancel the order, tell us.",
    "We will not cancel your order.",
    "We cannot accept orders without a PO number.",
    "Thank you for your order. We will deliver it on Monday.",
    "We have received the signed contract C-1 and confirm your order PO-1.",
    "We cannot wait to serve you. Your order is on its way.",
    "> We cannot fulfil your order",
    "Should you wish to withdraw from the contract, write to us.",
    "",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_plain_no_to_the_order_is_read_with_its_words(text):
    found = read_confirmation(f"Hello,\n\nthank you for your mail.\n\n{text}\n\nKind regards").refused
    assert found is not None
    assert found.text in f"Hello,\n\nthank you for your mail.\n\n{text}\n\nKind regards"


@pytest.mark.parametrize("text", NOT_REFUSED)
def test_conditions_delays_and_general_terms_refuse_nothing(text):
    assert read_confirmation(text).refused is None


def _letters() -> list[Letter]:
    from memory.domain.money import Money

    slots = {
        "operator": "Alex Sommer",
        "vendor": "Postino",
        "contact": "Carlo Piccione",
        "need": "email tool",
        "order": "PO-7",
        "amount": Money.of("678.30", "EUR"),
        "by": date(2026, 12, 7),
        "invoice": "INV-9",
    }
    written = []
    for make in vars(remedies).values():
        if not inspect.isfunction(make) or make.__module__ != remedies.__name__:
            continue
        wanted = inspect.signature(make).parameters
        sides = [choice for choice in ("refused", "booked") if choice in wanted]
        filled = {key: slots[key] for key in wanted if key in slots}
        written += [make(**filled, **dict.fromkeys(sides, side)) for side in ((True, False) if sides else (None,))]
    return written


def test_every_letter_says_on_whose_behalf_it_is_written_and_fits_into_a_mail():
    letters = _letters()
    assert len(letters) >= 9
    for letter in letters:
        assert "on behalf of Alex Sommer" in letter.body
        assert letter.body.startswith("Hello Carlo Piccione,")
        assert len(letter.subject) <= 200
        assert "\n" not in letter.subject


def test_no_letter_asks_for_bank_details_or_takes_any_from_a_mail():
    for letter in _letters():
        text = letter.body.lower()
        assert "iban" not in text
        assert "bank details" not in text


def test_two_withdrawals_tell_who_was_at_fault():
    slots = {"operator": "A", "vendor": "V", "contact": "", "need": "n", "order": "PO-1"}
    theirs, ours = (remedies.withdrawal(**slots, refused=refused).body for refused in (True, False))
    assert "You have declared" in theirs
    assert "You have declared" not in ours
    assert "release us" in ours
