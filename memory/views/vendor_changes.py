"""What came in about a vendor between two instants: names, domains, merges, prices, terms, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from memory.views.vendor_identity import Identity, identity_of
from memory.views.vendor_past import VendorPast, past_of


@dataclass(frozen=True)
class Came:
    """What is known at the later instant and was not at the earlier one."""

    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    merged: tuple[str, ...]
    separated: tuple[str, ...]
    past: VendorPast


def came_between(database: sa.Engine, vendor_id: str, start: datetime, end: datetime) -> Came:
    """Return what came in after `start` and up to `end`. A merge brings everything that was known of the merged profile."""
    before, after = identity_of(database, vendor_id, at=start), identity_of(database, vendor_id, at=end)
    old_ids, new_ids = _ids(before), _ids(after)
    old, new = past_of(database, old_ids, at=start), past_of(database, new_ids, at=end)
    return Came(
        aliases=_new(before.aliases if before else (), after.aliases if after else ()),
        domains=_new(before.domains if before else (), after.domains if after else ()),
        merged=_new(old_ids, new_ids) if before else new_ids[1:],
        separated=_new(new_ids, old_ids),
        past=VendorPast(
            prices=tuple(p for p in new.prices if p not in old.prices),
            terms=tuple(t for t in new.terms if t not in old.terms),
            incidents=tuple(i for i in new.incidents if i not in old.incidents),
        ),
    )


def _ids(identity: Identity | None) -> tuple[str, ...]:
    return identity.ids if identity else ()


def _new(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in after if item not in before)
