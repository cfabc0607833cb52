"""Recall in a dictionary: for notebooks, dry runs and tests. Forgotten when the process ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from memory.domain.note import Hint, Note, NoteKind
from memory.recall.embeddings.port import Embedding, Vector
from memory.recall.ranking import Scope, check_limit, ranked


class InMemoryRecall:
    """Compares the question with every note; exact, and fast enough for some tens of thousands."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._stored: dict[str, tuple[Note, Vector]] = {}

    def remember(self, notes: Iterable[Note]) -> None:
        """Store what is new or changed."""
        self._stored |= self._embedded({note.id: note for note in notes if self._differs(note)})

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
        admitted = [pair for pair in self._stored.values() if scope.admits(pair[0])]
        if not query.strip() or not admitted:
            return ()
        asked = self._embedding.embed([query])[0]
        return ranked(((note, float(vector @ asked)) for note, vector in admitted), limit)

    def forget_all(self) -> None:
        """Remove every note."""
        self._stored = {}

    def count(self) -> int:
        """Return how many notes are stored."""
        return len(self._stored)

    def rebuild(self, notes: Iterable[Note]) -> None:
        """Replace everything by `notes`."""
        self._stored = self._embedded({note.id: note for note in notes})

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def _differs(self, note: Note) -> bool:
        return note.id not in self._stored or self._stored[note.id][0] != note

    def _embedded(self, notes: dict[str, Note]) -> dict[str, tuple[Note, Vector]]:
        vectors = self._embedding.embed([note.text for note in notes.values()])
        return {note.id: (note, vector) for note, vector in zip(notes.values(), vectors, strict=True)}
