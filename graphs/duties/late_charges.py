"""Charges after the end: money that left for a contract that had ended becomes a task, with the letter that asks for it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from agents.negotiator.letters import plain, written
from agents.negotiator.outgoing import day_in_words
from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from memory.database import reading
from memory.domain.base import sha256_hex
from memory.domain.charges import Flag, FlagKind
from memory.domain.events.remediation import RemediationOpened
from memory.domain.events.workspace import WorkspaceMade
from memory.domain.money import Money
from memory.domain.remediation import ReadyLetter, Remediation, TaskSeverity, Trouble, task_id
from memory.domain.words import one_line
from memory.ledger import WORKSPACE, read_events
from memory.projections.charges import charge_flags
from memory.projections.contract_calendar import renewals
from memory.schema import acts
from memory.views.names import names_of

_DUE = timedelta(days=7)
_PAY_BACK = timedelta(days=14)


class LateCharges:
    """Opens a task for each charge that was flagged as one after a cancellation, where the contract is known to have ended."""

    def __init__(self, setting: DutySetting) -> None:
        self._setting = setting

    def waiting(self, connection: sa.Connection, _now: datetime) -> bool:
        """Whether a flagged charge has no task yet."""
        return next(self._owed(connection), None) is not None

    def catch(self, _due: DueTime, now: datetime) -> str:
        """Open the tasks."""
        with reading(self._setting.database) as connection:
            owed = list(self._owed(connection))
            names = names_of(connection, (flag.vendor_id for flag, _ in owed))
            signed = self._signed(connection)
        for flag, row in owed:
            fact = RemediationOpened(task=_task(flag, row, names[flag.vendor_id], signed, now))
            self._setting.unit_of_work.act(_key(flag), [fact], stream=row.renewal_case or WORKSPACE, actor="clock")
        return f"{len(owed)} charged after the end" if owed else ""

    def _owed(self, connection: sa.Connection) -> Iterator[tuple[Flag, sa.Row[tuple[object, ...]]]]:
        ended = {row.vendor_id: row for row in connection.execute(sa.select(renewals).where(renewals.c.ends_on != ""))}
        if not ended:
            return
        for body in connection.scalars(sa.select(charge_flags.c.body)):
            flag = Flag.model_validate_json(body)
            row = ended.get(flag.vendor_id)
            if flag.kind is not FlagKind.AFTER_CANCELLATION or row is None or flag.after is None:
                continue
            if connection.execute(sa.select(acts.c.act_key).where(acts.c.act_key == _key(flag))).first() is None:
                yield flag, row

    def _signed(self, connection: sa.Connection) -> str:
        made = next(iter(read_events(connection, stream=WORKSPACE, kinds=(WorkspaceMade.kind,), newest_first=True, limit=1)), None)
        return made.event.operator if made is not None and isinstance(made.event, WorkspaceMade) else ""


def _key(flag: Flag) -> str:
    return f"duty/late-charge/{sha256_hex(flag.flag_id.encode())[:24]}"


def _task(flag: Flag, row: sa.Row[tuple[object, ...]], name: str, signed: str, now: datetime) -> Remediation:
    ends_on, amount = date.fromisoformat(str(row.ends_on)), flag.after
    assert amount is not None
    case_id = str(row.renewal_case or row.case_id)
    ident = task_id(case_id, Trouble.CHARGED_AFTER_END, sha256_hex(flag.flag_id.encode())[:8])
    return Remediation(
        task_id=ident,
        case_id=case_id,
        trouble=Trouble.CHARGED_AFTER_END,
        severity=TaskSeverity.URGENT,
        title=f"{one_line(name, 60)} charged {amount} after the contract had ended"[:200],
        happened=f"The contract ended on {ends_on}, and that is confirmed; {amount} left on {flag.on}. {one_line(flag.why, 400)}"[:1000],
        steps=(
            f"Send the letter below, with the confirmation: qm tasks send {ident}",
            "Withdraw the direct debit or the card's consent at your bank; a debit can be returned for eight weeks",
            f"Then: qm tasks done {ident} --note 'how it was settled'",
        ),
        deadline=now + _DUE,
        vendor_id=flag.vendor_id,
        letter=_letter(flag.vendor_id, name, signed, amount, ends_on, flag.on, (now + _PAY_BACK).date()),
    )


def _letter(vendor_id: str, name: str, signed: str, amount: Money, ends_on: date, charged_on: date, by: date) -> ReadyLetter:
    body = [
        f"Our contract with you ended on {day_in_words(ends_on)}; you have our notice, and its confirmation is on file here. "
        f"On {day_in_words(charged_on)} you charged {plain(amount)} all the same.",
        f"Please pay it back to the account it came from by {day_in_words(by)}, and confirm that no further charge follows.",
    ]
    letter = written(f"Charge after the end of our contract: {plain(amount)}", signed or "us", name, body, "")
    return ReadyLetter(vendor_id=vendor_id, subject=letter.subject, body=letter.body)
