"""Trains the linear model over words with scikit-learn, and packs it into 8-bit weights for numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.contract_reading.finding.linear import LONGEST, LONGEST_IN_HEADING, NEAR_AFTER, NEAR_BEFORE, NEAR_HEADING
from agents.contract_reading.finding.vocabulary import Array, hashed
from agents.contract_reading.finding.wording import Wording, grams

_KEPT = 60_000  # runs of words that keep their weights; the rest only count in the length of a sentence
_STRENGTH = 10.0  # inverse of the regularisation
_RARE_LABEL = -20.0  # log-odds of a category without a single example


@dataclass(frozen=True, slots=True)
class Words:
    """A trained linear model: vectorizers of sentence, neighbours and heading, weights by column and category, and offsets."""

    own: Any
    near: Any
    heading: Any
    weights: Array
    offsets: Array


def fit_words(around: Sequence[Wording], labels: Array, kept: float, seed: int = 0) -> Words:
    """Fit one logistic regression per category; of the sentences that are no example only the share `kept` is used, and weighs more."""
    from sklearn.linear_model import LogisticRegression

    own, near, heading = _vectorizer(LONGEST, 3, 250_000), _vectorizer(1, 5, 15_000), _vectorizer(LONGEST_IN_HEADING, 4, 8_000)
    own.fit([w.text for w in around])
    near.fit([w.text for w in around])
    heading.fit([w.heading for w in around])
    rows = _rows(own, near, heading, around)
    marked = np.asarray(labels.any(axis=1))
    used = marked | (np.random.default_rng(seed).random(len(labels)) < kept)
    rows, weight = rows[used], np.where(marked[used], 1.0, 1 / kept)
    weights = np.zeros((rows.shape[1], labels.shape[1]), np.float32)
    offsets = np.full(labels.shape[1], _RARE_LABEL, np.float32)
    for column in range(labels.shape[1]):
        wanted = labels[used, column]
        if wanted.any():
            model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=50, tol=2e-3).fit(rows, wanted, sample_weight=weight)
            weights[:, column], offsets[column] = model.coef_[0], model.intercept_[0]
    return Words(own, near, heading, weights, offsets)


def word_logits(words: Words, around: Sequence[Wording]) -> Array:
    """Return log-odds by sentence and category, before packing."""
    scores: Array = _rows(words.own, words.near, words.heading, around) @ words.weights + words.offsets
    return scores


def packed(words: Words) -> dict[str, Array]:
    """Return the arrays that `finding.linear.LinearModel` takes."""
    own, near, heading = (_hashes(v) for v in (words.own, words.near, words.heading))
    sizes = np.cumsum([len(own), len(near), len(near)])
    mine, before, after, above = np.split(words.weights, sizes)
    order, strong = np.argsort(own, kind="stable"), np.zeros(len(own), bool)
    strong[np.argsort(-np.abs(mine).max(axis=1), kind="stable")[:_KEPT]] = True
    strong = strong[order]
    parts = {
        "bias": words.offsets,
        "own_hash": own[order],
        "own_idf": words.own.idf_[order].astype(np.float16),
        "own_row": np.where(strong, np.cumsum(strong) - 1, -1).astype(np.int32),
        **_quantised("own", mine[order][strong]),
    }
    order = np.argsort(near, kind="stable")
    parts |= {"near_hash": near[order], "near_idf": words.near.idf_[order].astype(np.float16)}
    parts |= _quantised("before", before[order] * NEAR_BEFORE) | _quantised("after", after[order] * NEAR_AFTER)
    order = np.argsort(heading, kind="stable")
    parts |= {"heading_hash": heading[order], "heading_idf": words.heading.idf_[order].astype(np.float16)}
    return parts | _quantised("heading", above[order] * NEAR_HEADING)


def _vectorizer(longest: int, rarest: int, most: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    cut: Callable[[str], list[str]] = lambda text: grams(text, longest)  # noqa: E731 - scikit-learn wants a function of one argument
    return TfidfVectorizer(analyzer=cut, sublinear_tf=True, min_df=rarest, max_features=most, dtype=np.float32)


def _rows(own: Any, near: Any, heading: Any, around: Sequence[Wording]) -> Any:
    from scipy import sparse

    blocks = [
        own.transform([w.text for w in around]),
        near.transform([w.before for w in around]) * NEAR_BEFORE,
        near.transform([w.after for w in around]) * NEAR_AFTER,
        heading.transform([w.heading for w in around]) * NEAR_HEADING,
    ]
    rows = sparse.hstack(blocks).tocsr()
    rows.sum_duplicates()
    rows.sort_indices()
    return rows


def _hashes(vectorizer: Any) -> Array:
    return np.array([hashed(term) for term in vectorizer.get_feature_names_out()], np.uint32)


def _quantised(name: str, weights: Array) -> dict[str, Array]:
    scale = np.abs(weights).max(axis=0) / 127 + 1e-9
    return {f"{name}_weights": np.round(weights / scale).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}
