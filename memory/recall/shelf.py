"""One open Chroma client seen as a shelf of notes: which collection is the valid one, and how a note lies in it.

Collections are numbered. The valid one is the highest that is marked ready, so a rebuild takes effect by one single write
and one that died leaves nothing but an unready collection, with which the next rebuild goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from memory.domain.base import canonical_json, sha256_hex
from memory.domain.errors import ConflictError, IntegrityError
from memory.domain.note import Note
from memory.recall.embeddings.port import Vector
from memory.recall.ranking import fields_of

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_PREFIX = "quartermaster-notes-"
# A wide search: of the five best of 3,000 random vectors, one in ten was missed with Chroma's own 100, and none with 400.
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_search": 400}}
_PAGE = 1000
#: Fields that notes had not always: left out of the digest where they are empty, so that older notes keep theirs.
_LATER_FIELDS = ("superseded_at", "in_force_from", "in_force_until")


class Shelf:
    """The notes behind `client`, as far as they were embedded by `embedding`, an embedding's name.

    Which collections there are is looked up once: where others may write too, take a new shelf for each use.
    """

    def __init__(self, client: ClientAPI, embedding: str) -> None:
        self._client = client
        self._embedding = embedding
        self._known: dict[str, Mapping[str, Any]] | None = None
        self._open: dict[str, Collection] = {}

    def valid(self) -> str | None:
        """Return the name of the valid collection, or None. Raises `ConflictError` when another embedding made it."""
        states = self._states()
        name = _valid(states)
        if name is None:
            return None
        made_by = states[name].get("embedding")
        if made_by != self._embedding:
            raise ConflictError(
                f"the memory was built with the embedding {made_by!r}, and the settings now say {self._embedding!r}",
                hint="run `qm memory rebuild`, or set the embedding back",
            )
        return name

    def first(self) -> str:
        """Make the first collection, and return its name."""
        self._made(_named(1), ready=True)
        return _named(1)

    def unknown(self, name: str, notes: Sequence[Note]) -> list[Note]:
        """Return those that do not stand in a collection just as they are."""
        found = self._opened(name).get(ids=[note.id for note in notes], include=["metadatas"])
        digests = {key: (metadata or {}).get("digest") for key, metadata in zip(found["ids"], found["metadatas"] or (), strict=True)}
        return [note for note in notes if digests.get(note.id) != _digest(note)]

    def put(self, name: str, notes: Sequence[Note], vectors: Sequence[Vector]) -> None:
        """Store notes with their vectors."""
        embeddings: Any = list(vectors)
        self._opened(name).upsert(
            ids=[note.id for note in notes],
            embeddings=embeddings,
            documents=[note.text for note in notes],
            metadatas=[_metadata(note) for note in notes],
        )

    def nearest(self, name: str, vector: Vector, wanted: int) -> dict[str, float]:
        """Return up to `wanted` notes by id with their cosines, nearest first."""
        embeddings: Any = [vector]
        found: Any = self._opened(name).query(query_embeddings=embeddings, n_results=wanted, include=["distances"])
        return {key: 1.0 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def vectors(self, name: str, ids: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of notes by id."""
        found: Any = self._opened(name).get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))

    def notes(self, name: str, ids: Sequence[str]) -> dict[str, Note]:
        """Return notes by id. Raises `IntegrityError` when one is not what was stored."""
        found: Any = self._opened(name).get(ids=list(ids), include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        return {key: _note(text, metadata) for key, text, metadata in rows}

    def pages(self, name: str) -> Iterator[list[Note]]:
        """Yield every note of a collection, some at a time."""
        collection = self._opened(name)
        for start in range(0, collection.count(), _PAGE):
            found: Any = collection.get(limit=_PAGE, offset=start, include=["documents", "metadatas"])
            yield [_note(text, metadata) for text, metadata in zip(found["documents"], found["metadatas"], strict=True)]

    def size(self, name: str) -> int:
        """Return how many notes a collection holds."""
        return self._opened(name).count()

    def count(self) -> int:
        """Return how many notes are stored, under whichever embedding."""
        name = _valid(self._states())
        return self.size(name) if name else 0

    def clear(self) -> list[str]:
        """Remove everything, unfinished rebuilds too; returns the names of what is gone."""
        names = list(self._states())
        for name in names:
            self._client.delete_collection(name)
        self._changed()
        return names

    def begin(self) -> str:
        """Return the name of an unready collection: the one in which an earlier rebuild stopped, or a new one."""
        states = self._states()
        unready = [name for name in states if not states[name].get("ready")]
        ours = max((name for name in unready if states[name].get("embedding") == self._embedding), key=_number, default=None)
        for name in unready:
            if name != ours:
                self._client.delete_collection(name)
        fresh = ours or _named(max(map(_number, states), default=0) + 1)
        self._made(fresh, ready=False)
        return fresh

    def finish(self, name: str, keep: set[str]) -> list[str]:
        """Drop what the rebuild did not name, make its collection the valid one and remove the others; returns their names."""
        collection = self._opened(name)
        left = sorted(set(collection.get(include=[])["ids"]) - keep)
        for start in range(0, len(left), _PAGE):
            collection.delete(ids=left[start : start + _PAGE])
        collection.modify(metadata={"embedding": self._embedding, "ready": True})
        others = sorted(self._states().keys() - {name})
        for other in others:
            self._client.delete_collection(other)
        self._changed()
        return others

    def _states(self) -> dict[str, Mapping[str, Any]]:
        """Return the metadata of our collections by name; a server may hold those of others."""
        if self._known is None:
            ours = (listed for listed in self._client.list_collections() if re.fullmatch(_PREFIX + r"\d+", listed.name))
            self._known = {listed.name: listed.metadata or {} for listed in ours}
        return self._known

    def _changed(self) -> None:
        self._known, self._open = None, {}

    def _opened(self, name: str) -> Collection:
        if name not in self._open:
            self._open[name] = self._client.get_collection(name, embedding_function=None)
        return self._open[name]

    def _made(self, name: str, *, ready: bool) -> None:
        self._changed()
        self._client.create_collection(
            name,
            metadata={"embedding": self._embedding, "ready": ready},
            configuration=_CONFIGURATION,
            embedding_function=None,
            get_or_create=True,
        )


def _valid(states: Mapping[str, Mapping[str, Any]]) -> str | None:
    return max((name for name in states if states[name].get("ready")), key=_number, default=None)


def _named(number: int) -> str:
    return f"{_PREFIX}{number}"


def _number(name: str) -> int:
    return int(name.removeprefix(_PREFIX))


def _digest(note: Note) -> str:
    body = note.model_dump(mode="json")
    return sha256_hex(canonical_json({name: value for name, value in body.items() if value is not None or name not in _LATER_FIELDS}))


def _metadata(note: Note) -> dict[str, str | int]:
    return {**fields_of(note), "digest": _digest(note), "note": note.model_dump_json(exclude={"text"})}


def _note(text: str, metadata: Mapping[str, Any]) -> Note:
    """Read a note back. Raises `IntegrityError` when it is not what was stored."""
    try:
        note = Note.model_validate({**json.loads(metadata["note"]), "text": text})
    except (KeyError, ValueError, ValidationError):
        note = None
    if note is None or _digest(note) != metadata.get("digest"):
        raise IntegrityError("a note in the memory is not what was stored", hint="run `qm memory rebuild`")
    return note
