"""The demo's purchase with its books on Postgres: an address is all that changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from memory.database import reading, writing
from memory.ledger import verify
from memory.projections.base import fingerprint, rebuild


@pytest.fixture
def url(postgres) -> Iterator[str]:
    made = postgres.migrated()
    yield made
    postgres.drop(made)


@pytest.mark.slow
def test_a_purchase_runs_whole_on_postgres_across_restarts_and_leaves_no_file_database(url, found):
    town = found(database_url=url)
    case_id = town.to_approval()
    town.reopen()
    town.approve(case_id)
    town.run()
    facts = town.facts(case_id)
    assert (facts.status, facts.stage, facts.vendor_id) == ("done", "bought", "brieflark")
    assert facts.paid_total == facts.agreed_total
    assert not town.office.home.database.exists()
    with reading(town.office.database) as connection:
        assert verify(connection).ok
        live = {p.name: fingerprint(connection, p) for p in town.office.projections}
        left = {t: connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) for t in ("checkpoints", "checkpoint_writes", "awake")}
    assert left == {"checkpoints": 0, "checkpoint_writes": 0, "awake": 0}, "a closed case waits for nothing"
    with writing(town.office.database) as connection:
        for projection in town.office.projections:
            rebuild(connection, projection)
        assert {p.name: fingerprint(connection, p) for p in town.office.projections} == live
