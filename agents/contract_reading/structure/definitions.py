"""What a contract's capitalised words mean: `"Term" means ...`, `(the "Fees")`, each with the sentence that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.contract_reading.segments import segments

_OPEN, _SHUT = "[\"\u201c\u201e\u00ab']{1,2}", "[\"\u201d\u201c\u00bb']{1,2}"
_MEANS = re.compile(
    rf"{_OPEN}\s*(?P<term>[A-ZÄÖÜ][^\"\u201c\u201d\u201e\n]{{0,60}}?)\s*{_SHUT}\s*(?:\([^()]{{0,60}}\)\s*)?(?:shall\s+|will\s+|hereinafter\s+)?(?:means?\b|refers?\s+to|is\s+defined|has\s+the\s+meaning|have\s+the\s+meaning|includes?\b|be\s+defined|bezeichnet|bedeutet|ist\b|sind\b|meint)"
)
_CALLED = re.compile(
    rf"\([^()\"\u201c\u201e]{{0,60}}?{_OPEN}\s*(?P<term>[A-ZÄÖÜ][^\"\u201c\u201d\u201e\n()]{{0,60}}?)\s*{_SHUT}(?:\s*(?:or|and|,|oder|und)\s*(?:the\s+)?{_OPEN}\s*(?P<also>[A-ZÄÖÜ][^\"\u201c\u201d\u201e\n()]{{0,60}}?)\s*{_SHUT})?[^()]{{0,60}}\)"
)


@dataclass(frozen=True)
class Definition:
    """A defined word, and the sentence that gives its meaning."""

    term: str
    start: int
    end: int


def definitions(text: str) -> tuple[Definition, ...]:
    """Return the definitions in the order of the text; of a word that is defined twice, both."""
    named = sorted(
        (found.start(), " ".join(term.split()))
        for form in (_MEANS, _CALLED)
        for found in form.finditer(text)
        for term in (found["term"], found.groupdict().get("also"))
        if term
    )
    pieces = segments(text)
    made, at = [], 0
    for place, term in named:
        while at < len(pieces) - 1 and pieces[at][1] <= place:
            at += 1
        made.append(Definition(term, *pieces[at]))
    return tuple(made)


def used_in(words: str, known: tuple[Definition, ...]) -> tuple[Definition, ...]:
    """Return the definitions of the words that stand in a passage, capital for capital; "Term" does not stand in "Initial Term"."""
    longest_first = sorted({one.term for one in known}, key=len, reverse=True)
    if not longest_first:
        return ()
    any_term = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(term) for term in longest_first)})(?!\w)")
    standing = set(any_term.findall(" ".join(words.split())))
    return tuple(one for one in known if one.term in standing)
