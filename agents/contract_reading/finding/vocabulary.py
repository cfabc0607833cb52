"""Turns the words of many sentences into weighted columns, by hash, without keeping the words themselves."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def hashed(gram: str) -> int:
    """Return the CRC-32 of a run of words: two of a quarter of a million rarely share one, and a shared weight does little harm."""
    return zlib.crc32(gram.encode())


@dataclass(frozen=True, slots=True)
class Weighted:
    """Entries of a sparse matrix: sentence, column and weight; each sentence's weights have length 1 together."""

    rows: Array
    columns: Array
    weights: Array


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known runs of words: sorted hashes with their rarity (idf). Those past the weights only count in a sentence's length."""

    hashes: Array
    rarity: Array

    def weigh(self, sentences: Sequence[Iterable[str]]) -> Weighted:
        """Return tf-idf weights (1 + ln tf, unit length) of the known words of each sentence."""
        listed = [[hashed(gram) for gram in grams] for grams in sentences]
        rows = np.repeat(np.arange(len(listed)), [len(grams) for grams in listed])
        wanted = np.fromiter((h for grams in listed for h in grams), np.uint32, len(rows))
        at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        known = self.hashes[at] == wanted
        size = len(self.hashes)
        cells, counts = np.unique(rows[known].astype(np.int64) * size + at[known], return_counts=True)
        rows, columns = cells // size, cells % size
        weights = (1 + np.log(counts.astype(np.float32))) * self.rarity[columns]
        lengths = np.sqrt(np.bincount(rows, weights * weights, minlength=len(listed)))
        return Weighted(rows, columns, (weights / lengths[rows]).astype(np.float32))
