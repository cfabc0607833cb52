"""One open Chroma client seen as a shelf of notes: which collection is the valid one, and how a note lies in it.

Collections are numbered. The valid one is the highest that is marked ready, so a rebuild takes effect by one single write
and one that died leaves nothing but an unready collection, which the next rebuild removes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from memory.domain.base import digest_of
from memory.domain.errors import ConflictError, IntegrityError
from memory.domain.note import Note
from memory.recall.embeddings.port import Vector, Vectors
from memory.recall.ranking import Scope, microseconds

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_PREFIX = "quartermaster-notes-"
# A wide search: of the five best of 3,000 random vectors, one in ten was missed with Chroma's own 100, and none with 400.
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_search": 400}}


class Shelf:
    """The notes behind `client`, as far as they were embedded by `embedding`, an embedding's name."""

    def __init__(self, client: ClientAPI, embedding: str) -> None:
        self._client = client
        self._embedding = embedding

    def unknown(self, notes: Sequence[Note]) -> list[Note]:
        """Return those that are not stored just as they are."""
        collection = self._bound()
        if collection is None:
            return list(notes)
        found = collection.get(ids=[note.id for note in notes], include=["metadatas"])
        digests = {key: (metadata or {}).get("digest") for key, metadata in zip(found["ids"], found["metadatas"] or (), strict=True)}
        return [note for note in notes if digests.get(note.id) != digest_of(note)]

    def put(self, notes: Sequence[Note], vectors: Vectors, name: str | None = None) -> None:
        """Store notes with their vectors in the collection called `name`, else in the valid one, made when there is none."""
        collection = self._opened(name) if name else self._bound() or self._made(_named(1), ready=True)
        embeddings: Any = list(vectors)
        collection.upsert(
            ids=[note.id for note in notes],
            embeddings=embeddings,
            documents=[note.text for note in notes],
            metadatas=[_metadata(note) for note in notes],
        )

    def nearest(self, vector: Vector, scope: Scope, wanted: int) -> list[tuple[Note, float]]:
        """Return up to `wanted` admitted notes with their cosines, nearest first."""
        collection = self._bound()
        if collection is None:
            return []
        embeddings: Any = [vector]
        found: Any = collection.query(
            query_embeddings=embeddings, n_results=wanted, where=_where(scope), include=["documents", "metadatas", "distances"]
        )
        rows = zip(found["documents"][0], found["metadatas"][0], found["distances"][0], strict=True)
        return [(_note(text, metadata), 1.0 - distance) for text, metadata, distance in rows]

    def count(self) -> int:
        """Return how many notes are stored, under whichever embedding."""
        name = _valid(self._states())
        return self._opened(name).count() if name else 0

    def clear(self) -> None:
        """Remove everything, unfinished rebuilds too."""
        for name in self._states():
            self._client.delete_collection(name)

    def begin(self) -> str:
        """Return the name of a new, unready collection; what an earlier rebuild left behind goes."""
        states = self._states()
        for name in states:
            if not states[name].get("ready"):
                self._client.delete_collection(name)
        fresh = _named(max(map(_number, states), default=0) + 1)
        self._made(fresh, ready=False)
        return fresh

    def finish(self, name: str) -> None:
        """Make the collection called `name` the valid one and remove the others."""
        self._opened(name).modify(metadata={"embedding": self._embedding, "ready": True})
        for other in self._states().keys() - {name}:
            self._client.delete_collection(other)

    def _bound(self) -> Collection | None:
        """Return the valid collection, or None. Raises `ConflictError` when another embedding made it."""
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
        return self._opened(name)

    def _states(self) -> dict[str, Mapping[str, Any]]:
        """Return the metadata of our collections by name; a server may hold those of others."""
        ours = (listed for listed in self._client.list_collections() if re.fullmatch(_PREFIX + r"\d+", listed.name))
        return {listed.name: listed.metadata or {} for listed in ours}

    def _opened(self, name: str) -> Collection:
        return self._client.get_collection(name, embedding_function=None)

    def _made(self, name: str, *, ready: bool) -> Collection:
        return self._client.create_collection(
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


def _metadata(note: Note) -> dict[str, str | int]:
    fields = {"kind": note.kind.value, "vendor_id": note.vendor_id, "case_id": note.case_id, "clause": note.clause}
    filters = {name: value for name, value in fields.items() if value is not None}
    return {**filters, "at": microseconds(note.at), "digest": digest_of(note), "note": note.model_dump_json(exclude={"text"})}


def _note(text: str, metadata: Mapping[str, Any]) -> Note:
    """Read a note back. Raises `IntegrityError` when it is not what was stored."""
    try:
        note = Note.model_validate({**json.loads(metadata["note"]), "text": text})
    except (KeyError, ValueError, ValidationError):
        note = None
    if note is None or digest_of(note) != metadata.get("digest"):
        raise IntegrityError("a note in the memory is not what was stored", hint="run `qm memory rebuild`")
    return note


def _where(scope: Scope) -> Any:
    """Return the filters in Chroma's language."""
    conditions: list[dict[str, Any]] = [{name: value} for name, value in scope.exact().items()]
    if scope.since is not None:
        conditions.append({"at": {"$gte": microseconds(scope.since)}})
    if scope.until is not None:
        conditions.append({"at": {"$lt": microseconds(scope.until)}})
    return conditions[0] if len(conditions) == 1 else {"$and": conditions} if conditions else None
