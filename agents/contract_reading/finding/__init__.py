"""Finds clauses: `Finder.shipped().find(text)` gives passages with calibrated probabilities, and what is there, absent or unsure."""

from agents.contract_reading.finding.finder import Finder
from agents.contract_reading.finding.found import Found, Passage, Presence

__all__ = ["Finder", "Found", "Passage", "Presence"]
