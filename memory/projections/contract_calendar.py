"""The contract calendar: every contract by the last day on which the operator can still act."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from memory.domain.events import Event
from memory.domain.events.contracts import (
    ContractImported,
    ContractReviewed,
    ContractSigned,
    RenewalDecided,
    RenewalDropped,
    RenewalScheduled,
)
from memory.domain.events.renewals import (
    CalendarOutdated,
    NoticeAnswered,
    NoticeConfirmed,
    NoticeGiven,
    NoticePrepared,
    NoticeSent,
    RenegotiationStarted,
    RenewalCosted,
    RenewalDistinguished,
    RenewalEnded,
    RenewalRedated,
    RenewalStarted,
    RenewalSuperseded,
)
from memory.domain.notice import NoticeState
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

contracts = sa.Table(
    "contracts",
    metadata,
    sa.Column("contract", sa.String(64), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("signed", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

renewals = sa.Table(
    "renewals",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False),
    sa.Column("contract", sa.String(64), nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("decide_by", sa.String(10), nullable=False, index=True),
    sa.Column("term_end", sa.String(10), nullable=False),
    sa.Column("notice_days", sa.Integer, nullable=False),
    sa.Column("auto_renews", sa.Boolean, nullable=False),
    sa.Column("renewal_months", sa.Integer),
    sa.Column("annual_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("decision", sa.String(12), nullable=False),
    sa.Column("decision_at", sa.String(32), nullable=False),
    sa.Column("remind_on", sa.String(10), nullable=False),
    # The term, by the event that scheduled it, and how often it was said anew: what a calendar needs to tell new from old.
    sa.Column("schedule", sa.String(40), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("changed_at", sa.String(32), nullable=False),
    sa.Column("term_start", sa.String(10), nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("route", sa.Text, nullable=False),
    # What is done about this term: the case, the notice, the negotiation, and the day on which the contract ends for good.
    sa.Column("renewal_case", sa.String(80), nullable=False),
    sa.Column("negotiation", sa.String(80), nullable=False),
    sa.Column("notice", sa.String(12), nullable=False),
    sa.Column("ends_on", sa.String(10), nullable=False),
)

#: Contracts that are watched no more: how each stood, why it went, and the watch that took its place, if one did.
dropped_renewals = sa.Table(
    "dropped_renewals",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("by_uid", sa.String(120), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("renewal_case", sa.String(80), nullable=False),
    sa.Column("notice", sa.String(12), nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

#: What calendar.ics says of the contracts of purchases: the day, and whether the entry was taken back.
calendar_marks = sa.Table(
    "calendar_marks",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False),
    sa.Column("on", sa.String(10), nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
)

#: Pairs of watched contracts that the operator said are two.
distinct_renewals = sa.Table(
    "distinct_renewals",
    metadata,
    sa.Column("uid", sa.String(120), primary_key=True),
    sa.Column("other_uid", sa.String(120), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
)

_OF_NOTICES = (NoticePrepared, NoticeSent, NoticeGiven, NoticeAnswered, NoticeConfirmed)
_OF_RENEWALS = (
    *(RenewalScheduled, RenewalDecided, RenewalDropped, RenewalStarted, RenegotiationStarted, RenewalEnded),
    *(RenewalRedated, RenewalCosted, RenewalSuperseded, RenewalDistinguished, CalendarOutdated),
    *_OF_NOTICES,
)

_STATES: dict[type[Event], NoticeState] = {
    NoticePrepared: NoticeState.PREPARED,
    NoticeSent: NoticeState.SENT,
    NoticeGiven: NoticeState.GIVEN,
    NoticeAnswered: NoticeState.REFUSED,
    NoticeConfirmed: NoticeState.CONFIRMED,
}


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, ContractReviewed | ContractImported):
        status = "reviewed" if isinstance(event, ContractReviewed) else "imported"
        row = {"case_id": stored.stream, "vendor_id": event.vendor_id, "signed": "", "status": status}
        values = {**row, "review": event.review.model_dump_json(), "at": stored.at.isoformat()}
        upsert(connection, contracts, {"contract": event.review.contract}, values)
    elif isinstance(event, ContractSigned):
        connection.execute(contracts.update().where(contracts.c.contract == event.contract).values(signed=event.signed, status="signed"))
    elif isinstance(event, RenewalDistinguished):
        for pair in ((event.uid, event.other_uid), (event.other_uid, event.uid)):
            upsert(connection, distinct_renewals, dict(zip(("uid", "other_uid"), pair, strict=True)), {"at": stored.at.isoformat()})
    else:
        _watch(connection, stored)


def _watch(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, RenewalScheduled):
        _schedule(connection, stored, event)
    elif isinstance(event, RenewalDropped | RenewalSuperseded):
        _drop(connection, stored, event)
    elif isinstance(event, RenewalRedated | RenewalCosted | RenewalEnded):
        _say_anew(connection, stored, event)
    elif isinstance(event, CalendarOutdated):
        values = {"on": event.on.isoformat(), "gone": event.gone}
        connection.execute(calendar_marks.update().where(calendar_marks.c.uid == event.uid).values(**values))
    elif isinstance(event, RenewalDecided):
        _decide(connection, stored, event)
    elif isinstance(event, _OF_RENEWALS):
        values = _moved(event)
        if values:
            connection.execute(renewals.update().where(renewals.c.uid == event.uid).values(**values))


def _schedule(connection: sa.Connection, stored: StoredEvent, event: RenewalScheduled) -> None:
    """Note a term. A new one asks anew: what was decided and done for the last one does not carry over."""
    said_before = _revision(connection, event.uid)
    at = stored.at.isoformat()
    renewal: dict[str, Any] = {
        "case_id": stored.stream,
        "contract": event.contract,
        "vendor_id": event.vendor_id,
        "decide_by": event.decide_by.isoformat(),
        "term_end": event.term_end.isoformat(),
        "notice_days": event.notice_days,
        "auto_renews": event.auto_renews,
        "renewal_months": event.renewal_months,
        "annual_minor": event.annual_cost.amount_minor,
        "currency": event.annual_cost.currency,
        "schedule": stored.event_id,
        "revision": 0 if said_before is None else said_before + 1,
        "changed_at": at,
        "term_start": event.term_start.isoformat() if event.term_start else "",
        "plan": event.plan.model_dump_json() if event.plan else "",
        "route": event.route.model_dump_json() if event.route else "",
    }
    if event.uid == f"{stored.stream}-decide-by" and said_before is None:
        connection.execute(calendar_marks.insert().values(uid=event.uid, case_id=stored.stream, on=event.decide_by.isoformat(), gone=False))
    afresh = dict.fromkeys(("decision", "decision_at", "remind_on", "renewal_case", "negotiation", "notice", "ends_on"), "")
    upsert(connection, renewals, {"uid": event.uid}, renewal | afresh)


def _revision(connection: sa.Connection, uid: str) -> int | None:
    """Return how often a term was said anew, also of a contract that was dropped meanwhile and comes back; None for a new one."""
    found: int | None = connection.scalar(sa.select(renewals.c.revision).where(renewals.c.uid == uid))
    gone = connection.scalar(sa.select(dropped_renewals.c.row).where(dropped_renewals.c.uid == uid)) if found is None else None
    if gone is not None:
        connection.execute(dropped_renewals.delete().where(dropped_renewals.c.uid == uid))
        return int(json.loads(gone)["revision"])
    return found


def _drop(connection: sa.Connection, stored: StoredEvent, event: RenewalDropped | RenewalSuperseded) -> None:
    """Take a contract out of the watch, and keep how it stood: its dates have to be taken back wherever they were told."""
    row = connection.execute(sa.select(renewals).where(renewals.c.uid == event.uid)).mappings().first()
    if row is None:
        return
    connection.execute(renewals.delete().where(renewals.c.uid == event.uid))
    at = stored.at.isoformat()
    kept = {**row, "revision": row["revision"] + 1, "changed_at": at}
    values = {
        "vendor_id": event.vendor_id,
        "by_uid": event.by_uid if isinstance(event, RenewalSuperseded) else "",
        "reason": event.reason,
        "renewal_case": row["renewal_case"],
        "notice": row["notice"],
        "row": json.dumps(kept, sort_keys=True),
        "at": at,
    }
    upsert(connection, dropped_renewals, {"uid": event.uid}, values)


def _say_anew(connection: sa.Connection, stored: StoredEvent, event: RenewalRedated | RenewalCosted | RenewalEnded) -> None:
    """Note another last day to act, what it costs, or the end for good: a calendar has to be told each."""
    moved: dict[str, Any]
    if isinstance(event, RenewalRedated):
        moved = {"decide_by": event.decide_by.isoformat()}
    elif isinstance(event, RenewalCosted):
        moved = {"annual_minor": event.annual_cost.amount_minor, "currency": event.annual_cost.currency}
    else:
        moved = {"ends_on": event.ends_on.isoformat()}
    values = {**moved, "revision": renewals.c.revision + 1, "changed_at": stored.at.isoformat()}
    connection.execute(renewals.update().where(renewals.c.uid == event.uid).values(**values))


def _says_nothing(event: Event) -> bool:
    """Whether a fact about a notice leaves it where it is: a reminder, a word of ours in between, an answer that refuses nothing."""
    if isinstance(event, NoticeSent):
        return event.reminder > 0
    if isinstance(event, NoticeGiven):
        return event.sent_on is None
    return isinstance(event, NoticeAnswered) and event.reading != "refused"


def _moved(event: Event) -> dict[str, Any]:
    """Return what a fact about its renewal changes in a contract's row."""
    if _says_nothing(event):
        return {}
    if isinstance(event, RenewalStarted):
        return {"renewal_case": event.case_id}
    if isinstance(event, RenegotiationStarted):
        return {"negotiation": event.negotiation}
    return {"notice": _STATES[type(event)].value}


def _decide(connection: sa.Connection, stored: StoredEvent, event: RenewalDecided) -> None:
    """Note the decision; a reminder leaves an earlier decision standing."""
    if event.action == "remind":
        values = {"remind_on": event.remind_on.isoformat() if event.remind_on else ""}
    else:
        values = {"decision": event.action, "decision_at": stored.at.isoformat()}
    connection.execute(renewals.update().where(renewals.c.uid == event.uid).values(**values))


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, _OF_RENEWALS):
        return (f"renewal {event.uid}",)
    contract = event.contract if isinstance(event, ContractSigned) else event.review.contract  # type: ignore[attr-defined]
    return (f"contract {contract}",)


_KINDS = frozenset(e.kind for e in (ContractReviewed, ContractImported, ContractSigned, *_OF_RENEWALS))
PROJECTION = Projection(
    "contract_calendar", 6, (contracts, renewals, dropped_renewals, distinct_renewals, calendar_marks), _KINDS, _apply, _shared
)
