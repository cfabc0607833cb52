"""Recall in Chroma: a local folder by default, a Chroma server beyond one machine.

Vectors are always computed here and handed over: Chroma's own default embedding, which fetches a model, is never used.
A collection belongs to one embedding; under another one everything but `count`, `forget_all` and `rebuild` is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from memory.domain.errors import UnavailableError
from memory.domain.note import Hint, Note, NoteKind
from memory.recall.connections import open_folder, open_server, release
from memory.recall.embeddings.port import Embedding, Vector
from memory.recall.ranking import Scope, check_limit, ranked, thousandths
from memory.recall.shelf import Shelf
from memory.recall.turnstile import Turnstile

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_BATCH = 250
_FIRST_LOOK = 50


class ChromaRecall:
    """Notes in Chroma; made by `ChromaRecall.local` or `ChromaRecall.server`. Nothing is opened before the first use.

    Safe between threads. Several processes may share a folder (see `turnstile`), but a process should hold one
    `ChromaRecall` per folder: Chroma shares its state between clients of one folder, so a second one would stay stale.
    """

    def __init__(self, connect: Callable[[], ClientAPI], embedding: Embedding, turnstile: Turnstile | None) -> None:
        self._connect = connect
        self._embedding = embedding
        self._turnstile = turnstile
        self._client: ClientAPI | None = None
        self._lock = threading.RLock()

    @classmethod
    def local(cls, folder: Path, embedding: Embedding) -> ChromaRecall:
        """Keep the notes in `folder`, which is made when it is missing."""
        return cls(partial(open_folder, folder), embedding, Turnstile(folder / "turnstile.sqlite3"))

    @classmethod
    def server(
        cls, host: str, port: int, embedding: Embedding, *, ssl: bool = False, headers: Mapping[str, str] | None = None
    ) -> ChromaRecall:
        """Keep the notes on a Chroma server; `headers` may carry its token."""
        return cls(partial(open_server, host, port, ssl, dict(headers or {})), embedding, None)

    def remember(self, notes: Iterable[Note]) -> None:
        """Embed and store what is new or changed, in batches: a run that repeats itself costs one look-up."""
        for batch in _batches(notes):
            with self._shelf() as shelf:
                unknown = shelf.unknown(batch)
            if unknown:
                vectors = self._embedding.embed([note.text for note in unknown])
                with self._shelf(writes=True) as shelf:
                    shelf.put(unknown, vectors)

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
        limit: int = 5,
    ) -> tuple[Hint, ...]:
        """Return the notes that resemble `query`, best first."""
        check_limit(limit)
        scope = Scope(kind, vendor_id, case_id, clause, since, until)
        if not query.strip():
            return ()
        vector = self._embedding.embed([query])[0]
        with self._shelf() as shelf:
            return ranked(_nearest(shelf, vector, scope, limit), limit)

    def forget_all(self) -> None:
        """Remove every note."""
        with self._shelf(writes=True) as shelf:
            shelf.clear()

    def count(self) -> int:
        """Return how many notes are stored."""
        with self._shelf() as shelf:
            return shelf.count()

    def rebuild(self, notes: Iterable[Note]) -> None:
        """Fill a new collection beside the old one, then let it take its place in one step."""
        with self._shelf(writes=True) as shelf:
            name = shelf.begin()
        for batch in _batches(notes):
            vectors = self._embedding.embed([note.text for note in batch])
            with self._shelf(writes=True) as shelf:
                shelf.put(batch, vectors, name)
        with self._shelf(writes=True) as shelf:
            shelf.finish(name)

    def close(self) -> None:
        """Release Chroma's files and connections."""
        with self._lock:
            if self._client is not None:
                release(self._client)
            self._client = None

    @contextmanager
    def _shelf(self, *, writes: bool = False) -> Iterator[Shelf]:
        """Hold the turn and the client. Whatever Chroma raises becomes `UnavailableError`, and the next use opens anew."""
        import httpx
        from chromadb.errors import ChromaError

        with self._lock, self._turnstile.turn(writes=writes) if self._turnstile else nullcontext(False) as others_wrote:
            if others_wrote:
                self.close()
            try:
                if self._client is None:
                    self._client = self._connect()
                yield Shelf(self._client, self._embedding.name)
            except (ChromaError, httpx.HTTPError) as error:
                self.close()
                raise UnavailableError(
                    f"the memory does not answer: {error}", hint="try again; if it stays so, run `qm memory rebuild`"
                ) from error


def _nearest(shelf: Shelf, vector: Vector, scope: Scope, limit: int) -> list[tuple[Note, float]]:
    """Look wider until the worst candidate is worse than the last one returned, so that ties are broken by rule, not by luck."""
    wanted = max(_FIRST_LOOK, 2 * limit)
    while True:
        found = shelf.nearest(vector, scope, wanted)
        if len(found) < wanted or thousandths(found[-1][1]) < thousandths(found[limit - 1][1]):
            return found
        wanted *= 4


def _batches(notes: Iterable[Note]) -> Iterator[list[Note]]:
    """Yield lists of at most 250 notes, without two of one id in a list: the later stands."""
    rest = iter(notes)
    while batch := list(islice(rest, _BATCH)):
        yield list({note.id: note for note in batch}.values())
