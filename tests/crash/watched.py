"""The product's parts with a boundary named before and after each of their steps. They are wrapped where a process is put together,
never in the product: what runs between two boundaries is the product's own code.
"""

from __future__ import annotations

import functools
import random
import smtplib
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from strikes import Strikes

from memory.domain.errors import EffectRejectedError, UnavailableError
from memory.engine.port import Engine, Job, JobRunner, Schedule
from memory.unit_of_work import Recorded, UnitOfWork


def around(strikes: Strikes, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return `call` with a boundary before it and one after it."""

    @functools.wraps(call)
    def watched(*args: Any, **rest: Any) -> Any:
        strikes.reach(f"before {name}")
        result = call(*args, **rest)
        strikes.reach(f"after {name}")
        return result

    return watched


def around_async(strikes: Strikes, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the coroutine function `call` with a boundary before it and one after it."""

    @functools.wraps(call)
    async def watched(*args: Any, **rest: Any) -> Any:
        strikes.reach(f"before {name}")
        result = await call(*args, **rest)
        strikes.reach(f"after {name}")
        return result

    return watched


def wrap(strikes: Strikes, owner: Any, attribute: str, name: str) -> None:
    """Put boundaries around `owner.attribute`; a part that is not there has none."""
    call = getattr(owner, attribute, None)
    if call is not None:
        setattr(owner, attribute, around(strikes, name, call))


class WatchedUnitOfWork(UnitOfWork):
    """The write path; each kind of act has boundaries of its own, named by what is recorded and not by case or effect."""

    strikes: Strikes

    @classmethod
    def around(cls, real: UnitOfWork, strikes: Strikes) -> WatchedUnitOfWork:
        """Return the same write path, watched."""
        watched = cls.__new__(cls)
        watched.__dict__.update(real.__dict__)
        watched.strikes = strikes
        return watched

    def act(self, key: str, events: Any, **rest: Any) -> Recorded:
        """Write as the real one does."""
        kind = kind_of_act(key, str(rest.get("stream", "")))
        self.strikes.reach(f"before act {kind}")
        recorded = super().act(key, events, **rest)
        self.strikes.reach(f"after act {kind}")
        return recorded


def kind_of_act(key: str, stream: str) -> str:
    """Return what a step's key says of its kind: `CASE-1/make_move/swiftlark/2` is make_move, `burn/<effect>/1` is burn."""
    parts = key.split("/")
    if parts[0].startswith(("CASE-", "RENEWAL-")) or parts[0] == stream:
        return parts[1] if len(parts) > 1 else "case"
    return parts[0]


class WatchedEngine:
    """The engine; every job has a boundary before it begins and one after it ended, before the engine has noted that."""

    def __init__(self, real: Engine, strikes: Strikes) -> None:
        self._real = real
        self._strikes = strikes

    def __getattr__(self, name: str) -> Any:
        """Hand everything else to the real one."""
        return getattr(self._real, name)

    def enqueue(self, connection: Any, job: Job) -> None:
        """Enqueue as the real one does."""
        self._real.enqueue(connection, job)

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        """Start the real one with watched runners."""
        self._real.start({name: around(self._strikes, f"job {name}", run) for name, run in runners.items()}, schedules)


class WatchedConnectors(Mapping[str, Any]):
    """Connectors with boundaries around each call, and with answers that get lost.

    A lost answer is drawn by the seed and counts the calls of this process only: the provider has done it and nobody hears of it, or
    the call never reached it. Mail is left out: its faults are the server's own.
    """

    def __init__(self, real: Mapping[str, Any], strikes: Strikes, *, seed: int, faults: bool) -> None:
        self._real = real
        self._strikes = strikes
        self._draw = random.Random(seed)
        self._faults = faults

    def __getitem__(self, kind: str) -> Any:
        """Return the watched connector of a kind."""
        return _WatchedConnector(self._real[kind], self._strikes, self._draw if self._faults and not kind.startswith("mail") else None)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the kinds."""
        return iter(self._real)

    def __len__(self) -> int:
        """Return how many kinds there are."""
        return len(self._real)


class _WatchedConnector:
    def __init__(self, real: Any, strikes: Strikes, draw: random.Random | None) -> None:
        self._real = real
        self._strikes = strikes
        self._draw = draw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def perform(self, kind: str, *args: Any, **rest: Any) -> Any:
        self._strikes.reach(f"before perform {kind}")
        drawn = self._draw.random() if self._draw else 1.0
        if drawn < 0.06:
            raise UnavailableError("fault: the system is away")
        if drawn < 0.12:
            raise ConnectionResetError("fault: the line broke before the call arrived")
        receipt = self._real.perform(kind, *args, **rest)
        self._strikes.reach(f"after perform {kind}")
        if drawn < 0.20:
            raise ConnectionResetError("fault: the line broke before the answer arrived")
        return receipt

    def look_up(self, kind: str, *args: Any, **rest: Any) -> Any:
        self._strikes.reach(f"before look_up {kind}")
        found = self._real.look_up(kind, *args, **rest)
        self._strikes.reach(f"after look_up {kind}")
        return found


class RejectedPayments(Mapping[str, Any]):
    """Connectors of a bank that refuses the first instruction for each order: what was signed is then unwound, or mended and paid."""

    def __init__(self, real: Mapping[str, Any], refused: Path) -> None:
        self._real = real
        self._refused = refused
        refused.mkdir(exist_ok=True)

    def __getitem__(self, kind: str) -> Any:
        """Return the connector of a kind."""
        connector = self._real[kind]
        return _Refusing(connector, self._refused) if kind.startswith("payment") else connector

    def __iter__(self) -> Iterator[str]:
        """Iterate over the kinds."""
        return iter(self._real)

    def __len__(self) -> int:
        """Return how many kinds there are."""
        return len(self._real)


class _Refusing:
    def __init__(self, real: Any, refused: Path) -> None:
        self._real = real
        self._refused = refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def perform(self, kind: str, payload: Any, **rest: Any) -> Any:
        first = self._refused / str(payload["remittance"]).split()[0]
        if not first.exists():
            first.write_text(str(payload["end_to_end_id"]), encoding="utf-8")
        if first.read_text(encoding="utf-8") == str(payload["end_to_end_id"]):
            raise EffectRejectedError("fault: the bank does not take this payment")
        return self._real.perform(kind, payload, **rest)


def watch_mail(strikes: Strikes) -> None:
    """Name the boundaries inside one sending: the attempt is noted, DATA goes out, the answer comes, the copy is filed."""
    from tools.connectors.mail import send

    for name, words in (("note_attempt", "mail attempt noted"), ("forget_attempt", "mail copy taken out of the outbox folder")):
        wrap(strikes, send, name, words)
    send.OutgoingMail._file_copy = around(strikes, "mail copy filed", send.OutgoingMail._file_copy)  # type: ignore[method-assign]
    _watch_data(strikes)


def _watch_data(strikes: Strikes) -> None:
    data, getreply = smtplib.SMTP.data, smtplib.SMTP.getreply
    handing_over = threading.local()

    def watched_data(self: smtplib.SMTP, message: Any) -> Any:
        strikes.reach("before mail DATA")
        handing_over.replies = 0
        try:
            answer = data(self, message)
        finally:
            handing_over.replies = None
        strikes.reach("after mail answer")
        return answer

    def watched_reply(self: smtplib.SMTP) -> Any:
        replies = getattr(handing_over, "replies", None)
        if replies is not None:
            handing_over.replies = replies + 1
            if replies == 1:  # the first answer says "go ahead"; the bytes are out when the second is read
                strikes.reach("mail bytes out, answer not read")
        return getreply(self)

    smtplib.SMTP.data = watched_data  # type: ignore[method-assign]
    smtplib.SMTP.getreply = watched_reply  # type: ignore[method-assign]
