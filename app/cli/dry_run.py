"""A dry run: the office of a home in which every transaction is decided and checked, and then taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from app.bootstrap import Office
from app.cli.output import Reply
from memory.database import open_database
from memory.domain.base import Digest
from memory.domain.events import Event
from memory.engine.port import Job
from memory.ledger import Ledger, StoredEvent
from memory.narration import narrate
from memory.unit_of_work import UnitOfWork


@dataclass
class Rehearsed:
    """What would have been written."""

    office: Office
    events: list[StoredEvent] = field(default_factory=list)

    def reply(self) -> Reply:
        """Return it as the command's answer."""
        written = [{"stream": e.stream, "kind": e.kind, "actor": e.actor, "body": e.body, "says": narrate(e.event)} for e in self.events]
        lines = [f"Would write {e.kind} to {e.stream}: {narrate(e.event)}" for e in self.events]
        return Reply({"dry_run": True, "would_write": written}, tuple(lines) or ("Would write nothing: it stands like that already.",))


class _NotingLedger(Ledger):
    """Notes what is appended; that it is taken back is the transaction's business."""

    noted: list[StoredEvent]

    def append(
        self,
        connection: sa.Connection,
        stream: str,
        events: Sequence[Event],
        *,
        actor: str,
        act_key: str,
        head: tuple[int, Digest] | None = None,
    ) -> list[StoredEvent]:
        stored = super().append(connection, stream, events, actor=actor, act_key=act_key, head=head)
        self.noted.extend(stored)
        return stored


class _NoJobs:
    """Takes jobs and forgets them."""

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Do nothing: what is taken back must not be worked on."""


@dataclass
class _RehearsalOffice(Office):
    noted: list[StoredEvent] = field(default_factory=list)

    @cached_property
    def unit_of_work(self) -> UnitOfWork:
        ledger = _NotingLedger(self.clock, self.ids)
        ledger.noted = self.noted
        return UnitOfWork(self.database, ledger, self.projections, self.jobs, self.clock)


@contextmanager
def rehearsal(office: Office) -> Iterator[Rehearsed]:
    """Yield an office like `office` whose every commit is a rollback, and what would have been written by it."""
    database = open_database(office.url)
    # SQLAlchemy commits by its dialect; this engine belongs to the rehearsal alone.
    database.dialect.do_commit = database.dialect.do_rollback  # type: ignore[method-assign]
    noted: list[StoredEvent] = []
    copy = _RehearsalOffice(
        home=office.home,
        settings=office.settings,
        clock=office.clock,
        ids=office.ids,
        database=database,
        jobs=_NoJobs(),
        projections=office.projections,
        model=office.model,
        noted=noted,
    )
    try:
        yield Rehearsed(copy, noted)
    finally:
        copy.close()
