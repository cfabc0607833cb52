"""The duties of a worker and of a dispatcher, each with its rhythm; and all of them by name, for those who only look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from graphs.duties.anchors import anchor_due
from graphs.duties.approvals import ApprovalReminders
from graphs.duties.duty import DueTime, Duty, DutyStanding, Waiting, Work
from graphs.duties.late_charges import LateCharges
from graphs.duties.memory_upkeep import NAME as MEMORY
from graphs.duties.memory_upkeep import keep_memory, memory_owed
from graphs.duties.nightly import CheckLedger, NightlyCheck, StopEffects
from graphs.duties.renewals import RenewalSweep
from graphs.duties.review import review_due
from graphs.duties.rhythm import Every, Nightly, Weekly
from graphs.duties.roster import DutySetting, standings_of
from graphs.duties.statements import ImportStatement, StatementFolder
from graphs.duties.watch_upkeep import WatchUpkeep
from graphs.holidays import holidays_owed, keep_holidays
from memory.database import reading
from memory.domain.errors import IntegrityError, RefusedError
from memory.domain.words import counted
from memory.duty_log import read_states
from memory.projections.reply_times import reply_times
from memory.recall.port import Recall
from memory.schema import awake

_MINUTE = 60
#: A case that was woken this long ago and has not come to rest was left behind by the process that ran it.
LEFT_BEHIND_AFTER = timedelta(seconds=60)
_MORNING, _NIGHT = time(8), time(2, 30)


class FrontDesk(Protocol):
    """What the clock asks of the service."""

    def expire_approvals(self) -> int:
        """Turn every unanswered approval past its time into a no; returns how many."""

    def give_up_waiting(self) -> int:
        """Let cases go on without vendors that did not answer in time; returns how many waits ended."""

    def cancel(self, case_id: str, *, by: str, reason: str = "") -> None:
        """End a case."""


def worker_duties(
    setting: DutySetting,
    *,
    service: FrontDesk,
    import_statement: ImportStatement,
    statements: Path,
    check_ledger: CheckLedger,
    stop_effects: StopEffects,
    keep_calendar: Callable[[datetime], bool] | None = None,
    recall: Callable[[], Recall] | None = None,
) -> tuple[Duty, ...]:
    """Return what a worker sees to; none of it needs a credential.

    Without `keep_calendar` there is no calendar file to keep, without `recall` no contract and vendor memory.
    """
    reminders, renewals = ApprovalReminders(setting), RenewalSweep(setting)
    folder, late = StatementFolder(setting, statements, import_statement), LateCharges(setting)
    upkeep = WatchUpkeep(setting, lambda case_id, reason: service.cancel(case_id, by="clock", reason=reason))
    work: dict[str, tuple[Work, Waiting | None]] = {
        "left_behind": (partial(_wake, setting), _left_behind),
        "approval_expiry": (lambda _due, _now: _told(service.expire_approvals(), "approval", "expired"), reminders.expiring),
        "approval_reminders": (reminders.remind, reminders.waiting),
        "overdue_replies": (lambda _due, _now: _told(service.give_up_waiting(), "wait", "given up"), _overdue),
        "holidays": (partial(_note_holidays, setting), partial(_holidays_owed, setting)),
        "promised_reminders": (renewals.keep_promises, renewals.promises_waiting),
        "renewal_rolls": (renewals.roll, renewals.rolls_waiting),
        "renewal_starts": (renewals.start, renewals.starts_waiting),
        "renewal_sweep": (renewals.sweep, renewals.steps_waiting),
        "superseded_renewals": (upkeep.close_cases, upkeep.cases_superseded),
        "calendar_entries": (upkeep.tell_entries, upkeep.entries_outdated),
        "statements": (folder.take_in, folder.waiting),
        "weekly_review": (partial(review_due, setting), None),
        "late_charges": (late.catch, late.waiting),
        "ledger_check": (NightlyCheck(setting, check_ledger, stop_effects).check, None),
    }
    if keep_calendar is not None:
        work["calendar_feed"] = (lambda _due, now: "written" if keep_calendar(now) else "", None)
    if recall is not None:
        work[MEMORY] = (partial(keep_memory, setting.database, recall), lambda connection, _now: memory_owed(connection))
    return _manned(setting.zone, work)


def dispatcher_duties(
    setting: DutySetting,
    *,
    sign_anchor: Callable[[], object],
    stop_effects: StopEffects,
    poll_inbox: Callable[[], int] | None = None,
    poll_s: int = _MINUTE,
) -> tuple[Duty, ...]:
    """Return what the dispatcher sees to, because it takes the vault. Without `poll_inbox` there is no mail to fetch.

    `sign_anchor` returns the anchor, or None when nothing moved; a break it meets (`IntegrityError`) stops all effects.
    """
    work: dict[str, tuple[Work, Waiting | None]] = {"anchor": (partial(_anchored, sign_anchor, stop_effects), anchor_due)}
    if poll_inbox is not None:
        work["inbox"] = (lambda _due, _now: _told(poll_inbox(), "mail", "fetched"), None)
    return tuple(replace(d, rhythm=Every(poll_s)) if d.name == "inbox" else d for d in _manned(setting.zone, work))


def _anchored(sign_anchor: Callable[[], object], stop_effects: StopEffects, _due: DueTime, _now: datetime) -> str:
    try:
        return "signed" if sign_anchor() is not None else ""
    except IntegrityError as error:
        stop_effects(error.message)
        raise


def described(zone: tzinfo) -> tuple[Duty, ...]:
    """Return every duty by name, words and rhythm, for those who only look: its work raises `RefusedError`."""
    minute, half = Every(_MINUTE), Every(_MINUTE // 2)
    weekly, nightly = Weekly(_MORNING, zone), Nightly(_NIGHT, zone)
    return (
        Duty("left_behind", "puts cases back into the queue that a crash left between two steps", half, _nobody),
        Duty("approval_expiry", "turns approvals whose time is up into a no", minute, _nobody),
        Duty("approval_reminders", "reminds of open approvals, at half of their time and a day before the end", minute, _nobody),
        Duty("overdue_replies", "goes on without vendors that did not answer in time", minute, _nobody),
        Duty("promised_reminders", "reminds of renewals on the days you named", minute, _nobody),
        Duty("holidays", "counts days with the public holidays that the settings name", minute, _nobody),
        Duty("renewal_rolls", "notes contracts that renewed by themselves, and watches their next term", minute, _nobody),
        Duty("renewal_starts", "looks into renewals early enough to switch", minute, _nobody),
        Duty("renewal_sweep", "tells of renewals 180, 120, 90, 30, 7 and 1 days before the last day to act", minute, _nobody),
        Duty("late_charges", "asks for money back that left after a contract had ended", minute, _nobody),
        Duty("superseded_renewals", "ends renewal cases about contracts that a new one took the place of", minute, _nobody),
        Duty("calendar_entries", "moves or takes back the entries of files/calendar.ics that do not hold any more", minute, _nobody),
        Duty("calendar_feed", "keeps files/renewals.ics up to date for calendars that subscribe to it", Every(10 * _MINUTE), _nobody),
        Duty(MEMORY, "brings contract and vendor memory up to date with the ledger", minute, _nobody),
        Duty("statements", "reads the bank statements in files/statements/inbox", minute, _nobody),
        Duty("weekly_review", "calls the weekly review on Monday at 8 o'clock", weekly, _nobody),
        Duty("ledger_check", "proves the ledger at half past two at night, from its first event on Sundays", nightly, _nobody),
        Duty("anchor", "signs the heads of all chains when something was added", minute, _nobody),
        Duty("inbox", "fetches the mail", minute, _nobody),
    )


def standings(database: sa.Engine, zone: tzinfo, now: datetime) -> tuple[DutyStanding, ...]:
    """Return how every duty of the house stands, by what is written about it: for those who only look."""
    with reading(database) as connection:
        states = read_states(connection)
    return standings_of(described(zone), states, now)


def _manned(zone: tzinfo, work: dict[str, tuple[Work, Waiting | None]]) -> tuple[Duty, ...]:
    return tuple(replace(d, work=work[d.name][0], waiting=work[d.name][1]) for d in described(zone) if d.name in work)


def _nobody(due: DueTime, _now: datetime) -> str:
    raise RefusedError(f"{due.duty} is not done here", hint="qm worker and qm dispatcher do it")


def _told(number: int, noun: str, verb: str) -> str:
    return f"{counted(number, noun)} {verb}" if number else ""


def _wake(setting: DutySetting, _due: DueTime, now: datetime) -> str:
    return _told(setting.unit_of_work.wake_left_behind(now - LEFT_BEHIND_AFTER), "case", "put back into the queue")


def _note_holidays(setting: DutySetting, _due: DueTime, now: datetime) -> str:
    today = now.astimezone(setting.zone).date()
    moved = keep_holidays(setting.database, setting.unit_of_work, setting.holiday_place, today, by="clock")
    return f"holidays of {setting.holiday_place or 'nowhere'} noted; {counted(moved, 'last day')} to act moved"


def _holidays_owed(setting: DutySetting, connection: sa.Connection, now: datetime) -> bool:
    return holidays_owed(connection, setting.holiday_place, now.astimezone(setting.zone).date())


def _left_behind(connection: sa.Connection, now: datetime) -> bool:
    before = (now - LEFT_BEHIND_AFTER).isoformat()
    return connection.execute(sa.select(awake.c.case_id).where(awake.c.at <= before).limit(1)).first() is not None


def _overdue(connection: sa.Connection, now: datetime) -> bool:
    late = sa.select(reply_times.c.effect_key).where(reply_times.c.due_at < now.isoformat())
    return connection.execute(late.limit(1)).first() is not None
