"""A contract is cancelled: by the channel and to the address it names, with the operator's yes, over real mail, chased, confirmed and proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from graphs.watching import scheduled
from memory.domain.approval import Reject
from memory.domain.base import sha256_hex
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError, StaleError
from memory.domain.events.contracts import ContractImported
from memory.domain.events.renewals import NoticeConfirmed, NoticeEscalated, NoticeGiven, NoticeSent, RenewalEnded, RenewalRecommended
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.notice import NoticeState
from memory.domain.registry import Contact
from memory.domain.remediation import TaskOutcome, Trouble
from memory.domain.renewal import RenewalAction
from memory.views.remediations import open_tasks
from memory.views.renewals import Renewal, renewal_of
from tools.lookups.documents import read_document
from tools.sandbox.vendors.cast import POSTINO

#: The vendor's people for notices: another house, with a mailbox of its own.
LEGAL = replace(POSTINO, vendor_id="postino-legal", name="Postino Legal")
UID = "paper-decide-by"
MAIL = f"Notice of non-renewal must be sent by e-mail to the Provider at {LEGAL.mailbox} at least 60 days before the end of the term."
POST = "The Customer may terminate at the end of the term; notice must be sent to the Provider by registered mail to: Postino, Via Roma 7, 00100 Roma, with a copy by e-mail to copies@postino.example."
SILENT = "This agreement renews by itself for 12 months."


@pytest.fixture
def town(found: Callable[..., object]) -> object:
    place = found(vendors=(POSTINO, LEGAL))
    place.desks = []  # nobody there answers but this test
    place.clock.at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return place


def watch(town: object, clause: str = MAIL, *, auto_renews: bool = True) -> Renewal:
    """Put a contract of 1 March 2026 over twelve months under watch, as an import does."""
    office = town.office
    text = f"1. The term starts on 1 March 2026.\n\n12. {clause}\n"
    digest = office.evidence.put_text(text, origin=Origin.VENDOR_DOCUMENT, source="paper")
    review = ContractReview(
        contract=sha256_hex(b"paper"),
        text=digest,
        pages=1,
        clauses=(),
        effective_on=date(2026, 3, 1),
        initial_term_months=12,
        renewal_months=12,
        auto_renews=auto_renews,
        notice_days=60,
    )
    watched = scheduled(
        review, vendor_id="postino", annual_cost=Money(amount_minor=48_000, currency="EUR"), uid=UID, today=office.clock.now().date()
    )
    facts = [ContractImported(vendor_id="postino", filename="paper.txt", review=review), watched]
    office.unit_of_work.act("import/paper", facts, actor="operator")
    return line(town)


def line(town: object) -> Renewal:
    return renewal_of(town.office.database, UID, town.clock.now().date())


def cancel(town: object) -> str:
    case_id = town.office.renewals.decide(UID, RenewalAction.CANCEL, by="operator", surface="test").case_id
    town.run()
    return case_id


def tasks(town: object) -> list[Trouble]:
    return [card.task.trouble for card in open_tasks(town.office.database)]


def test_a_notice_goes_to_the_address_of_the_contract_once_the_operator_entered_it_and_is_confirmed(town) -> None:
    assert watch(town).decide_by == date(2026, 12, 30)
    case_id = cancel(town)
    # The contract names an address that nobody entered: nothing may leave.
    assert tasks(town) == [Trouble.NOTICE_CONTACT]
    assert LEGAL.mailbox in open_tasks(town.office.database)[0].task.steps[1]
    assert town.effects(case_id) == []
    town.office.renewals.enter_contact(
        case_id, Contact(name="Legal", email=LEGAL.mailbox), registrar=town.office.registrar(), by="operator"
    )
    town.run()
    asked = town.asked(case_id)
    assert tasks(town) == []
    assert [effect.payload["contact_id"] for effect in asked.action.effects] == ["postino.notices"] * 3
    assert "ends on 2027-02-28" in asked.action.title
    assert town.effects(case_id) == []
    town.approve(case_id)
    town.run()
    (mail,) = town.mailbox(LEGAL.mailbox)
    assert "It ends on 28 February 2027" in mail.text
    assert town.mailbox(POSTINO.mailbox) == []
    assert line(town).notice is NoticeState.SENT
    town.write(LEGAL, "We confirm the termination. Your contract ends on 28 February 2027.", answers=mail.message_id)
    town.run()
    (confirmed,) = town.facts_of(case_id, NoticeConfirmed)
    raw = town.raw_mails(LEGAL.mailbox)[0]
    proofs = [town.office.evidence.get(digest) for digest in confirmed.proof]
    assert any(b"It ends on 28 February 2027" in proof and b"Message-ID" in proof for proof in proofs), raw
    receipt = town.events(case_id, "effect.confirmed")[0].body
    assert receipt["detail"]["server"].startswith("250")
    assert (line(town).notice, line(town).ends_on) == (NoticeState.CONFIRMED, date(2027, 2, 28))
    assert not line(town).at_risk
    assert town.facts(case_id).status == "done"


def test_silence_is_reminded_of_twice_and_then_the_operator_is_told_and_a_late_answer_still_counts(town) -> None:
    watch(town, f"Notice must be sent by e-mail to the Provider at {POSTINO.mailbox}.")
    case_id = cancel(town)
    town.approve(case_id)
    town.run()
    for reminder in (1, 2):
        town.clock.go(days=4, minutes=1)
        town.office.service.give_up_waiting()
        town.run()
        assert [sent.reminder for sent in town.facts_of(case_id, NoticeSent)][-1] == reminder
    town.clock.go(days=4, minutes=1)
    town.office.service.give_up_waiting()
    town.run()
    assert len(town.mailbox(POSTINO.mailbox)) == 3
    (told,) = town.facts_of(case_id, NoticeEscalated)
    assert "no confirmation" in told.reason
    assert town.clock.now().date() < told.decide_by
    assert tasks(town) == [Trouble.NOTICE_UNCONFIRMED]
    # The answer threads to the first mail; it counts for whatever is waited for by now.
    town.write(POSTINO, "Your subscription will not renew.", answers=town.mailbox(POSTINO.mailbox)[0].message_id)
    town.run()
    assert line(town).ends_on == date(2027, 2, 28)
    assert tasks(town) == []


@pytest.mark.parametrize(
    ("words", "sender"),
    [
        ("We cannot accept your notice: the notice period has passed.", POSTINO),
        ("We confirm the termination of your contract.", LEGAL),
    ],
)
def test_what_is_no_plain_confirmation_by_the_contact_ends_nothing(town, words: str, sender: object) -> None:
    watch(town, f"Notice must be sent by e-mail to the Provider at {POSTINO.mailbox}.")
    case_id = cancel(town)
    town.approve(case_id)
    town.run()
    town.write(sender, words, answers=town.mailbox(POSTINO.mailbox)[0].message_id)
    town.run()
    assert tasks(town) == [Trouble.NOTICE_UNCONFIRMED]
    assert town.facts_of(case_id, RenewalEnded) == []
    assert line(town).ends_on is None
    # The operator's own word, with its proof, ends it.
    town.office.renewals.confirmed(case_id, ends_on=date(2027, 2, 28), by="operator", note="told by phone by Ms Verdi, written note kept")
    town.run()
    assert line(town).ends_on == date(2027, 2, 28)
    assert town.facts(case_id).status == "done"


def test_a_contract_that_wants_a_letter_gets_a_task_with_the_letter_and_nothing_leaves(town, tmp_path: Path) -> None:
    watch(town, POST)
    case_id = cancel(town)
    (card,) = open_tasks(town.office.database)
    assert card.task.trouble is Trouble.NOTICE_BY_HAND
    assert card.task.letter is not None
    assert "It ends on 28 February 2027" in card.task.letter.body
    assert "Via Roma 7, 00100 Roma" in card.task.steps[0]
    assert "by e-mail as well (copies@postino.example)" in card.task.steps[2]
    letter = read_document(town.office.renewals.letter(case_id), "notice.pdf", "application/pdf").text
    assert all(said in letter for said in ("Via Roma 7", "00100 Roma", "28 February 2027", town.office.settings.company))
    assert town.effects(case_id) == []
    from graphs.renewal_desk import Proof

    receipt = Proof("receipt.pdf", b"%PDF-1.7 registered letter RR123456789IT")
    town.office.renewals.sent_by_hand(case_id, on=date(2026, 11, 23), by="operator", proof=[receipt], note="RR123456789IT")
    town.run()
    assert line(town).notice is NoticeState.GIVEN
    assert tasks(town) == [Trouble.NOTICE_UNCONFIRMED]
    town.office.renewals.confirmed(case_id, ends_on=date(2027, 2, 28), by="operator", proof=[receipt])
    town.run()
    assert line(town).ends_on == date(2027, 2, 28)


def test_closing_the_task_of_a_letter_counts_as_having_sent_it(town) -> None:
    watch(town, POST)
    case_id = cancel(town)
    (card,) = open_tasks(town.office.database)
    town.office.tasks.close(card.task.task_id, outcome=TaskOutcome.DONE, amount=None, note="RR123456789IT", by="operator", surface="test")
    town.run()
    (given,) = town.facts_of(case_id, NoticeGiven)
    assert given.note == "RR123456789IT"
    assert line(town).notice is NoticeState.GIVEN
    assert tasks(town) == [Trouble.NOTICE_UNCONFIRMED]


def test_no_word_but_the_operators_own_lets_a_notice_go(town) -> None:
    watch(town, f"Notice must be sent by e-mail to the Provider at {POSTINO.mailbox}.")
    case_id = cancel(town)
    asked = town.asked(case_id)
    town.office.service.decide(
        Reject(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", reason="not yet"), surface="test"
    )
    town.run()
    assert town.facts(case_id).status == "done"
    assert town.effects(case_id) == []
    assert town.mailbox(POSTINO.mailbox) == []
    assert line(town).at_risk


def test_a_recommendation_is_answered_by_its_digest_once_and_keeping_sends_nothing(town) -> None:
    watch(town, SILENT)
    town.office.renewals.state_usage(UID, by="operator", used=9, paid_for=10, unit="seats")
    case_id = town.office.renewals.start(UID, by="operator", channel="test")
    town.run()
    (asked,) = town.facts_of(case_id, RenewalRecommended)
    assert asked.recommendation.action is RenewalAction.KEEP
    assert "9 of 10 seats are used (90 %)" in asked.recommendation.summary
    assert "what was really paid" in " ".join(asked.recommendation.unknown)
    assert all(claim.evidence for claim in asked.recommendation.reasons)
    with pytest.raises(StaleError, match="another recommendation"):
        town.office.renewals.decide(case_id, RenewalAction.KEEP, by="operator", surface="test", digest="0" * 12)
    town.office.renewals.decide(case_id, RenewalAction.KEEP, by="operator", surface="test", digest=asked.digest[:12])
    with pytest.raises(ConflictError):
        town.office.renewals.decide(case_id, RenewalAction.CANCEL, by="operator", surface="test")
    town.run()
    assert town.facts(case_id).status == "done"
    assert town.effects(case_id) == []
    assert not line(town).at_risk


def test_renegotiating_opens_one_purchase_that_asks_the_vendor_again(town) -> None:
    watch(town, SILENT)
    case_id = town.office.renewals.decide(UID, RenewalAction.RENEGOTIATE, by="operator", surface="test").case_id
    town.run(until=lambda: town.facts(case_id).status == "done")
    opened = town.facts(f"{case_id}-N")
    assert "from postino, at most 480.00 EUR a year" in opened.instruction
    assert line(town).negotiation == f"{case_id}-N"
    town.reopen()
    town.run(until=lambda: True)
    assert len(town.events(f"{case_id}-N", "case.opened")) == 1


def test_a_house_that_is_shut_at_every_job_sends_one_notice_and_closes_the_case_once(town) -> None:
    watch(town, f"Notice must be sent by e-mail to the Provider at {POSTINO.mailbox}.")
    town.engine.deliveries = 2  # every job twice, as an engine does whose first try ended without being marked
    case_id = cancel(town)
    town.reopen()
    town.approve(case_id)
    town.run()
    town.reopen()
    town.write(POSTINO, "We confirm the cancellation of your contract.", answers=town.mailbox(POSTINO.mailbox)[0].message_id)
    town.run()
    assert len(town.mailbox(POSTINO.mailbox)) == 1
    assert len(town.facts_of(case_id, RenewalEnded)) == 1
    assert town.facts(case_id).status == "done"
