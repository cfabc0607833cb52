"""One process at a time in a folder, and word of whether another one has written there.

An embedded Chroma keeps its vectors in memory and does not look again when another process writes: measured, a second
process then finds nothing new, without any error. So the worker, the dashboard and the CLI pass here before they touch it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from memory.domain.errors import UnavailableError

_PATIENCE_SECONDS = 60.0


class Turnstile:
    """A lock file that counts writes. SQLite's own lock is used because it works on every platform and dies with its owner."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = -1

    @contextmanager
    def turn(self, *, writes: bool) -> Iterator[bool]:
        """Wait for the turn and hold it; yields whether somebody else wrote since the last one.

        Raises `UnavailableError` after 60 seconds of waiting, or when the file cannot be opened.
        """
        with closing(self._opened()) as connection:
            count = self._begin(connection)
            others_wrote, self._seen = count != self._seen, count + writes
            if writes:
                connection.execute("UPDATE writes SET count = ?", (self._seen,))
            try:
                yield others_wrote
            finally:  # a write that failed halfway has also changed the folder
                connection.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return sqlite3.connect(self._path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(
                f"cannot open the memory folder {self._path.parent}: {error}", hint="check that the folder can be written to"
            ) from error

    def _begin(self, connection: sqlite3.Connection) -> int:
        try:
            connection.execute("PRAGMA synchronous = OFF")  # the count matters to living processes only
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("CREATE TABLE IF NOT EXISTS writes (count INTEGER NOT NULL)")
            row = connection.execute("SELECT count FROM writes").fetchone()
            if row is None:
                connection.execute("INSERT INTO writes VALUES (0)")
        except sqlite3.Error as error:
            raise UnavailableError(
                f"the memory folder {self._path.parent} is not free: {error}", hint="wait for the other process, or stop it, and try again"
            ) from error
        return int(row[0]) if row else 0
