"""The contract calendar: every contract by the last day on which the operator can still act."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.domain.events import Event
from memory.domain.events.contracts import (
    ContractImported,
    ContractReviewed,
    ContractSigned,
    RenewalDecided,
    RenewalDropped,
    RenewalScheduled,
)
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

contracts = sa.Table(
    "contracts",
    metadata,
    sa.Column("contract", sa.String(64), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("signed", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

renewals = sa.Table(
    "renewals",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False),
    sa.Column("contract", sa.String(64), nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("decide_by", sa.String(10), nullable=False, index=True),
    sa.Column("term_end", sa.String(10), nullable=False),
    sa.Column("notice_days", sa.Integer, nullable=False),
    sa.Column("auto_renews", sa.Boolean, nullable=False),
    sa.Column("renewal_months", sa.Integer),
    sa.Column("annual_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("decision", sa.String(12), nullable=False),
    sa.Column("decision_at", sa.String(32), nullable=False),
    sa.Column("remind_on", sa.String(10), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, ContractReviewed | ContractImported):
        status = "reviewed" if isinstance(event, ContractReviewed) else "imported"
        row = {"case_id": stored.stream, "vendor_id": event.vendor_id, "signed": "", "status": status}
        values = {**row, "review": event.review.model_dump_json(), "at": stored.at.isoformat()}
        upsert(connection, contracts, {"contract": event.review.contract}, values)
    elif isinstance(event, ContractSigned):
        connection.execute(contracts.update().where(contracts.c.contract == event.contract).values(signed=event.signed, status="signed"))
    elif isinstance(event, RenewalScheduled):
        renewal: dict[str, Any] = {
            "case_id": stored.stream,
            "contract": event.contract,
            "vendor_id": event.vendor_id,
            "decide_by": event.decide_by.isoformat(),
            "term_end": event.term_end.isoformat(),
            "notice_days": event.notice_days,
            "auto_renews": event.auto_renews,
            "renewal_months": event.renewal_months,
            "annual_minor": event.annual_cost.amount_minor,
            "currency": event.annual_cost.currency,
        }
        # A new term asks anew: what was decided for the last one does not carry over.
        upsert(connection, renewals, {"uid": event.uid}, renewal | {"decision": "", "decision_at": "", "remind_on": ""})
    elif isinstance(event, RenewalDropped):
        connection.execute(renewals.delete().where(renewals.c.uid == event.uid))
    elif isinstance(event, RenewalDecided):
        _decide(connection, stored, event)


def _decide(connection: sa.Connection, stored: StoredEvent, event: RenewalDecided) -> None:
    """Note the decision; a reminder leaves an earlier decision standing."""
    if event.action == "remind":
        values = {"remind_on": event.remind_on.isoformat() if event.remind_on else ""}
    else:
        values = {"decision": event.action, "decision_at": stored.at.isoformat()}
    connection.execute(renewals.update().where(renewals.c.uid == event.uid).values(**values))


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, RenewalScheduled | RenewalDecided | RenewalDropped):
        return (f"renewal {event.uid}",)
    contract = event.contract if isinstance(event, ContractSigned) else event.review.contract  # type: ignore[attr-defined]
    return (f"contract {contract}",)


_KINDS = frozenset(e.kind for e in (ContractReviewed, ContractImported, ContractSigned, RenewalScheduled, RenewalDecided, RenewalDropped))
PROJECTION = Projection("contract_calendar", 3, (contracts, renewals), _KINDS, _apply, _shared)
