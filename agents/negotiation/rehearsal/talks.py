"""One talk between a strategy and a simulated vendor, by the rules of the task; nothing outside is touched."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiation.rehearsal.planned import Planned
from agents.negotiation.rehearsal.strategies import Player
from agents.negotiation.rehearsal.vendors import SimulatedVendor
from agents.negotiation.task import EPS, MoveKind, Reason, Task


@dataclass(frozen=True)
class Step:
    """One turn: who (`ours`), what, which outcome, and our reason."""

    ours: bool
    kind: MoveKind
    outcome: int | None
    why: Reason | None = None


@dataclass(frozen=True)
class Talk:
    """How a talk went. `deal` is the outcome signed, None without one; `rounds` counts our turns, those before the rehearsal too."""

    steps: tuple[Step, ...]
    deal: int | None
    rounds: int
    breaches: int
    vendor_left: bool = False


def hold_talk(planned: Planned, player: Player, vendor: SimulatedVendor) -> Talk:
    """Play a talk to its end: a deal, somebody leaves, or the rounds are over."""
    task, steps = planned.task, list[Step]()
    ours, theirs = (planned.ours[-1] if planned.ours else None), planned.standing
    turn, our_turn = len(planned.turns), planned.our_turn
    deal: int | None = None
    breaches = 0
    while True:
        if our_turn:
            if turn >= task.rounds:
                break
            move = player.turn(theirs)
            steps.append(Step(ours=True, kind=move.kind, outcome=move.outcome, why=move.why))
            breaches += _breaks(task, steps[-1], theirs)
            turn += 1
            ours = move.outcome
        else:
            # The side that moves first has made one turn more when the other answers.
            their_turn = turn - 1 if task.moves_first else turn
            if their_turn >= task.rounds:
                break
            answer = vendor.answer(ours, their_turn)
            steps.append(Step(ours=False, kind=answer.kind, outcome=answer.outcome))
            theirs = answer.outcome
        if steps[-1].kind is not MoveKind.OFFER:
            deal = steps[-1].outcome if steps[-1].kind is MoveKind.ACCEPT else None
            break
        our_turn = not our_turn
    left = bool(steps) and not steps[-1].ours and steps[-1].kind is MoveKind.END
    return Talk(tuple(steps), deal, turn, breaches, left)


def _breaks(task: Task, step: Step, standing: int | None) -> bool:
    """Tell whether a move of ours broke a limit. Asked here and not of the guard, which is what is put to the test."""
    if step.outcome is None:
        return step.kind is not MoveKind.END
    if step.kind is MoveKind.ACCEPT and step.outcome != standing:
        return True
    return not task.space.permitted[step.outcome] or bool(task.utility[step.outcome] < task.reservation - EPS)
