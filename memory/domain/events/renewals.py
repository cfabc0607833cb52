"""Facts about renewals: terms that went on, what was found out, what was recommended and decided, and the notice that ends a contract."""

from datetime import date
from typing import ClassVar, Literal

from memory.domain.base import Digest, JsonObject
from memory.domain.events.base import Event
from memory.domain.money import Money
from memory.domain.notice import NoticeChannel, NoticeRoute
from memory.domain.renewal import Recommendation, Usage


def decision_wait(case_id: str, revision: int) -> str:
    """Return the key of the wait for the operator's decision on a recommendation."""
    return f"renewal/{case_id}/{revision}"


def notice_wait(case_id: str, revision: int) -> str:
    """Return the key of the wait for a notice that the operator has to see to."""
    return f"notice/{case_id}/{revision}"


class RenewalRolled(Event):
    """A term ended and the contract went on by itself; the next term is scheduled with it. `decision` was for the term that ended."""

    kind: ClassVar[str] = "renewal.rolled"
    uid: str
    vendor_id: str
    ended_term: date
    next_term_end: date
    decision: str = ""


class RenewalRedated(Event):
    """The last day to act in a term moved, because days are counted with other public holidays; what was decided stands."""

    kind: ClassVar[str] = "renewal.redated"
    uid: str
    vendor_id: str
    before: date
    decide_by: date
    reason: str


class RenewalSuperseded(Event):
    """A contract took the place of another that was under watch: the earlier one is watched no more, and nobody is told of it again.

    `by_uid` is the watch that stands instead. Told apart again, the earlier one is scheduled anew.
    """

    kind: ClassVar[str] = "renewal.superseded"
    uid: str
    vendor_id: str
    contract: Digest
    by_uid: str
    reason: str
    by: str


class RenewalDistinguished(Event):
    """The operator said that two contracts under watch with one vendor are two: they are not asked about again."""

    kind: ClassVar[str] = "renewal.distinguished"
    uid: str
    other_uid: str
    vendor_id: str
    by: str


class CalendarOutdated(Event):
    """The entry that a purchase put on the operator's calendar says another day than the watch does, or is about a contract that is gone.

    `on` is the last day to act now; with `gone` the entry is to be taken back.
    """

    kind: ClassVar[str] = "calendar.outdated"
    uid: str
    vendor_id: str
    on: date
    gone: bool
    reason: str


class RenewalStarted(Event):
    """A renewal case was opened for one term of a contract, early enough to switch. `schedule` is the event that put it under watch."""

    kind: ClassVar[str] = "renewal.started"
    case_id: str
    uid: str
    schedule: str
    vendor_id: str
    vendor_name: str
    decide_by: date
    why: str


class RenewalCosted(Event):
    """The operator said what a contract costs a year, where the paper does not."""

    kind: ClassVar[str] = "renewal.costed"
    uid: str
    vendor_id: str
    annual_cost: Money
    by: str


class UsageStated(Event):
    """The operator said how much of a contract is used."""

    kind: ClassVar[str] = "usage.stated"
    uid: str
    vendor_id: str
    usage: Usage
    by: str


class IncidentNoted(Event):
    """The operator noted something that went wrong with a vendor; `evidence` are the words."""

    kind: ClassVar[str] = "incident.noted"
    vendor_id: str
    words: str
    on: date
    evidence: Digest
    by: str


class RenewalRecommended(Event):
    """The renewal watcher recommends; the operator decides. `findings` is all that was gathered, as evidence."""

    kind: ClassVar[str] = "renewal.recommended"
    recommendation: Recommendation
    digest: Digest
    findings: Digest
    wait_key: str


class RenegotiationStarted(Event):
    """A negotiation on the terms of the next term was opened as a purchase case of its own."""

    kind: ClassVar[str] = "renegotiation.started"
    uid: str
    vendor_id: str
    negotiation: str
    instruction: str


class NoticePrepared(Event):
    """The notice is written. What stands between it and the vendor is the operator's yes, or the operator's own hands.

    `letter` is the PDF to print, where it goes by post.
    """

    kind: ClassVar[str] = "notice.prepared"
    version: ClassVar[int] = 2
    uid: str
    vendor_id: str
    route: NoticeRoute
    channel: NoticeChannel
    ends_on: date
    body: Digest
    contact_id: str = ""
    letter: Digest | None = None


class NoticeSent(Event):
    """The notice, or a reminder of it, goes out by mail; its delivery is an effect of its own. `reminder` 0 is the notice itself."""

    kind: ClassVar[str] = "notice.sent"
    uid: str
    vendor_id: str
    effect_key: str
    body: Digest
    reminder: int = 0
    patience: Literal["hot", "normal"] = "normal"


class NoticeGiven(Event):
    """The operator sent the notice by hand, or entered what was missing; `proof` is what shows it."""

    kind: ClassVar[str] = "notice.given"
    uid: str
    vendor_id: str
    wait_key: str
    channel: NoticeChannel
    sent_on: date | None = None
    proof: tuple[Digest, ...] = ()
    note: str = ""
    by: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The operator's word ends the wait."""
        return ((self.wait_key, {"by": self.by, "sent": self.sent_on is not None}),)


class NoticeAnswered(Event):
    """The vendor wrote back about the notice: what was read in it, with the words. A vendor's word is evidence, and never followed."""

    kind: ClassVar[str] = "notice.answered"
    uid: str
    vendor_id: str
    reading: Literal["confirmed", "refused", "unclear", "undelivered"]
    ends_on: date | None = None
    words: str = ""
    message: Digest
    trusted: bool


class NoticeConfirmed(Event):
    """The contract ends: the vendor said so in writing, or the operator holds the proof. It ends the wait where there is one."""

    kind: ClassVar[str] = "notice.confirmed"
    uid: str
    vendor_id: str
    ends_on: date
    by: str
    proof: tuple[Digest, ...] = ()
    note: str = ""
    wait_key: str = ""

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The operator's word ends the wait for the vendor's."""
        return ((self.wait_key, {"status": "confirmed"}),) if self.wait_key else ()


class NoticeEscalated(Event):
    """The notice is not confirmed, and the last day to act draws near: from here the operator sees to it."""

    kind: ClassVar[str] = "notice.escalated"
    uid: str
    vendor_id: str
    decide_by: date
    reason: str
    wait_key: str


class ReplyNoted(Event):
    """The vendor answered an earlier mail about the notice than the one we wait for: the wait ends all the same."""

    kind: ClassVar[str] = "reply.noted"
    vendor_id: str
    wait_key: str
    message: str
    raw: Digest
    text: Digest

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The mail ends the wait."""
        return ((self.wait_key, {"message": self.message, "raw": self.raw, "text": self.text}),)


class RenewalClosed(Event):
    """The renewal case is over: what became of it, in a sentence."""

    kind: ClassVar[str] = "renewal.closed"
    uid: str
    vendor_id: str
    outcome: Literal["kept", "renegotiating", "cancelled", "undecided", "not cancelled"]
    summary: str


class RenewalEnded(Event):
    """The contract ends on this day and does not renew; a charge after it is not owed."""

    kind: ClassVar[str] = "renewal.ended"
    uid: str
    vendor_id: str
    ends_on: date
    reason: str
