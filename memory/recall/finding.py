"""One search: the nearest vectors and the best words, admitted by the filters, put into one order.

Where the filters admit few notes, each is compared, and the answer is exact. Else the index of vectors is asked wider and wider until
enough of what it gives is admitted and nothing equal can lie beyond; notes with the best words are compared as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from memory.domain.note import Hint, Note
from memory.recall.embeddings.port import Vector
from memory.recall.ranking import Scope, thousandths
from memory.recall.shelf import Shelf
from memory.recall.words import WordIndex

#: So few notes are compared one by one: fetching their vectors costs less than asking the index.
_FEW = 200
_FIRST_LOOK = 50
_WIDER = 4


def find(
    shelf: Shelf,
    words: WordIndex,
    name: str,
    query: str,
    vector: Vector,
    scope: Scope,
    limit: int,
    read: Callable[[list[str]], dict[str, Note]],
) -> tuple[Hint, ...]:
    """Return up to `limit` hints from a collection, best first; `read` gives the notes of ids."""
    few = words.narrow(scope, _FEW)
    by_words = {found.id: found for found in words.best(query, scope, _FEW)}
    if few is not None:
        known, cosines = few, _cosines(shelf, name, vector, few)
    else:
        known, cosines = _near(shelf, words, name, vector, scope, limit)
        missing = {found.id: found.at for found in list(by_words.values())[: 2 * limit] if found.id not in cosines}
        known |= missing
        cosines |= _cosines(shelf, name, vector, missing)
    scores = {key: thousandths(cosine, by_words[key].words if key in by_words else 0.0) for key, cosine in cosines.items()}
    best = sorted(scores, key=lambda key: (-scores[key], -known[key], key))[:limit]
    notes = read(best) if best else {}
    return tuple(Hint(note=notes[key], score=scores[key]) for key in best if key in notes)


def _near(shelf: Shelf, words: WordIndex, name: str, vector: Vector, scope: Scope, limit: int) -> tuple[dict[str, int], dict[str, float]]:
    """Return admitted notes around a vector: when they are known from, and their cosines."""
    wanted = max(_FIRST_LOOK, 2 * limit)
    while True:
        found = shelf.nearest(name, vector, wanted)
        admitted = words.admitted(list(found), scope)
        if len(found) < wanted or _enough(found, admitted, limit):
            return admitted, {key: cosine for key, cosine in found.items() if key in admitted}
        wanted *= _WIDER


def _enough(found: Mapping[str, float], admitted: Mapping[str, int], limit: int) -> bool:
    """Tell whether what was not returned is worse than the last one wanted, so that ties are broken by rule, not by luck."""
    order = [cosine for key, cosine in found.items() if key in admitted]
    return len(order) >= limit and thousandths(list(found.values())[-1]) < thousandths(order[limit - 1])


def _cosines(shelf: Shelf, name: str, vector: Vector, ids: Mapping[str, int]) -> dict[str, float]:
    if not ids:
        return {}
    return {key: float(stored @ vector) for key, stored in shelf.vectors(name, list(ids)).items()}
