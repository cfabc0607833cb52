"""One life of one process: the product put together with watched parts, run until somebody kills it.

`compose` is the only place that knows how the product's processes are put together.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from controls import take_out
from strikes import Aim, Strikes
from watched import RejectedPayments, WatchedConnectors, WatchedEngine, WatchedUnitOfWork, around, around_async, watch_mail, wrap

from app.bootstrap import Office, open_office
from memory.recall.in_memory import InMemoryRecall


class _HashEmbedding:
    """Stands for the language model of vendor memory, which is loaded once a process and is not what is struck here."""

    name = "sha256"

    def embed(self, texts: Any) -> Any:
        """Return one vector a text."""
        import numpy as np

        rows = [[byte / 2550 for byte in hashlib.sha256(text.encode()).digest()] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), 32)


def live(order: dict[str, Any]) -> None:
    """Be a process of the role that the order names; returns never."""
    logging.basicConfig(level=logging.WARNING, format=f"%(asctime)s {order['name']} %(process)d %(message)s")
    take_out(order["control"])
    _hurry()
    strikes = Strikes(Path(order["root"]) / "strikes", Aim(**order["aim"]), order["name"])
    with open_office(Path(order["home"]), vaultless=order["role"] == "worker") as office:
        office.__dict__["unit_of_work"] = WatchedUnitOfWork.around(office.unit_of_work, strikes)
        office._recall.append(InMemoryRecall(_HashEmbedding()))
        compose(office, strikes, order)
        _tell(order, "ready")
        while True:
            time.sleep(3600)


def compose(office: Office, strikes: Strikes, order: dict[str, Any]) -> None:
    """Start the parts of this role, as `app.upstairs.working` does."""
    if order["role"] == "clerk":
        _import_statements(office, strikes, order)
    from app.presence import alone
    from app.roles import Running, role_of
    from graphs import runner

    role, name = order["role"], order["name"]
    held = alone(office.home, office.settings, name)
    held.__enter__()  # goes with the process
    part: Any = role_of(office, role, name)
    if role == "dispatcher":
        watch_mail(strikes)
        part.__dict__["_dispatcher"] = _watched_dispatcher(part._dispatcher, strikes, order)
        part.__dict__["_collection"] = _watched_collection(part._collection, strikes)
    else:
        runner.unwind = _within(strikes, "compensator", runner.unwind)
        part._runner._open_checkpoints = _watched_checkpoints(part._runner._open_checkpoints, strikes)
        part._reception._keep = around(strikes, "mail parts stored", part._reception._keep)
        part._duties.run_due = around(strikes, "duties", part._duties.run_due)
    part.begin = _within(strikes, "start", part.begin)
    order["held"] = held
    engine: Any = office.engine(role, name=name)
    # Limits are per minute, and a run does in a minute what a house does in a month.
    engine._queues = tuple(replace(queue, at_most=None) for queue in engine._queues)
    Running(office, WatchedEngine(engine, strikes), (part,), name=name).start()


def _hurry() -> None:
    """Let the waits between two tries take seconds: a run is about what happens at their ends."""
    from app import dispatcher, worker
    from tools import outcomes

    for module, name, value in (
        (outcomes, "_RESOLVE_DELAY_S", 2),
        (outcomes, "_MAX_DELAY_S", 4),
        (outcomes, "_MAX_ATTEMPTS", 1000),
        (dispatcher, "_SWEEP_S", 5),
        (worker, "_LOOK_S", 5),
    ):
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} has no {name} any more: the run would wait for minutes where it waits for seconds")
        setattr(module, name, value)


def _within(strikes: Strikes, what: str, call: Any) -> Any:
    def named(*args: Any, **rest: Any) -> Any:
        with strikes.inside(what):
            return around(strikes, "it", call)(*args, **rest)

    return named


def _watched_dispatcher(dispatcher: Any, strikes: Strikes, order: dict[str, Any]) -> Any:
    real = dispatcher._connectors
    if order.get("bank_refuses"):
        real = RejectedPayments(real, Path(order["root"]) / "refused")
    dispatcher._connectors = WatchedConnectors(real, strikes, seed=order["life"], faults=order["faults"])
    dispatcher._lease, dispatcher._lost_after = timedelta(seconds=6), timedelta(seconds=10)
    dispatcher.sweep = _within(strikes, "sweep", dispatcher.sweep)
    return dispatcher


def _watched_collection(collection: Any, strikes: Strikes) -> Any:
    from tools import collection as module

    wrap(strikes, module, "keep_cursor", "mail cursor kept")
    mailbox = collection._mailbox
    object.__setattr__(mailbox, "acknowledge", around(strikes, "mail acknowledged", mailbox.acknowledge))
    collection._evidence = _WatchedStore(collection._evidence, strikes)
    return collection


class _WatchedStore:
    """The evidence store as the collection uses it."""

    def __init__(self, real: Any, strikes: Strikes) -> None:
        self._real = real
        self.put = around(strikes, "mail stored unread", real.put)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _watched_checkpoints(open_checkpoints: Any, strikes: Strikes) -> Any:
    @asynccontextmanager
    async def watched() -> AsyncIterator[Any]:
        async with open_checkpoints() as saver:
            saver.aput_writes = around_async(strikes, "checkpoint put_writes", saver.aput_writes)
            saver.aput = around_async(strikes, "checkpoint put", saver.aput)
            yield saver

    return watched


def _import_statements(office: Office, strikes: Strikes, order: dict[str, Any]) -> None:
    """Be whoever imports what the bank left: each file once, as far as this process knows; again after a kill."""
    _tell(order, "ready")
    known: set[str] = set()
    put = office.evidence.put
    office.evidence.__dict__["put"] = around(strikes, "statement stored", put)
    while True:
        for path in sorted((office.home.files / "statements").glob("*.camt053.xml")):
            if path.name not in known:
                office.reconciler.import_statement(path.read_bytes(), filename=path.name)
                known.add(path.name)
        time.sleep(0.1)


def _tell(order: dict[str, Any], what: str) -> None:
    (Path(order["root"]) / "lives").mkdir(exist_ok=True)
    (Path(order["root"]) / "lives" / f"{order['life']}.{what}").touch()
