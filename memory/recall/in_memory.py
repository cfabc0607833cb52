"""Recall in a dictionary: for notebooks, dry runs and tests. Forgotten when the process ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from memory.domain.note import Hint, Note, NoteKind
from memory.recall.embeddings.port import Embedding, Vector
from memory.recall.ranking import Scope, check_limit, ranked, scope_of
from memory.recall.words import WordIndex


class InMemoryRecall:
    """Compares the question with every note; exact, and fast enough for some tens of thousands."""

    _index: WordIndex | None = None

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._stored: dict[str, tuple[Note, Vector]] = {}

    def remember(self, notes: Iterable[Note]) -> None:
        """Store what is new or changed."""
        fresh = {note.id: note for note in notes if self._differs(note)}
        self._stored |= self._embedded(fresh)
        self._words().put(list(fresh.values()))

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
        admitted = self._admitted(scope) if query.strip() else {}
        if not admitted:
            return ()
        asked = self._embedding.embed([query])[0]
        shared = {found.id: found.words for found in self._words().best(query, scope, len(admitted))}
        scored = ((self._stored[key][0], float(self._stored[key][1] @ asked), shared.get(key, 0.0)) for key in admitted)
        return ranked(scored, limit)

    def forget_all(self) -> None:
        """Remove every note."""
        self.close()
        self._stored = {}

    def count(self) -> int:
        """Return how many notes are stored."""
        return len(self._stored)

    def rebuild(self, notes: Iterable[Note]) -> None:
        """Replace everything by `notes`."""
        stored = self._embedded({note.id: note for note in notes})
        self.close()
        self._stored = stored

    def close(self) -> None:
        """Release the words; they are indexed again when they are needed."""
        if self._index is not None:
            self._index.close()
        self._index = None

    def _words(self) -> WordIndex:
        if self._index is None:
            self._index = WordIndex(":memory:")
            self._index.put([note for note, _ in self._stored.values()])
        return self._index

    def _admitted(self, scope: Scope) -> dict[str, int]:
        return self._words().narrow(scope, len(self._stored)) or {}

    def _differs(self, note: Note) -> bool:
        return note.id not in self._stored or self._stored[note.id][0] != note

    def _embedded(self, notes: dict[str, Note]) -> dict[str, tuple[Note, Vector]]:
        vectors = self._embedding.embed([note.text for note in notes.values()])
        return {note.id: (note, vector) for note, vector in zip(notes.values(), vectors, strict=True)}
