"""A database that is away for a moment is nobody's mistake: the engine tries again, and the case is not stopped by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.bootstrap import open_office
from app.founding import Founder, found_home
from app.worker import WorkerRole
from memory.database import outages
from memory.unit_of_work import ADVANCE
from memory.views.cases import case_facts

_VAGUE = "I need an email marketing tool"


@contextmanager
def _held(url: str, table: str) -> Iterator[None]:
    """Hold a table that others wait for in vain."""
    holder = sa.create_engine(url, poolclass=sa.NullPool)
    with holder.begin() as connection:
        connection.exec_driver_sql(f"LOCK TABLE {table}")
        yield


def test_checkpoints_that_cannot_be_reached_stop_no_case(postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.make()
    monkeypatch.setenv("QM_DATABASE_URL", url)
    found_home(tmp_path / "home", Founder(name="Jo", email="jo@buyer.example"))
    _impatient(url)
    with open_office(tmp_path / "home") as office:
        advance = WorkerRole(office, "one").runners()[ADVANCE]
        first, second = (office.service.start(_VAGUE, channel="test") for _ in range(2))
        advance(first)
        with _held(url, "checkpoints"), pytest.raises(outages()):
            advance(second)
        assert case_facts(office.database, second).status == "running"
        advance(second)
        assert case_facts(office.database, second).status == case_facts(office.database, first).status == "needs_you"


def _impatient(url: str) -> None:
    """Let whoever connects from now on give up a lock after a tenth of a second."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {sa.make_url(url).database} SET lock_timeout = '100ms'")
