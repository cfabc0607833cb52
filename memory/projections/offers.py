"""Offers by round, theirs and ours: the negotiation as a table."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events.negotiation import CounterofferProposed, NegotiationConcluded, QuoteReceived
from memory.domain.quote import Terms
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("side", sa.String(10), nullable=False),
    sa.Column("all_in_minor", sa.BigInteger, nullable=False),
    sa.Column("per_month_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("term_months", sa.Integer, nullable=False),
    sa.Column("valid_until", sa.String(10), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("message", sa.String(64), nullable=False),
    sa.Column("rationale", sa.Text, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
)

negotiations = sa.Table(
    "negotiations",
    metadata,
    sa.Column("case_id", sa.String(80), primary_key=True),
    sa.Column("vendor_id", sa.String(80), primary_key=True),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, QuoteReceived):
        valid = event.quote.valid_until.isoformat() if event.quote.valid_until else ""
        _add(connection, stored, event.quote.vendor_id, event.quote.round, "vendor", event.quote.terms, event.quote.message, valid, "")
    elif isinstance(event, CounterofferProposed):
        ours = event.counteroffer
        _add(connection, stored, ours.vendor_id, ours.round, "us", ours.terms, event.body, "", ours.rationale)
    elif isinstance(event, NegotiationConcluded):
        row = {"outcome": event.outcome.value, "rounds": event.rounds, "reason": event.reason}
        connection.execute(negotiations.insert().values(case_id=stored.stream, vendor_id=event.vendor_id, **row))


def _add(
    connection: sa.Connection,
    stored: StoredEvent,
    vendor_id: str,
    round_: int,
    side: str,
    terms: Terms,
    message: str,
    valid_until: str,
    rationale: str,
) -> None:
    connection.execute(
        offers.insert().values(
            event_id=stored.event_id,
            seq=stored.seq,
            case_id=stored.stream,
            vendor_id=vendor_id,
            round=round_,
            side=side,
            all_in_minor=terms.all_in_total().amount_minor,
            per_month_minor=terms.all_in_per_month().amount_minor,
            currency=terms.currency,
            term_months=terms.term_months,
            valid_until=valid_until,
            at=stored.at.isoformat(),
            message=message,
            rationale=rationale,
            terms=canonical_json(terms.model_dump(mode="json")).decode(),
        )
    )


_KINDS = frozenset(e.kind for e in (QuoteReceived, CounterofferProposed, NegotiationConcluded))
PROJECTION = Projection("offers", 1, (offers, negotiations), _KINDS, _apply)
