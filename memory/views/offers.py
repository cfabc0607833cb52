"""Offers of a case by round, ours and theirs, and where each vendor stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from memory.database import reading
from memory.domain.events.cases import RequisitionSubmitted
from memory.domain.money import Money
from memory.domain.quote import Terms
from memory.ledger import read_events
from memory.projections.offers import negotiations, offers
from memory.views.names import names_of

VENDOR, US = "vendor", "us"


@dataclass(frozen=True)
class Offer:
    """One offer. `all_in` is everything payable over the term, tax and set-up included; `message` names its mail."""

    vendor_id: str
    vendor_name: str
    round: int
    side: str
    all_in: Money
    per_month: Money
    term_months: int
    valid_until: date | None
    at: datetime
    message: str
    rationale: str
    terms: Terms


@dataclass(frozen=True)
class Standing:
    """Where one vendor stands: its first and newest offer, our newest, and how it ended (empty while it goes on)."""

    vendor_id: str
    vendor_name: str
    first: Offer | None
    newest: Offer | None
    ours: Offer | None
    rounds: int
    outcome: str
    reason: str


def case_offers(database: sa.Engine, case_id: str) -> tuple[Offer, ...]:
    """Return the offers of a case in the order they were made."""
    query = sa.select(offers).where(offers.c.case_id == case_id).order_by(offers.c.seq)
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    return tuple(
        Offer(
            vendor_id=row.vendor_id,
            vendor_name=names[row.vendor_id],
            round=row.round,
            side=row.side,
            all_in=Money(amount_minor=row.all_in_minor, currency=row.currency),
            per_month=Money(amount_minor=row.per_month_minor, currency=row.currency),
            term_months=row.term_months,
            valid_until=date.fromisoformat(row.valid_until) if row.valid_until else None,
            at=datetime.fromisoformat(row.at),
            message=row.message,
            rationale=row.rationale,
            terms=Terms.model_validate(json.loads(row.terms)),
        )
        for row in rows
    )


def standings(database: sa.Engine, case_id: str) -> tuple[Standing, ...]:
    """Return one line per vendor that was negotiated with, the lowest newest offer first."""
    made = case_offers(database, case_id)
    query = sa.select(negotiations).where(negotiations.c.case_id == case_id)
    with reading(database) as connection:
        ended = {row.vendor_id: row for row in connection.execute(query)}
        names = names_of(connection, {*ended, *(o.vendor_id for o in made)})
    lines = []
    for vendor_id, name in names.items():
        theirs = [o for o in made if o.vendor_id == vendor_id and o.side == VENDOR]
        ours = [o for o in made if o.vendor_id == vendor_id and o.side == US]
        end = ended.get(vendor_id)
        lines.append(
            Standing(
                vendor_id=vendor_id,
                vendor_name=name,
                first=theirs[0] if theirs else None,
                newest=theirs[-1] if theirs else None,
                ours=ours[-1] if ours else None,
                rounds=end.rounds if end else len(ours),
                outcome=end.outcome if end else "",
                reason=end.reason if end else "",
            )
        )
    return tuple(sorted(lines, key=lambda s: (s.newest is None, s.newest.per_month.amount_minor if s.newest else 0, s.vendor_name)))


def ceiling_per_month(database: sa.Engine, case_id: str) -> Money | None:
    """Return the case's all-in ceiling spread over a year, per month: what every offer is held against.

    None while there is no requisition. Offers of different terms compare by month, so the ceiling does too.
    """
    with reading(database) as connection:
        submitted = [e.event for e in read_events(connection, stream=case_id, kinds=(RequisitionSubmitted.kind,))]
    if not submitted:
        return None
    requisition = submitted[-1]
    assert isinstance(requisition, RequisitionSubmitted)
    year = requisition.requisition.ceiling_for(12)
    return Money(amount_minor=year.amount_minor // 12, currency=year.currency)
