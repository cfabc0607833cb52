"""Mails of ours that have waited too long: by the case's urgency, of open cases, unless answered or a farewell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from graphs.overdue import REPLY_WITHIN, OverdueReply, overdue_replies
from memory.domain.events.cases import CaseCancelled, CaseOpened, CasePaused, CaseResumed, RequisitionSubmitted
from memory.domain.events.contracts import DeclineSent
from memory.domain.events.effects import EffectConfirmed
from memory.domain.events.negotiation import ReplyOverdue, RfqIssued
from memory.domain.instruction import Urgency
from memory.outbox import EffectStatus, Move

SECOND = timedelta(seconds=1)
_CALLED = (EffectStatus.SUBMITTED,)
#: The way of a row to each status that it can have.
WAYS = {
    EffectStatus.QUEUED: (),
    EffectStatus.SUBMITTED: _CALLED,
    **{end: (*_CALLED, end) for end in (EffectStatus.DELAYED, EffectStatus.UNKNOWN, EffectStatus.CONFIRMED, EffectStatus.FAILED)},
    EffectStatus.CANCELLED: (EffectStatus.CANCELLED,),
    EffectStatus.COMPENSATED: (*_CALLED, EffectStatus.CONFIRMED, EffectStatus.COMPENSATED),
}


@pytest.fixture
def sent(core: Any, effects: Any, permit: Any, requisition: Callable[..., Any]) -> Callable[..., Any]:
    def send(urgency: Urgency = Urgency.NORMAL, *, status: EffectStatus = EffectStatus.CONFIRMED, case_id: str = "CASE-1") -> Any:
        mail = effects.mail(case_id)
        opened = CaseOpened(case_id=case_id, instruction="x", evidence="a" * 64, channel="cli", graph_version=1)
        asked = RequisitionSubmitted(requisition=requisition(urgency=urgency), restated="x")
        rfq = RfqIssued(vendor_id="postbird", effect_key=mail.key, subject="s", body="a" * 64, reply_by="2026-12-01T00:00:00Z")
        core.act(f"{case_id}/open", opened, asked, rfq, permit(mail, case_id), stream=case_id, effects=[mail])
        receipt = [EffectConfirmed(effect_key=mail.key, effect_kind="mail.send", reference="r")] * (status is EffectStatus.CONFIRMED)
        core.act(f"{case_id}/sent", *receipt, moves=[Move(mail.key, step) for step in WAYS[status]], stream=case_id)
        return mail

    return send


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_mail_is_overdue_once_its_case_s_patience_is_over_and_not_before(core: Any, sent: Callable[..., Any], urgency: Urgency) -> None:
    mail, patience = sent(urgency), REPLY_WITHIN[urgency.value]
    assert overdue_replies(core.database, core.clock.now() + patience) == ()
    found = overdue_replies(core.database, core.clock.now() + patience + SECOND)
    assert found == (OverdueReply("CASE-1", "postbird", f"reply/{mail.key}"),)


def test_patience_is_shorter_for_what_is_hot() -> None:
    assert REPLY_WITHIN["hot"] < REPLY_WITHIN["normal"] < REPLY_WITHIN["cold"]
    assert set(REPLY_WITHIN) == {u.value for u in Urgency}


def test_patience_begins_when_the_mail_was_delivered_not_when_it_was_written(core: Any, sent: Callable[..., Any]) -> None:
    mail = sent(status=EffectStatus.DELAYED)
    core.clock.move(timedelta(days=3))
    receipt = EffectConfirmed(effect_key=mail.key, effect_kind="mail.send", reference="r")
    core.act("delivered", receipt, moves=[Move(mail.key, EffectStatus.SUBMITTED), Move(mail.key, EffectStatus.CONFIRMED)])
    assert overdue_replies(core.database, core.clock.now() + timedelta(days=3)) == ()
    assert overdue_replies(core.database, core.clock.now() + timedelta(days=5)) != ()


@pytest.mark.parametrize("status", [s for s in WAYS if s is not EffectStatus.CONFIRMED])
def test_a_mail_that_was_not_delivered_waits_for_no_answer(core: Any, sent: Callable[..., Any], status: EffectStatus) -> None:
    sent(status=status)
    assert overdue_replies(core.database, core.clock.now() + timedelta(days=99)) == ()


def test_what_was_answered_or_given_up_or_asks_for_no_answer_is_not_overdue(core: Any, sent: Callable[..., Any]) -> None:
    def overdue() -> int:
        return len(overdue_replies(core.database, core.clock.now() + timedelta(days=99)))

    mails = [sent(case_id=f"CASE-{n}") for n in range(1, 6)]
    assert overdue() == 5
    core.act("given up", ReplyOverdue(vendor_id="postbird", wait_key=f"reply/{mails[0].key}"), stream="CASE-1")
    assert overdue() == 4
    core.act("farewell", DeclineSent(vendor_id="postbird", effect_key=mails[1].key, body="a" * 64), stream="CASE-2")
    assert overdue() == 3
    core.act("pause", CasePaused(), stream="CASE-3")
    assert overdue() == 2
    core.act("resume", CaseResumed(), stream="CASE-3")
    assert overdue() == 3
    core.act("cancel", CaseCancelled(), stream="CASE-4")
    assert overdue() == 2


def test_a_receipt_that_comes_after_the_answer_or_after_the_farewell_waits_for_nothing(core: Any, sent: Callable[..., Any]) -> None:
    answered, farewell = sent(status=EffectStatus.UNKNOWN), sent(status=EffectStatus.UNKNOWN, case_id="CASE-2")
    core.act("given up", ReplyOverdue(vendor_id="postbird", wait_key=f"reply/{answered.key}"))
    core.act("farewell", DeclineSent(vendor_id="postbird", effect_key=farewell.key, body="a" * 64), stream="CASE-2")
    for number, mail in enumerate((answered, farewell), start=1):
        receipt = EffectConfirmed(effect_key=mail.key, effect_kind="mail.send", reference="r")
        core.act(f"looked up {number}", receipt, moves=[Move(mail.key, EffectStatus.CONFIRMED)], stream=f"CASE-{number}")
    assert overdue_replies(core.database, core.clock.now() + timedelta(days=99)) == ()
