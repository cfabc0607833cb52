"""The revision the program knows by heart is the newest one on disk, and a fresh database equals the declared tables."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import memory
from memory.database import open_database, reading
from memory.migrate import HEAD, migrate
from memory.projections.base import discover
from memory.schema import metadata


def test_the_known_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(Path(memory.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_migrated_database_has_exactly_the_declared_tables(tmp_path):
    engine, projections = open_database(f"sqlite:///{tmp_path / 'fresh.db'}"), discover()
    assert migrate(engine, projections) == [p.name for p in projections]
    ours = set(metadata.tables)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in ours})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(tmp_path):
    engine, projections = open_database(f"sqlite:///{tmp_path / 'fresh.db'}"), discover()
    migrate(engine, projections)
    assert migrate(engine, projections) == []
    engine.dispose()
