"""The renewal file: what the ledger says about one renewal case, folded into one view for its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.domain.errors import ConflictError
from memory.domain.events.contracts import RenewalDecided
from memory.domain.events.effects import EffectConfirmed, reply_wait
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.renewals import (
    NoticeAnswered,
    NoticeConfirmed,
    NoticeEscalated,
    NoticeGiven,
    NoticePrepared,
    NoticeSent,
    RenewalClosed,
    RenewalRecommended,
    RenewalStarted,
)
from memory.ledger import StoredEvent, read_events


@dataclass
class RenewalFile:
    """One renewal case. `waits` are the keys of the waits for the vendor's word on the notice, the one that stands last."""

    case_id: str
    started: RenewalStarted | None = None
    recommended: RenewalRecommended | None = None
    decided: RenewalDecided | None = None
    prepared: list[NoticePrepared] = field(default_factory=list)
    sent: list[NoticeSent] = field(default_factory=list)
    given: list[NoticeGiven] = field(default_factory=list)
    answered: list[NoticeAnswered] = field(default_factory=list)
    escalated: list[NoticeEscalated] = field(default_factory=list)
    confirmed: NoticeConfirmed | None = None
    closed: RenewalClosed | None = None
    messages: list[MessageReceived] = field(default_factory=list)
    receipts: dict[str, EffectConfirmed] = field(default_factory=dict)
    waits: list[str] = field(default_factory=list)
    mended: bool = False
    """Whether the operator has seen to the contact since the last mail about the notice."""

    @property
    def about(self) -> RenewalStarted:
        """What the case is about; raises `ConflictError` when it is no renewal case."""
        if self.started is None:
            raise ConflictError(f"{self.case_id} is no renewal case", hint=f"qm cases show {self.case_id}")
        return self.started

    @property
    def unread(self) -> list[MessageReceived]:
        """The vendor's mails whose reading is not recorded, oldest first."""
        read = {answer.message for answer in self.answered}
        return [message for message in self.messages if message.raw not in read]

    @property
    def proof(self) -> tuple[Digest, ...]:
        """What shows that the notice was sent: the mail as the server took it, or what the operator handed in."""
        mails = (self.receipts[sent.effect_key].evidence for sent in self.sent if sent.effect_key in self.receipts)
        return tuple(dict.fromkeys([d for found in mails for d in found] + [d for given in self.given for d in given.proof]))


def load_renewal(database: sa.Engine, case_id: str) -> RenewalFile:
    """Return the renewal file of a case."""
    with reading(database) as connection:
        return fold_renewal(case_id, read_events(connection, stream=case_id))


def fold_renewal(case_id: str, events: Iterable[StoredEvent]) -> RenewalFile:
    """Fold the events of one case, in order."""
    found = RenewalFile(case_id)
    for stored in events:
        _take(found, stored)
    return found


def _take(found: RenewalFile, stored: StoredEvent) -> None:  # noqa: C901, PLR0912  # one flat table of facts
    event = stored.event
    match event:
        case RenewalStarted():
            found.started = event
        case RenewalRecommended():
            found.recommended = event
        case RenewalDecided():
            found.decided = event
        case NoticePrepared():
            found.prepared.append(event)
        case NoticeSent():
            found.sent.append(event)
            found.mended = False
            found.waits.append(reply_wait(event.effect_key))
        case NoticeGiven():
            found.given.append(event)
            found.mended = True
        case NoticeAnswered():
            found.answered.append(event)
        case NoticeEscalated():
            found.escalated.append(event)
            found.waits.append(event.wait_key)
        case NoticeConfirmed():
            found.confirmed = event
        case RenewalClosed():
            found.closed = event
        case MessageReceived():
            found.messages.append(event)
        case EffectConfirmed():
            found.receipts[event.effect_key] = event
        case _:
            pass
