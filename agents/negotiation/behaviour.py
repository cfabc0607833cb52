"""How vendors concede: families of target curves, and what each would do next.

Every family is a curve of the vendor's own target utility over its own clock (0 on its first turn, 1 on its last one):

* `timed`        gives up (time ** exponent) of the way from its top to its limit: Faratin, Sierra and Jennings (1998); a small
                 exponent gives early, a large one late. It also stands for stepping down one's own ranking (MiCRO, de Jonge 2022).
* `dropper`      holds, then drops close to its limit in the last part of the talks.
* `reciprocal`   gives as much of its own utility as our offers have given it since our first (tit for tat).
* `representative` moves by even steps, keeps a reserve, and lays down its best and final offer shortly before the end.
* `stubborn`     hardly moves at all.
* `erratic`      moves around a timed curve without a pattern.

At the very last word a vendor of any family may take whatever is above its limit (`yields`), or hold on to its curve.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from agents.negotiation.prior import VendorPrior
from agents.negotiation.space import Floats, Ints, Mask

KINDS = ("timed", "dropper", "reciprocal", "representative", "stubborn", "erratic")
TIMED, DROPPER, RECIPROCAL, REPRESENTATIVE, STUBBORN, ERRATIC = range(len(KINDS))
CHANCES = (0.48, 0.13, 0.13, 0.13, 0.08, 0.05)
YIELDING = 0.6
ERRATIC_SPREAD = 3.0
RESERVE = 0.85
EXPONENT, MARGIN, KNEE, RATIO, SPREAD = range(5)
LOW = np.array([np.log(0.15), 0.0, 0.6, 0.4, np.log(0.008)])
HIGH = np.array([np.log(9.0), 0.12, 0.95, 1.2, np.log(0.07)])
STRIDE = np.array([0.25, 0.012, 0.04, 0.08, 0.2])


@dataclass(frozen=True, eq=False)
class Manner:
    """One hypothesis of behaviour per row.

    `pace` holds, evenly likely between `LOW` and `HIGH`: the log of the exponent, how far above its limit the vendor ends, when a
    dropper drops, the ratio or speed of those that have one, and the log of how loosely offers follow the target.
    `top` is the part of the way from its limit to its best at which the vendor starts.
    """

    kind: Ints
    pace: Floats
    top: Floats
    yields: Mask

    @classmethod
    def drawn(cls, count: int, rng: np.random.Generator, prior: VendorPrior | None) -> Manner:
        """Draw `count` hypotheses from the prior."""
        kind = rng.choice(len(KINDS), size=count, p=_chances(prior))
        whole = rng.random(count) < np.where(kind == DROPPER, 0.2, 0.85)
        top = np.where(whole, 1.0, rng.uniform(0.82, 1.0, count))
        return cls(kind, rng.uniform(LOW, HIGH, (count, len(LOW))), top, rng.random(count) < YIELDING)

    def take(self, rows: Ints | Mask) -> Manner:
        """Return the hypotheses of some rows."""
        return Manner(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def mixed(self, other: Manner, rows: Mask) -> Manner:
        """Return these hypotheses with the rows of `rows` from `other`."""
        return Manner(
            np.where(rows, other.kind, self.kind),
            np.where(rows[:, None], other.pace, self.pace),
            np.where(rows, other.top, self.top),
            np.where(rows, other.yields, self.yields),
        )

    @property
    def spread(self) -> Floats:
        """How loosely the offers of each vendor follow its target, in its utility."""
        result: Floats = np.exp(self.pace[:, SPREAD]) * np.where(self.kind == ERRATIC, ERRATIC_SPREAD, 1.0)
        return result

    def targets(self, limit: Floats, clock: Floats, given: Floats | None, last_call: float) -> Floats:
        """Return each vendor's target (hypothesis, turn).

        `limit` is the least it signs, `clock` its own time per turn, `given` how much its utility rose from our first offer to
        our best so far (hypothesis, turn; None: nothing), `last_call` the clock from which a representative makes its last offer.
        """
        low = np.minimum(limit + self.pace[:, MARGIN], 1.0)[:, None]
        high = np.maximum(low, limit[:, None] + (1 - limit[:, None]) * self.top[:, None])
        targets = high - (high - low) * self._shares(clock, last_call)
        rows = self.kind == RECIPROCAL
        if given is not None and rows.any():
            targets[rows] = self.take(rows).returned(limit[rows], clock, given[rows])
        result: Floats = np.maximum(targets, limit[:, None])
        return result

    def returned(self, limit: Floats, clock: Floats, given: Floats) -> Floats:
        """Return what a reciprocal vendor asks: its best, less what it returns for `given`, less a little with time."""
        shape = (-1, *(1,) * (given.ndim - 1))
        result: Floats = 1 - self.pace[:, RATIO].reshape(shape) * given - 0.1 * (1 - limit.reshape(shape)) * clock
        return result

    def _shares(self, clock: Floats, last_call: float) -> Floats:
        """Return how much of its way each vendor has gone by each time on its clock (hypothesis, turn), from 0 to 1."""
        kind, pace = self.kind, self.pace
        shares: Floats = clock[None, :] ** np.exp(pace[:, EXPONENT])[:, None]
        drop = kind == DROPPER
        knee = pace[drop, KNEE][:, None]
        shares[drop] = 1 - (1 - np.clip((clock - knee) / np.maximum(1 - knee, 0.05), 0.0, 1.0)) ** 2
        step = kind == REPRESENTATIVE
        steps = RESERVE * np.minimum((clock + 0.1) * pace[step, RATIO][:, None] * 1.6, 1.0)
        shares[step] = np.where(clock >= last_call, 1.0, steps)
        hard = kind == STUBBORN
        shares[hard] = 0.15 * pace[hard, RATIO][:, None] * clock
        rows = kind == RECIPROCAL
        shares[rows] = 0.1 * clock
        return shares


def _chances(prior: VendorPrior | None) -> Floats:
    chances = np.array(CHANCES)
    if prior is not None and prior.talks:
        learned = np.array([prior.behaviours.get(name, 0) / 1000 for name in KINDS])
        trust = prior.talks / (prior.talks + 4)
        if learned.sum() > 0:
            chances = (1 - trust) * chances + trust * learned / learned.sum()
    result: Floats = chances / chances.sum()
    return result
