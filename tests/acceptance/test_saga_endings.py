"""What follows when something goes wrong after a commitment: taken back by effects of their own, or told as a task."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.case_replay import replay_office_case
from app.duties import workers_duties
from app.renewal_calendar import FEED
from graphs.case_replay import Verdict
from graphs.watching import scheduled
from memory.database import reading, writing
from memory.domain.approval import Approve, Reject
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError, InputError
from memory.domain.events.authority import ApprovalExpired
from memory.domain.events.cases import CaseClosed, CaseEnded
from memory.domain.events.contracts import DeclineSent, OrderPlaced, PaymentConfirmed
from memory.domain.events.remediation import (
    CompensationPlanned,
    EffectCompensated,
    OrderDoubled,
    OrderRefused,
    RefundBooked,
    RemediationClosed,
)
from memory.domain.events.renewals import RenegotiationStarted, RenewalEnded, RenewalSuperseded
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased, BudgetReserved
from memory.domain.money import Money
from memory.domain.registry import Contact, Payee
from memory.domain.remediation import TaskOutcome, Trouble
from memory.ledger import verify
from memory.outbox import EffectStatus
from memory.projections.approvals import approvals
from memory.projections.base import fingerprint, rebuild
from memory.views.remediations import open_tasks, task_card, tasks_of
from memory.views.renewals import renewal_list
from memory.views.spend import budget_lines
from tools.sandbox.vendors.cast import BRIEFLARK, MUTEMAIL, POSTINO, TURNCOAT

NEWMAIL = replace(BRIEFLARK, vendor_id="newmail", name="Newmail")
GOOD, WRONG = "DE02120300000000202051", "DE03120300000000202051"
OWN = "DE89370400440532013000"
REFUSAL = "Hello,\n\nwe are sorry: unfortunately we cannot fulfil your order. Our platform is closing down.\n\nMia Lerche"


# ---- helpers: what a town is asked


def _tasks(town, *troubles):
    found = open_tasks(town.office.database)
    assert [card.task.trouble for card in found] == list(troubles), found
    return found


def _used(town) -> int:
    return sum(line.used.amount_minor for line in budget_lines(town.office.database, town.clock.now()))


def _mails(town, vendor, word):
    return [mail for mail in town.mailbox(vendor.mailbox) if word in mail.subject]


def _order_mail(town, case_id) -> str:
    (placed,) = town.facts_of(case_id, OrderPlaced)
    return next(row.reference for row in town.effects(case_id) if row.effect_key == placed.effect_key)


def _line(way: str, amount: str, *, iban: str, end_to_end_id: str = "NOTPROVIDED", said: str = "", day: str = "2026-12-10") -> bytes:
    party = "CdtrAcct" if way == "DBIT" else "DbtrAcct"
    told = f"<RmtInf><Ustrd>{said}</Ustrd></RmtInf>" if said else ""
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt>'
        f"<Acct><Id><IBAN>{OWN}</IBAN></Id></Acct><Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>"
        f"<RltdPties><{party}><Id><IBAN>{iban}</IBAN></Id></{party}></RltdPties>{told}</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _import(town, body: bytes):
    report = town.office.reconciler.import_statement(body, filename="december.xml")
    town.run()
    return report


def _paid(town, case_id) -> PaymentConfirmed:
    (paid,) = town.facts_of(case_id, PaymentConfirmed)
    return paid


def _nothing_told(town, case_id) -> None:
    """No mail of the case names another vendor, or the ceiling in any form."""
    names = {vendor.vendor_id: vendor.name for vendor in town.vendors}
    for row in town.effects(case_id, "mail.send"):
        text, to = f"{row.payload['subject']} {row.payload['body']}", row.payload["conversation"].rpartition("/")[2]
        assert all(name not in text for vendor_id, name in names.items() if vendor_id != to)
        assert "60.00" not in text
        assert "720.00" not in text
        assert "DE0" not in text


# ---- where the books are


@pytest.fixture
def books(request):
    """Where a town of this test has its books: in the home's file, or on Postgres where a test asks for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield {}
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.migrated()
    yield {"database_url": url}
    postgres.drop(url)


on_both = pytest.mark.parametrize("books", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)


def _replays_alike(town, case_id) -> None:
    """The case is decided again from its record without a difference, its compensations included."""
    replay = replay_office_case(town.office, case_id, "recorded")
    assert not replay.stands_still, replay.stands_still
    assert [(step.key, step.verdict, step.differences) for step in replay.steps if step.verdict is not Verdict.SAME] == []


def _rebuilds_alike(town) -> None:
    with writing(town.office.database) as connection:
        live = {p.name: fingerprint(connection, p) for p in town.office.projections}
        for projection in town.office.projections:
            rebuild(connection, projection)
        assert {p.name: fingerprint(connection, p) for p in town.office.projections} == live
        assert verify(connection).ok


# ---- signed, but the payment failed


def _to_unpaid(found, products):
    town = found((NEWMAIL,), products=products, register=False)
    registrar = town.office.registrar()
    registrar.add_contact("newmail-sales", Contact(name=NEWMAIL.person, email=NEWMAIL.mailbox), vendor_id="newmail")
    registrar.add_payee("newmail-bank", Payee(name="Newmail fictional", iban=WRONG, country="DE"), vendor_id="newmail")
    return town, town.buy()


@pytest.fixture(scope="session")
def home_unpaid(keep, catalogue_of):
    return keep(lambda found: _to_unpaid(found, catalogue_of(NEWMAIL)))


@pytest.fixture
def unpayable(books, home_unpaid, go_on, found, catalogue_of):
    """A town whose only vendor was registered with an account number that does not exist; its case is signed, ordered, not paid."""
    return _to_unpaid(partial(found, **books), catalogue_of(NEWMAIL)) if books else go_on(home_unpaid)


def _mend_payee(town) -> None:
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    town.clock.go(days=8)  # new bank details cool off


def test_a_payment_that_cannot_be_written_is_told_to_the_vendor_and_to_the_operator(unpayable):
    town, case_id = unpayable
    assert town.facts(case_id).status == "failed"
    assert "retry" in town.facts(case_id).note
    (card,) = _tasks(town, Trouble.PAYMENT_FAILED)
    assert card.task.severity.value == "urgent"
    assert "signed" in card.task.happened
    assert any("qm cases retry" in step for step in card.task.steps)
    assert card.task.letter is not None
    assert card.undone == (
        "Asked Newmail to hold the order: the payment is late: sent",
        f"{town.asked(case_id).action.total} of the budget is still set aside",
    )
    (late,) = [row for row in town.effects(case_id, "mail.send") if "payment is late" in row.payload["subject"]]
    assert "hold it" in late.payload["body"]
    assert _used(town) == 0 or _used(town) == town.asked(case_id).action.total.amount_minor
    _nothing_told(town, case_id)


def test_a_mended_payment_needs_a_yes_of_its_own_and_pays_once(unpayable):
    town, case_id = unpayable
    first = town.asked(case_id)
    _mend_payee(town)
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    again = town.asked(case_id)
    assert again.approval_id != first.approval_id
    assert [effect.kind for effect in again.action.effects] == ["payment.instruct"]
    assert again.action.effects[0].key not in {effect.key for effect in first.action.effects}
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done"
    payments = town.effects(case_id, "payment.instruct")
    assert Counter(row.status.value for row in payments) == {"failed": 1, "confirmed": 1}
    assert len(town.written("payments/*.xml")) == 1
    assert _tasks(town) == ()
    (closed,) = town.facts_of(case_id, RemediationClosed)
    assert closed.by == "saga"
    (committed,) = town.facts_of(case_id, BudgetCommitted)
    assert committed.amount == _paid(town, case_id).amount
    _replays_alike(town, case_id)


def test_a_payment_made_by_hand_closes_the_case_with_its_bank_line(unpayable):
    town, case_id = unpayable
    total = town.asked(case_id).action.total
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    report = _import(town, _line("DBIT", str(total.amount), iban=GOOD, day="2026-11-24"))
    assert len(report.confirmed) == 1
    assert town.facts(case_id).status == "done"
    assert [row.status.value for row in town.effects(case_id, "payment.instruct")] == ["failed"]
    assert _tasks(town) == ()
    assert town.facts_of(case_id, BudgetCommitted)[0].amount == total


def test_a_payment_made_by_hand_weeks_later_is_known_by_the_order_number_that_the_task_asks_for(unpayable):
    town, case_id = unpayable
    total = town.asked(case_id).action.total
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    town.clock.go(days=20)
    (card,) = _tasks(town, Trouble.PAYMENT_FAILED)
    assert any("with PO-000001 as its reference" in step for step in card.task.steps)
    wrong = _import(town, _line("DBIT", "1.00", iban=GOOD, said="PO-000001", day="2026-12-12"))
    assert "1.00" in wrong.contradictions[0]
    report = _import(town, _line("DBIT", str(total.amount), iban=GOOD, said="Order PO-000001, thank you", day="2026-12-13"))
    assert len(report.confirmed) == 1
    assert town.facts(case_id).status == "done"
    assert _tasks(town) == ()


def test_a_payment_made_by_hand_is_taken_up_although_the_process_that_heard_of_it_died(unpayable):
    town, case_id = unpayable
    total = town.asked(case_id).action.total
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    line = _line("DBIT", str(total.amount), iban=GOOD, day="2026-11-24")
    assert len(town.office.reconciler.import_statement(line, filename="november.xml").confirmed) == 1
    town.engine._queue.clear()  # the job went with the process
    town.clock.go(minutes=10)
    town.run()
    assert town.facts(case_id).status == "done"


def test_a_no_to_the_new_payment_withdraws_the_order_and_frees_the_money(unpayable):
    town, case_id = unpayable
    town.office.service.retry(case_id, by="operator")
    town.run()
    asked = town.asked(case_id)
    no = Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="we do without it")
    town.office.service.decide(no, surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    (card,) = _tasks(town, Trouble.PAYMENT_DECLINED)
    assert "signature" in card.task.happened
    assert _used(town) == 0
    assert town.facts_of(case_id, BudgetReleased)[0].amount == asked.action.total
    assert not _mails(town, NEWMAIL, "withdrawal"), "a declaration of law is the operator's to send"
    town.office.tasks.send_letter(card.task.task_id, by="operator", surface="test")
    town.run()
    (letter,) = _mails(town, NEWMAIL, "withdrawal")
    assert "release us from the contract" in letter.text
    with pytest.raises(ConflictError):
        town.office.tasks.send_letter(card.task.task_id, by="operator", surface="test")
    town.office.tasks.close(card.task.task_id, note="agreed by mail", by="operator", surface="test")
    with pytest.raises(ConflictError):
        town.office.tasks.close(card.task.task_id, by="operator", surface="test")
    assert task_card(town.office.database, card.task.task_id).letter_is == "sent"


def test_a_new_payment_that_nobody_answers_stays_a_task_and_can_be_asked_again(unpayable):
    town, case_id = unpayable
    town.office.service.retry(case_id, by="operator")
    town.run()
    town.clock.go(days=8)
    town.run()
    assert town.facts(case_id).status == "failed"
    _tasks(town, Trouble.PAYMENT_FAILED)
    _mend_payee(town)
    town.office.service.retry(case_id, by="operator")
    town.run()
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done"
    assert len([row for row in town.effects(case_id, "mail.send") if "payment is late" in row.payload["subject"]]) == 1
    assert len({row.reference for row in town.effects(case_id, "payment.instruct")}) == 2
    _replays_alike(town, case_id)


# ---- a question that facts have answered


def _asked_again(town, case_id):
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    return town.asked(case_id)


def _no_yes_any_more(town, case_id, asked, reason) -> None:
    with reading(town.office.database) as connection:
        row = connection.execute(sa.select(approvals).where(approvals.c.approval_id == asked.approval_id)).one()
    assert (row.status, row.decided_by) == ("expired", "saga")
    (fact,) = town.facts_of(case_id, ApprovalExpired)
    assert reason in fact.reason == row.reason
    yes = Approve(approval_id=asked.approval_id, digest=asked.action.digest, by="operator")
    with pytest.raises(ConflictError):
        town.office.service.decide(yes, surface="test")


@on_both
def test_a_refusal_withdraws_the_open_question_about_the_payment(unpayable):
    town, case_id = unpayable
    asked = _asked_again(town, case_id)
    town.write(NEWMAIL, REFUSAL, answers=_order_mail(town, case_id))
    town.run()
    _no_yes_any_more(town, case_id, asked, "will not fulfil")
    assert town.facts(case_id).stage == "refused by the vendor"
    _tasks(town, Trouble.ORDER_REFUSED)
    assert _used(town) == 0
    _replays_alike(town, case_id)
    _rebuilds_alike(town)


def test_a_payment_made_by_hand_withdraws_the_open_question_and_a_later_refusal_asks_for_it(unpayable):
    town, case_id = unpayable
    asked = _asked_again(town, case_id)
    total = asked.action.total
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    report = _import(town, _line("DBIT", str(total.amount), iban=GOOD, day="2026-11-24"))
    assert len(report.confirmed) == 1
    _no_yes_any_more(town, case_id, asked, "by hand")
    assert town.facts(case_id).status == "done"
    _tasks(town)
    town.office.tasks.vendor_refused(case_id, "They told me on the phone that they close down.", by="operator")
    town.run()
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert card.task.awaits == total


# ---- the vendor refuses


@pytest.fixture(scope="session")
def home_turncoat(keep, catalogue_of):
    def prepare(found):
        town = found((TURNCOAT, POSTINO), products=catalogue_of(TURNCOAT, POSTINO))
        return town, town.to_approval()

    return keep(prepare)


@pytest.fixture
def turncoat(home_turncoat, go_on):
    town, case_id = go_on(home_turncoat)
    town.approve(case_id)
    return town, case_id


def test_a_refusal_before_payment_withdraws_the_order_and_pays_nothing(turncoat):
    town, case_id = turncoat
    town.run()
    (refused,) = town.facts_of(case_id, OrderRefused)
    assert "cannot fulfil" in refused.words.span.text
    (ended,) = town.facts_of(case_id, CaseEnded)
    assert ended.outcome == "refused by the vendor"
    assert town.facts(case_id).status == "ended"
    assert town.effects(case_id, "payment.instruct") == []
    assert _used(town) == 0
    (card,) = _tasks(town, Trouble.ORDER_REFUSED)
    assert "cannot be taken back" in card.task.happened
    assert any("order is withdrawn: sent" in line for line in card.undone)
    assert any("went back to the budget" in line for line in card.undone)
    (told,) = _mails(town, TURNCOAT, "withdrawn")
    assert "will not pay" in told.text
    order = _order_mail(town, case_id)
    assert next(row for row in town.effects(case_id) if row.reference == order).status is EffectStatus.COMPENSATED
    assert not any("not to proceed" in mail.text for mail in town.mailbox(TURNCOAT.mailbox)), "one answer, not two"
    _nothing_told(town, case_id)
    _replays_alike(town, case_id)


def test_every_step_of_a_refusal_may_run_twice_and_is_done_once(turncoat):
    town, case_id = turncoat
    town.engine.deliveries = 2
    town.run()
    assert len(_tasks(town, Trouble.ORDER_REFUSED)) == 1
    assert len(_mails(town, TURNCOAT, "withdrawn")) == 1
    counts = Counter(e.effect_key for e in town.facts_of(case_id, EffectCompensated))
    assert set(counts.values()) == {1}
    assert len(town.facts_of(case_id, BudgetReleased)) == 1


def _to_paid(found):
    town = found()
    case_id = town.buy()
    assert town.facts(case_id).status == "done"
    return town, case_id


@pytest.fixture(scope="session")
def home_paid(keep):
    return keep(_to_paid)


@pytest.fixture
def paid(home_paid, go_on):
    """A town whose case is signed, ordered, paid, and done."""
    return go_on(home_paid)


def _refuse(town, case_id, text=REFUSAL) -> None:
    town.write(BRIEFLARK, text, answers=_order_mail(town, case_id))
    town.run()


def test_paid_and_then_refused_asks_for_the_money_and_ends_when_it_is_back(paid):
    town, case_id = paid
    payment = _paid(town, case_id)
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert card.task.awaits == payment.amount
    assert card.task.deadline > town.clock.now()
    assert any("--refunded" in step for step in card.task.steps)
    (asked,) = _mails(town, BRIEFLARK, "refund")
    assert str(payment.amount) in asked.text
    assert "by 7 December 2026" in asked.text
    assert _used(town) == payment.amount.amount_minor, "spent until it is back"
    assert town.facts(case_id).status == "done"

    _import(town, _line("CRDT", str(payment.amount.amount), iban="DE02120300000000202051", said="refund"))
    (booked,) = town.facts_of(case_id, RefundBooked)
    assert booked.amount == payment.amount
    assert _tasks(town) == ()
    assert _used(town) == 0
    assert town.facts(case_id).status == "ended"
    rows = {row.kind: row for row in town.effects(case_id) if row.kind != "mail.send"}
    assert rows["payment.instruct"].status is EffectStatus.COMPENSATED
    assert rows["contract.sign"].status is EffectStatus.CONFIRMED, "a signature cannot be taken back"
    entries = sorted((row.payload["sequence"], row.status.value) for row in town.effects(case_id, "calendar.put"))
    assert entries == [(0, "compensated"), (1, "confirmed")]
    _nothing_told(town, case_id)
    _replays_alike(town, case_id)
    _rebuilds_alike(town)


def test_a_refund_that_comes_in_part_leaves_the_rest_committed(paid):
    town, case_id = paid
    payment = _paid(town, case_id)
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    part = Money(amount_minor=10_000, currency="EUR")
    for wrong in (Money(amount_minor=payment.amount.amount_minor + 1, currency="EUR"), Money(amount_minor=100, currency="USD")):
        with pytest.raises(InputError):
            town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.REFUNDED, amount=wrong, by="operator", surface="test")
    with pytest.raises(InputError):
        town.office.tasks.close(card.task.task_id, by="operator", surface="test")
    with pytest.raises(ConflictError, match="booked"):
        town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.NOT_PAID, by="operator", surface="test")
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.REFUNDED, amount=part, by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    assert _used(town) == payment.amount.amount_minor - 10_000


def test_refused_before_the_bank_booked_it_frees_the_money_when_nothing_was_uploaded(at_the_gate):
    town, case_id = at_the_gate
    town.bank_open = False
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).stage == "waiting for the bank line"
    _refuse(town, case_id)
    assert town.facts(case_id).status == "needs_you"
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert "do not upload it" in card.task.steps[0]
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.NOT_PAID, by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0
    assert town.effects(case_id, "payment.instruct")[0].status is EffectStatus.COMPENSATED
    (signature,) = _tasks(town, Trouble.ORDER_REFUSED)
    assert "withdraw from the contract" in signature.task.letter.body
    (asked,) = _mails(town, BRIEFLARK, "refund")
    assert "may be on its way" in asked.text


def test_a_bank_line_after_a_refusal_buys_nothing_and_the_refund_ends_it(at_the_gate):
    town, case_id = at_the_gate
    town.bank_open = False
    town.approve(case_id)
    town.run()
    _refuse(town, case_id)
    town.bank_open = True
    town.run()
    assert town.facts_of(case_id, CaseClosed) == []
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert _used(town) == card.task.awaits.amount_minor
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.REFUNDED, amount=card.task.awaits, by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0


def test_a_stranger_who_says_that_the_order_is_refused_moves_nothing(paid):
    town, case_id = paid
    sent = len(town.effects(case_id))
    stranger = replace(BRIEFLARK, vendor_id="postino")
    town.write(stranger, REFUSAL, answers=_order_mail(town, case_id))
    town.run()
    assert town.facts_of(case_id, OrderRefused) == []
    assert len(town.effects(case_id)) == sent
    assert _tasks(town) == ()


# ---- two things at once


def test_a_payment_that_fails_after_the_vendor_refused_promises_nothing_and_withdraws_the_order(found, catalogue_of):
    town = found((NEWMAIL,), products=catalogue_of(NEWMAIL), register=False)
    registrar = town.office.registrar()
    registrar.add_contact("newmail-sales", Contact(name=NEWMAIL.person, email=NEWMAIL.mailbox), vendor_id="newmail")
    registrar.add_payee("newmail-bank", Payee(name="Newmail fictional", iban=WRONG, country="DE"), vendor_id="newmail")
    case_id, told = town.to_approval(), []

    def tell_once(_job):
        if not told and town.effects(case_id, "payment.instruct"):
            told.append(town.office.tasks.vendor_refused(case_id, "They will not deliver.", by="operator"))

    town.engine.after_job = tell_once
    town.approve(case_id)
    town.run()
    assert told == ["newmail"]
    assert [row.status.value for row in town.effects(case_id, "payment.instruct")] == ["failed"]
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0
    _tasks(town, Trouble.ORDER_REFUSED)
    assert not _mails(town, NEWMAIL, "payment is late"), "whoever refused is not told that we will pay"
    assert len(_mails(town, NEWMAIL, "withdrawn")) == 1
    _replays_alike(town, case_id)


def test_a_payment_that_waits_to_be_written_is_not_written_when_the_vendor_refuses(at_the_gate):
    town, case_id = at_the_gate
    told = []

    def tell_once(_job):
        if not told and town.effects(case_id, "payment.instruct"):
            told.append(town.office.tasks.vendor_refused(case_id, "They will not deliver.", by="operator"))

    town.engine.after_job = tell_once
    town.approve(case_id)
    town.run()
    assert told == ["brieflark"]
    assert [row.status.value for row in town.effects(case_id, "payment.instruct")] == ["failed"]
    assert town.written("payments/*.xml") == []
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0
    _tasks(town, Trouble.ORDER_REFUSED)
    assert len(_mails(town, BRIEFLARK, "withdrawn")) == 1
    _replays_alike(town, case_id)


def _held(town, case_id) -> Money:
    """The payment was approved again, and policy holds it: the bank details changed just now."""
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    asked = _asked_again(town, case_id)
    town.approve(case_id)
    town.run()
    assert "policy holds the payment" in town.facts(case_id).note
    return asked.action.total


def test_a_held_payment_that_was_made_by_hand_and_refused_is_asked_back_and_stays_spent(unpayable):
    town, case_id = unpayable
    total = _held(town, case_id)
    line = _line("DBIT", str(total.amount), iban=GOOD, day="2026-11-24")
    assert len(town.office.reconciler.import_statement(line, filename="november.xml").confirmed) == 1
    town.office.tasks.vendor_refused(case_id, "They will not deliver.", by="operator")
    town.run()
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert town.facts_of(case_id, CaseEnded) == [], "it was paid, so it does not end as if nothing was"
    assert _used(town) == total.amount_minor
    assert not _mails(town, NEWMAIL, "withdrawn")
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.REFUNDED, amount=total, by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0
    _replays_alike(town, case_id)


def test_a_no_to_the_new_payment_does_not_give_back_money_that_left_by_hand(unpayable):
    town, case_id = unpayable
    town.office.registrar().add_payee("newmail-bank", Payee(name="Newmail fictional", iban=GOOD, country="DE"), vendor_id="newmail")
    asked = _asked_again(town, case_id)
    no = Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="I paid it myself")
    town.office.service.decide(no, surface="test")
    line = _line("DBIT", str(asked.action.total.amount), iban=GOOD, day="2026-11-24")
    assert len(town.office.reconciler.import_statement(line, filename="november.xml").confirmed) == 1
    town.run()
    assert town.facts(case_id).status == "done"
    assert _used(town) == asked.action.total.amount_minor
    assert town.facts_of(case_id, BudgetReleased) == []
    _tasks(town)
    _replays_alike(town, case_id)


def test_a_refusal_that_was_settled_otherwise_ends_its_case_with_the_bank_line_that_comes_later(at_the_gate):
    town, case_id = at_the_gate
    town.bank_open = False
    town.approve(case_id)
    town.run()
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    town.office.tasks.close(card.task.task_id, note="they deliver after all", by="operator", surface="test")
    town.run()
    town.bank_open = True
    town.run()
    assert town.facts(case_id).status == "ended"
    assert _used(town) == card.task.awaits.amount_minor


def test_the_demand_behind_a_refund_that_did_not_come_names_a_day_after_the_one_that_was_waited_for(paid):
    town, case_id = paid
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert any("Wait for the refund until 2026-12-07" in step for step in card.task.steps)
    assert "by 21 December 2026" in card.task.letter.body


def _late_line(town, case_id, *, said="", end_to_end_id="NOTPROVIDED") -> Money:
    (row,) = town.effects(case_id, "payment.instruct")
    amount = Money.model_validate(row.payload["amount"])
    _import(town, _line("DBIT", str(amount.amount), iban=GOOD, end_to_end_id=end_to_end_id, said=said))
    return amount


@pytest.mark.parametrize("field", ["end_to_end_id", "said"])
def test_a_payment_that_was_said_not_to_have_left_and_is_booked_after_all_is_told(at_the_gate, field):
    town, case_id = at_the_gate
    town.bank_open = False
    town.approve(case_id)
    town.run()
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.NOT_PAID, by="operator", surface="test")
    town.run()
    amount = _late_line(town, case_id, **{field: card.task.end_to_end_id})
    late = next(c.task for c in open_tasks(town.office.database) if c.task.trouble is Trouble.PROVED_LATE)
    assert (late.awaits, late.end_to_end_id) == (amount, card.task.end_to_end_id)
    assert "nothing was paid" in late.happened
    refund = _line("CRDT", str(amount.amount), iban=GOOD, said=f"return {card.task.end_to_end_id}", day="2026-12-12")
    _import(town, refund)
    assert not [c for c in open_tasks(town.office.database) if c.task.trouble is Trouble.PROVED_LATE]


# ---- twice


SECOND = "Thank you, we confirm your order.\n\nInvoice number: BRIEFLARK-INV-2026-9999\nTotal amount due: 678.30 EUR including 19 % VAT"


def test_a_second_invoice_is_withdrawn_and_told(paid):
    town, case_id = paid
    _refuse(town, case_id, SECOND)
    _refuse(town, case_id, SECOND)
    (doubled,) = town.facts_of(case_id, OrderDoubled)
    assert doubled.second_invoice == "BRIEFLARK-INV-2026-9999"
    (card,) = _tasks(town, Trouble.ORDERED_TWICE)
    assert "Do not pay" in card.task.steps[0]
    (told,) = _mails(town, BRIEFLARK, "second invoice")
    assert "BRIEFLARK-INV-2026-9999" in told.text
    town.office.tasks.close(card.task.task_id, note="credit note came", by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "done"


def test_a_payment_booked_twice_is_asked_back_and_the_first_one_stands(paid):
    town, case_id = paid
    payment = _paid(town, case_id)
    again = _line("DBIT", str(payment.amount.amount), iban=GOOD, end_to_end_id=payment.end_to_end_id)
    _import(town, again)
    _import(town, again)
    (card,) = _tasks(town, Trouble.PAID_TWICE)
    assert card.task.awaits == payment.amount
    assert len(_mails(town, BRIEFLARK, "paid twice")) == 1
    _import(town, _line("CRDT", str(payment.amount.amount), iban=GOOD, said=f"return {payment.end_to_end_id}", day="2026-12-12"))
    assert _tasks(town) == ()
    assert town.facts(case_id).status == "done"
    assert _used(town) == payment.amount.amount_minor


def _statement(*lines: bytes) -> bytes:
    """One statement with the entries of several."""
    entries = b"".join(line[line.index(b"<Ntry>") : line.index(b"</Stmt>")] for line in lines)
    return lines[0][: lines[0].index(b"<Ntry>")] + entries + lines[0][lines[0].index(b"</Stmt>") :]


def test_a_second_booking_that_the_same_statement_shows_as_returned_is_not_asked_back(paid):
    town, case_id = paid
    payment = _paid(town, case_id)
    amount, mark = str(payment.amount.amount), payment.end_to_end_id
    again = _line("DBIT", amount, iban=GOOD, end_to_end_id=mark)
    back = _line("CRDT", amount, iban=GOOD, said=f"return {mark}", day="2026-12-12")
    report = _import(town, _statement(again, back))
    assert "once more" in report.contradictions[0]
    assert _tasks(town) == ()
    assert not _mails(town, BRIEFLARK, "paid twice"), "it has sent back what we would ask for"
    assert len(town.facts_of(case_id, RefundBooked)) == 1
    before = _line("CRDT", amount, iban=GOOD, said=f"return {mark}", day="2026-12-13")
    _import(town, _statement(_line("DBIT", amount, iban=GOOD, end_to_end_id=mark, day="2026-12-14"), before))
    _tasks(town, Trouble.PAID_TWICE)
    _replays_alike(town, case_id)


# ---- over before its time


def test_a_cancelled_case_says_farewell_to_everyone_who_was_asked(at_the_gate):
    town, case_id = at_the_gate
    town.office.service.cancel(case_id, by="operator")
    town.run()
    for vendor in (BRIEFLARK, POSTINO):
        (farewell,) = [mail for mail in town.mailbox(vendor.mailbox) if "not to proceed" in mail.text]
        assert "nothing was ordered" in farewell.text
    assert _used(town) == 0
    assert {e.vendor_id for e in town.facts_of(case_id, DeclineSent)} == {"brieflark", "postino"}
    plans = town.facts_of(case_id, CompensationPlanned)
    undone = [e.effect_key for e in town.facts_of(case_id, EffectCompensated)]
    assert sorted(undone) == sorted(key for plan in plans for key in plan.undoes)
    _nothing_told(town, case_id)


def test_a_case_the_operator_says_no_to_ends_with_a_farewell(at_the_gate):
    town, case_id = at_the_gate
    asked = town.asked(case_id)
    no = Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="too dear")
    town.office.service.decide(no, surface="test")
    town.run()
    assert [len([m for m in town.mailbox(v.mailbox) if "not to proceed" in m.text]) for v in (BRIEFLARK, POSTINO)] == [1, 1]
    assert not any("too dear" in mail.text for mail in town.mailbox(BRIEFLARK.mailbox))


def test_when_no_quote_is_acceptable_whoever_offered_is_told_and_the_silent_are_not(found, catalogue_of):
    town = found((BRIEFLARK, MUTEMAIL), products=catalogue_of(BRIEFLARK, MUTEMAIL))
    case_id = town.start("Find an email marketing tool for 5,000 contacts, EU data residency, under 20 EUR a month")
    town.run()
    town.clock.go(days=5)
    town.run()
    assert town.facts(case_id).status == "ended"
    asked = [vendor for vendor in (BRIEFLARK, MUTEMAIL) if town.mailbox(vendor.mailbox)]
    farewells = {v.vendor_id for v in asked if any("not to proceed" in m.text for m in town.mailbox(v.mailbox))}
    assert farewells == {v.vendor_id for v in asked} - {"mutemail"}


def test_a_farewell_that_policy_wants_to_see_waits_as_a_task_with_its_letter(at_the_gate):
    town, case_id = at_the_gate
    text = town.office.policies.text().split("\n# My own cases.")[0].replace("    max_mails: 40\n", "    max_mails: 1\n")
    town.office.policies.adopt(text, source="draft", by="operator")
    town.office.service.cancel(case_id, by="operator")
    town.run()
    cards = _tasks(town, Trouble.MAIL_HELD, Trouble.MAIL_HELD)
    assert all(card.task.severity.value == "note" for card in cards)
    assert not any("not to proceed" in mail.text for mail in town.mailbox(BRIEFLARK.mailbox))
    for card in cards:
        town.office.tasks.send_letter(card.task.task_id, by="operator", surface="test")
    town.run()
    assert any("not to proceed" in mail.text for mail in town.mailbox(BRIEFLARK.mailbox))


def test_a_compensation_that_fails_is_never_repeated_and_becomes_a_task(at_the_gate):
    town, case_id = at_the_gate
    town.office.service.cancel(case_id, by="operator")
    town.server.fail_next("reject")
    town.run()
    (card,) = _tasks(town, Trouble.UNDOING_FAILED)
    assert card.task.letter is not None
    assert "nothing was ordered" in card.task.letter.body
    town.run()
    assert len(tasks_of(town.office.database, case_id)) == 1


def test_a_case_that_had_nothing_set_aside_gives_nothing_back(paid):
    town, case_id = paid
    assert len(town.facts_of(case_id, BudgetReserved)) == len(town.facts_of(case_id, BudgetCommitted)) == 1
    assert town.facts_of(case_id, BudgetReleased) == []
    assert town.facts_of(case_id, EffectCompensated) == []
    assert tasks_of(town.office.database, case_id) == ()


# ---- with the books on Postgres


@pytest.mark.slow
@pytest.mark.parametrize("books", ["postgres"], indirect=True)
def test_on_postgres_a_case_is_cancelled_and_the_next_is_invoiced_twice_refused_and_refunded(books, found):
    """Three of the named cases in one town, since a town there is dear; signed and not paid is walked through above."""
    town = found(**books)
    other = town.to_approval()
    assert _used(town) == town.asked(other).action.total.amount_minor
    town.office.service.cancel(other, by="operator")
    town.run()
    assert _used(town) == 0
    case_id = town.buy()
    assert {e.vendor_id for e in town.facts_of(other, DeclineSent)} == {"brieflark", "postino"}
    _refuse(town, case_id, SECOND)
    (twice,) = _tasks(town, Trouble.ORDERED_TWICE)
    town.office.tasks.close(twice.task.task_id, note="credit note came", by="operator", surface="test")
    _refuse(town, case_id)
    (card,) = _tasks(town, Trouble.PAID_AND_REFUSED)
    assert card.task.awaits == _paid(town, case_id).amount
    _import(town, _line("CRDT", str(card.task.awaits.amount), iban="DE02120300000000202051", said="refund"))
    assert town.facts(case_id).status == "ended"
    assert _used(town) == 0
    assert case_id not in {line.case_id for line in renewal_list(town.office.database, town.clock.now().date())}
    _replays_alike(town, case_id)
    _rebuilds_alike(town)


def test_a_renegotiated_contract_drops_the_earlier_watch_and_its_own_end_is_told_to_the_calendar(found):
    town = found()
    case_id = town.to_approval()
    vendor_id, today = town.asked(case_id).action.vendor_id, town.clock.now().date()
    review = ContractReview(
        contract="c" * 64, text="d" * 64, pages=1, clauses=(), effective_on=today, initial_term_months=12, auto_renews=True, notice_days=60
    )
    cost = Money(amount_minor=90_000, currency="EUR")
    earlier = scheduled(review, vendor_id=vendor_id, annual_cost=cost, uid="earlier-decide-by", today=today)
    talks = RenegotiationStarted(uid="earlier-decide-by", vendor_id=vendor_id, negotiation=case_id, instruction="less")
    town.office.unit_of_work.act("earlier", [earlier, talks], actor="test")
    town.approve(case_id)
    town.run()
    (gave_way,) = town.facts_of(case_id, RenewalSuperseded)
    assert (gave_way.uid, "renegotiated it" in gave_way.reason) == ("earlier-decide-by", True)
    (line,) = renewal_list(town.office.database, today)
    assert line.uid == gave_way.by_uid
    ended = RenewalEnded(uid=line.uid, vendor_id=vendor_id, ends_on=line.term_end, reason="confirmed")
    town.office.unit_of_work.act("ended", [ended], actor="test")
    town.clock.go(minutes=11)
    workers_duties(town.office, "test").run_due(town.clock.now())
    town.run()
    (entry,) = Calendar.from_ical((town.office.home.files / "calendar.ics").read_bytes()).walk("VEVENT")
    assert (str(entry["UID"]), str(entry["STATUS"]), int(entry["SEQUENCE"])) == (line.uid, "CANCELLED", 1)
    feed = (town.office.home.files / FEED).read_bytes()
    assert feed.count(b"STATUS:CANCELLED") == feed.count(b"SUMMARY:Void: ") >= 4
    _replays_alike(town, case_id)
    _rebuilds_alike(town)
