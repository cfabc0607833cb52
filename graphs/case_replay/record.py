"""The record of one case as the ledger has it: acts in ledger order, each either an input or a step of the graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graphs.case_replay.comparing import Difference, instant
from graphs.unwinding import ACTOR as SAGA
from memory.domain.base import JsonObject
from memory.domain.errors import IntegrityError, NotFoundError
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.events.cases import PolicyEvaluated
from memory.domain.events.effects import ModelAsked
from memory.evidence import EvidenceStore
from memory.ledger import StoredEvent, read_events
from memory.outbox import OutboxRow
from memory.outbox import rows as outbox_rows
from memory.schema import acts
from memory.schema import events as event_table

_FAILED = "failed"
#: Deeds of the compensator have keys of their own and belong to no step of the graph; they are told by who did them.
COMPENSATOR = "compensator"
#: Where a step writes down the instant it was decided at.
_DECIDED_AT = (("authorization", "granted_at"), ("approval", "requested_at"))


@dataclass
class Entry:
    """What one act wrote: its events, as rows and as read. `node` is the step of the graph that wrote it, empty for an input.

    `failed` marks the fact that a step gave up; `differences` and `asks_anew` are filled when the step is decided again.
    """

    key: str
    stream: str
    node: str = ""
    failed: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    events: list[StoredEvent] = field(default_factory=list)
    decided: bool = False
    differences: tuple[Difference, ...] = ()
    asks_anew: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its events, in order."""
        return tuple(event.kind for event in self.events)

    def asked(self) -> list[JsonObject]:
        """Return the records of the model calls behind it."""
        return [dict(e.body["record"]) for e in self.events if e.kind == ModelAsked.kind]

    def effect_keys(self) -> list[str]:
        """Return the keys of the effects it authorized."""
        return [str(e.body["authorization"]["effect_key"]) for e in self.events if e.kind == AuthorizationGranted.kind]

    def belongs_to(self, key: str) -> bool:
        """Whether it was written under this act key, or by that step giving up."""
        return self.key == key or (self.failed and self.same_step(key))

    def same_step(self, key: str) -> bool:
        """Whether an act key names this step of the case, in whatever revision, or its giving up."""
        ours, theirs = _place(self.key, self.stream), _place(key, self.stream)
        # Some steps carry more in their key than their failure does: `remember_contract/0` gives up as `remember_contract`.
        return ours == theirs or ours.startswith(f"{theirs}/") or theirs.startswith(f"{ours}/")

    def moment(self, evidence: EvidenceStore) -> datetime:
        """Return the instant the step was decided at: as it wrote it down, else when its first event was appended."""
        for event in self.events:
            if event.kind == PolicyEvaluated.kind:
                return _asked_at(event, evidence)
            for outer, inner in _DECIDED_AT:
                found = instant(event.body.get(outer, {}).get(inner) if isinstance(event.body.get(outer), dict) else None)
                if found is not None:
                    return found
        return self.events[0].at


@dataclass(frozen=True)
class CaseRecord:
    """All that a replay needs of one case: acts since it began (of every stream), recorded results, and the rows of its effects."""

    case_id: str
    first_seq: int
    entries: list[Entry]
    results: dict[str, JsonObject]
    silent: frozenset[str]
    effects: dict[str, OutboxRow]

    @property
    def steps(self) -> list[Entry]:
        """The entries that the graph decided."""
        return [entry for entry in self.entries if entry.node]


def read_record(connection: sa.Connection, case_id: str, nodes: frozenset[str]) -> CaseRecord:
    """Return the record of a case; `nodes` are the names of the graph's steps. Raises `NotFoundError` when there is no such case."""
    span = sa.select(sa.func.min(event_table.c.seq), sa.func.max(event_table.c.seq)).where(event_table.c.stream == case_id)
    first, last = connection.execute(span).one()
    if first is None:
        raise NotFoundError(f"there is no case {case_id}", hint="qm cases list shows them")
    entries = list(_grouped(stored_rows(connection, first - 1, last), case_id, nodes))
    known = {row.act_key: row for row in connection.execute(sa.select(acts).where(acts.c.stream == case_id))}
    written = {entry.key for entry in entries}
    return CaseRecord(
        case_id=case_id,
        first_seq=first,
        entries=entries,
        results={key: json.loads(row.result) for key, row in known.items()},
        silent=frozenset(key for key in known if key not in written),
        effects={row.effect_key: row for row in outbox_rows(connection, case_id=case_id)},
    )


def stored_rows(connection: sa.Connection, after_seq: int, up_to_seq: int) -> Iterator[tuple[dict[str, Any], StoredEvent]]:
    """Yield events in ledger order, each as its row and as read."""
    rows = connection.execute(
        sa.select(event_table).where(event_table.c.seq > after_seq, event_table.c.seq <= up_to_seq).order_by(event_table.c.seq)
    ).mappings()
    for row, event in zip(rows, read_events(connection, after_seq=after_seq), strict=False):
        if row["seq"] != event.seq:
            raise IntegrityError("the ledger is not in one order", hint="qm ledger verify")
        yield dict(row), event


def _grouped(found: Iterable[tuple[dict[str, Any], StoredEvent]], case_id: str, nodes: frozenset[str]) -> Iterator[Entry]:
    entry: Entry | None = None
    for row, event in found:
        if entry is None or (entry.key, entry.stream) != (event.act_key, event.stream):
            if entry is not None:
                yield entry
            entry = _entry(event, case_id, nodes)
        entry.rows.append(row)
        entry.events.append(event)
    if entry is not None:
        yield entry


def _entry(event: StoredEvent, case_id: str, nodes: frozenset[str]) -> Entry:
    if event.stream != case_id:
        return Entry(event.act_key, event.stream)
    parts = event.act_key.removeprefix(f"{case_id}/").split("/") if event.act_key.startswith(f"{case_id}/") else [""]
    failed = parts[0] == _FAILED and len(parts) > 1
    node = parts[1] if failed else parts[0]
    if node in nodes:
        return Entry(event.act_key, event.stream, node, failed)
    return Entry(event.act_key, event.stream, COMPENSATOR if event.actor == SAGA else "")


def _place(key: str, case_id: str) -> str:
    """Return the step within its case, without revision: `make_move/VENDOR`."""
    return key.removeprefix(f"{case_id}/").removeprefix(f"{_FAILED}/").rpartition("/")[0]


def _asked_at(event: StoredEvent, evidence: EvidenceStore) -> datetime:
    """Return the instant in the facts that policy was asked about: what the step took for "now"."""
    try:
        facts = json.loads(evidence.get(event.body["decision"]["facts"]))
    except NotFoundError:
        return event.at
    return instant(facts.get("now")) or event.at
