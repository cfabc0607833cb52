"""What our offers look like from the other side: how much they gave a vendor, and how long we stood still."""

from __future__ import annotations

import numpy as np

from agents.negotiation.space import Floats, Ints

MOVED = 0.003
NOTICED = 0.01
PATIENCE = (0.25, 0.35, 0.45)


def given_by(ours: Floats, seen: Ints) -> Floats:
    """Return how much each vendor's utility had risen from our first offer to our best one by each of its turns."""
    if ours.shape[1] < 2:
        return np.zeros((len(ours), len(seen)))
    rise = np.maximum.accumulate(ours, axis=1) - ours[:, :1]
    result: Floats = np.where(seen > 0, rise[:, np.maximum(seen - 1, 0)], 0.0)
    return result


def held_by(ours: Floats, rounds: int) -> Floats:
    """Return for how much of its time each vendor had seen no move of ours after none, one, two ... offers (hypothesis, offers).

    `ours` is what each of our offers is worth to each hypothesis; a move is an offer worth `MOVED` more than all before it.
    """
    result = np.zeros((len(ours), ours.shape[1] + 1))
    if ours.shape[1] > 1:
        still = ours[:, 1:] <= np.maximum.accumulate(ours, axis=1)[:, :-1] + MOVED
        result[:, 2:] = still.cumsum(axis=1) / max(rounds - 1, 1)
    return result


def stalled(ours: Floats) -> tuple[Floats, Ints]:
    """Return the most that our offers were worth to each vendor so far, and how many since then gave it no more than `NOTICED`."""
    past = np.maximum.accumulate(ours, axis=1)
    best = past[:, -1]
    stall: Ints = (past >= best[:, None] - NOTICED).sum(axis=1) - 1
    return best, stall
