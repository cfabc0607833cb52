"""Boosted decision trees evaluated by numpy: all trees at once, level by level, so that no boosting library is needed to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agents.contract_reading.finding.vocabulary import Array

_ROWS = 2_048  # rows at a time: bounds the memory of a contract of any length


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest in flat arrays; leaves point to themselves. A node asks `feature <= threshold`, or of a category, whether its bit is set."""

    roots: Array
    feature: Array
    threshold: Array
    bits: Array
    missing_left: Array
    left: Array
    right: Array
    value: Array
    depth: int

    @classmethod
    def of(cls, parts: Mapping[str, Array], name: str) -> Trees:
        """Take the forest called `name` out of the parts of a model file."""
        arrays = {
            key: parts[f"{name}_{key}"] for key in ("roots", "feature", "threshold", "bits", "missing_left", "left", "right", "value")
        }
        return cls(**arrays, depth=int(parts[f"{name}_depth"]))

    def chances(self, rows: Array) -> Array:
        """Return the probability of each row; NaN is a value that is not known."""
        sums = [self._sums(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)]
        chances: Array = 1 / (1 + np.exp(-np.concatenate([np.zeros(0), *sums])))
        return chances

    def _sums(self, rows: Array) -> Array:
        at = np.tile(self.roots, (len(rows), 1))
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            asked = rows[row, self.feature[at]]
            bits = self.bits[at]
            goes_left = asked <= self.threshold[at]
            unknown = np.isnan(asked)
            goes_left[unknown] = self.missing_left[at][unknown]
            categorical = bits != 0
            if categorical.any():
                goes_left[categorical] = (bits[categorical] >> asked[categorical].astype(np.int64)) & 1 != 0
            at = np.where(goes_left, self.left[at], self.right[at])
        sums: Array = self.value[at].sum(axis=1)
        return sums
