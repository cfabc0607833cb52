"""Jobs that make an effect move: under a name of their own for each reason, so that each reason is answered once."""

from __future__ import annotations

from memory.engine.port import HOUSE, Job, effects_queue
from memory.outbox import OutboxRow
from memory.unit_of_work import DISPATCH

RESOLVE = "resolve_effect"


def dispatch_job(row: OutboxRow, why: str | int, *, delay_s: int = 0) -> Job:
    """Return the job that lets a waiting effect leave; it does nothing when the effect does not wait any more."""
    return _job(row, "dispatch", DISPATCH, why, delay_s)


def resolve_job(row: OutboxRow, why: str | int) -> Job:
    """Return the job that looks up what became of an effect."""
    return _job(row, "resolve", RESOLVE, why, 0)


def next_look(row: OutboxRow, attempt: int, looks: int, *, delay_s: int) -> Job:
    """Return the job that looks up call number `attempt` once more, after it was found unknown `looks` times and once more.

    It says so in its argument: when somebody else has looked since, theirs is the next look, and this one is not made.
    """
    why = f"{attempt}/{looks}"
    return _job(row, "resolve", RESOLVE, why, delay_s, f"{row.effect_key}/{why}")


def _job(row: OutboxRow, verb: str, name: str, why: str | int, delay_s: int, argument: str = "") -> Job:
    key = row.effect_key
    # A look-up sends nothing: it neither waits for the turn of what does nor uses up how much may be sent.
    queue = HOUSE if name == RESOLVE else effects_queue(row.kind)
    return Job(f"{verb}/{key}/{why}", name, argument or key, lane=f"effect/{key}", delay_s=delay_s, queue=queue)
