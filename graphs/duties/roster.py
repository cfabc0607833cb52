"""The roster: does what is due, each due time once, whoever asks and however often.

A due time is taken under the lock of the duty's row, so of two workers one does it; a worker that dies at it is given up after a
while and somebody else takes it. A duty that fails is recorded and tried again later, and never keeps the others waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa

from graphs.duties.duty import Done, DueTime, Duty, DutyStanding
from memory.database import reading, writing
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import QuartermasterError
from memory.domain.events.duties import DutyFailed
from memory.duty_log import DutyState, keep_state, let_go, lock_of, read_state, read_states
from memory.unit_of_work import UnitOfWork

#: A due time that was not done for this long is told as overdue: a worker looks every few seconds, and one alone may be restarting.
_OVERDUE_AFTER = timedelta(minutes=15)
#: How often it is written down that nothing was due: a write a minute would keep a disk awake for nothing.
_NOTED_EVERY = timedelta(minutes=5)
_log = logging.getLogger("quartermaster.duties")


@dataclass(frozen=True)
class DutySetting:
    """What every duty needs: where facts are read and written, the time, the operator's time zone, and whose public holidays count."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    clock: Clock
    ids: IdMaker
    zone: tzinfo
    holiday_place: str = ""


class Duties:
    """One worker's share in the duties of the house. `worker` names it; a name is used by one process at a time."""

    def __init__(self, setting: DutySetting, duties: Sequence[Duty], *, worker: str = "local") -> None:
        self._setting = setting
        self._duties = tuple(duties)
        self._worker = worker
        self._idle: dict[str, datetime] = {}
        self._noted_at: datetime | None = None

    def start_up(self) -> None:
        """Let go of what this worker held when it was stopped in the middle."""
        let_go(self._setting.database, self._worker, (duty.name for duty in self._duties))

    def due(self, now: datetime) -> tuple[DueTime, ...]:
        """Return the due times that may be taken now; nothing is written."""
        states = self._states()
        latest = [duty.latest(now) for duty in self._duties]
        return tuple(due for due in latest if _state(states, due.duty).open_for(due.at, now))

    def run_due(self, now: datetime) -> tuple[Done, ...]:
        """Do what is due and return what became of it. A duty that fails is among it; only a database that is away is raised."""
        open_ = {due.duty: due for due in self.due(now) if self._idle.get(due.duty) != due.at}
        mine = [duty for duty in self._duties if duty.name in open_]
        looks = self._looks(mine, now)
        self._note_idle([open_[name] for name, look in looks.items() if look is False], now)
        taken = [self._take(duty, open_[duty.name], now, looks[duty.name]) for duty in mine if looks[duty.name] is not False]
        return tuple(done for done in taken if done is not None)

    def standing(self, now: datetime) -> tuple[DutyStanding, ...]:
        """Return how every duty stands."""
        return standings_of(self._duties, self._states(), now)

    def _states(self) -> dict[str, DutyState]:
        with reading(self._setting.database) as connection:
            return read_states(connection)

    def _looks(self, duties: Sequence[Duty], now: datetime) -> dict[str, bool | Exception]:
        """Return for each duty whether there is work, or what broke the look: that counts as a failure of the duty."""
        looks: dict[str, bool | Exception] = {}
        left = list(duties)
        while left:  # once, but for a look that breaks: its transaction cannot serve the next one
            with reading(self._setting.database) as connection:
                while left:
                    duty = left.pop(0)
                    looks[duty.name] = look = _looked(duty, connection, now)
                    if isinstance(look, Exception):
                        break
        return looks

    def _note_idle(self, dues: Sequence[DueTime], now: datetime) -> None:
        """Note that there was nothing to do: here at once, for the others and for the health view now and then."""
        self._idle |= {due.duty: due.at for due in dues}
        if not dues or (self._noted_at is not None and timedelta(0) <= now - self._noted_at < _NOTED_EVERY):
            return
        self._noted_at = now
        with writing(self._setting.database, alone_on=[lock_of(due.duty) for due in dues]) as connection:
            states = read_states(connection)
            for due in dues:
                state = _state(states, due.duty)
                if state.open_for(due.at, now):
                    keep_state(connection, due.duty, state.done(due.at, now, ""))

    def _take(self, duty: Duty, due: DueTime, now: datetime, look: bool | Exception) -> Done | None:
        holder = f"{self._worker}/{self._setting.ids.new('RUN')}"
        with writing(self._setting.database, alone_on=[lock_of(duty.name)]) as connection:
            state = read_state(connection, duty.name)
            if not state.open_for(due.at, now):
                return None
            keep_state(connection, duty.name, state.held(holder, now))
        try:
            says = _worked(duty, due, now, look)
        except Exception as error:  # noqa: BLE001  named edge: whatever a duty meets is recorded, and the others go on
            return self._failed(duty, due, now, holder, error)
        self._close(duty.name, holder, state.done(due.at, now, says))
        return Done(due, ok=True, says=says)

    def _failed(self, duty: Duty, due: DueTime, now: datetime, holder: str, error: Exception) -> Done:
        known = error if isinstance(error, QuartermasterError) else None
        if known is None:
            _log.exception("the duty %s failed", duty.name, exc_info=error)
        message = known.message if known else f"unexpected {type(error).__name__}: {error}"
        hint = known.hint if known else "qm doctor"
        with writing(self._setting.database, alone_on=[lock_of(duty.name)]) as connection:
            before = read_state(connection, duty.name)
            if before.holder != holder:  # somebody took over meanwhile: how it went is theirs to say
                return Done(due, ok=False, says=message, hint=hint)
            after = before.failed(now, message, hint)
            keep_state(connection, duty.name, after)
        if after.failures & (after.failures - 1) == 0:  # 1, 2, 4, 8: a part that is away for a day is not told sixty times
            code = known.code if known else type(error).__name__
            fact = DutyFailed(duty=duty.name, mark=due.mark, attempt=after.failures, error=code, message=message, hint=hint)
            self._setting.unit_of_work.act(f"duty/failed/{duty.name}/{due.mark}/{after.failures}", [fact], actor="clock")
        return Done(due, ok=False, says=message, hint=hint)

    def _close(self, name: str, holder: str, state: DutyState) -> None:
        """Write that a due time is done, unless somebody took over meanwhile: then it is theirs to say."""
        with writing(self._setting.database, alone_on=[lock_of(name)]) as connection:
            if read_state(connection, name).holder == holder:
                keep_state(connection, name, state)


def _looked(duty: Duty, connection: sa.Connection, now: datetime) -> bool | Exception:
    try:
        return duty.waiting is None or duty.waiting(connection, now)
    except Exception as error:  # noqa: BLE001  named edge: it is recorded with the duty, and the others go on
        return error


def _worked(duty: Duty, due: DueTime, now: datetime, look: bool | Exception) -> str:
    if isinstance(look, Exception):
        raise look
    return duty.work(due, now)


def _state(states: dict[str, DutyState], name: str) -> DutyState:
    return states.get(name, DutyState())


def standings_of(duties: Sequence[Duty], states: dict[str, DutyState], now: datetime) -> tuple[DutyStanding, ...]:
    """Return how each duty stands by what is written about it."""
    return tuple(_standing(duty, _state(states, duty.name), now) for duty in duties)


def _standing(duty: Duty, state: DutyState, now: datetime) -> DutyStanding:
    latest = duty.latest(now)
    done = state.done_until is not None and latest.at <= state.done_until
    next_due = duty.rhythm.following(now) if done else max(latest.at, state.retry_at or latest.at)
    owed_since = duty.rhythm.following(state.done_until) if state.done_until else now
    return DutyStanding(
        name=duty.name,
        says=duty.says,
        last_run=state.ran_at,
        found=state.says,
        next_due=next_due,
        overdue=not done and now - owed_since > _OVERDUE_AFTER,
        running=bool(state.holder) and state.held_until is not None and now < state.held_until,
        failures=state.failures,
        error=state.error,
        hint=state.hint,
    )
