"""Everyday phrasings of vendors: figures that a person reads at a glance are read, and what a person would ask about is asked."""

from __future__ import annotations

from datetime import date

import pytest

from agents.negotiator import QuoteReading, read_quote
from memory.domain.base import sha256_hex
from memory.domain.money import Period, Price
from memory.domain.requisition import Requisition

PLAIN = "EUR 14.00 per seat per month for 25 seats, plus VAT, 12 months, billed yearly. "


def read(text: str, quantity: int = 25, unit: str = "seats", period: Period = Period.MONTH) -> QuoteReading:
    need = Requisition(
        requisition_id="r",
        need="a tool",
        category="saas",
        quantity=quantity,
        unit=unit,
        ceiling=Price(amount_minor=100_000_000, currency="EUR", period=period),
    )
    return read_quote(
        text, quote_id="q", vendor_id="v", round=1, message=sha256_hex(text.encode()), requisition=need, received_on=date(2026, 11, 23)
    )


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Invoice at month end, 2 weeks.", 14),
        ("Terms 30 days.", 30),
        ("Invoices monthly, 14 days.", 14),
        ("OK with paying 30 days.", 30),
        ("Payment: 8 days 2 % early-payment discount, 30 days net.", 30),
        ("Zahlung: 8 Tage 2 % Skonto, 30 Tage netto.", 30),
        ("Invoices come after delivery, delivery within 10 days.", None),
        ("We invoice yearly; you can cancel with 30 days notice.", None),
    ],
)
def test_days_beside_an_invoice_are_the_time_to_pay_and_those_of_a_delivery_are_not(words, days):
    quote = read(PLAIN + words).quote
    assert quote is not None
    assert quote.terms.payment_days == days


@pytest.mark.parametrize(
    ("words", "cap"),
    [
        ("30 days' payment, 5 % renewal cap, 90 days' notice.", 500),
        ("A 3 % annual cap applies.", 300),
        ("There is a 5 % discount cap for resellers.", None),
    ],
)
def test_a_share_in_front_of_the_cap_is_the_cap_on_increases(words, cap):
    quote = read(PLAIN + words).quote
    assert quote is not None
    assert quote.terms.price_increase_cap_bp == cap


@pytest.mark.parametrize(
    ("words", "rate"),
    [
        ("EUR 14.00 per seat per month. VAT comes on top (we're in Vienna so 20 %).", 2000),
        ("EUR 14.00 per seat per month net, 21% Dutch VAT applies.", 2100),
        ("EUR 14.00 per seat per month. VAT not included, 22 %.", 2200),
        ("EUR 14.00 per seat per month. We are a small business and don't charge VAT.", 0),
        ("14,00 € por usuario y mes, exento de IVA.", 0),
    ],
)
def test_the_tax_rate_is_read_where_words_stand_between_the_tax_and_its_rate(words, rate):
    reading = read(words)
    assert reading.quote is not None
    assert reading.quote.terms.tax_rate_bp == rate
    assert not any(doubt.about.value == "tax" for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("words", "each"),
    [
        ("5,20 € por buzón y mes para los 25 buzones, sin IVA.", 520),
        ("25 docks x 14.00 EUR a month, net.", 1400),
        ("25 widgets cost one-time EUR 4.00 each, together EUR 100.00 net.", 400),
    ],
)
def test_a_price_is_for_one_unit_whatever_the_vendor_calls_the_unit(words, each):
    quote = read(words, unit="mailboxes").quote
    assert quote is not None
    assert (quote.terms.unit_price.amount_minor, quote.terms.priced_per.value) == (each, "unit")


def test_a_price_for_the_whole_team_is_no_price_for_each_of_it():
    quote = read("EUR 1,350.00 per quarter for the whole team of 45, plus VAT. Invoices are sent quarterly. Term 12 months.", 45).quote
    assert quote is not None
    assert (quote.terms.priced_per.value, quote.terms.billing, quote.ambiguous) == ("flat", Period.QUARTER, ())


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("We have a floor of 40 seats though.", "we need 25 seats"),
        ("I can offer either the first three months free or 15 % off.", "Which price results"),
        ("Unless we talk: everything else as it was.", "all terms"),
    ],
)
def test_what_a_person_would_ask_about_is_asked(words, asked):
    reading = read(PLAIN + words)
    assert reading.quote is not None
    assert any(asked in question for question in reading.quote.ambiguous), reading.quote.ambiguous


def test_a_point_that_groups_thousands_in_english_is_asked_about_unless_a_sum_says_so():
    lone, summed = read("Price for 25 seats is 1.190 EUR per year, plus VAT."), read("25 seats x 40 EUR = 1.000 EUR per year, plus VAT.")
    assert any("meant as thousands" in doubt.question for doubt in lone.doubts)
    assert not any("meant as thousands" in doubt.question for doubt in summed.doubts)


def test_a_charge_that_was_cut_counts_as_it_was_cut_to():
    quote = read(PLAIN + "Setup: we'll cut it from 400 EUR to 200 EUR.").quote
    assert quote is not None
    assert (quote.terms.setup_fee.amount_minor, quote.ambiguous) == (20_000, ())


def test_a_cap_that_is_granted_in_the_place_of_a_refused_one_is_read():
    quote = read(PLAIN + "What we can't agree to is a price cap of 0%: we'd offer a cap of 4% per year on renewal.").quote
    assert quote is not None
    assert quote.terms.price_increase_cap_bp == 400


def test_a_sum_of_a_subscription_and_a_setup_is_no_setup():
    quote = read(
        "EUR 20.00 per seat per month. For your 7 seats: EUR 1,680.00 subscription + EUR 180.00 setup = EUR 1,860.00 excl. VAT.", 7
    ).quote
    assert quote is not None
    assert quote.terms.setup_fee.amount_minor == 18_000


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Setup 200.", 'What is the amount "200"'),
        ("Rebate on the rollout fee: 50 %.", "Which price results"),
        ("December is on us.", "Which price results"),
    ],
)
def test_a_charge_without_a_currency_and_time_given_away_in_other_words_are_asked_about(words, asked):
    reading = read(PLAIN + words)
    assert reading.quote is not None
    assert any(asked in question for question in reading.quote.ambiguous), reading.quote.ambiguous


def test_numbers_without_a_currency_are_amounts_where_they_make_the_sum_of_one_that_has_it():
    bill = "24x docking station @ 139.00 = 3,336.00\nHandling 25.00\nGround freight 64.00\nTotal EUR 3,425.00, net, plus 19 % VAT."
    quote = read(bill, 24, "pieces", Period.ONCE).quote
    assert quote is not None
    terms = quote.terms
    assert (terms.unit_price.amount_minor, terms.priced_per.value, terms.setup_fee.amount_minor) == (13_900, "unit", 8_900)


def test_a_date_or_a_time_without_a_currency_is_no_amount():
    quote = read(PLAIN + "Call me at 14.30 on 12.11 about version 2.10.").quote
    assert quote is not None
    assert (quote.terms.unit_price.amount_minor, quote.ambiguous) == (1_400, ())


@pytest.mark.parametrize(
    ("steps", "price"),
    [
        ("  1-24     EUR 89.00\n  25-49    EUR 84.50\n  50+      EUR 79.90\n", 7_990),
        ("from 10: 9.00 EUR\nfrom 50: 8.00 EUR\nfrom 100: 7.00 EUR\n", 800),
    ],
)
def test_steps_that_fall_with_the_quantity_are_prices_of_one(steps, price):
    quote = read(f"Our prices:\n{steps}All net, plus 19 % VAT.", 60, "pieces", Period.ONCE).quote
    assert quote is not None
    assert (quote.terms.unit_price.amount_minor, quote.terms.priced_per.value, quote.ambiguous) == (price, "unit", ())


def test_a_table_squeezed_into_one_line_is_read_row_by_row():
    table = "Plan | Seats | EUR/seat/yr | Setup -----+-------+-------+------ Standard | 28 | 96.00 | 0 Business | 28 | 132.00 | 0"
    reading = read(f"{table}\n\nnet prices, annual invoice, 12 months", 28)
    assert reading.quote is not None
    offered = {reading.quote.terms.unit_price.amount_minor, *(other.terms.unit_price.amount_minor for other in reading.alternatives)}
    assert offered == {9_600, 13_200}


def test_a_charge_that_the_mail_takes_off_is_not_charged_where_the_list_still_names_it():
    quote = read(PLAIN + "The set-up fee of 590 EUR is waived.\n\nSet-up fee: 590.00 EUR\n").quote
    assert quote is not None
    assert (quote.terms.setup_fee.amount_minor, quote.ambiguous) == (0, ())


def test_a_price_named_by_mistake_is_no_price():
    quote = read("Le tarif est de 9,90 € HT par licence et par mois, et j'avais indiqué par erreur 8,90 €. Engagement de 12 mois.").quote
    assert quote is not None
    assert (quote.terms.unit_price.amount_minor, quote.ambiguous) == (990, ())


def test_fewer_units_than_are_needed_and_a_deposit_are_asked_about():
    fewer, deposit = read("For 20 seats: 14 EUR per seat per month, net, 12 months."), read(PLAIN + "There is a deposit of 500 EUR.")
    assert any("we need 25 seats" in doubt.question for doubt in fewer.doubts)
    assert any("500 EUR" in doubt.question for doubt in deposit.doubts)


def test_a_currency_set_apart_from_its_number_by_the_column_is_one_cell_with_it():
    sheet = "Seats, 25                 EUR 350.00 per month\nProvisioning, one-time    EUR  80.00\n\nAll amounts exclude VAT, 12 months."
    quote = read(sheet).quote
    assert quote is not None
    assert quote.terms.setup_fee.amount_minor == 8_000
