"""The worker keeps contract and vendor memory in step with the ledger: an import is found without a command, and nothing is embedded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from graphs.contract_import import ContractImport, read_contract_file
from graphs.duties import Duties, DutySetting
from graphs.duties.duty import Duty
from graphs.duties.memory_upkeep import NAME, keep_memory, memory_owed
from graphs.duties.rhythm import Every
from memory.database import reading
from memory.domain.errors import UnavailableError
from memory.domain.events.renewals import NoticeConfirmed
from memory.domain.money import Money
from memory.domain.note import NoteKind
from memory.recall.in_memory import InMemoryRecall

PAPER = b"""Hosting Agreement. The fee is 480.00 EUR for the initial term.
1. This agreement is effective as of 1 December 2026. The initial term is 12 months.
2. It renews for successive periods of 12 months unless either party gives notice at least 60 days before the end of the term."""


class Counting:
    """An embedding of a text by its digest, which tells how many texts it was given; away while `away`."""

    name = "digest"
    embedded = 0
    away = False

    def embed(self, texts: Sequence[str]) -> Any:
        if self.away:
            raise UnavailableError("the embedding does not answer", hint="later")
        self.embedded += len(texts)
        rows = [[byte / 2550 for byte in hashlib.sha256(text.encode()).digest()] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), 32)


class Watch:
    """A core with this one duty."""

    def __init__(self, core: Any) -> None:
        self.core, self.embedding = core, Counting()
        self.recall = InMemoryRecall(self.embedding)
        setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, ZoneInfo("Europe/Berlin"))
        work = partial(keep_memory, core.database, lambda: self.recall)
        self.duties = Duties(setting, (Duty(NAME, "", Every(60), work, lambda connection, _now: memory_owed(connection)),))

    def minutes_later(self, minutes: int = 5) -> list[str]:
        self.core.clock.at += timedelta(minutes=minutes)
        return [done.says for done in self.duties.run_due(self.core.clock.now())]

    def import_paper(self) -> str:
        read = read_contract_file(PAPER, filename="hosting.txt")
        core = self.core
        desk = ContractImport(core.database, core.unit_of_work, core.evidence, "alex", core.clock.now().date())
        done = desk.take_over(read, vendor_id="northhost", annual_cost=Money(amount_minor=48_000, currency="EUR"))
        assert done.renewal is not None
        return done.renewal.uid


@pytest.fixture
def watch(core: Any) -> Watch:
    return Watch(core)


def bound_until(watch: Watch) -> set[Any]:
    hints = watch.recall.search("notice before the end of the term", kind=NoteKind.CLAUSE, limit=100)
    return {hint.note.in_force_until for hint in hints}


def test_an_import_is_indexed_within_minutes_and_looked_at_no_more(watch: Watch) -> None:
    assert watch.minutes_later() == []
    watch.import_paper()
    (told,) = watch.minutes_later()
    assert told.endswith("added to memory")
    assert bound_until(watch) == {None}
    embedded = watch.embedding.embedded
    assert [watch.minutes_later() for _ in range(3)] == [[], [], []]
    assert watch.embedding.embedded == embedded


def test_what_changes_about_a_contract_changes_its_notes(watch: Watch) -> None:
    uid = watch.import_paper()
    watch.minutes_later()
    ends_on = watch.core.clock.now().date() + timedelta(days=400)
    fact = NoticeConfirmed(vendor_id="northhost", uid=uid, ends_on=ends_on, by="alex")
    watch.core.act("confirmed", fact)
    watch.minutes_later()
    assert bound_until(watch) == {ends_on}


def test_a_memory_that_was_away_is_told_and_made_up_for(watch: Watch) -> None:
    watch.embedding.away = True
    watch.import_paper()
    assert watch.minutes_later() == ["the embedding does not answer"]
    watch.embedding.away = False
    (told,) = watch.minutes_later()
    assert told.endswith("added to memory")
    with reading(watch.core.database) as connection:
        assert not memory_owed(connection)
