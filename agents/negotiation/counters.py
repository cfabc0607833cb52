"""What the vendor would put on the table itself, at a given target: near our own offer, near its own last one, or anywhere at that level.

Some sellers answer with the package closest to ours that they can live with, others change one term of their last package, others
lay down any package of the right worth. Which of them this vendor is shows in its offers: how close to ours they are among all
packages of equal worth to it.
"""

from __future__ import annotations

import numpy as np

from agents.negotiation.frontier import likings, one_hot
from agents.negotiation.space import Floats, Ints, Mask, Singles
from agents.negotiation.task import Task

POOL = 2048
BAND = 0.035
LOOSE = 0.05
THIN = 16
ROUGHLY = 0.02
SHARPNESS = 12.0
WAYS = 3
NEAR, ONE_TERM, ANYWHERE = range(WAYS)
SURE = 4.0


class Counters:
    """The vendor's choice among packages, learnt from its offers. `pool` is every outcome, or a random sample of very many."""

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        self._space = space = task.space
        self.pool: Ints = np.arange(space.size) if space.size <= POOL else np.sort(rng.choice(space.size, size=POOL, replace=False))
        self._rows = one_hot(space, self.pool).astype(np.float32)
        steps = np.array([max(len(issue.values) - 1, 1) for issue in space.issues])
        self._grid = space.grid
        self._places = (space.grid / steps).astype(np.float32)
        self._gains = np.where(task.allowed, np.maximum(task.utility - task.reservation, 0.0), 0.0)[self.pool]
        self._logs = np.log(np.array([0.45, 0.15, 0.4]))
        self._last: int | None = None

    @property
    def ways(self) -> Floats:
        """The chances that this vendor answers near our offers, changes one term of its own, or lays down anything."""
        logs = self._logs - self._logs.max()
        weights = np.exp(np.maximum(logs, -SURE))
        result: Floats = weights / weights.sum()
        return result

    @property
    def near(self) -> float:
        """The chance that this vendor answers near our offers."""
        return float(self.ways[NEAR])

    def _distances(self, outcomes: Ints) -> Singles:
        """Return how far each pool outcome (column) is from each of `outcomes`, in steps of whole issues."""
        result: Singles = np.zeros((len(outcomes), len(self.pool)), dtype=np.float32)
        for column in self._places.T:
            result += np.abs(column[outcomes][:, None] - column[self.pool])
        return result

    def _one_term(self) -> Mask:
        """Tell which pool outcomes differ in at most one term from the vendor's last offer."""
        if self._last is None:
            return np.ones(len(self.pool), dtype=np.bool_)
        result: Mask = (self._grid[self.pool] != self._grid[self._last]).sum(axis=1) <= 1
        return result

    def learn(self, offer: int, ours: int | None, values: Floats) -> None:
        """Weigh one vendor offer that followed `ours` (None: it opened the talks), given value weights of some hypotheses."""
        if ours is not None:
            self._weigh(offer, ours, values[::THIN].astype(np.float32))
        self._last = offer

    def _weigh(self, offer: int, ours: int, values: Singles) -> None:
        liked = likings(self._rows, values).T
        own = values @ one_hot(self._space, np.array([offer]))[0].astype(np.float32)
        same = np.abs(liked - own[:, None]) < BAND
        far = self._distances(np.array([ours]))[0]
        closer = far < np.abs(self._places[offer] - self._places[ours]).sum() - 1e-6
        others = same.sum(axis=1)
        part = (same & closer).sum(axis=1) / (others + 1)
        fair = SHARPNESS / (1 - np.exp(-SHARPNESS)) * np.exp(-SHARPNESS * part)
        near = float(np.log(np.mean(0.15 + 0.85 * fair)))
        single = self._last is not None and bool((self._grid[offer] != self._grid[self._last]).sum() <= 1)
        rare = float(np.clip(self._one_term().mean() * 4, 0.02, 1.0))
        self._logs += np.array([near, np.log(0.9 / rare) if single else np.log(0.3), 0.0])

    def expected(self, target: Floats, ours: Ints, values: Floats, columns: Ints | None = None) -> Floats:
        """Return what the vendor's next offer is worth to us (hypothesis, path).

        `target` is what it asks by then (hypothesis, path), `ours` the outcomes that may be our offer before it, `columns` which of
        them is on which path (None: each on its own).
        """
        asked = target[::THIN]
        columns = np.arange(len(ours)) if columns is None else columns
        liked = likings(self._rows, values[::THIN].astype(np.float32)).T
        far, ways, single = self._distances(ours), self.ways, self._one_term()
        mixed = np.empty(asked.shape)
        for k, one in enumerate(asked):
            rough = np.rint(one / ROUGHLY) * ROUGHLY
            for level in np.unique(rough):
                paths = np.flatnonzero(rough == level)
                over = liked[k] - np.float32(one[paths].mean())
                mixed[k, paths] = self._answers(over, far, columns[paths], ways, single)
        result: Floats = np.repeat(mixed, THIN, axis=0)[: len(target)]
        return result

    def _answers(self, over: Singles, far: Singles, columns: Ints, ways: Floats, single: Mask) -> Floats:
        """Return the worth to us of the answer to each of our offers, at one target of one hypothesis."""
        loose = np.flatnonzero((over >= 0) & (over < LOOSE))
        if not len(loose):
            above = np.flatnonzero(over >= 0)
            loose = above[np.argsort(over[above], kind="stable")[:5]] if len(above) else np.array([int(np.argmax(over))])
        tight = loose[over[loose] < BAND]
        tight = tight if len(tight) else loose
        steps = np.flatnonzero(single & (over >= 0))
        steps = steps if len(steps) else tight
        used, back = np.unique(columns, return_inverse=True)
        near = self._gains[tight[far[np.ix_(used, tight)].argmin(axis=1)]]
        one = self._gains[steps[far[np.ix_(used, steps)].argmin(axis=1)]]
        result: Floats = (ways[NEAR] * near + ways[ONE_TERM] * one + ways[ANYWHERE] * self._gains[loose].mean())[back]
        return result
