"""What follows for calendar and cases when a contract is watched no more, or its last day to act moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from graphs.renewal_file import RenewalFile, load_renewal
from graphs.steps import OVER
from memory.database import reading
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events.contracts import RenewalDecided
from memory.domain.events.renewals import CalendarOutdated
from memory.domain.notice import NoticeState
from memory.domain.words import counted
from memory.projections.cases import cases
from memory.projections.contract_calendar import calendar_marks, dropped_renewals, renewals

CancelCase = Callable[[str, str], None]
"""Cancels a case, with the reason. Raises `ConflictError` or `NotFoundError` where it cannot be."""

_AT_ONCE = 200


class WatchUpkeep:
    """Keeps calendar.ics in step with the watch, and ends renewal cases about contracts that another one took the place of."""

    def __init__(self, setting: DutySetting, cancel_case: CancelCase) -> None:
        self._setting = setting
        self._cancel = cancel_case

    def entries_outdated(self, connection: sa.Connection, _now: datetime) -> bool:
        """Whether calendar.ics tells a day that does not hold."""
        return connection.execute(_outdated().limit(1)).first() is not None

    def tell_entries(self, _due: DueTime, _now: datetime) -> str:
        """Record which entries do not hold; the purchase that put one there puts it anew."""
        with reading(self._setting.database) as connection:
            rows = connection.execute(_outdated().limit(_AT_ONCE)).all()
        told = sum(self._tell(row) for row in rows)
        return f"{counted(told, 'calendar entry')} to put anew" if told else ""

    def cases_superseded(self, connection: sa.Connection, _now: datetime) -> bool:
        """Whether a renewal case goes on about a contract that another one took the place of."""
        return connection.execute(_superseded().limit(1)).first() is not None

    def close_cases(self, _due: DueTime, _now: datetime) -> str:
        """End the renewal cases about contracts that are superseded, but for those whose notice is out: that runs its course."""
        with reading(self._setting.database) as connection:
            rows = connection.execute(_superseded().limit(_AT_ONCE)).all()
        closed = sum(self._close(load_renewal(self._setting.database, row.renewal_case), row) for row in rows)
        return f"{counted(closed, 'renewal case')} closed" if closed else ""

    def _tell(self, row: Any) -> bool:
        gone = row.watched is None or bool(row.ends_on)
        on = date.fromisoformat(row.on if gone else row.decide_by)
        why = row.reason or (f"the contract ends on {row.ends_on}" if row.ends_on else "the last day to act moved")
        fact = CalendarOutdated(uid=row.uid, vendor_id=row.vendor_id or row.gone_vendor or "", on=on, gone=gone, reason=why)
        key = f"calendar/{row.uid}/{row.revision if row.watched else 'gone'}/{'gone' if gone else on}/{row.at or ''}"
        return not self._setting.unit_of_work.act(key, [fact], stream=row.case_id, actor="clock").repeated

    def _close(self, found: RenewalFile, row: Any) -> bool:
        if found.sent or any(given.sent_on for given in found.given):
            return False
        asked = found.recommended
        if asked is None or found.decided is not None:
            try:
                self._cancel(found.case_id, row.reason)
            except (ConflictError, NotFoundError):
                return False
            return True
        said = RenewalDecided(
            vendor_id=found.about.vendor_id,
            uid=found.about.uid,
            action="keep",
            by="clock",
            instruction=row.reason[:200],
            digest=asked.digest,
            wait_key=asked.wait_key,
        )
        return not self._setting.unit_of_work.act(f"decision/{asked.wait_key}", [said], stream=found.case_id, actor="clock").repeated


def _outdated() -> sa.Select[Any]:
    mark, line, gone = calendar_marks.c, renewals.c, dropped_renewals.c
    over = sa.or_(line.uid.is_(None), line.ends_on != "")
    wrong = sa.or_(sa.and_(over, mark.gone.is_(False)), sa.and_(sa.not_(over), sa.or_(mark.gone.is_(True), line.decide_by != mark.on)))
    return (
        sa.select(
            mark.uid,
            mark.case_id,
            mark.on,
            line.uid.label("watched"),
            line.vendor_id,
            line.decide_by,
            line.ends_on,
            line.revision,
            gone.vendor_id.label("gone_vendor"),
            gone.reason,
            gone.at,
        )
        .outerjoin_from(calendar_marks, renewals, line.uid == mark.uid)
        .outerjoin(dropped_renewals, gone.uid == mark.uid)
        .where(wrong)
        .order_by(mark.uid)
    )


def _superseded() -> sa.Select[Any]:
    """Return the contracts that another took the place of, whose renewal case goes on and whose notice is not out."""
    gone = dropped_renewals.c
    query = sa.select(gone.uid, gone.reason, gone.renewal_case).join(cases, cases.c.case_id == gone.renewal_case)
    held = gone.notice.in_([state.value for state in NoticeState if not state.out])
    return query.where(gone.by_uid != "", held, cases.c.status.not_in(OVER)).order_by(gone.uid)
