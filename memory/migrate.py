"""Brings a database to this program's schema: migrations for the truth, a rebuild for projections that changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from memory.database import reading, writing
from memory.projections.base import Projection, ensure, stale

#: The newest revision in `migrations/versions`; a test holds the two together. Knowing it spares every command the import of Alembic.
HEAD = "0003"


def migrate(engine: sa.Engine, projections: Sequence[Projection]) -> list[str]:
    """Run outstanding migrations and rebuild stale projections; returns the names of the rebuilt ones."""
    with reading(engine) as connection:
        if _revision(connection) == HEAD and not stale(connection, projections):
            return []
    with writing(engine, alone_on=["migrate"]) as connection:
        if _revision(connection) != HEAD:
            _upgrade(connection)
        return ensure(connection, projections)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
