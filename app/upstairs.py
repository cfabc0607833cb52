"""`qm up`, `qm worker` and `qm dispatcher`: one role in this process, the others as its children, and one clean end for all."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from app.children import WITH_PARENT, Child, children, command_of
from app.dashboard_server import LOOPBACK, dashboard_command
from app.home import existing_home
from app.presence import alone, process_name
from app.settings import load_settings
from memory.domain.errors import IntegrityError, NotFoundError, RefusedError, UnavailableError, VaultClosedError

if TYPE_CHECKING:
    from app.bootstrap import Office

#: What the end of a dispatcher without a vault means to its parent; the dispatcher itself has said why.
NO_VAULT = VaultClosedError(
    "the dispatcher cannot open the vault, so nothing could leave", hint="the line above says why; mend it, then start again. qm doctor"
)
_START_S = 60.0
_LOOK_S = 0.2


class _Stopped(BaseException):
    """Ctrl-C or SIGTERM: unwinds everything that was started, in order. No handler of ordinary errors may swallow it."""


def run_up(root: Path, port: int | None, started: Callable[[str], None]) -> str:
    """Serve dashboard, worker and dispatcher until stopped; `started` gets the address once the dashboard answers. Returns the address.

    The worker runs in this process, which opens no vault (but for a demo home's, to fill it); dispatcher and dashboard are children
    that are started again when they die. Raises `UnavailableError` when the port is taken, or when the dashboard does not start.
    """
    chosen = port or load_settings(root).dashboard_port
    if _taken(chosen):
        raise UnavailableError(f"port {chosen} is in use on this machine", hint=f"qm up --port {chosen + 1}, or stop what uses it")
    url = f"http://{LOOPBACK}:{chosen}"
    with _until_stopped(), ExitStack() as stack:
        name = stack.enter_context(_named(root, "worker", ""))
        stack.enter_context(_world(root))
        kept = stack.enter_context(children(_tell))
        kept.add("dispatcher", dispatcher_command(root), hopeless=NO_VAULT)
        dashboard = kept.add("dashboard", [*dashboard_command(root, chosen), WITH_PARENT])
        stack.enter_context(working(root, "worker", name))
        stack.callback(kept.ask_to_end)
        _wait_until_open(dashboard, chosen)
        started(url)
        while True:
            kept.watch()
            time.sleep(_LOOK_S)
    return url


def run_role(root: Path, role: str, started: Callable[[], None], *, given: str = "") -> None:
    """Run one role until stopped: `worker`, `dispatcher` or `edge`; `given` is the process's own name among several.

    Raises `ConflictError` when a process of that name works on this machine's home already.
    """
    with _until_stopped(), _named(root, role, given) as name, working(root, role, name):
        started()
        while True:
            threading.Event().wait(3600)


def dispatcher_command(root: Path) -> list[str]:
    """Return the command of a dispatcher that ends with its parent."""
    return command_of("dispatcher", "--home", str(root), WITH_PARENT)


@contextmanager
def working(root: Path, role: str, name: str) -> Iterator[Office]:
    """Yield an office with one role at work on it. All but the dispatcher's are without a vault."""
    from app.bootstrap import open_office
    from app.roles import role_of, running

    with open_office(root, vaultless=role != "dispatcher") as office:
        if role == "dispatcher":
            _refuse_closed_vault(office)
        part = role_of(office, role, name)
        with running(office, office.engine(role, name=name), (part,), name=name):
            yield office


def _refuse_closed_vault(office: Office) -> None:
    try:
        office.vault()
    except (RefusedError, NotFoundError, IntegrityError) as error:
        raise VaultClosedError(error.message, hint=error.hint) from error


@contextmanager
def _named(root: Path, role: str, given: str) -> Iterator[str]:
    home, settings = existing_home(root), load_settings(root)
    name = process_name(settings, role, given)
    with alone(home, settings, name):
        yield name


@contextmanager
def _world(root: Path) -> Iterator[None]:
    """Around a demo home its simulated world runs; around any other nothing."""
    if not load_settings(root).demo:
        yield
        return
    from app.demo import demo_office

    with demo_office(root):
        yield


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


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


def _wait_until_open(dashboard: Child, port: int) -> None:
    deadline = time.monotonic() + _START_S
    while not _taken(port):
        if dashboard.exit_code is not None:
            raise UnavailableError(
                f"the dashboard did not start (exit code {dashboard.exit_code})", hint="its last lines above say why; qm doctor"
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
