"""Hypotheses of a vendor: what it wants, where it stops, how it moves; drawn from the prior, and steps between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.negotiation.behaviour import HIGH, LOW, STRIDE, Manner
from agents.negotiation.prior import VendorPrior
from agents.negotiation.space import Floats, Ints, Mask
from agents.negotiation.wishes import CURVES

SCATTER = 0.4
COUPLING = 1.0
MONEY_BONUS = 0.5
NO_DEAL = 0.06
MOST_NO_DEAL = 0.9
LEAST_SHARE, MOST_SHARE = 0.1, 1.0
WIDEST = 1.4
EASY = 0.07


@dataclass(frozen=True, eq=False)
class Minds:
    """Hypotheses as rows.

    `wants` holds how the vendor's weights follow ours (the last but one column), how much more it weighs money (the last), and
    each issue's own deviation; `curves` the curve of each issue in the bank. `share` is the part of our own wish, from walking
    away to our best permitted outcome, at which the vendor's limit lies: there is a better prior for that than for the limit
    itself. Above 1 the vendor would go further down than we can wish for. `open` is False where there is no deal at all.
    """

    wants: Floats
    curves: Ints
    share: Floats
    open: Mask
    manner: Manner

    @classmethod
    def drawn(cls, count: int, issues: int, rng: np.random.Generator, prior: VendorPrior | None) -> Minds:
        """Draw hypotheses from the prior."""
        wants = np.concatenate(
            (
                rng.normal(0, SCATTER, (count, issues)),
                rng.uniform(-COUPLING, COUPLING, (count, 1)),
                rng.uniform(0, MONEY_BONUS, (count, 1)),
            ),
            axis=1,
        )
        curves = rng.integers(0, CURVES, (count, issues))
        return cls(wants, curves, shares(count, rng, prior), rng.random(count) >= no_deal(prior), Manner.drawn(count, rng, prior))

    def __len__(self) -> int:
        return len(self.share)

    def take(self, rows: Ints | Mask) -> Minds:
        """Return the hypotheses of some rows."""
        return Minds(self.wants[rows], self.curves[rows], self.share[rows], self.open[rows], self.manner.take(rows))

    def mixed(self, other: Minds, rows: Mask) -> Minds:
        """Return these hypotheses with some rows from `other`."""
        wide = rows[:, None]
        return Minds(
            np.where(wide, other.wants, self.wants),
            np.where(wide, other.curves, self.curves),
            np.where(rows, other.share, self.share),
            np.where(rows, other.open, self.open),
            self.manner.mixed(other.manner, rows),
        )

    def log_prior(self, prior: VendorPrior | None) -> Floats:
        """Return the log density of the prior where it is not even, minus infinity outside its bounds."""
        coupling, bonus = self.wants[:, -2], self.wants[:, -1]
        fine = (np.abs(coupling) <= COUPLING) & (bonus >= 0) & (bonus <= MONEY_BONUS)
        fine &= ((self.manner.pace >= LOW) & (self.manner.pace <= HIGH)).all(axis=1) & (self.share > 0.0) & (self.share < WIDEST)
        logs = -(self.wants[:, :-2] ** 2).sum(axis=1) / (2 * SCATTER**2) + np.log(share_density(self.share, prior) + 1e-12)
        return np.where(fine, logs, -np.inf)

    def moved(self, rng: np.random.Generator) -> Minds:
        """Return a step of everything: along the difference of two other hypotheses (ter Braak, 2006), or of one issue at random."""
        n, m = self.curves.shape
        a, b = rng.integers(0, n, n), rng.integers(0, n, n)
        kind: Floats = rng.random((n, 1))
        gamma: Floats = np.where(kind < 0.6, rng.uniform(0.2, 0.8, (n, 1)), 0.0)
        issue = np.arange(m) == rng.integers(0, m, (n, 1))
        local: Mask = kind > 0.5
        wants = self.wants + gamma * (self.wants[a] - self.wants[b]) + rng.normal(0, 0.01, self.wants.shape)
        wants[:, :m] += local * issue * rng.normal(0, 0.4, (n, m))
        wants[:, m:] += np.where(local, rng.normal(0, 1, (n, 2)) * np.array([0.2, 0.06]), 0.0)
        leap = rng.random((n, 1)) < 0.3
        near = (self.curves + rng.integers(-3, 4, (n, m))) % CURVES
        anew = np.where(leap, rng.integers(0, CURVES, (n, m)), near)
        curves = np.where(issue & local & (rng.random((n, 1)) < 0.7), anew, self.curves)
        share = self.share + gamma[:, 0] * (self.share[a] - self.share[b])
        manner = self.manner
        same = gamma * (manner.kind[a] == manner.kind[b])[:, None] * (manner.kind[a] == manner.kind)[:, None]
        pace = manner.pace + same * (manner.pace[a] - manner.pace[b])
        return Minds(wants, curves, share, self.open, replace(manner, pace=pace))

    def paced(self, rng: np.random.Generator, prior: VendorPrior | None) -> Minds:
        """Return a step of the limit and the manner only: small, or drawn anew."""
        n, manner = len(self), self.manner
        anew = rng.random(n)
        pace = manner.pace + rng.normal(0, 1, manner.pace.shape) * STRIDE * rng.choice([0.3, 1.0], (n, 1))
        share = np.where(rng.random(n) < 0.6, self.share + rng.normal(0, 0.08, n), self.share)
        other = anew < 0.15
        share = np.where(other & (anew < 0.1), shares(n, rng, prior), share)
        opened = np.where(anew < 0.1, rng.random(n) >= no_deal(prior), self.open)
        return replace(self, share=share, open=opened, manner=replace(manner, pace=pace).mixed(Manner.drawn(n, rng, prior), other))


def no_deal(prior: VendorPrior | None) -> float:
    """Return the chance, before the vendor speaks, that it signs nothing that is better for us than walking away."""
    if prior is None or prior.beyond is None:
        return NO_DEAL
    trust = _trust(prior)
    return min((1 - trust) * NO_DEAL + trust * prior.beyond / 1000, MOST_NO_DEAL)


def shares(count: int, rng: np.random.Generator, prior: VendorPrior | None) -> Floats:
    """Draw shares of our wish at which the limit lies: evenly, or near what was reached with this vendor before."""
    share = np.where(rng.random(count) < EASY, rng.uniform(1.0, WIDEST, count), rng.uniform(LEAST_SHARE, MOST_SHARE, count))
    trust = _trust(prior)
    if prior is None or not trust:
        return share
    learned = rng.normal(prior.reached / 1000, prior.reached_spread / 1000, count).clip(0.01, 0.99)
    return np.where(rng.random(count) < trust, learned, share)


def share_density(share: Floats, prior: VendorPrior | None) -> Floats:
    """Return the density that `shares` draws from."""
    inside = (share > LEAST_SHARE) & (share < MOST_SHARE)
    even: Floats = np.where(inside, (1 - EASY) / (MOST_SHARE - LEAST_SHARE), 0.0) + np.where(share >= 1.0, EASY / (WIDEST - 1.0), 0.0)
    trust = _trust(prior)
    if prior is None or not trust:
        return even
    z = (share - prior.reached / 1000) / (prior.reached_spread / 1000)
    result: Floats = trust * np.exp(-z * z / 2) / (prior.reached_spread / 1000 * np.sqrt(2 * np.pi)) + (1 - trust) * even
    return result


def _trust(prior: VendorPrior | None) -> float:
    return prior.talks / (prior.talks + 2) if prior is not None else 0.0
