"""States and regions by the names contracts use."""

from __future__ import annotations

import re

_EU_STATES = [
    "Germany",
    "Deutschland",
    "Ireland",
    "Netherlands",
    "France",
    "Finland",
    "Frankfurt",
    "Austria",
    "Österreich",
    "Belgium",
    "Spain",
    "Italy",
    "Sweden",
    "Denmark",
    "Poland",
    "Dublin",
    "Amsterdam",
    "Paris",
]
_REGIONS = (
    ("EU", re.compile(rf"\bEuropean Union\b|\bEU\b|\bEurop(?:e|a)\b|\bEuropäischen? Union\b|\b(?:{'|'.join(_EU_STATES)})\b")),
    ("EEA", re.compile(r"\bEEA\b|\bEuropean Economic Area\b|\bEWR\b")),
    ("CH", re.compile(r"\bSwitzerland\b|\bSchweiz\b")),
    ("UK", re.compile(r"\bUnited Kingdom\b|\bUK\b")),
    ("US", re.compile(r"\bUnited States\b|\bUSA?\b|\bU\.S\.(?:A\.)?|\bVereinigten? Staaten\b")),
    ("IN", re.compile(r"\bIndia\b")),
    ("SG", re.compile(r"\bSingapore\b")),
    ("anywhere", re.compile(r"\banywhere\b|\bany (?:other )?countr(?:y|ies)\b|\bworldwide\b|\bweltweit\b", re.IGNORECASE)),
)
_STATES = {
    "german": "Germany",
    "deutsche": "Germany",
    "deutschland": "Germany",
    "bundesrepublik": "Germany",
    "austrian": "Austria",
    "österreich": "Austria",
    "österreichische": "Austria",
    "swiss": "Switzerland",
    "schweiz": "Switzerland",
    "schweizer": "Switzerland",
    "english": "England and Wales",
    "irish": "Ireland",
    "french": "France",
    "dutch": "Netherlands",
}
_NO_STATE = frozenset(["applicable", "mandatory", "governing", "any", "such", "this", "the", "statutory", "civil", "common", "data"])

EUROPE = frozenset({"EU", "EEA"})
"""What counts as the EU for data: the EEA applies the same regulation."""


def region_of(words: str) -> str | None:
    """Return every region named, in a fixed order, joined by a comma."""
    found = [name for name, form in _REGIONS if form.search(words)]
    return ", ".join(found) or None


def state_of(name: str) -> str | None:
    """Return the usual English name of a state or jurisdiction; None for a word that is none."""
    plain = name.strip().rstrip("s") if name.casefold().startswith(("deutsche", "österreichische")) else name.strip()
    plain = plain[:-1] if plain.casefold() in {"deutschem", "österreichischem"} else plain
    if plain.casefold() in _NO_STATE:
        return None
    return _STATES.get(plain.casefold(), plain)
