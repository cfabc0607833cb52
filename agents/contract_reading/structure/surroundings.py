"""What belongs to a passage that is shown: the heading it stands under, what its defined words mean, and the sections that it names.

Everything is quoted from the one text with its own span; nothing of it is worded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.contract_reading.structure.definitions import Definition, used_in
from agents.contract_reading.structure.references import Reference
from agents.contract_reading.structure.together import Structure
from memory.domain.base import Noun
from memory.domain.evidence import Span

_MOST = 6
_LONGEST = 700
#: By these a paper calls itself and its parties; what they mean is said by its first sentence and helps nobody to read another.
_PARTIES = frozenset(
    [
        "agreement",
        "contract",
        "vertrag",
        "vereinbarung",
        "customer",
        "client",
        "buyer",
        "provider",
        "vendor",
        "supplier",
        "company",
        "contractor",
        "consultant",
        "licensor",
        "licensee",
        "seller",
        "freelancer",
        "party",
        "parties",
        "auftraggeber",
        "auftragnehmer",
        "kunde",
        "anbieter",
        "dienstleister",
        "partei",
        "parteien",
    ]
)


class Beside(Noun):
    """A quoted part of the paper and what it is: "Fees", or "Section 7.2"."""

    name: str
    span: Span


class Surroundings(Noun):
    """What belongs to one passage. `heading` is empty where the paper has none over it; `missing` names sections that this paper has not."""

    heading: str = ""
    definitions: tuple[Beside, ...] = ()
    sections: tuple[Beside, ...] = ()
    missing: tuple[str, ...] = ()


def surroundings(structure: Structure, start: int, end: int) -> Surroundings:
    """Return what belongs to the passage from `start` to `end` of the structure's text, a few quotes of at most 700 characters."""
    named = [one for one in structure.references if start <= one.start < end]
    meant = _meant(structure, start, end)
    pointed = [one for said in meant for one in structure.references if _in(one, said)]
    sections = {one.number: place for one in (*named, *pointed) if (place := _section(structure, one, start, end)) is not None}
    return Surroundings(
        heading=_heading_over(structure, start, end),
        definitions=tuple(_defined(structure, meant))[:_MOST],
        sections=tuple(Beside(name=f"Section {number}", span=_quoted(structure.text, *place)) for number, place in sections.items())[
            :_MOST
        ],
        missing=tuple(dict.fromkeys(one.number for one in named if one.target is None))[:_MOST],
    )


def _heading_over(structure: Structure, start: int, end: int) -> str:
    """Return the heading over a passage, not one that it holds itself."""
    section = structure.section_at(start)
    while section is not None and (section.heading is None or start <= section.heading[0] < end):
        section = structure.sections[section.parent] if section.parent is not None else None
    return " ".join(structure.text[slice(*section.heading)].split())[:200] if section and section.heading else ""


def _in(one: Reference, said: Definition) -> bool:
    return said.start <= one.start < said.end


def _meant(structure: Structure, start: int, end: int) -> list[Definition]:
    used = used_in(structure.text[start:end], structure.definitions)
    return [
        one for one in used if one.term.casefold() not in _PARTIES and not (start <= one.start < end) and not (one.start <= start < one.end)
    ]


def _defined(structure: Structure, meant: Iterable[Definition]) -> Iterator[Beside]:
    """Yield each sentence that gives a meaning once, with all the words it gives one to."""
    terms: dict[tuple[int, int], list[str]] = {}
    for one in meant:
        terms.setdefault((_from(structure, one), one.end), []).append(one.term)
    for place, names in terms.items():
        yield Beside(name=", ".join(dict.fromkeys(names)), span=_quoted(structure.text, *place))


def _from(structure: Structure, one: Definition) -> int:
    """Return where a definition begins, without the heading above its number."""
    section = structure.section_at(one.end - 1)
    return max(one.start, section.start) if section is not None and not section.number.endswith(")") else one.start


def _section(structure: Structure, one: Reference, start: int, end: int) -> tuple[int, int] | None:
    """Return the place of the section that is named, None where it is the passage itself or holds it."""
    if one.target is None:
        return None
    section = structure.sections[one.target]
    return (section.start, section.end) if section.end <= start or section.start >= end else None


def _quoted(text: str, start: int, end: int) -> Span:
    words = text[start:end].rstrip()
    if len(words) > _LONGEST:
        words = words[: words.rfind(" ", 0, _LONGEST)] if " " in words[:_LONGEST] else words[:_LONGEST]
    return Span(start=start, end=start + len(words), text=words)
