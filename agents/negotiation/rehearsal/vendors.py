"""Simulated vendors for rehearsals and tests: they answer typed offers, each by its kind and its private character."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation.leanings import is_money
from agents.negotiation.rehearsal.character import Character
from agents.negotiation.rehearsal.paces import Pace, VendorKind
from agents.negotiation.rehearsal.planned import Planned
from agents.negotiation.space import Ints
from agents.negotiation.task import MoveKind

BAND = 0.04
NOTICED = 0.01
_KINDS = tuple(VendorKind)


@dataclass(frozen=True)
class Answer:
    """What the vendor does: takes our offer, makes its own, or leaves (`END`, without an outcome)."""

    kind: MoveKind
    outcome: int | None


class SimulatedVendor:
    """One vendor in one negotiation. The same planned negotiation, kind, seed and run give the same vendor, and the same answers."""

    def __init__(self, planned: Planned, kind: VendorKind, seed: int, run: int = 0) -> None:
        self.kind, self.run = kind, run
        self._rng = np.random.default_rng([seed, _KINDS.index(kind), run])
        self._rounds = planned.task.rounds
        self._ends_last = planned.task.moves_first
        self.character = Character.drawn(planned, self._rng)
        self.pace = Pace.drawn(kind, self._rounds, self._rng)
        space = planned.task.space
        self._places = space.grid / np.array([max(len(issue.values) - 1, 1) for issue in space.issues])
        self._money = [j for j, issue in enumerate(space.issues) if is_money(issue.name)]
        self._heard: list[int] = list(planned.ours[:-1] if planned.ours and not planned.our_turn else planned.ours)
        floor, utility = self.character.floor, self.character.utility
        self._low = floor + self.pace.margin * max(1 - floor, 0.0)
        self._start, self._gone = 1 - float(self._rng.uniform(0.0, 0.12)) * (1 - floor), 0.0
        if planned.theirs:
            self._start = float(utility[planned.theirs[-1]])
            self._gone = self.pace.share(self._clock(len(planned.theirs) - 1))
        self._low = min(self._low, self._start)
        self._last = planned.theirs[-1] if planned.theirs else None

    def signs(self, outcome: int) -> bool:
        """Tell whether an outcome is not below the vendor's limit."""
        return bool(self.character.utility[outcome] >= self.character.floor)

    def answer(self, ours: int | None, turn: int) -> Answer:
        """Return the vendor's answer on its turn (0 on its first) to our offer (None: we have made none yet)."""
        if ours is not None:
            self._heard.append(ours)
        target = self._target(turn)
        if ours is not None and self._takes(ours, target, turn):
            return Answer(MoveKind.ACCEPT, ours)
        if self._stalled() >= self.pace.patience:
            return Answer(MoveKind.END, None)
        self._last = self._offer(target)
        return Answer(MoveKind.OFFER, self._last)

    def _clock(self, turn: int) -> float:
        return min(turn / max(self._rounds - 1, 1), 1.0)

    def _target(self, turn: int) -> float:
        """Return what the vendor's next offer shall be worth to it: from where it stands, as far as its pace goes by now."""
        clock = self._clock(turn)
        if self.kind is VendorKind.TIT_FOR_TAT:
            target = self._start - self.pace.ratio * self._given() - 0.1 * (self._start - self._low) * clock
        else:
            left = max(1 - self._gone, 1e-9)
            share = min(max((self.pace.share(clock) - self._gone) / left, 0.0), 1.0)
            target = self._start - (self._start - self._low) * share
        if self.pace.noise:
            target += float(self._rng.normal(0.0, self.pace.noise))
        return min(max(target, self._low), 1.0)

    def _given(self) -> float:
        """Return how much better our offers have become for the vendor since our first."""
        heard = self.character.utility[self._heard]
        return float(heard.max() - heard[0]) if len(heard) else 0.0

    def _takes(self, ours: int, target: float, turn: int) -> bool:
        worth = float(self.character.utility[ours])
        if worth < self.character.floor:
            return False
        last_word = self._ends_last and turn >= self._rounds - 1
        return worth >= target or (last_word and self.pace.yields)

    def _stalled(self) -> int:
        """Return for how many offers in a row we have not moved."""
        worths = np.maximum.accumulate(self.character.utility[self._heard]) if self._heard else np.zeros(0)
        return int((worths >= worths[-1] - NOTICED).sum()) - 1 if len(worths) else 0

    def _offer(self, target: float) -> int:
        """Return an outcome of about the target's worth: the one nearest to our last offer, or any."""
        utility = self.character.utility
        fits: Ints = np.flatnonzero((utility >= target - 1e-9) & (utility <= target + BAND))
        if not len(fits):
            above = np.flatnonzero(utility >= target - 1e-9)
            return int(above[np.argmin(utility[above])])
        if self._last is not None and self._last in fits and not self.pace.noise:
            return self._last
        if self._last is not None and not self.pace.noise:
            # Whoever has named a price names no higher one later, whatever else it changes.
            calm = fits[(self._places[fits][:, self._money] <= self._places[self._last, self._money]).all(axis=1)]
            fits = calm if len(calm) else fits
        if self._heard and self.pace.near:
            far = np.abs(self._places[fits] - self._places[self._heard[-1]]).sum(axis=1)
            return int(fits[np.argmin(far)])
        return int(self._rng.choice(fits))
