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
_INITIALS = 3  # "USA" and "UK" stay as they are
_NO_STATE = frozenset(["applicable", "mandatory", "governing", "any", "such", "this", "the", "statutory", "civil", "common", "data"])
#: Names of a blank on the cover page ("the laws of the Governing Member State"), which are no state.
_BLANK = re.compile(r"(?:Governing|Chosen)\b.*|State|Jurisdiction|Territory|Country", re.IGNORECASE)

EUROPE = frozenset({"EU", "EEA"})
"""What counts as the EU for data: the EEA applies the same regulation."""

_LAW_OF = re.compile(
    r"(?i:\blaws?,?(?: and in the courts,?)? (?:(?:of|(?:in (?:force|effect) )?in) (?:the )?(?:(?:state|commonwealth|republic|province|federal republic|people's republic|canton) of )|(?:of|in (?:force|effect) in) (?:the )?|(?:applicable )?(?:with)?in the (?:state|commonwealth|province) of ))(?P<where>[A-Z]\w+(?:\s(?:and\s)?[A-Z]\w+)*)"
)
#: "transfers where Swiss law applies": a case, and no choice.
_WHERE = re.compile(r"\b(?:where|if|when|to the extent|insofar as|wenn|soweit|sofern)\b[^,.;]{0,30}$", re.IGNORECASE)
_STATE_ENDS = re.compile(
    r"\s(?:without|regardless|excluding|applicable|irrespective|as|in|shall|except|exclusive|and(?! wales)|this|any|but|notwithstanding)\b",
    re.IGNORECASE,
)


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
    return _STATES.get(plain.casefold(), plain.title() if plain.isupper() and len(plain) > _INITIALS else plain)


def governing_law(words: str) -> str | None:
    """Return the state whose law governs."""
    found = _LAW_OF.search(words.replace("\u2019", "'"))
    if found:
        state = state_of(_STATE_ENDS.split(found["where"])[0])
        return None if state is None or _BLANK.fullmatch(state) else state
    adjective = re.search(r"(?P<where>\b[A-Z][a-z]+|deutsche[sm]|österreichische[sm]|schweizer\w*)\s(?:law|Recht)\b", words)
    if adjective and not _WHERE.search(words[: adjective.start()]):
        return state_of(adjective["where"])
    label = re.search(r"(?i:\b(?:governing|applicable) law)\s*:\s*(?P<where>[A-Z]\w+(?: [A-Z]\w+)?)\s*(?:[.;(]|$)", words)
    if label:
        return state_of(label["where"])
    republic = re.search(r"Recht der (?:Bundesrepublik |Republik )?(?P<where>[A-ZÖ]\w+)", words)
    return state_of(republic["where"]) if republic else None
