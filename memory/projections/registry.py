"""The registry of parties: contacts, payees, signatories and own accounts, as the operator entered them."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.workspace import AccountAdded, ContactAdded, PayeeAdded, PreferenceSet, SignatoryAdded
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("role", sa.String(12), primary_key=True),
    sa.Column("party_id", sa.String(80), primary_key=True),
    sa.Column("vendor_id", sa.String(80), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("changed_at", sa.String(32), nullable=False),
)

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("event_id", sa.String(40), nullable=False),
)

_ROLES: dict[type[Event], str] = {ContactAdded: "contact", PayeeAdded: "payee", SignatoryAdded: "signatory", AccountAdded: "account"}


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, PreferenceSet):
        upsert(connection, preferences, {"name": event.name}, {"value": event.value, "event_id": stored.event_id})
        return
    role = _ROLES[type(event)]
    party = getattr(event, role).model_dump(mode="json")
    key = {"role": role, "party_id": getattr(event, f"{role}_id")}
    body = canonical_json(party).decode()
    before = connection.execute(sa.select(parties).where(*(parties.c[n] == v for n, v in key.items()))).first()
    if before is not None and before.body == body:
        return
    values = {"vendor_id": getattr(event, "vendor_id", None) or "", "body": body, "at": stored.at.isoformat()}
    upsert(connection, parties, key, {**values, "changed_at": stored.at.isoformat() if before else ""})


def _shared(_event: Event) -> tuple[str, ...]:
    return ("registry",)


_KINDS = frozenset({PreferenceSet.kind, *(e.kind for e in _ROLES)})
PROJECTION = Projection("registry", 1, (parties, preferences), _KINDS, _apply, _shared)
