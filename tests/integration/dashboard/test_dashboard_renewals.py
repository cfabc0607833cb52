"""The Renewals page: a decision on it is recorded once, bound to what was shown, and sends nothing; what only the operator knows is said there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from app.bootstrap import Office, open_office
from memory.database import reading
from memory.domain.events.remediation import RemediationOpened
from memory.domain.events.renewals import NoticePrepared
from memory.domain.evidence import Origin
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.remediation import Remediation, TaskSeverity, Trouble, task_id
from memory.engine.in_process import InProcessEngine
from memory.ledger import read_events
from memory.views.renewals import Renewal, renewal_list


def test_a_decision_on_the_page_is_recorded_and_a_cancellation_opens_its_case(opened, fresh_furnished) -> None:
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office:
        lines = {line.vendor_id: line.uid for line in renewal_list(office.database, office.renewals.today)}
    page = opened(fresh_furnished.home, "renewals")
    page.button(f"keep-{lines['ledgerly']}").click().run(timeout=60)
    page.button(f"cancel-{lines['meetwell']}").click().run(timeout=60)
    assert not page.exception
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        decided = [(e.body["uid"], e.body["action"]) for e in read_events(connection, kinds=("renewal.decided",))]
        started = [e.body["uid"] for e in read_events(connection, kinds=("renewal.started",))]
    assert decided == [(lines["ledgerly"], "keep"), (lines["meetwell"], "cancel")]
    assert started == [lines["meetwell"]]


def facts(home: Path, *kinds: str) -> list[dict[str, Any]]:
    with open_office(home, jobs=InProcessEngine()) as office, reading(office.database) as connection:
        return [event.body for event in read_events(connection, kinds=kinds)]


def test_usage_and_incidents_are_said_on_the_page(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    with open_office(home, jobs=InProcessEngine()) as office:
        uid = next(line.uid for line in renewal_list(office.database, office.renewals.today) if line.vendor_id == "ledgerly")
    page = opened(home, "renewals")
    page.number_input(f"used-{uid}").set_value(3)
    page.number_input(f"of-{uid}").set_value(10)
    page.text_input(f"unit-{uid}").set_value("seats")
    page.button(f"keep-usage-{uid}").click().run(timeout=60)
    page.text_input(f"wrong-{uid}").set_value("two days without service")
    page.button(f"note-{uid}").click().run(timeout=60)
    assert not page.exception
    (usage,), (incident,) = facts(home, "usage.stated"), facts(home, "incident.noted")
    assert (usage["uid"], usage["usage"]["words"]) == (uid, "3 of 10 seats are used")
    assert (incident["vendor_id"], incident["words"]) == ("ledgerly", "two days without service")
    page.button(f"keep-usage-{uid}").click().run(timeout=60)  # the fields still hold it: said once more, as asked
    page.number_input(f"used-{uid}").set_value(None)
    page.button(f"keep-usage-{uid}").click().run(timeout=60)
    assert "Nothing was said" in page.error[0].proto.title


def test_a_posted_notice_and_its_confirmation_are_told_on_the_page_with_proof(opened, fresh_furnished) -> None:
    home = fresh_furnished.home
    with open_office(home, jobs=InProcessEngine()) as office:
        line = next(line for line in renewal_list(office.database, office.renewals.today) if line.vendor_id == "meetwell")
        written_notice(office, line)
    page = opened(home, "renewals")
    page.text_input(f"posted-note-{line.uid}").set_value("RR123456789IT")
    page.file_uploader(f"posted-proof-{line.uid}").upload("receipt.pdf", b"%PDF-1.7 receipt", "application/pdf")
    page.button(f"posted-done-{line.uid}").click().run(timeout=60)
    assert not page.exception
    (given,) = facts(home, "notice.given")
    assert (given["note"], len(given["proof"])) == ("RR123456789IT", 1)
    page.button(f"confirmed-done-{line.uid}").click().run(timeout=60)
    assert "A confirmation needs its proof" in page.error[0].proto.title
    page.text_input(f"confirmed-note-{line.uid}").set_value("Ms Rossi by phone")
    page.button(f"confirmed-done-{line.uid}").click().run(timeout=60)
    (confirmed,) = facts(home, "notice.confirmed")
    assert (confirmed["ends_on"], confirmed["note"]) == (line.term_end.isoformat(), "Ms Rossi by phone")
    with open_office(home, jobs=InProcessEngine()) as office:
        assert office.evidence.get(given["proof"][0]) == b"%PDF-1.7 receipt"


def written_notice(office: Office, line: Renewal) -> None:
    """A renewal case that came to a notice by post."""
    case_id = office.renewals.start(line.uid, by="alex", channel="test")
    body = office.evidence.put_text("We end the contract.", origin=Origin.SYSTEM, source="notice")
    prepared = NoticePrepared(
        uid=line.uid,
        vendor_id=line.vendor_id,
        route=NoticeRoute(channel=NoticeChannel.POST),
        channel=NoticeChannel.POST,
        ends_on=line.term_end,
        body=body,
    )
    task = Remediation(
        task_id=task_id(case_id, Trouble.NOTICE_BY_HAND),
        case_id=case_id,
        trouble=Trouble.NOTICE_BY_HAND,
        severity=TaskSeverity.URGENT,
        title="Post the notice",
        happened="The contract names the post.",
        steps=("Print it", "Post it"),
        deadline=office.clock.now() + timedelta(days=3),
        vendor_id=line.vendor_id,
    )
    office.unit_of_work.act("seed/notice", [prepared, RemediationOpened(task=task)], stream=case_id, actor="graph")
