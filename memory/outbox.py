"""The outbox: intended effects, each with its idempotency key, from the decision until the world has confirmed it.

    proposed -> authorized -> queued -> submitted -> confirmed -> compensated
                                |  ^        |-> failed      (the provider's no)
                                |  |        |-> delayed     (certainly not sent: tried again under the same key)
                                |  |        `-> unknown -> confirmed | failed | delayed | queued
                                |  `- delayed
                                `-> cancelled

`proposed` and `authorized` are facts of the ledger (an approval's action, an authorization); a row begins as `queued`.
`unknown` is left by what was looked up, or by the operator's word: never by hope. A proof that the effect happened
(a receipt, a bank line, an answer to the mail) confirms it from wherever it stood. `LEGAL` is the whole machine.

A row is written in the transaction that decides it and is keyed by what it means (case / node / revision / ordinal), so
a step that runs again finds its row instead of making a second one. While a call is under way the row names who makes it
(`holder`) and until when nobody else may look after it (`held_until`): a lease.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType, SimpleNamespace
from typing import Any

import sqlalchemy as sa

from memory.database import at_once, later
from memory.domain.approval import PlannedEffect
from memory.domain.base import Digest, canonical_json, sha256_hex
from memory.domain.errors import ConflictError, NotFoundError
from memory.schema import outbox as table


class EffectStatus(StrEnum):
    """Where an effect stands. PROPOSED and AUTHORIZED stand in the ledger only: no row has them."""

    PROPOSED = "proposed"
    AUTHORIZED = "authorized"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    DELAYED = "delayed"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    COMPENSATED = "compensated"


_S = EffectStatus

#: Every move there is. FAILED, CANCELLED and COMPENSATED are ends.
LEGAL: Mapping[EffectStatus, frozenset[EffectStatus]] = MappingProxyType(
    {
        _S.PROPOSED: frozenset({_S.AUTHORIZED, _S.CANCELLED}),
        _S.AUTHORIZED: frozenset({_S.QUEUED, _S.CANCELLED}),
        _S.QUEUED: frozenset({_S.SUBMITTED, _S.CONFIRMED, _S.FAILED, _S.CANCELLED}),
        _S.DELAYED: frozenset({_S.SUBMITTED, _S.CONFIRMED, _S.FAILED, _S.CANCELLED}),
        _S.SUBMITTED: frozenset({_S.CONFIRMED, _S.FAILED, _S.DELAYED, _S.UNKNOWN}),
        _S.UNKNOWN: frozenset({_S.CONFIRMED, _S.FAILED, _S.DELAYED, _S.QUEUED}),
        _S.CONFIRMED: frozenset({_S.COMPENSATED}),
        _S.FAILED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.COMPENSATED: frozenset(),
    }
)
#: A row in one of these waits for its call; in one of OPEN its end is not known yet.
WAITING = (EffectStatus.QUEUED, EffectStatus.DELAYED)
OPEN = (*WAITING, EffectStatus.SUBMITTED, EffectStatus.UNKNOWN)


def may_become(now: EffectStatus, to: EffectStatus) -> bool:
    """Whether an effect that stands at `now` may move to `to`."""
    return to in LEGAL[now]


@dataclass(frozen=True)
class Move:
    """A change of an effect's status, written together with the facts that caused it.

    `attempt` counts one more call, made by `holder`, who has the row to itself until `held_until`.
    """

    effect_key: str
    to: EffectStatus
    note: str = ""
    attempt: bool = False
    holder: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True)
class OutboxRow:
    """One intended effect. `reference` is our own mark in the outside world: Message-ID, end-to-end id, calendar UID."""

    effect_key: str
    case_id: str
    kind: str
    payload: dict[str, Any]
    digest: Digest
    reference: str
    authorization_id: str
    status: EffectStatus
    attempts: int
    note: str
    created_at: str
    updated_at: str
    holder: str = ""
    held_until: str = ""

    def leased(self, now: datetime) -> bool:
        """Whether somebody's lease on the call still runs."""
        return bool(self.held_until) and now < datetime.fromisoformat(self.held_until)


def effect_key(case_id: str, node: str, revision: int | str, ordinal: int = 0) -> str:
    """Return the semantic idempotency key of an effect: the same step of the same case always gives the same key."""
    return sha256_hex(f"{case_id}/{node}/{revision}/{ordinal}".encode())[:32]


def reference_of(effect: PlannedEffect) -> str:
    """Return our mark that the outside world will carry: what a resolver looks the effect up by."""
    for name in ("message_id", "end_to_end_id", "uid"):
        if name in effect.payload:
            return str(effect.payload[name])
    return effect.key


def insert(connection: sa.Connection, case_id: str, effect: PlannedEffect, authorization_id: str, at: str) -> None:
    """Write the row of one authorized effect."""
    payload = canonical_json(effect.payload).decode()
    fixed = (effect.key, case_id, effect.kind, payload, effect.digest, reference_of(effect), authorization_id)
    later(connection, _INSERT, (*fixed, EffectStatus.QUEUED.value, at, at))


_INSERT = (
    "INSERT INTO outbox (effect_key, case_id, kind, payload, digest, reference, authorization_id, status, attempts, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)


# Written out: to put a statement together takes longer than to run it.
_FIELDS = tuple(field.name for field in fields(OutboxRow))
_READ = f"SELECT {', '.join(_FIELDS)} FROM outbox WHERE effect_key = ?"  # noqa: S608  # the names of our own columns
_LOCKED = {"sqlite": _READ, "postgresql": f"{_READ} FOR UPDATE"}
_FROM = {to: [now.value for now, may in LEGAL.items() if to in may] for to in EffectStatus}
_MOVE = {
    to: "UPDATE outbox SET status = ?, updated_at = ?, note = ?, holder = ?, held_until = ?, attempts = attempts + ? "  # noqa: S608  # marks only
    f"WHERE effect_key = ? AND status IN ({', '.join('?' for _ in before)})"  # marks only
    for to, before in _FROM.items()
    if before
}


def read(connection: sa.Connection, key: str, *, lock: bool = False) -> OutboxRow:
    """Return the row with this key, locked for this transaction on demand; raises `NotFoundError`."""
    row = at_once(connection, _LOCKED[connection.dialect.name] if lock else _READ, (key,)).fetchone()
    if row is None:
        raise NotFoundError(f"no effect {key}", hint="qm effects list shows them")
    return _row(SimpleNamespace(**dict(zip(_FIELDS, row, strict=True))))


def by_reference(connection: sa.Connection, reference: str) -> OutboxRow | None:
    """Return the row whose effect carries this mark in the outside world."""
    row = connection.execute(sa.select(table).where(table.c.reference == reference)).first()
    return _row(row) if row else None


def rows(
    connection: sa.Connection, *, statuses: tuple[EffectStatus, ...] = (), case_id: str | None = None, kind: str | None = None
) -> list[OutboxRow]:
    """Return rows in the order they were written, filtered by status, case and kind."""
    query = sa.select(table).order_by(table.c.created_at, table.c.effect_key)
    if statuses:
        query = query.where(table.c.status.in_([s.value for s in statuses]))
    if case_id is not None:
        query = query.where(table.c.case_id == case_id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return [_row(row) for row in connection.execute(query)]


def apply(connection: sa.Connection, change: Move, at: str) -> None:
    """Move a row, under its lock. What repeats where it stands changes nothing.

    Raises `NotFoundError` when there is no such row, `ConflictError` for a move that is not in `LEGAL`.
    """
    held_until = change.held_until.isoformat() if change.held_until else ""
    values = (change.to.value, at, change.note[:2000], change.holder, held_until, int(change.attempt), change.effect_key)
    if change.to in _MOVE and at_once(connection, _MOVE[change.to], (*values, *_FROM[change.to])).rowcount:
        return
    now = read(connection, change.effect_key, lock=True).status
    if now is not change.to or change.attempt:
        raise ConflictError(f"the effect {change.effect_key} is {now}; it cannot become {change.to}", hint="nothing was changed")


def take_over(connection: sa.Connection, row: OutboxRow, *, holder: str, until: datetime) -> bool:
    """Make `holder` the one who looks after a call that `row` shows under way; False when somebody else was first."""
    same = (
        table.c.effect_key == row.effect_key,
        table.c.status == EffectStatus.SUBMITTED.value,
        table.c.attempts == row.attempts,
        table.c.holder == row.holder,
        table.c.held_until == row.held_until,
    )
    return bool(connection.execute(table.update().where(*same).values(holder=holder, held_until=until.isoformat())).rowcount)


def _row(row: Any) -> OutboxRow:
    return OutboxRow(
        effect_key=row.effect_key,
        case_id=row.case_id,
        kind=row.kind,
        payload=json.loads(row.payload),
        digest=row.digest,
        reference=row.reference,
        authorization_id=row.authorization_id,
        status=EffectStatus(row.status),
        attempts=row.attempts,
        note=row.note,
        created_at=row.created_at,
        updated_at=row.updated_at,
        holder=row.holder,
        held_until=row.held_until,
    )
