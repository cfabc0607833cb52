"""Effects a second through the dispatcher, on both databases, with a connector that does nothing.

Each effect is the whole path: guards, second look, burn (durable), token, last look, call, receipt. The anchor is the floor under it
in the same run: as many rows of the same size, each in a transaction of its own that survives a power cut. Effects are of cases of
their own, as they are in life, and one, two and four threads are the dispatcher's slots.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from memory.database import writing
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from tools.capability import Clearance, Mint, TokenCheck
from tools.connectors.base import ConnectorClass, Receipt
from tools.dispatch import Dispatcher

_EFFECTS = 300
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Nothing:
    """Checks its token and its last look as every connector does, and does nothing."""

    system = "nothing"
    kinds = frozenset({"mail.send"})
    connector_class = ConnectorClass.KEYED

    def __init__(self, tokens: TokenCheck) -> None:
        self.tokens = tokens

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        self.tokens.redeem(clearance.token, kind=kind, key=key, payload=payload, now=NOW)
        clearance.last_look()
        return Receipt(reference=key, at=NOW)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        return None


def rate(run: Callable[[str], object], keys: Sequence[str], threads: int) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, keys))
    return len(keys) / (time.perf_counter() - started)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_effects_a_second(core: Any, effects: Any, permit: Any, capsys: Any, threads: int) -> None:
    planned: list[PlannedEffect] = []
    for number in range(_EFFECTS):
        mail = effects.mail(f"CASE-{number}")
        core.act(f"queue/{number}", permit(mail, f"CASE-{number}"), stream=f"CASE-{number}", effects=[mail], durable=False)
        planned.append(mail)
    mint = Mint.fresh()
    connectors = {"mail.send": Nothing(TokenCheck(mint.public_key))}
    dispatcher = Dispatcher(core.database, core.unit_of_work, connectors, core.clock, mint)
    core.sql("CREATE TABLE bare (k VARCHAR(40) PRIMARY KEY, body VARCHAR(2000))")
    body = "x" * 1000

    def bare(key: str) -> None:
        with writing(core.database, durable=True) as connection:
            connection.execute(sa.text("INSERT INTO bare VALUES (:k, :b)"), {"k": key, "b": body})

    keys = [mail.key for mail in planned]
    floor = rate(bare, keys, threads)
    worked = time.process_time()
    ours = rate(dispatcher.dispatch, keys, threads)
    worked = (time.process_time() - worked) / _EFFECTS
    assert len(core.events("effect.confirmed")) == _EFFECTS
    with capsys.disabled():
        kind = core.database.dialect.name
        sys.stdout.write(
            f"\n{kind}, {threads} slots: {ours:.0f} effects/s, {worked * 1000:.1f} ms of CPU each; "
            f"bare durable inserts {floor:.0f}/s; ratio {ours / floor:.2f}"
        )
