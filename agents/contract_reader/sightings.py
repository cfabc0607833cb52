"""What the trained finder and the checks see beside the rules: each sighting with its place, and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from agents.contract_reader.sentences import sentences, titles
from agents.contract_reading.categories import KIND_OF
from agents.contract_reading.checks import CheckFinding, CheckState, check_terms
from agents.contract_reading.finding import Finder, Found, Passage, Presence
from memory.domain.contract import Certainty, Clause, ClauseKind
from memory.domain.evidence import Span

_LONGEST = 2000  # what a `Span` holds
_KEPT = 3  # passages of one category
_BESIDE = 0.5  # a further passage is told when it is at least this part as likely as the best one
_LOOKED_AT = 20_000
_ENGLISH = frozenset({"the", "of", "and", "to", "shall", "in", "any", "or", "by", "this", "for", "is", "be", "such", "with"})
_GERMAN = frozenset(
    {"der", "die", "das", "und", "des", "den", "dem", "mit", "ist", "von", "zu", "nicht", "für", "auf", "bei", "im", "wird", "werden"}
)
_FEWEST = 60  # words from which on one can tell a language
_ENGLISH_SHARE = 0.15  # in contracts in English a third of all words are among these, in German or French ones hardly any


@dataclass(frozen=True)
class Sighting:
    """A passage that is, or may be, a clause of a kind: `text` from the character `start` of the whole. `value` is in plain words, where one was read."""

    kind: ClauseKind
    start: int
    certainty: Certainty
    text: str
    value: str | None = None

    @property
    def span(self) -> Span:
        """Where it stands, as far as a span holds it."""
        words = self.text[:_LONGEST]
        return Span(start=self.start, end=self.start + len(words), text=words)

    @property
    def clause(self) -> Clause:
        """The clause as a review keeps it."""
        return Clause(kind=self.kind, span=self.span, value=self.value, certainty=self.certainty)

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)

    def meets(self, start: int, end: int) -> bool:
        """Whether this passage and another one have half of the shorter of the two in common."""
        common = min(self.end, end) - max(self.start, start)
        return 2 * common >= min(self.end - self.start, end - start)


@dataclass(frozen=True)
class Seen:
    """What was seen, surest first and no passage twice for one kind, and the kinds that were looked for and are not there."""

    sightings: tuple[Sighting, ...]
    absent: frozenset[ClauseKind]
    passages: Mapping[str, Sequence[tuple[int, int, float]]]
    """What the finder marked: for each category start, end and probability, best first."""


def seen_in(text: str) -> Seen:
    """Return what the checks and the finder see in a contract; the finder learnt from contracts in English and is not asked about others."""
    checked = check_terms(text)
    found = _finder().find(text) if in_english(text) else None
    sightings: list[Sighting] = []
    for seen in (*_checked(checked, text), *(_found(found, text) if found else ()), *_pointed(text)):
        sighting = _to_its_sentence(seen, text)
        if not any(sighting.kind is other.kind and sighting.meets(other.start, other.end) for other in sightings):
            sightings.append(sighting)
    looked_for = {f.check.clause for f in checked} | set(KIND_OF.values())
    absent = looked_for - {sighting.kind for sighting in sightings}
    marked = {c.value: [(p.start, p.end, p.score) for p in passages] for c, passages in found.passages.items()} if found else {}
    return Seen(tuple(sorted(sightings, key=lambda s: s.certainty is Certainty.UNSURE)), frozenset(absent), marked)


def _to_its_sentence(sighting: Sighting, text: str) -> Sighting:
    """Return a sighting that is a title alone ("9. Exclusivity.") with the sentence that binds, which stands behind it."""
    if sighting.kind is ClauseKind.PARTIES or not titles(" ".join(sighting.text.split())):
        return sighting
    behind = next(iter(sentences(text[sighting.end : sighting.end + _LONGEST])), None)
    return replace(sighting, text=text[sighting.start : sighting.end + behind.end]) if behind else sighting


def in_english(text: str) -> bool:
    """Whether a text is in English, by its commonest words."""
    return _share(text, _ENGLISH) >= _ENGLISH_SHARE


def not_understood(text: str) -> bool:
    """Whether a text is neither in English nor in German: then what is not found in it may well be there."""
    words = re.findall(r"[^\W\d_]+", text[:_LOOKED_AT])
    return len(words) >= _FEWEST and max(_share(text, _ENGLISH), _share(text, _GERMAN)) < _ENGLISH_SHARE


def _share(text: str, common: frozenset[str]) -> float:
    words = re.findall(r"[^\W\d_]+", text[:_LOOKED_AT].lower())
    return sum(word in common for word in words) / max(len(words), 1)


@cache
def _finder() -> Finder:
    return Finder.shipped()


def _checked(findings: Iterable[CheckFinding], text: str) -> Iterator[Sighting]:
    for finding in findings:
        if finding.state is not CheckState.ABSENT and finding.span is not None:
            certainty = Certainty.SURE if finding.state is CheckState.PRESENT else Certainty.UNSURE
            start, end = finding.span
            yield Sighting(finding.check.clause, start, certainty, text[start:end], finding.value)


_PRIVACY = re.compile(
    r"\b(?:privacy (?:policy|notice|statement)|datenschutz(?:erklärung|hinweise?n?|bestimmungen|richtlinie))\b", re.IGNORECASE
)
_AROUND = 300  # characters of a sentence shown on either side


def _pointed(text: str) -> Iterator[Sighting]:
    """Yield where personal data is left to a policy of its own: perhaps that protects it, and it is not in this paper."""
    found = _PRIVACY.search(text)
    if found:
        start = max(text.rfind(mark, max(0, found.start() - _AROUND), found.start()) + 1 for mark in (".", ";", "\n"))
        start = start or max(0, found.start() - _AROUND)
        ends = (text.find(mark, found.end(), found.end() + _AROUND) for mark in (".", ";", "\n"))
        words = text[start : min((end for end in ends if end >= 0), default=min(len(text), found.end() + _AROUND))]
        body = words.strip()
        yield Sighting(ClauseKind.DATA_PROTECTION, start + words.index(body), Certainty.UNSURE, body)


def _found(found: Found, text: str) -> Iterator[Sighting]:
    for category, kind in KIND_OF.items():
        presence, passages = found.presence[category], found.passages[category]
        if presence is Presence.PRESENT:
            yield from (Sighting(kind, p.start, Certainty.SURE, text[p.start : p.end]) for p in _likely(passages))
        elif presence is Presence.UNSURE:
            yield Sighting(kind, passages[0].start, Certainty.UNSURE, text[passages[0].start : passages[0].end])


def _likely(passages: tuple[Passage, ...]) -> Iterable[Passage]:
    return (passage for passage in passages[:_KEPT] if passage.score >= _BESIDE * passages[0].score)
