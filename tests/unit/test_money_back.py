"""Refunds and second bookings: only what is booked, only what fits one task, never by half."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.events.contracts import PaymentSubmitted
from memory.domain.events.remediation import RemediationClosed, RemediationOpened
from memory.domain.money import Money
from memory.domain.registry import Payee
from memory.domain.remediation import Remediation, TaskOutcome, TaskSeverity, Trouble
from memory.domain.statement import LineStatus, StatementLine
from tools.money_back import refunds, repeated
from tools.sandbox.ports import MemoryRegistry

IBAN = "NL91ABNA0417164300"
REGISTRY = MemoryRegistry(payees={"p-1": Payee(name="Postbird", iban=IBAN, country="NL")})
AMOUNT = Money.of("678.30", "EUR")


def _task(number: int = 1, amount: Money = AMOUNT) -> RemediationOpened:
    return RemediationOpened(
        task=Remediation(
            task_id=f"RT-{number}",
            case_id=f"CASE-{number}",
            trouble=Trouble.PAID_AND_REFUSED,
            severity=TaskSeverity.URGENT,
            title="t",
            happened="h",
            steps=("s",),
            deadline=datetime(2026, 12, 24, tzinfo=UTC),
            vendor_id="v",
            awaits=amount,
            end_to_end_id=f"QM{number}",
        )
    )


def _line(amount: str = "678.30", **more: Any) -> StatementLine:
    said = {"counterparty_iban": IBAN, "line_id": "l-1", **more}
    return StatementLine(account="a", booked_on=date(2026, 12, 10), amount=Money.of(amount, "EUR"), **said)


@pytest.fixture
def waiting(core: Any) -> Any:
    """A core in which one task waits for its refund."""
    core.act("paid", PaymentSubmitted(effect_key="k", end_to_end_id="QM1", payee_id="p-1", amount=AMOUNT))
    core.act("task", _task())
    return core


def _found(core: Any, *lines: StatementLine) -> list[str]:
    return [fact.task_id for _, fact in refunds(core.database, REGISTRY, lines, "a" * 64)]


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (_line(), True),
        (_line(counterparty_iban=None, reference="refund PO-1"), True),
        (_line(counterparty_iban=None, end_to_end_id="QM1"), True),
        (_line(counterparty_iban=None, reference="refund PO-11"), False),
        (_line(counterparty_iban="DE02120300000000202051"), False),
        (_line("678.29"), False),
        (_line("-678.30"), False),
        (_line(status=LineStatus.PENDING), False),
    ],
)
def test_a_credit_is_a_refund_when_it_is_booked_whole_and_says_whose_it_is(waiting: Any, line: StatementLine, fits: bool) -> None:
    assert _found(waiting, line) == (["RT-1"] if fits else [])


def test_a_credit_that_fits_two_tasks_proves_neither_and_one_task_takes_one_credit(waiting: Any) -> None:
    assert _found(waiting, _line(), _line(line_id="l-2")) == ["RT-1"]
    waiting.act("paid 2", PaymentSubmitted(effect_key="k2", end_to_end_id="QM2", payee_id="p-1", amount=AMOUNT), stream="CASE-2")
    waiting.act("task 2", _task(2), stream="CASE-2")
    assert _found(waiting, _line()) == []
    assert _found(waiting, _line(reference="QM2", counterparty_iban=None)) == ["RT-2"]


def test_a_closed_task_waits_for_nothing(waiting: Any) -> None:
    waiting.act("done", RemediationClosed(task_id="RT-1", outcome=TaskOutcome.NOT_PAID, by="operator"))
    assert _found(waiting, _line()) == []


@given(
    st.lists(
        st.builds(
            _line,
            amount=st.sampled_from(["-678.30", "678.30", "-1.00"]),
            end_to_end_id=st.sampled_from(["QM1", "QM2", None]),
            status=st.sampled_from(LineStatus),
            line_id=st.sampled_from(["l-1", "l-2", "l-3"]),
        ),
        max_size=8,
    )
)
def test_a_second_booking_is_a_booked_debit_of_a_closed_payment_on_another_line(lines: list[StatementLine]) -> None:
    found = repeated(lines, {"QM1": "l-1"}, "a" * 64)
    assert len(found) == sum(
        line.end_to_end_id == "QM1" and line.line_id != "l-1" and line.status is LineStatus.BOOKED and line.amount.amount_minor < 0
        for line in lines
    )
    assert all(fact.amount.amount_minor > 0 for fact in found)
