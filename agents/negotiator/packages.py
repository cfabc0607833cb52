"""Packages of equal worth to us: what the vendor picks among them tells what it cares for (Leonardelli et al., 2019)."""

from __future__ import annotations

import numpy as np

from agents.negotiator.explaining import Look

_TRADED = 2
_LEAST = 0.985
"""A second package costs us at most as much as the decided one, and at least this part of it."""


def equal_packages(look: Look, outcome: int) -> tuple[int, ...]:
    """Return the decided outcome and, where there is one, another of equal worth to us: a trade, that gives on one term and takes on another.

    Of several the one that the vendor is thought to like best is taken.
    """
    frame, cost = look.frame, int(look.frame.costs[outcome])
    near = look.task.allowed & (frame.costs <= cost) & (frame.costs >= int(cost * _LEAST))
    differs = frame.grid != frame.grid[outcome]
    other = (differs.sum(axis=1) >= _TRADED) & differs[:, 1:].any(axis=1)
    sayable = np.array([free is None and credit is None for _fee, free, credit in frame.axes.extras])[frame.grid[:, 2]]
    found = np.flatnonzero(near & other & sayable)
    if not len(found):
        return (outcome,)
    return outcome, int(found[int(np.argmax(look.talks.liked(found).round(9)))])
