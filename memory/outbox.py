"""The outbox: intended effects, each with its idempotency key, from the decision until the world has confirmed it.

    proposed -> authorized -> queued -> submitted -> confirmed -> compensated
                                ^  |        |-> failed
                                |  |        `-> unknown -> confirmed | failed   (looked up, never repeated on hope)
                                |  `-> cancelled
                                `- delayed    (certainly not sent; tried again)

`proposed` and `authorized` are facts of the ledger (an approval's action, an authorization); a row begins as `queued`.

A row is written in the transaction that decides it and is keyed by what it means (case / node / revision / ordinal), so
a step that runs again finds its row instead of making a second one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from memory.domain.approval import PlannedEffect
from memory.domain.base import Digest, canonical_json, sha256_hex
from memory.domain.errors import NotFoundError
from memory.schema import outbox as table


class EffectStatus(StrEnum):
    """Where an effect stands."""

    QUEUED = "queued"
    SUBMITTED = "submitted"
    DELAYED = "delayed"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    COMPENSATED = "compensated"


@dataclass(frozen=True)
class Move:
    """A change of an effect's status, written together with the facts that caused it. `attempt` counts one more call."""

    effect_key: str
    to: EffectStatus
    note: str = ""
    attempt: bool = False


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
    connection.execute(
        table.insert().values(
            effect_key=effect.key,
            case_id=case_id,
            kind=effect.kind,
            payload=canonical_json(effect.payload).decode(),
            digest=effect.digest,
            reference=reference_of(effect),
            authorization_id=authorization_id,
            status=EffectStatus.QUEUED.value,
            attempts=0,
            created_at=at,
            updated_at=at,
        )
    )


def read(connection: sa.Connection, key: str) -> OutboxRow:
    """Return the row with this key; raises `NotFoundError`."""
    row = connection.execute(sa.select(table).where(table.c.effect_key == key).with_for_update()).first()
    if row is None:
        raise NotFoundError(f"no effect {key}")
    return _row(row)


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
    """Set the status of a row; raises `NotFoundError` when there is none."""
    values: dict[str, Any] = {"status": change.to.value, "updated_at": at, "note": change.note[:2000]}
    if change.attempt:
        values["attempts"] = table.c.attempts + 1
    if not connection.execute(table.update().where(table.c.effect_key == change.effect_key).values(**values)).rowcount:
        raise NotFoundError(f"no effect {change.effect_key}")


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
    )
