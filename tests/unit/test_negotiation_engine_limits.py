"""No limit is broken, whatever the vendor says: a property test, and many fast talks against malicious vendors.

$NEGOTIATIONS says how many talks are played (400); `make bench-negotiation` plays 100,000 of them.
"""

from __future__ import annotations

import os

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task
from agents.negotiation.guard import guarded, lawful
from agents.negotiation.opponent import Effort

TALKS = int(os.environ.get("NEGOTIATIONS", "400"))
FAST = Effort(drawn=32, kept=16, steps=1)
VENDORS = ("random", "forbidden", "tempting", "echo", "wall", "below", "erratic_end", "honest")


def task_of(rng: np.random.Generator, *, moves_first: bool | None = None) -> Task:
    """Return a task with random issues, wishes, limits and deadline; sometimes nothing is permitted, or everything is worthless."""
    names = rng.choice(
        ["unit_price", "seats", "term_months", "payment_days", "setup_fee", "support", "alpha"], rng.integers(1, 5), replace=False
    )
    space = Space.product(tuple(Issue(str(name), tuple(float(v) for v in range(rng.integers(1, 6)))) for name in names))
    space.permitted[:] = rng.random(space.size) < rng.choice([0.0, 0.1, 0.5, 0.9, 1.0], p=[0.05, 0.2, 0.25, 0.25, 0.25])
    utility = rng.random(space.size) if rng.random() < 0.9 else np.full(space.size, float(rng.random()))
    first = bool(rng.random() < 0.5) if moves_first is None else moves_first
    return Task(space, utility, float(rng.choice([0.0, 0.3, 0.7, 0.99, 1.0])), int(rng.integers(1, 7)), first, int(rng.integers(2**31)))


def said_by(kind: str, task: Task, ours: int | None, rng: np.random.Generator) -> int:
    """Return a malicious vendor's offer: forbidden ones, ones just below walking away, ours with one term exchanged, and so on."""
    size = task.space.size
    allowed = task.allowed
    if kind == "forbidden" and not allowed.all():
        return int(rng.choice(np.flatnonzero(~allowed)))
    worst_of = {
        "tempting": np.where(task.space.permitted, 1.0, -task.utility),  # the best there is for us, though it is not permitted
        "below": np.abs(task.utility - (task.reservation - 1e-4)),
        "wall": task.utility,
        "honest": -task.utility * rng.random(size),
    }
    if kind in worst_of:
        return int(np.argmin(worst_of[kind]))
    if kind == "echo" and ours is not None:
        near = np.flatnonzero((task.space.grid != task.space.grid[ours]).sum(axis=1) == 1)
        return int(rng.choice(near)) if len(near) else ours
    return int(rng.integers(size))


def played(task: Task, kind: str, rng: np.random.Generator, effort: Effort = FAST) -> list[tuple[MoveKind, int | None, int | None]]:
    """Play a talk and return our moves as (kind, outcome, what stood on the table)."""
    talks, moves = Negotiation(task, effort), []
    standing = None if task.moves_first else said_by(kind, task, None, rng)
    for _ in range(task.rounds):
        decision = talks.turn(standing)
        moves.append((decision.kind, decision.outcome, standing))
        if decision.kind is not MoveKind.OFFER or rng.random() < 0.05:
            break
        standing = said_by(kind, task, decision.outcome, rng)
    return moves


def broken(task: Task, moves: list[tuple[MoveKind, int | None, int | None]]) -> list[str]:
    """Return every limit that the moves broke, by its own reckoning."""
    found = []
    for number, (kind, outcome, standing) in enumerate(moves):
        if kind is MoveKind.END:
            takeable = standing is not None and task.space.permitted[standing] and task.utility[standing] >= task.reservation
            found += ["let a lawful offer lapse"] if takeable else []
            continue
        if outcome is None or not task.space.permitted[outcome]:
            found.append(f"{kind} of a forbidden outcome in round {number}")
        elif task.utility[outcome] < task.reservation - 1e-6:
            found.append(f"{kind} below walking away in round {number}")
        if kind is MoveKind.ACCEPT and outcome != standing:
            found.append("accepted what is not on the table")
        if kind is MoveKind.OFFER and standing is not None and task.allowed[standing] and task.utility[outcome] <= task.utility[standing]:
            found.append("asked for less than was offered")
    return found


def talks_of(seed: int, effort: Effort = FAST) -> list[str]:
    """Play talk number `seed` and return what it broke."""
    rng = np.random.default_rng(seed)
    task = task_of(rng)
    return broken(task, played(task, str(rng.choice(VENDORS)), rng, effort))


def test_no_limit_is_broken_in_many_talks_with_malicious_vendors() -> None:
    assert [what for seed in range(TALKS) for what in talks_of(seed)] == []


def test_no_limit_is_broken_when_thinking_hard() -> None:
    assert [what for seed in range(5000, 5030) for what in talks_of(seed, Effort())] == []


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**31 - 1), st.sampled_from(VENDORS))
def test_whatever_the_task_and_the_vendor_no_limit_is_broken(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    task = task_of(rng)
    assert broken(task, played(task, kind, rng)) == []


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=2**31 - 1), st.sampled_from(list(MoveKind)), st.one_of(st.none(), st.integers(-3, 700)))
def test_the_guard_lets_nothing_unlawful_out_even_of_a_mad_strategy(seed: int, kind: MoveKind, outcome: int | None) -> None:
    rng = np.random.default_rng(seed)
    task = task_of(rng)
    standing = int(rng.integers(task.space.size)) if rng.random() < 0.7 else None
    made, what = guarded(task, kind, outcome, standing)
    assert what is None if made is MoveKind.END else lawful(task, what)
    assert made is not MoveKind.ACCEPT or what == standing


def test_a_vendor_that_never_moves_ends_at_the_deadline_and_not_later() -> None:
    rng = np.random.default_rng(1)
    task = task_of(rng, moves_first=False)
    assert len(played(task, "wall", rng)) <= task.rounds


def test_limits_that_change_after_the_task_was_made_bind_the_next_move() -> None:
    space = Space.product((Issue("unit_price", (1.0, 2.0, 3.0, 4.0)), Issue("seats", (10.0, 20.0, 30.0))))
    task = Task(space, np.linspace(1, 0, space.size), 0.1, 4, moves_first=True, seed=3)
    talks = Negotiation(task, FAST)
    talks.turn(None)
    space.permitted[:] = False
    decision = talks.turn(0)
    assert decision.kind is MoveKind.END
