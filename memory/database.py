"""One database for everything that must be one transaction: SQLite in WAL by default, Postgres by its address.

A commit here survives a killed process. Only one that is `durable` also survives a power cut: SQLite commits with
`synchronous=FULL` instead of `NORMAL` (`https://sqlite.org/wal.html`), Postgres with `synchronous_commit=on` instead of `off`
(`https://www.postgresql.org/docs/current/wal-async-commit.html`). On both a power cut takes the newest commits and never one in the
middle, so a durable commit carries everything that was written before it.

A process holds at most eight connections to Postgres: three for its facts, three of the engine, two for its checkpoints.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from memory.domain.base import sha256_hex

_BUSY_TIMEOUT_MS = 60_000
#: Connections to Postgres that one process may hold for its facts, and for the engine; a thread that finds none waits.
FACTS_POOL = 3
ENGINE_POOL = 3
_POOL_WAIT_S = 60
_FRESH_S = 2.0
#: The log is folded into the file, which waits for the disk, after so many pages of it (16 MB): all connections keep to the same number.
WAL_PAGES = 4000


def sqlite_url(path: Path) -> str:
    """Return the database address of a SQLite file."""
    return f"sqlite:///{path}"


def open_database(url: str) -> sa.Engine:
    """Return an engine on `url`, configured for short write transactions that never upgrade a read lock."""
    if not url.startswith("sqlite"):
        return open_postgres(url, FACTS_POOL)
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_postgres(url: str, connections: int) -> sa.Engine:
    """Return an engine on a Postgres address with so many connections, whose commits are durable only where a writer asks for it."""
    engine = sa.create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_S,
        connect_args={"options": "-c synchronous_commit=off", "application_name": "quartermaster"},
    )
    event.listen(engine, "connect", _configure_postgres)
    event.listen(engine, "checkin", _note_when)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "before_cursor_execute", _catch_up)
    event.listen(engine, "commit", _commit_with_the_rest)
    event.listen(engine, "rollback", _forget_waiting)
    return engine


def _configure_postgres(connection: Any, _record: object) -> None:
    """Store the one character that Postgres has no place for, NUL, as the sign for what cannot be shown."""
    from psycopg.types.string import StrDumper

    class Storable(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, Storable)


def _note_when(_connection: object, record: Any) -> None:
    record.info["used"] = monotonic()


def _refuse_dead(connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that lay unused for a while whether its server is still there; the pool makes another one if not."""
    if monotonic() - record.info.get("used", monotonic()) < _FRESH_S:
        return
    import psycopg

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise sa.exc.DisconnectionError from error


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` decides between a read and a write lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("read_only"):
        at_once(connection, "BEGIN")
        return
    synchronous = "FULL" if options.get("durable") else "NORMAL"
    if connection.info.get("synchronous") != synchronous:
        at_once(connection, f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    # Taking the write lock at once waits its turn; upgrading a read lock later fails with "database is locked".
    at_once(connection, "BEGIN IMMEDIATE")


Values = tuple[Any, ...] | dict[str, Any]
Statement = tuple[str, Values]
_WAITING = "waiting"


def at_once(connection: sa.Connection, query: str, values: Values = ()) -> Any:
    """Run a statement, its parameters written `?`, in this transaction and return the driver's own cursor.

    For the few statements of every write: composing one, wrapping its result and taking notes about it costs eight times what
    SQLite needs to run it. Raises the errors that SQLAlchemy raises.
    """
    return all_at_once(connection, (query, values))[-1]


def all_at_once(connection: sa.Connection, *statements: Statement) -> list[Any]:
    """Run statements one after the other, as `at_once` does each, with one way to Postgres and back; return their cursors."""
    if connection.dialect.name == "sqlite":
        return _run(connection, statements)
    waiting = _waiting(connection)
    return _run(connection, [*waiting, *((query.replace("?", "%s"), values) for query, values in statements)])[len(waiting) :]


def later(connection: sa.Connection, query: str, values: Values = ()) -> None:
    """Run a statement whose outcome nobody asks for: on Postgres it goes together with the next one, or with the commit.

    A write has a dozen of these, and each way to the server and back costs more than what it does there. They keep their order, also
    among the statements that SQLAlchemy composes; an error is raised by whatever they go with.
    """
    if connection.dialect.name == "sqlite":
        for cursor in _run(connection, [(query, values)]):
            cursor.close()  # a statement that returns rows nobody fetches would stand in the way of the commit
    else:
        connection.info.setdefault(_WAITING, []).append((query.replace("?", "%s"), values))


def outages() -> tuple[type[Exception], ...]:
    """Return the errors by which a database says that it is away, or that this transaction is to be tried again: nobody's mistake.

    They come from SQLAlchemy, and from a driver that LangGraph's savers use without it.
    """
    psycopg = sys.modules.get("psycopg")  # a driver that nobody has loaded has raised nothing
    return (sa.exc.OperationalError, sa.exc.TimeoutError, sqlite3.OperationalError, *((psycopg.OperationalError,) if psycopg else ()))


def _run(connection: sa.Connection, statements: Sequence[Statement], *, commit: bool = False) -> list[Any]:
    driver: Any = connection.connection.driver_connection
    dbapi: Any = connection.dialect.loaded_dbapi
    together = driver.pipeline() if len(statements) + commit > 1 and _has_pipeline(dbapi) else nullcontext()
    try:
        with together:
            cursors = [driver.execute(query, values) for query, values in statements]
            if commit:
                driver.commit()
            return cursors
    except dbapi.Error as error:
        query, values = statements[-1] if statements else ("COMMIT", ())
        raise sa.exc.DBAPIError.instance(query, values, error, dbapi.Error, dialect=connection.dialect) from error


def _has_pipeline(dbapi: Any) -> bool:
    return dbapi.__name__ == "psycopg" and bool(dbapi.Pipeline.is_supported())


def _waiting(connection: sa.Connection) -> list[Statement]:
    """Return the statements that wait to go with the next one; they wait no more."""
    found: list[Statement] = connection.info.pop(_WAITING, [])
    return found


def _catch_up(connection: sa.Connection, *_statement: object) -> None:
    """Run what waits before a statement that SQLAlchemy composed."""
    waiting = _waiting(connection)
    if waiting:
        _run(connection, waiting)


def _commit_with_the_rest(connection: sa.Connection) -> None:
    """Run what waits together with the commit; SQLAlchemy's own commit then finds nothing left to do."""
    waiting = _waiting(connection)
    if waiting:
        _run(connection, waiting, commit=True)


def _forget_waiting(connection: sa.Connection) -> None:
    connection.info.pop(_WAITING, None)


@contextmanager
def glancing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection for looks by `at_once`, each of them at what is committed by then: no transaction around them."""
    connection = engine.connect()
    with connection.execution_options(isolation_level="AUTOCOMMIT") if engine.dialect.name == "postgresql" else connection as looking:
        yield looking


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection in a read transaction: one consistent view, no lock that a writer waits for."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine, *, durable: bool = False, alone_on: Iterable[str] = ()) -> Iterator[sa.Connection]:
    """Yield a connection in a write transaction, committed at the end; `durable` makes the commit survive a power cut.

    Of the writers that name the same thing in `alone_on` one goes on at a time, also where that thing has no row yet. On SQLite any
    writer is alone.
    """
    with engine.connect().execution_options(durable=durable) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            _begin_postgres(connection, durable, alone_on)
        yield connection


def _begin_postgres(connection: sa.Connection, durable: bool, alone_on: Iterable[str]) -> None:
    """Make the commit durable and take the locks, in one order for all writers, so that no two wait for each other."""
    locks = sorted({_lock_number(name) for name in alone_on})
    if durable:
        later(connection, "SET LOCAL synchronous_commit = on")
    if locks:
        # Whoever looks at something afterwards sees what the one before wrote: each statement of a transaction looks anew.
        later(connection, "SELECT pg_advisory_xact_lock(k) FROM unnest(?::bigint[]) AS k", (locks,))


def _lock_number(name: str) -> int:
    return int.from_bytes(bytes.fromhex(sha256_hex(name.encode())[:16]), "big", signed=True)
