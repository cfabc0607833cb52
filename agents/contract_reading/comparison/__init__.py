"""Two versions of a contract held against each other: the passages, the words, and what it means. Pure: texts in, nouns out."""

from agents.contract_reading.comparison.comparing import MAX_CHARACTERS, compare, worst_first
from agents.contract_reading.comparison.nouns import Bearing, Comparison, Effect, Fate, PassageChange, Stretch, Version, WordChange

__all__ = [
    "MAX_CHARACTERS",
    "Bearing",
    "Comparison",
    "Effect",
    "Fate",
    "PassageChange",
    "Stretch",
    "Version",
    "WordChange",
    "compare",
    "worst_first",
]
