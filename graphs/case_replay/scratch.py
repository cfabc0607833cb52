"""The scratch house: a database of its own that is fed recorded facts, and a desk on it from which nothing can leave.

Recorded rows go in as they are, ids, times and hashes included; projections fold them as they folded the live ones. There is no
queue and no dispatcher: an effect that a step plans is a row nobody looks at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from graphs.case_replay.record import Entry
from memory.checkpoints import close_checkpoints
from memory.database import open_database, sqlite_url, writing
from memory.domain.base import Digest, JsonObject, canonical_json
from memory.domain.clock import Clock
from memory.domain.errors import NotFoundError
from memory.domain.events.cases import CaseCancelled
from memory.domain.evidence import EvidenceItem
from memory.evidence import EvidenceStore
from memory.ledger import StoredEvent
from memory.migrate import migrate
from memory.outbox import EffectStatus, OutboxRow
from memory.projections.base import Projection, upsert
from memory.projections.waits import wait_answers
from memory.schema import acts, heads, outbox
from memory.schema import events as event_table

_BECOMES = {
    "authorization.burned": EffectStatus.SUBMITTED,
    "effect.confirmed": EffectStatus.CONFIRMED,
    "effect.failed": EffectStatus.FAILED,
    "effect.unknown": EffectStatus.UNKNOWN,
    "effect.delayed": EffectStatus.DELAYED,
}
_WAITING = (EffectStatus.QUEUED.value, EffectStatus.DELAYED.value)


class RecordedClock:
    """Shows the instant of what is being fed or decided."""

    def __init__(self) -> None:
        self.at = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        """Return that instant."""
        return self.at


class LayeredEvidence(EvidenceStore):
    """Reads the live evidence, and writes beside it."""

    def __init__(self, scratch: sa.Engine, live: EvidenceStore, clock: Clock) -> None:
        super().__init__(scratch, clock)
        self._live = live

    def get(self, digest: Digest) -> bytes:
        """Return the bytes behind `digest`, written here or recorded."""
        try:
            return super().get(digest)
        except NotFoundError:
            return self._live.get(digest)

    def describe(self, digest: Digest) -> EvidenceItem:
        """Return what is known about a piece, written here or recorded."""
        try:
            return super().describe(digest)
        except NotFoundError:
            return self._live.describe(digest)


class Scratch:
    """The fed database."""

    def __init__(self, database: sa.Engine, projections: Sequence[Projection], clock: RecordedClock) -> None:
        self.database = database
        self.url = database.url.render_as_string()
        self.clock = clock
        self._projections = tuple(projections)

    def feed(self, found: Iterable[tuple[dict[str, Any], StoredEvent]]) -> None:
        """Write recorded events as they are, in one transaction."""
        with writing(self.database) as connection:
            for row, event in found:
                self._write(connection, row, event)

    def feed_entry(self, entry: Entry, result: JsonObject | None = None, effects: Sequence[OutboxRow] = ()) -> None:
        """Write one act as it was recorded: events, the rows of its effects, and its result."""
        with writing(self.database) as connection:
            for row, event in zip(entry.rows, entry.events, strict=True):
                self._write(connection, row, event)
            for effect in effects:
                _queue(connection, effect, self.clock.now().isoformat())
            self._keep_result(connection, entry.key, entry.stream, result or {})

    def answer(self, wait_key: str, case_id: str, answer: JsonObject) -> None:
        """End a wait that the record does not know: a step that fails today and did not then goes on as recorded."""
        row = {"case_id": case_id, "answer": canonical_json(answer).decode(), "seq": 0}
        with writing(self.database) as connection:
            upsert(connection, wait_answers, {"wait_key": wait_key}, row)

    def _write(self, connection: sa.Connection, row: dict[str, Any], event: StoredEvent) -> None:
        self.clock.at = event.at
        connection.execute(event_table.insert().values(row))
        upsert(connection, heads, {"stream": event.stream}, {"version": event.version, "hash": event.hash})
        for projection in self._projections:
            if projection.wants(event.kind):
                projection.apply(connection, event)
        _move_effects(connection, event)

    def _keep_result(self, connection: sa.Connection, key: str, stream: str, result: JsonObject) -> None:
        body = {"stream": stream, "result": canonical_json(result).decode(), "last_version": 0}
        upsert(connection, acts, {"act_key": key}, body)


@contextmanager
def scratch_house(projections: Sequence[Projection]) -> Iterator[Scratch]:
    """Yield an empty scratch house in a file that is gone afterwards."""
    with TemporaryDirectory(prefix="qm-replay-") as folder:
        url = sqlite_url(Path(folder) / "replay.sqlite")
        database = open_database(url)
        try:
            migrate(database, projections)
            yield Scratch(database, projections, RecordedClock())
        finally:
            close_checkpoints(url)
            database.dispose()


def _queue(connection: sa.Connection, effect: OutboxRow, at: str) -> None:
    connection.execute(
        outbox.insert().values(
            effect_key=effect.effect_key,
            case_id=effect.case_id,
            kind=effect.kind,
            payload=json.dumps(effect.payload),
            digest=effect.digest,
            reference=effect.reference,
            authorization_id=effect.authorization_id,
            status=EffectStatus.QUEUED.value,
            attempts=0,
            created_at=at,
            updated_at=at,
        )
    )


def _move_effects(connection: sa.Connection, event: StoredEvent) -> None:
    """Let recorded outcomes move the rows they are about, as the dispatcher did in the same transaction."""
    table = outbox
    if event.kind == CaseCancelled.kind:
        waiting = table.c.status.in_(_WAITING)
        connection.execute(table.update().where(table.c.case_id == event.stream, waiting).values(status=EffectStatus.CANCELLED.value))
        return
    status = _BECOMES.get(event.kind)
    if status is not None:
        values = {"status": status.value, "updated_at": event.at.isoformat()}
        connection.execute(table.update().where(table.c.effect_key == event.body["effect_key"]).values(**values))
