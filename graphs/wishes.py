"""What the operator says of terms, in words: read, held against what stands, and kept as facts."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from graphs.case_file import load_case
from graphs.counting import Counting, counting_for
from graphs.preference_scope import parted_scope
from memory.domain.clock import IdMaker
from memory.domain.errors import ConflictError, InputError, NotFoundError, RefusedError
from memory.domain.events.negotiation import WalkAwaySet
from memory.domain.events.sourcing import AwardRecommended
from memory.domain.events.workspace import PreferenceSet, TermDropped, TermWeighed
from memory.domain.money import Money, Price
from memory.domain.preferences import Preferences, TermLimit, TermWorth, contradicted
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.words import one_line
from memory.domain.worth import limit_in_words
from memory.ledger import WORKSPACE, read_events
from memory.projections.cases import cases
from memory.unit_of_work import UnitOfWork
from memory.views.preferences import standing_preferences
from memory.views.registry import RegistryView

_YEAR = 12
_OVER = frozenset({"done", "ended", "cancelled"})


class Kept(NamedTuple):
    """What was understood, whether it is new, and for which category; "" is every purchase."""

    preference: TermWorth | TermLimit
    new: bool
    scope: str


class Wishes:
    """Keeps what terms are worth to the operator. `by` is who says so; it is never a vendor or an agent."""

    def __init__(
        self, database: sa.Engine, unit_of_work: UnitOfWork, ids: IdMaker, *, by: str = "operator", home_currency: str = ""
    ) -> None:
        self._database, self._unit_of_work, self._ids, self._by = database, unit_of_work, ids, by
        self._home_currency = home_currency

    def say(self, words: str, scope: str = "") -> Kept:
        """Keep a preference, for the category that is given or that its words name.

        Raises `InputError` for words that are not clear and for another currency than the home's, `ConflictError` where it
        would leave nothing that every limit permits.
        """
        preference, scope = read_wish(self._database, words, scope, self._home_currency)
        standing = {(s.scope, s.preference.key): s.preference for s in standing_preferences(self._database)}
        if standing.get((scope, preference.key)) == preference:
            return Kept(preference, False, scope)
        fact = TermWeighed(scope=scope, preference=preference, words=one_line(words, 300), by=self._by)
        self._unit_of_work.act(f"preference/{self._ids.new('CMD')}", [fact], stream=WORKSPACE, actor=self._by)
        return Kept(preference, True, scope)

    def take_back(self, key: str, scope: str = "") -> None:
        """Take a preference back, one of a term or one that fills in what is left open. Raises `NotFoundError` when none stands under that key."""
        fact = taken_back(self._database, key, scope, self._by)
        self._unit_of_work.act(f"preference/{self._ids.new('CMD')}", [fact], stream=WORKSPACE, actor=self._by)

    def set_walk_away(self, case_id: str, limit: Price | None, words: str) -> bool:
        """Set the most that a case may cost all-in, or take it back; returns whether that is new.

        Raises `RefusedError` above the ceiling, `ConflictError` once an offer is chosen or the case is over, `NotFoundError` without
        such a case.
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
            if limit is not None and _chosen(connection, case_id):
                raise ConflictError(
                    f"{case_id} has chosen an offer: the negotiation that a walk-away bounds is over",
                    hint="if the offer is too dear, say no to it: qm approvals list, then qm approvals reject",
                )

        self._unit_of_work.act(f"{case_id}/walk-away/{self._ids.new('CMD')}", [fact], stream=case_id, actor=self._by, check=still_open)
        return True

    def counting(self, *categories: str, currency: str = "") -> tuple[Counting, ...]:
        """Return every preference that counts for a purchase of these categories (narrowest first), with who said it."""
        return counting_for(self._database, categories, currency)


def _chosen(connection: sa.Connection, case_id: str) -> bool:
    newest = next(read_events(connection, stream=case_id, kinds=[AwardRecommended.kind], newest_first=True, limit=1), None)
    return newest is not None and isinstance(newest.event, AwardRecommended) and newest.event.vendor_id is not None


def read_wish(database: sa.Engine, words: str, scope: str = "", home_currency: str = "") -> tuple[TermWorth | TermLimit, str]:
    """Return what a sentence says and for which category, held against the home's currency and against what stands.

    Raises `InputError` and `ConflictError` as `Wishes.say` does.
    """
    from agents.negotiation.preferences.words import read_preference

    sentence, named = parted_scope(database, words)
    preference = read_preference(sentence)
    if named and scope and named != scope:
        raise InputError(f"the words say {named}, the category given is {scope}", hint="leave one of them out")
    own = preference.a_year if isinstance(preference, TermWorth) else None
    if own is not None and home_currency and own.currency != home_currency:
        raise InputError(
            f"{own} a year cannot be held against offers in {home_currency}", hint=f"say it in {home_currency}, or as a share in %"
        )
    _refuse_contradiction(database, preference, named or scope)
    return preference, named or scope


def _refuse_contradiction(database: sa.Engine, preference: TermWorth | TermLimit, scope: str) -> None:
    """Raise `ConflictError` for a limit that leaves nothing beside another one that counts for the same purchases."""
    if isinstance(preference, TermWorth):
        return
    standing = [s for s in standing_preferences(database) if (s.scope, s.preference.key) != (scope, preference.key)]
    for place in {scope, *(s.scope for s in standing)} if not scope else {scope}:
        merged = Preferences()
        for level in ("", place) if place else ("",):
            said = [s.preference for s in standing if s.scope == level]
            merged = merged.merged([*said, preference] if level == scope else said)
        found = contradicted(merged)
        if found is not None and preference in found:
            other = found[0] if found[1] == preference else found[1]
            level = next((s.scope for s in reversed(standing) if s.preference == other), "")
            for_ = f" --category {level}" if level else ""
            raise ConflictError(
                f"{limit_in_words(preference)} and {limit_in_words(other)}{f', said for {level},' if level else ''} leave nothing between them",
                hint=f'take the other back first: qm preferences remove "{other.key}"{for_}',
            )


def taken_back(database: sa.Engine, key: str, scope: str, by: str) -> TermDropped | PreferenceSet:
    """Return the fact that takes a preference back; raises `NotFoundError` when none stands under that key."""
    keys = [s.preference.key for s in standing_preferences(database) if s.scope == scope]
    if key in keys:
        return TermDropped(scope=scope, key=key, by=by)
    filled = {} if scope else {name: value for name, value in RegistryView(database).preferences().items() if value}
    # The length that is always preferred is shown with the worth that it makes: term_months=12.
    name = key.replace("-", "_").partition("=")[0]
    if name in filled:
        return PreferenceSet(name=name, value="", by=by)
    stands = [*keys, *(known.replace("_", "-") for known in filled)]
    hint = (
        f"these stand: {', '.join(stands)}"
        if stands
        else "qm preferences list shows what counts; defaults cannot be taken back, only replaced"
    )
    raise NotFoundError(f"no preference of yours is called {key!r}{f' for {scope}' if scope else ''}", hint=hint)


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
