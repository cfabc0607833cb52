"""From which probability on a clause is there, not there, or unsure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agents.contract_reading.categories import Category
from agents.contract_reading.finding.vocabulary import Array

_SMALLEST = 1e-4
_PRIOR_CLAUSES = 400.0  # how many contracts with a clause outweigh what all categories together say
_SURE = 0.88  # chance of being right from which the finder speaks without a question mark


def limits_of(best: Mapping[Category, Array], there: Mapping[Category, Array]) -> dict[str, list[float]]:
    """Return [absent, decided, present] per category, from the best out-of-fold probability per contract and whether the clause is there.

    The deciding threshold maximises F1, drawn towards the one that does so over all categories where examples are few. Around it
    a logistic curve, fitted to all categories, says where the answer would be right in fewer than `_SURE` of cases.
    """
    common = _best_threshold(np.concatenate(list(best.values())), np.concatenate(list(there.values())))
    decided = {}
    for category, scores in best.items():
        own, examples = _best_threshold(scores, there[category]), float(there[category].sum())
        weight = examples / (examples + _PRIOR_CLAUSES)
        decided[category] = weight * own + (1 - weight) * common
    distance = np.concatenate([_log_odds(best[category]) - decided[category] for category in best])
    slope, offset = _fitted(distance, np.concatenate([there[category] for category in best]))
    edge = float(np.log(_SURE / (1 - _SURE)))
    low, high = min(0.0, (-edge - offset) / slope), max(0.0, (edge - offset) / slope)
    return {category.value: [round(_chance(at + step), 5) for step in (low, 0.0, high)] for category, at in decided.items()}


def _best_threshold(scores: Array, there: Array) -> float:
    """Return the log-odds in the middle of those whose F1 is within a hair of the best."""
    candidates = np.unique(_log_odds(scores))
    f1 = np.array([_f1(_log_odds(scores) >= at, there) for at in candidates])
    if not there.any():
        return float(candidates.max()) + 1.0
    good = np.flatnonzero(f1 >= f1.max() - 0.002)
    middle = candidates[good[len(good) // 2]]
    below = candidates[candidates < middle]
    return float((middle + below.max()) / 2) if len(below) else float(middle)


def _f1(said: Array, there: Array) -> float:
    right = float((said & there).sum())
    return 2 * right / max(1.0, 2 * right + float((said != there).sum()))


def _fitted(distance: Array, there: Array) -> tuple[float, float]:
    """Return slope and offset of a logistic curve, by Newton's method."""
    columns = np.column_stack([distance, np.ones_like(distance)])
    weights = np.array([1.0, 0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-columns @ weights))
        gradient = columns.T @ (there - chance)
        curvature = (columns * (chance * (1 - chance))[:, None]).T @ columns
        weights += np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
    return float(weights[0]), float(weights[1])


def _log_odds(chances: Array) -> Array:
    clipped = np.clip(chances, _SMALLEST, 1 - _SMALLEST)
    found: Array = np.log(clipped / (1 - clipped))
    return found


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))
