"""Correspondence: mails that arrived, and where each belongs."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.negotiation import MessageReceived, MessageUnmatched
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("raw", sa.String(64), primary_key=True),
    sa.Column("message_id", sa.String(250), nullable=False, index=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("wait_key", sa.String(200), nullable=False, index=True),
    sa.Column("from_address", sa.String(320), nullable=False),
    sa.Column("verified_sender", sa.Boolean, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("attachments", sa.Text, nullable=False),
    sa.Column("findings", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if not isinstance(event, MessageReceived | MessageUnmatched):
        return
    matched = isinstance(event, MessageReceived)
    values = {
        "message_id": event.message_id,
        "case_id": stored.stream if matched else "",
        "vendor_id": getattr(event, "vendor_id", ""),
        "wait_key": getattr(event, "wait_key", ""),
        "from_address": event.from_address,
        "verified_sender": getattr(event, "verified_sender", False),
        "subject": event.subject,
        "text": getattr(event, "text", ""),
        "attachments": canonical_json(list(getattr(event, "attachments", ()))).decode(),
        "findings": canonical_json(list(event.findings)).decode(),
        "at": stored.at.isoformat(),
        "seq": stored.seq,
    }
    upsert(connection, messages, {"raw": event.raw}, values)


def _shared(event: Event) -> tuple[str, ...]:
    return (f"mail {getattr(event, 'raw', '')}",)


_KINDS = frozenset({MessageReceived.kind, MessageUnmatched.kind})
PROJECTION = Projection("correspondence", 1, (messages,), _KINDS, _apply, _shared)
