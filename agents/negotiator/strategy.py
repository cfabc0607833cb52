"""The strategy: offers on the table in, next move out. Arithmetic only, and each step can be explained.

What comes before any bargaining is asked here, in this order: a must-have that is denied, nothing offered yet, an answer that
cannot be read, something unclear, another currency. The bargaining itself is the engine's (`agents.negotiation`), inside the
rules of `agents.negotiator.bargaining`.
"""

from __future__ import annotations

from functools import lru_cache

from agents.negotiator.brief import Move
from agents.negotiator.position import Decision, Position, faults, max_rounds
from memory.domain.instruction import Urgency
from memory.domain.quote import Terms

QUESTIONS = {Urgency.HOT: 1, Urgency.NORMAL: 2, Urgency.COLD: 2}


def decide(position: Position) -> Decision:
    """Return the next move. The same position always gives the same move."""
    return _before_bargaining(position) or _sure(position, _bargained(position.model_dump_json()))


def _sure(position: Position, decision: Decision) -> Decision:
    """Return the decision; an offer whose validity is in doubt is not taken but asked about, and when asking is over, bargained on."""
    if decision.move is not Move.ACCEPT or not position.before_accepting:
        return decision
    if _may_ask(position):
        why = "it would be taken, but until when it stands is not clear: " + " ".join(position.before_accepting)
        return Decision(move=Move.CLARIFY, rationale=why, questions=position.before_accepting)
    doubted = position.model_copy(update={"questions": (*position.questions, *position.before_accepting), "before_accepting": ()})
    return _bargained(doubted.model_dump_json())


def _may_ask(position: Position) -> bool:
    return position.questions_asked < QUESTIONS[position.requisition.urgency]


@lru_cache(maxsize=256)
def _bargained(said: str) -> Decision:
    """Return the engine's move for a position, written out since a position cannot be hashed.

    A decision is asked for more than once: when it is made, when its letter is checked, and again after a restart.
    """
    from agents.negotiator.bargaining import bargain  # the engine's arithmetic is loaded where something is bargained over

    position = Position.model_validate_json(said)
    return bargain(position, position.theirs[-1])


def _before_bargaining(position: Position) -> Decision | None:
    """Return the move when there is nothing to bargain over yet, or no more, or something is unclear; else None."""
    if position.denied_needs:
        return Decision(move=Move.WALK_AWAY, rationale="; ".join(position.denied_needs))
    if position.readable and not position.theirs:
        return Decision(move=Move.REQUEST_QUOTE, rationale="nothing has been offered yet")
    may_ask = _may_ask(position)
    if not position.readable:
        why = "no offer could be read in the answer"
        return (
            Decision(move=Move.CLARIFY, rationale=why) if may_ask else Decision(move=Move.WALK_AWAY, rationale=f"{why}, after asking again")
        )
    points = _open_points(position, position.theirs[-1])
    if points and may_ask:
        return Decision(move=Move.CLARIFY, rationale="asked before anything is decided: " + " ".join(points), questions=points)
    if position.theirs[-1].currency != position.requisition.ceiling.currency:
        return Decision(move=Move.WALK_AWAY, rationale="; ".join(faults(position, position.theirs[-1])))
    return None


def _open_points(position: Position, latest: Terms) -> tuple[str, ...]:
    wanted = position.requisition.ceiling.currency
    if latest.currency != wanted:
        return (f"Could you please quote in {wanted}?",)
    return position.questions


__all__ = ["Decision", "Position", "decide", "faults", "max_rounds"]
