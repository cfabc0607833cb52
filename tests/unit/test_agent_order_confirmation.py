"""Order confirmations: number and total with their places, or nothing."""

from __future__ import annotations

import pytest

from agents.negotiator import read_confirmation

MAIL = """Hello Ada,

we have received the signed contract C-17 and confirm your order PO-2026-0001.

Invoice number: RE-2026/0417
Net: 570.00 EUR
VAT 19 %: 108.30 EUR
Total amount due: 678.30 EUR including 19 % VAT
Payable within 14 days.
"""


def test_number_total_and_order_are_found_with_their_places():
    found = read_confirmation(MAIL)
    assert (found.invoice_number, str(found.invoiced_total), found.order_number) == ("RE-2026/0417", "678.30 EUR", "PO-2026-0001")
    for span in (found.invoice_number_span, found.invoiced_total_span, found.order_number_span):
        assert span is not None
        assert MAIL[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("text", "number", "total"),
    [
        ("Your invoice no. 4711-2 over EUR 678,30 is attached.", "4711-2", None),
        ("Invoice INV-0099, total 1.234,56 € incl. MwSt.", "INV-0099", "1,234.56 EUR"),
        ("Invoice #A-17: amount payable: $99.00 USD", "A-17", "99.00 USD"),
        ("Thanks, we will get started.", None, None),
        ("The invoice will follow within 14 days.", None, None),
    ],
)
def test_confirmations_in_other_words(text, number, total):
    found = read_confirmation(text)
    assert found.invoice_number == number
    assert (str(found.invoiced_total) if found.invoiced_total else None) == total


def test_two_totals_are_a_problem_and_not_a_choice():
    found = read_confirmation("Invoice number: 1001\nTotal due: 678.30 EUR\nAmount payable: 768.30 EUR")
    assert found.invoiced_total is None
    assert found.problems == ("the mail names more than one total: 678.30 EUR, 768.30 EUR",)


def test_two_invoice_numbers_are_a_problem():
    found = read_confirmation("Invoice number: 1001\nInvoice number: 1002\nTotal due: 5.00 EUR")
    assert found.invoice_number is None
    assert found.problems == ("the mail names more than one invoice number",)


def test_bank_details_in_a_confirmation_are_reported_and_not_read():
    found = read_confirmation(MAIL + "Our bank details have changed: total 1.00 EUR to IBAN DE02 1203 0000 0000 2020 51.")
    assert str(found.invoiced_total) == "678.30 EUR"
    assert [finding.kind for finding in found.findings] == ["bank_details"]
