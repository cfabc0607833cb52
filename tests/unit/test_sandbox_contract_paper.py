from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from memory.domain.money import Money, Period
from tools.sandbox.contract_paper import clauses, contract_pdf
from tools.sandbox.contract_terms import ContractTerms, ExtraClause, PaperParty


def terms(**change) -> ContractTerms:
    given_terms = {
        "number": "A-1",
        "vendor": PaperParty(
            name="Nordlicht & Co <GmbH>", address=("Lindenstr. 4", "Berlin"), email="legal@vendor.example", signatory="Ida Brandt"
        ),
        "customer": PaperParty(name="Solo Company", email="ada@solo.example", signatory="Ada Solo"),
        "product": "Campaigns Team",
        "quantity": 5,
        "unit": "seat",
        "unit_price": Money(amount_minor=1095, currency="EUR"),
        "period": Period.MONTH,
        "vat_percent": 19,
        "effective_on": date(2026, 12, 1),
        "initial_months": 12,
    }
    return ContractTerms(**given_terms | change)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.split())


def test_the_paper_says_every_term_in_words_a_reader_can_find():
    text = text_of(contract_pdf(terms()))
    for words in (
        "Nordlicht & Co <GmbH>",
        "10.95 EUR per seat per month, net of VAT",
        "Total including VAT 781.83 EUR",
        "The initial term is 12 months from the Effective Date",
        "renews automatically for successive periods of 12 months unless either party gives notice",
        "at least 60 days before",
        "no more than 5 %",
        "payable within 14 days",
        "only in the European Union",
        "governed by the laws of Germany",
        "limited to the fees paid or payable in the preceding 12 months",
        "Confidentiality",
        "2026-12-01",
    ):
        assert words in text


def test_equal_terms_give_equal_bytes_and_two_or_three_pages_with_both_fields():
    pdf = contract_pdf(terms())
    assert pdf == contract_pdf(terms())
    assert pdf != contract_pdf(terms(notice_days=61))
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) in {2, 3}
    document.close()
    assert {field[0] for field in enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)))} == {"Customer", "Vendor"}


def test_harsh_terms_are_said_as_plainly():
    harsh = terms(
        price_increase_cap_percent=None,
        liability_cap_months=None,
        renewal_months=0,
        extra_clauses=(ExtraClause(heading="Publicity", text="We may <b>name</b> you."),),
    )
    text = text_of(contract_pdf(harsh))
    assert "may change its prices at any renewal" in text
    assert "liability is excluded" in text
    assert "does not renew automatically" in text
    assert "We may <b>name</b> you." in text
    assert [heading for heading, _ in clauses(harsh)][8] == "Publicity"


@settings(max_examples=50)
@given(
    minor=st.integers(1, 10**6),
    quantity=st.integers(1, 50),
    months=st.sampled_from([1, 6, 12, 36]),
    vat=st.integers(0, 27),
    setup=st.integers(0, 10**5),
)
def test_the_total_is_every_fee_of_the_term_and_the_tax(minor, quantity, months, vat, setup):
    sums = terms(
        unit_price=Money(amount_minor=minor, currency="EUR"),
        quantity=quantity,
        initial_months=months,
        vat_percent=vat,
        setup_fee_minor=setup,
    )
    net = minor * quantity * months + setup
    assert sums.total_net.amount_minor == net
    assert abs(sums.total_all_in.amount_minor * 100 - net * (100 + vat)) <= 50


def test_terms_that_cannot_be_billed_are_refused():
    with pytest.raises(ValidationError, match="not a whole number of years"):
        terms(period=Period.YEAR, initial_months=18)
    with pytest.raises(ValidationError, match="billed once"):
        terms(period=Period.HOUR)
    assert terms(period=Period.ONCE).periods == 1
    assert terms(period=Period.QUARTER).periods == 4
