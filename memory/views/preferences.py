"""The operator's preferences as they count: said for a category, said for everything, and the defaults below both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter

from memory.database import reading
from memory.domain.events.negotiation import WalkAwaySet
from memory.domain.money import Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Preferences, Term, TermLimit, TermPreference, TermWorth
from memory.ledger import read_events
from memory.projections.registry import preferences as registry
from memory.projections.term_preferences import term_preferences

_LONGEST = 120
_READ: TypeAdapter[TermWorth | TermLimit] = TypeAdapter(TermPreference)


@dataclass(frozen=True)
class StandingPreference:
    """One preference as said. `scope` is a category, or "" for everything."""

    scope: str
    preference: TermWorth | TermLimit
    words: str
    at: datetime
    event_id: str


def standing_preferences(database: sa.Engine) -> tuple[StandingPreference, ...]:
    """Return what the operator said of terms, the general first."""
    query = sa.select(term_preferences).order_by(term_preferences.c.scope, term_preferences.c.key)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        StandingPreference(row.scope, _READ.validate_json(row.body), row.words, datetime.fromisoformat(row.at), row.event_id)
        for row in rows
    )


def effective_preferences(database: sa.Engine, *categories: str) -> Preferences:
    """Return what counts for a purchase, the narrowest category first: its own words, then the general ones, then the defaults.

    A standing preference for one length of contract ("we always prefer monthly contracts") shifts the defaults.
    """
    said = standing_preferences(database)
    merged = defaults_for(*categories)
    months = preferred_months(database)
    merged = merged if months is None else merged.preferring(months)
    for scope in ("", *reversed(categories)):
        merged = merged.merged(s.preference for s in said if s.scope == scope)
    return merged


def preferred_months(database: sa.Engine) -> int | None:
    """Return the length of contract that the operator always prefers, in months; None where it named none."""
    with reading(database) as connection:
        said = connection.scalar(sa.select(registry.c.value).where(registry.c.name == Term.TERM_MONTHS.value))
    months = int(said) if said is not None and said.isascii() and said.isdigit() else 0
    return months if 1 <= months <= _LONGEST else None


def walk_away_of(database: sa.Engine, case_id: str) -> Price | None:
    """Return the walk-away that the operator set for a case; None where there is none."""
    with reading(database) as connection:
        newest = next(read_events(connection, stream=case_id, kinds=(WalkAwaySet.kind,), newest_first=True, limit=1), None)
    return newest.event.limit if newest is not None and isinstance(newest.event, WalkAwaySet) else None
