"""Two watches over one contract, or two contracts: the operator's word, recorded with its reason, and taken back by another word."""

from __future__ import annotations

from datetime import date
from functools import partial

import sqlalchemy as sa

from graphs.watching import again, superseded
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.renewals import RenewalDistinguished
from memory.projections.contract_calendar import renewals
from memory.unit_of_work import UnitOfWork
from memory.views.renewals import Renewal, dropped_list, renewal_of


def take_the_place(uid: str, by_uid: str, *, reason: str, by: str, database: sa.Engine, unit_of_work: UnitOfWork, today: date) -> Renewal:
    """Let one watch take the place of another: `uid` is told of no more, and kept as it stood. Returns the one that stands.

    Raises `InputError` without a reason or for one with itself, and `NotFoundError` where either is not watched.
    """
    if not reason.strip():
        raise InputError("a reason is needed", hint='--reason "the new contract is signed"')
    if uid == by_uid:
        raise InputError("a contract cannot take its own place", hint="name two: qm renewals lists them")
    line, stands = renewal_of(database, uid, today), renewal_of(database, by_uid, today)
    fact = superseded(line, stands.uid, reason.strip()[:300], by=by)
    key = f"superseded/{line.schedule}/{line.revision}/{stands.schedule}"
    unit_of_work.act(key, [fact], actor=by, check=partial(_watched, (uid, by_uid)))
    return stands


def tell_apart(uid: str, other_uid: str, *, by: str, database: sa.Engine, unit_of_work: UnitOfWork, today: date) -> bool:
    """Record that two watches are of two contracts; one that had given way to the other is watched again. Returns whether one was.

    Raises `InputError` for one with itself, and `NotFoundError` for what neither is watched nor gave way.
    """
    if uid == other_uid:
        raise InputError("a contract is not told apart from itself", hint="name two: qm renewals lists them")
    gone = {one.line.uid: one for one in dropped_list(database, today) if one.by_uid in {uid, other_uid}}
    back = gone.get(uid) or gone.get(other_uid)
    known = [renewal_of(database, one, today) for one in (uid, other_uid) if back is None or one != back.line.uid]
    fact = RenewalDistinguished(uid=uid, other_uid=other_uid, vendor_id=known[0].vendor_id, by=by)
    facts: list[Event] = [fact, *([again(back.line)] if back else [])]
    mark = f"{back.at}" if back else "asked"
    if unit_of_work.act(f"distinguished/{min(uid, other_uid)}/{max(uid, other_uid)}/{mark}", facts, actor=by).repeated:
        raise ConflictError("you said so before", hint="nothing was changed")
    return back is not None


def _watched(uids: tuple[str, ...], connection: sa.Connection) -> None:
    """Raise `NotFoundError` when one of them is watched no more since it was looked at."""
    found = set(connection.scalars(sa.select(renewals.c.uid).where(renewals.c.uid.in_(uids))))
    if found != set(uids):
        raise NotFoundError("one of them is watched no more", hint="look again: qm renewals")
