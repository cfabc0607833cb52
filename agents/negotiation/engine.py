"""The negotiation itself: one call per turn."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agents.negotiation.counters import Counters
from agents.negotiation.frontier import one_hot
from agents.negotiation.guard import guarded, lawful
from agents.negotiation.holding import heard, unheard
from agents.negotiation.opponent import Effort, Opponent
from agents.negotiation.planning import Outlook, Planner
from agents.negotiation.reasons import NOTHING, reason_of
from agents.negotiation.space import Floats, Ints
from agents.negotiation.task import Decision, MoveKind, Task, Turn
from memory.domain.errors import InputError


class Negotiation:
    """One buyer-side negotiation. Deterministic: the same task and the same turns give the same decisions."""

    def __init__(self, task: Task, effort: Effort | None = None) -> None:
        self.task = task
        self.turns: list[Turn] = []
        self.look: Outlook | None = None
        self._possible = bool(task.allowed.any())
        if self._possible:
            self._opponent = Opponent(task, effort or Effort())
            self._counters = Counters(task, self._opponent.rng)
            self._planner = Planner(task, self._opponent, self._counters)

    @classmethod
    def replayed(cls, task: Task, turns: Iterable[Turn]) -> Negotiation:
        """Return the negotiation as it stood after these turns, for example after a restart."""
        talks = cls(task)
        for turn in turns:
            talks.turn(turn.theirs)
            if turn.ours is not None:
                talks.amend(turn.ours)
        return talks

    def turn(self, offer: int | None) -> Decision:
        """Return our move, given the vendor's standing offer (None: nothing on the table yet).

        Raises `InputError` for an offer that is no outcome of the task.
        """
        if offer is not None and not 0 <= offer < self.task.space.size:
            raise InputError(f"{offer} is no outcome of this negotiation", hint="place the vendor's terms in the space first")
        round_ = len(self.turns)
        kind, outcome, look = self._decide(round_, offer)
        self.look = look
        kind, outcome = guarded(self.task, kind, outcome, offer)
        ours = outcome if kind is MoveKind.OFFER else None
        self.turns.append(Turn(theirs=offer, ours=ours))
        if ours is not None:
            self._opponent.history.ours.append(ours)
        why = (
            reason_of(self.task, round_, offer, self._opponent, look, kind)
            if self._possible
            else NOTHING.model_copy(update={"round": round_})
        )
        return Decision(kind=kind, outcome=outcome, why=why)

    def amend(self, outcome: int) -> None:
        """Record that another outcome was offered than the one decided last: the operator changed the letter, or a rule of ours the move."""
        decided = self.turns[-1].ours
        self.turns[-1] = Turn(theirs=self.turns[-1].theirs, ours=outcome)
        if self._possible:
            past = self._opponent.history.ours
            past[len(past) - (decided is not None) :] = [outcome]

    def liked(self, outcomes: Ints) -> Floats:
        """Return how much we think that the vendor likes outcomes, from 0 to 1: the mean over all we believe of it."""
        if not self._possible:
            return np.zeros(len(outcomes))
        result: Floats = self._opponent.view.values.mean(axis=0) @ one_hot(self.task.space, outcomes).T
        return result

    def _decide(self, round_: int, offer: int | None) -> tuple[MoveKind, int | None, Outlook | None]:
        task = self.task
        if not self._possible or not task.allowed.any():
            return MoveKind.END, None, None
        if offer is not None:
            vendor_round = round_ if not task.moves_first else round_ - 1
            self._opponent.near = self._counters.near
            if heard(task, round_, len(self._opponent.history.theirs)):
                self._opponent.observe(offer, vendor_round / max(task.rounds - 1, 1))
            past = self._opponent.history.ours
            self._counters.learn(offer, past[-1] if past else None, self._opponent.view.values)
        standing = float(task.utility[offer]) - task.reservation if offer is not None and lawful(task, offer) else None
        look = self._planner.look(round_)
        if look is None:
            return (MoveKind.ACCEPT, offer, None) if standing is not None else (MoveKind.END, None, None)
        if standing is not None and standing >= look.worth:
            return MoveKind.ACCEPT, offer, look
        return MoveKind.OFFER, self._at_least_theirs(self._unheard(look.offer, round_)), look

    def _unheard(self, outcome: int, round_: int) -> int:
        """Return the outcome, or one of about equal worth to us that we have not offered yet: some vendors move only on new offers."""
        task, past = self.task, self._opponent.history.ours
        if outcome not in past or round_ >= task.rounds - (1 if task.moves_first else 2):
            return outcome
        others = unheard(task, outcome, past, round_)
        return int(others[np.argmax(self.liked(others).round(9))]) if len(others) else outcome

    def _at_least_theirs(self, outcome: int) -> int:
        """Return the outcome, or the vendor's best offer so far where that is worth more to us: it was willing to sign that once."""
        past = [turn.theirs for turn in self.turns if turn.theirs is not None and lawful(self.task, turn.theirs)]
        best = max(past, key=lambda offer: float(self.task.utility[offer]), default=outcome)
        return best if self.task.utility[best] > self.task.utility[outcome] else outcome
