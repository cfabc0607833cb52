"""What a projection is, how all of them are found, and how they are rebuilt and compared."""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from memory.database import later
from memory.domain.base import Digest, canonical_json
from memory.domain.events import Event
from memory.ledger import StoredEvent, read_events
from memory.schema import projection_versions

#: Projections have tables of their own: they are dropped and rebuilt, never migrated.
metadata = sa.MetaData()


def _nothing_shared(_event: Event) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Projection:
    """A fold over events into `tables`. `apply` is pure but for its tables: same events, same rows.

    `version` is raised when the fold or its tables change; at the next start the tables are dropped and rebuilt.

    `shared` names the rows of an event that events of other streams write to as well, where the order matters. Such events are
    written one after the other; all others are folded in any order that keeps the order within their stream.
    """

    name: str
    version: int
    tables: tuple[sa.Table, ...]
    kinds: frozenset[str] | None
    apply: Callable[[sa.Connection, StoredEvent], None]
    shared: Callable[[Event], Iterable[str]] = _nothing_shared

    def wants(self, kind: str) -> bool:
        """Whether events of this kind matter to the fold; `kinds=None` means all."""
        return self.kinds is None or kind in self.kinds


def discover() -> tuple[Projection, ...]:
    """Return the projections that the modules of this package declare, by name."""
    import memory.projections as package

    modules = (import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((m.PROJECTION for m in modules if hasattr(m, "PROJECTION")), key=lambda p: p.name))


def stale(connection: sa.Connection, projections: Sequence[Projection]) -> list[Projection]:
    """Return the projections that are missing, or older or newer than the program."""
    known = {r.name: r.version for r in connection.execute(sa.select(projection_versions))}
    return [p for p in projections if known.get(p.name) != p.version]


def ensure(connection: sa.Connection, projections: Sequence[Projection]) -> list[str]:
    """Make missing tables and rebuild what is not of this program's version; returns the names of rebuilt projections."""
    found = stale(connection, projections)
    for projection in found:
        rebuild(connection, projection)
    return [p.name for p in found]


def rebuild(connection: sa.Connection, projection: Projection) -> None:
    """Drop a projection's tables and fold the whole ledger again."""
    for table in reversed(projection.tables):
        table.drop(connection, checkfirst=True)
    for table in projection.tables:
        table.create(connection)
    for event in read_events(connection, kinds=projection.kinds):
        projection.apply(connection, event)
    connection.execute(projection_versions.delete().where(projection_versions.c.name == projection.name))
    connection.execute(projection_versions.insert().values(name=projection.name, version=projection.version))


def fingerprint(connection: sa.Connection, projection: Projection) -> Digest:
    """Return the digest of every row of a projection, ordered by primary key: equal before and after a rebuild, on either database."""
    digest = hashlib.sha256()
    for table in projection.tables:
        digest.update(canonical_json(table.name))
        for row in connection.execute(sa.select(table).order_by(*_byte_order(connection, table)), execution_options={"yield_per": 500}):
            digest.update(canonical_json(list(row)))
    return digest.hexdigest()


def _byte_order(connection: sa.Connection, table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """Return the primary key, texts in the order of their bytes: SQLite's own, while Postgres sorts as its server's language does."""
    plain = connection.dialect.name == "sqlite"
    return [c if plain or not isinstance(c.type, sa.String) else sa.collate(c, "C") for c in table.primary_key.columns]


def upsert(connection: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Update the row with this key, which is the table's own, or insert it."""
    later(connection, _upsert(table.name, tuple(key), tuple(values)), (*key.values(), *values.values()))


def insert(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Insert a row."""
    later(connection, _insert(table.name, tuple(row)), tuple(row.values()))


# Written out once for each set of columns: to compose a statement costs more than to run it.
@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # the names of our own tables and columns


@cache
def _upsert(table: str, key: tuple[str, ...], values: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in values)
    whose = ", ".join(f'"{name}"' for name in key)
    return f"{_insert(table, key + values)} ON CONFLICT ({whose}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"
