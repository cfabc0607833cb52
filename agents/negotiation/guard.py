"""Limits outside the strategy: whatever the strategy believes, no move leaves that breaks one."""

from __future__ import annotations

import numpy as np

from agents.negotiation.task import EPS, MoveKind, Task


def lawful(task: Task, outcome: int | None) -> bool:
    """Tell whether an outcome may be offered or accepted: it exists, is permitted, and is not worse than walking away."""
    if outcome is None or not 0 <= outcome < task.space.size:
        return False
    return bool(task.space.permitted[outcome]) and bool(task.utility[outcome] >= task.reservation - EPS)


def guarded(task: Task, kind: MoveKind, outcome: int | None, standing: int | None) -> tuple[MoveKind, int | None]:
    """Return the move itself when it breaks no limit, else the nearest that breaks none.

    We never pay more than is asked: an offer that is worth no more to us than a lawful one on the table becomes its acceptance.
    An unlawful offer or acceptance becomes our best permitted offer, or, without any, the end of the talks.
    """
    takeable = lawful(task, standing)
    if kind is MoveKind.END or (kind is MoveKind.ACCEPT and outcome == standing and takeable):
        return kind, outcome if kind is MoveKind.ACCEPT else None
    if kind is MoveKind.OFFER and outcome is not None and lawful(task, outcome):
        if standing is not None and takeable and task.utility[outcome] <= task.utility[standing]:
            return MoveKind.ACCEPT, standing
        return kind, outcome
    allowed = task.allowed
    if not allowed.any():
        return MoveKind.END, None
    return MoveKind.OFFER, int(np.argmax(np.where(allowed, task.utility, -np.inf)))
