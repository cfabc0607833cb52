"""Every contract that was read, whatever case it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from memory.database import reading
from memory.domain.contract import ContractReview
from memory.domain.events import Event
from memory.domain.events.contracts import ContractImported, ContractReviewed, ContractSigned
from memory.ledger import read_events
from memory.projections.contract_calendar import contracts as table
from memory.views.cases import ContractPaper
from memory.views.names import names_of

_KINDS = (ContractReviewed.kind, ContractImported.kind, ContractSigned.kind)


def contracts_at(database: sa.Engine, at: datetime) -> tuple[ContractPaper, ...]:
    """Return the contracts as they were known at `at`, the one that was read last first."""
    known: dict[str, ContractPaper] = {}
    with reading(database) as connection:
        for stored in read_events(connection, kinds=_KINDS):
            if stored.at <= at:
                _fold(known, stored.event)
        names = names_of(connection, (paper.vendor_id for paper in known.values()))
    return tuple(replace(paper, vendor_name=names[paper.vendor_id]) for paper in reversed(known.values()))


def _fold(known: dict[str, ContractPaper], event: Event) -> None:
    """Note a contract that was read, or a signature; the same paper read again takes its place."""
    if isinstance(event, ContractReviewed | ContractImported):
        status = "reviewed" if isinstance(event, ContractReviewed) else "imported"
        known.pop(event.review.contract, None)
        known[event.review.contract] = ContractPaper(event.review, event.vendor_id, "", status, "")
    elif isinstance(event, ContractSigned) and event.contract in known:
        known[event.contract] = replace(known[event.contract], status="signed", signed=event.signed)


def contract_list(database: sa.Engine) -> tuple[ContractPaper, ...]:
    """Return the contracts, newest first."""
    query = sa.select(table).order_by(table.c.at.desc(), table.c.contract)
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    return tuple(
        ContractPaper(ContractReview.model_validate_json(row.review), row.vendor_id, names[row.vendor_id], row.status, row.signed)
        for row in rows
    )
