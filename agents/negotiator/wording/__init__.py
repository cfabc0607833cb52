"""A vendor's words in German, French and Spanish, and numbers written as words, put into the plain English that the rules read."""

from agents.negotiator.wording.translating import in_plain_english

__all__ = ["in_plain_english"]
