"""The negotiator: reads a vendor's mail, decides the next move by arithmetic, and words the letter."""

from agents.negotiator import letters
from agents.negotiator.agent import Negotiator
from agents.negotiator.brief import Letter, Move, NegotiatorBrief, NegotiatorProposal, Offered, OtherVendor, Side
from agents.negotiator.confirmation_reader import read_confirmation
from agents.negotiator.differences import differences_against
from agents.negotiator.outgoing import Secrets, check_outgoing
from agents.negotiator.position import max_rounds
from agents.negotiator.pricing import comparable_total
from agents.negotiator.quote_reader import read_quote
from agents.negotiator.reading import Alternative, Attachment, Confirmation, Doubt, QuoteFinding, QuoteReading, Stance, Topic

__all__ = [
    "Alternative",
    "Attachment",
    "Confirmation",
    "Doubt",
    "Letter",
    "Move",
    "Negotiator",
    "NegotiatorBrief",
    "NegotiatorProposal",
    "Offered",
    "OtherVendor",
    "QuoteFinding",
    "QuoteReading",
    "Secrets",
    "Side",
    "Stance",
    "Topic",
    "check_outgoing",
    "comparable_total",
    "differences_against",
    "letters",
    "max_rounds",
    "read_confirmation",
    "read_quote",
]
