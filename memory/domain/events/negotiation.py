"""Facts of a negotiation by mail."""

from typing import ClassVar

from memory.domain.answers import TermAnswer
from memory.domain.base import Digest, JsonObject, UtcTime
from memory.domain.events.base import Event
from memory.domain.money import Price
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote, Terms
from memory.domain.reasoning import Reasoning


class RfqIssued(Event):
    """A request for quotation was written and authorized; its delivery is an effect of its own."""

    kind: ClassVar[str] = "rfq.issued"
    vendor_id: str
    effect_key: str
    subject: str
    body: Digest
    reply_by: UtcTime


class MessageReceived(Event):
    """A mail arrived in a conversation of ours (threaded by our own Message-IDs)."""

    kind: ClassVar[str] = "message.received"
    message_id: str
    conversation: str
    vendor_id: str
    wait_key: str
    from_address: str
    verified_sender: bool
    subject: str
    raw: Digest
    text: Digest
    attachments: tuple[JsonObject, ...] = ()
    findings: tuple[str, ...] = ()

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The mail ends the wait for a reply."""
        return ((self.wait_key, {"message": self.message_id, "raw": self.raw, "text": self.text}),)


class MessageUnmatched(Event):
    """A mail arrived that belongs to no conversation of ours; kept for the operator."""

    kind: ClassVar[str] = "message.unmatched"
    message_id: str
    from_address: str
    subject: str
    raw: Digest
    findings: tuple[str, ...] = ()


class ReplyOverdue(Event):
    """The vendor did not answer in time."""

    kind: ClassVar[str] = "reply.overdue"
    vendor_id: str
    wait_key: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """Silence ends the wait too."""
        return ((self.wait_key, {"overdue": True}),)


class QuoteReceived(Event):
    """A vendor's offer, normalised, each figure with its span."""

    kind: ClassVar[str] = "quote.received"
    version: ClassVar[int] = 2
    quote: Quote
    #: The vendor called it its last word.
    final: bool = False
    #: Must-haves that the mail says are not met.
    denied_needs: tuple[str, ...] = ()
    #: What else in the mail the operator should know: bank details, text addressed to software, a claim about a competitor.
    findings: tuple[str, ...] = ()
    #: What it does with each term of our last counteroffer; empty when there was none, and in ledgers from before it was kept.
    on_our_terms: tuple[TermAnswer, ...] = ()


class QuoteUnreadable(Event):
    """A mail arrived in which no offer could be read."""

    kind: ClassVar[str] = "quote.unreadable"
    vendor_id: str
    round: int
    message: Digest
    problems: tuple[str, ...]
    denied_needs: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class CounterofferProposed(Event):
    """What we ask for in this round, decided and authorized; its delivery is an effect of its own."""

    kind: ClassVar[str] = "counteroffer.proposed"
    version: ClassVar[int] = 2
    counteroffer: Counteroffer
    effect_key: str
    body: Digest
    #: Several offers of equal worth to us in one letter, the counteroffer's terms first; empty when there is one.
    packages: tuple[Terms, ...] = ()


class NegotiationConcluded(Event):
    """How the negotiation with one vendor ended, and on which quote."""

    kind: ClassVar[str] = "negotiation.concluded"
    version: ClassVar[int] = 2
    vendor_id: str
    outcome: NegotiationOutcome
    rounds: int
    list_quote: Quote | None = None
    final_quote: Quote | None = None
    reason: str = ""
    #: The category that budgets and policy count under; empty in ledgers from before it was kept.
    category: str = ""


class NegotiationReasoned(Event):
    """Why a move with one vendor was made: what stood, what was believed, expected and compared. For the operator's eyes only."""

    kind: ClassVar[str] = "negotiation.reasoned"
    version: ClassVar[int] = 2
    vendor_id: str
    round: int
    reasoning: Reasoning


class WalkAwaySet(Event):
    """The operator set the most that a case's purchase may cost all-in; None takes it back. Only ever below the ceiling."""

    kind: ClassVar[str] = "limit.set"
    limit: Price | None = None
    words: str
    by: str
