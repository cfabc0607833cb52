"""A process that slept through a take-over: frozen between burn and the mail's bytes, overtaken, thawed. Never two mails.

Real processes, SIGSTOP and SIGCONT, on the real SMTP and IMAP server. Where the sleeper is caught is named by the point.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memory.domain.registry import Contact
from memory.outbox import EffectStatus
from tools.capability import Mint, TokenCheck
from tools.connectors.base import ConnectorContext
from tools.connectors.mail import CONNECTOR
from tools.connectors.mail.account import MailAccount
from tools.connectors.mail.receive import Inbox
from tools.dispatch import LEASE, Dispatcher
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry
from tools.vault import Secret

ME, VENDOR = "jo@buyer.example", "sales@postbird.example"
KEY = b"k" * 32
#: Where a process can fall asleep. Only asleep behind the last look can it still send; then whoever takes over has seen its note.
POINTS = ("before anything", "before the note", "behind the note", "behind the last look")
SENT_BY_THE_SLEEPER = frozenset({"behind the last look"})

CHILD = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from app.ports import RandomIds, SystemClock
    from memory.database import open_database
    from memory.domain.registry import Contact
    from memory.engine.in_process import InProcessEngine
    from memory.ledger import Ledger
    from memory.projections.base import discover
    from memory.unit_of_work import UnitOfWork
    from tools.capability import Mint, TokenCheck
    from tools.connectors.base import ConnectorContext
    from tools.connectors.mail import CONNECTOR, send
    from tools.dispatch import Dispatcher
    from tools.sandbox.ports import MemoryEvidence, MemoryRegistry
    from tools.vault import Secret

    url, key, point, smtp, imap = sys.argv[1:]
    clock, mint = SystemClock(), Mint(Secret(b"k" * 32))
    settings = {"mail_address": "jo@buyer.example", "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_security": "none",
                "imap_host": "127.0.0.1", "imap_port": imap, "imap_security": "none"}

    def asleep():
        print("asleep", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)

    def wrap(owner, name, before=False):
        real = getattr(owner, name)
        def wrapped(*given, **named):
            if before:
                asleep()
            answer = real(*given, **named)
            if not before:
                asleep()
            return answer
        setattr(owner, name, wrapped)

    if point == "before anything":
        wrap(send.OutgoingMail, "perform", before=True)
    elif point == "before the note":
        wrap(send, "note_attempt", before=True)
    elif point == "behind the note":
        wrap(send, "note_attempt")
    else:
        wrap(Dispatcher, "_last_look")

    registry = MemoryRegistry(contacts={"c-postbird": Contact(name="Postbird", email="sales@postbird.example")})
    context = ConnectorContext(Path("."), MemoryEvidence(), registry, clock, lambda _: Secret("pw"), TokenCheck(mint.public_key), settings)
    database = open_database(url)
    work = UnitOfWork(database, Ledger(clock, RandomIds()), discover(), InProcessEngine(), clock)
    dispatcher = Dispatcher(database, work, {"mail.send": CONNECTOR.open(context)}, clock, mint, name="one")
    dispatcher.dispatch(key)
    print("done", flush=True)
""")


@dataclass
class ClockAhead:
    """This machine's clock, set forward: the lease of the other process is over by it."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Scene:
    core: Any
    server: SandboxMail
    key: str
    clock: ClockAhead = field(default_factory=ClockAhead)

    def settings(self, address: str) -> dict[str, str]:
        plain = {"smtp_security": "none", "imap_security": "none", "smtp_host": "127.0.0.1", "imap_host": "127.0.0.1"}
        return {"mail_address": address, "smtp_port": str(self.server.smtp_port), "imap_port": str(self.server.imap_port), **plain}

    def second(self) -> Dispatcher:
        """The process that takes over, in this one."""
        mint, clock = Mint(Secret(KEY)), self.clock
        registry = MemoryRegistry(contacts={"c-postbird": Contact(name="Postbird", email=VENDOR)})
        context = ConnectorContext(
            Path(), MemoryEvidence(), registry, clock, lambda _: Secret("pw"), TokenCheck(mint.public_key), self.settings(ME)
        )
        connectors = {"mail.send": CONNECTOR.open(context)}
        return Dispatcher(self.core.database, self.core.unit_of_work, connectors, clock, mint, name="two")

    def arrived(self) -> int:
        return len(Inbox(MailAccount.from_settings(self.settings(VENDOR)), Secret("pw")).fetch_new().mails)

    def stands(self) -> EffectStatus:
        return self.core.effect(self.key).status  # type: ignore[no-any-return]


@pytest.fixture
def new_url(sqlite_only: Callable[[], str]) -> Callable[[], str]:
    """Frozen processes on Postgres are the crash test's; here it is about the mail server."""
    return sqlite_only


@pytest.fixture
def scene(core: Any, effects: Any, permit: Any) -> Iterator[Scene]:
    mail = effects.mail()
    core.clock.at = datetime.now(UTC)
    core.act("k", permit(mail, expires_at=datetime(2099, 1, 1, tzinfo=UTC)), effects=[mail])
    with SandboxMail({ME: "pw", VENDOR: "pw"}) as server:
        yield Scene(core, server, mail.key)


@pytest.fixture
def sleeper(scene: Scene) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a dispatcher that freezes itself at a point, and return it once it sleeps."""
    started: list[subprocess.Popen[str]] = []

    def start(point: str) -> subprocess.Popen[str]:
        ports = (str(scene.server.smtp_port), str(scene.server.imap_port))
        command = [sys.executable, "-c", CHILD, scene.core.url, scene.key, point, *ports]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=os.environ)
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "asleep"
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def wake(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGCONT)
    assert child.wait(60) == 0


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_sleeps_through_a_take_over_never_sends_a_second_mail(scene: Scene, sleeper: Any, point: str) -> None:
    child, second = sleeper(point), scene.second()
    assert second.sweep() == 0, "its lease still runs"
    assert scene.stands() == EffectStatus.SUBMITTED
    scene.clock.ahead = LEASE
    assert second.sweep() == 1
    second.dispatch(scene.key)  # what certainly did not happen is done by the one that is awake
    before = scene.arrived()
    wake(child)
    second.resolve(scene.key)
    assert scene.arrived() == 1 if before or point in SENT_BY_THE_SLEEPER else scene.arrived() == 0
    if scene.stands() != EffectStatus.CONFIRMED:
        assert scene.stands() == EffectStatus.DELAYED, "the sleeper itself says that it sent nothing, so it goes again"
        second.dispatch(scene.key)
    assert (scene.arrived(), scene.stands()) == (1, EffectStatus.CONFIRMED)
    assert scene.core.verify().ok


def test_without_the_last_look_the_sleeper_sends_a_second_mail(scene: Scene, sleeper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the fence is for. Asleep before its note, nobody can know of it; awake again, it would just go on."""
    monkeypatch.setitem(
        globals(), "CHILD", CHILD.replace("dispatcher.dispatch(key)", "Dispatcher._last_look = lambda *_: None\ndispatcher.dispatch(key)")
    )
    child, second = sleeper("before the note"), scene.second()
    scene.clock.ahead = LEASE
    assert second.sweep() == 1
    second.dispatch(scene.key)
    assert scene.arrived() == 1
    wake(child)
    assert scene.arrived() == 2
