"""A negotiation that is planned, or stands in the middle: the task, what was said so far, and what each outcome costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from agents.negotiation.task import MoveKind, Reason, Task, Turn
from memory.domain.errors import InputError
from memory.domain.quote import Terms


@dataclass(frozen=True)
class Move:
    """What our side does, and why: the engine's reason, or words (plain strategies give none)."""

    kind: MoveKind
    outcome: int | None
    why: Reason | None = None
    words: str = ""
    broke: bool = False
    """Whether the move breaks a limit that outcomes do not show."""


class Player(Protocol):
    """Our side in one talk."""

    def turn(self, offer: int | None) -> Move:
        """Return our move, given the vendor's standing offer (None: nothing on the table yet)."""


@dataclass(frozen=True, eq=False)
class Planned:
    """What a rehearsal starts from.

    `turns` are our turns so far; `standing` is the vendor's offer that waits for our answer (None: the vendor owes one, or
    nothing was said yet). `total_of` gives the all-in total of an outcome in minor units of `currency`, None where outcomes have
    no price; `terms_of` its terms, `told_of` an outcome in words. `own` makes the player of the product's own strategy, where that is more than the
    engine on this task. `reads_back` tells whether an offer that is mailed with such words beside it is read as it was meant.
    """

    task: Task
    turns: tuple[Turn, ...] = ()
    standing: int | None = None
    total_of: Callable[[int], int] | None = None
    currency: str = ""
    terms_of: Callable[[int], Terms] | None = None
    told_of: Callable[[int], str] | None = None
    own: Callable[[], Player] | None = None
    reads_back: Callable[[int, str], bool] | None = None

    def __post_init__(self) -> None:
        """Raise `InputError` when more turns were taken than there are rounds."""
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
    def offers_at_most(self) -> int:
        """How many offers of ours can have an answer: where the vendor speaks first, our last turn only takes or leaves."""
        return self.task.rounds if self.task.moves_first else self.task.rounds - 1

    @property
    def our_turn(self) -> bool:
        """Whether we are the next to speak."""
        if self.turns or self.standing is not None:
            return self.standing is not None
        return self.task.moves_first

    def in_words(self, outcome: int) -> str:
        """Return an outcome in words: as `unit_price 45, term_months 12` where nobody knows better ones."""
        if self.told_of is not None:
            return self.told_of(outcome)
        space = self.task.space
        return ", ".join(f"{issue.name} {value}" for issue, value in zip(space.issues, space.values_of(outcome), strict=True))
