"""Which of our mails have waited too long for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.events.effects import reply_wait
from memory.outbox import EffectStatus
from memory.projections.cases import cases
from memory.projections.reply_times import REPLY_WITHIN, reply_times

__all__ = ["REPLY_WITHIN", "OverdueReply", "overdue_replies"]

#: A case that needs the operator, or has a failed step, may wait for other vendors all the same. A paused one is held.
_OPEN = ("running", "waiting", "needs_you", "failed")


@dataclass(frozen=True)
class OverdueReply:
    """A mail of ours without an answer."""

    case_id: str
    vendor_id: str
    wait_key: str


def overdue_replies(database: sa.Engine, now: datetime) -> tuple[OverdueReply, ...]:
    """Return the delivered mails of open cases that were not answered within the time their case allows."""
    late = sa.select(reply_times.c.effect_key).where(reply_times.c.due_at < now.isoformat())
    late = late.join(cases, cases.c.case_id == reply_times.c.case_id).where(cases.c.status.in_(_OPEN))
    with reading(database) as connection:
        keys = list(connection.scalars(late.order_by(reply_times.c.due_at)))
        found = [outbox.read(connection, key) for key in keys]
    return tuple(
        OverdueReply(row.case_id, str(row.payload["conversation"]).rpartition("/")[2], reply_wait(row.effect_key))
        for row in found
        if row.status is EffectStatus.CONFIRMED
    )
