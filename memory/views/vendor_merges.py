"""Which profiles are one vendor, as the operator said, now or at an instant. The newest word on a pair counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from memory.database import reading
from memory.projections.vendor_merges import vendor_merges as table


@dataclass(frozen=True)
class MergeWord:
    """What the operator said of two profiles: that they are one vendor (`merged_id` under `vendor_id`), or, with `apart`, two."""

    vendor_id: str
    merged_id: str
    apart: bool
    grounds: tuple[str, ...]
    reason: str
    by: str
    at: datetime
    event_id: str


@dataclass(frozen=True)
class Merges:
    """The words on all pairs, oldest first, with what follows from them."""

    words: tuple[MergeWord, ...]

    @cached_property
    def parents(self) -> dict[str, str]:
        """Return what each merged profile stands under; an undone merge is not there."""
        found: dict[str, str] = {}
        for word in self.words:
            if not word.apart:
                found[word.merged_id] = word.vendor_id
            elif found.get(word.merged_id) == word.vendor_id:
                del found[word.merged_id]
            elif found.get(word.vendor_id) == word.merged_id:
                del found[word.vendor_id]
        return found

    @property
    def apart(self) -> frozenset[frozenset[str]]:
        """Return the pairs that the operator last said to be two vendors."""
        newest = {frozenset((word.vendor_id, word.merged_id)): word.apart for word in self.words}
        return frozenset(pair for pair, apart in newest.items() if apart)

    def main_id(self, vendor_id: str) -> str:
        """Return the id under which a profile is shown: its own, unless it was merged."""
        return _followed(self.parents, vendor_id)

    def ids(self, vendor_id: str) -> tuple[str, ...]:
        """Return every id of the vendor that `vendor_id` belongs to, the one it is shown under first."""
        parents, main = self.parents, self.main_id(vendor_id)
        return (main, *sorted(merged for merged in parents if merged != main and _followed(parents, merged) == main))


def read_merges(database: sa.Engine, *, at: datetime | None = None, before_seq: int | None = None) -> Merges:
    """Return the merges as they stand; with `at` as they stood then, with `before_seq` as the ledger had them before that number."""
    with reading(database) as connection:
        return merges_in(connection, at=at, before_seq=before_seq)


def merges_in(connection: sa.Connection, *, at: datetime | None = None, before_seq: int | None = None) -> Merges:
    """Return the same over a connection that is open already."""
    query = sa.select(table).order_by(table.c.seq)
    if before_seq is not None:
        query = query.where(table.c.seq < before_seq)
    words = (_word(row) for row in connection.execute(query))
    return Merges(tuple(word for word in words if at is None or word.at <= at))


def merged_away(merges: Merges, vendor_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these ids are shown under another one."""
    parents = merges.parents
    return frozenset(vendor_id for vendor_id in vendor_ids if _followed(parents, vendor_id) != vendor_id)


def _followed(parents: Mapping[str, str], vendor_id: str) -> str:
    """Return the end of the chain from `vendor_id`; a chain that bites its tail ends at its smallest id."""
    seen = [vendor_id]
    while (above := parents.get(seen[-1])) is not None:
        if above in seen:
            return min(seen[seen.index(above) :])
        seen.append(above)
    return seen[-1]


def _word(row: sa.Row[tuple[object, ...]]) -> MergeWord:
    return MergeWord(
        vendor_id=row.vendor_id,
        merged_id=row.merged_id,
        apart=row.apart,
        grounds=tuple(json.loads(row.grounds)),
        reason=row.reason,
        by=row.by,
        at=datetime.fromisoformat(row.at),
        event_id=row.event_id,
    )
