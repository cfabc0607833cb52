"""The gate: yes, no, yes with changes, silence, and answers that come too late or twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from memory.domain.approval import Approve, Edit, Edits, Reject
from memory.domain.effects import PAYMENT_INSTRUCT
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected
from memory.domain.events.contracts import PaymentSubmitted
from memory.domain.events.workspace import BudgetReleased, BudgetReserved
from memory.domain.money import Period, Price
from memory.views.spend import budget_lines
from tools.sandbox.vendors.cast import BRIEFLARK

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def _edit(town, case_id, **changes):
    asked = town.asked(case_id)
    return Edit(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", edits=Edits(**changes))


def test_a_no_gives_the_budget_back_and_neither_signs_nor_pays(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    assert [e.amount for e in office.facts_of(case_id, BudgetReserved)] == [asked.action.total]
    no = Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="too dear after all")
    office.office.service.decide(no, surface="test")
    office.run()
    assert (office.facts(case_id).status, office.facts(case_id).stage) == ("ended", "not approved")
    assert [e.amount for e in office.facts_of(case_id, BudgetReleased)] == [asked.action.total]
    assert {line.used.amount_minor for line in budget_lines(office.office.database, office.clock.now())} == {0}
    assert {row.kind for row in office.effects(case_id)} == {"mail.send"}
    assert office.written("**/*.pdf") == office.written("**/*.xml") == []


def test_before_the_answer_nothing_is_signed_and_no_payment_is_written(at_the_gate):
    office, case_id = at_the_gate
    office.clock.go(hours=5)
    office.run()
    assert {row.kind for row in office.effects(case_id)} == {"mail.send"}
    assert office.written("**/*") == []


def test_an_edited_day_and_note_reach_the_payment_file_and_the_order(at_the_gate):
    office, case_id = at_the_gate
    before = office.asked(case_id).action
    decided = office.office.service.decide(
        _edit(office, case_id, execute_on="2026-12-14", order_note="Please name cost centre 4711 on the invoice."), surface="test"
    )
    assert decided.status.value == "edited"
    office.run()
    assert office.facts(case_id).status == "done"
    (edited,) = office.facts_of(case_id, ApprovalEdited)
    assert edited.action.digest != before.digest
    (file,) = office.written("payments/*.xml")
    root = ET.fromstring(file.read_bytes())
    assert root.findtext(".//p:ReqdExctnDt/p:Dt", namespaces=PAIN) == "2026-12-14"
    orders = [m for m in office.mailbox(BRIEFLARK.mailbox) if m.subject.startswith("Order PO-")]
    assert ["cost centre 4711" in m.text for m in orders] == [True]


def test_an_edited_approval_changes_neither_amount_nor_payee_nor_contract(at_the_gate):
    office, case_id = at_the_gate
    before = office.asked(case_id).action
    office.office.service.decide(_edit(office, case_id, remittance="Rechnung 12", execute_on="2026-12-10"), surface="test")
    (edited,) = office.facts_of(case_id, ApprovalEdited)
    assert (edited.action.total, edited.action.contract, edited.action.vendor_id) == (before.total, before.contract, before.vendor_id)
    for was, now in zip(before.effects, edited.action.effects, strict=True):
        free = {"execute_on", "remittance"} if was.kind == PAYMENT_INSTRUCT else set()
        assert {k: v for k, v in was.payload.items() if k not in free} == {k: v for k, v in now.payload.items() if k not in free}
        assert (was.key, was.kind) == (now.key, now.kind)
    office.run()
    (paid,) = office.facts_of(case_id, PaymentSubmitted)
    assert (paid.amount, paid.payee_id) == (before.total, "brieflark-bank")


def test_edits_have_no_field_for_amount_or_payee():
    assert set(Edits.model_fields) == {"execute_on", "remittance", "order_note"}


def test_what_the_operator_reads_after_an_edit_names_the_new_day_only(at_the_gate):
    office, case_id = at_the_gate
    old = next(e for e in office.asked(case_id).action.effects if e.kind == PAYMENT_INSTRUCT).payload["execute_on"]
    office.office.service.decide(_edit(office, case_id, execute_on="2026-12-14"), surface="test")
    (edited,) = office.facts_of(case_id, ApprovalEdited)
    told = "\n".join(edited.action.consequences)
    assert "executed on 2026-12-14" in told
    assert old not in told


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order_note": "   "},
        {"execute_on": "2026-02-31"},
        {"execute_on": "2026-11-01"},
        {"execute_on": "2099-01-01"},
        {"remittance": "\x07"},
    ],
    ids=["nothing", "blank note", "no such day", "past day", "next century", "control character"],
)
def test_an_edit_that_cannot_be_done_is_refused_and_the_question_stays_open(at_the_gate, changes):
    office, case_id = at_the_gate
    with pytest.raises(InputError):
        office.office.service.decide(_edit(office, case_id, **changes), surface="test")
    office.run()
    assert office.facts(case_id).status == "needs_you"
    assert office.facts_of(case_id, ApprovalEdited) == []


def test_silence_until_the_approval_expires_is_a_no(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    office.clock.at = asked.expires_at
    with pytest.raises(ConflictError, match="expired"):
        office.approve(case_id)
    office.run()
    assert len(office.facts_of(case_id, ApprovalExpired)) == 1
    assert office.facts(case_id).status == "ended"
    assert [e.amount for e in office.facts_of(case_id, BudgetReleased)] == [asked.action.total]
    with pytest.raises(ConflictError):
        office.approve(case_id)
    assert office.written("**/*") == []


def test_a_minute_before_it_expires_a_yes_still_counts(at_the_gate):
    office, case_id = at_the_gate
    office.clock.at = office.asked(case_id).expires_at - timedelta(minutes=1)
    office.approve(case_id)
    office.clock.go(minutes=2)
    office.run()
    assert office.facts(case_id).status == "done"
    assert office.facts_of(case_id, ApprovalExpired) == []


def test_an_answer_to_another_digest_is_refused(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    stale = Approve(approval_id=asked.approval_id, digest="0" * 64, by="operator")
    with pytest.raises(ConflictError, match="something else"):
        office.office.service.decide(stale, surface="test")
    office.run()
    assert office.facts(case_id).status == "needs_you"
    assert {row.kind for row in office.effects(case_id)} == {"mail.send"}


def test_a_walk_away_that_comes_after_the_choice_is_refused_with_what_to_do_instead(at_the_gate):
    town, case_id = at_the_gate
    wishes = town.office.wishes(by="operator")
    before = town.events(case_id)
    with pytest.raises(ConflictError, match="has chosen an offer") as refused:
        wishes.set_walk_away(case_id, Price(amount_minor=10_000, currency="EUR", period=Period.YEAR), "not more than 100 EUR a year")
    assert "qm approvals reject" in refused.value.hint
    assert town.events(case_id) == before


def test_an_answer_to_no_question_is_not_found(office):
    with pytest.raises(NotFoundError):
        office.office.service.decide(Approve(approval_id="AP-none", digest="0" * 64, by="operator"), surface="test")


def test_of_two_answers_at_the_same_moment_exactly_one_counts(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    ids = {"approval_id": asked.approval_id, "digest": asked.action.digest, "by": "operator"}
    answers = [Approve(**ids), Reject(**ids, reason="no"), _edit(office, case_id, order_note="hello"), Approve(**ids)]
    barrier, outcomes = threading.Barrier(len(answers)), []

    def decide(answer):
        barrier.wait()
        try:
            outcomes.append(office.office.service.decide(answer, surface="test").status.value)
        except ConflictError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide, args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(answers)
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    recorded = [office.facts_of(case_id, kind) for kind in (ApprovalGranted, ApprovalEdited, ApprovalRejected)]
    assert sum(map(len, recorded)) == 1
    office.run()
    assert office.facts(case_id).status in {"done", "ended"}
