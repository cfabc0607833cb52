"""Vendors that do not play fair: changed contracts, erratic figures, lies, words to software, wrong invoices, strange senders."""

from __future__ import annotations

import re

from memory.domain.events.authority import ApprovalRequested
from memory.domain.events.cases import CaseEnded, StepFailed
from memory.domain.events.contracts import ContractReviewed, InvoiceMatched, OrderPlaced, PaymentSubmitted
from memory.domain.events.negotiation import CounterofferProposed, MessageReceived, NegotiationConcluded, QuoteReceived
from memory.domain.events.sourcing import AwardRecommended, VendorQualified
from tools.sandbox.vendors.cast import BRIEFLARK, FABLEPOST, PAPERTERN, SWAPWELL, ZIGZAG


def test_a_contract_that_is_not_what_was_agreed_never_reaches_the_operator(found, catalogue_of):
    town = found((SWAPWELL,), products=catalogue_of(SWAPWELL))
    case_id = town.start()
    town.run()
    assert town.facts(case_id).status == "ended", town.facts(case_id)
    (review,) = town.facts_of(case_id, ContractReviewed)
    assert {f.severity.value for f in review.review.findings} >= {"blocker"}
    assert town.facts_of(case_id, ApprovalRequested) == []
    (ended,) = town.facts_of(case_id, CaseEnded)
    assert ended.outcome == "not signed"
    assert re.search(r"price|total|term|notice", ended.reason)
    quoted = [e.quote.terms.all_in_total().amount_minor for e in town.facts_of(case_id, QuoteReceived)]
    steps = sum(later < min(quoted[:place]) for place, later in enumerate(quoted) if place)
    letters = [mail.text for mail in town.mailbox(SWAPWELL.mailbox) if "Subject to contract, " in mail.text]
    assert 0 < sum("Thank you for coming down." in letter for letter in letters) <= steps
    assert "Thank you for coming down." not in letters[0]
    assert {row.kind for row in town.effects(case_id)} == {"mail.send"}


def test_a_vendor_that_lies_about_a_competitor_moves_nothing_and_learns_nothing(found, catalogue_of):
    town = found((FABLEPOST,), products=catalogue_of(FABLEPOST))
    case_id = town.to_approval()
    quoted = [e.quote.terms.unit_price.amount_minor for e in town.facts_of(case_id, QuoteReceived)]
    assert quoted == sorted(quoted, reverse=True)
    ours = [e.counteroffer.terms.unit_price.amount_minor for e in town.facts_of(case_id, CounterofferProposed)]
    assert set(quoted) <= {*FABLEPOST.yearly, *ours}
    assert ours == sorted(ours)
    assert town.asked(case_id).action.total.amount_minor == quoted[-1] * 12 * 119 // 100
    answers = [{told.term for told in e.on_our_terms} for e in town.facts_of(case_id, QuoteReceived)]
    assert answers[0] == set(), "nothing of ours was on the table yet"
    assert all({"unit_price", "term", "billing"} <= told for told in answers[1:])


def test_figures_that_do_not_fit_together_are_asked_about_a_few_times_and_never_agreed_to(found, catalogue_of):
    town = found((ZIGZAG,), products=catalogue_of(ZIGZAG))
    case_id = town.start()
    town.run()
    assert town.facts(case_id).status == "ended", town.facts(case_id)
    assert all(e.quote.ambiguous for e in town.facts_of(case_id, QuoteReceived)[1:-1])
    assert town.facts_of(case_id, ApprovalRequested) == []
    assert {row.kind for row in town.effects(case_id)} == {"mail.send"}
    # Two programs that ask each other back would never stop by themselves.
    assert len(town.mailbox(ZIGZAG.mailbox)) <= 9
    # Where no figure was ever sure, nobody can have come down.
    assert not any("coming down" in mail.text for mail in town.mailbox(ZIGZAG.mailbox))


def test_words_to_software_in_a_mail_move_neither_the_award_nor_the_payee(found, catalogue_of):
    town = found((BRIEFLARK, PAPERTERN), products=catalogue_of(BRIEFLARK, PAPERTERN, region=None))
    case_id = town.start()
    town.run()
    mails = [e for e in town.facts_of(case_id, MessageReceived) if e.vendor_id == "papertern"]
    assert mails, "it was not even asked, so nothing is proved"
    (award,) = town.facts_of(case_id, AwardRecommended)
    assert award.vendor_id != "papertern"
    assert all(e.approval.action.vendor_id != "papertern" for e in town.facts_of(case_id, ApprovalRequested))
    assert town.office.registry.payee("papertern-bank").iban == "GB29NWBK60161331926819"


def test_a_vendor_that_denies_a_must_have_never_wins_even_alone_and_cheapest(found, catalogue_of):
    town = found((PAPERTERN,), products=catalogue_of(PAPERTERN, region=None))
    case_id = town.start()
    town.run()
    assert [e.vendor_id for e in town.facts_of(case_id, VendorQualified)] == ["papertern"]
    assert town.facts(case_id).status == "ended", town.facts(case_id)
    (ended,) = town.facts_of(case_id, CaseEnded)
    assert "EU" in ended.reason
    assert town.facts_of(case_id, ApprovalRequested) == []


def _wrong_invoice(town):
    """Let the vendor confirm the order with an invoice of 100 EUR more than was ordered."""
    from dataclasses import replace

    dear = replace(BRIEFLARK, vat_percent=36)
    for desk in town.desks:
        if desk.personality is BRIEFLARK:
            desk.personality = dear


def test_an_invoice_over_another_amount_holds_the_payment_until_a_corrected_one_comes(at_the_gate):
    office, case_id = at_the_gate
    office.approve(case_id)
    _wrong_invoice(office)
    office.run()
    assert office.facts(case_id).status == "failed"
    (failed,) = office.facts_of(case_id, StepFailed)
    assert failed.node == "match_invoice"
    assert "does not match" in failed.message
    assert "corrected invoice" in failed.hint
    assert office.facts_of(case_id, PaymentSubmitted) == []
    assert office.written("payments/*") == []
    (order,) = office.facts_of(case_id, OrderPlaced)
    (ours,) = [row for row in office.effects(case_id) if row.effect_key == order.effect_key]
    total = f"{order.total.amount_minor / 100:.2f}"
    office.write(
        BRIEFLARK,
        f"We are sorry. We confirm your order {order.purchase_order_id}.\n\nInvoice number: BRIEFLARK-INV-2026-7\n"
        f"Total amount due: {total} EUR including 19 % VAT\n",
        answers=ours.reference,
    )
    office.run()
    assert office.facts(case_id).status == "failed", "only the operator's retry goes on"
    office.office.service.retry(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "done", office.facts(case_id).note
    (matched,) = office.facts_of(case_id, InvoiceMatched)
    assert (matched.invoice_number, matched.invoiced) == ("BRIEFLARK-INV-2026-7", order.total)
    (paid,) = office.facts_of(case_id, PaymentSubmitted)
    assert paid.amount == order.total


def test_a_retry_without_a_corrected_invoice_is_held_again(at_the_gate):
    office, case_id = at_the_gate
    office.approve(case_id)
    _wrong_invoice(office)
    office.run()
    office.office.service.retry(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "failed"
    assert len(office.facts_of(case_id, StepFailed)) == 2
    assert office.facts_of(case_id, PaymentSubmitted) == []


def test_a_stranger_who_knows_our_message_id_is_shown_as_one(found, catalogue_of):
    town = found((BRIEFLARK, FABLEPOST), products=catalogue_of(BRIEFLARK))
    case_id = town.start()
    town.engine.drain()
    (rfq,) = town.mailbox(BRIEFLARK.mailbox)
    town.write(FABLEPOST, "We are Brieflark now: 1.00 EUR net per month for up to 5,000 contacts, billed yearly.", answers=rfq.message_id)
    town.run()
    strange = [e for e in town.facts_of(case_id, MessageReceived) if not e.verified_sender]
    assert len(strange) == 1
    assert "the sender is not the contact you registered" in strange[0].findings
    assert not any(e.quote.terms.unit_price.amount_minor == 100 for e in town.facts_of(case_id, QuoteReceived))


def test_what_one_case_has_reserved_counts_against_the_budget_of_the_next(at_the_gate):
    office, first = at_the_gate
    second = office.start()
    office.run()
    assert [office.facts(case_id).status for case_id in (first, second)] == ["needs_you", "ended"]
    assert "Email marketing may cost" in office.facts(second).note


def test_two_cases_at_once_for_the_same_vendor_do_not_mix_their_threads(office):
    first = office.start()
    second = office.start("Find an email marketing tool for 3,000 contacts, EU data residency, under 58 EUR a month, by Friday")
    office.run()
    for case_id in (first, second):
        received = office.facts_of(case_id, MessageReceived)
        assert {r.vendor_id for r in received} >= {"brieflark", "postino"}
        assert all(r.conversation == f"{case_id}/{r.vendor_id}" for r in received)
        assert len(office.facts_of(case_id, NegotiationConcluded)) == 2
    ours = {row.reference: row.case_id for case_id in (first, second) for row in office.effects(case_id)}
    needs = {first: "5,000 contacts", second: "3,000 contacts"}
    mails = office.mailbox(BRIEFLARK.mailbox)
    for mail in mails:
        (case_id,) = {ours[ref] for ref in (mail.message_id, *mail.references) if ref in ours}
        if "Need: " in mail.text:
            assert needs[case_id] in mail.text
    assert {ours[mail.message_id] for mail in mails} == {first, second}
