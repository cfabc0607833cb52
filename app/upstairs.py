"""`qm up` and `qm worker`: the worker in this process, the dashboard as its child, and one clean end for both."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from app.dashboard_server import LOOPBACK, dashboard_command
from app.settings import load_settings
from memory.domain.errors import UnavailableError

if TYPE_CHECKING:
    from app.bootstrap import Office

_START_S = 60.0
_STOP_S = 15.0
_LOOK_S = 0.2


class _Stopped(BaseException):
    """Ctrl-C or SIGTERM: unwinds everything that was started, in order. No handler of ordinary errors may swallow it."""


def run_up(root: Path, port: int | None, started: Callable[[str], None]) -> str:
    """Serve dashboard and worker until stopped; `started` gets the address once the dashboard answers. Returns the address.

    Raises `UnavailableError` when the port is taken, or when the dashboard ends by itself.
    """
    chosen = port or load_settings(root).dashboard_port
    if _taken(chosen):
        raise UnavailableError(f"port {chosen} is in use on this machine", hint=f"qm up --port {chosen + 1}, or stop what uses it")
    url = f"http://{LOOPBACK}:{chosen}"
    with _until_stopped(), ExitStack() as stack:
        stack.enter_context(_working(root))
        dashboard = stack.enter_context(_child(dashboard_command(root, chosen)))
        _wait_until_open(dashboard, chosen)
        started(url)
        while dashboard.poll() is None:
            time.sleep(_LOOK_S)
        raise UnavailableError(
            f"the dashboard ended by itself (exit code {dashboard.returncode})", hint="its last lines above say why; qm doctor"
        )
    return url


def run_worker(root: Path, started: Callable[[], None]) -> None:
    """Run the worker until stopped."""
    with _until_stopped(), _working(root):
        started()
        while True:
            threading.Event().wait(3600)


@contextmanager
def _working(root: Path) -> Iterator[Office]:
    """Yield the office with its worker running; around a demo home its simulated world runs too."""
    from app.bootstrap import open_office
    from app.worker import running

    with ExitStack() as stack:
        if load_settings(root).demo:
            from app.demo import demo_office

            office = stack.enter_context(demo_office(root))
        else:
            office = stack.enter_context(open_office(root))
        stack.enter_context(running(office))
        yield office


@contextmanager
def _child(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a child in our process group; it is asked to stop at the end, and made to when it does not."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  our own command
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _until_stopped() -> Iterator[None]:
    """End the block cleanly on Ctrl-C or SIGTERM; a second signal while stopping changes nothing."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise _Stopped

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    except _Stopped:
        return
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_open(dashboard: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_S
    while not _taken(port):
        if dashboard.poll() is not None:
            raise UnavailableError(
                f"the dashboard did not start (exit code {dashboard.returncode})", hint="its last lines above say why; qm doctor"
            )
        if time.monotonic() > deadline:
            raise UnavailableError(f"the dashboard did not answer within {_START_S:.0f} seconds", hint="qm doctor")
        time.sleep(_LOOK_S)


def _taken(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
