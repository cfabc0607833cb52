"""The negotiator: reads a vendor's mail, decides the next move by arithmetic, and words the letter."""

from agents.negotiator.brief import Letter, Move, NegotiatorBrief, NegotiatorProposal, Offered, OtherVendor, Side

__all__ = ["Letter", "Move", "NegotiatorBrief", "NegotiatorProposal", "Offered", "OtherVendor", "Side"]
