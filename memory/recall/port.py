"""The port: remember notes, find the ones that resemble a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Protocol

from memory.domain.note import Hint, Note, NoteKind


class Recall(Protocol):
    """A memory that can be asked in plain words.

    Every method may raise `UnavailableError` when the store or the embedding does not answer, and every one but
    `count`, `forget_all`, `rebuild` and `close` raises `ConflictError` when what is stored was made by another embedding.
    """

    def remember(self, notes: Iterable[Note]) -> None:
        """Store the notes. A note already there is left alone; one with a known id and other content replaces it."""

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
        """Return up to `limit` (1 to 100) notes that resemble `query`, best first; equal ones newest first, then by id.

        All filters given must hold; `since` is inclusive and `until` exclusive. `vendor_ids` are all ids of one vendor, where
        profiles were merged; `clause` is a kind of clause. With `as_of` the search sees what was known at that instant, without it
        what stands now; `in_force` admits clauses that bind on that day. A blank query finds nothing. Raises `InputError` for a
        time without a timezone or a limit out of range.
        """

    def forget_all(self) -> None:
        """Remove every note. The ledger keeps what they were made from."""

    def count(self) -> int:
        """Return how many notes are stored."""

    def rebuild(self, notes: Iterable[Note]) -> None:
        """Replace everything by `notes`, under the present embedding; until that is done, searches see the old ones.

        If it fails midway the old notes stay, and the next rebuild goes on where it stopped, where the store can. Notes remembered by
        others meanwhile are lost, so stop the worker first.
        """

    def close(self) -> None:
        """Release files and connections. The next call opens them again."""
