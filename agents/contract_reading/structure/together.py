"""A clause with what it refers to: the sections it names and the words it uses, as places in the one text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from agents.contract_reading.structure.definitions import Definition, definitions, used_in
from agents.contract_reading.structure.references import Reference, references
from agents.contract_reading.structure.sections import Section, sections

_MOST = 12
_LONGEST = 6000


@dataclass(frozen=True)
class Together:
    """A clause and what belongs to it: each a start and an end in the text."""

    clause: tuple[int, int]
    referred: tuple[tuple[int, int], ...]
    defined: tuple[tuple[int, int], ...]
    unresolved: tuple[tuple[int, int], ...]
    """References to sections that this text does not have."""

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """All of it in the order of the text, without what another span holds."""
        ordered = sorted({self.clause, *self.referred, *self.defined}, key=lambda span: (span[0], -span[1]))
        kept: list[tuple[int, int]] = []
        for span in ordered:
            if not kept or span[1] > kept[-1][1]:
                kept.append(span)
        return tuple(kept)


@dataclass(frozen=True)
class Structure:
    """The parts of a text, found once when first asked for."""

    text: str

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The numbered parts."""
        return sections(self.text)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The defined words."""
        return definitions(self.text)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The references from one part to another."""
        return references(self.text, self.sections)

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.sections]

    def section_at(self, place: int) -> Section | None:
        """Return the innermost section that holds a place, or None before the first."""
        at = bisect_right(self._starts, place) - 1
        while at >= 0 and self.sections[at].end <= place:
            at = self._above(at)
        return self.sections[at] if at >= 0 else None

    def heading_at(self, place: int) -> str | None:
        """Return the heading over a place: that of the innermost section that has one."""
        one = self.section_at(place)
        while one is not None and one.heading is None:
            one = self.sections[one.parent] if one.parent is not None else None
        return " ".join(self.text[one.heading[0] : one.heading[1]].split()) if one and one.heading else None

    def together(self, start: int, end: int) -> Together:
        """Return a clause with the sections that it names and the definitions of its words, one step far."""
        named = self._named_in(start, end)
        referred = tuple(dict.fromkeys(self._span(one) for one in named if one.target is not None))[:_MOST]
        used = [one for one in used_in(self.text[start:end], self.definitions) if not start <= one.start < end]
        defined = tuple(dict.fromkeys((one.start, one.end) for one in used))[:_MOST]
        unresolved = tuple((one.start, one.end) for one in named if one.target is None)
        return Together((start, end), tuple(span for span in referred if not (start <= span[0] and span[1] <= end)), defined, unresolved)

    def _above(self, at: int) -> int:
        parent = self.sections[at].parent
        return -1 if parent is None else parent

    def _named_in(self, start: int, end: int) -> tuple[Reference, ...]:
        starts = [one.start for one in self.references]
        return self.references[bisect_left(starts, start) : bisect_left(starts, end)]

    def _span(self, one: Reference) -> tuple[int, int]:
        assert one.target is not None
        section = self.sections[one.target]
        return section.start, min(section.end, section.start + _LONGEST)
