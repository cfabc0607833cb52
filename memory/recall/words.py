"""The words of all notes, and what notes are filtered by, in a SQLite file beside the vectors. Derived: it is filled again when lost.

A question is answered from its rarest words, read until a thousand places are seen, so that the work does not grow with the
memory. The score is BM25 (k1 = 1.2, b = 0.75; Robertson and Zaragoza, 2009) as a share of what a note with every word would get.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from memory.domain.base import sha256_hex
from memory.domain.errors import IntegrityError, UnavailableError
from memory.domain.note import Note
from memory.recall.ranking import Scope, fields_of
from memory.recall.terms import terms_of

_K1, _B = 1.2, 0.75
_MOST_PLACES = 1000
_MOST_TERMS = 40
_CHUNK = 100
_VERSION = 2
_TABLES = ("notes", "places", "terms", "sums")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, vendor_id TEXT NOT NULL, case_id TEXT NOT NULL,
    clause TEXT NOT NULL, at INTEGER NOT NULL, superseded INTEGER NOT NULL, force_from INTEGER NOT NULL, force_until INTEGER NOT NULL,
    words TEXT NOT NULL, length INTEGER NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notes_by_vendor ON notes (vendor_id);
CREATE INDEX IF NOT EXISTS notes_by_case ON notes (case_id);
CREATE INDEX IF NOT EXISTS notes_by_clause ON notes (clause);
CREATE INDEX IF NOT EXISTS notes_by_text ON notes (text);
CREATE TABLE IF NOT EXISTS places (term TEXT NOT NULL, number INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (term, number))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terms (term TEXT PRIMARY KEY, notes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sums (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Found:
    """A note that shares words with a question: the share of its telling words (0 to 1), and since when the note is known."""

    id: str
    words: float
    at: int


class WordIndex:
    """The index of one collection. Give `:memory:` for one that lasts as long as the object."""

    def __init__(self, path: Path | str) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            if (
                self._db.execute("PRAGMA user_version").fetchone()[0] != _VERSION
            ):  # of another program: filled again from the vectors' store
                self._db.executescript("".join(f"DROP TABLE IF EXISTS {table};" for table in _TABLES))
                self._db.execute(f"PRAGMA user_version = {_VERSION}")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise UnavailableError(f"cannot open the words of the memory: {error}", hint="run `qm memory rebuild`") from error

    def put(self, notes: Sequence[Note]) -> None:
        """Index notes; one with a known id takes the place of the old one."""
        with self._writing():
            self._drop([note.id for note in notes])
            for note in notes:
                self._add(note)

    def drop(self, ids: Sequence[str]) -> None:
        """Forget notes; unknown ids are passed over."""
        with self._writing():
            self._drop(ids)

    def keep_only(self, ids: set[str]) -> None:
        """Forget every note whose id is not named."""
        self.drop([row[0] for row in self._db.execute("SELECT id FROM notes ORDER BY number").fetchall() if row[0] not in ids])

    def clear(self) -> None:
        """Forget everything."""
        with self._writing():
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608  our own tables

    def count(self) -> int:
        """Return how many notes are indexed."""
        return int(self._db.execute("SELECT count(*) FROM notes").fetchone()[0])

    def best(self, question: str, scope: Scope, most: int) -> list[Found]:
        """Return up to `most` admitted notes that share telling words with the question, the best first; then newest, then by id."""
        where, values = _where(scope)
        scores = self._scores(question)
        found: list[Found] = []
        for numbers in _chunks(sorted(scores, key=lambda number: (-scores[number], number)), max(most, _CHUNK)):
            if len(found) >= most:
                break
            marks = ",".join("?" * len(numbers))
            query = f"SELECT number, id, at FROM notes WHERE number IN ({marks}) AND {where}"  # noqa: S608  only marks and our own columns
            found += [Found(row[1], scores[row[0]], row[2]) for row in self._db.execute(query, (*numbers, *values))]
        found.sort(key=lambda note: (-note.words, -note.at, note.id))
        return found[:most]

    def narrow(self, scope: Scope, most: int) -> dict[str, int] | None:
        """Return every admitted note with the instant it is known from, or None when there are more than `most`."""
        where, values = _where(scope)
        query = f"SELECT id, at FROM notes WHERE {where} LIMIT ?"  # noqa: S608  our own columns
        rows = self._db.execute(query, (*values, most + 1)).fetchall()
        return None if len(rows) > most else dict(rows)

    def admitted(self, ids: Sequence[str], scope: Scope) -> dict[str, int]:
        """Return those of `ids` which the scope admits, with the instant each is known from."""
        where, values = _where(scope)
        found: dict[str, int] = {}
        for some in _chunks(ids, 500):
            marks = ",".join("?" * len(some))
            query = f"SELECT id, at FROM notes WHERE id IN ({marks}) AND {where}"  # noqa: S608  only marks and our own columns
            found.update(self._db.execute(query, (*some, *values)))
        return found

    def notes(self, ids: Sequence[str]) -> dict[str, Note]:
        """Return notes by id. Raises `IntegrityError` when one is not what was stored."""
        query = f"SELECT id, body, digest FROM notes WHERE id IN ({','.join('?' * len(ids))})"  # noqa: S608  only marks
        found = {}
        for key, body, digest in self._db.execute(query, tuple(ids)):
            if sha256_hex(body.encode()) != digest:
                raise IntegrityError("a note in the memory is not what was stored", hint="run `qm memory rebuild`")
            found[key] = Note.model_validate_json(body)
        return found

    def twins(self, texts: Iterable[str]) -> dict[str, str]:
        """Return for each of the texts that a note has word for word the id of such a note."""
        found = {}
        for text in texts:
            row = self._db.execute("SELECT id FROM notes WHERE text = ? LIMIT 1", (sha256_hex(text.encode()),)).fetchone()
            if row is not None:
                found[text] = str(row[0])
        return found

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _scores(self, question: str) -> dict[int, float]:
        """Return the share of each note that has one of the rarest words of the question."""
        total, length = self._sum("notes"), self._sum("length")
        wanted = list(dict.fromkeys(terms_of(question)))[:_MOST_TERMS]
        known = {term: self._notes_with(term) for term in wanted}
        worth = {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in known.items()}
        whole = sum(worth.values()) * (_K1 + 1)
        scores: dict[int, float] = {}
        seen = 0
        for term in sorted((t for t in wanted if known[t]), key=lambda t: (known[t], t)):
            if seen + known[term] > _MOST_PLACES:
                break
            seen += known[term]
            for number, times, words in self._places(term):
                weight = worth[term] * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * words * total / length))
                scores[number] = scores.get(number, 0.0) + weight / whole
        return scores

    def _places(self, term: str) -> Iterator[tuple[int, int, int]]:
        query = "SELECT p.number, p.times, n.length FROM places p JOIN notes n ON n.number = p.number WHERE p.term = ?"
        return self._db.execute(query, (term,))

    def _notes_with(self, term: str) -> int:
        row = self._db.execute("SELECT notes FROM terms WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def _sum(self, name: str) -> int:
        row = self._db.execute("SELECT value FROM sums WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def _add(self, note: Note) -> None:
        times = Counter(terms_of(note.text))
        length = sum(times.values())
        row: dict[str, str | int] = {
            "id": note.id,
            **fields_of(note),
            "words": " ".join(times),
            "length": length,
            "text": sha256_hex(note.text.encode()),
        }
        body = note.model_dump_json()
        row |= {"body": body, "digest": sha256_hex(body.encode())}
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        added = self._db.execute(f"INSERT INTO notes ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608  our own columns
        self._db.executemany("INSERT INTO places VALUES (?, ?, ?)", [(term, added.lastrowid, n) for term, n in times.items()])
        self._tally(times, 1, length)

    def _drop(self, ids: Sequence[str]) -> None:
        for key in ids:
            row = self._db.execute("SELECT number, words, length FROM notes WHERE id = ?", (key,)).fetchone()
            if row is None:
                continue
            words = row[1].split()
            self._db.executemany("DELETE FROM places WHERE term = ? AND number = ?", [(word, row[0]) for word in words])
            self._db.execute("DELETE FROM notes WHERE number = ?", (row[0],))
            self._tally(words, -1, -row[2])

    def _tally(self, words: Iterable[str], notes: int, length: int) -> None:
        add = "INSERT INTO terms VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET notes = notes + excluded.notes"
        self._db.executemany(add, [(word, notes) for word in words])
        add = "INSERT INTO sums VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value"
        self._db.executemany(add, [("notes", notes), ("length", length)])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _where(scope: Scope) -> tuple[str, tuple[int | str, ...]]:
    parts: list[str] = []
    values: list[int | str] = []
    for field, comparison, value in scope.conditions():
        if isinstance(value, tuple):
            parts.append(f"{field} IN ({','.join('?' * len(value))})")
            values.extend(value)
        else:
            parts.append(f"{field} {comparison} ?")
            values.append(value)
    return " AND ".join(parts) or "1", tuple(values)


def _chunks(items: Sequence[int] | Sequence[str], size: int) -> Iterator[tuple[int | str, ...]]:
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])
