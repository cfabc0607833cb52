"""Giving notice: written, released by the operator, sent as the contract wants it, confirmed or chased, and proved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from langgraph.runtime import Runtime

from agents.negotiator import Letter
from agents.renewal_watcher import NoticeReply, read_notice_reply
from graphs.authority import authorize_by_approval
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.mailing import keep_letter
from graphs.nodes.renewing import closed, watched
from graphs.notice_action import REMINDERS, Recipient, in_time, letter_of, notice_action, printed_notice, recipient_of, route_of
from graphs.renewal_file import RenewalFile, load_renewal
from graphs.state import RenewalState
from graphs.steps import Outcome, take_step
from memory.database import reading
from memory.domain.approval import Approval, PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.contract import Finding, Severity
from memory.domain.effects import SendMail
from memory.domain.errors import RefusedError
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalRequested, AuthorizationGranted, approval_wait
from memory.domain.events.effects import reply_wait
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import RemediationClosed, RemediationOpened
from memory.domain.events.renewals import (
    NoticeAnswered,
    NoticeConfirmed,
    NoticeEscalated,
    NoticePrepared,
    NoticeSent,
    RenewalClosed,
    RenewalEnded,
    notice_wait,
)
from memory.domain.evidence import Claim
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.remediation import ReadyLetter, Remediation, TaskOutcome, TaskSeverity, Trouble, task_id
from memory.domain.words import one_line
from memory.projections.remediations import OPEN, remediations
from memory.renewal_narration import CHANNELS
from memory.views.renewals import Renewal

#: With fewer days left to act than this, a vendor gets a day to confirm instead of four.
_PRESSING_DAYS = 15
#: The operator should have done what only hands can do this long before the last day to act.
_HANDS_BEFORE = timedelta(days=3)
_RELEASE_WITHIN = timedelta(days=7)
_ACTOR = "renewal_watcher"
_BY_A_MAIL_SERVER = "report of a mail server"


async def prepare_notice(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Write the notice. By mail it waits for the operator's yes; a letter or a form is laid ready; an unknown address is asked for."""
    desk, number = runtime.context, state.get("notices", 0)

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return _over(desk, case.case_id)
        if not line.auto_renews:
            ended = RenewalEnded(uid=line.uid, vendor_id=line.vendor_id, ends_on=line.term_end, reason="it does not renew by itself")
            words = f"{line.vendor_name} ends on {line.term_end} by itself; nothing had to be sent"
            return Outcome({"verdict": "no need"}, (ended, closed(line, "cancelled", words)))
        route, letter = route_of(desk, line), letter_of(desk, line)
        update = {"notices": number + 1, "wait": notice_wait(case.case_id, number)}
        if route.channel.by_hand and NoticeChannel.MAIL not in route.also:
            return Outcome(
                {**update, "verdict": "by hand"}, (_prepared(desk, line, route, letter), _by_hand(desk, case, line, route, letter, number))
            )
        to, failed = recipient_of(desk, line, route), _failure(desk, case)
        if to.missing or failed:
            why = to.missing or f"the notice could not be delivered to {to.address}: {failed}"
            return Outcome(
                {**update, "verdict": "contact"}, (_prepared(desk, line, route, letter), _contact(desk, case, line, route, why, number))
            )
        asked = _question(desk, case, line, route, to, number)
        prepared = _prepared(desk, line, route, letter, to.contact_id)
        told = {"verdict": "ask", "approval_id": asked.approval_id, "wait": approval_wait(asked.approval_id)}
        return Outcome({**update, **told}, (prepared, ApprovalRequested(approval=asked)))

    return await take_step(desk, state, "prepare_notice", number, work, actor=_ACTOR)


def _over(desk: Desk, case_id: str) -> Outcome:
    about = load_renewal(desk.database, case_id).about
    gone = RenewalClosed(uid=about.uid, vendor_id=about.vendor_id, outcome="undecided", summary="The term that this was about is over")
    return Outcome({"verdict": "gone"}, (gone,))


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


def _by_hand(desk: Desk, case: CaseFile, line: Renewal, route: NoticeRoute, letter: Letter, number: int) -> RemediationOpened:
    where = {NoticeChannel.POST: "by registered letter", NoticeChannel.PORTAL: "in the vendor's portal"}[route.channel]
    to = f": {one_line(route.address, 200)}" if route.address else ""
    steps = {
        NoticeChannel.POST: (
            f"Print the letter (qm renewals letter {case.case_id} --out notice.pdf, or the button on the Renewals page), sign it, and send it by registered post{to or ' to the address in the contract'}",
            "Keep the receipt, and take a picture of the signed letter",
        ),
        NoticeChannel.PORTAL: (
            f"Open the vendor's portal by an address you know, never by a link in a mail (the contract names{to or ' it'}), and end the contract there",
            "Save the page that confirms it, as a picture or a PDF",
        ),
    }[route.channel]
    return _task(
        desk,
        case,
        line,
        Trouble.NOTICE_BY_HAND,
        title=f"Send the notice to {line.vendor_name} {where}, until {line.decide_by}",
        happened=f"The contract wants its notice {where}{_quoted(route)}. It ends on {line.term_end}, if the vendor has the notice in time.",
        steps=(*steps, f"Then: qm renewals sent {case.case_id} --on DATE --proof FILE (or: qm tasks done TASK --note 'how and when')"),
        letter=letter,
        number=number,
    )


def _contact(desk: Desk, case: CaseFile, line: Renewal, route: NoticeRoute, why: str, number: int) -> RemediationOpened:
    address = one_line(route.address, 200) if "@" in route.address else "ADDRESS"
    return _task(
        desk,
        case,
        line,
        Trouble.NOTICE_CONTACT,
        title=f"Say where the notice to {line.vendor_name} goes, until {line.decide_by}",
        happened=f"The notice is written, but {why}{_quoted(route)}. An address from a contract is written to only once you have entered it.",
        steps=(
            "Check the address: with the signed contract in your hand, or by a phone number that you know",
            f"Enter it: qm renewals contact {case.case_id} --email {address}",
            "You then see the exact notice, and it goes with your yes",
        ),
        letter=None,
        number=number,
    )


def _quoted(route: NoticeRoute) -> str:
    return f" (“{one_line(route.evidence.span.text, 300)}”)" if route.evidence and route.evidence.span else ""


def _task(
    desk: Desk,
    case: CaseFile,
    line: Renewal,
    trouble: Trouble,
    *,
    title: str,
    happened: str,
    steps: tuple[str, ...],
    letter: Letter | None,
    number: int,
) -> RemediationOpened:
    ident = task_id(case.case_id, trouble, str(number) if number else "")
    now = desk.now()
    due = datetime.combine(line.decide_by - _HANDS_BEFORE, time(12), UTC)
    ready = ReadyLetter(vendor_id=line.vendor_id, subject=letter.subject, body=letter.body) if letter else None
    return RemediationOpened(
        task=Remediation(
            task_id=ident,
            case_id=case.case_id,
            trouble=trouble,
            severity=TaskSeverity.URGENT,
            title=title[:200],
            happened=happened[:1000],
            steps=tuple(step.replace("TASK", ident) for step in steps),
            deadline=max(due, now + timedelta(days=1)),
            vendor_id=line.vendor_id,
            letter=ready,
        )
    )


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
            return _over(desk, case.case_id)
        why = "you did not release the notice in time" if state["decision"] == "expired" else "you did not release the notice"
        words = (
            f"Not cancelled: {why}. {line.vendor_name} renews by itself after {line.term_end}; to begin again: qm renewals start {line.uid}"
        )
        return Outcome({"outcome": "left"}, (closed(line, "not cancelled", words),))

    return await take_step(desk, state, "leave_notice", state.get("notices", 0), work, actor="gate")


async def read_answer(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Read the vendor's word on the notice, or its silence; only a plain confirmation, or the operator's own word, ends the contract."""
    desk, number = runtime.context, state.get("answers", 0)

    async def work(case: CaseFile) -> Outcome:
        found = load_renewal(desk.database, case.case_id)
        update: JsonObject = {"answers": number + 1}
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({**update, "verdict": "confirmed"}, _over(desk, case.case_id).events)
        if found.confirmed is not None:
            return Outcome({**update, "verdict": "confirmed"}, _end(desk, case, line, found, found.confirmed))
        answers = [_answered(desk, line, message) for message in found.unread]
        if answers:
            return _heard(desk, case, line, found, answers, update, number)
        if case.undelivered(state["wait"]):
            return Outcome({**update, "verdict": "undelivered"})
        if found.sent and state.get("reminders", 0) < REMINDERS and not found.escalated:
            return Outcome({**update, "verdict": "silent"})
        reason = "no confirmation came" if found.sent else "you sent it by hand; the vendor's confirmation is not on file"
        return _escalated(desk, case, line, reason, (), update, number)

    return await take_step(desk, state, "read_answer", number, work, actor=_ACTOR)


def _heard(
    desk: Desk, case: CaseFile, line: Renewal, found: RenewalFile, answers: list[NoticeAnswered], update: JsonObject, number: int
) -> Outcome:
    last = next((a for a in reversed(answers) if a.reading != "unclear"), answers[-1])
    if last.reading == "undelivered" and not found.escalated:
        return Outcome({**update, "verdict": "undelivered"}, tuple(answers))
    if last.reading == "confirmed" and last.trusted and (last.ends_on is None or last.ends_on <= line.term_end):
        proof = (*found.proof, last.message)
        ends = last.ends_on or line.term_end
        confirmed = NoticeConfirmed(uid=line.uid, vendor_id=line.vendor_id, ends_on=ends, by=line.vendor_name, proof=proof, note=last.words)
        return Outcome({**update, "verdict": "confirmed"}, (*answers, confirmed, *_end(desk, case, line, found, confirmed)))
    return _escalated(desk, case, line, _doubt(last, line), tuple(answers), update, number)


def _doubt(answer: NoticeAnswered, line: Renewal) -> str:
    said = f": “{one_line(answer.words, 200)}”" if answer.words else ""
    if answer.reading == "refused":
        return f"the vendor does not accept the notice{said}"
    if answer.reading == "confirmed" and not answer.trusted:
        return f"a confirmation came from somebody who is not your contact{said}"
    if answer.reading == "confirmed":
        return f"the vendor names {answer.ends_on} as the end, and the term ends {line.term_end}{said}"
    return f"the vendor's answer is not clear{said}"


def _answered(desk: Desk, line: Renewal, message: MessageReceived) -> NoticeAnswered:
    returned = any(_BY_A_MAIL_SERVER in finding for finding in message.findings)
    read = NoticeReply("unclear") if returned else read_notice_reply(desk.evidence.text(message.text))
    return NoticeAnswered(
        uid=line.uid,
        vendor_id=line.vendor_id,
        reading="undelivered" if returned else read.reading,
        ends_on=read.ends_on,
        words=read.span.text if read.span else "",
        message=message.raw,
        trusted=message.verified_sender and not message.findings,
    )


def _escalated(
    desk: Desk, case: CaseFile, line: Renewal, reason: str, facts: tuple[Event, ...], update: JsonObject, number: int
) -> Outcome:
    """The operator sees to it from here, and the case goes on listening."""
    wait = notice_wait(case.case_id, 1000 + number)
    task = _task(
        desk,
        case,
        line,
        Trouble.NOTICE_UNCONFIRMED,
        title=f"Make sure that {line.vendor_name} ends on {line.term_end}: {reason}"[:200],
        happened=f"The notice is out, but {reason}. The last day to act is {line.decide_by}; {line.annual_cost} a year are at stake.",
        steps=(
            f"Call {line.vendor_name} on a number that you know, and ask for a written confirmation of the end on {line.term_end}",
            f"If none comes before {line.decide_by}, send the letter below by registered post too: its receipt is your proof",
            f"Then: qm renewals confirmed {case.case_id} --on {line.term_end} --proof FILE",
        ),
        letter=letter_of(desk, line),
        number=number,
    )
    told = NoticeEscalated(uid=line.uid, vendor_id=line.vendor_id, decide_by=line.decide_by, reason=reason, wait_key=wait)
    return Outcome({**update, "verdict": "waiting", "wait": wait}, (*facts, task, told))


def _end(desk: Desk, case: CaseFile, line: Renewal, found: RenewalFile, confirmed: NoticeConfirmed) -> tuple[Event, ...]:
    """Return the end of the contract: what is proved, the tasks that are done with it, and the end of the case."""
    reason = f"notice was given and confirmed by {confirmed.by}"
    ended = RenewalEnded(uid=line.uid, vendor_id=line.vendor_id, ends_on=confirmed.ends_on, reason=reason)
    pieces = len(dict.fromkeys((*found.proof, *confirmed.proof)))
    words = f"Cancelled: {line.vendor_name} ends on {confirmed.ends_on}, confirmed by {confirmed.by}; {pieces} pieces of proof are kept"
    tasks = (
        RemediationClosed(task_id=t, outcome=TaskOutcome.DONE, by="saga", note="the end is confirmed") for t in _open_tasks(desk, case)
    )
    return (ended, *tasks, closed(line, "cancelled", words))


def _open_tasks(desk: Desk, case: CaseFile) -> list[str]:
    with reading(desk.database) as connection:
        mine = remediations.select().with_only_columns(remediations.c.task_id)
        return list(connection.scalars(mine.where(remediations.c.case_id == case.case_id, remediations.c.status == OPEN)))
