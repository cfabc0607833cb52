"""What the clock will bring: the next due time of every approval and every contract, in columns that an index answers for.

A look at what is due costs one short index scan, however many approvals and contracts wait.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from memory.domain.events import Event
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseCancelled
from memory.domain.events.contracts import RenewalDecided, RenewalDropped, RenewalScheduled
from memory.domain.events.duties import (
    ApprovalReminded,
    LedgerBroken,
    LedgerVerified,
    RenewalDue,
    RenewalReminded,
    ReviewDue,
    StatementQuestioned,
    StatementRefused,
)
from memory.domain.events.renewals import (
    NoticeAnswered,
    NoticeGiven,
    NoticeSent,
    RenewalClosed,
    RenewalEnded,
    RenewalRedated,
    RenewalStarted,
    RenewalSuperseded,
)
from memory.domain.events.workspace import DecisionReviewed
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

#: Days before the last day to act on which a renewal is told.
LADDER = (180, 120, 90, 30, 7, 1)
_DAY_BEFORE = timedelta(hours=24)
#: Steps of an approval, in the order in which they come.
HALF, DAY, EXPIRY = "half", "day", "expiry"

approval_times = sa.Table(
    "approval_times",
    metadata,
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("step", sa.String(8), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("due_at", sa.String(32), nullable=False, index=True),
)

#: The last reminder of each open approval.
approval_reminders = sa.Table(
    "approval_reminders",
    metadata,
    sa.Column("approval_id", sa.String(40), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("step", sa.String(8), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

renewal_times = sa.Table(
    "renewal_times",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("schedule", sa.String(40), nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("decide_by", sa.String(10), nullable=False),
    sa.Column("told_days", sa.Integer),
    sa.Column("told_on", sa.String(32), nullable=False),
    sa.Column("silent", sa.Boolean, nullable=False),
    sa.Column("auto_renews", sa.Boolean, nullable=False),
    sa.Column("next_on", sa.String(10), index=True),
    sa.Column("remind_on", sa.String(10), index=True),
    sa.Column("instruction", sa.String(80), nullable=False),
    sa.Column("reminded_at", sa.String(32), nullable=False),
    # When the term is over and goes on by itself; None where it ends for good, or a notice is out that was not refused.
    sa.Column("rolls_on", sa.String(10), index=True),
    sa.Column("goes_on", sa.String(10)),
    sa.Column("term_days", sa.Integer),
    # When a renewal case starts, and how many were started for this term.
    sa.Column("start_on", sa.String(10), index=True),
    sa.Column("started", sa.Integer, nullable=False),
)

#: What the operator should look at until it is done with: a review that is due, a broken ledger, a statement that was set aside.
duty_notices = sa.Table(
    "duty_notices",
    metadata,
    sa.Column("notice", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False, index=True),
)

_ANSWERS = (ApprovalGranted, ApprovalEdited, ApprovalRejected, ApprovalExpired)
_OF_APPROVALS = (ApprovalRequested, ApprovalReminded, CaseCancelled, *_ANSWERS)
_OF_CASES = (RenewalStarted, RenewalClosed, RenewalEnded, NoticeSent, NoticeGiven, NoticeAnswered)
_OF_RENEWALS = (
    *(RenewalScheduled, RenewalDecided, RenewalDropped, RenewalSuperseded, RenewalRedated, RenewalDue, RenewalReminded),
    *_OF_CASES,
)
_OF_NOTICES = (ReviewDue, DecisionReviewed, LedgerBroken, LedgerVerified, StatementRefused, StatementQuestioned)


def steps_reached(decide_by: date, today: date, told_days: int | None, term_days: int | None = None) -> tuple[int, ...]:
    """Return the steps of the ladder whose day has come and that were not told, the nearest to the last day to act at the end."""
    left = (decide_by - today).days
    return tuple(step for step in ladder_of(term_days) if step >= left and (told_days is None or step < told_days))


def ladder_of(term_days: int | None) -> tuple[int, ...]:
    """Return the steps that fit into a term: a step longer than half of it would tell of the next end before this one has begun to matter."""
    return LADDER if term_days is None else tuple(step for step in LADDER if 2 * step <= term_days) or LADDER[-1:]


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, _OF_APPROVALS):
        _approval(connection, stored)
    elif isinstance(event, _OF_RENEWALS):
        _renewal(connection, stored)
    else:
        _notice(connection, stored)


def _approval(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, ApprovalRequested):
        asked = event.approval
        for step, due in _times(asked.requested_at, asked.expires_at):
            key = {"approval_id": asked.approval_id, "step": step}
            upsert(connection, approval_times, key, {"case_id": asked.case_id, "due_at": due.isoformat()})
        return
    if isinstance(event, ApprovalReminded):
        _reminded(connection, stored, event)
        return
    for table in (approval_times, approval_reminders):
        of_case = isinstance(event, CaseCancelled)
        where = table.c.case_id == stored.stream if of_case else table.c.approval_id == event.approval_id  # type: ignore[attr-defined]
        connection.execute(table.delete().where(where))


def _reminded(connection: sa.Connection, stored: StoredEvent, event: ApprovalReminded) -> None:
    done = approval_times.c.step.in_((event.step, *event.passed_over))
    connection.execute(approval_times.delete().where(approval_times.c.approval_id == event.approval_id, done))
    values = {"case_id": stored.stream, "step": event.step, "at": stored.at.isoformat()}
    upsert(connection, approval_reminders, {"approval_id": event.approval_id}, values)


def _times(asked_at: datetime, expires_at: datetime) -> list[tuple[str, datetime]]:
    half, day = asked_at + (expires_at - asked_at) / 2, expires_at - _DAY_BEFORE
    # A question that lives a day or less has no day before its end; of two reminders at one instant one is enough.
    last = [(DAY, day)] if asked_at < day != half else []
    return [(HALF, half), *last, (EXPIRY, expires_at)]


def _renewal(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, RenewalScheduled):
        fresh = {"told_days": None, "told_on": "", "silent": False, "remind_on": None, "instruction": "", "reminded_at": ""}
        known = {"schedule": stored.event_id, "vendor_id": event.vendor_id, "decide_by": event.decide_by.isoformat()}
        values = {**fresh, **known, "auto_renews": event.auto_renews, **_times_of_term(event)}
        upsert(connection, renewal_times, {"uid": event.uid}, values)
        return
    if isinstance(event, RenewalDropped | RenewalSuperseded):
        connection.execute(renewal_times.delete().where(renewal_times.c.uid == event.uid))
        return
    row = connection.execute(sa.select(renewal_times).where(renewal_times.c.uid == event.uid)).first()  # type: ignore[attr-defined]
    if row is None:
        return
    values = _moved(stored, row)
    told, silent = values.get("told_days", row.told_days), values.get("silent", row.silent)
    last_day = date.fromisoformat(values.get("decide_by", row.decide_by))
    values["next_on"] = None if silent else _next_on(last_day, told, row.term_days)
    connection.execute(renewal_times.update().where(renewal_times.c.uid == row.uid).values(**values))


def _moved(stored: StoredEvent, row: Any) -> dict[str, Any]:
    """Return what a fact changes in a contract's due times."""
    event = stored.event
    if isinstance(event, RenewalDue):
        return {"told_days": event.step_days, "told_on": stored.at.isoformat()} if event.schedule == row.schedule else {}
    if isinstance(event, RenewalReminded):
        return {"remind_on": None, "reminded_at": stored.at.isoformat()} if event.instruction == row.instruction else {}
    if isinstance(event, RenewalRedated):
        starts = date.fromisoformat(row.start_on) + (event.decide_by - event.before) if row.start_on else None
        return {"decide_by": event.decide_by.isoformat(), "start_on": starts.isoformat() if starts else None}
    if isinstance(event, _OF_CASES):
        return _of_case(event, row)
    return _decided(stored, event, row) if isinstance(event, RenewalDecided) else {}


def _of_case(event: Event, row: Any) -> dict[str, Any]:
    """Return what a renewal case changes: one is opened once, a notice that is out stops the next term, an end stops everything."""
    if isinstance(event, RenewalStarted):
        return {"start_on": None, "started": row.started + 1}
    if isinstance(event, RenewalClosed):
        return {"start_on": None}
    if isinstance(event, RenewalEnded):
        return {"silent": True, "rolls_on": None, "goes_on": None, "start_on": None, "told_on": "", "reminded_at": ""}
    if isinstance(event, NoticeAnswered):
        return {"rolls_on": row.goes_on} if event.reading == "refused" else {}
    out = isinstance(event, NoticeSent) or (isinstance(event, NoticeGiven) and event.sent_on is not None)
    return {"rolls_on": None} if out else {}


def _decided(stored: StoredEvent, event: RenewalDecided, row: Any) -> dict[str, Any]:
    if event.action == "remind":
        day = event.remind_on.isoformat() if event.remind_on else None
        return {"remind_on": day, "instruction": event.instruction, "reminded_at": ""}
    # What renews by itself and is to be kept needs nothing more; any other wish goes on being watched, so the ladder goes on.
    heard = {"silent": event.action == "keep" and row.auto_renews, "told_on": "", "reminded_at": ""}
    if event.wait_key:
        return heard
    # Nobody asked: a wish that takes steps gets a case of its own; what is to be kept, or ends anyway, needs none.
    idle = event.action == "keep" or (event.action == "cancel" and not row.auto_renews)
    return {**heard, "start_on": None if idle else stored.at.date().isoformat()}


def _times_of_term(event: RenewalScheduled) -> dict[str, Any]:
    """Return when a term is told of, when its case starts and when the next term takes its place."""
    days = (event.term_end - event.term_start).days + 1 if event.term_start else None
    starts = event.decide_by - timedelta(days=event.lead_days) if event.lead_days is not None else None
    goes_on = (event.term_end + timedelta(days=1)).isoformat() if event.auto_renews else None
    return {
        "next_on": _next_on(event.decide_by, None, days),
        "term_days": days,
        "rolls_on": goes_on,
        "goes_on": goes_on,
        "start_on": starts.isoformat() if starts else None,
        "started": 0,
    }


def _next_on(decide_by: date, told_days: int | None, term_days: int | None) -> str | None:
    later = [step for step in ladder_of(term_days) if told_days is None or step < told_days]
    return (decide_by - timedelta(days=later[0])).isoformat() if later else None


def _notice(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, ReviewDue):
        _put(connection, stored, "review", "review", event.week, str(event.decisions))
    elif isinstance(event, LedgerBroken):
        _put(connection, stored, "ledger", "ledger", event.stream, event.problem)
    elif isinstance(event, StatementRefused):
        _put(connection, stored, f"refused/{event.digest}", "statement", event.filename, f"{event.reason}. {event.hint}".strip())
    elif isinstance(event, StatementQuestioned):
        _put(connection, stored, f"questioned/{event.statement}", "statement", event.filename, "; ".join(event.contradictions))
    else:
        done = "review" if isinstance(event, DecisionReviewed) else "ledger"
        connection.execute(duty_notices.delete().where(duty_notices.c.notice == done))


def _put(connection: sa.Connection, stored: StoredEvent, notice: str, kind: str, title: str, detail: str) -> None:
    values = {"kind": kind, "title": title, "detail": detail, "at": stored.at.isoformat()}
    upsert(connection, duty_notices, {"notice": notice}, values)


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, _OF_RENEWALS):
        return (f"renewal times {event.uid}",)
    if isinstance(event, ApprovalRequested):
        return (f"approval times {event.approval.approval_id}",)
    if isinstance(event, (ApprovalReminded, *_ANSWERS)):
        return (f"approval times {event.approval_id}",)
    return ("review notice",) if isinstance(event, ReviewDue | DecisionReviewed) else ()


_KINDS = frozenset(kind.kind for kind in (*_OF_APPROVALS, *_OF_RENEWALS, *_OF_NOTICES))
PROJECTION = Projection("duties", 6, (approval_times, approval_reminders, renewal_times, duty_notices), _KINDS, _apply, _shared)
