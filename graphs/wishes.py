"""What the operator says of terms, in words: read, held against what stands, and kept as facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from graphs.case_file import load_case
from memory.domain.clock import IdMaker
from memory.domain.errors import ConflictError, InputError, NotFoundError, RefusedError
from memory.domain.events.negotiation import WalkAwaySet
from memory.domain.events.workspace import TermDropped, TermWeighed
from memory.domain.money import Money, Price
from memory.domain.preference_defaults import DEFAULTS, defaults_for
from memory.domain.preferences import Term, TermLimit, TermWorth
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.words import counted
from memory.ledger import WORKSPACE
from memory.projections.cases import cases
from memory.unit_of_work import UnitOfWork
from memory.views.preferences import preferred_months, standing_preferences

_YEAR = 12
_OVER = frozenset({"done", "ended", "cancelled"})


@dataclass(frozen=True)
class Counting:
    """One preference that counts. `said_by` is "you", "you, for saas" or "default"; `because` a default's reason, else the words."""

    key: str
    scope: str
    reads: str
    said_by: str
    because: str


class Wishes:
    """Keeps what terms are worth to the operator. `by` is who says so; it is never a vendor or an agent."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, ids: IdMaker, *, by: str = "operator") -> None:
        self._database, self._unit_of_work, self._ids, self._by = database, unit_of_work, ids, by

    def say(self, words: str, scope: str = "") -> tuple[TermWorth | TermLimit, bool]:
        """Keep a preference; returns what was understood and whether it is new. Raises `InputError` for words that are not clear."""
        from agents.negotiation.preferences.words import read_preference

        preference = read_preference(words)
        standing = {(s.scope, s.preference.key): s.preference for s in standing_preferences(self._database)}
        if standing.get((scope, preference.key)) == preference:
            return preference, False
        fact = TermWeighed(scope=scope, preference=preference, words=words.strip()[:300], by=self._by)
        self._unit_of_work.act(f"preference/{self._ids.new('CMD')}", [fact], stream=WORKSPACE, actor=self._by)
        return preference, True

    def take_back(self, key: str, scope: str = "") -> None:
        """Take a preference back. Raises `NotFoundError` when none stands under that key."""
        keys = [s.preference.key for s in standing_preferences(self._database) if s.scope == scope]
        if key not in keys:
            hint = (
                f"these stand: {', '.join(keys)}"
                if keys
                else "qm preferences list shows what counts; defaults cannot be taken back, only replaced"
            )
            raise NotFoundError(f"no preference of yours is called {key!r}{f' for {scope}' if scope else ''}", hint=hint)
        fact = TermDropped(scope=scope, key=key, by=self._by)
        self._unit_of_work.act(f"preference/{self._ids.new('CMD')}", [fact], stream=WORKSPACE, actor=self._by)

    def set_walk_away(self, case_id: str, limit: Price | None, words: str) -> bool:
        """Set the most that a case may cost all-in, or take it back; returns whether that is new.

        Raises `RefusedError` above the ceiling, `ConflictError` once the case is over, `NotFoundError` without such a case.
        """
        case = load_case(self._database, case_id)
        if limit is not None:
            refuse_above_ceiling(case.requisition, limit)
        if case.walk_away == limit:
            return False
        fact = WalkAwaySet(limit=limit, words=words.strip()[:300], by=self._by)

        def still_open(connection: sa.Connection) -> None:
            status = connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == case_id))
            if status in _OVER:
                raise ConflictError(f"{case_id} is {status}", hint="a walk-away counts while there is something to negotiate")

        self._unit_of_work.act(f"{case_id}/walk-away/{self._ids.new('CMD')}", [fact], stream=case_id, actor=self._by, check=still_open)
        return True

    def counting(self, *categories: str) -> tuple[Counting, ...]:
        """Return every preference that counts for a purchase of these categories (narrowest first), with who said it."""
        return tuple(_counting(self._database, categories))


def refuse_above_ceiling(need: Requisition, limit: Price) -> None:
    """Raise `RefusedError` for a walk-away above the ceiling, `InputError` for one that cannot be held against it."""
    if limit.currency != need.ceiling.currency:
        raise InputError(
            f"the ceiling is in {need.ceiling.currency}, not in {limit.currency}", hint="give the walk-away in the same currency"
        )
    if (limit.period in MONTHS) != (need.ceiling.period in MONTHS):
        raise InputError(
            f"{limit} cannot be held against a ceiling of {need.ceiling}", hint='say it like the ceiling: "600 EUR a year", or once'
        )
    ceiling = need.ceiling_for(_YEAR)
    most = (
        Money(amount_minor=limit.amount_minor * _YEAR // MONTHS[limit.period], currency=limit.currency)
        if limit.period in MONTHS
        else limit.money
    )
    if most > ceiling:
        raise RefusedError(
            f"{limit} is above the ceiling of {need.ceiling}", hint="a walk-away only tightens; for more money start the case anew"
        )


def _counting(database: sa.Engine, categories: tuple[str, ...]) -> Iterator[Counting]:
    from agents.negotiation.preferences.words import in_words

    said = standing_preferences(database)
    spoken: set[object] = set()
    for scope in (*categories, ""):
        here = [s for s in said if s.scope == scope]
        for s in here:
            about = s.preference.term if isinstance(s.preference, TermWorth) else s.preference.key
            if about not in spoken:
                yield Counting(s.preference.key, scope, in_words(s.preference), f"you, for {scope}" if scope else "you", s.words)
        spoken |= {s.preference.term if isinstance(s.preference, TermWorth) else s.preference.key for s in here}
    months = preferred_months(database)
    if months is not None and Term.TERM_MONTHS not in spoken:
        for worth in defaults_for(*categories).preferring(months).worths:
            if worth.term is Term.TERM_MONTHS and worth.worth_bp:
                yield Counting(worth.key, "", in_words(worth), "you", f"your standing preference for {counted(months, 'month')}")
        spoken.add(Term.TERM_MONTHS)
    for scope in (*categories, ""):
        lines = [line for line in DEFAULTS if line.category == scope and line.term not in spoken]
        for line in lines:
            worth = TermWorth(term=line.term, value=line.value, worth_bp=line.worth_bp)
            yield Counting(worth.key, scope, in_words(worth), "default", line.because)
        spoken |= {line.term for line in lines}
