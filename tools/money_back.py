"""Money that moved when nobody expected it: refunds that a task waits for, and payments that the bank booked once more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.domain.errors import NotFoundError
from memory.domain.events.remediation import PaymentRepeated, RefundBooked
from memory.domain.money import Money
from memory.domain.registry import Registry
from memory.domain.remediation import Remediation, TaskOutcome
from memory.domain.statement import LineStatus, StatementLine, carried
from memory.ledger import read_events
from memory.projections.remediations import OPEN, remediations
from memory.projections.spend import payments


@dataclass(frozen=True)
class Awaited:
    """Money that a task waits for; `since` is the first day on which it can come back, where that is known."""

    task_id: str
    case_id: str
    amount: Money
    end_to_end_id: str
    since: date = date.min


def refunds(
    database: sa.Engine, registry: Registry, lines: Sequence[StatementLine], statement: Digest, *, also: Iterable[Awaited] = ()
) -> tuple[tuple[str, RefundBooked], ...]:
    """Return the booked credits that an open task waits for, or one of `also` that is opened only now; each with its case.

    A credit counts when it is the very amount, and comes from the payee's account or names our payment or order; one that could
    belong to two tasks proves neither.
    """
    with reading(database) as connection:
        waiting = {wanted.task_id: wanted for wanted in (*also, *_open(connection))}
        payees = {row.end_to_end_id: row.payee_id for row in connection.execute(sa.select(payments.c.end_to_end_id, payments.c.payee_id))}
        spent = {str(e.body["line_id"]) for e in read_events(connection, kinds=(RefundBooked.kind,))} if waiting else set()
    found: dict[str, tuple[str, RefundBooked]] = {}
    for line in lines if waiting else ():
        if line.status is not LineStatus.BOOKED or line.amount.amount_minor <= 0 or line.line_id in spent:
            continue
        left = [wanted for wanted in waiting.values() if wanted.task_id not in found]
        fitting = [wanted for wanted in left if _fits(line, wanted, _iban(registry, payees.get(wanted.end_to_end_id)))]
        if len(fitting) == 1:
            fact = RefundBooked(
                task_id=fitting[0].task_id, amount=line.amount, booked_on=line.booked_on, statement=statement, line_id=line.line_id
            )
            found[fitting[0].task_id] = (fitting[0].case_id, fact)
    return tuple(found.values())


def _open(connection: sa.Connection) -> Iterator[Awaited]:
    for body in connection.scalars(sa.select(remediations.c.task).where(remediations.c.status == OPEN)):
        task = Remediation.model_validate_json(body)
        if task.awaits is not None:
            yield Awaited(task.task_id, task.case_id, task.awaits, task.end_to_end_id)


def _iban(registry: Registry, payee_id: str | None) -> str:
    try:
        return registry.payee(payee_id).iban if payee_id else ""
    except NotFoundError:
        return ""


def _fits(line: StatementLine, task: Awaited, iban: str) -> bool:
    if line.amount != task.amount or line.booked_on < task.since:
        return False
    marks = (task.end_to_end_id, f"PO-{task.case_id.removeprefix('CASE-')}")
    said = f"{line.end_to_end_id or ''} {line.reference}"
    named = any(mark and re.search(rf"(?<![A-Za-z0-9-]){re.escape(mark)}(?![A-Za-z0-9-])", said) for mark in marks)
    return named or bool(iban and line.counterparty_iban == iban)


def repeated(lines: Iterable[StatementLine], closed: Mapping[str, str], statement: Digest) -> tuple[PaymentRepeated, ...]:
    """Return the booked debits that carry the id of a payment which another line closed: the money may have left twice."""
    return tuple(
        PaymentRepeated(
            end_to_end_id=closed_id(line, closed),
            amount=Money(amount_minor=-line.amount.amount_minor, currency=line.amount.currency),
            booked_on=line.booked_on,
            statement=statement,
            line_id=line.line_id,
        )
        for line in lines
        if line.line_id != closed.get(closed_id(line, closed), line.line_id)
        and line.status is LineStatus.BOOKED
        and line.amount.amount_minor < 0
    )


def closed_id(line: StatementLine, closed: Mapping[str, str]) -> str:
    """Return the id of the closed payment that a line names, in its own field or in its text; '' when it names none."""
    return next((mark for mark in carried(line) if mark in closed), "")


def said_unpaid(connection: sa.Connection, case_id: str, end_to_end_id: str) -> bool:
    """Whether the operator closed a task about this payment with the word that nothing was paid."""
    closed = sa.select(remediations.c.task).where(remediations.c.case_id == case_id, remediations.c.outcome == TaskOutcome.NOT_PAID.value)
    return any(Remediation.model_validate_json(body).end_to_end_id == end_to_end_id for body in connection.scalars(closed))
