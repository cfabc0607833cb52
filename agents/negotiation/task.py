"""What the engine is told, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from agents.negotiation.prior import VendorPrior
from agents.negotiation.space import Floats, Mask, Space
from memory.domain.base import Noun
from memory.domain.errors import InputError

MOST_ROUNDS = 1000
EPS = 1e-9


@dataclass(frozen=True, eq=False)
class Task:
    """One negotiation from the buyer's side.

    `utility` is what each outcome is worth to us, in [0, 1]; `reservation` what it is worth to walk away. `rounds` counts
    rounds of one turn of each side; the side that does not move first speaks last, and its last counteroffer has no answer.
    `seed` decides every draw: the same task and offers give the same moves.
    """

    space: Space
    utility: Floats
    reservation: float
    rounds: int
    moves_first: bool
    seed: int = 0
    prior: VendorPrior | None = None

    def __post_init__(self) -> None:
        """Raise `InputError` for utilities that are no numbers in [0, 1], or rounds that are none."""
        if self.utility.shape != (self.space.size,) or not np.isfinite(self.utility).all() or not np.isfinite(self.reservation):
            raise InputError("each outcome needs one finite utility, and walking away a finite value", hint="check the preferences")
        if self.utility.min() < -EPS or self.utility.max() > 1 + EPS:
            raise InputError("utilities must lie between 0 and 1", hint="scale them: 1 is the best imaginable outcome")
        if not 1 <= self.rounds <= MOST_ROUNDS:
            raise InputError(f"{self.rounds} rounds cannot be planned", hint=f"give 1 to {MOST_ROUNDS} rounds")

    @property
    def allowed(self) -> Mask:
        """Outcomes that may be offered or accepted: permitted, and not worse than walking away."""
        mask: Mask = self.space.permitted & (self.utility >= self.reservation)
        return mask


class MoveKind(StrEnum):
    """What a side does on its turn."""

    ACCEPT = "accept"
    OFFER = "offer"
    END = "end"


class Reason(Noun):
    """Why a move was made, for the ledger and the operator. Utilities are ours, in thousandths; chances too.

    `reachable` is our best guess of the most that this vendor would still sign, with its 80 % interval `reachable_low` to
    `reachable_high`; all three hold if it can meet us at all, `no_deal` being the chance that it
    cannot, and are 0 when that is the likelier. `behaviours` are the chances of each way to concede.
    """

    round: int
    standing: int | None
    going_on: int
    reachable: int
    reachable_low: int
    reachable_high: int
    no_deal: int = 0
    expected_next: int
    deal_chance: int
    behaviours: dict[str, int]
    words: str


class Decision(Noun):
    """The move, the outcome it concerns (None when ending), and why."""

    kind: MoveKind
    outcome: int | None
    why: Reason


class Turn(Noun):
    """One of our turns as it happened: the offer we found on the table (None: none yet) and the one we made (None: not yet)."""

    theirs: int | None
    ours: int | None = None
