"""The negotiation itself: one call per turn."""

from __future__ import annotations

from collections.abc import Iterable

from agents.negotiation.task import Decision, Task, Turn


class Negotiation:
    """One buyer-side negotiation. Deterministic: the same task and the same turns give the same decisions."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.turns: list[Turn] = []

    @classmethod
    def replayed(cls, task: Task, turns: Iterable[Turn]) -> Negotiation:
        """Return the negotiation as it stood after these turns, for example after a restart."""
        raise NotImplementedError

    def turn(self, offer: int | None) -> Decision:
        """Return our move, given the vendor's standing offer (None: nothing on the table yet)."""
        raise NotImplementedError

    def amend(self, outcome: int) -> None:
        """Record that another outcome was offered than the one decided last: the operator changed the letter."""
        raise NotImplementedError
