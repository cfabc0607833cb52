"""Boosted trees: training them with lightgbm, out of fold where their scores are used again, and taking them apart for numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.contract_reading.finding.vocabulary import Array

_COMMON = {"objective": "binary", "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5, "verbose": -1, "num_threads": 1, "seed": 0}
PAIRS: Mapping[str, Any] = {
    **_COMMON,
    "learning_rate": 0.05,
    "num_leaves": 20,
    "min_child_samples": 50,
    "feature_fraction": 0.5,
    "max_bin": 127,
    "cat_smooth": 30,
    "max_cat_threshold": 16,
}
NAMED: Mapping[str, Any] = {**_COMMON, "learning_rate": 0.05, "num_leaves": 12, "min_child_samples": 20, "feature_fraction": 0.7}


def grow(rows: Array, labels: Array, rounds: int, settings: Mapping[str, Any], categorical: Sequence[int] = ()) -> Any:
    """Return a trained booster."""
    import lightgbm

    return lightgbm.train(dict(settings), lightgbm.Dataset(rows, labels, categorical_feature=list(categorical)), rounds)


def out_of_fold(
    rows: Array, labels: Array, folds: Array, rounds: int, settings: Mapping[str, Any], categorical: Sequence[int] = ()
) -> Array:
    """Return for each row the chance given by trees that did not see its fold."""
    chances = np.zeros(len(labels))
    for fold in np.unique(folds):
        seen = folds != fold
        chances[~seen] = grow(rows[seen], labels[seen], rounds, settings, categorical).predict(rows[~seen])
    return chances


@dataclass(slots=True)
class _Flat:
    """Nodes of all trees one after the other."""

    nodes: list[tuple[int, float, int, bool, int, int, float]] = field(default_factory=list)
    deepest: int = 0

    def add(self, node: Mapping[str, Any], depth: int) -> int:
        at = len(self.nodes)
        self.deepest = max(self.deepest, depth)
        self.nodes.append((0, np.inf, 0, False, at, at, float(node.get("leaf_value", 0.0))))
        if "leaf_value" in node:
            return at
        bits, threshold, missing_left = 0, np.inf, False
        if node["decision_type"] == "==":
            bits = sum(1 << int(value) for value in node["threshold"].split("||"))
        else:
            threshold = float(node["threshold"])
            missing_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0
        left, right = self.add(node["left_child"], depth + 1), self.add(node["right_child"], depth + 1)
        self.nodes[at] = (int(node["split_feature"]), threshold, bits, missing_left, left, right, 0.0)
        return at


def flattened(booster: Any, name: str) -> dict[str, Array]:
    """Return the arrays that `finding.trees.Trees.of(parts, name)` takes."""
    flat = _Flat()
    roots = [flat.add(tree["tree_structure"], 0) for tree in booster.dump_model()["tree_info"]]
    feature, threshold, bits, missing_left, left, right, value = zip(*flat.nodes, strict=True)
    return {
        f"{name}_roots": np.array(roots, np.int32),
        f"{name}_feature": np.array(feature, np.int16),
        f"{name}_threshold": _rounded_down(np.array(threshold)),
        f"{name}_bits": np.array(bits, np.int64),
        f"{name}_missing_left": np.array(missing_left, bool),
        f"{name}_left": np.array(left, np.int32),
        f"{name}_right": np.array(right, np.int32),
        f"{name}_value": np.array(value, np.float32),
        f"{name}_depth": np.array(flat.deepest, np.int32),
    }


def _rounded_down(thresholds: Array) -> Array:
    """Shorten to 32 bits so that a 32-bit value keeps its side of the threshold."""
    short = thresholds.astype(np.float32)
    above = short.astype(np.float64) > thresholds
    short[above] = np.nextafter(short[above], np.float32(-np.inf))
    return short
