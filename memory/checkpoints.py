"""Checkpoints: the place in the process. Disposable; the ledger is the truth.

State is ids and JSON scalars, so the serializer may load nothing else: strict mode and an empty allow-list (a crafted row in
LangGraph's default form runs code when it is read; CVE-2026-28277).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, LiteralString

from memory.database import WAL_PAGES

# LangGraph reads the switch when it is first imported, so it must stand before any import of it.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"

if TYPE_CHECKING:
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from psycopg import Connection
    from psycopg_pool import ConnectionPool

    from memory.checkpoint_saver import PrunedPostgresSaver, PrunedSaver, PrunedSqliteSaver

    _Pool = ConnectionPool[Connection[dict[str, object]]]

_BUSY_TIMEOUT_S = 60.0
#: Connections to Postgres that one process may hold for its checkpoints; each call takes one and gives it back.
_POOL = 2
_SQLITE = "sqlite:///"
#: Any number that nobody else locks.
_SETUP_LOCK = 7_205_759_403_792
_ASK_AGAIN_S = 0.02


def serializer() -> JsonPlusSerializer:
    """Return a serializer that loads JSON types and nothing of ours or anybody's classes."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    return JsonPlusSerializer(allowed_msgpack_modules=[])


@asynccontextmanager
async def open_checkpoints(url: str) -> AsyncIterator[PrunedSaver]:
    """Yield a saver on the database at `url`, the same one the ledger lives in; a path alone is that of a SQLite file.

    A connection outlives the run, since it is dear to make: `close_checkpoints` lets it go.
    """
    if url.startswith("postgresql"):
        yield _postgres_saver(url)
        return
    saver = _at_rest(url) or _sqlite_saver(url.removeprefix(_SQLITE))
    try:
        yield saver
    except BaseException:
        saver.conn.close()  # what it was in the middle of is not for the next run
        raise
    with _lock:
        _resting.setdefault(url, []).append(saver)


def close_checkpoints(url: str) -> None:
    """Let go of the connections that were kept for `url`."""
    with _lock:
        pool, savers = _pools.pop(url, None), _resting.pop(url, [])
    if pool is not None:
        pool.close()
    for saver in savers:
        saver.conn.close()


def _at_rest(url: str) -> PrunedSqliteSaver | None:
    """Return a saver that an earlier run has left, for this run alone."""
    with _lock:
        savers = _resting.get(url)
        return savers.pop() if savers else None


def _sqlite_saver(path: str) -> PrunedSqliteSaver:
    from memory.checkpoint_saver import PrunedSqliteSaver

    connection = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY_TIMEOUT_S)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    saver = PrunedSqliteSaver(connection, serde=serializer())
    known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('checkpoints', 'writes')").fetchone()[0]
    saver.is_setup = known == len(("checkpoints", "writes"))
    saver.setup()
    return saver


_lock = Lock()
_pools: dict[str, _Pool] = {}
_resting: dict[str, list[PrunedSqliteSaver]] = {}


def _postgres_saver(url: str) -> PrunedPostgresSaver:
    from memory.checkpoint_saver import PrunedPostgresSaver

    with _lock:
        pool = _pools.get(url)
        if pool is None:
            pool = _open_pool(url)
            with pool.connection() as connection, _alone(connection):
                PrunedPostgresSaver(connection).setup()
            _pools[url] = pool
    return PrunedPostgresSaver(pool, serde=serializer())


@contextmanager
def _alone(connection: Connection[dict[str, object]]) -> Iterator[None]:
    """Of the processes that start on a new database let one at a time make the tables.

    They ask again and again: some tables are indexed `CONCURRENTLY`, which waits for every statement that runs, and so for one that
    would stand and wait for the lock. Each would wait for the other.
    """
    while not _holds(connection, "SELECT pg_try_advisory_lock(%s) AS held"):
        sleep(_ASK_AGAIN_S)
    try:
        yield
    finally:
        _holds(connection, "SELECT pg_advisory_unlock(%s) AS held")


def _holds(connection: Connection[dict[str, object]], question: LiteralString) -> bool:
    row = connection.execute(question, (_SETUP_LOCK,)).fetchone()
    return bool(row and row["held"])


def _open_pool(url: str) -> _Pool:
    import sqlalchemy as sa
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool

    dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    # A checkpoint that a power cut takes back is made again, from the ledger.
    how = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "options": "-c synchronous_commit=off"}
    return ConnectionPool(dsn, min_size=0, max_size=_POOL, kwargs=how, num_workers=1, timeout=_BUSY_TIMEOUT_S, open=True)
