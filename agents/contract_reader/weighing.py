"""What a sighting may lead to: the finder knows a clause when it sees one, but not whom it binds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from agents.contract_reader.clauses import LEGAL_CARVE_OUT, PATTERNS, RISKS
from agents.contract_reader.reading import Reading
from agents.contract_reader.sentences import Sentence
from agents.contract_reader.sightings import Sighting
from memory.domain.contract import Certainty, ClauseKind

_BINDS_US = re.compile(
    r"\b(?:customer|client|buyer|contractor|consultant|you)\b[^.;]{0,60}\b(?:shall|must|will|agrees?|undertakes?|may not|is liable|are liable|is obliged)\b",
    re.IGNORECASE,
)
_CARVED_OUT = re.compile(LEGAL_CARVE_OUT, re.IGNORECASE)


def weighed(sightings: Iterable[Sighting], to_software: Iterable[Sentence]) -> Iterator[Sighting]:
    """Yield the sightings with the weight they may have.

    A risk that the rules did not read themselves is never sure: "exclusive" may bind the vendor. Nor is it one where the rules know it for
    a harmless relative ("shall not use the service to build a competing product"). That nobody caps what the law forbids to cap
    belongs to the cap. What a contract says to software can speak against it only.
    """
    told = [(sentence.start, sentence.end) for sentence in to_software]
    for sighting in sightings:
        if sighting.kind is ClauseKind.UNCAPPED_LIABILITY and _CARVED_OUT.search(sighting.text):
            yield replace(sighting, kind=ClauseKind.LIABILITY_CAP, value=None)
        elif sighting.kind in RISKS:
            if not _harmless(sighting):
                yield replace(sighting, certainty=Certainty.UNSURE)
        elif not any(sighting.meets(start, end) for start, end in told):
            yield sighting


def doubted(reading: Reading, absent: AbstractSet[ClauseKind]) -> frozenset[ClauseKind]:
    """Return the risks that the rules saw in passing, where nothing that binds the customer is said and nobody else saw them."""
    return frozenset(kind for kind in RISKS if kind in absent and not any(_BINDS_US.search(s.flat) for s in reading.found.get(kind, ())))


def _harmless(sighting: Sighting) -> bool:
    words = " ".join(sighting.text.split())
    return any(bar.search(words) for pattern in PATTERNS[sighting.kind] for bar in pattern.bars)
