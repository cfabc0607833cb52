"""Every contract that was read, whatever case it belongs to."""

from __future__ import annotations

import sqlalchemy as sa

from memory.database import reading
from memory.domain.contract import ContractReview
from memory.projections.contract_calendar import contracts as table
from memory.views.cases import ContractPaper
from memory.views.names import names_of


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
