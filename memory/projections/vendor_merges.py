"""Which profiles the operator joined into one vendor, when, why, and which merges were undone."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.sourcing import VendorMerged, VendorSeparated
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

vendor_merges = sa.Table(
    "vendor_merges",
    metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("merged_id", sa.String(80), nullable=False, index=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("apart", sa.Boolean, nullable=False),
    sa.Column("grounds", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    assert isinstance(event, VendorMerged | VendorSeparated)
    grounds = list(event.grounds) if isinstance(event, VendorMerged) else []
    connection.execute(
        vendor_merges.insert().values(
            event_id=stored.event_id,
            seq=stored.seq,
            merged_id=event.merged_id,
            vendor_id=event.vendor_id,
            apart=isinstance(event, VendorSeparated),
            grounds=canonical_json(grounds).decode(),
            reason=event.reason,
            by=event.by,
            at=stored.at.isoformat(),
        )
    )


def _shared(_event: Event) -> tuple[str, ...]:
    return ("vendor merges",)


PROJECTION = Projection("vendor_merges", 1, (vendor_merges,), frozenset({VendorMerged.kind, VendorSeparated.kind}), _apply, _shared)
