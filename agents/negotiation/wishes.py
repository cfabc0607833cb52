"""What a vendor may want, before it has spoken: value curves per issue, and weights.

Additive utilities are the standard model of multi-issue negotiation (Raiffa, 1982; Baarslag et al., "Learning about the
opponent in automated bilateral negotiation", 2016). The curves of an issue come from a bank that is drawn once from the prior,
so that picking any curve of the bank evenly is drawing from the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation.frontier import width_of
from agents.negotiation.leanings import has_order, is_money, wants_more
from agents.negotiation.space import Floats, Ints, Space

CURVES = 64
ODD = 0.05


@dataclass(frozen=True, eq=False)
class OwnView:
    """Our utility, issue by issue: `curves[j]` the average worth of each value over the others, scaled to [0, 1]; `importance`."""

    curves: tuple[Floats, ...]
    importance: Floats

    @classmethod
    def of(cls, space: Space, utility: Floats) -> OwnView:
        """Return the main effects of our utility over the grid."""
        curves, spans = [], []
        for j, issue in enumerate(space.issues):
            column = space.grid[:, j].astype(np.intp)
            count = np.maximum(np.bincount(column, minlength=len(issue.values)), 1)
            mean = np.bincount(column, weights=utility, minlength=len(issue.values)) / count
            span = float(np.ptp(mean))
            curves.append((mean - mean.min()) / span if span > 1e-9 else np.full(len(mean), 0.5))
            spans.append(max(span, 1e-3))
        return cls(tuple(curves), np.array(spans) / np.sum(spans))


@dataclass(frozen=True, eq=False)
class WishPrior:
    """The bank of curves (issue, curve, value), how our weights centre, and which issues are money."""

    bank: Floats
    centred: Floats
    money: Floats

    @classmethod
    def of(cls, space: Space, own: OwnView, rng: np.random.Generator) -> WishPrior:
        """Draw the bank for a space."""
        bank = np.zeros((len(space.issues), CURVES, width_of(space)))
        for j, issue in enumerate(space.issues):
            for b in range(CURVES):
                bank[j, b, : len(issue.values)] = _draw(issue.name, issue.values, own.curves[j], rng)
            bank[j] = bank[j, np.argsort(bank[j, :, : len(issue.values)] @ _slant(len(issue.values)), kind="stable")]
        logs = np.log(np.maximum(own.importance, 0.01))
        return cls(bank, logs - logs.mean(), np.array([float(is_money(issue.name)) for issue in space.issues]))

    def values(self, wants: Floats, curves: Ints) -> Floats:
        """Return value weights (hypothesis, issue x value): each vendor's utility spans 0 to 1 over the grid. For `wants` see `Minds`."""
        weights = np.exp(wants[:, -2:-1] * self.centred + wants[:, :-2])
        weights /= weights.sum(axis=1, keepdims=True)
        weights = weights + wants[:, -1:] * self.money
        weights /= weights.sum(axis=1, keepdims=True)
        chosen = self.bank[np.arange(len(self.centred)), curves]
        result: Floats = (weights[:, :, None] * chosen).reshape(len(curves), -1)
        return result


def _draw(name: str, values: tuple[float | str, ...], own: Floats, rng: np.random.Generator) -> Floats:
    """Return one curve over the values of an issue, from 0 (worst for the vendor) to 1."""
    count = len(values)
    if count == 1:
        return np.ones(1)
    kind, power = rng.random(), float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
    ramp = np.linspace(0.0, 1.0, count)
    more = wants_more(name)
    if more is None:
        if kind < (0.5 if has_order(values) else 0.6):
            return _scaled(1.0 - own) ** power
        if not has_order(values):
            return _scaled(rng.random(count)) if kind < 0.95 else own
        more = 0.3 if float(own @ (ramp - 0.5)) > 0 else 0.7
    elif kind < ODD:
        return _scaled(rng.random(count)) if kind < ODD / 2 else _peaked(ramp, rng)
    result: Floats = (ramp if rng.random() < more else 1.0 - ramp) ** power
    return result


def _slant(count: int) -> Floats:
    """Return weights by which curves are sorted, so that neighbours in the bank are alike: falling ones first."""
    result: Floats = np.linspace(-1.0, 1.0, count) ** 3 + 0.3 * np.cos(np.arange(count))
    return result


def _peaked(ramp: Floats, rng: np.random.Generator) -> Floats:
    return _scaled(-np.abs(ramp - rng.uniform(0.2, 0.8)))


def _scaled(values: Floats) -> Floats:
    span = float(np.ptp(values))
    result: Floats = (values - values.min()) / span if span > 1e-9 else np.ones(len(values))
    return result
