"""Where the indexes of words lie: one file per collection in a local folder, else in the memory of this process.

The vectors' store is the truth. An index that holds another number of notes (a copy of a folder from before there were indexes, a
process that died while writing, another worker on the same server) is filled again from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from memory.recall.shelf import Shelf
from memory.recall.words import WordIndex


class IndexFiles:
    """The indexes that are open, by collection."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._open: dict[str, WordIndex] = {}
        self._looked_at: set[str] = set()

    def of(self, name: str, shelf: Shelf, *, trusted: bool) -> WordIndex:
        """Return the index of a collection, made whole. A `trusted` one, which nobody else writes to unseen, is looked at only once."""
        index = self._open.get(name)
        if index is None:
            index = self._open[name] = WordIndex(self._path(name) or ":memory:")
        if name not in self._looked_at or not trusted:
            self._mend(index, shelf, name)
            self._looked_at.add(name)
        return index

    def remove(self, names: Iterable[str]) -> None:
        """Delete the indexes of collections that are gone."""
        for name in names:
            index = self._open.pop(name, None)
            if index is not None:
                index.close()
            self._looked_at.discard(name)
            for path in self._files(name):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files. What is in memory only is gone with it."""
        for index in self._open.values():
            index.close()
        self._open, self._looked_at = {}, set()

    def _mend(self, index: WordIndex, shelf: Shelf, name: str) -> None:
        if index.count() == shelf.size(name):
            return
        index.clear()
        for page in shelf.pages(name):
            index.put(page)

    def _files(self, name: str) -> list[Path]:
        path = self._path(name)
        return [path.with_name(path.name + end) for end in ("", "-wal", "-shm")] if path else []

    def _path(self, name: str) -> Path | None:
        return self._folder / f"{name}.words.sqlite3" if self._folder else None
