"""Copying a home's records from one database into another: the tables that hold the truth, row by row, compared by count and digest.

What can be made anew is not copied: projections are folded from the copied ledger, jobs are put into the queue again (each looks
at what is, so one too many does no harm), and who is at work is no record. Of the checkpoints the newest of each open case go over.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from memory.database import open_database, reading, writing
from memory.domain.base import Digest, canonical_json
from memory.domain.errors import IntegrityError
from memory.engine.port import Job
from memory.ledger import read_events
from memory.migrate import migrate
from memory.outbox import EffectStatus
from memory.outbox import rows as outbox_rows
from memory.projections.base import Projection, discover, fingerprint
from memory.projections.cases import cases
from memory.schema import edge_tasks, events, heads, heartbeats, metadata, projection_versions
from memory.unit_of_work import ADVANCE
from memory.verification import head_of

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from langgraph.checkpoint.base import BaseCheckpointSaver

    from memory.engine.port import Enqueuer

    OpenedCheckpoints = AbstractAsyncContextManager[BaseCheckpointSaver[str]]

#: Who is at work, what an edge worker has in hand, and how new each projection is: none of it is the truth.
_NOT_COPIED = (heartbeats, edge_tasks, projection_versions)
_ADDRESS = re.compile(r"\s*database_url\s*=")
_AT_ONCE = 500
#: Evidence comes in large pieces; a batch is full by its bytes too.
_BATCH_BYTES = 8 * 1024 * 1024
_OVER = ("cancelled", "done", "ended")
_TO_SEND = (EffectStatus.QUEUED, EffectStatus.DELAYED)
_TO_LOOK_UP = (EffectStatus.SUBMITTED, EffectStatus.UNKNOWN)


@dataclass(frozen=True)
class TableCount:
    """One table: its rows, and the sha256 over all of them in the order of their keys."""

    name: str
    rows: int
    digest: Digest


def truth() -> list[sa.Table]:
    """Return the tables that are copied."""
    return [table for table in metadata.sorted_tables if table not in _NOT_COPIED]


def copy_truth(source: sa.Connection, target: sa.Connection) -> int:
    """Copy every row of the truth into empty tables, keys and order kept; returns how many rows that were.

    Raises `IntegrityError` when a row does not fit the other database.
    """
    count = 0
    for table in truth():
        for batch in _batches(_rows(source, table)):
            try:
                target.execute(table.insert(), batch)
            except (sa.exc.DataError, sa.exc.IntegrityError) as error:
                raise IntegrityError(
                    f"a row of {table.name} does not fit the other database: {str(error.orig).splitlines()[0]}",
                    hint="nothing was moved; report it with this line",
                ) from None
            count += len(batch)
    _go_on_numbering(target)
    return count


def copy_home(source_url: str, target_url: str) -> None:
    """Copy a home's records at one instant into a new database, from which a home can go on.

    Raises `IntegrityError` when the copy is not what was copied.
    """
    projections = discover()
    with ExitStack() as stack:
        source, target = opened(source_url, stack), opened(target_url, stack)
        migrate(target, projections)
        # Before the ledger: a checkpoint may be older than the facts, never newer.
        asyncio.run(copy_checkpoints(source_url, target_url, open_cases(source)))
        with reading(source) as old, writing(target, durable=True) as new:
            copy_truth(old, new)
            fold(old, new, projections)
            wrong = [a.name for a, b in zip(counted_tables(old), counted_tables(new), strict=True) if a != b]
        if wrong:
            raise IntegrityError(f"the copy is not what was copied: {', '.join(wrong)}", hint="try again; report it when it comes back")
        with reading(target) as connection:
            head = head_of(connection)
        queue_anew(target, target_url, f"copied-{head[:12]}")


def queue_anew(database: sa.Engine, url: str, why: str) -> int:
    """Make the engine's tables in a database and put into its queue whatever may be waiting; returns how many jobs."""
    from memory.engine.on_dbos import DbosEnqueuer, prepare

    prepare(url)
    jobs = DbosEnqueuer(url)
    try:
        return requeue(database, jobs, why)
    finally:
        jobs.close()


def opened(url: str, stack: ExitStack) -> sa.Engine:
    """Return the database at an address, let go of at the end of the stack."""
    database = open_database(url)
    stack.callback(database.dispose)
    return database


def without_address(config: str) -> str:
    """Return the text of a config.toml without the address of a database: the home is on its own file then."""
    return "\n".join(line for line in config.splitlines() if not _ADDRESS.match(line)) + "\n"


def fold(source: sa.Connection, target: sa.Connection, projections: Sequence[Projection]) -> None:
    """Fold every projection anew from the ledger, into the empty tables of the target.

    It is folded in memory and written in batches: fold by fold over a network takes a thousand times as long.
    """
    scratch = open_database("sqlite://")
    try:
        with scratch.begin() as beside:
            tables = [table for projection in projections for table in projection.tables]
            for table in tables:
                table.create(beside)
            for event in read_events(source):
                for projection in projections:
                    if projection.wants(event.kind):
                        projection.apply(beside, event)
            for table in tables:
                for batch in _batches(_rows(beside, table)):
                    target.execute(table.insert(), batch)
    finally:
        scratch.dispose()


def counted_tables(connection: sa.Connection) -> tuple[TableCount, ...]:
    """Return count and digest of every table of the truth."""
    return tuple(_counted(connection, table) for table in truth())


def fingerprints(connection: sa.Connection, projections: Sequence[Projection]) -> dict[str, Digest]:
    """Return the fingerprint of every projection, by name."""
    return {projection.name: fingerprint(connection, projection) for projection in projections}


def open_cases(database: sa.Engine) -> list[str]:
    """Return the ids of the cases that are not over."""
    with reading(database) as connection:
        return list(connection.scalars(sa.select(cases.c.case_id).where(cases.c.status.not_in(_OVER)).order_by(cases.c.case_id)))


async def copy_checkpoints(source_url: str, target_url: str, case_ids: Iterable[str]) -> int:
    """Copy the newest checkpoint of each thread and sub-graph, with what was written after it; returns how many.

    Copying one again changes nothing. Raises what the savers raise.
    """
    from memory.checkpoints import close_checkpoints, open_checkpoints

    try:
        return await _copied_checkpoints(open_checkpoints(source_url), open_checkpoints(target_url), case_ids)
    finally:
        close_checkpoints(source_url)
        close_checkpoints(target_url)


async def _copied_checkpoints(old: OpenedCheckpoints, new: OpenedCheckpoints, case_ids: Iterable[str]) -> int:
    count = 0
    async with old as source, new as target:
        for case_id in case_ids:
            newest: dict[str, Any] = {}
            async for stored in source.alist({"configurable": {"thread_id": case_id}}):
                newest.setdefault(str(stored.config["configurable"].get("checkpoint_ns", "")), stored)
            for namespace, stored in newest.items():
                place: Any = {"configurable": {"thread_id": case_id, "checkpoint_ns": namespace}}
                # All channels count as new here: the other database has none of their older versions.
                put = await target.aput(place, stored.checkpoint, stored.metadata, stored.checkpoint["channel_versions"])
                for task_id, writes in groupby(sorted(stored.pending_writes or (), key=itemgetter(0)), key=itemgetter(0)):
                    await target.aput_writes(put, [(channel, value) for _, channel, value in writes], task_id)
                count += 1
    return count


def requeue(database: sa.Engine, jobs: Enqueuer, why: str) -> int:
    """Put into the queue whatever may be waiting for a job: open cases, effects to send, effects to look up; returns how many.

    `why` is a part of the jobs' names: the same reason is queued once.
    """
    from memory.effect_jobs import dispatch_job, resolve_job

    with reading(database) as connection:
        open_ = (
            sa.select(cases.c.case_id, heads.c.version).join(heads, heads.c.stream == cases.c.case_id).where(cases.c.status.not_in(_OVER))
        )
        found = [
            Job(f"advance/{row.case_id}/{row.version}/{why}", ADVANCE, row.case_id, lane=row.case_id) for row in connection.execute(open_)
        ]
        found += [dispatch_job(row, why) for row in outbox_rows(connection, statuses=_TO_SEND)]
        found += [resolve_job(row, why) for row in outbox_rows(connection, statuses=_TO_LOOK_UP)]
    with writing(database) as connection:
        for job in found:
            jobs.enqueue(connection, job)
    return len(found)


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        yield dict(row)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        if len(batch) == _AT_ONCE or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _counted(connection: sa.Connection, table: sa.Table) -> TableCount:
    whole, count = hashlib.sha256(), 0
    # Each database has an order of its own for text; digests of rows, sorted as bytes, have one.
    digests = sorted(_digest(row) for row in _rows(connection, table))
    for count, digest in enumerate(digests, start=1):  # noqa: B007  counted
        whole.update(digest)
    return TableCount(table.name, count, whole.hexdigest())


def _digest(row: dict[str, Any]) -> bytes:
    plain = {name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value for name, value in row.items()}
    return hashlib.sha256(canonical_json(plain)).digest()


def _go_on_numbering(connection: sa.Connection) -> None:
    """Let the ledger's running number go on behind the last copied one; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    sequence = sa.func.pg_get_serial_sequence(events.name, events.c.seq.name)
    last = sa.select(sa.func.max(events.c.seq)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None))))
