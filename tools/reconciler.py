"""Reconciliation: a bank statement closes payments. Only a booked line confirms that money moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.base import Digest
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.events import Event
from memory.domain.events.contracts import PaymentConfirmed
from memory.domain.events.remediation import PaymentRepeated
from memory.domain.events.workspace import StatementImported
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.registry import Registry
from memory.domain.remediation import Trouble, line_mark, task_id
from memory.domain.statement import Contradiction, ExpectedPayment, LineStatus, Match, StatementLine, carried, match
from memory.evidence import EvidenceStore
from memory.outbox import EffectStatus, Move
from memory.projections.cases import cases
from memory.projections.conversation import statement_lines
from memory.projections.spend import payments
from memory.unit_of_work import UnitOfWork
from tools.connectors.statement import CsvHints, read_statement
from tools.money_back import Awaited, closed_id, refunds, repeated, said_unpaid
from tools.proof import contradicted, proved

_PAYABLE = (EffectStatus.CONFIRMED, EffectStatus.SUBMITTED, EffectStatus.UNKNOWN, EffectStatus.FAILED)
_OVER = ("done", "ended", "cancelled")
#: Shorter words of a line's text are none of our ids, and are not looked up.
_SHORTEST_ID = 8


@dataclass(frozen=True)
class StatementReport:
    """What importing a statement did: lines read, lines known already, payments confirmed, and what the operator must look at."""

    filename: str
    lines: int
    already_known: int
    confirmed: tuple[str, ...]
    contradictions: tuple[str, ...]
    unmatched: int


class Reconciler:
    """Imports statements and closes payments."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, evidence: EvidenceStore, registry: Registry) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._registry = registry

    def import_statement(self, body: bytes, *, filename: str, hints: CsvHints | None = None, dry_run: bool = False) -> StatementReport:
        """Read a statement (camt.053, OFX, CSV) and confirm the payments its booked lines prove; importing it again is a no-op.

        Raises `InputError` naming file, place and mend when any line cannot be read; nothing is recorded then.
        """
        lines = read_statement(body, file=filename, hints=hints)
        known, here = self._known(), {line.line_id for line in lines}
        waiting, closed = self._waiting(), self._closed()
        fresh = tuple(line for line in lines if line.line_id not in known and not self._told_before(line, closed, here))
        # A line that closed a payment closes no other, also where a crash kept the statement from being noted as read.
        spent = set(closed.values())
        outcome = match([line for line in fresh if line.line_id not in spent], tuple(expected for _, expected in waiting.values()))
        report = StatementReport(
            filename=filename,
            lines=len(lines),
            already_known=len(lines) - len(fresh),
            confirmed=tuple(m.payment.end_to_end_id for m in outcome.matches),
            contradictions=tuple(_words(c) for c in outcome.contradictions) + _paid_again(outcome.unmatched_lines, closed),
            unmatched=sum(1 for line in outcome.unmatched_lines if not closed_id(line, closed)),
        )
        if not dry_run:
            again = (*outcome.unmatched_lines, *(c.line for c in outcome.contradictions))
            statement = self._record(body, filename, outcome.matches, {k: case_id for k, (case_id, _) in waiting.items()})
            self._tell_cases(statement, again)
            # At last: once its lines are known nobody reads them again, so a crash before this leaves everything to be told.
            self._note_read(statement, filename, fresh, report)
        return report

    def _tell_cases(self, statement: Digest, lines: tuple[StatementLine, ...]) -> None:
        """Record in their cases what the lines say beyond what was expected: money that came back, money that left twice."""
        closed = self._closed()
        with reading(self._database) as connection:
            case_of = {
                row.end_to_end_id: row.case_id for row in connection.execute(sa.select(payments.c.end_to_end_id, payments.c.case_id))
            }
        twice = [(again, case_of[again.end_to_end_id], _asked_back(again, case_of)) for again in repeated(lines, closed, statement)]
        found = refunds(self._database, self._registry, lines, statement, also=[wanted for *_, wanted in twice])
        back = {refund.task_id: (case_id, refund) for case_id, refund in found}
        for again, case_id, wanted in twice:
            # With its return in one act, where the statement shows both: else the vendor would be asked for what it has sent.
            _, returned = back.pop(wanted.task_id, (case_id, None))
            facts: list[Event] = [again] if returned is None else [again, returned]
            self._unit_of_work.act(f"bank/{again.end_to_end_id}/{again.line_id}", facts, stream=case_id, actor="reconciler")
        for line in lines:
            self._tell_late(line, statement)
        for case_id, refund in back.values():
            self._unit_of_work.act(f"refund/{refund.task_id}/{refund.line_id}", [refund], stream=case_id, actor="reconciler")

    def _tell_late(self, line: StatementLine, statement: Digest) -> None:
        """Record that the bank booked a payment which stands as not done, and which nobody waits for any more."""
        if line.status is not LineStatus.BOOKED or line.amount.amount_minor >= 0:
            return
        with reading(self._database) as connection:
            named = (outbox.by_reference(connection, mark) for mark in carried(line) if len(mark) >= _SHORTEST_ID)
            row = next((row for row in named if row is not None and row.kind == PAYMENT_INSTRUCT), None)
            if row is None:
                return
            unpaid = EffectStatus.COMPENSATED if said_unpaid(connection, row.case_id, row.reference) else None
        booked = Money(amount_minor=-line.amount.amount_minor, currency=line.amount.currency)
        facts = contradicted(row, statement, f"a bank line: {booked} was booked on {line.booked_on}", also=unpaid)
        if facts:
            self._unit_of_work.act(f"bank/late/{row.reference}/{line.line_id}", facts, stream=row.case_id, actor="reconciler")

    def _known(self) -> set[str]:
        with reading(self._database) as connection:
            return set(connection.scalars(sa.select(statement_lines.c.line_id)))

    def _told_before(self, line: StatementLine, closed: dict[str, str], here: set[str]) -> bool:
        """Whether a line is the booking that closed its payment, as another export of the account tells it.

        Same id, day and amount, and the line that closed it is not in this file beside it: a second booking of that day would be.
        """
        named = closed_id(line, closed)
        if not named or closed[named] in here or line.status is not LineStatus.BOOKED:
            return False
        query = sa.select(payments.c.booked_on, payments.c.settled_minor, payments.c.currency).where(payments.c.end_to_end_id == named)
        with reading(self._database) as connection:
            first = connection.execute(query).one()
        same = (line.booked_on.isoformat(), -line.amount.amount_minor, line.amount.currency)
        return same == (first.booked_on, first.settled_minor, first.currency)

    def _closed(self) -> dict[str, str]:
        """Return the id of the line that confirmed each closed payment, by end-to-end id."""
        query = sa.select(payments.c.end_to_end_id, payments.c.line_id).where(payments.c.status == "confirmed")
        with reading(self._database) as connection:
            return {row.end_to_end_id: row.line_id for row in connection.execute(query)}

    def _waiting(self) -> dict[str, tuple[str, ExpectedPayment]]:
        """Return instructed payments that no bank line has confirmed yet, by end-to-end id, each with its case."""
        with reading(self._database) as connection:
            rows = outbox.rows(connection, kind=PAYMENT_INSTRUCT, statuses=_PAYABLE)
            going = set(connection.scalars(sa.select(cases.c.case_id).where(cases.c.status.not_in(_OVER))))
        closed, waiting = self._closed(), {}
        newest = {row.case_id: row.effect_key for row in rows}
        for row in rows:
            payment = InstructPayment.model_validate(row.payload)
            by_hand = row.status is EffectStatus.FAILED
            # A payment that could not be written may be paid by hand, as long as no other took its place.
            if payment.end_to_end_id in closed or (by_hand and (row.case_id not in going or newest[row.case_id] != row.effect_key)):
                continue
            day = datetime.fromisoformat(row.updated_at).date() if by_hand else payment.execute_on
            # The task asks for the order's number, the first word of the remittance.
            order = payment.remittance.partition(" ")[0] if by_hand else ""
            waiting[payment.end_to_end_id] = (row.case_id, self._expected(payment, day, order))
        return waiting

    def _expected(self, payment: InstructPayment, day: date, by_hand: str) -> ExpectedPayment:
        return ExpectedPayment(
            end_to_end_id=payment.end_to_end_id,
            amount=payment.amount,
            payee_iban=self._registry.payee(payment.payee_id).iban,
            execute_on=day,
            by_hand=by_hand,
        )

    def _proved(self, end_to_end_id: str, statement: Digest) -> tuple[tuple[Event, ...], tuple[Move, ...]]:
        """A booked line proves that the instruction was made, also where nobody could tell what became of the call."""
        with reading(self._database) as connection:
            row = outbox.by_reference(connection, end_to_end_id)
        return ((), ()) if row is None else proved(row, statement, "a bank line")

    def _record(
        self,
        body: bytes,
        filename: str,
        matches: tuple[Match, ...],
        case_of: dict[str, str],
    ) -> Digest:
        digest = self._evidence.put(body, media_type="application/octet-stream", origin=Origin.BANK, source=filename)
        for found in matches:
            line = found.line
            fact = PaymentConfirmed(
                end_to_end_id=found.payment.end_to_end_id,
                amount=Money(amount_minor=abs(line.amount.amount_minor), currency=line.amount.currency),
                booked_on=line.booked_on,
                statement=digest,
                line_id=line.line_id,
            )
            case_id = case_of[found.payment.end_to_end_id]
            confirmed, moves = self._proved(found.payment.end_to_end_id, digest)
            facts = [*confirmed, fact]
            self._unit_of_work.act(f"bank/{found.payment.end_to_end_id}", facts, stream=case_id, actor="reconciler", moves=moves)
        return digest

    def _note_read(self, statement: Digest, filename: str, fresh: tuple[StatementLine, ...], report: StatementReport) -> None:
        imported = StatementImported(
            statement=statement,
            filename=filename,
            lines=tuple(line.model_dump(mode="json") for line in fresh),
            matched=len(report.confirmed),
            already_known=report.already_known,
        )
        self._unit_of_work.act(f"statement/{statement}", [imported], actor="operator")


def _asked_back(again: PaymentRepeated, case_of: dict[str, str]) -> Awaited:
    """Return what the task about a payment that was booked twice will wait for."""
    case_id = case_of[again.end_to_end_id]
    ident = task_id(case_id, Trouble.PAID_TWICE, line_mark(again.line_id))
    return Awaited(ident, case_id, again.amount, again.end_to_end_id, again.booked_on)


def _paid_again(lines: tuple[StatementLine, ...], closed: dict[str, str]) -> tuple[str, ...]:
    """Say which booked lines carry the id of a payment that another line closed before: the money may have left twice."""
    return tuple(
        f"{named}: {line.amount} was booked once more on {line.booked_on}; ask your bank whether it was paid twice"
        for line in lines
        for named in [closed_id(line, closed)]
        if named and line.line_id != closed[named] and line.status is LineStatus.BOOKED and line.amount.amount_minor < 0
    )


def _words(found: Contradiction) -> str:
    return f"{found.payment.end_to_end_id}: {found.why}"
