"""Sums of a mail name its amounts, and what does not fit is asked about: never a figure wrong in silence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.negotiator import QuoteReading, read_quote
from memory.domain.base import sha256_hex
from memory.domain.money import Period, Price
from memory.domain.requisition import Requisition


def read(text: str, quantity: int) -> QuoteReading:
    need = Requisition(
        requisition_id="r",
        need="mugs",
        category="goods",
        quantity=quantity,
        unit="pieces",
        ceiling=Price(amount_minor=100_000_000, currency="EUR", period=Period.ONCE),
    )
    return read_quote(
        text, quote_id="q", vendor_id="v", round=1, message=sha256_hex(text.encode()), requisition=need, received_on=date(2026, 11, 23)
    )


def euro(minor: int) -> str:
    return f"{minor / 100:,.2f} EUR"


@given(st.integers(50, 90_000), st.integers(2, 900), st.integers(100, 90_000), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_bill_without_a_word_about_its_amounts_is_read_by_its_sums_or_asked_about(each, quantity, fee, extra):
    line = each * quantity
    net = line + fee
    tax = round(net * 0.19)
    assume(len({each, line, fee, net, tax, net + tax}) == 6)
    # With `extra` the bill holds an amount that its sums do not explain.
    rows = [f"Mug {euro(each)} {euro(line)}", f"Plate {euro(fee)}", *(["Foil 3.33 EUR"] if extra else [])]
    reading = read("\n".join([*rows, f"Net {euro(net)}", f"VAT 19 % {euro(tax)}", f"Payable {euro(net + tax)}"]), quantity)
    assert reading.quote is not None
    terms = reading.quote.terms
    right = (terms.unit_price.amount_minor, terms.priced_per.value, terms.setup_fee.amount_minor) == (each, "unit", fee)
    assert right or reading.quote.ambiguous
    if extra:
        assert reading.quote.ambiguous


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Shipping is free over 5,000.00 EUR.", "What does this cost"),
        ("The deluxe finish surcharge is 40.00 EUR.", "charged on top"),
        ("Everything else stays as it was.", "Please state all terms"),
        ("The first 2 months are half price.", "half price"),
        ("Payment: 30.", 'What does "30" stand for'),
    ],
)
def test_what_played_no_part_in_reading_an_offer_is_asked_about(words, asked):
    plain = "20 mugs at 4.00 EUR each, net, plus 19 % VAT. "
    clear, unclear = read(plain, 20), read(plain + words, 20)
    assert clear.quote is not None
    assert clear.quote.ambiguous == ()
    assert unclear.quote is not None
    assert any(asked in question for question in unclear.quote.ambiguous), unclear.quote.ambiguous
