"""What the negotiator is given and what it hands back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from agents.base import Brief, Proposal
from agents.negotiator.language import Language
from agents.negotiator.leverage import NO_LEVERAGE, LeverageClaim
from memory.domain.base import Noun
from memory.domain.evidence import EvidenceRef
from memory.domain.money import Money, Price
from memory.domain.preferences import Preferences
from memory.domain.quote import Quote, Terms
from memory.domain.reasoning import Reasoning, WalkAway
from memory.domain.requisition import Requisition
from memory.domain.talks import TalkRecord
from memory.domain.vendor import VendorFacts


class Move(StrEnum):
    """What to do next with one vendor."""

    REQUEST_QUOTE = "request_quote"
    """Nothing has been said yet: ask for a quote (the RFQ)."""
    COUNTER = "counter"
    ACCEPT = "accept"
    WALK_AWAY = "walk_away"
    CLARIFY = "clarify"
    """Ask a question before anything is decided; costs no round."""


class Side(StrEnum):
    """Who made an offer."""

    OURS = "ours"
    VENDOR = "vendor"


class Offered(Noun):
    """One offer on the table, in the order in which they were made."""

    round: int = Field(ge=0)
    side: Side
    terms: Terms


class OtherVendor(Noun):
    """Somebody we also talk to. Here only so that no letter ever names it or its prices."""

    name: str
    amounts: tuple[Money, ...] = ()


class NegotiatorBrief(Brief):
    """Everything the negotiator may know about one vendor's negotiation.

    `history` holds all offers so far, the latest quote's terms included. `best_alternative` is what the best competing
    quote costs all-in, as `comparable_total` gives it. `rounds_left` counts the counteroffers that may still be made.
    `vendor_final` and `answer_unreadable` tell of the latest mail: its last word, or no offer that could be read in it.
    `tax_rate_bp` is the operator's default rate. `questions_asked` counts the clarifications already sent.
    `contact` is the person the operator registered, whom the letters greet.
    `today` tells whether a quote has expired; `reply_by` is the day by which the first letter asks for an answer.
    `missing_evidence` are the points the analyst wants confirmed in writing; `denied_needs` the must-haves that the
    vendor's mails say are not met (`QuoteReading.denied_needs`): with one of those there is nothing to negotiate.
    `language` is what the letters are written in; `leverage` says whether a counteroffer may mention that a lower offer exists.
    """

    requisition: Requisition
    vendor: VendorFacts
    operator: str = Field(min_length=1, max_length=140)
    contact: str = Field(default="", max_length=140)
    history: tuple[Offered, ...] = ()
    quote: Quote | None = None
    vendor_final: bool = False
    answer_unreadable: bool = False
    denied_needs: tuple[str, ...] = ()
    missing_evidence: tuple[str, ...] = ()
    best_alternative: Money | None = None
    others: tuple[OtherVendor, ...] = ()
    rounds_left: int = Field(default=4, ge=0)
    questions_asked: int = Field(default=0, ge=0)
    packages: tuple[Terms, ...] = ()
    """The packages of our last counteroffer, where it held several."""
    doubted: bool = False
    """Whether anything in an offer of the vendor's was in doubt, so that two of them may not be comparable."""
    tax_rate_bp: int = Field(default=1900, ge=0, le=5000)
    today: date | None = None
    reply_by: date | None = None
    list_price_evidence: tuple[EvidenceRef, ...] = ()
    preferences: Preferences | None = None
    """What terms are worth to the operator; None stands for the category's defaults."""
    alternatives: tuple[WalkAway, ...] = ()
    """Other deals that are open to us, reckoned with their terms over a year: competing quotes, the current contract, list prices."""
    walk_away: Price | None = None
    """The operator's own: the most that this may cost all-in, at most the ceiling. Never told."""
    forbidden_months: tuple[int, ...] = ()
    """Contract lengths that policy denies."""
    record: TalkRecord | None = None
    """What earlier talks with this vendor, or its category, taught."""
    may_package: bool = False
    """Whether one letter may hold several packages of equal worth."""
    language: Language = Language.EN
    leverage: LeverageClaim = NO_LEVERAGE


class Letter(Noun):
    """A mail to a vendor, ready to be authorized."""

    subject: str = Field(max_length=200)
    body: str = Field(max_length=20_000)


class NegotiatorProposal(Proposal):
    """The next move. `terms` are what we ask for (counter) or take (accept); `rationale` is for the operator only.

    `held` names what speaks against sending the letter unseen; it is empty for every letter the templates write from
    clean slots. `worded_by` says whether the template or a model wrote the body.
    """

    move: Move
    terms: Terms | None = None
    letter: Letter
    rationale: str
    quote: Quote | None = None
    held: tuple[str, ...] = ()
    worded_by: str = "template"
    packages: tuple[Terms, ...] = ()
    """Several offers of equal worth in one letter; `terms` is the first of them."""
    stands: bool = False
    """Of a walk-away: the vendor's last quote breaks no hard limit and stays on the table for the award."""
    reasoning: Reasoning | None = None
