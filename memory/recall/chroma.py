"""Recall in Chroma: a local folder by default, a Chroma server beyond one machine.

Vectors are always computed here and handed over: Chroma's own default embedding, which fetches a model, is never used.
A collection belongs to one embedding; under another one everything but `count`, `forget_all` and `rebuild` is refused.
Beside the vectors lies an index of words (`words`), which also keeps the filters: Chroma's own are slow on broad ones.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from memory.domain.errors import UnavailableError
from memory.domain.note import Hint, Note, NoteKind
from memory.recall.connections import open_folder, open_server, release
from memory.recall.embeddings.port import Embedding
from memory.recall.finding import find
from memory.recall.index_files import IndexFiles
from memory.recall.ranking import check_limit, scope_of
from memory.recall.shelf import Shelf
from memory.recall.turnstile import Turnstile
from memory.recall.words import WordIndex

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_BATCH = 250


class ChromaRecall:
    """Notes in Chroma; made by `ChromaRecall.local` or `ChromaRecall.server`. Nothing is opened before the first use.

    Safe between threads. Several processes may share a folder (see `turnstile`), but a process should hold one
    `ChromaRecall` per folder: Chroma shares its state between clients of one folder, so a second one would stay stale.
    """

    def __init__(
        self, connect: Callable[[], ClientAPI], embedding: Embedding, turnstile: Turnstile | None, folder: Path | None = None
    ) -> None:
        self._connect = connect
        self._embedding = embedding
        self._turnstile = turnstile
        self._client: ClientAPI | None = None
        self._kept: Shelf | None = None
        self._indexes = IndexFiles(folder)
        self._lock = threading.RLock()

    @classmethod
    def local(cls, folder: Path, embedding: Embedding) -> ChromaRecall:
        """Keep the notes in `folder`, which is made when it is missing."""
        return cls(partial(open_folder, folder), embedding, Turnstile(folder / "turnstile.sqlite3"), folder)

    @classmethod
    def server(
        cls, host: str, port: int, embedding: Embedding, *, ssl: bool = False, headers: Mapping[str, str] | None = None
    ) -> ChromaRecall:
        """Keep the notes on a Chroma server; `headers` may carry its token. The index of words is in this process's memory."""
        return cls(partial(open_server, host, port, ssl, dict(headers or {})), embedding, None)

    def remember(self, notes: Iterable[Note]) -> None:
        """Embed and store what is new or changed, in batches: a run that repeats itself, or goes on after a stop, costs one look-up."""
        for batch in _batches(notes):
            with self._shelf() as shelf:
                name = shelf.valid()
                unknown = shelf.unknown(name, batch) if name else batch
            if unknown:
                self._keep(unknown, name)

    def search(
        self,
        query: str,
        *,
        kind: NoteKind | None = None,
        vendor_id: str | None = None,
        case_id: str | None = None,
        clause: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        vendor_ids: Collection[str] | None = None,
        as_of: datetime | None = None,
        in_force: date | None = None,
        limit: int = 5,
    ) -> tuple[Hint, ...]:
        """Return the notes that resemble `query`, best first."""
        check_limit(limit)
        scope = scope_of(
            vendor_id, vendor_ids, kind=kind, case_id=case_id, clause=clause, since=since, until=until, as_of=as_of, in_force=in_force
        )
        if not query.strip():
            return ()
        vector = self._embedding.embed([query])[0]
        with self._shelf() as shelf:
            name = shelf.valid()
            if name is None:
                return ()
            words = self._words(shelf, name)
            # On a server others may have replaced a note; in a folder whoever writes one writes both.
            read = words.notes if self._turnstile else partial(shelf.notes, name)
            return find(shelf, words, name, query, vector, scope, limit, read)

    def forget_all(self) -> None:
        """Remove every note."""
        with self._shelf(writes=True) as shelf:
            self._indexes.remove(shelf.clear())

    def count(self) -> int:
        """Return how many notes are stored."""
        with self._shelf() as shelf:
            return shelf.count()

    def rebuild(self, notes: Iterable[Note]) -> None:
        """Fill a new collection beside the old one, then let it take its place in one step. One that stopped midway is gone on with."""
        with self._shelf(writes=True) as shelf:
            name = shelf.begin()
        named: set[str] = set()
        for batch in _batches(notes):
            named |= {note.id for note in batch}
            with self._shelf() as shelf:
                unknown = shelf.unknown(name, batch)
            if unknown:
                self._keep(unknown, name)
        with self._shelf(writes=True) as shelf:
            words, gone = self._words(shelf, name), shelf.finish(name, named)
            words.keep_only(named)
            self._indexes.remove(gone)

    def close(self) -> None:
        """Release Chroma's files and connections."""
        with self._lock:
            self._indexes.close()
            if self._client is not None:
                release(self._client)
            self._client = self._kept = None

    def _keep(self, notes: list[Note], name: str | None) -> None:
        """Store notes in a collection. A text that stands there already, under whichever id, keeps its vector."""
        texts = dict.fromkeys(note.text for note in notes)
        with self._shelf() as shelf:
            twins = self._words(shelf, name).twins(texts) if name else {}
            old = shelf.vectors(name, sorted(set(twins.values()))) if name and twins else {}
        known = {text: old[twin] for text, twin in twins.items() if twin in old}
        fresh = [text for text in texts if text not in known]
        known |= dict(zip(fresh, self._embedding.embed(fresh), strict=True))
        with self._shelf(writes=True) as shelf:
            name = name or shelf.valid() or shelf.first()
            # The words first: should the process die in between, the vectors' store tells that the notes are still unknown.
            self._words(shelf, name).put(notes)
            shelf.put(name, notes, [known[note.text] for note in notes])

    def _words(self, shelf: Shelf, name: str) -> WordIndex:
        return self._indexes.of(name, shelf, trusted=self._turnstile is not None)

    @contextmanager
    def _shelf(self, *, writes: bool = False) -> Iterator[Shelf]:
        """Hold the turn and the client. Whatever Chroma raises becomes `UnavailableError`, and the next use opens anew."""
        import sqlite3

        import httpx
        from chromadb.errors import ChromaError

        with self._lock, self._turnstile.turn(writes=writes) if self._turnstile else nullcontext(False) as others_wrote:
            if others_wrote:
                self.close()
            try:
                yield self._current()
            except (ChromaError, httpx.HTTPError, sqlite3.Error) as error:
                self.close()
                raise UnavailableError(
                    f"the memory does not answer: {error}", hint="try again; if it stays so, run `qm memory rebuild`"
                ) from error

    def _current(self) -> Shelf:
        """Return the shelf; a server may be written to by others at any time, so that its shelf is never kept."""
        if self._client is None:
            self._client = self._connect()
        if self._kept is None or self._turnstile is None:
            self._kept = Shelf(self._client, self._embedding.name)
        return self._kept


def _batches(notes: Iterable[Note]) -> Iterator[list[Note]]:
    """Yield lists of at most 250 notes, without two of one id in a list: the later stands."""
    rest = iter(notes)
    while batch := list(islice(rest, _BATCH)):
        yield list({note.id: note for note in batch}.values())
