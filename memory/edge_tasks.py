"""Tasks for workers at the edge: a brief goes out, a proposal comes back. Rows are transient; what counts is what the case records.

A task is named by the digest of its kind and brief, so that a step that runs again finds its task, and its answer, instead of
asking a second time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.database import reading, writing
from memory.domain.base import Digest, canonical_json, sha256_hex
from memory.engine.port import EDGE, Enqueuer, Job
from memory.schema import edge_tasks as table
from memory.schema import heartbeats

ANSWER_EDGE = "answer_edge"
#: Longer than any case waits for an answer; who comes later finds nothing to answer.
KEPT = timedelta(days=1)
#: An edge worker that was silent for so long is not waited for.
SILENT_AFTER = timedelta(seconds=30)


def task_id_of(kind: str, brief: str) -> Digest:
    """Return the name of a task: the same kind and brief, the same name."""
    return sha256_hex(canonical_json({"kind": kind, "brief": brief}))


def put_task(database: sa.Engine, jobs: Enqueuer, kind: str, brief: str, now: datetime) -> Digest:
    """Put a task out, with the job for it, unless it is out already; returns its name. Tasks of yesterday are thrown away."""
    task_id = task_id_of(kind, brief)
    with writing(database, alone_on=[f"edge {task_id}"]) as connection:
        connection.execute(table.delete().where(table.c.created_at < (now - KEPT).isoformat()))
        if connection.scalar(sa.select(table.c.task_id).where(table.c.task_id == task_id)) is None:
            connection.execute(table.insert().values(task_id=task_id, kind=kind, brief=brief, created_at=now.isoformat()))
            jobs.enqueue(connection, Job(f"edge/{task_id}/{now.isoformat()}", ANSWER_EDGE, task_id, lane=f"edge/{task_id}", queue=EDGE))
    return task_id


def open_task(database: sa.Engine, task_id: Digest) -> tuple[str, str] | None:
    """Return kind and brief of a task that nobody has answered; None when there is none."""
    query = sa.select(table.c.kind, table.c.brief).where(table.c.task_id == task_id, table.c.proposal == "")
    with reading(database) as connection:
        row = connection.execute(query).first()
    return (row.kind, row.brief) if row else None


def answer_task(database: sa.Engine, task_id: Digest, proposal: str, worker: str, now: datetime) -> bool:
    """Hand an answer in; the first one counts. Returns whether it was this one."""
    mine = table.update().where(table.c.task_id == task_id, table.c.proposal == "")
    with writing(database) as connection:
        return bool(connection.execute(mine.values(proposal=proposal, worker=worker, answered_at=now.isoformat())).rowcount)


def answer_of(database: sa.Engine, task_id: Digest) -> str:
    """Return the answer to a task as it was handed in; empty while there is none."""
    with reading(database) as connection:
        return connection.scalar(sa.select(table.c.proposal).where(table.c.task_id == task_id)) or ""


def edge_is_manned(database: sa.Engine, now: datetime) -> bool:
    """Whether a worker at the edge has shown lately that it lives."""
    query = sa.select(heartbeats.c.worker).where(heartbeats.c.role == EDGE, heartbeats.c.at > (now - SILENT_AFTER).isoformat())
    with reading(database) as connection:
        return connection.scalar(query.limit(1)) is not None
