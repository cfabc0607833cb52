"""How vendors concede: families of target curves, and what each would do next.

Every family is a curve of the vendor's own target utility over its own clock (0 on its first turn, 1 on its last one):

* `timed`        gives up (time ** exponent) of the way from its top to its limit: Faratin, Sierra and Jennings (1998); a small
                 exponent gives early, a large one late. It also stands for stepping down one's own ranking (MiCRO, de Jonge 2022).
* `dropper`      holds, then drops close to its limit in the last part of the talks.
* `reciprocal`   gives as much of its own utility as our offers have given it since our first (tit for tat).
* `representative` moves by even steps, keeps a reserve, and lays down its best and final offer shortly before the end.
* `stubborn`     hardly moves at all.
* `erratic`      moves around a timed curve without a pattern.

Timed vendors and representatives may wait: they go on only while we move (as MiCRO does, or a clerk who matches concessions).

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
WAITING = {TIMED: 0.25, REPRESENTATIVE: 0.7}
EXPONENT, MARGIN, KNEE, RATIO, SPREAD = range(5)
LOW = np.array([np.log(0.15), 0.0, 0.6, 0.4, np.log(0.008)])
HIGH = np.array([np.log(9.0), 0.12, 0.95, 1.2, np.log(0.07)])
STRIDE = np.array([0.25, 0.012, 0.04, 0.08, 0.2])


@dataclass(frozen=True, eq=False)
class Manner:
    """One hypothesis of behaviour per row.

    `pace` holds, evenly likely between `LOW` and `HIGH`: the log of the exponent, how far above its limit the vendor ends, when a
    dropper drops, the ratio or speed of those that have one, and the log of how loosely offers follow the target.
    `top` is the part of the way from its limit to its best at which the vendor starts. A vendor that `waits` moves on only after a
    move of ours: its clock stands still while we hold.
    """

    kind: Ints
    pace: Floats
    top: Floats
    yields: Mask
    waits: Mask

    @classmethod
    def drawn(cls, count: int, rng: np.random.Generator, prior: VendorPrior | None) -> Manner:
        """Draw `count` hypotheses from the prior."""
        kind = rng.choice(len(KINDS), size=count, p=_chances(prior))
        whole = rng.random(count) < np.where(kind == DROPPER, 0.2, 0.85)
        top = np.where(whole, 1.0, rng.uniform(0.82, 1.0, count))
        waiting = np.array([WAITING.get(k, 0.0) for k in range(len(KINDS))])[kind]
        yields, waits = rng.random(count) < YIELDING, rng.random(count) < waiting
        return cls(kind, rng.uniform(LOW, HIGH, (count, len(LOW))), top, yields, waits)

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
            np.where(rows, other.waits, self.waits),
        )

    @property
    def answers(self) -> Mask:
        """Which vendors let their target depend on our moves."""
        result: Mask = (self.kind == RECIPROCAL) | self.waits
        return result

    @property
    def spread(self) -> Floats:
        """How loosely the offers of each vendor follow its target, in its utility."""
        result: Floats = np.exp(self.pace[:, SPREAD]) * np.where(self.kind == ERRATIC, ERRATIC_SPREAD, 1.0)
        return result

    def targets(self, limit: Floats, clock: Floats, last_call: float, given: Floats | None = None, held: Floats | None = None) -> Floats:
        """Return each vendor's target (hypothesis, ..., turn).

        `limit` is the least it signs, `clock` its own time per turn, `last_call` the time from which a representative makes its last
        offer. Shaped as the result: `given` is how much its utility rose from our first offer to our best so far, `held` for
        how much of its time we had not moved by then (None: nothing, never).
        """
        shape = (-1, *(1,) * (given.ndim - 1 if given is not None else 1))
        least = limit.reshape(shape)
        low = np.minimum(least + self.pace[:, MARGIN].reshape(shape), 1.0)
        high = np.maximum(low, least + (1 - least) * self.top.reshape(shape))
        own = np.broadcast_to(clock, np.broadcast_shapes(low.shape, clock.shape if given is None else given.shape))
        if held is not None:
            own = np.maximum(own - np.where(self.waits.reshape(shape), held, 0.0), 0.0)
        targets = high - (high - low) * self._shares(own, clock, last_call)
        rows = self.kind == RECIPROCAL
        if given is not None and rows.any():
            targets[rows] = 1 - self.pace[rows, RATIO].reshape(shape) * given[rows] - 0.1 * (1 - least[rows]) * clock
        result: Floats = np.maximum(targets, least)
        return result

    def _shares(self, own: Floats, clock: Floats, last_call: float) -> Floats:
        """Return how much of its way each vendor has gone by each time on its own clock (hypothesis, ..., turn), from 0 to 1."""
        kind, pace, shape = self.kind, self.pace, (-1, *(1,) * (own.ndim - 1))
        shares: Floats = own ** np.exp(pace[:, EXPONENT]).reshape(shape)
        drop = kind == DROPPER
        knee = pace[drop, KNEE].reshape(shape)
        shares[drop] = 1 - (1 - np.clip((own[drop] - knee) / np.maximum(1 - knee, 0.05), 0.0, 1.0)) ** 2
        step = kind == REPRESENTATIVE
        steps = RESERVE * np.minimum((own[step] + 0.1) * pace[step, RATIO].reshape(shape) * 1.6, 1.0)
        shares[step] = np.where(clock >= last_call, 1.0, steps)
        hard = kind == STUBBORN
        shares[hard] = 0.15 * pace[hard, RATIO].reshape(shape) * own[hard]
        rows = kind == RECIPROCAL
        shares[rows] = 0.1 * own[rows]
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
