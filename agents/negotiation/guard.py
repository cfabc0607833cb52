"""Limits outside the strategy: whatever the strategy believes, no move leaves that breaks one."""

from __future__ import annotations

from agents.negotiation.task import EPS, MoveKind, Task


def lawful(task: Task, outcome: int | None) -> bool:
    """Tell whether an outcome may be offered or accepted: it exists, is permitted, and is not worse than walking away."""
    if outcome is None or not 0 <= outcome < task.space.size:
        return False
    return bool(task.space.permitted[outcome]) and bool(task.utility[outcome] >= task.reservation - EPS)


def guarded(task: Task, kind: MoveKind, outcome: int | None, standing: int | None) -> tuple[MoveKind, int | None]:
    """Return the move itself when it is lawful; else the nearest lawful one: our best permitted outcome, or to end the talks."""
    if kind is MoveKind.END:
        return kind, None
    if kind is MoveKind.ACCEPT and outcome == standing and lawful(task, outcome):
        return kind, outcome
    if kind is MoveKind.OFFER and lawful(task, outcome):
        return kind, outcome
    allowed = task.allowed
    if not allowed.any():
        return MoveKind.END, None
    best = max(range(task.space.size), key=lambda i: (bool(allowed[i]), float(task.utility[i]), -i))
    return MoveKind.OFFER, best
