"""`qm tasks`: what went wrong is shown, its letter is sent with the operator's yes, and it is closed exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.bootstrap import open_office
from memory import outbox
from memory.database import reading
from memory.domain.events.cases import CaseOpened
from memory.domain.events.remediation import RemediationOpened
from memory.domain.money import Money
from memory.domain.registry import Contact
from memory.domain.remediation import ReadyLetter, Remediation, TaskSeverity, Trouble

CASE, TASK = "CASE-7", "RT-7-paid-and-refused"


def _opened(awaits: Money | None) -> RemediationOpened:
    letter = ReadyLetter(vendor_id="postino", contact_id="postino-sales", subject="Order PO-7: repayment", body="Please pay back.\n")
    return RemediationOpened(
        task=Remediation(
            task_id=TASK,
            case_id=CASE,
            trouble=Trouble.PAID_AND_REFUSED,
            severity=TaskSeverity.URGENT,
            title="Postino will not fulfil order PO-7",
            happened="It wrote so \x1b[31mafter\x1b[0m the payment.",
            steps=("Wait for the refund", f"qm tasks send {TASK}"),
            deadline=datetime.now(UTC) + timedelta(days=14),
            vendor_id="postino",
            letter=letter,
            awaits=awaits,
            end_to_end_id="QM7",
        )
    )


@pytest.fixture
def troubled(home, qm):
    """A home with one task, whose vendor has a contact."""
    with open_office(home) as office:
        office.registrar().add_contact("postino-sales", Contact(name="Carlo", email="sales@postino.example"), vendor_id="postino")
        opened = CaseOpened(case_id=CASE, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1)
        office.unit_of_work.act("open", [opened], stream=CASE, actor="operator")
        office.unit_of_work.act("trouble", [_opened(Money.of("678.30", "EUR"))], stream=CASE, actor="saga")
    return qm


def test_nothing_wrong_is_said_in_words_and_in_json(qm):
    assert "Nothing went wrong" in qm("tasks", "list").out
    assert qm("tasks", "list", "--json").json["tasks"] == []


def test_a_task_is_listed_and_shown_with_its_steps_and_its_letter(troubled):
    (row,) = troubled("tasks", "list", "--json").json["tasks"]
    assert (row["task_id"], row["severity"], row["awaits"]) == (TASK, "urgent", {"amount_minor": 67830, "currency": "EUR"})
    told = troubled("tasks", "show", TASK)
    assert told.code == 0
    assert "\x1b" not in told.out
    for part in ("1. Wait for the refund", "Subject: Order PO-7: repayment", "Please pay back.", "678.30 EUR", "Undone already"):
        assert part in told.out
    whole = troubled("tasks", "show", TASK, "--json").json["task"]
    assert whole["letter"]["body"] == "Please pay back.\n"
    assert whole["steps"][0] == "Wait for the refund"


def test_an_unknown_task_is_not_found(troubled):
    for verb in ("show", "send", "done"):
        ran = troubled("tasks", verb, "RT-nowhere", "--json")
        assert (ran.code, ran.error["code"]) == (3, "not_found")


def test_a_letter_is_sent_once_as_the_operators_own_approval(troubled, home):
    assert troubled("tasks", "send", TASK, "--dry-run").code == 0
    sent = troubled("tasks", "send", TASK, "--json")
    assert (sent.code, sent.json["contact_id"]) == (0, "postino-sales")
    again = troubled("tasks", "send", TASK, "--json")
    assert (again.code, again.error["code"]) == (4, "conflict")
    with open_office(home) as office, reading(office.database) as connection:
        (row,) = outbox.rows(connection, case_id=CASE)
    assert (row.kind, row.payload["body"]) == ("mail.send", "Please pay back.\n")
    assert "on its way" in troubled("tasks", "show", TASK).out
    assert troubled("approvals", "list", "--json").json["approvals"] == [], "sending was the answer"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 2),
        (["--refunded", "lots"], 2),
        (["--refunded", "700 EUR"], 2),
        (["--refunded", "678.30 USD"], 2),
        (["--refunded", "0 EUR"], 2),
        (["--refunded", "1 EUR", "--not-paid"], 2),
        (["--refunded", "678.30 EUR"], 0),
        (["--not-paid"], 0),
        (["--note", "they delivered after all"], 0),
    ],
)
def test_a_task_that_waits_for_money_says_what_became_of_it(troubled, options, code):
    ran = troubled("tasks", "done", TASK, *options, "--json")
    assert ran.code == code
    if code:
        assert ran.error["hint"]
        assert troubled("tasks", "list", "--json").json["tasks"]
        return
    assert troubled("tasks", "list", "--json").json["tasks"] == []
    (closed,) = troubled("tasks", "list", "--all", "--json").json["tasks"]
    assert closed["status"] == "closed"
    again = troubled("tasks", "done", TASK, "--note", "x", "--json")
    assert (again.code, again.error["code"]) == (4, "conflict")


def test_a_dry_run_closes_nothing(troubled):
    ran = troubled("tasks", "done", TASK, "--not-paid", "--dry-run", "--json")
    assert ran.json["would_write"][0]["kind"] == "remediation.closed"
    assert troubled("tasks", "list", "--json").json["tasks"]
