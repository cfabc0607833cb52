"""One database for everything that must be one transaction: SQLite in WAL by default, Postgres by its address.

SQLite settings after `https://sqlite.org/wal.html`: WAL with `synchronous=NORMAL` loses no commit to a killed process; a
transaction that makes an effect visible commits with `FULL`, so that a power cut cannot take it back either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_BUSY_TIMEOUT_MS = 60_000


def sqlite_url(path: Path) -> str:
    """Return the database address of a SQLite file."""
    return f"sqlite:///{path}"


def open_database(url: str) -> sa.Engine:
    """Return an engine on `url`, configured for short write transactions that never upgrade a read lock."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=8, max_overflow=0, pool_pre_ping=True)
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` decides between a read and a write lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("read_only"):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get('durable') else 'NORMAL'}")
    # Taking the write lock at once waits its turn; upgrading a read lock later fails with "database is locked".
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection in a read transaction: one consistent view, no lock that a writer waits for."""
    with engine.connect().execution_options(read_only=True) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine, *, durable: bool = False) -> Iterator[sa.Connection]:
    """Yield a connection in a write transaction, committed at the end; `durable` makes the commit survive a power cut."""
    with engine.connect().execution_options(durable=durable) as connection, connection.begin():
        yield connection
