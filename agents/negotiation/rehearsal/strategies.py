"""Who plays our side in a rehearsal: the engine, and plain strategies to hold it against."""

from __future__ import annotations

import copy
from collections.abc import Callable
from enum import StrEnum

import numpy as np

from agents.negotiation.engine import Negotiation
from agents.negotiation.guard import guarded, lawful
from agents.negotiation.rehearsal.planned import Move, Planned, Player
from agents.negotiation.task import MoveKind


class StrategyName(StrEnum):
    """The strategies that a rehearsal can compare."""

    ENGINE = "engine"
    """The product's own."""
    HOLD = "hold"
    """Asks for the best outcome throughout (for what it asked last, in the middle), and takes at the end what beats walking away."""
    LINEAR = "linear"
    """Gives way evenly over time."""
    BOULWARE = "boulware"
    """Gives way late: the fourth power of time."""


PlayerMaker = Callable[[], Player]


def players(name: StrategyName, planned: Planned) -> PlayerMaker:
    """Return what makes a new player for each talk, at the place where the planned negotiation stands."""
    if name is StrategyName.ENGINE:
        return planned.own or _engine(planned)
    exponent = {StrategyName.HOLD: None, StrategyName.LINEAR: 1.0, StrategyName.BOULWARE: 4.0}[name]
    return lambda: _TimeBased(planned, exponent)


def _engine(planned: Planned) -> PlayerMaker:
    # What was said so far is thought through once; each talk goes on from a copy.
    begun = Negotiation.replayed(planned.task, planned.turns)
    return lambda: _Engine(copy.deepcopy(begun, {id(planned.task): planned.task}))


class _Engine:
    def __init__(self, talks: Negotiation) -> None:
        self._talks = talks

    def turn(self, offer: int | None) -> Move:
        decision = self._talks.turn(offer)
        return Move(decision.kind, decision.outcome, decision.why, decision.why.words)


class _TimeBased:
    """Concession by time (Faratin, Sierra and Jennings, 1998): `exponent` None holds. It offers what is nearest to the vendor's offer."""

    def __init__(self, planned: Planned, exponent: float | None) -> None:
        task = planned.task
        self._task, self._exponent, self._turn = task, exponent, len(planned.turns)
        self._allowed = np.flatnonzero(task.allowed)
        self._gains = task.utility[self._allowed] - task.reservation
        self._places = task.space.grid / np.array([max(len(issue.values) - 1, 1) for issue in task.space.issues])
        self._top = float(self._gains.max()) if len(self._gains) else 0.0
        self._began, self._start = 0.0, self._top
        if planned.ours:
            self._began = (self._turn - 1) / max(task.rounds - 1, 1)
            self._start = min(max(float(task.utility[planned.ours[-1]]) - task.reservation, 0.0), self._top)

    def turn(self, offer: int | None) -> Move:
        turn, self._turn = self._turn, self._turn + 1
        return Move(*guarded(self._task, *self._wanted(offer, turn), offer))

    def _wanted(self, offer: int | None, turn: int) -> tuple[MoveKind, int | None]:
        if not len(self._allowed):
            return MoveKind.END, None
        target = self._target(turn)
        lasts = turn >= self._task.rounds - 1
        if offer is not None and lawful(self._task, offer):
            gain = float(self._task.utility[offer]) - self._task.reservation
            # When we speak first the vendor still answers our last offer; else what stands is all that is left.
            if gain >= target - 1e-9 or (lasts and not self._task.moves_first):
                return MoveKind.ACCEPT, offer
        fits = self._allowed[self._gains >= target - 1e-9]
        if offer is None or (self._exponent is None and self._start >= self._top):
            return MoveKind.OFFER, int(fits[np.argmax(self._task.utility[fits])])
        far = np.abs(self._places[fits] - self._places[offer]).sum(axis=1)
        return MoveKind.OFFER, int(fits[np.argmin(far)])

    def _target(self, turn: int) -> float:
        if self._exponent is None:
            return self._start
        clock = turn / max(self._task.rounds - 1, 1)
        gone = min(max((clock - self._began) / max(1 - self._began, 1e-9), 0.0), 1.0)
        return self._start * (1 - float(gone**self._exponent))
