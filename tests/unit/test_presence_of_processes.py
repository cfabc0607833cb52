"""One worker and one dispatcher on a laptop's home, unless they have names; any number on Postgres."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.home import Home
from app.presence import alone, process_name
from app.settings import Settings
from memory.domain.errors import ConflictError, InputError

LAPTOP, SERVER = Settings(), Settings(database_url="postgresql+psycopg://db.example/qm")


def test_a_laptops_process_goes_by_its_role_so_that_it_takes_back_its_own_work() -> None:
    assert (process_name(LAPTOP, "worker"), process_name(LAPTOP, "worker", "two")) == ("worker", "worker-two")


def test_on_postgres_each_process_has_a_name_of_its_own() -> None:
    names = {process_name(SERVER, "worker") for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("worker-") and len(name) < 60 for name in names)
    assert process_name(SERVER, "worker", "berlin") == "worker-berlin"


@pytest.mark.parametrize("name", ["../evil", "two words", "-x", "a" * 41, "ü"])
def test_a_name_is_a_name(name: str) -> None:
    with pytest.raises(InputError, match="not a name"):
        process_name(LAPTOP, "worker", name)


def test_the_second_of_a_name_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with (
        alone(home, LAPTOP, "worker"),
        alone(home, LAPTOP, "dispatcher"),
        alone(home, LAPTOP, "worker-two"),
        pytest.raises(ConflictError, match="a worker is running") as refused,
        alone(home, LAPTOP, "worker"),
    ):
        pass
    assert "--name" in refused.value.hint
    with alone(home, LAPTOP, "worker"):
        pass


def test_a_name_is_free_the_moment_its_process_is_killed(tmp_path: Path) -> None:
    holds = (
        "import sys; from pathlib import Path; from app.home import Home; from app.presence import alone; from app.settings import Settings\n"
        "with alone(Home(Path(sys.argv[1])), Settings(), 'worker'): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holds, str(tmp_path)]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError), alone(Home(tmp_path), LAPTOP, "worker"):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait(60)
        with alone(Home(tmp_path), LAPTOP, "worker"):
            pass
