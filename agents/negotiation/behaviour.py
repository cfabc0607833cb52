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

from dataclasses import dataclass, fields, replace

import numpy as np

from agents.negotiation.prior import VendorPrior
from agents.negotiation.space import Floats, Ints, Mask

KINDS = ("timed", "dropper", "reciprocal", "representative", "stubborn", "erratic")
TIMED, DROPPER, RECIPROCAL, REPRESENTATIVE, STUBBORN, ERRATIC = range(len(KINDS))
CHANCES = (0.48, 0.13, 0.13, 0.13, 0.08, 0.05)
YIELDING = 0.6


@dataclass(frozen=True, eq=False)
class Manner:
    """One hypothesis of behaviour per particle, as columns. `pace`, `knee` and `ratio` mean what the family makes of them."""

    kind: Ints
    log_exponent: Floats
    margin: Floats
    top: Floats
    knee: Floats
    ratio: Floats
    log_spread: Floats
    yields: Mask

    @classmethod
    def drawn(cls, count: int, rng: np.random.Generator, prior: VendorPrior | None) -> Manner:
        """Draw `count` hypotheses from the prior."""
        kind = rng.choice(len(KINDS), size=count, p=_chances(prior))
        spread = np.where(kind == ERRATIC, rng.uniform(np.log(0.06), np.log(0.2), count), rng.uniform(np.log(0.008), np.log(0.06), count))
        return cls(
            kind=kind,
            log_exponent=rng.uniform(np.log(0.15), np.log(9.0), count),
            margin=np.where(rng.random(count) < 0.8, rng.uniform(0.0, 0.06, count), rng.uniform(0.0, 0.2, count)),
            top=np.where(rng.random(count) < np.where(kind == DROPPER, 0.2, 0.85), 1.0, rng.uniform(0.82, 1.0, count)),
            knee=rng.uniform(0.6, 0.95, count),
            ratio=rng.uniform(0.4, 1.2, count),
            log_spread=spread,
            yields=rng.random(count) < YIELDING,
        )

    def take(self, rows: Ints | Mask) -> Manner:
        """Return the hypotheses of some rows."""
        return Manner(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def mixed(self, other: Manner, rows: Mask) -> Manner:
        """Return these hypotheses with the rows of `rows` from `other`."""
        return Manner(**{f.name: np.where(rows, getattr(other, f.name), getattr(self, f.name)) for f in fields(self)})

    def nudged(self, rng: np.random.Generator) -> Manner:
        """Return a small step of every hypothesis, of the same family; steps are symmetric, out of bounds is for the caller to refuse."""
        n = len(self.kind)
        return replace(
            self,
            log_exponent=self.log_exponent + rng.normal(0, 0.25, n),
            margin=np.abs(self.margin + rng.normal(0, 0.015, n)),
            knee=self.knee + rng.normal(0, 0.04, n),
            ratio=self.ratio + rng.normal(0, 0.08, n),
            log_spread=self.log_spread + rng.normal(0, 0.2, n),
        )

    def possible(self) -> Mask:
        """Tell which hypotheses lie inside the prior's bounds."""
        exponent = (self.log_exponent > np.log(0.15)) & (self.log_exponent < np.log(9.0))
        knee = (self.knee > 0.6) & (self.knee < 0.95) & (self.ratio > 0.4) & (self.ratio < 1.2) & (self.margin < 0.2)
        erratic = self.kind == ERRATIC
        spread = (self.log_spread > np.where(erratic, np.log(0.06), np.log(0.008))) & (
            self.log_spread < np.where(erratic, np.log(0.2), np.log(0.06))
        )
        result: Mask = exponent & knee & spread
        return result

    def targets(self, limit: Floats, clock: Floats, given: Floats, last_call: float) -> Floats:
        """Return each vendor's target (particle, turn).

        `limit` is the least it signs, `clock` its own time per turn, `given` how much its utility rose from our first offer to
        our best so far (particle, turn), `last_call` the clock from which a representative lays down its last offer.
        """
        low = np.minimum(limit + self.margin, 1.0)[:, None]
        high = np.maximum(low, limit[:, None] + (1 - limit[:, None]) * self.top[:, None])
        share = np.clip(self._shares(clock, last_call), 0.0, 1.0)
        curve = high - (high - low) * share
        returned = high - self.ratio[:, None] * given - 0.1 * (1 - limit[:, None]) * clock
        targets = np.where((self.kind == RECIPROCAL)[:, None], returned, curve)
        result: Floats = np.maximum(targets, limit[:, None])
        return result

    def _shares(self, clock: Floats, last_call: float) -> Floats:
        """Return how much of its way each vendor has gone by each time on its clock (particle, turn)."""
        kind = self.kind[:, None]
        exponent, knee = np.exp(self.log_exponent)[:, None], self.knee[:, None]
        timed = clock[None, :] ** exponent
        late = np.clip((clock[None, :] - knee) / np.maximum(1 - knee, 0.05), 0.0, 1.0)
        dropping = 1 - (1 - late) ** 2
        stepping = np.where(clock[None, :] >= last_call, 1.0, 0.85 * np.minimum((clock[None, :] + 0.1) * self.ratio[:, None] * 1.6, 1.0))
        hardly = 0.15 * self.ratio[:, None] * clock[None, :]
        return np.choose(kind, [timed, dropping, timed, stepping, hardly, timed])


def _chances(prior: VendorPrior | None) -> Floats:
    chances = np.array(CHANCES)
    if prior is not None and prior.talks:
        learned = np.array([prior.behaviours.get(name, 0) / 1000 for name in KINDS])
        trust = prior.talks / (prior.talks + 4)
        if learned.sum() > 0:
            chances = (1 - trust) * chances + trust * learned / learned.sum()
    return chances / chances.sum()
