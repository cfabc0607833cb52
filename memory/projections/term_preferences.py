"""What terms are worth to the operator, as last said: one row for each scope and key."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.workspace import TermDropped, TermWeighed
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

term_preferences = sa.Table(
    "term_preferences",
    metadata,
    sa.Column("scope", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("event_id", sa.String(40), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, TermWeighed):
        body = canonical_json(event.preference.model_dump(mode="json")).decode()
        row = {"body": body, "words": event.words, "at": stored.at.isoformat(), "event_id": stored.event_id}
        upsert(connection, term_preferences, {"scope": event.scope, "key": event.preference.key}, row)
    elif isinstance(event, TermDropped):
        here = (term_preferences.c.scope == event.scope) & (term_preferences.c.key == event.key)
        connection.execute(term_preferences.delete().where(here))


def _shared(_event: Event) -> tuple[str, ...]:
    return ("term preferences",)


PROJECTION = Projection("term_preferences", 1, (term_preferences,), frozenset({TermWeighed.kind, TermDropped.kind}), _apply, _shared)
