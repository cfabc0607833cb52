"""The operator's hand on a case: pause, resume, cancel, retry, and what is refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from memory.domain.approval import Approve
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events.cases import CaseCancelled, StepFailed
from memory.domain.events.workspace import BudgetReleased, BudgetReserved
from memory.domain.money import Money
from memory.unit_of_work import UnitOfWork
from memory.views.spend import budget_lines
from tools.sandbox.vendors.cast import DEMO_VENDORS, MUTEMAIL


def _service(town):
    return town.office.service


def _sent(town):
    return sum(len(town.mailbox(v.mailbox)) for v in town.vendors)


def test_a_paused_case_takes_nothing_further_until_it_is_resumed(office):
    case_id = office.start()
    office.run(until=lambda: office.facts(case_id).status == "waiting")
    _service(office).pause(case_id, by="operator", reason="holiday")
    office.run()
    assert office.facts(case_id).status == "paused"
    sent = _sent(office)
    office.clock.go(days=30)
    office.run()
    assert office.facts(case_id).status == "paused"
    assert _sent(office) == sent
    assert not office.events(case_id, "quote.received", "reply.overdue", "approval.requested")
    _service(office).resume(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "needs_you"


def test_an_approval_given_while_paused_is_carried_out_after_the_resume(at_the_gate):
    office, case_id = at_the_gate
    _service(office).pause(case_id, by="operator")
    office.approve(case_id)
    office.run()
    assert office.facts(case_id).status == "paused"
    assert {row.kind for row in office.effects(case_id)} == {"mail.send"}
    _service(office).resume(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "done"


def test_money_set_aside_while_a_case_is_being_cancelled_is_given_back_too(office):
    case_id = office.start()
    office.run(until=lambda: office.facts(case_id).status == "waiting")
    aside = BudgetReserved(case_id=case_id, category="software", top_category="software", amount=Money(amount_minor=68_544, currency="EUR"))
    done = []

    def set_aside(_connection, _cursor, statement, *_rest):
        if "FROM commitments" in statement and not done:
            done.append(statement)
            office.office.unit_of_work.act("test/aside", [aside], stream=case_id, actor="gate")

    sa.event.listen(office.office.database, "after_cursor_execute", set_aside)
    _service(office).cancel(case_id, by="operator")
    sa.event.remove(office.office.database, "after_cursor_execute", set_aside)
    assert done
    assert office.facts(case_id).status == "cancelled"
    assert sum(line.used.amount_minor for line in budget_lines(office.office.database, office.clock.now())) == 0
    (released,) = office.facts_of(case_id, BudgetReleased)
    assert released.amount == aside.amount


def test_a_case_cancelled_before_anything_left_sends_nothing(office):
    case_id = office.start()
    stopped = office.server
    stopped.stop()
    office.engine.drain()
    assert {row.status.value for row in office.effects(case_id)} == {"delayed"}
    _service(office).cancel(case_id, by="operator", reason="changed my mind")
    office.new_server()
    office.reopen()
    office.clock.go(hours=2)
    office.run()
    assert {row.status.value for row in office.effects(case_id)} == {"cancelled"}
    assert _sent(office) == 0
    assert office.facts(case_id).status == "cancelled"


def test_a_case_cancelled_at_its_approval_gives_the_budget_back_and_closes_the_question(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    _service(office).cancel(case_id, by="operator")
    assert [e.amount for e in office.facts_of(case_id, BudgetReleased)] == [asked.action.total]
    assert {line.used.amount_minor for line in budget_lines(office.office.database, office.clock.now())} == {0}
    with pytest.raises(ConflictError):
        office.approve(case_id)
    office.run()
    assert office.facts(case_id).status == "cancelled"
    assert {row.kind for row in office.effects(case_id)} == {"mail.send"}


def test_a_case_cancelled_between_the_yes_and_the_signature_signs_nothing(at_the_gate):
    office, case_id = at_the_gate
    office.approve(case_id)
    office.engine.after_job = lambda _job: None
    _service(office).cancel(case_id, by="operator")
    office.run()
    assert office.facts(case_id).status == "cancelled"
    assert "contract.sign" not in {row.kind for row in office.effects(case_id)}
    assert office.written("**/*") == []


def test_a_signature_that_waits_in_the_outbox_is_withdrawn_by_a_cancel(at_the_gate):
    office, case_id = at_the_gate
    office.approve(case_id)
    jobs = []

    def cancel_once(job):
        if not jobs and any(row.kind == "contract.sign" for row in office.effects(case_id)):
            jobs.append(job)
            _service(office).cancel(case_id, by="operator")

    office.engine.after_job = cancel_once
    office.run()
    assert jobs
    (sign,) = office.effects(case_id, "contract.sign")
    assert (sign.status.value, sign.attempts) == ("cancelled", 0)
    assert office.written("**/*.pdf") == []
    assert office.facts(case_id).status == "cancelled"


class CancelsMeanwhile(UnitOfWork):
    """Lets the operator cancel while a step is thinking: just before the step writes."""

    cancel = staticmethod(lambda: None)

    def act(self, key, events, **rest):
        if key.endswith("/sign_contract/0"):
            self.cancel()
        return super().act(key, events, **rest)


def test_a_cancel_that_comes_while_the_signing_step_runs_still_wins(at_the_gate):
    office, case_id = at_the_gate
    real = office.office.unit_of_work

    def swap():
        swapped = CancelsMeanwhile(real._engine, real._ledger, real._projections, real._jobs, real._clock)
        swapped.cancel = lambda: _service(office).cancel(case_id, by="operator")
        office.office.__dict__["unit_of_work"] = swapped

    service = _service(office)
    office.after_opening = swap
    office.reopen()
    office.office.__dict__["service"] = service = type(service)(real._engine, real, office.office.evidence, office.clock, office.ids)
    office.approve(case_id)
    office.run()
    assert len(office.facts_of(case_id, CaseCancelled)) == 1
    assert office.facts(case_id).status == "cancelled"
    assert office.facts_of(case_id, StepFailed) == []
    assert office.effects(case_id, "contract.sign") == []
    assert office.written("**/*") == []


def test_once_the_contract_is_signed_a_cancel_is_refused(at_the_gate):
    office, case_id = at_the_gate
    office.approve(case_id)
    refused = []

    def try_to_cancel(_job):
        signed = office.effects(case_id, "contract.sign")
        if not refused and signed and signed[0].status.value == "confirmed":
            with pytest.raises(ConflictError, match="signed") as told:
                _service(office).cancel(case_id, by="operator")
            refused.append(told.value.hint)

    office.engine.after_job = try_to_cancel
    office.run()
    assert refused[0]
    assert office.facts(case_id).status == "done"


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry"])
def test_a_finished_case_cannot_be_moved_any_more(bought, verb):
    town, case_id = bought
    head = town.head
    with pytest.raises(ConflictError):
        getattr(_service(town), verb)(case_id, by="operator")
    assert town.head == head


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "retry"])
def test_a_case_that_does_not_exist_is_not_found(office, verb):
    with pytest.raises(NotFoundError):
        getattr(_service(office), verb)("CASE-nowhere", by="operator")


def test_a_failed_case_that_was_cancelled_cannot_be_retried_into_life(found):
    town = found((MUTEMAIL,), products="not a catalogue")
    case_id = town.start()
    town.run()
    assert town.facts(case_id).status == "failed"
    _service(town).cancel(case_id, by="operator")
    with pytest.raises(ConflictError):
        _service(town).retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "cancelled"


def test_a_question_of_a_cancelled_case_takes_no_answer(office):
    case_id = office.start("I need a crm")
    office.run()
    _service(office).cancel(case_id, by="operator")
    with pytest.raises(ConflictError):
        _service(office).clarify(case_id, "for 3 people, under 40 EUR a month", surface="test")
    office.run()
    assert office.facts(case_id).status == "cancelled"


def test_mail_that_arrives_for_a_cancelled_case_is_kept_and_answered_with_one_farewell(office):
    case_id = office.start()
    office.engine.drain()
    _service(office).cancel(case_id, by="operator")
    office.run()
    assert len(office.events(case_id, "message.received")) == 4, "two offers, and two good wishes"
    assert office.events(case_id, "quote.received") == []
    assert office.facts(case_id).status == "cancelled"
    farewells = [m for v in DEMO_VENDORS for m in office.mailbox(v.mailbox) if "not to proceed" in m.text]
    assert (_sent(office), len(farewells)) == (4, 2), "two requests went out, and two were told that nothing comes of them"


def test_a_yes_after_a_cancel_signs_nothing_even_when_it_was_on_its_way(at_the_gate):
    office, case_id = at_the_gate
    asked = office.asked(case_id)
    late = Approve(approval_id=asked.approval_id, digest=asked.action.digest, by="operator")
    _service(office).cancel(case_id, by="operator")
    with pytest.raises(ConflictError):
        _service(office).decide(late, surface="test")
    assert office.facts(case_id).status == "cancelled"
