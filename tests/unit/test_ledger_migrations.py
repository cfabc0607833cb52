"""Migrations: one head, the schema they make is the one the program means, projections are rebuilt when they change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from memory.database import open_database, reading, sqlite_url, writing
from memory.domain.events.cases import CaseOpened
from memory.migrate import HEAD, migrate
from memory.projections.base import discover, ensure, metadata
from memory.projections.cases import cases
from memory.schema import metadata as truth


@pytest.fixture
def fresh(tmp_path: Path) -> Any:
    database = open_database(sqlite_url(tmp_path / "fresh.db"))
    yield database
    database.dispose()


def test_a_fresh_database_is_exactly_what_the_program_means(fresh: sa.Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    migrate(fresh, ())
    with fresh.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, truth) == []
        assert context.get_current_heads() == (HEAD,)


def test_there_is_one_head_and_it_is_known() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import memory.migrate as module

    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_projections_have_the_tables_they_declare(fresh: sa.Engine) -> None:
    projections = discover()
    assert migrate(fresh, projections) == [p.name for p in projections]
    declared = [table for p in projections for table in p.tables]
    assert sorted(t.name for t in declared) == sorted(metadata.tables), "a table without a projection, or one in two"
    inspector = sa.inspect(fresh)
    for table in declared:
        assert {c["name"] for c in inspector.get_columns(table.name)} == set(table.c.keys())
        assert {i["name"] for i in inspector.get_indexes(table.name)} >= {i.name for i in table.indexes}


def test_migrating_again_changes_nothing(fresh: sa.Engine) -> None:
    migrate(fresh, discover())
    with reading(fresh) as connection:
        before = connection.execute(sa.text("SELECT name, sql FROM sqlite_master ORDER BY name")).all()
    assert migrate(fresh, discover()) == []
    with reading(fresh) as connection:
        assert connection.execute(sa.text("SELECT name, sql FROM sqlite_master ORDER BY name")).all() == before


def test_a_projection_of_another_version_is_rebuilt_from_the_ledger_and_no_other(core: Any) -> None:
    core.act("a", CaseOpened(case_id="CASE-1", instruction="email tool", evidence="a" * 64, channel="cli", graph_version=1))
    core.sql("UPDATE cases SET title = 'stale'")
    core.sql("INSERT INTO preferences (name, value, event_id) VALUES ('left', 'alone', 'EV-0')")
    raised = [replace(p, version=p.version + 1) if p.name == "cases" else p for p in core.projections]
    with writing(core.database) as connection:
        assert ensure(connection, raised) == ["cases"]
        assert connection.scalar(sa.select(cases.c.title)) == "email tool"
    with writing(core.database) as connection:
        assert ensure(connection, raised) == []
    assert core.rows("preferences") == 1


def test_a_migration_that_breaks_leaves_no_table_behind(fresh: sa.Engine) -> None:
    def breaks(_connection: sa.Connection, _stored: object) -> None:
        raise AssertionError("never reached: the ledger is empty")

    bad = replace(discover()[0], name="bad", tables=(sa.Table("bad", sa.MetaData(), sa.Column("a", BadType())),), apply=breaks)
    with pytest.raises(sa.exc.CompileError):
        migrate(fresh, (bad,))
    assert sa.inspect(fresh).get_table_names() == []


class BadType(sa.types.UserDefinedType):  # type: ignore[type-arg]
    def get_col_spec(self, **_: Any) -> str:
        raise sa.exc.CompileError("no such type")
