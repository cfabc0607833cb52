"""Until when each delivered mail of ours waits for its answer, in a column that an index answers for."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from memory.database import later
from memory.domain.effects import MAIL_SEND
from memory.domain.events import Event
from memory.domain.events.cases import CaseCancelled, CaseClosed, CaseEnded, RequisitionSubmitted
from memory.domain.events.contracts import DeclineSent
from memory.domain.events.effects import EffectConfirmed, EffectFailed, reply_wait
from memory.domain.events.negotiation import MessageReceived, ReplyOverdue
from memory.domain.events.remediation import CompensationPlanned, RemediationSent
from memory.domain.events.renewals import NoticeSent, RenewalClosed
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

#: How long we wait for a vendor, by the case's urgency.
REPLY_WITHIN = {"hot": timedelta(days=1), "normal": timedelta(days=4), "cold": timedelta(days=10)}
_UNTOLD = "normal"
_REPLY = reply_wait("")

case_patience = sa.Table(
    "case_patience",
    metadata,
    sa.Column("case_id", sa.String(80), primary_key=True),
    sa.Column("urgency", sa.String(10), nullable=False),
)

#: A mail without `due_at` waits for nothing: it was answered, or it asked for no answer.
reply_times = sa.Table(
    "reply_times",
    metadata,
    sa.Column("effect_key", sa.String(80), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("due_at", sa.String(32), index=True),
)


_DELIVERED = (
    "INSERT INTO reply_times (effect_key, case_id, due_at) "
    "SELECT ?, ?, CASE (SELECT urgency FROM case_patience WHERE case_id = ?) WHEN 'hot' THEN ? WHEN 'cold' THEN ? ELSE ? END "
    "WHERE true ON CONFLICT (effect_key) DO NOTHING"
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, RequisitionSubmitted):
        upsert(connection, case_patience, {"case_id": stored.stream}, {"urgency": event.requisition.urgency.value})
    elif isinstance(event, NoticeSent):
        # A notice close to the last day cannot wait as long as one with weeks to spare.
        upsert(connection, case_patience, {"case_id": stored.stream}, {"urgency": event.patience})
    elif isinstance(event, EffectConfirmed):
        _delivered(connection, stored, event)
    elif isinstance(event, DeclineSent | RemediationSent):
        _at_rest(connection, stored.stream, event.effect_key)
    elif isinstance(event, CompensationPlanned):
        _at_rest(connection, stored.stream, event.compensation_key)
    elif isinstance(event, CaseCancelled | CaseEnded | CaseClosed | RenewalClosed):
        connection.execute(reply_times.delete().where(reply_times.c.case_id == stored.stream))
        connection.execute(case_patience.delete().where(case_patience.c.case_id == stored.stream))
    else:
        for wait, _answer in event.answers():
            if wait.startswith(_REPLY):
                _at_rest(connection, stored.stream, wait.removeprefix(_REPLY))


def _delivered(connection: sa.Connection, stored: StoredEvent, event: EffectConfirmed) -> None:
    if event.effect_kind != MAIL_SEND:
        return
    due = [(stored.at + REPLY_WITHIN[urgency]).isoformat() for urgency in ("hot", "cold", _UNTOLD)]
    later(connection, _DELIVERED, (event.effect_key, stored.stream, stored.stream, *due))


def _at_rest(connection: sa.Connection, case_id: str, effect_key: str) -> None:
    """Note that a mail waits for nothing; also one whose delivery is confirmed only later."""
    upsert(connection, reply_times, {"effect_key": effect_key}, {"case_id": case_id, "due_at": None})


def _shared(event: Event) -> tuple[str, ...]:
    keys = [event.effect_key] if isinstance(event, EffectConfirmed | DeclineSent | RemediationSent) else []
    keys += [event.compensation_key] if isinstance(event, CompensationPlanned) else []
    keys += [wait.removeprefix(_REPLY) for wait, _answer in event.answers() if wait.startswith(_REPLY)]
    return tuple(f"reply time {key}" for key in keys)


_KINDS = frozenset(
    kind.kind
    for kind in (
        *(RequisitionSubmitted, EffectConfirmed, EffectFailed, DeclineSent, MessageReceived, ReplyOverdue),
        *(CaseCancelled, CaseEnded, CaseClosed, CompensationPlanned, RemediationSent, NoticeSent, RenewalClosed),
    )
)
PROJECTION = Projection("reply_times", 3, (case_patience, reply_times), _KINDS, _apply, _shared)
