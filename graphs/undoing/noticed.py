"""A notice that is out: an answer to an earlier mail counts for the one we wait for, and a task done by hand lets the case go on."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.context import Desk
from graphs.remedies import Deed
from graphs.renewal_file import load_renewal
from graphs.saga_file import SagaFile
from memory.domain.events.renewals import NoticeGiven, ReplyNoted, notice_wait
from memory.domain.notice import NoticeChannel
from memory.domain.remediation import Trouble


def heard(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the end of the wait for the vendor's word when it came in answer to another mail than the last one."""
    if not any(one.declared.step == "send_notice" for one in saga.commitments):
        return
    found = load_renewal(desk.database, saga.case.case_id)
    if found.closed is not None or not found.waits:
        return
    standing = found.waits[-1]
    late = next((message for message in found.unread if message.wait_key != standing), None)
    if late is not None:
        fact = ReplyNoted(vendor_id=late.vendor_id, wait_key=standing, message=late.message_id, raw=late.raw, text=late.text)
        yield Deed(f"noted/{standing}", (fact,))


def by_hand(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the operator's word that a notice went out by hand, when it was said by closing its task."""
    for ident, closed in saga.settled.items():
        task = saga.tasks[ident]
        if task.trouble is not Trouble.NOTICE_BY_HAND or closed.by == "saga":
            continue
        number = ident.rpartition("-")[2]
        wait = notice_wait(saga.case.case_id, int(number) if number.isdigit() else 0)
        found = load_renewal(desk.database, saga.case.case_id)
        if found.closed is not None or any(given.wait_key == wait for given in found.given):
            continue
        about = found.about
        fact = NoticeGiven(
            uid=about.uid,
            vendor_id=about.vendor_id,
            wait_key=wait,
            channel=found.prepared[-1].channel if found.prepared else NoticeChannel.POST,
            sent_on=desk.now().date(),
            note=closed.note,
            by=closed.by,
        )
        yield Deed(f"given/{wait}", (fact,))
