"""A mail of ours that is not delivered strands no case: the operator is told, and what the case needs goes again, once."""

from __future__ import annotations

from collections import Counter

import pytest

from app.case_replay import replay_office_case
from graphs.case_replay import Verdict
from memory.domain.errors import ConflictError
from memory.domain.events.cases import CaseEnded, StepFailed
from memory.domain.events.contracts import AcceptanceSent, ContractSigned, DeclineSent, OrderPlaced
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.events.remediation import RemediationClosed, RemediationSent
from memory.domain.registry import Contact
from memory.domain.remediation import Trouble
from memory.views.remediations import open_tasks, task_card
from memory.views.spend import budget_lines
from tools.sandbox.vendors.cast import BRIEFLARK, MUTEMAIL, POSTINO

#: A mail is given up after so many calls in vain.
CALLS = 12


def _break_when(town, comes, fault="reject", times=1) -> None:
    """Arm a fault of our mail server between two jobs, the first time that `comes` holds: the next mail meets it."""
    armed = []

    def look(_job) -> None:
        if not armed and comes():
            armed.append(fault)
            town.server.fail_next(fault, times=times)

    town.engine.after_job = look


def _replays_alike(town, case_id) -> None:
    replay = replay_office_case(town.office, case_id, "recorded")
    assert not replay.stands_still, replay.stands_still
    assert [(step.key, step.verdict, step.differences) for step in replay.steps if step.verdict is not Verdict.SAME] == []


def _used(town) -> int:
    return sum(line.used.amount_minor for line in budget_lines(town.office.database, town.clock.now()))


def _mend_contact(town) -> None:
    contact = Contact(name=BRIEFLARK.person, email=BRIEFLARK.mailbox)
    town.office.registrar().add_contact("brieflark-orders", contact, vendor_id="brieflark")


@pytest.fixture
def undelivered(at_the_gate):
    """A town whose provider refused the order mail: the contract is signed, and the vendor does not hold it."""
    town, case_id = at_the_gate
    town.approve(case_id)
    _break_when(town, lambda: bool(town.facts_of(case_id, OrderPlaced)))
    town.run()
    return town, case_id


def test_an_order_that_was_not_delivered_is_a_task_with_steps_and_a_letter(undelivered):
    town, case_id = undelivered
    facts = town.facts(case_id)
    assert facts.status == "failed"
    assert "not delivered" in facts.note
    assert "qm cases retry" in facts.note
    (card,) = open_tasks(town.office.database)
    assert card.task.trouble is Trouble.ORDER_UNDELIVERED
    assert card.task.severity.value == "urgent"
    assert "signed" in card.task.happened
    assert any(f"qm cases retry {case_id}" in step for step in card.task.steps)
    assert "could not be delivered" in card.task.letter.body
    assert town.facts_of(case_id, StepFailed)[-1].node == "place_order"
    assert town.effects(case_id, "payment.instruct") == []
    town.run()
    assert len(town.facts_of(case_id, OrderPlaced)) == 1, "nothing is sent again on hope"


def test_a_retry_after_the_contact_was_mended_sends_the_order_again_once_and_the_case_is_bought(undelivered):
    town, case_id = undelivered
    _mend_contact(town)
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "done"
    first, second = town.facts_of(case_id, OrderPlaced)
    assert first.effect_key != second.effect_key
    assert first.purchase_order_id == second.purchase_order_id
    orders = [row for row in town.effects(case_id, "mail.send") if row.effect_key in {first.effect_key, second.effect_key}]
    assert Counter(row.status.value for row in orders) == {"failed": 1, "confirmed": 1}
    assert next(row for row in orders if row.effect_key == second.effect_key).payload["contact_id"] == "brieflark-orders"
    assert len([m for m in town.mailbox(BRIEFLARK.mailbox) if first.purchase_order_id in m.subject]) == 1
    assert len(town.facts_of(case_id, ContractSigned)) == 1
    assert len(town.facts_of(case_id, DeclineSent)) == 1
    assert len(town.written("payments/*.xml")) == 1
    (closed,) = town.facts_of(case_id, RemediationClosed)
    assert closed.by == "saga"
    assert open_tasks(town.office.database) == ()
    _replays_alike(town, case_id)


def test_an_order_that_is_refused_again_and_again_can_be_retried_as_often(undelivered):
    town, case_id = undelivered
    for _ in range(2):
        town.server.fail_next("reject")
        town.office.service.retry(case_id, by="operator")
        town.run()
        assert town.facts(case_id).status == "failed"
    assert len(open_tasks(town.office.database)) == 1, "one task, however often"
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "done"
    assert len({fact.effect_key for fact in town.facts_of(case_id, OrderPlaced)}) == 4


def test_a_case_whose_signed_contract_never_left_can_be_cancelled_and_frees_its_money(undelivered):
    town, case_id = undelivered
    town.office.service.cancel(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "cancelled"
    assert _used(town) == 0
    assert open_tasks(town.office.database) == ()
    assert any("nothing was ordered" in mail.text for mail in town.mailbox(BRIEFLARK.mailbox))
    _replays_alike(town, case_id)


def test_an_order_that_its_vendor_answers_although_it_stands_as_failed_is_not_sent_again(undelivered):
    town, case_id = undelivered
    (placed,) = town.facts_of(case_id, OrderPlaced)
    reference = next(row.reference for row in town.effects(case_id) if row.effect_key == placed.effect_key)
    total = f"{placed.total.amount} EUR including 19 % VAT"
    text = f"Thank you, we confirm your order.\n\nInvoice number: BRIEFLARK-INV-2026-0001\nTotal amount due: {total}"
    town.write(BRIEFLARK, text, answers=reference)
    town.run()
    assert town.facts(case_id).status == "done"
    assert len(town.facts_of(case_id, OrderPlaced)) == 1
    assert {card.task.trouble for card in open_tasks(town.office.database)} == {Trouble.PROVED_LATE}
    with pytest.raises(ConflictError):
        town.office.service.retry(case_id, by="operator")
    _replays_alike(town, case_id)


def test_a_letter_that_was_not_delivered_either_can_be_sent_again_and_then_the_case_cannot_be_cancelled(undelivered):
    town, case_id = undelivered
    (card,) = open_tasks(town.office.database)
    send = town.office.tasks.send_letter
    town.server.fail_next("reject")
    send(card.task.task_id, by="operator", surface="test")
    town.run()
    assert task_card(town.office.database, card.task.task_id).letter_is == "failed"
    send(card.task.task_id, by="operator", surface="test")
    town.run()
    assert task_card(town.office.database, card.task.task_id).letter_is == "sent"
    assert len({fact.effect_key for fact in town.facts_of(case_id, RemediationSent)}) == 2
    with pytest.raises(ConflictError, match="already"):
        send(card.task.task_id, by="operator", surface="test")
    with pytest.raises(ConflictError, match="signed"):
        town.office.service.cancel(case_id, by="operator")


def test_a_request_for_the_contract_that_was_not_delivered_waits_for_the_operator_and_goes_again(office):
    case_id = office.start()
    _break_when(office, lambda: bool(office.facts_of(case_id, AcceptanceSent)))
    office.run()
    assert office.facts(case_id).status == "failed"
    stopped = office.facts_of(case_id, StepFailed)[-1]
    assert stopped.node == "request_contract"
    assert "not delivered" in stopped.message
    assert office.facts_of(case_id, CaseEnded) == []
    assert open_tasks(office.office.database) == (), "nothing was committed to: the case itself tells it"
    office.office.service.retry(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "needs_you"
    assert len({fact.effect_key for fact in office.facts_of(case_id, AcceptanceSent)}) == 2
    assert len([mail for mail in office.mailbox(BRIEFLARK.mailbox) if "send us the contract" in mail.text.lower()]) <= 1
    _replays_alike(office, case_id)


def test_a_mail_that_twelve_calls_could_not_deliver_is_told_like_a_refused_one(office):
    case_id = office.start()
    _break_when(office, lambda: bool(office.facts_of(case_id, AcceptanceSent)), "tempfail", CALLS)
    for _ in range(CALLS + 2):
        office.run()
        office.clock.go(hours=2)
    assert office.facts(case_id).status == "failed"
    (lost,) = [row for row in office.effects(case_id, "mail.send") if row.status.value == "failed"]
    assert lost.attempts == CALLS
    assert office.facts_of(case_id, StepFailed)[-1].node == "request_contract"


def test_vendors_that_could_not_be_asked_are_left_out_with_the_reason_and_a_case_without_any_says_so(office):
    office.server.fail_next("reject", times=2)
    case_id = office.start()
    office.run()
    (ended,) = office.facts_of(case_id, CaseEnded)
    assert ended.outcome == "no vendor could be reached"
    assert "qm doctor" in ended.reason
    concluded = office.facts_of(case_id, NegotiationConcluded)
    assert len(concluded) == 2
    assert all("could not be delivered" in fact.reason for fact in concluded)
    assert not any(office.mailbox(vendor.mailbox) for vendor in (BRIEFLARK, POSTINO))


def test_a_decline_that_was_not_delivered_is_a_note_with_its_letter(at_the_gate):
    town, case_id = at_the_gate
    town.approve(case_id)
    _break_when(town, lambda: _order_left(town, case_id))
    town.run()
    assert town.facts(case_id).status == "done"
    (card,) = open_tasks(town.office.database)
    assert card.task.trouble is Trouble.MAIL_UNDELIVERED
    assert card.task.vendor_id == "postino"
    town.office.tasks.send_letter(card.task.task_id, by="operator", surface="test")
    town.run()
    assert len(town.mailbox(POSTINO.mailbox)) == 1
    _replays_alike(town, case_id)


def _order_left(town, case_id) -> bool:
    """Whether the order has left, and the decline, which is queued behind it, has not."""
    orders = {fact.effect_key for fact in town.facts_of(case_id, OrderPlaced)}
    return any(row.effect_key in orders and row.status.value == "confirmed" for row in town.effects(case_id))


def test_a_counteroffer_that_was_not_delivered_leaves_the_vendor_at_its_last_offer(found, catalogue_of):
    town = found((BRIEFLARK, MUTEMAIL), products=catalogue_of(BRIEFLARK))
    case_id = town.start()
    _break_when(town, lambda: bool(town.events(case_id, "counteroffer.proposed")))
    town.run()
    (concluded,) = town.facts_of(case_id, NegotiationConcluded)
    assert concluded.outcome.value == "final_quote"
    assert "could not be delivered" in concluded.reason
    assert concluded.final_quote == concluded.list_quote
