"""Approvals: the operator's queue, and how each question was answered."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.approval import ApprovalStatus
from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseCancelled
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("status", sa.String(10), nullable=False, index=True),
    sa.Column("requested_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("decided_at", sa.String(32), nullable=False),
    sa.Column("decided_by", sa.String(80), nullable=False),
    sa.Column("surface", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
)

_ANSWERS: dict[type[Event], ApprovalStatus] = {
    ApprovalGranted: ApprovalStatus.GRANTED,
    ApprovalEdited: ApprovalStatus.EDITED,
    ApprovalRejected: ApprovalStatus.REJECTED,
    ApprovalExpired: ApprovalStatus.EXPIRED,
}


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, ApprovalRequested):
        _ask(connection, event)
    elif isinstance(event, CaseCancelled):
        still_open = (approvals.c.case_id == stored.stream) & (approvals.c.status == ApprovalStatus.OPEN.value)
        _close(connection, still_open, ApprovalStatus.EXPIRED, stored, by="cancel", surface="", reason="the case was cancelled")
    else:
        this = approvals.c.approval_id == event.approval_id  # type: ignore[attr-defined]
        by, surface, reason = (str(getattr(event, name, "")) for name in ("by", "surface", "reason"))
        _close(connection, this, _ANSWERS[type(event)], stored, by=by or "expiry", surface=surface, reason=reason)


def _ask(connection: sa.Connection, event: ApprovalRequested) -> None:
    approval = event.approval
    connection.execute(
        approvals.insert().values(
            approval_id=approval.approval_id,
            case_id=approval.case_id,
            digest=approval.action.digest,
            title=approval.action.title,
            total_minor=approval.action.total.amount_minor,
            currency=approval.action.total.currency,
            status=ApprovalStatus.OPEN.value,
            requested_at=approval.requested_at.isoformat(),
            expires_at=approval.expires_at.isoformat(),
            decided_at="",
            decided_by="",
            surface="",
            reason="",
            request=canonical_json(approval.model_dump(mode="json")).decode(),
        )
    )


def _close(
    connection: sa.Connection,
    where: sa.ColumnElement[bool],
    status: ApprovalStatus,
    stored: StoredEvent,
    *,
    by: str,
    surface: str,
    reason: str,
) -> None:
    values = {"status": status.value, "decided_at": stored.at.isoformat(), "decided_by": by, "surface": surface, "reason": reason}
    connection.execute(approvals.update().where(where).values(**values))


def _shared(event: Event) -> tuple[str, ...]:
    approval_id = event.approval.approval_id if isinstance(event, ApprovalRequested) else getattr(event, "approval_id", None)
    return (f"approval {approval_id}",) if approval_id else ()


_KINDS = frozenset({ApprovalRequested.kind, CaseCancelled.kind, *(kind.kind for kind in _ANSWERS)})
PROJECTION = Projection("approvals", 1, (approvals,), _KINDS, _apply, _shared)
