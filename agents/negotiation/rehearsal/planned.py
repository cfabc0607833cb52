"""A negotiation that is planned, or stands in the middle: the task, what was said so far, and what each outcome costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.negotiation.space import Ints
from agents.negotiation.task import Task, Turn
from memory.domain.errors import InputError
from memory.domain.quote import Terms


@dataclass(frozen=True, eq=False)
class Planned:
    """What a rehearsal starts from.

    `turns` are our turns so far; `standing` is the vendor's offer that waits for our answer (None: the vendor owes one, or
    nothing was said yet). `totals` are all-in totals per outcome in minor units of `currency`, None where outcomes have no
    price; `terms_of` gives the terms of an outcome, for who wants to read or write it.
    """

    task: Task
    turns: tuple[Turn, ...] = ()
    standing: int | None = None
    totals: Ints | None = None
    currency: str = ""
    terms_of: Callable[[int], Terms] | None = None

    def __post_init__(self) -> None:
        """Raise `InputError` when the totals are not one per outcome, or more turns were taken than there are rounds."""
        if self.totals is not None and self.totals.shape != (self.task.space.size,):
            raise InputError("a rehearsal needs one total per outcome, or none", hint="leave the totals out")
        if len(self.turns) > self.task.rounds:
            raise InputError(f"{len(self.turns)} turns were taken in {self.task.rounds} rounds", hint="plan more rounds")

    @property
    def theirs(self) -> tuple[int, ...]:
        """The vendor's offers so far, the one that waits for our answer last."""
        heard = tuple(turn.theirs for turn in self.turns if turn.theirs is not None)
        return heard if self.standing is None else (*heard, self.standing)

    @property
    def ours(self) -> tuple[int, ...]:
        """Our offers so far."""
        return tuple(turn.ours for turn in self.turns if turn.ours is not None)

    @property
    def our_turn(self) -> bool:
        """Whether we are the next to speak."""
        if self.turns or self.standing is not None:
            return self.standing is not None
        return self.task.moves_first

    def in_words(self, outcome: int) -> str:
        """Return an outcome as `unit_price 45, term_months 12`."""
        space = self.task.space
        return ", ".join(f"{issue.name} {value}" for issue, value in zip(space.issues, space.values_of(outcome), strict=True))
