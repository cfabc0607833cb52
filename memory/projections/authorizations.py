"""Authorizations: which permits exist and which were used. The dispatcher checks this fact, not the policy."""

from __future__ import annotations

import sqlalchemy as sa

from memory.database import later
from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationBurned, AuthorizationGranted
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

authorizations = sa.Table(
    "authorizations",
    metadata,
    sa.Column("authorization_id", sa.String(40), primary_key=True),
    sa.Column("effect_key", sa.String(40), nullable=False, unique=True),
    sa.Column("burned_at", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


_GRANT = "INSERT INTO authorizations (authorization_id, effect_key, burned_at, body) VALUES (?, ?, ?, ?)"
_BURN = "UPDATE authorizations SET burned_at = ? WHERE authorization_id = ? AND burned_at = ''"


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, AuthorizationGranted):
        permit = event.authorization
        body = canonical_json(permit.model_dump(mode="json")).decode()
        later(connection, _GRANT, (permit.authorization_id, permit.effect_key, "", body))
    elif isinstance(event, AuthorizationBurned):
        later(connection, _BURN, (stored.at.isoformat(), event.authorization_id))


def _shared(event: Event) -> tuple[str, ...]:
    permit = event.authorization if isinstance(event, AuthorizationGranted) else event
    return (f"authorization {getattr(permit, 'authorization_id', '')}",)


_KINDS = frozenset({AuthorizationGranted.kind, AuthorizationBurned.kind})
PROJECTION = Projection("authorizations", 1, (authorizations,), _KINDS, _apply, _shared)
