"""What the clock brought that the operator should look at: reminders, renewals told, reviews, refused statements, failing duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.duty_log import read_states
from memory.projections.duties import approval_reminders, duty_notices, renewal_times

#: How long a renewal that was told stays among what needs the operator; the next step brings it back.
TOLD_FOR = timedelta(days=7)
#: How long a refused statement does: nobody says when it is seen to.
_REFUSED_FOR = timedelta(days=14)
#: How often a duty must have failed in a row before it is worth a person's time: a server can be away for a moment.
_FAILED_OFTEN = 3


@dataclass(frozen=True)
class Reminder:
    """The last reminder of an open approval: `half` of its time is gone, or only a `day` is left."""

    step: str
    at: datetime

    @property
    def says(self) -> str:
        """The reminder in words."""
        return "a day is left" if self.step == "day" else "half of the time is gone"


@dataclass(frozen=True)
class Notice:
    """Something to look at. `kind` is `review`, `ledger` or `statement`; a file's name and words in `detail` are a stranger's."""

    kind: str
    title: str
    detail: str
    at: datetime


@dataclass(frozen=True)
class FailingDuty:
    """A duty that failed several times in a row, and why."""

    name: str
    failures: int
    error: str
    hint: str


def reminders(database: sa.Engine) -> dict[str, Reminder]:
    """Return the last reminder of each open approval that has one, by the approval's id."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(approval_reminders)).all()
    return {row.approval_id: Reminder(row.step, datetime.fromisoformat(row.at)) for row in rows}


def told_lately(database: sa.Engine, now: datetime) -> frozenset[str]:
    """Return the renewals that were told or promised to be told in the last week, and that nobody has decided since."""
    since = (now - TOLD_FOR).isoformat()
    told = (renewal_times.c.told_on >= since) | (renewal_times.c.reminded_at >= since)
    with reading(database) as connection:
        return frozenset(connection.scalars(sa.select(renewal_times.c.uid).where(told)))


def notices(database: sa.Engine, now: datetime) -> tuple[Notice, ...]:
    """Return what is to be looked at, newest first; a refused statement for a fortnight."""
    lately = (duty_notices.c.kind != "statement") | (duty_notices.c.at >= (now - _REFUSED_FOR).isoformat())
    with reading(database) as connection:
        rows = connection.execute(sa.select(duty_notices).where(lately).order_by(duty_notices.c.at.desc(), duty_notices.c.notice)).all()
    return tuple(Notice(row.kind, row.title, row.detail, datetime.fromisoformat(row.at)) for row in rows)


def failing_duties(database: sa.Engine) -> tuple[FailingDuty, ...]:
    """Return the duties that failed several times in a row, by name."""
    with reading(database) as connection:
        states = read_states(connection)
    return tuple(FailingDuty(name, s.failures, s.error, s.hint) for name, s in sorted(states.items()) if s.failures >= _FAILED_OFTEN)
