"""Contracts in force that nobody watches: why, and nothing for those that ended, gave way to another, or were left alone by word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from memory.database import reading
from memory.domain.contract import ContractReview
from memory.domain.events.contracts import RenewalDropped, RenewalScheduled
from memory.domain.renewal import plan_of, why_unwatched
from memory.ledger import read_events
from memory.projections.contract_calendar import contracts
from memory.views.names import names_of


@dataclass(frozen=True)
class Unwatched:
    """A contract that was signed or imported and has no last day to act. `why` says what is missing."""

    contract: str
    vendor_id: str
    vendor_name: str
    why: str

    @property
    def says(self) -> str:
        """That it is not watched, in a sentence."""
        return f"{self.vendor_name} ({self.contract[:12]}) is not watched: {self.why}"


def unwatched_list(database: sa.Engine, today: date) -> tuple[Unwatched, ...]:
    """Return the contracts in force without a watch, by vendor."""
    binding = sa.select(contracts).where(contracts.c.status.in_(("signed", "imported")))
    with reading(database) as connection:
        told = read_events(connection, kinds=(RenewalScheduled.kind, RenewalDropped.kind))
        known = {e.event.contract for e in told if isinstance(e.event, RenewalScheduled | RenewalDropped)}
        rows = [row for row in connection.execute(binding) if row.contract not in known]
        names = names_of(connection, (row.vendor_id for row in rows))
    found = ((row, ContractReview.model_validate_json(row.review)) for row in rows)
    open_ = (
        Unwatched(row.contract, row.vendor_id, names[row.vendor_id], why_unwatched(review, today))
        for row, review in found
        if plan_of(review) is None
    )
    return tuple(sorted(open_, key=lambda one: (one.vendor_name.casefold(), one.contract)))
