"""One talk between a strategy and a simulated vendor, by the rules of the task; nothing outside is touched."""

from __future__ import annotations

from dataclasses import dataclass

from agents.negotiation.rehearsal.planned import Move, Planned, Player
from agents.negotiation.rehearsal.sayings import words_of
from agents.negotiation.rehearsal.vendors import SimulatedVendor
from agents.negotiation.task import EPS, MoveKind, Reason, Task


@dataclass(frozen=True)
class Step:
    """One turn: who (`ours`), what, which outcome; our reason, in words what we think or what the vendor says beside its figures."""

    ours: bool
    kind: MoveKind
    outcome: int | None
    why: Reason | None = None
    words: str = ""


@dataclass(frozen=True)
class Talk:
    """How a talk went. `deal` is the outcome signed, None without one.

    `rounds` counts the offers of ours that can have an answer, those before the rehearsal too, as a negotiation's rounds are counted.
    `misread` counts offers that, sent as a mail in the vendor's words, would not be read as they were meant.
    """

    steps: tuple[Step, ...]
    deal: int | None
    rounds: int
    breaches: int
    misread: int
    vendor_left: bool = False


def hold_talk(planned: Planned, player: Player, vendor: SimulatedVendor) -> Talk:
    """Play a talk to its end: a deal, somebody leaves, or the rounds are over."""
    task, steps = planned.task, list[Step]()
    ours, theirs = (planned.ours[-1] if planned.ours else None), planned.standing
    turn, our_turn, offered = len(planned.turns), planned.our_turn, len(planned.ours)
    deal: int | None = None
    breaches = misread = 0
    while True:
        if our_turn:
            if turn >= task.rounds:
                break
            move = player.turn(theirs)
            steps.append(Step(ours=True, kind=move.kind, outcome=move.outcome, why=move.why, words=move.words))
            breaches += _breaks(task, move, theirs)
            turn += 1
            ours = move.outcome
            offered += move.kind is MoveKind.OFFER
        else:
            # The side that moves first has made one turn more when the other answers.
            their_turn = turn - 1 if task.moves_first else turn
            if their_turn >= task.rounds:
                break
            answer = vendor.answer(ours, their_turn)
            words = words_of(vendor.kind, vendor.run, their_turn)
            steps.append(Step(ours=False, kind=answer.kind, outcome=answer.outcome, words=words))
            theirs = answer.outcome
            misread += answer.kind is MoveKind.OFFER and _misread(planned, theirs, words)
        if steps[-1].kind is not MoveKind.OFFER:
            deal = steps[-1].outcome if steps[-1].kind is MoveKind.ACCEPT else None
            break
        our_turn = not our_turn
    left = bool(steps) and not steps[-1].ours and steps[-1].kind is MoveKind.END
    return Talk(tuple(steps), deal, min(offered, planned.offers_at_most), breaches, misread, left)


def _misread(planned: Planned, outcome: int | None, words: str) -> bool:
    return bool(words) and outcome is not None and planned.reads_back is not None and not planned.reads_back(outcome, words)


def _breaks(task: Task, move: Move, standing: int | None) -> bool:
    """Tell whether a move of ours broke a limit. Asked here and not of the guard, which is what is put to the test."""
    if move.broke or move.outcome is None:
        return move.broke or move.kind is not MoveKind.END
    if move.kind is MoveKind.ACCEPT and move.outcome != standing:
        return True
    return not task.space.permitted[move.outcome] or bool(task.utility[move.outcome] < task.reservation - EPS)
