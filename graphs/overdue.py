"""Which of our mails have waited too long for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.effects import MAIL_SEND
from memory.domain.events.contracts import DeclineSent
from memory.domain.events.effects import reply_wait
from memory.ledger import read_events
from memory.outbox import EffectStatus
from memory.projections.cases import cases
from memory.projections.waits import wait_answers

#: Days we wait for a vendor, by the case's urgency.
REPLY_WITHIN = {"hot": timedelta(days=1), "normal": timedelta(days=4), "cold": timedelta(days=10)}
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
    with reading(database) as connection:
        urgency = {
            row.case_id: row.urgency
            for row in connection.execute(sa.select(cases.c.case_id, cases.c.urgency).where(cases.c.status.in_(_OPEN)))
        }
        sent = outbox.rows(connection, kind=MAIL_SEND, statuses=(EffectStatus.CONFIRMED,))
        answered = set(connection.scalars(sa.select(wait_answers.c.wait_key)))
        farewells = {str(e.body["effect_key"]) for e in read_events(connection, kinds=(DeclineSent.kind,))}
    return tuple(
        OverdueReply(row.case_id, str(row.payload["conversation"]).rpartition("/")[2], reply_wait(row.effect_key))
        for row in sent
        if row.case_id in urgency
        and row.effect_key not in farewells
        and reply_wait(row.effect_key) not in answered
        and now - datetime.fromisoformat(row.updated_at) > REPLY_WITHIN.get(urgency[row.case_id], timedelta(days=4))
    )
