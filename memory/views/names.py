"""Vendor names by id, for read models that show a few vendors at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from memory.database import reading
from memory.projections.vendors import vendor_versions as table
from memory.views.vendor_merges import merges_in


def names_of(connection: sa.Connection, vendor_ids: Iterable[str]) -> dict[str, str]:
    """Return the newest known name of each vendor; a vendor without a profile keeps its id as name."""
    wanted = sorted({v for v in vendor_ids if v})
    if not wanted:
        return {}
    return {v: v for v in wanted} | _newest(connection, table.c.vendor_id.in_(wanted))


def all_names(connection: sa.Connection) -> dict[str, str]:
    """Return the newest known name of every vendor, by id."""
    return _newest(connection, sa.true())


def merged_names(database: sa.Engine) -> dict[str, str]:
    """Return, by name in lower case, under which id a merged profile is shown now: so that a vendor is found by its other names too."""
    with reading(database) as connection:
        merges = merges_in(connection)
        names = _newest(connection, table.c.vendor_id.in_(sorted(merges.parents))) if merges.parents else {}
    return {name.casefold(): merges.main_id(vendor_id) for vendor_id, name in sorted(names.items())}


def _newest(connection: sa.Connection, where: sa.ColumnElement[bool]) -> dict[str, str]:
    newest = sa.select(table.c.vendor_id, sa.func.max(table.c.version).label("version")).where(where).group_by(table.c.vendor_id).subquery()
    query = sa.select(table.c.vendor_id, table.c.facts).join(
        newest, (table.c.vendor_id == newest.c.vendor_id) & (table.c.version == newest.c.version)
    )
    return {row.vendor_id: str(json.loads(row.facts)["name"]) for row in connection.execute(query)}
