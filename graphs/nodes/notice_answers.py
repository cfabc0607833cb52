"""The vendor's word on a notice, or its silence: read, believed only from the right people, and otherwise put to the operator."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.renewal_watcher import NoticeReply, read_notice_reply
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.nodes.renewing import closed, term_over, watched
from graphs.notice_action import REMINDERS, letter_of
from graphs.notice_tasks import make_sure
from graphs.renewal_file import RenewalFile, load_renewal
from graphs.state import RenewalState
from graphs.steps import Outcome, take_step
from memory.database import reading
from memory.domain.base import JsonObject
from memory.domain.events import Event
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import RemediationClosed
from memory.domain.events.renewals import NoticeAnswered, NoticeConfirmed, NoticeEscalated, RenewalEnded, notice_wait
from memory.domain.remediation import TaskOutcome
from memory.domain.words import one_line
from memory.projections.remediations import OPEN, remediations
from memory.views.renewals import Renewal

_ACTOR = "renewal_watcher"
_BY_A_MAIL_SERVER = "report of a mail server"


async def read_answer(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Read the vendor's word on the notice, or its silence; only a plain confirmation, or the operator's own word, ends the contract."""
    desk, number = runtime.context, state.get("answers", 0)

    async def work(case: CaseFile) -> Outcome:
        found = load_renewal(desk.database, case.case_id)
        update: JsonObject = {"answers": number + 1}
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({**update, "verdict": "confirmed"}, (term_over(desk, case),))
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
    task = make_sure(desk, case, line, reason, letter_of(desk, line), number)
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
