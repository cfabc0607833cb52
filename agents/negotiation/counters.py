"""What the vendor would put on the table itself, at a given target: near our own offer, or anywhere at that level.

Some sellers answer with the package closest to ours that they can live with; others with any package of the right worth. Which
of the two this vendor is shows in its offers: a seller of the first sort leaves no package of equal worth closer to ours.
"""

from __future__ import annotations

import numpy as np

from agents.negotiation.frontier import likings, one_hot
from agents.negotiation.space import Floats, Ints
from agents.negotiation.task import Task

SAMPLE = 320
BAND = 0.035
THIN = 4
SHARPNESS = 12.0


class Counters:
    """The vendor's choice among packages, learnt from its offers. `pool` is a random sample of outcomes plus the candidates."""

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        space = task.space
        self._task = task
        drawn = rng.choice(space.size, size=min(SAMPLE, space.size), replace=False)
        self._space = space
        self.drawn = len(drawn)
        self.pool: Ints = drawn
        self.rows = one_hot(space, drawn).astype(np.float32)
        steps = np.array([max(len(issue.values) - 1, 1) for issue in space.issues])
        self._places = space.grid / steps
        self._odds = 0.0

    @property
    def nearness(self) -> float:
        """The chance that this vendor answers near our offers."""
        return float(1 / (1 + np.exp(-np.clip(self._odds, -4, 4))))

    def _distances(self, outcomes: Ints) -> Floats:
        """Return how far each pool outcome (column) is from each of `outcomes`, in steps of whole issues."""
        result: Floats = np.abs(self._places[outcomes][:, None, :] - self._places[self.pool][None, :, :]).sum(axis=2)
        return result

    def learn(self, offer: int, ours: int, values: Floats) -> None:
        """Weigh one vendor offer that followed `ours`, given value weights of some hypotheses."""
        liked = likings(self.rows[: self.drawn], values[::THIN].astype(np.float32)).T
        own = values[::THIN] @ one_hot(self._space, np.array([offer]))[0]
        same = np.abs(liked - own[:, None]) < BAND
        far = self._distances(np.array([ours]))[0, : self.drawn]
        closer = far < np.abs(self._places[offer] - self._places[ours]).sum() - 1e-9
        others = same.sum(axis=1)
        part = (same & closer).sum(axis=1) / (others + 1)
        fair = (1 - np.exp(-SHARPNESS / (others + 1))) / (1 - np.exp(-SHARPNESS)) * (others + 1)
        self._odds += float(np.log(np.mean(0.15 + 0.85 * fair * np.exp(-SHARPNESS * part))))

    def with_candidates(self, candidates: Ints) -> None:
        """Put the outcomes that the planner thinks about into the pool, in place of those before."""
        task = self._task
        self.pool = np.concatenate((self.pool[: self.drawn], candidates))
        self.rows = one_hot(self._space, self.pool).astype(np.float32)
        self.gains = np.where(task.allowed[self.pool], np.maximum(task.utility[self.pool] - task.reservation, 0.0), 0.0)

    def expected(self, target: Floats, ours: Ints, values: Floats) -> Floats:
        """Return what the vendor's next offer is worth to us (hypothesis, our offer before it), at a target per hypothesis."""
        liked = likings(self.rows, values[::THIN].astype(np.float32)).T
        over = liked - target[::THIN, None].astype(np.float32)
        band = (over >= 0) & (over < BAND)
        some = band[:, : self.drawn]
        anywhere = (some * self.gains[: self.drawn]).sum(axis=1) / np.maximum(some.sum(axis=1), 1)
        blocked = np.where(over >= 0, np.where(over < BAND, 0.0, 10 * over), 1e3).astype(np.float32)
        nearest = (self._distances(ours).astype(np.float32)[None, :, :] + blocked[:, None, :]).argmin(axis=2)
        mixed = self.nearness * self.gains[nearest] + (1 - self.nearness) * anywhere[:, None]
        result: Floats = np.repeat(mixed, THIN, axis=0)[: len(target)]
        return result
