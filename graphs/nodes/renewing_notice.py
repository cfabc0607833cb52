"""Giving notice: written, released by the operator, sent as the contract wants it, and sent again to a vendor that is silent."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from langgraph.runtime import Runtime

from agents.negotiator import Letter
from graphs.authority import authorize_by_approval
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.mailing import keep_letter
from graphs.nodes.renewing import closed, term_over, watched
from graphs.notice_action import Recipient, in_time, letter_of, notice_action, printed_notice, recipient_of, route_of
from graphs.notice_tasks import enter_address, post_it
from graphs.renewal_file import load_renewal
from graphs.state import RenewalState
from graphs.steps import Outcome, take_step
from memory.domain.approval import Approval, PlannedEffect
from memory.domain.contract import Finding, Severity
from memory.domain.effects import SendMail
from memory.domain.errors import RefusedError
from memory.domain.events.authority import ApprovalRequested, AuthorizationGranted, approval_wait
from memory.domain.events.effects import reply_wait
from memory.domain.events.renewals import (
    NoticePrepared,
    NoticeSent,
    RenewalEnded,
    notice_wait,
)
from memory.domain.evidence import Claim
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.words import one_line
from memory.renewal_narration import CHANNELS
from memory.views.renewals import Renewal

#: With fewer days left to act than this, a vendor gets a day to confirm instead of four.
_PRESSING_DAYS = 15
_RELEASE_WITHIN = timedelta(days=7)
_ACTOR = "renewal_watcher"


async def prepare_notice(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Write the notice. By mail it waits for the operator's yes; a letter or a form is laid ready; an unknown address is asked for."""
    desk, number = runtime.context, state.get("notices", 0)

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({"verdict": "gone"}, (term_over(desk, case),))
        if not line.auto_renews:
            ended = RenewalEnded(uid=line.uid, vendor_id=line.vendor_id, ends_on=line.term_end, reason="it does not renew by itself")
            words = f"{line.vendor_name} ends on {line.term_end} by itself; nothing had to be sent"
            return Outcome({"verdict": "no need"}, (ended, closed(line, "cancelled", words)))
        route, letter = route_of(desk, line), letter_of(desk, line)
        update = {"notices": number + 1, "wait": notice_wait(case.case_id, number)}
        if route.channel.by_hand:
            return Outcome(
                {**update, "verdict": "by hand"}, (_prepared(desk, line, route, letter), post_it(desk, case, line, route, letter, number))
            )
        to, failed = recipient_of(desk, line, route), _failure(desk, case)
        if to.missing or failed:
            why = to.missing or f"the notice could not be delivered to {to.address}: {failed}"
            return Outcome(
                {**update, "verdict": "contact"},
                (_prepared(desk, line, route, letter), enter_address(desk, case, line, route, why, number)),
            )
        asked = _question(desk, case, line, route, to, number)
        prepared = _prepared(desk, line, route, letter, to.contact_id)
        told = {"verdict": "ask", "approval_id": asked.approval_id, "wait": approval_wait(asked.approval_id)}
        return Outcome({**update, **told}, (prepared, ApprovalRequested(approval=asked)))

    return await take_step(desk, state, "prepare_notice", number, work, actor=_ACTOR)


def _failure(desk: Desk, case: CaseFile) -> str:
    """Return why the last mail about the notice was not delivered, unless a contact was entered since."""
    found = load_renewal(desk.database, case.case_id)
    if not found.sent or found.mended:
        return ""
    lost = case.undelivered(reply_wait(found.sent[-1].effect_key))
    returned = bool(found.answered) and found.answered[-1].reading == "undelivered"
    return lost or ("a mail server sent it back" if returned else "")


def _prepared(desk: Desk, line: Renewal, route: NoticeRoute, letter: Letter, contact_id: str = "") -> NoticePrepared:
    return NoticePrepared(
        uid=line.uid,
        vendor_id=line.vendor_id,
        route=route,
        channel=route.channel if route.channel.by_hand and not contact_id else NoticeChannel.MAIL,
        ends_on=line.term_end,
        body=keep_letter(desk, letter),
        contact_id=contact_id,
        letter=printed_notice(desk, line, route, letter) if route.channel is NoticeChannel.POST and not contact_id else None,
    )


def _question(desk: Desk, case: CaseFile, line: Renewal, route: NoticeRoute, to: Recipient, number: int) -> Approval:
    now = desk.now()
    last = datetime.combine(line.decide_by, time(23, 59), UTC)
    mark = f"-{number + 1}" if number else ""
    return Approval(
        approval_id=f"AP-{case.case_id.removeprefix('CASE-')}{mark}",
        case_id=case.case_id,
        action=notice_action(desk, case, line, to, number),
        evidence=_claims(line, route),
        risks=_risks(desk, line, route, to),
        rules=("A notice commits you: it goes only with your own yes to its exact words.",),
        policy_version=desk.policy().version,
        requested_at=now,
        expires_at=min(now + _RELEASE_WITHIN, max(last, now + timedelta(days=1))),
    )


def _claims(line: Renewal, route: NoticeRoute) -> tuple[Claim, ...]:
    if route.evidence is None:
        return ()
    named = f" to {route.address}" if route.address else ""
    said = (
        f"The contract takes notice {CHANNELS[route.channel]}{named}"
        if route.channel is not NoticeChannel.UNSTATED
        else "The contract says of notice"
    )
    quote = f": “{one_line(route.evidence.span.text, 300)}”" if route.evidence.span else ""
    return (Claim(text=f"{said}{quote} ({line.vendor_name})", evidence=(route.evidence,)),)


def _risks(desk: Desk, line: Renewal, route: NoticeRoute, to: Recipient) -> tuple[Finding, ...]:
    found = []
    if route.channel is NoticeChannel.UNSTATED:
        found.append("the contract names no way for notices that could be read; send it by registered letter too where much depends on it")
    elif not route.address:
        found.append(f"the contract names no address for notices; it goes to your contact {to.address}")
    if not in_time(desk, line):
        found.append(f"the notice period has begun: the vendor may hold you to another term after {line.term_end}")
    return tuple(Finding(severity=Severity.CONCERN, text=text) for text in found)


async def send_notice(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Let the notice go that was approved, digest for digest."""
    return await _send(state, runtime.context, "send_notice", 0)


async def send_reminder(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Ask the vendor once more to confirm, in the words that were approved with the notice."""
    return await _send(state, runtime.context, "send_reminder", state.get("reminders", 0) + 1)


async def _send(state: RenewalState, desk: Desk, node: str, reminder: int) -> RenewalState:
    revision = f"{state.get('notices', 0)}/{reminder}"

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        effect, permit = _approved(desk, case, reminder)
        mail = SendMail.model_validate(effect.payload)
        left = (line.decide_by - desk.today()).days if line else 0
        sent = NoticeSent(
            uid=load_renewal(desk.database, case.case_id).about.uid,
            vendor_id=mail.conversation.rpartition("/")[2],
            effect_key=effect.key,
            body=keep_letter(desk, Letter(subject=mail.subject, body=mail.body)),
            reminder=reminder,
            patience="hot" if left < _PRESSING_DAYS else "normal",
        )
        return Outcome({"wait": reply_wait(effect.key), "reminders": reminder}, (sent, permit), (effect,))

    return await take_step(desk, state, node, revision, work, actor="gate")


def _approved(desk: Desk, case: CaseFile, reminder: int) -> tuple[PlannedEffect, AuthorizationGranted]:
    if case.approved is None:
        raise RefusedError(f"{case.case_id} has no approved notice", hint=f"qm cases show {case.case_id}")
    effect, question = case.approved.effects[reminder], case.approvals[case.approval_id]
    permit = authorize_by_approval(
        desk,
        case.case_id,
        effect,
        approval_id=case.approval_id,
        by=desk.operator.name,
        policy_version=question.policy_version,
        ceiling=None,
    )
    return effect, permit


async def leave_notice(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """The operator said no to the notice, or nothing: the contract is left as it is, and the case says so."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({"verdict": "gone"}, (term_over(desk, case),))
        why = "you did not release the notice in time" if state["decision"] == "expired" else "you did not release the notice"
        words = (
            f"Not cancelled: {why}. {line.vendor_name} renews by itself after {line.term_end}; to begin again: qm renewals start {line.uid}"
        )
        return Outcome({"outcome": "left"}, (closed(line, "not cancelled", words),))

    return await take_step(desk, state, "leave_notice", state.get("notices", 0), work, actor="gate")
