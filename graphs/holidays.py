"""Keeps the public holidays that days are counted with as the settings name them, and moves the last days to act that they change.

They are noted in the ledger, day by day: what was computed with them can be computed again, and a later list changes nothing unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from memory.database import reading
from memory.domain.days import NO_HOLIDAYS, working_day_on_or_before
from memory.domain.events.renewals import RenewalRedated
from memory.domain.events.workspace import HolidaysNoted
from memory.domain.terms import decide_by
from memory.ledger import WORKSPACE, read_events
from memory.projections.contract_calendar import renewals as table
from memory.unit_of_work import UnitOfWork
from memory.views.holidays import holidays_in, house_holidays
from memory.views.renewals import Renewal, renewal_list
from tools.lookups.public_holidays import package_version, public_holidays

#: How far back and ahead holidays are noted. A contract that binds longer is counted with weekends alone until they are noted again.
_BACK, _AHEAD = 3, 12
#: They are noted anew when fewer years than this are left.
_LEAST_AHEAD = 6


def holidays_owed(connection: sa.Connection, place: str, today: date) -> bool:
    """Whether other holidays than those noted last should be counted with, or more years of them."""
    noted = holidays_in(connection)
    if noted is None:
        return bool(place)
    return noted.place != place or (bool(place) and noted.last_year < today.year + _LEAST_AHEAD)


def keep_holidays(database: sa.Engine, unit_of_work: UnitOfWork, place: str, today: date, *, by: str) -> int:
    """Note the holidays of `place` (`DE`, `DE-BY`, "" for none) where others stand, or too few; returns how many last days to act moved.

    Raises `InputError` for a place whose holidays are not known.
    """
    with reading(database) as connection:
        if not holidays_owed(connection, place, today):
            return 0
    years = range(today.year - _BACK, today.year + _AHEAD + 1)
    country, _, region = place.partition("-")
    days = tuple(sorted(public_holidays(country, years, region or None))) if place else ()
    fact = HolidaysNoted(place=place, first_year=years[0], last_year=years[-1], days=days, source=package_version() if place else "")
    number, moved = _times_noted(database), 0
    # Each moves in its contract's own stream; the note comes last, so that what a crash left undone is done again.
    for line, redated in _moves(database, frozenset(days), place, today):
        key = f"redated/{number}/{line.schedule}/{redated.before}"
        moved += not unit_of_work.act(key, [redated], stream=line.case_id, actor=by).repeated
    unit_of_work.act(f"holidays/{number}/{place}/{fact.last_year}", [fact], stream=WORKSPACE, actor=by)
    return moved


def _times_noted(database: sa.Engine) -> int:
    with reading(database) as connection:
        return sum(1 for _ in read_events(connection, stream=WORKSPACE, kinds=(HolidaysNoted.kind,)))


def _moves(database: sa.Engine, free: frozenset[date], place: str, today: date) -> Iterator[tuple[Renewal, RenewalRedated]]:
    noted = house_holidays(database)
    before = noted.free if noted else NO_HOLIDAYS
    reason = f"public holidays of {place} are no working days" if place else "public holidays are not counted any more"
    with reading(database) as connection:
        ends = {row.uid: row.term_end for row in connection.execute(sa.select(table.c.uid, table.c.term_end))}
    for line in renewal_list(database, today):
        # A term that is over is counted anew when the next one is put under watch.
        if line.ends_on is not None or ends.get(line.uid, "") < today.isoformat():
            continue
        day = _counted_with(line, free, before, today)
        if day != line.decide_by:
            yield line, RenewalRedated(uid=line.uid, vendor_id=line.vendor_id, before=line.decide_by, decide_by=day, reason=reason)


def _counted_with(line: Renewal, free: frozenset[date], before: frozenset[date], today: date) -> date:
    """Return the last day to act with other free days: as the contract counts, or, where that day was set otherwise, moved back off them."""
    within = min(max(today, line.term_start or today), line.term_end)
    was, is_now = decide_by(line.lasting, within, before), decide_by(line.lasting, within, free)
    if was == line.decide_by and is_now is not None:
        return is_now
    return working_day_on_or_before(line.decide_by, free)
