"""The registry as the dispatcher believes it: folded from what the operator sealed, never from a table that a worker may write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Noun, canonical_json
from memory.domain.errors import NotFoundError
from memory.domain.events import Event
from memory.domain.events.workspace import AccountAdded, ContactAdded, PayeeAdded, SignatoryAdded
from memory.domain.registry import NOTICES
from memory.domain.seal import PartyFact, SealCheck
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.projections.registry import parties
from memory.views.registry import RegistryView
from memory.vouching import operators_word

P = TypeVar("P", bound=Noun)

_ROLES: dict[type[Event], str] = {ContactAdded: "contact", PayeeAdded: "payee", SignatoryAdded: "signatory", AccountAdded: "account"}
_KINDS = tuple(event.kind for event in _ROLES)


@dataclass(frozen=True)
class _Entry:
    party: Noun
    vendor_id: str
    at: str
    changed_at: str = ""


@dataclass
class _Folded:
    end: int = 0
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)


class SealedRegistry(RegistryView):
    """Finds parties by id among what the operator sealed; the registry's port for connectors and for the second look."""

    def __init__(self, database: sa.Engine, check: SealCheck) -> None:
        super().__init__(database)
        self._check = check
        self._folded = _Folded()

    def party_of(self, role: str, vendor_id: str) -> str | None:
        """Return the id of the newest contact or payee of a vendor, or None when the operator has registered none; not that for notices."""
        entries = ((e, r, party_id) for (r, party_id), e in self._entries().items() if not party_id.endswith(NOTICES))
        mine = [(e.at, party_id) for e, r, party_id in entries if r == role and e.vendor_id == vendor_id]
        newest = max((at for at, _ in mine), default="")
        return min((party_id for at, party_id in mine if at == newest), default=None)

    def changed_at(self, role: str, party_id: str) -> str | None:
        """Return when the details last changed after they were registered (ISO time); None when they never did."""
        entry = self._entries().get((role, party_id))
        return entry.changed_at or None if entry else None

    def vendor_of(self, role: str, party_id: str) -> str | None:
        """Return the vendor that a contact or payee belongs to, or None when there is no such party."""
        entry = self._entries().get((role, party_id))
        return entry.vendor_id if entry else None

    def body_of(self, role: str, party_id: str) -> str | None:
        """Return a party as canonical JSON, or None when there is none."""
        entry = self._entries().get((role, party_id))
        return canonical_json(entry.party.model_dump(mode="json")).decode() if entry else None

    def _find(self, kind: type[P], role: str, party_id: str) -> P:
        entry = self._entries().get((role, party_id))
        if entry is None or not isinstance(entry.party, kind):
            raise NotFoundError(
                f"no {role} {party_id} that you sealed in the registry",
                hint="enter it again, under a new id if entries of it are missing: qm vendors add; qm doctor names what is unsealed",
            )
        return entry.party

    def _entries(self) -> dict[tuple[str, str], _Entry]:
        """Fold the ledger again when there is something new in it: entries are few, and a statement may be read only once."""
        with reading(self._database) as connection:
            newest = next(read_events(connection, stream=WORKSPACE, kinds=_KINDS, newest_first=True, limit=1), None)
            if newest is not None and newest.seq != self._folded.end:
                folded = _Folded(newest.seq)
                said: dict[tuple[str, str], list[StoredEvent]] = {}
                for stored in operators_word(read_events(connection, stream=WORKSPACE, kinds=_KINDS), self._check):
                    said.setdefault(_place(stored), []).append(stored)
                for entries in said.values():
                    for stored in _in_order(entries):
                        _enter(folded.entries, stored)
                self._folded = folded
        return self._folded.entries


def unbelieved(database: sa.Engine, registry: SealedRegistry) -> list[tuple[str, str]]:
    """Return role and id of each party that the screens show otherwise than the operator sealed it."""
    with reading(database) as connection:
        shown = connection.execute(
            sa.select(parties.c.role, parties.c.party_id, parties.c.body).order_by(parties.c.role, parties.c.party_id)
        )
        return [(row.role, row.party_id) for row in shown.all() if registry.body_of(row.role, row.party_id) != row.body]


def _place(stored: StoredEvent) -> tuple[str, str]:
    fact: Any = stored.event
    role = _ROLES[type(fact)]
    return role, str(getattr(fact, f"{role}_id"))


def _in_order(entries: list[StoredEvent]) -> list[StoredEvent]:
    """Return the entries of one party as the operator made them, which the seal tells and not the place in the ledger.

    None at all when one is missing or stands there twice: who took out the newest of two changes could bring old bank details back.
    Entries from before they were numbered come first, as they stand.
    """
    old = [stored for stored in entries if _ordinal(stored) < 0]
    numbered = sorted((stored for stored in entries if _ordinal(stored) >= 0), key=_ordinal)
    whole = [_ordinal(stored) for stored in numbered] == list(range(len(old), len(entries)))
    return [*old, *numbered] if whole else []


def _ordinal(stored: StoredEvent) -> int:
    fact = stored.event
    return fact.ordinal if isinstance(fact, PartyFact) and fact.ordinal is not None else -1


def _enter(entries: dict[tuple[str, str], _Entry], stored: StoredEvent) -> None:
    fact: Any = stored.event
    key = _place(stored)
    party: Noun = getattr(fact, key[0])
    before = entries.get(key)
    if before is not None and before.party == party:
        return
    at = stored.at.isoformat()
    entries[key] = _Entry(party, getattr(fact, "vendor_id", None) or "", at, at if before else "")
