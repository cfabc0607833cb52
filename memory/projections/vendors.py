"""Vendor profiles with their history: every version, who changed it, on what evidence."""

from __future__ import annotations

import json

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.contracts import ContractSigned
from memory.domain.events.sourcing import VendorDiscovered, VendorQualified, VendorRejected, VendorUpdated
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.vendor import VendorFacts, VendorStatus
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

vendor_versions = sa.Table(
    "vendor_versions",
    metadata,
    sa.Column("vendor_id", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("changed_by", sa.String(80), nullable=False),
    sa.Column("event_id", sa.String(40), nullable=False),
    sa.Column("case_id", sa.String(80), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, VendorDiscovered):
        current = _current(connection, event.candidate.facts.vendor_id)
        found = event.candidate.facts
        facts = _merge(current, found) if current else found
        _write(connection, stored, current, facts, event.candidate.evidence, by=stored.actor)
    elif isinstance(event, VendorUpdated):
        _write(connection, stored, _current(connection, event.facts.vendor_id), event.facts, event.evidence, by=event.by)
    elif isinstance(event, VendorQualified | VendorRejected):
        _judge(connection, stored, event)
    elif isinstance(event, ContractSigned):
        changes: dict[str, object] = {"status": VendorStatus.CONTRACTED}
        if event.unit_price is not None:
            changes["last_agreed"] = event.unit_price
        _set(connection, stored, event.vendor_id, changes, (EvidenceRef(digest=event.signed, origin=Origin.SYSTEM),))


def _judge(connection: sa.Connection, stored: StoredEvent, event: VendorQualified | VendorRejected) -> None:
    """Note the standing of a candidate. What fits one request or not never takes a contract, or the operator's word, away."""
    current = _current(connection, event.vendor_id)
    if current is None or current.status in _STANDING:
        return
    status = VendorStatus.QUALIFIED if isinstance(event, VendorQualified) else VendorStatus.REJECTED
    evidence = tuple(ref for claim in event.qualification.reasons for ref in claim.evidence)
    _set(connection, stored, event.vendor_id, {"status": status}, evidence)


_STANDING = frozenset({VendorStatus.CONTRACTED, VendorStatus.BLOCKED})


def _merge(current: VendorFacts, found: VendorFacts) -> VendorFacts:
    """Return the profile with what was found now; what was not looked at this time stays, and so does a standing."""
    kept = {"status", "vendor_id", "name", "contact_id"} if current.contact_id else {"status", "vendor_id", "name"}
    fresh = {name: value for name, value in found if name not in kept and value not in (None, ())}
    return current.model_copy(update=fresh)


def _set(
    connection: sa.Connection, stored: StoredEvent, vendor_id: str, changes: dict[str, object], evidence: tuple[EvidenceRef, ...]
) -> None:
    current = _current(connection, vendor_id)
    if current is not None:
        _write(connection, stored, current, current.model_copy(update=changes), evidence, by=stored.actor)


def _current(connection: sa.Connection, vendor_id: str) -> VendorFacts | None:
    newest = sa.select(vendor_versions.c.facts).where(vendor_versions.c.vendor_id == vendor_id)
    found = connection.scalar(newest.order_by(vendor_versions.c.version.desc()).limit(1))
    return VendorFacts.model_validate_json(found) if found else None


def _write(
    connection: sa.Connection,
    stored: StoredEvent,
    before: VendorFacts | None,
    facts: VendorFacts,
    evidence: tuple[EvidenceRef, ...],
    *,
    by: str,
) -> None:
    if before == facts:
        return
    count = sa.select(sa.func.coalesce(sa.func.max(vendor_versions.c.version), 0)).where(vendor_versions.c.vendor_id == facts.vendor_id)
    connection.execute(
        vendor_versions.insert().values(
            vendor_id=facts.vendor_id,
            version=int(connection.scalar(count) or 0) + 1,
            at=stored.at.isoformat(),
            changed_by=by,
            event_id=stored.event_id,
            case_id=stored.stream,
            facts=canonical_json(json.loads(facts.model_dump_json())).decode(),
            evidence=canonical_json([ref.model_dump(mode="json") for ref in evidence]).decode(),
        )
    )


def _shared(event: Event) -> tuple[str, ...]:
    """Cases speak of the same vendor: whoever is written later changes the profile that the earlier one left."""
    facts = event.candidate.facts if isinstance(event, VendorDiscovered) else event.facts if isinstance(event, VendorUpdated) else event
    return (f"vendor {getattr(facts, 'vendor_id', '')}",)


_KINDS = frozenset(e.kind for e in (VendorDiscovered, VendorUpdated, VendorQualified, VendorRejected, ContractSigned))
PROJECTION = Projection("vendors", 5, (vendor_versions,), _KINDS, _apply, _shared)
