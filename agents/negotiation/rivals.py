"""What a vendor that answers near our offers tells by it: no package nearer to ours is worth as much to it as the one it chose."""

from __future__ import annotations

import numpy as np

from agents.negotiation.frontier import likings, one_hot, width_of
from agents.negotiation.space import Floats, Ints
from agents.negotiation.task import Task

RIVALS = 16
ENOUGH = 160
POOL = 2048
LEVEL = 0.03
FAULT = 0.1


class Rivals:
    """Per vendor offer, the packages nearer to our offer before it that seemed worth as much to the vendor (rows of `one_hot`)."""

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        self._space = space = task.space
        self._pool: Ints = np.arange(space.size) if space.size <= POOL else np.sort(rng.choice(space.size, POOL, replace=False))
        self._steps = np.array([max(len(issue.values) - 1, 1) for issue in space.issues])
        self._rows: list[Floats] = []

    def add(self, offer: int, ours: int | None, values: Floats) -> None:
        """Take in a vendor's offer after `ours` (None: it opened), given value weights of hypotheses: what they doubt tells most."""
        if ours is None or sum(map(len, self._rows)) >= ENOUGH:
            self._rows.append(np.zeros((0, len(self._space.issues) * width_of(self._space))))
            return
        rows = one_hot(self._space, self._nearer(offer, ours)).astype(np.float32)
        sample = values[:: max(len(values) // RIVALS, 1)].astype(np.float32)
        own = sample @ one_hot(self._space, np.array([offer]))[0].astype(np.float32)
        doubt = np.exp(-np.abs(likings(rows, sample) - own) / LEVEL).mean(axis=1)
        self._rows.append(rows[np.argsort(-doubt, kind="stable")[:RIVALS]].astype(np.float64))

    def log_likelihood(self, values: Floats, theirs: Floats, near: float) -> Floats:
        """Return, per hypothesis and offer, how well no rival's being worth the same explains the choice.

        `theirs` is what each offer is worth to each hypothesis, `near` the chance that this vendor answers near our offers at all.
        """
        result = np.zeros((len(values), len(self._rows)))
        counts = [len(rows) for rows in self._rows]
        if not sum(counts):
            return result
        worth = likings(np.concatenate(self._rows).astype(np.float32), values.astype(np.float32)).T
        ends = np.cumsum(counts)
        for k in np.flatnonzero(counts):
            apart = np.abs(worth[:, ends[k] - counts[k] : ends[k]] - theirs[:, k : k + 1])
            equals = np.maximum(1 - apart / LEVEL, 0.0).sum(axis=1)
            result[:, k] = np.log(1 - near + near * (FAULT + (1 - FAULT) * np.exp(-equals)))
        return result

    def _nearer(self, offer: int, ours: int) -> Ints:
        grid = self._space.grid
        far = (np.abs(grid[self._pool] - grid[ours]) / self._steps).sum(axis=1)
        result: Ints = self._pool[far < (np.abs(grid[offer] - grid[ours]) / self._steps).sum() - 1e-9]
        return result
