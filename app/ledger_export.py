"""The ledger as JSON Lines: every event as it was hashed, and the heads, so that the chains can be checked anywhere.

A line `{"event": ..., "prev": ..., "hash": ...}` holds an event; its canonical bytes are the sorted, compact JSON of `event`,
and `hash` is the sha256 of `prev` and those bytes. The last lines, `{"head": ...}`, hold version and hash of every stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.new_file import write_new
from memory.database import reading
from memory.domain.base import Digest
from memory.domain.errors import IntegrityError
from memory.ledger import verify
from memory.schema import events, heads


@dataclass(frozen=True)
class Exported:
    """How much was written, and the head it covers."""

    events: int
    streams: int
    head: Digest


def export(database: sa.Engine, path: Path) -> Exported:
    """Write the ledger to a new file, whole or not at all. Raises `IntegrityError` when it does not verify, `ConflictError` when the file exists."""
    with reading(database) as connection:
        proof = verify(connection)
        if not proof.ok:
            raise IntegrityError("the ledger does not verify, and what is broken is not passed on", hint="qm ledger verify names the place")
        write_new(path, (f"{line}\n".encode() for line in _lines(connection)))
    return Exported(proof.events, proof.streams, proof.head)


def _lines(connection: sa.Connection) -> Iterator[str]:
    for row in connection.execute(sa.select(events).order_by(events.c.seq)):
        yield _line({"event": json.loads(row.canonical), "prev": row.prev, "hash": row.hash})
    for row in connection.execute(sa.select(heads).order_by(heads.c.stream)):
        yield _line({"head": {"stream": row.stream, "version": row.version, "hash": row.hash}})


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
