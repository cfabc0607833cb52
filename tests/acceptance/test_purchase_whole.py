"""The demo's purchase, whole: what it leaves behind in files, mailboxes, the ledger and the read models."""

from __future__ import annotations

import email
import email.policy
import re
from xml.etree import ElementTree as ET

import pytest

from app.home import open_vault
from app.sandbox_world import ADDRESS, INSTRUCTION
from graphs.state import GRAPH_VERSION
from memory.database import reading, writing
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.events.cases import CaseOpened, RequisitionSubmitted
from memory.domain.events.contracts import ContractSigned, PaymentConfirmed, RenewalScheduled
from memory.domain.events.negotiation import CounterofferProposed, QuoteReceived
from memory.domain.events.sourcing import ClaimStruck
from memory.ledger import verify
from memory.projections.base import fingerprint, rebuild
from tools.connectors.mail.parse import parse_mail
from tools.connectors.signature import PASSPHRASE, PKCS12
from tools.connectors.signature.verification import verify as verify_signature
from tools.connectors.statement import read_statement
from tools.sandbox.vendors.cast import BRIEFLARK, DEMO_VENDORS, POSTINO

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def test_the_demo_instruction_ends_bought_from_the_best_qualified_vendor(bought):
    town, case_id = bought
    facts = town.facts(case_id)
    assert (facts.status, facts.stage, facts.vendor_id) == ("done", "bought", "brieflark")
    assert facts.instruction == INSTRUCTION
    assert facts.paid_total == facts.agreed_total
    assert facts.agreed_total < facts.list_total


def test_what_was_paid_was_agreed_instructed_and_booked_to_the_cent(bought):
    town, case_id = bought
    agreed = town.facts(case_id).agreed_total
    (order,) = town.written("payments/*.xml")
    root = ET.fromstring(order.read_bytes())
    amounts = root.findall(".//p:InstdAmt", PAIN)
    assert [(a.get("Ccy"), a.text) for a in amounts] == [("EUR", f"{agreed.amount_minor / 100:.2f}")]
    assert root.findtext(".//p:CdtrAcct//p:IBAN", namespaces=PAIN) == "DE02120300000000202051"
    (statement,) = town.written("statements/*.xml")
    (line,) = read_statement(statement.read_bytes(), file=statement.name)
    assert abs(line.amount.amount_minor) == agreed.amount_minor
    assert [e.amount for e in town.facts_of(case_id, PaymentConfirmed)] == [agreed]


def test_the_rules_claim_nothing_they_cannot_prove(bought):
    town, case_id = bought
    assert [event.claims for event in town.facts_of(case_id, ClaimStruck)] == []


def test_the_signed_contract_verifies_against_our_own_certificate(bought):
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    town, case_id = bought
    (signed,) = town.facts_of(case_id, ContractSigned)
    (copy,) = town.written("contracts/*-signed.pdf")
    assert copy.read_bytes() == town.office.evidence.get(signed.signed)
    vault = open_vault(town.office.home, town.office.settings)
    bundle = pkcs12.load_pkcs12(vault.get(PKCS12).reveal(), vault.get(PASSPHRASE).reveal())
    roots = [extra.certificate.public_bytes(Encoding.PEM) for extra in bundle.additional_certs] or [
        bundle.cert.certificate.public_bytes(Encoding.PEM)
    ]
    check = verify_signature(copy.read_bytes(), roots, at=town.clock.now())
    assert check.sound
    assert "Alex Sommer" in check.signer


def test_the_vendor_got_the_very_contract_that_was_signed(bought):
    town, case_id = bought
    (signed,) = town.facts_of(case_id, ContractSigned)
    orders = [m for m in town.mailbox(BRIEFLARK.mailbox) if any(a.filename.endswith("signed-contract.pdf") for a in m.attachments)]
    assert [a.digest for m in orders for a in m.attachments] == [signed.signed]


def test_the_last_day_to_act_is_in_the_calendar(bought):
    from icalendar import Calendar

    town, case_id = bought
    (renewal,) = town.facts_of(case_id, RenewalScheduled)
    (file,) = town.written("calendar.ics")
    entries = list(Calendar.from_ical(file.read_bytes()).walk("VEVENT"))
    assert [entry.decoded("dtstart") for entry in entries] == [renewal.decide_by]
    assert renewal.decide_by == town.facts(case_id).decide_by
    assert str(entries[0]["summary"]) == "Decide: keep or cancel Brieflark"


def test_the_ledger_verifies_and_every_projection_rebuilds_to_the_same_rows(bought):
    town, _ = bought
    with reading(town.office.database) as connection:
        assert verify(connection).ok
        live = {p.name: fingerprint(connection, p) for p in town.office.projections}
    with writing(town.office.database) as connection:
        for projection in town.office.projections:
            rebuild(connection, projection)
        rebuilt = {p.name: fingerprint(connection, p) for p in town.office.projections}
    assert rebuilt == live


def test_the_winner_heard_at_least_two_counteroffers_and_gave_way(bought):
    town, case_id = bought
    ours = [e.counteroffer for e in town.facts_of(case_id, CounterofferProposed) if e.counteroffer.vendor_id == "brieflark"]
    assert len(ours) >= 2
    assert [o.round for o in ours] == sorted({o.round for o in ours})
    prices = [e.quote.terms.all_in_total().amount_minor for e in town.facts_of(case_id, QuoteReceived) if e.quote.vendor_id == "brieflark"]
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] < prices[0]


def _amounts_in(text: str) -> set[str]:
    return {found.replace(",", "") for found in re.findall(r"\d[\d,]*\.\d{2}", text)}


@pytest.mark.parametrize("vendor", DEMO_VENDORS, ids=lambda v: v.vendor_id)
def test_no_mail_to_a_vendor_tells_the_ceiling_or_another_vendors_name_or_price(bought, vendor):
    town, case_id = bought
    (submitted,) = town.facts_of(case_id, RequisitionSubmitted)
    ceiling = submitted.requisition.ceiling_for(12)
    others = [v for v in DEMO_VENDORS if v is not vendor]
    theirs = {
        f"{money.amount_minor / 100:.2f}"
        for e in town.facts_of(case_id, QuoteReceived)
        if e.quote.vendor_id != vendor.vendor_id
        for money in (e.quote.terms.unit_price.money, e.quote.terms.net_total(), e.quote.terms.all_in_total())
    }
    own = {
        f"{money.amount_minor / 100:.2f}"
        for e in [*town.facts_of(case_id, QuoteReceived), *town.facts_of(case_id, CounterofferProposed)]
        for offer in [e.quote if isinstance(e, QuoteReceived) else e.counteroffer]
        if offer.vendor_id == vendor.vendor_id
        for money in (offer.terms.unit_price.money, offer.terms.net_total(), offer.terms.all_in_total())
    }
    mails = town.raw_mails(vendor.mailbox)
    if vendor is not DEMO_VENDORS[2]:
        assert mails, "nobody wrote to it, so nothing is proved"
    for raw in mails:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        told = "\n".join([*(f"{k}: {v}" for k, v in message.items()), parse_mail(raw).mail.full_text])
        amounts = _amounts_in(told)
        assert not amounts & {"60.00", f"{ceiling.amount_minor / 100:.2f}", "714.00", "857.14"}
        assert not amounts & (theirs - own)
        for other in others:
            assert other.name.lower() not in told.lower()
            assert other.domain not in told.lower()
        assert not re.search(r"\b60\b(?! days)", told)  # the vendor's own notice period may be said back to it


def test_a_vendor_that_cannot_meet_a_must_have_is_never_written_to(bought):
    town, _ = bought
    assert town.mailbox(DEMO_VENDORS[2].mailbox) == []


def test_who_was_not_chosen_got_one_friendly_no(bought):
    town, _ = bought
    noes = [m for m in town.mailbox(POSTINO.mailbox) if "will not go ahead" in m.text]
    assert len(noes) == 1


def test_every_effect_left_once_and_each_permit_was_used_once(bought):
    town, case_id = bought
    rows = town.effects(case_id)
    assert {row.status.value for row in rows} == {"confirmed"}
    assert {row.attempts for row in rows} == {1}
    burned = [e.authorization_id for e in town.facts_of(case_id, AuthorizationBurned)]
    assert sorted(burned) == sorted(row.authorization_id for row in rows)
    assert len(set(burned)) == len(burned)
    sent = [row for row in rows if row.kind == "mail.send"]
    arrived = [m for v in DEMO_VENDORS for m in town.mailbox(v.mailbox)]
    assert sorted(m.message_id for m in arrived) == sorted(row.reference for row in sent)


def test_the_case_carries_the_version_of_the_graph_it_began_with(bought):
    town, case_id = bought
    (opened,) = town.facts_of(case_id, CaseOpened)
    assert opened.graph_version == GRAPH_VERSION


def test_nothing_of_the_password_or_the_vault_stands_in_the_database(bought):
    town, _ = bought
    vault = open_vault(town.office.home, town.office.settings)
    bytes_of_the_home = town.office.home.database.read_bytes()
    for name in vault.names():
        assert vault.get(name).reveal() not in bytes_of_the_home
    assert ADDRESS.encode() in bytes_of_the_home
