"""Several processes take the same steps of the same cases at once: each step is recorded once, on one chain per case."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

CHILD = textwrap.dedent("""
    import sys
    from pathlib import Path
    from app.ports import RandomIds, SystemClock
    from memory.database import open_database
    from memory.domain.events.cases import CasePaused
    from memory.engine.in_process import InProcessEngine
    from memory.ledger import Ledger
    from memory.projections.base import discover
    from memory.unit_of_work import UnitOfWork

    clock = SystemClock()
    database = open_database(sys.argv[1])
    work = UnitOfWork(database, Ledger(clock, RandomIds()), discover(), InProcessEngine(), clock)
    print("ready", flush=True)
    sys.stdin.readline()
    wrote = 0
    for number in range(30):
        stream = f"CASE-{number % 3}"
        done = work.act(f"step/{number}", [CasePaused(reason=sys.argv[2])], stream=stream, actor="child", result={"by": sys.argv[2]})
        wrote += not done.repeated
        assert done.repeated or done.result == {"by": sys.argv[2]}
    print(wrote)
""")


def test_the_same_steps_from_several_processes_are_recorded_once(core: Any) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, core.url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for name in ("a", "b", "c")
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    ended = [child.communicate() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], [error for _, error in ended]
    assert sum(int(out) for out, _ in ended) == 30
    assert (core.rows("events"), core.rows("acts"), core.verify().ok) == (30, 30, True)
    for event in core.events():
        assert core.unit_of_work.recorded(event.act_key) == {"by": event.body["reason"]}
