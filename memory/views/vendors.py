"""Vendor profiles as they are, as they were, and what changed between two instants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.errors import NotFoundError
from memory.domain.evidence import EvidenceRef
from memory.domain.vendor import FieldChange, VendorFacts, VendorProfile
from memory.projections.vendors import vendor_versions as table
from memory.views.vendor_merges import merges_in


def as_of(database: sa.Engine, vendor_id: str, at: datetime) -> VendorProfile:
    """Return the profile as it stood at `at`; raises `NotFoundError` when the vendor was not known then."""
    found = [p for p in profile_history(database, vendor_id) if p.as_of <= at]
    if not found:
        raise NotFoundError(f"{vendor_id} was not known at {at.isoformat(timespec='seconds')}", hint=f"qm vendors show {vendor_id}")
    return found[-1]


def changes_between(database: sa.Engine, vendor_id: str, start: datetime, end: datetime) -> tuple[FieldChange, ...]:
    """Return each field that changed after `start` and up to `end`, in order: what, by whom, on what evidence."""
    history = profile_history(database, vendor_id)
    changes: list[FieldChange] = []
    for before, after in zip([None, *history], history, strict=False):
        if start < after.as_of <= end:
            changes.extend(_differences(before, after))
    return tuple(changes)


def current_profile(database: sa.Engine, vendor_id: str) -> VendorProfile | None:
    """Return the newest profile, or None when the vendor is not known."""
    history = profile_history(database, vendor_id)
    return history[-1] if history else None


def profile_history(database: sa.Engine, vendor_id: str) -> tuple[VendorProfile, ...]:
    """Return every version of a profile, oldest first."""
    query = sa.select(table).where(table.c.vendor_id == vendor_id).order_by(table.c.version)
    with reading(database) as connection:
        return tuple(_profile(row) for row in connection.execute(query))


def all_profiles(database: sa.Engine, *, case_id: str | None = None) -> tuple[VendorProfile, ...]:
    """Return every version of every profile, by vendor and oldest first; with `case_id` those of vendors that the case changed."""
    query = sa.select(table).order_by(table.c.vendor_id, table.c.version)
    if case_id is not None:
        query = query.where(table.c.vendor_id.in_(sa.select(table.c.vendor_id).where(table.c.case_id == case_id)))
    with reading(database) as connection:
        return tuple(_profile(row) for row in connection.execute(query))


def vendor_list(database: sa.Engine) -> tuple[VendorProfile, ...]:
    """Return the newest profile of every vendor, by name. A profile that was merged is not listed; the one it went into stands for it."""
    newest = sa.select(table.c.vendor_id, sa.func.max(table.c.version).label("version")).group_by(table.c.vendor_id).subquery()
    query = sa.select(table).join(newest, (table.c.vendor_id == newest.c.vendor_id) & (table.c.version == newest.c.version))
    with reading(database) as connection:
        merges = merges_in(connection)
        profiles = [_profile(row) for row in connection.execute(query) if merges.main_id(row.vendor_id) == row.vendor_id]
    return tuple(sorted(profiles, key=lambda p: (p.facts.name.lower(), p.facts.vendor_id)))


def vendor_names(profiles: Sequence[VendorProfile]) -> dict[str, str]:
    """Return names by vendor id."""
    return {p.facts.vendor_id: p.facts.name for p in profiles}


def _profile(row: Any) -> VendorProfile:
    return VendorProfile(
        facts=VendorFacts.model_validate_json(row.facts),
        version=row.version,
        as_of=datetime.fromisoformat(row.at),
        changed_by=row.changed_by,
        event_id=row.event_id,
        evidence=tuple(EvidenceRef.model_validate(ref) for ref in json.loads(row.evidence)),
    )


def _differences(before: VendorProfile | None, after: VendorProfile) -> list[FieldChange]:
    old = before.facts.model_dump(mode="json") if before else {}
    changes = []
    for name, value in after.facts.model_dump(mode="json").items():
        if name == "vendor_id" or old.get(name) == value or (before is None and value in (None, [], False)):
            continue
        changes.append(
            FieldChange(
                field=name,
                before=_words(old.get(name)),
                after=_words(value),
                at=after.as_of,
                by=after.changed_by,
                event_id=after.event_id,
                evidence=after.evidence,
            )
        )
    return changes


def _words(value: object) -> str | None:
    if value is None or value == []:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
