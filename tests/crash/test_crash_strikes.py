"""The harness itself: a seed strikes the same steps each time, and all processes of a run count together."""

from __future__ import annotations

import os
import runpy
import signal
from pathlib import Path

import pytest

_STRIKES = runpy.run_path(str(Path(__file__).with_name("strikes.py")))
Aim, Strikes, read_log, reached = (_STRIKES[name] for name in ("Aim", "Strikes", "read_log", "reached"))


def _in_a_child(folder, aim, *points):
    """Reach boundaries in a process of its own; returns how it ended."""
    pid = os.fork()
    if not pid:
        strikes = Strikes(folder, aim, "child")
        for point in points:
            strikes.reach(point)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_boundary_is_counted_over_all_processes_and_strikes_whoever_reaches_it_then(tmp_path):
    aim = Aim(counts=(3,))
    assert _in_a_child(tmp_path, aim, "pay", "pay") == 0
    ended = _in_a_child(tmp_path, aim, "sign", "pay", "sign")
    assert os.WIFSIGNALED(ended)
    assert os.WTERMSIG(ended) == signal.SIGKILL
    assert [(line["point"], line["count"]) for line in read_log(tmp_path)] == [("pay", 3)]
    assert reached(tmp_path) == {"pay": 3, "sign": 1}


def test_the_same_seed_draws_the_same_strikes_and_another_seed_others():
    pairs = [(f"step {number}", count) for number in range(200) for count in (1, 2, 5)]

    def drawn(seed):
        return [Aim(counts=(1, 2, 5), share=0.3, seed=seed).strikes(*pair) for pair in pairs]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert 0.2 < sum(drawn(7)) / len(pairs) < 0.4


def test_a_boundary_inside_another_step_has_a_name_of_its_own(tmp_path):
    strikes = Strikes(tmp_path, Aim(), "worker")
    strikes.reach("look up")
    with strikes.inside("sweep"):
        strikes.reach("look up")
    assert reached(tmp_path) == {"look up": 1, "sweep: look up": 1}
