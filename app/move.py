"""`qm move`: a home's records go from its SQLite file to Postgres, or back, and the home goes on there.

Everything is copied in one transaction of the target, so an interrupted move leaves nothing half-done: the old database stays in
force until the very last step, which is one line of config.toml. A move that broke off after its copy is taken up again.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.home import Home
from app.settings import Settings
from app.transfer import (
    TableCount,
    copy_checkpoints,
    copy_truth,
    counted_tables,
    fingerprints,
    fold,
    open_cases,
    opened,
    queue_anew,
    truth,
    without_address,
)
from memory.database import reading, sqlite_url, writing
from memory.domain.base import Digest
from memory.domain.errors import ConflictError, InputError, IntegrityError, UnavailableError
from memory.migrate import migrate
from memory.projections.base import Projection, discover
from memory.projections.base import metadata as projection_tables
from memory.schema import heartbeats, metadata
from memory.verification import head_of, verify
from tools.atomic_file import taken, write_atomically

#: What `--to` takes for the way back.
TO_SQLITE = "sqlite"
#: A process that beat within this time is at work; three times the longest pause between two beats.
_ALIVE = timedelta(seconds=60)
_ROLES = ("worker", "dispatcher")
#: Tables of others that may be in the target: of Alembic, of LangGraph's savers, of an earlier try.
_OTHERS = frozenset(
    {"alembic_version", "checkpoints", "checkpoint_blobs", "checkpoint_writes", "checkpoint_migrations", "writes", "move_under_way"}
)

#: Stands in a target from the end of the copy to the end of the move, with the head of the ledger that was copied.
_mark = sa.Table("move_under_way", sa.MetaData(), sa.Column("ledger_head", sa.String(64), primary_key=True))


@dataclass(frozen=True)
class MoveReport:
    """What was moved, where to, and what both databases agree on. `says` is what is left for the operator to do."""

    source: str
    target: str
    tables: tuple[TableCount, ...]
    events: int
    ledger_head: Digest
    checkpoints: int = 0
    jobs: int = 0
    kept: str = ""
    says: tuple[str, ...] = ()
    dry_run: bool = False


def move_home(home: Home, settings: Settings, to: str, *, now: datetime, dry_run: bool = False) -> MoveReport:
    """Move the records of a home to the database at `to` (an address of Postgres, or `sqlite`), and let the home go on there.

    Raises:
        InputError: `to` is no address of Postgres, or is where the home is already.
        ConflictError: a process is at work on the home, or the target is not empty.
        IntegrityError: the ledger does not verify, or what arrived is not what left; the old database stays in force.
        UnavailableError: the target does not answer.
    """
    source_url = home.database_url(settings)
    target = _target(home, settings, to)
    says = (shown(source_url), shown(target))
    with ExitStack() as stack:
        _nobody_at_work(home, stack)
        projections = discover()
        source = opened(source_url, stack)
        migrate(source, projections)
        _no_heart_beats(source, now)
        resumed = _look_at_target(target, source)
        if dry_run:
            with reading(source) as connection:
                return replace(_report(connection, *says), dry_run=True)
        # Before the ledger: a checkpoint may be older than the facts, never newer.
        checkpoints = asyncio.run(copy_checkpoints(source_url, target, open_cases(source)))
        source.dispose()
        held = stack.enter_context(_held(source_url, home))
        database = opened(target, stack)
        if not resumed:
            _copy(held, database, projections)
        report = _compared(held, database, projections, says)
        jobs = queue_anew(database, target, f"moved-{report.ledger_head[:12]}")
        left = _switch(home, settings, target)
    _unmark(target)
    return replace(report, checkpoints=checkpoints, jobs=jobs, kept=_put_aside(home, source_url), says=left)


def shown(url: str) -> str:
    """Return an address without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


def _target(home: Home, settings: Settings, to: str) -> str:
    if to == TO_SQLITE:
        if not settings.database_url:
            raise InputError("this home is on its SQLite file already", hint="qm doctor says where it is")
        return sqlite_url(home.database)
    try:
        url = sa.make_url(to)
    except sa.exc.ArgumentError:
        url = sa.make_url("none://")
    if url.drivername != "postgresql+psycopg" or not url.database:
        raise InputError(
            f"--to {shown(to) if '://' in to else to!r} is no address of a Postgres database",
            hint="write it as postgresql+psycopg://USER@HOST:5432/DATABASE; the password stays in ~/.pgpass; or write sqlite",
        )
    if settings.database_url:
        raise InputError("this home is on a server already", hint="bring it back first: qm move --to sqlite")
    return to


def _nobody_at_work(home: Home, stack: ExitStack) -> None:
    """Hold the places of worker and dispatcher on this machine, so that neither runs nor begins meanwhile."""
    for role in _ROLES:
        if not stack.enter_context(taken(home.root / "locks" / role)):
            raise ConflictError(f"a {role} is running on {home.root}", hint=f"stop it (qm up, qm {role}), then move")


def _no_heart_beats(source: sa.Engine, now: datetime) -> None:
    since = (now - _ALIVE).isoformat()
    with reading(source) as connection:
        alive = connection.scalars(sa.select(heartbeats.c.worker).where(heartbeats.c.at > since).order_by(heartbeats.c.worker)).all()
    if alive:
        raise ConflictError(
            f"at work on this home: {', '.join(alive)}",
            hint="stop every worker and dispatcher, wait a minute when one was killed, then move",
        )


def _look_at_target(target: str, source: sa.Engine) -> bool:
    """Refuse a target that is not empty; returns whether it holds the finished copy of an earlier try at this very move."""
    if target.startswith("sqlite") and not Path(str(sa.make_url(target).database)).exists():
        return False
    with ExitStack() as stack:
        database = opened(target, stack)
        try:
            with reading(database) as connection:
                names = set(sa.inspect(connection).get_table_names())
                copied = connection.scalar(sa.select(_mark.c.ledger_head)) if _mark.name in names else None
                strange = sorted(names - set(metadata.tables) - set(projection_tables.tables) - _OTHERS)
                filled = [t.name for t in truth() if t.name in names and _filled(connection, t)]
        except sa.exc.OperationalError as error:
            raise UnavailableError(
                f"{shown(target)} does not answer: {str(error.orig).splitlines()[0]}",
                hint="make the database, and see that your user may use it",
            ) from None
    if copied is not None:
        with reading(source) as connection:
            if copied == head_of(connection):
                return True
    if strange or filled:
        raise ConflictError(
            f"{shown(target)} is not empty: it holds {', '.join((strange + filled)[:3])}",
            hint="give a new, empty database; nothing was moved and this home goes on where it is",
        )
    return False


def _filled(connection: sa.Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


@contextmanager
def _held(url: str, home: Home) -> Iterator[sa.Connection]:
    """Yield a connection to the old database that lets nobody write to it for as long as the block lasts.

    SQLite is taken out of the write-ahead mode, which only the last connection can do: then nobody else has the file open, and all
    of it is in that one file. On Postgres the ledger is locked.
    """
    sqlite = url.startswith("sqlite")
    if sqlite:
        _leave_wal(home.database)
    engine = sa.create_engine(url, isolation_level=None if sqlite else "REPEATABLE READ", poolclass=sa.NullPool)
    try:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("BEGIN EXCLUSIVE" if sqlite else "LOCK TABLE events, outbox, acts IN EXCLUSIVE MODE")
            yield connection
    finally:
        engine.dispose()


def _leave_wal(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError:
        mode = "wal"
    finally:
        connection.close()
    if mode != "delete":
        raise ConflictError(
            f"another process has {path} open", hint="stop the dashboard, notebooks and every other qm on this home, then move"
        )


def _copy(old: sa.Connection, target: sa.Engine, projections: Sequence[Projection]) -> None:
    """Copy everything in one transaction of the target, and note there which ledger it is: an interrupted copy leaves nothing."""
    migrate(target, projections)
    if not verify(old).ok:
        raise IntegrityError("the ledger does not verify; it is not moved", hint="qm ledger verify names the place")
    with writing(target, durable=True) as new:
        copy_truth(old, new)
        fold(old, new, projections)
        _mark.create(new)
        new.execute(_mark.insert().values(ledger_head=head_of(old)))


def _report(connection: sa.Connection, source: str, target: str) -> MoveReport:
    """Return what one database holds; raises `IntegrityError` when its ledger does not verify."""
    proof = verify(connection)
    if not proof.ok:
        raise IntegrityError("the ledger does not verify; it is not moved", hint="qm ledger verify names the place")
    return MoveReport(source, target, counted_tables(connection), proof.events, proof.head)


def _compared(old: sa.Connection, target: sa.Engine, projections: Sequence[Projection], says: tuple[str, str]) -> MoveReport:
    """Hold what arrived against what left, table by table, and verify both ledgers; raises `IntegrityError` at a difference."""
    with reading(target) as new:
        left, arrived = _report(old, *says), _report(new, *says)
        wrong = [a.name for a, b in zip(left.tables, arrived.tables, strict=True) if a != b]
        folded, anew = fingerprints(old, projections), fingerprints(new, projections)
    wrong += sorted(name for name in folded if folded[name] != anew[name])
    if wrong or left.ledger_head != arrived.ledger_head:
        raise IntegrityError(
            f"what arrived is not what left: {', '.join(wrong) or 'the ledger'}",
            hint="the home goes on where it was; qm doctor --mend, then move into another empty database",
        )
    return arrived


def _switch(home: Home, settings: Settings, target: str) -> tuple[str, ...]:
    """Name the new database in config.toml: from here on it is the one. Returns what is left for the operator to do."""
    url = sa.make_url(target)
    written = "" if target.startswith("sqlite") else url.set(password=None).render_as_string()
    lines = without_address(home.config.read_text(encoding="utf-8")).splitlines()
    if written:
        # A setting of the whole home stands before the first table.
        place = next((index for index, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
        lines.insert(place, f"database_url = {json.dumps(written)}")
    write_atomically(home.config, ("\n".join(lines) + "\n").encode())
    says = []
    if url.password:
        says.append("The password was not written to config.toml: put it into ~/.pgpass, or set PGPASSWORD where Quartermaster runs.")
    if settings.database_url and not written:
        says.append("If QM_DATABASE_URL is set anywhere, unset it.")
    return tuple(says)


def _unmark(target: str) -> None:
    with ExitStack() as stack, writing(opened(target, stack)) as connection:
        _mark.drop(connection, checkfirst=True)


def _put_aside(home: Home, source_url: str) -> str:
    """Rename the old file, so that nobody opens a ledger that does not go on; returns what it is called now."""
    if not source_url.startswith("sqlite"):
        return shown(source_url)
    aside = home.database.with_name(home.database.name + ".moved")
    number = 1
    while aside.exists():
        number += 1
        aside = home.database.with_name(f"{home.database.name}.moved-{number}")
    home.database.rename(aside)
    return str(aside)
