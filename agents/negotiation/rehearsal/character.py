"""What a simulated vendor wants, and the least it takes: private, drawn from a seed, true to what the vendor has offered already."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.negotiation.leanings import is_money, wants_more
from agents.negotiation.rehearsal.planned import Planned
from agents.negotiation.space import Floats
from agents.negotiation.task import Task

#: One vendor in sixteen has nothing for us: walking away is then the right end.
HOPELESS = 1 / 16
DRAWS = 40
CONSISTENT = 0.01
TOLERANCE = 0.02


@dataclass(frozen=True, eq=False)
class Character:
    """`utility` is what each outcome is worth to the vendor, from 0 to 1; it signs nothing below `floor`."""

    utility: Floats
    floor: float

    @classmethod
    def drawn(cls, planned: Planned, rng: np.random.Generator) -> Character:
        """Draw a character; in the middle of a negotiation the one of several that its own offers belie least."""
        chosen, least = cls._fresh(planned.task, rng), np.inf
        if not planned.theirs:
            return chosen
        candidate = chosen
        for _ in range(DRAWS):
            wrong = candidate.belied(planned)
            if wrong < least:
                chosen, least = candidate, wrong
            if least < CONSISTENT:
                break
            candidate = cls._fresh(planned.task, rng)
        return replace(chosen, floor=min(chosen.floor, *(float(chosen.utility[offer]) for offer in planned.theirs)))

    @classmethod
    def _fresh(cls, task: Task, rng: np.random.Generator) -> Character:
        utility = _wishes(task, rng)
        return cls(utility, _floor(task, utility, rng))

    def belied(self, planned: Planned) -> float:
        """Return by how much what was said speaks against this character: 0 when nothing does.

        A vendor offers nothing below its floor, rarely asks for more than before, and takes an offer that is worth more to it than
        what it answers.
        """
        theirs = self.utility[list(planned.theirs)]
        below = np.maximum(self.floor - theirs, 0).sum()
        rises = np.maximum(np.diff(theirs) - TOLERANCE, 0).sum()
        answers = planned.theirs[-len(planned.ours) :] if planned.ours and not planned.task.moves_first else planned.theirs
        pairs = list(zip(planned.ours, answers, strict=False))
        refused = sum(max(float(self.utility[ours] - self.utility[answer]), 0.0) for ours, answer in pairs)
        return float(below + rises + refused)


def _wishes(task: Task, rng: np.random.Generator) -> Floats:
    """Return an additive utility that spans 0 to 1: vendors want what vendors of that term usually want, each in its own measure."""
    space = task.space
    weights = rng.gamma(1.5, 1.0, len(space.issues)) + 0.05
    weights *= [float(rng.uniform(2.0, 5.0)) if is_money(issue.name) else 1.0 for issue in space.issues]
    weights /= weights.sum()
    worth = np.zeros(space.size)
    for j, issue in enumerate(space.issues):
        more = wants_more(issue.name)
        curve = _curve(len(issue.values), _leaning(task, j) if more is None else more, rng)
        worth += weights[j] * curve[space.grid[:, j]]
    span = float(np.ptp(worth))
    result: Floats = (worth - worth.min()) / span if span > 0 else np.ones(space.size)
    return result


def _leaning(task: Task, issue: int) -> float:
    """Return the chance that the vendor wants the later values of a term nobody has heard of: rather what we do not want."""
    places, utility = task.space.grid[:, issue].astype(float), task.utility
    if np.ptp(places) == 0 or np.ptp(utility) == 0:
        return 0.5
    return 0.3 if float(np.corrcoef(places, utility)[0, 1]) > 0 else 0.7


def _curve(count: int, more: float, rng: np.random.Generator) -> Floats:
    """Return the worth of each value, from 0 to 1: bent, in two halves, or (one in twenty) best somewhere in between."""
    if count == 1:
        return np.ones(1)
    ramp, shape = np.linspace(0.0, 1.0, count), rng.random()
    if shape < 0.05:
        peaked = -np.abs(ramp - rng.uniform(0.25, 0.75))
        result: Floats = (peaked - peaked.min()) / np.ptp(peaked)
        return result
    rising = ramp ** float(np.exp(rng.uniform(np.log(0.5), np.log(2.0))))
    if shape < 0.25:
        rising = 1 / (1 + np.exp(-8 * (ramp - rng.uniform(0.3, 0.7))))
        rising = (rising - rising[0]) / (rising[-1] - rising[0])
    sure = 1.0 if more >= 0.9 else 0.0 if more <= 0.1 else more
    return rising if rng.random() < sure else rising[::-1]


def _floor(task: Task, utility: Floats, rng: np.random.Generator) -> float:
    """Return the least the vendor signs: set so that the best deal left reaches a share of what we could wish for."""
    allowed = task.allowed
    hopeless = rng.random() < HOPELESS
    reach = float(rng.uniform(0.15, 0.95))
    if task.prior is not None and task.prior.talks:
        reach = float(np.clip(rng.normal(task.prior.reached, task.prior.reached_spread) / 1000, 0.05, 1.0))
    if not allowed.any():
        return 0.5
    best = float(utility[allowed].max())
    if hopeless and best < utility.max():
        return float(utility[utility > best].min())
    gain = np.where(allowed, task.utility - task.reservation, -1.0)
    return float(utility[gain >= reach * gain.max()].max())
