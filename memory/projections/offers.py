"""Offers by round, theirs and ours: the negotiation as a table."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events.negotiation import CounterofferProposed, NegotiationConcluded, QuoteReceived
from memory.domain.quote import Terms
from memory.ledger import StoredEvent
from memory.projections.base import Projection, insert, metadata

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
    sa.Column("category", sa.String(80), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("negotiations_of_a_vendor", "vendor_id", "seq"),
    sa.Index("negotiations_of_a_category", "category", "seq"),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, QuoteReceived):
        quote = event.quote
        valid = quote.valid_until.isoformat() if quote.valid_until else ""
        row: dict[str, Any] = {"vendor_id": quote.vendor_id, "round": quote.round, "side": "vendor", "message": quote.message}
        _add(connection, stored, quote.terms, {**row, "valid_until": valid, "rationale": ""})
    elif isinstance(event, CounterofferProposed):
        ours = event.counteroffer
        row = {"vendor_id": ours.vendor_id, "round": ours.round, "side": "us", "message": event.body}
        _add(connection, stored, ours.terms, {**row, "valid_until": "", "rationale": ours.rationale})
    elif isinstance(event, NegotiationConcluded):
        row = {"outcome": event.outcome.value, "rounds": event.rounds, "reason": event.reason, "category": event.category}
        row |= {"seq": stored.seq, "at": stored.at.isoformat()}
        connection.execute(negotiations.insert().values(case_id=stored.stream, vendor_id=event.vendor_id, **row))


def _add(connection: sa.Connection, stored: StoredEvent, terms: Terms, row: dict[str, Any]) -> None:
    about = {
        "event_id": stored.event_id,
        "seq": stored.seq,
        "case_id": stored.stream,
        "all_in_minor": terms.all_in_total().amount_minor,
        "per_month_minor": terms.all_in_per_month().amount_minor,
        "currency": terms.currency,
        "term_months": terms.term_months,
        "at": stored.at.isoformat(),
        "terms": canonical_json(terms.model_dump(mode="json")).decode(),
    }
    insert(connection, offers, {**about, **row})


_KINDS = frozenset(e.kind for e in (QuoteReceived, CounterofferProposed, NegotiationConcluded))
PROJECTION = Projection("offers", 2, (offers, negotiations), _KINDS, _apply)
