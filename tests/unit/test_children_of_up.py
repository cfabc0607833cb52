"""Children of `qm up`: started again when they die, ever more slowly, reported when they keep dying, and never left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.children import Child, Children
from memory.domain.errors import VaultClosedError

LIVES = [sys.executable, "-c", "import sys; sys.stdin.read()"]
DIES = [sys.executable, "-c", "raise SystemExit(3)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); sys.stdin.read()",
]


@dataclass
class Watch:
    """A set of children with a clock that a test moves."""

    now: float = 1000.0
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = Children(self.told.append, now=lambda: self.now)

    def die(self, child: Child) -> None:
        """Wait for the end of its process, and look."""
        assert child.process is not None
        child.process.wait(60)
        self.kept.watch()


@pytest.fixture
def watch() -> Iterator[Watch]:
    one = Watch()
    yield one
    one.kept.stop()


def test_a_child_that_lives_is_left_alone(watch: Watch) -> None:
    child = watch.kept.add("dispatcher", LIVES)
    first = child.process
    for _ in range(5):
        watch.now += 10
        watch.kept.watch()
    assert (child.process, child.deaths, watch.told) == (first, 0, [])


def test_a_child_that_dies_is_started_again_after_ever_longer_waits_and_reported_when_it_keeps_dying(watch: Watch) -> None:
    child = watch.kept.add("dispatcher", DIES)
    waits = []
    for _ in range(7):
        watch.die(child)
        waits.append(child.again_at - watch.now)
        watch.now = child.again_at - 0.001
        watch.kept.watch()
        assert child.exit_code == 3, "not before its time"
        watch.now += 0.001
        watch.kept.watch()
        assert child.again_at == 0.0
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert [line for line in watch.told if "again and again" in line] == watch.told[-1:]
    assert "exit code 3" in watch.told[0]
    assert "qm doctor" in watch.told[-1]


def test_a_child_whose_end_no_new_start_mends_is_not_started_again(watch: Watch) -> None:
    hopeless = VaultClosedError("no vault")
    mended, lost = ([sys.executable, "-c", f"raise SystemExit({code})"] for code in (3, hopeless.exit_code))
    watch.die(watch.kept.add("dispatcher", mended, hopeless=hopeless))
    with pytest.raises(VaultClosedError, match="no vault"):
        watch.die(watch.kept.add("dispatcher", lost, hopeless=hopeless))
    assert len(watch.told) == 1


def test_a_child_that_was_killed_after_a_good_while_begins_again_at_one_second(watch: Watch) -> None:
    child = watch.kept.add("dispatcher", LIVES)
    child.deaths = 5
    watch.now += 3600
    assert child.process is not None
    child.process.send_signal(signal.SIGKILL)
    watch.die(child)
    assert (child.deaths, child.again_at - watch.now) == (1, 1)
    watch.now += 1
    watch.kept.watch()
    assert child.exit_code is None


def test_at_the_end_all_are_gone_also_one_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.children._STOP_S", 0.5)
    kept = Children(lambda _: None)
    good, deaf = kept.add("dashboard", LIVES), Child("deaf", DEAF)
    deaf.process = subprocess.Popen(DEAF, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    kept._all.append(deaf)
    assert deaf.process.stdout is not None
    deaf.process.stdout.readline()
    kept.stop()
    deaf.process.stdout.close()
    assert (good.exit_code, deaf.exit_code) == (-signal.SIGTERM, -signal.SIGKILL)
