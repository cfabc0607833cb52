"""The long part of the talks before their last rounds: stay near our wish, keep moving a little, and listen.

While more answers are to come than a plan has steps, going on costs next to nothing: what a vendor signs only falls with time or
with what we give, so an offer of today can be had later too, or a better one. What waiting risks is a vendor that leaves because
nothing moves, and one that moves only when we do. So every offer is new where possible, gives away little of our own worth, and
from time to time surely gives the vendor something. We sign early only what is about the most that we can hope for.
"""

from __future__ import annotations

import numpy as np

from agents.negotiation.movement import NOTICED, PATIENCE, stalled
from agents.negotiation.opponent import Opponent
from agents.negotiation.space import Ints
from agents.negotiation.task import Task

LAST_ROUNDS = 10
HEARD = 10
KEPT = 0.8
BAND = 0.05
HOPE = 0.8
LEG = 0.6
RESTLESS = 0.15
SEEN = 0.85
ALIKE = 0.02


def heard(task: Task, round_: int, before: int) -> bool:
    """Tell whether the belief should take in the vendor's offer of a round, having taken in `before`.

    Of the long part only about `HEARD` offers are, evenly spaced. The hypotheses are simpler than vendors: what they get wrong in one
    offer they get wrong in the next one too, so that taken in as independent evidence many of them make us sure of what is false.
    """
    early = task.rounds - LAST_ROUNDS
    return not before or round_ >= early or round_ % -(-early // HEARD) == 0


def reach_of(opponent: Opponent) -> float:
    """Return our gain from the deal that we can hope for: the `HOPE` quantile over the hypotheses of the most that they would sign."""
    share = np.where(opponent.minds.open, np.minimum(opponent.minds.share, 1.0), 0.0)
    return float(np.quantile(share, HOPE) * opponent.gains[0])


def pick_of(task: Task, opponent: Opponent, round_: int) -> int:
    """Return the position of the candidate to offer: of about the worth that is due by now the one that the vendor likes most."""
    gains, top = opponent.gains, float(opponent.gains[0])
    done = min(round_ / (task.rounds - LAST_ROUNDS), 1.0)
    level = top - (top - max(KEPT * top, reach_of(opponent))) * done
    high = max(int(np.searchsorted(-gains, -level + 1e-9, side="right")), 1)
    low = min(int(np.searchsorted(-gains, -(level + BAND * top), side="left")), high - 1)
    return _moving(task, opponent, low + int(np.argmax(opponent.view.liked[low:high].mean(axis=1).round(9))))


def _moving(task: Task, opponent: Opponent, pick: int) -> int:
    """Return the pick, or where we have stood still for long the dearest candidate that surely gives the vendor something.

    Long is a part `LEG` of the shortest patience that we know of vendors; surely means that the share `SEEN` of the hypotheses see it.
    """
    if not opponent.history.ours:
        return pick
    best, stall = stalled(opponent.utilities("ours"))
    if (stall + 1 >= LEG * min(PATIENCE) * task.rounds).mean() <= RESTLESS:
        return pick
    seen = (opponent.view.liked > best.astype(np.float32) + np.float32(NOTICED)).mean(axis=1)
    seen[:pick] = 0.0
    return int(np.argmax(seen >= SEEN)) if (seen >= SEEN).any() else pick


def unheard(task: Task, outcome: int, past: list[int], round_: int) -> Ints:
    """Return the outcomes of about equal worth to us that we have not offered yet; in the long part, where there is none, better ones."""
    gains = np.where(task.allowed, task.utility - task.reservation, -1.0)
    lower = float(gains[outcome]) - ALIKE * float(gains.max())
    found = np.setdiff1d(np.flatnonzero((gains >= lower) & (gains <= 2 * gains[outcome] - lower)), past)
    if len(found) or task.rounds - round_ <= LAST_ROUNDS:
        return found
    return np.setdiff1d(np.flatnonzero(gains >= lower), past)
