"""The base of the finder: one logistic regression per category over the words of a sentence, in int8, by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agents.contract_reading.finding.vocabulary import Array, Vocabulary, Weighted
from agents.contract_reading.finding.wording import Wording, grams

LONGEST = 3  # words in a run, in the sentence itself
LONGEST_IN_HEADING = 2
_MOST_CHARACTERS = 20_000  # of a sentence: no sentence is longer, but a text without full stops may be
NEAR_BEFORE, NEAR_AFTER, NEAR_HEADING = 0.4, 0.25, 0.4  # how much what stands around a sentence counts, fixed before training


@dataclass(frozen=True, slots=True)
class _Block:
    """A vocabulary and the weights of its columns by category; columns without weights come last, as index -1."""

    vocabulary: Vocabulary
    weights: Array
    row_of: Array

    def add(self, found: Weighted, scores: Array) -> None:
        row = self.row_of[found.columns]
        heavy = row >= 0
        rows, products = found.rows[heavy], self.weights[row[heavy]] * found.weights[heavy, None]
        if len(rows):
            starts = np.flatnonzero(np.diff(rows, prepend=-1))
            scores[rows[starts]] += np.add.reduceat(products, starts, axis=0)


class LinearModel:
    """Scores sentences for every category that is marked in whole sentences (`categories.IN_SENTENCES`, in that order)."""

    def __init__(self, parts: Mapping[str, Array]) -> None:
        self._bias = parts["bias"].astype(np.float32)
        own, near, heading = (Vocabulary(parts[f"{n}_hash"], parts[f"{n}_idf"].astype(np.float32)) for n in ("own", "near", "heading"))
        self._own = _Block(own, _dequantised(parts, "own"), parts["own_row"])
        everything = np.arange(len(near.hashes))
        self._before = _Block(near, _dequantised(parts, "before"), everything)
        self._after = _Block(near, _dequantised(parts, "after"), everything)
        self._heading = _Block(heading, _dequantised(parts, "heading"), np.arange(len(heading.hashes)))

    def logits(self, wordings: Sequence[Wording]) -> Array:
        """Return one row per sentence and one column per category: the log-odds that the sentence is such a clause."""
        scores = np.tile(self._bias, (len(wordings), 1))
        own = self._own.vocabulary.weigh([grams(w.text[:_MOST_CHARACTERS], LONGEST) for w in wordings])
        self._own.add(own, scores)
        self._before.add(self._before.vocabulary.weigh([grams(w.before, 1) for w in wordings]), scores)
        self._after.add(self._after.vocabulary.weigh([grams(w.after, 1) for w in wordings]), scores)
        self._heading.add(self._heading.vocabulary.weigh([grams(w.heading, LONGEST_IN_HEADING) for w in wordings]), scores)
        return scores


def _dequantised(parts: Mapping[str, Array], name: str) -> Array:
    return parts[f"{name}_weights"].astype(np.float32) * parts[f"{name}_scale"]
