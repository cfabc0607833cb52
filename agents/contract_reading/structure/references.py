"""References from one clause to another: "as set out in Section 5.2", "Ziffer 4 und 5", each with the section it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.contract_reading.structure.sections import Section, plain_number

_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXL]{1,7})(?:\s?\((?:[a-z]|[ivx]{2,5}|\d{1,2})\)){0,3}"
_REFERENCE = re.compile(
    rf"(?:\b(?:[Ss]ections?|[Cc]lauses?|[Aa]rticles?|[Pp]aragraphs?|SECTIONS?|ARTICLES?|Ziffern?|Abschnitte?|Nr\.|Punkt)|§§?)\s*(?P<numbers>{_NUMBER}(?:\s*(?:,|and|or|und|oder|to|through|bis|&)\s*(?:and\s+|or\s+)?{_NUMBER})*)"
)
_ONE = re.compile(_NUMBER)
_OF_ANOTHER_TEXT = re.compile(
    r"\s*(?:\([^()]{0,30}\)\s*)?(?:Abs\.\s*\d+\s*)?(?:Satz\s*\d+\s*)?(?:of\s+(?:the\s+)?(?:[A-Z]\w*\s+){0,6}(?:Act|Code|Law|Regulations?|Directive|GDPR|Constitution|Rules?|Statutes?|Convention)\b|(?:BGB|HGB|DSGVO|GDPR|UStG|UWG|TKG|BDSG|StGB|ABGB|OR)\b)"
)


@dataclass(frozen=True)
class Reference:
    """A place that names a section: `target` is its place among the sections, or None where there is no such section here."""

    start: int
    end: int
    number: str
    target: int | None


def references(text: str, known: tuple[Section, ...]) -> tuple[Reference, ...]:
    """Return the references in the order of the text. A statute's section ("Section 5 of the Data Act", "§ 307 BGB") is none."""
    places = _places(known)
    return tuple(_references(text, places, {one.start for one in known}))


def _references(text: str, places: dict[str, int], starts: set[int]) -> Iterator[Reference]:
    for found in _REFERENCE.finditer(text):
        if found.start() in starts or _OF_ANOTHER_TEXT.match(text, found.end()):
            continue
        for one in _ONE.finditer(text, found.start("numbers"), found.end("numbers")):
            number = plain_number(one.group())
            yield Reference(one.start(), one.end(), number, places.get(number))


def _places(known: tuple[Section, ...]) -> dict[str, int]:
    """Return the section of each number; of several (a table of contents, an annex) the first of the longest kind."""
    longest: dict[str, int] = {}
    for place, one in enumerate(known):
        before = longest.get(one.number)
        if before is None or one.end - one.start > _MUCH * (known[before].end - known[before].start):
            longest[one.number] = place
    return longest


_MUCH = 2
