"""What we believe of this vendor: a few hundred hypotheses, weighed by every offer it makes and every offer it turns down.

A hypothesis is a vendor's utility, its limit and its manner of conceding. They are drawn from the prior, weighed with the
likelihood of what was seen, resampled, and moved by Metropolis-Hastings steps on the whole history (resample-move: Gilks and
Berzuini, 2001). A surprising offer is taken in by degrees (tempering: Del Moral, Doucet and Jasra, 2006).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from agents.negotiation.frontier import frontier_union, likings, one_hot
from agents.negotiation.minds import WIDEST, Minds
from agents.negotiation.movement import given_by, held_by
from agents.negotiation.rivals import Rivals
from agents.negotiation.space import Floats, Mask, Singles
from agents.negotiation.task import Task
from agents.negotiation.wishes import OwnView, WishPrior

PACED = 2
FRONTIERS = 32
SURPRISE = 0.02
KEEP = 0.3


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to think: hypotheses drawn before the vendor speaks, hypotheses kept, and steps each takes per offer."""

    drawn: int = 2048
    kept: int = 240
    steps: int = 5


@dataclass(frozen=True, eq=False)
class View:
    """What the hypotheses imply: value weights, utilities of the candidates (candidate, hypothesis), limits, offers' utilities.

    `most` is the most a hypothesis gets from a candidate or from any that is better for us. `nearness` is the log likelihood of each vendor offer's being the nearest to ours (hypothesis, offer).
    """

    values: Floats
    liked: Singles
    most: Singles
    limit: Floats
    theirs: Floats
    ours: Floats
    nearness: Floats


@dataclass(eq=False)
class History:
    """Offers so far: per vendor offer its clock, and how many of our offers it had seen by then."""

    theirs: list[int] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)


class Opponent:
    """The belief about one vendor. `candidates` are outcomes from our best to our worst; `gains` their worth over walking away.

    `near` is the chance that this vendor answers near our offers, as `Counters` sees it.
    """

    def __init__(self, task: Task, effort: Effort) -> None:
        self.task, self.effort = task, effort
        self.rng = np.random.default_rng([task.seed, 20])
        self.wish = WishPrior.of(task.space, OwnView.of(task.space, task.utility), self.rng)
        self.history = History()
        self.last_call = 1.0 - 1.5 / task.rounds
        self._many = Minds.drawn(effort.drawn, len(task.space.issues), self.rng, task.prior)
        self.minds = self._many.take(np.arange(effort.kept))
        self.near = 0.0
        self._rivals = Rivals(task, self.rng)
        self._made: dict[str, tuple[list[int], Floats]] = {}
        self._choose_candidates()
        self.view = self._view(self.minds)

    def observe(self, offer: int, clock: float) -> None:
        """Take in a vendor's offer made at `clock` of its own time, after all of our offers so far."""
        past = self.history
        past.theirs.append(offer)
        past.clock.append(clock)
        past.seen.append(len(past.ours))
        self._rivals.add(offer, past.ours[-1] if past.ours and offer not in past.theirs[:-1] else None, self.view.values)
        if len(past.theirs) == 1:
            self.minds = self._many
        part = 0.0
        while part < 1.0:
            terms = self._terms(self.minds, self._view(self.minds))[:, -1]
            further = _degree(terms, 1.0 - part, self.effort.kept)
            self._resample(further * terms)
            part += further
            self._choose_candidates()
            self._move(part, self.effort.steps if part >= 1.0 else self.effort.steps // 3)
        self.view = self._view(self.minds)

    def utilities(self, side: str) -> Floats:
        """Return what each hypothesis gets from each past offer of a side, "theirs" or "ours"."""
        result: Floats = self.view.values @ self._rows_of(side).T
        return result

    def _choose_candidates(self) -> None:
        """Take as candidates the union of the frontiers with some hypotheses, as they stand."""
        task, sample = self.task, self.minds.take(np.arange(0, len(self.minds), max(len(self.minds) // FRONTIERS, 1)))
        values = self.wish.values(sample.wants, sample.curves)
        self.candidates = frontier_union(task.space, task.utility, np.flatnonzero(task.allowed), values)
        self.gains: Floats = task.utility[self.candidates] - task.reservation
        self._rows = one_hot(task.space, self.candidates).astype(np.float32)

    def _rows_of(self, side: str) -> Floats:
        made = getattr(self.history, side)
        known = self._made.get(side)
        if known is None or known[0] != made:
            known = self._made[side] = made.copy(), one_hot(self.task.space, np.array(made, dtype=np.intp))
        return known[1]

    def _view(self, minds: Minds) -> View:
        values = self.wish.values(minds.wants, minds.curves)
        liked = likings(self._rows, values.astype(np.float32))
        theirs, ours = values @ self._rows_of("theirs").T, values @ self._rows_of("ours").T
        most = np.maximum.accumulate(liked, axis=0)
        nearness = self._rivals.log_likelihood(values, theirs, self.near)
        return View(values, liked, most, self._limits(minds, most), theirs, ours, nearness)

    def _limits(self, minds: Minds, most: Singles) -> Floats:
        """Return each vendor's limit: the most it gets from an outcome that still brings us our share."""
        column = np.searchsorted(-self.gains, -np.minimum(minds.share, 1.0) * self.gains[0] + 1e-12, side="right") - 1
        limit = most[np.maximum(column, 0), np.arange(len(minds))].astype(np.float64)
        limit = limit * (1 - np.maximum(minds.share - 1, 0.0) / (WIDEST - 1))
        result: Floats = np.clip(np.where(minds.open, limit, most[-1] + 0.05), 0.02, 0.99)
        return result

    def _terms(self, minds: Minds, view: View) -> Floats:
        """Return the log likelihood of each vendor offer, and of the refusal that came with it, under each hypothesis."""
        past, manner = self.history, minds.manner
        clock, seen = np.array(past.clock), np.array(past.seen, dtype=np.intp)
        given, held = given_by(view.ours, seen), held_by(view.ours, self.task.rounds)[:, seen]
        targets = manner.targets(view.limit, clock, self.last_call, given, held)
        spread = manner.spread[:, None]
        over = view.theirs - targets
        width = np.where(over < 0, 0.4 * spread + 0.004, spread)
        terms: Floats = np.log((1 - SURPRISE) * np.exp(-np.abs(over) / width) / (1.4 * spread + 0.004) + SURPRISE)
        answered = np.flatnonzero(seen > 0)
        excess = (view.ours[:, seen[answered] - 1] - targets[:, answered]) / (0.3 * spread + 0.004)
        terms[:, answered] += np.log(SURPRISE + (1 - SURPRISE) / (1 + np.exp(np.clip(excess, -40, 40))))
        terms += view.nearness
        return terms

    def _resample(self, logs: Floats) -> None:
        """Keep hypotheses in proportion to how well they foresaw what is new."""
        weight = np.exp(logs - logs.max())
        kept = self.effort.kept
        steps = (np.arange(kept) + self.rng.random()) / kept
        rows = np.searchsorted(np.cumsum(weight / weight.sum()), steps).clip(0, len(weight) - 1)
        self.minds = self.minds.take(rows)

    def _move(self, part: float, steps: int) -> None:
        """Take steps by the rule of Metropolis and Hastings, the latest offer counting for `part` of itself."""
        prior, view = self.task.prior, self._view(self.minds)
        logs = self._weighed(self.minds, view, part)
        for _ in range(steps):
            proposal = self.minds.moved(self.rng)
            seen = self._view(proposal)
            taken, logs = self._taken(logs, self._weighed(proposal, seen, part))
            self.minds = self.minds.mixed(proposal, taken)
            view = _chosen(view, seen, taken)
            for _ in range(PACED):
                proposal = self.minds.paced(self.rng, prior)
                seen = replace(view, limit=self._limits(proposal, view.most))
                taken, logs = self._taken(logs, self._weighed(proposal, seen, part))
                self.minds = self.minds.mixed(proposal, taken)
                view = replace(view, limit=np.where(taken, seen.limit, view.limit))

    def _weighed(self, minds: Minds, view: View, part: float) -> Floats:
        terms = self._terms(minds, view)
        logs: Floats = terms[:, :-1].sum(axis=1) + part * terms[:, -1] + minds.log_prior(self.task.prior)
        return logs

    def _taken(self, before: Floats, after: Floats) -> tuple[Mask, Floats]:
        taken = np.log(self.rng.random(len(before))) < after - before
        return taken, np.where(taken, after, before)


def _degree(terms: Floats, most: float, wanted: int) -> float:
    """Return how much of an offer to take in at once: all that is left, or less where too few hypotheses would survive."""
    for part in (most, 0.5 * most, 0.25 * most, 0.1 * most):
        weight = np.exp(part * (terms - terms.max()))
        if weight.sum() ** 2 / (weight**2).sum() >= KEEP * wanted or part <= 0.1:
            return part
    return 0.1 * most


def _chosen(view: View, other: View, rows: Mask) -> View:
    wide = rows[:, None]
    return View(
        np.where(wide, other.values, view.values),
        np.where(rows, other.liked, view.liked),
        np.where(rows, other.most, view.most),
        np.where(rows, other.limit, view.limit),
        np.where(wide, other.theirs, view.theirs),
        np.where(wide, other.ours, view.ours),
        np.where(wide, other.nearness, view.nearness),
    )
