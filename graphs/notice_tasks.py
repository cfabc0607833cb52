"""What only the operator can do about a notice, as tasks: post it, enter its address, make sure of its confirmation."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from agents.negotiator import Letter
from graphs.case_file import CaseFile
from graphs.context import Desk
from memory.domain.events.remediation import RemediationOpened
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.remediation import ReadyLetter, Remediation, TaskSeverity, Trouble, task_id
from memory.domain.words import one_line
from memory.views.renewals import Renewal

#: The operator should have done what only hands can do this long before the last day to act.
_HANDS_BEFORE = timedelta(days=3)


def post_it(desk: Desk, case: CaseFile, line: Renewal, route: NoticeRoute, letter: Letter, number: int) -> RemediationOpened:
    """Return the task to send the notice by hand, as the contract wants it."""
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
        steps=(
            *steps,
            *_beside(route),
            f"Then: qm renewals sent {case.case_id} --on DATE --proof FILE (or: qm tasks done TASK --note 'how and when')",
        ),
        letter=letter,
        number=number,
    )


def enter_address(desk: Desk, case: CaseFile, line: Renewal, route: NoticeRoute, why: str, number: int) -> RemediationOpened:
    """Return the task to say where the notice goes, and why nobody else can."""
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


def make_sure(desk: Desk, case: CaseFile, line: Renewal, reason: str, letter: Letter, number: int) -> RemediationOpened:
    """Return the task to get the end of the contract confirmed, and why it is not yet."""
    return _task(
        desk,
        case,
        line,
        Trouble.NOTICE_UNCONFIRMED,
        title=f"Make sure that {line.vendor_name} ends on {line.term_end}: {reason}"[:200],
        happened=f"The notice is out, but {reason}. The last day to act is {line.decide_by}; at stake: {line.yearly}.",
        steps=(
            f"Call {line.vendor_name} on a number that you know, and ask for a written confirmation of the end on {line.term_end}",
            f"If none comes before {line.decide_by}, send the letter below by registered post too: its receipt is your proof",
            f"Then: qm renewals confirmed {case.case_id} --on {line.term_end} --proof FILE",
        ),
        letter=letter,
        number=number,
    )


def _beside(route: NoticeRoute) -> tuple[str, ...]:
    """Return what the contract asks for beside the notice itself."""
    if NoticeChannel.MAIL in route.beside:
        to = f" ({one_line(route.beside_address, 200)})" if route.beside_address else ""
        return (f"The contract asks for it by e-mail as well{to}: send the same words, and keep what you sent",)
    return ("The contract asks for it in the vendor's portal as well: enter it there, and save the page",) if route.beside else ()


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
