"""Named step boundaries, and what happens to a process that reaches one: nothing, SIGKILL, or SIGSTOP.

Every process of a run counts in the same folder, so "the fifth time a contract is signed" is one instant of the whole run, whoever
reaches it. What is struck is a function of the seed, the boundary's name and the count: the same seed strikes the same steps.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: What the issue asks for: the first, the second and the fifth time a boundary is reached.
COUNTS = (1, 2, 5)


@dataclass(frozen=True)
class Aim:
    """Which boundaries strike. `share` of the (boundary, count) pairs, drawn by the seed; only names that match `only`.

    `freezes` are boundaries at which a process is stopped instead, once each, at its given count.
    """

    counts: tuple[int, ...] = ()
    share: float = 1.0
    seed: int = 0
    only: str = ""
    at_most: int = 10**9
    freezes: dict[str, int] = field(default_factory=dict)

    def strikes(self, point: str, count: int) -> bool:
        """Whether the process that reaches this boundary for the `count`-th time is killed there."""
        if count not in self.counts or not re.search(self.only, point):
            return False
        return random.Random(f"{self.seed}/{point}/{count}").random() < self.share

    def freezes_at(self, point: str, count: int) -> bool:
        """Whether the process is stopped there, to be thawed when others have taken over."""
        return self.freezes.get(point) == count

    def as_json(self) -> dict[str, object]:
        """Return the aim as a life's order carries it."""
        return asdict(self)


class Strikes:
    """The boundaries as one process sees them; `reach` is called at each, in the thread that gets there."""

    def __init__(self, folder: Path, aim: Aim, role: str) -> None:
        self._folder = folder
        self._aim = aim
        self._role = role
        self._inside = threading.local()
        folder.mkdir(parents=True, exist_ok=True)

    def reach(self, point: str) -> None:
        """Count one arrival, and die or freeze here when it is this one's turn."""
        name = f"{self._inside.of}: {point}" if getattr(self._inside, "of", "") else point
        with self._locked(name) as count:
            if self._aim.strikes(name, count) and self._killed() < self._aim.at_most:
                self._log("kill", name, count)
                os.kill(os.getpid(), signal.SIGKILL)
        if self._aim.freezes_at(name, count):
            self._log("freeze", name, count)
            os.kill(os.getpid(), signal.SIGSTOP)
            while not thawed(self._folder, os.getpid()).exists():  # the signal stops the process, not at once this thread
                time.sleep(0.01)
            self._log("thawed", name, count)

    @contextmanager
    def inside(self, what: str) -> Iterator[None]:
        """Name the boundaries of this thread after what they are part of: a look-up within the sweep is one of its own."""
        before, self._inside.of = getattr(self._inside, "of", ""), what
        try:
            yield
        finally:
            self._inside.of = before

    @contextmanager
    def _locked(self, point: str) -> Iterator[int]:
        path = self._folder / f"{re.sub(r'[^A-Za-z0-9._ -]+', '_', point)}.count"
        with path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # a killed holder lets go of it
            if not os.fstat(file.fileno()).st_size:
                file.write(f"{point}\n")
            file.write("|")
            file.flush()
            yield os.fstat(file.fileno()).st_size - len(point.encode()) - 1

    def _killed(self) -> int:
        return sum(1 for line in read_log(self._folder) if line["what"] == "kill")

    def _log(self, what: str, point: str, count: int) -> None:
        line = {"what": what, "point": point, "count": count, "role": self._role, "pid": os.getpid(), "at": time.time()}
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def thawed(folder: Path, pid: int) -> Path:
    """Return the file that tells a frozen process that it is to go on."""
    return folder / f"{pid}.thawed"


def read_log(folder: Path) -> list[dict[str, object]]:
    """Return what was struck so far, in order."""
    path = folder / "log.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def reached(folder: Path) -> Counter[str]:
    """Return how often each boundary was reached, by name."""
    found: Counter[str] = Counter()
    for path in folder.glob("*.count"):
        name, _, marks = path.read_text(encoding="utf-8").partition("\n")
        found[name] = len(marks)
    return found
