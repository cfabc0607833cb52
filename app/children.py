"""Child processes of `qm up` and `qm demo`: started together, started again when they die, and ended together.

A child that dies is started again after 1, 2, 4, ... seconds, at most half a minute apart; one that lived for a minute begins again
at one second. One that dies again and again is reported, and still started again: what ails it may be mended meanwhile. Only one that
ends with an error that no new start mends ends all of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from memory.domain.errors import QuartermasterError

_STOP_S = 15.0
_LONGEST_WAIT_S = 30.0
_SETTLED_S = 60.0
_LOOPING = 4
#: Makes a child end when its standard input closes: its parent is gone then, also when it was killed.
WITH_PARENT = "--with-parent"


@dataclass
class Child:
    """One child: what it runs, and how often it died without settling in between."""

    name: str
    command: Sequence[str]
    hopeless: QuartermasterError | None = None
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    def start(self, now: float) -> None:
        """Run it, with a pipe to us as its standard input."""
        self.let_go()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603  our own command
        self.began, self.again_at = now, 0.0

    def let_go(self) -> None:
        """Close our end of the pipe to a process that is over."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self.process.poll() if self.process is not None else None


class Children:
    """The children of this process. `report` is told, in a sentence, about each death."""

    def __init__(self, report: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._report = report
        self._now = now
        self._all: list[Child] = []

    def add(self, name: str, command: Sequence[str], *, hopeless: QuartermasterError | None = None) -> Child:
        """Start a child. When it ends with the exit code of `hopeless`, `watch` raises that."""
        child = Child(name, command, hopeless)
        child.start(self._now())
        self._all.append(child)
        return child

    def watch(self) -> None:
        """Look after the children once: note who died, and start again whose time has come. Call it a few times a second."""
        now = self._now()
        for child in self._all:
            if child.again_at:
                if now >= child.again_at:
                    child.start(now)
            elif child.exit_code is not None:
                self._died(child, now)

    def _died(self, child: Child, now: float) -> None:
        if child.hopeless is not None and child.exit_code == child.hopeless.exit_code:
            raise child.hopeless
        child.deaths = 1 if now - child.began >= _SETTLED_S else child.deaths + 1
        wait = min(_LONGEST_WAIT_S, 2.0 ** (child.deaths - 1))
        child.again_at = now + wait
        if child.deaths == _LOOPING:
            self._report(f"The {child.name} ends again and again (exit code {child.exit_code}); the lines above say why. Then: qm doctor")
        elif child.deaths < _LOOPING:
            self._report(f"The {child.name} ended by itself (exit code {child.exit_code}); it is started again in {wait:.0f} s.")

    def ask_to_end(self) -> None:
        """Ask all of them to end, and do not wait: they do so while this process ends its own part."""
        for process in self._running():
            process.terminate()

    def _running(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self._all if child.process is not None and child.process.poll() is None]

    def stop(self) -> None:
        """Ask all of them to end, wait, and make those end that do not."""
        running = self._running()
        self.ask_to_end()
        deadline = time.monotonic() + _STOP_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self._all:
            child.let_go()


@contextmanager
def children(report: Callable[[str], None]) -> Iterator[Children]:
    """Yield a place for children; all are ended at the end."""
    kept = Children(report)
    try:
        yield kept
    finally:
        kept.stop()


def command_of(*arguments: str) -> list[str]:
    """Return the command that runs `qm` with these arguments; `-P` keeps the folder it is started from out of Python's path."""
    return [sys.executable, "-P", "-m", "app.cli", *arguments]


def end_with_parent() -> None:
    """End this process, cleanly, when its standard input closes."""

    def wait() -> None:
        # Not through sys.stdin: its lock would be held by this thread when the interpreter ends.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
