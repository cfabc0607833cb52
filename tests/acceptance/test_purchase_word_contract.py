"""A vendor that sends its contract as a Word file, and not its first contract: read, held against the one before, printed, signed."""

from __future__ import annotations

from datetime import date

from graphs.contract_import import read_contract_file
from memory.domain.events.contracts import ContractReceived, ContractReviewed, ContractSigned
from memory.domain.money import Money, Period
from tools.lookups.documents import read_document
from tools.sandbox.contract_paper import contract_pdf
from tools.sandbox.contract_terms import ContractTerms, PaperParty
from tools.sandbox.vendors.cast import WORDWREN


def _earlier(vendor, customer) -> bytes:
    """The same paper of two years before, with 30 days of notice instead of 60."""
    terms = ContractTerms(
        number="W-1",
        vendor=vendor.party,
        customer=PaperParty(name=customer, email="alex@customer.example", signatory=customer),
        product=f"{vendor.product}, up to 5,000 contacts",
        quantity=1,
        unit="plan",
        unit_price=Money(amount_minor=4500, currency="EUR"),
        period=Period.MONTH,
        vat_percent=19,
        effective_on=date(2024, 11, 1),
        initial_months=12,
        notice_days=30,
    )
    return contract_pdf(terms)


def test_a_word_contract_is_read_held_against_the_one_before_and_signed_as_a_print_of_its_text(found, catalogue_of):
    town = found((WORDWREN,), products=catalogue_of(WORDWREN))
    read = read_contract_file(_earlier(WORDWREN, "Alex Sommer"), filename="w-1.pdf")
    town.office.contract_import(by="operator").take_over(read, vendor_id="wordwren")
    case_id = town.to_approval()
    (received,) = town.facts_of(case_id, ContractReceived)
    (reviewed,) = town.facts_of(case_id, ContractReviewed)
    assert received.filename.endswith(".docx")
    risks = {risk.text for risk in town.asked(case_id).risks}
    assert any("what you sign is a print of its text" in text for text in risks), risks
    worse = [text for text in risks if text.startswith("against the version before: ")]
    assert "against the version before: you must give notice 60 days before the end instead of 30 days." in worse
    assert reviewed.review.contract != received.contract
    print_text = read_document(town.office.evidence.get(reviewed.review.contract), "print.pdf").text
    read_text = town.office.evidence.text(reviewed.review.text)
    assert received.contract in print_text
    assert all(word in print_text for word in read_text.split())
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done"
    (signed,) = town.facts_of(case_id, ContractSigned)
    assert signed.contract == reviewed.review.contract
