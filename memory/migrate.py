"""Brings a database to this program's schema: migrations for the truth, a rebuild for projections that changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from memory.database import writing
from memory.projections.base import Projection, ensure


def migrate(engine: sa.Engine, projections: Sequence[Projection]) -> list[str]:
    """Run outstanding migrations and rebuild stale projections; returns the names of the rebuilt ones."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return ensure(connection, projections)
