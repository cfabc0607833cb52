"""What was recorded held against what is decided now: event by event, field by field, in words.

Not compared: instants that the run itself mints, as long as they lie within the time a step may take; and, when today's policy
is asked, the policy's version. Event ids, sequence numbers and hashes belong to the ledger and are no part of a decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.errors import IntegrityError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.cases import PolicyEvaluated
from memory.domain.words import one_line
from memory.ledger import StoredEvent
from memory.narration import narrate
from memory.outbox import OutboxRow

#: A step may think this long between the instants it writes down.
_SAME_INSTANT = timedelta(minutes=3)
_SHOWN = 160
_NOTHING = "nothing"

ReadEvidence = Callable[[str], bytes]


@dataclass(frozen=True)
class Difference:
    """One thing that would be decided otherwise. `where` is an event's kind and field, an effect, or the way on."""

    where: str
    recorded: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """How two decisions are compared: how evidence is read, and which fields do not count."""

    read: ReadEvidence
    ignored: frozenset[str] = frozenset()

    def events(self, recorded: Sequence[StoredEvent], now: Sequence[Event]) -> Iterator[Difference]:
        """Yield what differs between recorded events and those of today."""
        kinds = [e.kind for e in recorded], [e.kind for e in now]
        for tag, a, b, c, d in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
            if tag == "equal":
                for old, new in zip(recorded[a:b], now[c:d], strict=True):
                    yield from self._event(old, new)
                continue
            yield from (Difference(old.kind, _told(old.event), _NOTHING) for old in recorded[a:b])
            yield from (Difference(new.kind, _NOTHING, _told(new)) for new in now[c:d])

    def effects(self, recorded: Sequence[OutboxRow], now: Sequence[PlannedEffect]) -> Iterator[Difference]:
        """Yield what differs between recorded effects and those that would be planned today."""
        planned = {effect.key: effect for effect in now}
        for row in recorded:
            effect = planned.pop(row.effect_key, None)
            if effect is None:
                yield Difference(f"effect {row.kind}", row.effect_key, _NOTHING)
            else:
                yield from self._fields(f"effect {row.kind}", row.payload, effect.payload)
        yield from (Difference(f"effect {effect.kind}", _NOTHING, effect.key) for effect in planned.values())

    def way_on(self, recorded: JsonObject, now: JsonObject) -> Iterator[Difference]:
        """Yield what differs in what the step hands to the graph."""
        yield from self._fields("the way on", recorded, now)

    def _event(self, old: StoredEvent, new: Event) -> Iterator[Difference]:
        before, after = old.body, new.stored_body()
        if old.kind == PolicyEvaluated.kind:
            before, after = self._with_facts(before), self._with_facts(after)
        yield from self._fields(old.kind, before, after)

    def _with_facts(self, body: JsonObject) -> JsonObject:
        """Return a verdict with the facts behind it in the place of their digest, which holds the instant of the question."""
        decision = dict(body["decision"])
        try:
            decision["facts"] = json.loads(self.read(str(decision["facts"])))
        except (NotFoundError, IntegrityError):
            decision.pop("facts")
        return {"decision": decision}

    def _fields(self, path: str, old: Any, new: Any) -> Iterator[Difference]:
        if isinstance(old, dict) and isinstance(new, dict):
            for name in sorted(old.keys() | new.keys()):
                if name not in self.ignored:
                    yield from self._fields(f"{path}.{name}", old.get(name), new.get(name))
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for index, (a, b) in enumerate(zip(old, new, strict=True)):
                yield from self._fields(f"{path}[{index}]", a, b)
        elif old != new and not _same_instant(old, new):
            yield Difference(path, _shown(old), _shown(new))


def instant(value: object) -> datetime | None:
    """Return the instant that a JSON value spells, or None; a date alone is no instant."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _same_instant(old: object, new: object) -> bool:
    before, after = instant(old), instant(new)
    return before is not None and after is not None and abs(before - after) < _SAME_INSTANT


def _told(event: Event) -> str:
    return one_line(narrate(event), _SHOWN)


def _shown(value: object) -> str:
    if value is None:
        return _NOTHING
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), _SHOWN)
