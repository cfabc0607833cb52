"""What we believe of this vendor: a few hundred hypotheses, weighed by every offer it makes and every offer it turns down.

A hypothesis is a vendor's utility, its limit and its manner of conceding. They are drawn from the prior, weighed with the
likelihood of what was seen, resampled, and moved by Metropolis-Hastings steps on the whole history (Gilks and Berzuini, 2001:
resample-move), so that few hypotheses suffice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from agents.negotiation.behaviour import Manner
from agents.negotiation.frontier import frontier_union, one_hot
from agents.negotiation.space import Floats, Ints, Mask
from agents.negotiation.task import Task
from agents.negotiation.wishes import COUPLING, MONEY_BONUS, SCATTER, OwnView, WishPrior

PARTICLES = 256
FIRST = 2048
STEPS = 14
FRONTIERS = 32
SURPRISE = 0.02
NO_DEAL = 0.06


@dataclass(frozen=True, eq=False)
class Minds:
    """Hypotheses as columns: what a vendor wants (`coupling`, `scatter`, `bonus`, `curves`), where it stops, how it moves.

    `share` is the part of our own wish (walking away to best permitted outcome) at which the vendor's limit lies: below 0 there
    is no deal. It is more natural to have a prior for than the limit itself.
    """

    coupling: Floats
    scatter: Floats
    bonus: Floats
    curves: Ints
    share: Floats
    manner: Manner

    def take(self, rows: Ints | Mask) -> Minds:
        """Return the hypotheses of some rows."""
        return Minds(self.coupling[rows], self.scatter[rows], self.bonus[rows], self.curves[rows], self.share[rows], self.manner.take(rows))

    def mixed(self, other: Minds, rows: Mask) -> Minds:
        """Return these hypotheses with some rows from `other`."""
        wide = rows[:, None]
        return Minds(
            np.where(rows, other.coupling, self.coupling),
            np.where(wide, other.scatter, self.scatter),
            np.where(rows, other.bonus, self.bonus),
            np.where(wide, other.curves, self.curves),
            np.where(rows, other.share, self.share),
            self.manner.mixed(other.manner, rows),
        )


@dataclass(frozen=True, eq=False)
class View:
    """What the hypotheses imply: value weights, utilities of the candidates, limits."""

    values: Floats
    liked: Floats
    limit: Floats


@dataclass(eq=False)
class History:
    """Offers so far: per vendor offer its clock, and how many of our offers it had seen by then."""

    theirs: list[int] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)


class Opponent:
    """The belief about one vendor. `candidates` are outcomes from our best to our worst; `gains` their worth over walking away."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.rng = np.random.default_rng([task.seed, 20])
        self.wish = WishPrior.of(task.space, OwnView.of(task.space, task.utility), self.rng)
        self.history = History()
        self._many = self._drawn(FIRST)
        self.minds = self._many.take(np.arange(PARTICLES))
        self._choose_candidates()
        self._past = {name: np.zeros((0, self._rows.shape[1])) for name in ("theirs", "ours")}
        self.last_call = 1.0 - 1.5 / task.rounds
        self.view = self._view(self.minds)
        self.logs = self._counted = np.zeros(FIRST)

    def _drawn(self, count: int) -> Minds:
        rng, m = self.rng, len(self.task.space.issues)
        return Minds(
            coupling=rng.uniform(-COUPLING, COUPLING, count),
            scatter=rng.normal(0, SCATTER, (count, m)),
            bonus=rng.uniform(0, MONEY_BONUS, count),
            curves=rng.integers(0, self.wish.bank.shape[1], (count, m)),
            share=self._shares(count),
            manner=Manner.drawn(count, rng, self.task.prior),
        )

    def _shares(self, count: int) -> Floats:
        share = self.rng.uniform(0.1, 0.97, count)
        prior = self.task.prior
        if prior is not None and prior.talks:
            learned = self.rng.normal(prior.reached / 1000, prior.reached_spread / 1000, count).clip(0.02, 0.99)
            share = np.where(self.rng.random(count) < prior.talks / (prior.talks + 2), learned, share)
        return np.where(self.rng.random(count) < NO_DEAL, -1.0, share)

    def _choose_candidates(self) -> None:
        """Take as candidates the union of the frontiers with some hypotheses, as they stand."""
        task, sample = self.task, self.minds.take(np.arange(0, len(self.minds.share), len(self.minds.share) // FRONTIERS))
        self.candidates = frontier_union(task.space, task.utility, np.flatnonzero(task.allowed), self._values(sample))
        self.gains = task.utility[self.candidates] - task.reservation
        self._rows = one_hot(task.space, self.candidates).astype(np.float32)

    def _values(self, minds: Minds) -> Floats:
        return self.wish.values(minds.coupling, minds.scatter, minds.bonus, minds.curves)

    def _view(self, minds: Minds) -> View:
        values = self._values(minds)
        liked = self._rows @ values.astype(np.float32).T
        wanted = np.maximum(minds.share, 0.0) * self.gains[0]
        column = np.searchsorted(-self.gains, -wanted + 1e-12, side="right") - 1
        worse = np.arange(len(self.gains), dtype=np.int32)[:, None] > np.maximum(column, 0).astype(np.int32)
        limit = np.where(worse, np.float32(-1), liked).max(axis=0).astype(np.float64)
        limit = np.where(minds.share < 0, liked.max(axis=0) + 0.05, limit)
        return View(values, liked, np.clip(limit, 0.02, 0.99))

    def utilities(self, view: View, side: str) -> Floats:
        """Return what each hypothesis gets from each past offer of a side, "theirs" or "ours"."""
        made = getattr(self.history, side)
        known = self._past[side]
        if len(known) != len(made):
            known = self._past[side] = one_hot(self.task.space, np.array(made, dtype=np.intp))
        result: Floats = view.values @ known.T
        return result

    def given(self, ours: Floats, seen: Ints) -> Floats:
        """Return how much each vendor's utility had risen from our first offer to our best one by each of its turns."""
        if not ours.shape[1]:
            return np.zeros((len(ours), len(seen)))
        rise = np.maximum.accumulate(ours, axis=1) - ours[:, :1]
        result: Floats = np.where(seen > 0, rise[:, np.maximum(seen - 1, 0)], 0.0)
        return result

    def likelihood(self, minds: Minds, view: View) -> Floats:
        """Return the log likelihood of the whole history under each hypothesis."""
        past = self.history
        clock, seen = np.array(past.clock), np.array(past.seen, dtype=np.intp)
        theirs, ours = self.utilities(view, "theirs"), self.utilities(view, "ours")
        targets = minds.manner.targets(view.limit, clock, self.given(ours, seen), self.last_call)
        spread = np.exp(minds.manner.log_spread)[:, None]
        over = theirs - targets
        width = np.where(over < 0, 0.4 * spread + 0.004, spread)
        made = np.log((1 - SURPRISE) * np.exp(-np.abs(over) / width) / (1.4 * spread + 0.004) + SURPRISE)
        answered = np.flatnonzero(seen > 0)
        over_asked = (ours[:, seen[answered] - 1] - targets[:, answered]) / (0.3 * spread + 0.004)
        refused = np.log(SURPRISE + (1 - SURPRISE) / (1 + np.exp(np.clip(over_asked, -40, 40))))
        result: Floats = made.sum(axis=1) + refused.sum(axis=1)
        return result

    def observe(self, offer: int, clock: float) -> None:
        """Take in a vendor's offer made at `clock` of its own time, after all of our offers so far."""
        past = self.history
        past.theirs.append(offer)
        past.clock.append(clock)
        past.seen.append(len(past.ours))
        if len(past.theirs) == 1:
            self.minds = self._many
        self._resample(self.likelihood(self.minds, self._view(self.minds)))
        self._choose_candidates()
        self.logs = self.likelihood(self.minds, self._view(self.minds))
        for _ in range(STEPS):
            self._move()
        self.view = self._view(self.minds)
        self._counted = self.logs

    def _resample(self, logs: Floats) -> None:
        """Keep hypotheses in proportion to how well they foresaw what is new."""
        news = logs - self._counted
        weight = np.exp(news - news.max())
        steps = (np.arange(PARTICLES) + self.rng.random()) / PARTICLES
        rows = np.searchsorted(np.cumsum(weight / weight.sum()), steps).clip(0, len(weight) - 1)
        self.minds = self.minds.take(rows)

    def _move(self) -> None:
        """Propose a step to every hypothesis, and take it by the rule of Metropolis and Hastings."""
        proposal, bias = self._proposal()
        logs = self.likelihood(proposal, self._view(proposal))
        taken = np.log(self.rng.random(len(logs))) < logs - self.logs + bias
        self.minds = self.minds.mixed(proposal, taken)
        self.logs = np.where(taken, logs, self.logs)

    def _proposal(self) -> tuple[Minds, Floats]:
        """Return a proposed step per hypothesis, and the log of the prior's ratio (minus infinity: impossible)."""
        rng, now = self.rng, self.minds
        n, m = now.scatter.shape
        which = rng.random(n)
        wants, limits, manners = which < 0.55, (which > 0.45) & (which < 0.8), which > 0.65
        redrawn = which > 0.92
        scatter, coupling, bonus, curves = now.scatter, now.coupling, now.bonus, now.curves
        one = rng.integers(0, m, n)
        single = np.arange(m) == one[:, None]
        a, b = rng.integers(0, n, n), rng.integers(0, n, n)
        jump = np.where(
            (rng.random(n) < 0.5)[:, None],
            single * rng.normal(0, 0.5, (n, m)),
            0.6 * (scatter[a] - scatter[b]) + rng.normal(0, 0.03, (n, m)),
        )
        scatter = np.where((wants & (rng.random(n) < 0.6))[:, None], scatter + jump, scatter)
        coupling = np.where(wants, coupling + rng.normal(0, 0.2, n), coupling)
        bonus = np.where(wants, bonus + rng.normal(0, 0.06, n), bonus)
        curves = np.where((wants & (rng.random(n) < 0.5))[:, None] & single, rng.integers(0, self.wish.bank.shape[1], (n, m)), curves)
        share = np.where(limits & (now.share >= 0), now.share + rng.normal(0, 0.08, n), now.share)
        manner = now.manner.mixed(now.manner.nudged(rng), manners)
        manner = manner.mixed(Manner.drawn(n, rng, self.task.prior), redrawn)
        share = np.where(redrawn, self._shares(n), share)
        proposal = replace(now, coupling=coupling, scatter=scatter, bonus=bonus, curves=curves, share=share, manner=manner)
        fine = (
            (np.abs(coupling) <= COUPLING)
            & (bonus >= 0)
            & (bonus <= MONEY_BONUS)
            & manner.possible()
            & ((share == -1) | ((share > 0.1) & (share < 0.97)))
        )
        bias = ((now.scatter**2).sum(axis=1) - (scatter**2).sum(axis=1)) / (2 * SCATTER**2)
        return proposal, np.where(fine, bias, -np.inf)
