"""CPU time of one decision of the negotiation engine, beside the plain strategies of the public harness where that is at hand.

The goals: 99 of 100 decisions take no more than 50 ms at 4,000 outcomes and 500 ms at 50,000. $NEGO_BENCH names the harness's
folder; without it only the engine is timed, and the output says so.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task

_TALKS = {4_000: 30, 50_000: 6}
_ROUNDS = 10
_SHAPES = {4_000: (16, 5, 5, 10), 50_000: (20, 10, 10, 5, 5)}
_NAMES = ("unit_price", "term_months", "payment_days", "seats", "notice_days")


def _task(outcomes: int, seed: int) -> Task:
    rng = np.random.default_rng(seed)
    issues = tuple(Issue(name, tuple(float(k) for k in range(size))) for name, size in zip(_NAMES, _SHAPES[outcomes], strict=False))
    space = Space.product(issues)
    ramps = [np.linspace(0, 1, size)[space.grid[:, j]] for j, size in enumerate(_SHAPES[outcomes])]
    weights = rng.dirichlet(np.full(len(ramps), 2.0))
    utility = sum(w * (ramp if rises else 1 - ramp) for w, ramp, rises in zip(weights, ramps, (0, 0, 1, 0, 0), strict=False))
    space.permitted[:] = ramps[0] < 0.85
    return Task(space, utility, 0.3, _ROUNDS, moves_first=bool(seed % 2), seed=seed)


def _offers(task: Task) -> list[int]:
    """Return what a seller that wants the opposite, and gives way evenly, lays down round by round."""
    theirs = 1 - task.utility
    targets = np.linspace(1.0, 0.5, task.rounds) * float(theirs.max())
    return [int(np.argmin(np.where(theirs >= target - 1e-9, theirs, 2.0))) for target in targets]


def _timed_engine(outcomes: int) -> np.ndarray:
    spent = []
    for seed in range(_TALKS[outcomes]):
        task = _task(outcomes, seed)
        offers = _offers(task)
        begun = time.process_time()
        talks = Negotiation(task)
        for standing in ([None] if task.moves_first else []) + offers[: task.rounds - task.moves_first]:
            kind = talks.turn(standing).kind
            spent.append(time.process_time() - begun)
            begun = time.process_time()
            if kind is not MoveKind.OFFER:
                break
    return np.array(spent) * 1000


def _timed_reference(outcomes: int, name: str) -> np.ndarray:
    strategy = importlib.import_module("nego_bench.references").REFERENCES[name]
    spent = []
    for seed in range(_TALKS[outcomes]):
        task = _task(outcomes, seed)
        offers, listed = _offers(task), [task.space.values_of(i) for i in range(task.space.size)]
        at = {values: i for i, values in enumerate(listed)}
        brief = SimpleNamespace(
            utility=task.utility,
            policy_ok=task.space.permitted,
            reservation=0.3,
            outcomes=listed,
            seed=seed,
            index=lambda values, at=at: at[tuple(values)],
        )
        begun = time.process_time()
        buyer = strategy(brief)
        for number, offer in enumerate(offers):
            message = SimpleNamespace(round=number, n_rounds=_ROUNDS, t=(number + 1) / (_ROUNDS + 1), offer=listed[offer])
            kind = buyer.act(message).kind
            spent.append(time.process_time() - begun)
            begun = time.process_time()
            if kind != "offer":
                break
    return np.array(spent) * 1000


def _shown(name: str, outcomes: int, spent: np.ndarray) -> str:
    middle, late, worst = (*np.quantile(spent, (0.5, 0.99)), spent.max())
    return f"{name:12} {outcomes:6,} outcomes: median {middle:6.1f} ms, p99 {late:6.1f} ms, most {worst:6.1f} ms, {len(spent)} decisions\n"


def test_cpu_of_a_decision_at_4000_and_50000_outcomes(capsys, monkeypatch):
    harness = Path(os.environ.get("NEGO_BENCH", "../shared/bench/negotiation")).resolve()
    lines = []
    if (harness / "nego_bench").is_dir():
        monkeypatch.syspath_prepend(str(harness))
        lines = [_shown(name, n, _timed_reference(n, name)) for n in _TALKS for name in ("RefBoulware", "RefLinear", "RefConceder")]
    else:
        lines.append(f"no harness at {harness.name}: its reference strategies are not timed\n")
    engine = {n: _timed_engine(n) for n in _TALKS}
    lines += [_shown("engine", n, spent) for n, spent in engine.items()]
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(lines))
    assert all(len(spent) > _TALKS[n] for n, spent in engine.items())
