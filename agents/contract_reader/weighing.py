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
#: German is not in the finder's training: there only a sentence that lays the duty on one of us in so many words is sure.
_BINDS_US_IN_GERMAN = re.compile(
    r"\b(?:kunde|auftraggeber|auftragnehmer|besteller|nutzer|lizenznehmer|parteien)\b[^.;]{0,60}\b(?:verpflichtet sich|verpflichten sich|ist verpflichtet|wird|werden|darf|haftet|bezieht|beauftragt|untersagt|vereinbaren)\b"
    r"|\b(?:untersagt|haftet)\b[^.;]{0,40}\b(?:dem |der )?(?:kunde[n]?|auftraggeber|auftragnehmer)\b|\bgilt ein (?:nachvertragliches )?wettbewerbsverbot",
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
        if not _worded(sighting):
            continue
        if sighting.kind is ClauseKind.UNCAPPED_LIABILITY and (_CARVED_OUT.search(sighting.text) or sighting.value == "payment"):
            yield replace(sighting, kind=ClauseKind.LIABILITY_CAP, value=None)
        elif sighting.kind in RISKS:
            if not _harmless(sighting):
                yield replace(sighting, certainty=Certainty.UNSURE)
        elif not any(sighting.meets(start, end) for start, end in told):
            yield sighting


def doubted(reading: Reading, absent: AbstractSet[ClauseKind]) -> frozenset[ClauseKind]:
    """Return the risks that the rules saw in passing, where nothing that binds the customer is said and nobody else saw them."""
    binds = (_BINDS_US, _BINDS_US_IN_GERMAN)
    found = {kind: reading.found.get(kind, ()) for kind in RISKS if kind in absent}
    return frozenset(kind for kind, told in found.items() if not any(_lays_on_us(kind, s, binds) for s in told))


def proves(kind: ClauseKind, sentence: Sentence, reading: Reading) -> bool:
    """Return whether a sentence in which the rules saw a risk is surely one: it binds us in so many words, or others saw the same passage.

    A title, or a sentence that only speaks of "the exclusivity granted above", is neither struck out nor a reason to refuse.
    """
    if len(sentence.flat.split()) < _FEWEST or (kind is ClauseKind.EXCLUSIVITY and _grants(sentence)):
        return False
    met = any(s.kind is kind and s.meets(sentence.start, sentence.end) for s in reading.sighted)
    return met or _lays_on_us(kind, sentence, (_BINDS_US, _BINDS_US_IN_GERMAN))


def _grants(sentence: Sentence) -> bool:
    """Whether an exclusive right is granted, perhaps to us, and nobody is bound to buy."""
    return bool(_GRANTED.search(sentence.flat)) and not _BUYS.search(sentence.flat)


_GRANTED = re.compile(
    r"\bgrant\w*\b[^.;]{0,240}\b(?:licen[sc]es?|rights?|territory|franchise)\b|\blicen[sc]es?\b[^.;]{0,60}\bexclusive|\bright to (?:market|distribute|use|sell)\b",
    re.IGNORECASE,
)
_BUYS = re.compile(r"\b(?:purchas|procur|obtain|buy)\w*|\bbezieh|\bbezieht|\berwerb|\bkauf", re.IGNORECASE)
_FEWEST = 4  # words of a sentence that can bind anybody


def _lays_on_us(kind: ClauseKind, sentence: Sentence, binds: Iterable[re.Pattern[str]]) -> bool:
    """Return whether a sentence binds us. Whom an exclusivity in German binds that names the contractor alone, nobody knows."""
    theirs = kind is ClauseKind.EXCLUSIVITY and bool(_CONTRACTOR_ALONE.search(sentence.flat))
    return not theirs and any(form.search(sentence.flat) for form in binds)


_CONTRACTOR_ALONE = re.compile(r"^(?:[\d.() ]*)der (?:auftragnehmer|anbieter|dienstleister)\b", re.IGNORECASE)


_NOT_TO = r"\b(?:not|refrain|neither|nor|prohibited|restrain\w*)\b[^.;]{0,100}\b"
#: What a passage must speak of to be asked about where even the finder doubts: to be bound not to trade, or to trade with one alone.
_WORDS = {
    ClauseKind.EXCLUSIVITY: re.compile(
        r"exclusiv|\bsole(?:ly)?\b|\bonly (?:from|through|with|by)\b|requirements|first refusal|ausschließlich|alleinig"
        r"|\b(?:purchas|procur|buy|obtain|sourc|engag|appoint|retain|subscrib|licens|contract|deal)\w*\b[^.;]{0,80}\b(?:other|another|third|else|competing|competitors?)\b"
        rf"|{_NOT_TO}(?:sell|market|distribut\w*|suppl\w*|appoint|grant|promot\w*|advertis\w*|enter into)\b",
        re.IGNORECASE,
    ),
    ClauseKind.NON_COMPETE: re.compile(
        r"compet(?!en)|\brival|similar (?:business|products?|services?|work)|same (?:business|line|field|industry)|wettbewerb|konkurr"
        rf"|{_NOT_TO}(?:sell|market|distribut\w*|manufactur\w*|offer|promot\w*|advertis\w*|solicit|represent|perform|enter into|work for|engage in (?:any |the )?business)\b",
        re.IGNORECASE,
    ),
    ClauseKind.UNCAPPED_LIABILITY: re.compile(
        r"\bunlimited|\buncapped|(?<!including )(?<!including, )\bwithout (?:any )?limit|\bno (?:limit|cap)|\bnot (?:apply|limit)|\bexcept|\bother than|\bexcluding\b|\bunless\b"
        r"|\bnothing in|un(?:begrenzt|beschränkt|restricted)|ausgenommen|außer|nicht gel|gelten? nicht|\bfull(?:y)? (?:liab|respons)|\ball (?:damages|losses)\b|inapplicable|excludes or limits",
        re.IGNORECASE,
    ),
    ClauseKind.LIABILITY_CAP: re.compile(
        r"\blimit|\bexceed|\bcap(?:ped|s)?\b|\bmaximum|\bmore than|\bgreater|\bup to\b|\bexclu|\b(?:not?|cannot|can't|neither)\b[^.;]{0,80}\bliable\b[^.;]{0,120}\b(?:indirect|consequential|incidental|direct|damages)|\bentire liability"
        r"|begrenzt|beschränkt|ausgeschlossen|höchstens",
        re.IGNORECASE,
    ),
}


def _worded(sighting: Sighting) -> bool:
    """Return whether a passage speaks of what it is taken for at all; of a place that belongs to others nobody is asked."""
    form = _WORDS.get(sighting.kind)
    if form is None or sighting.certainty is Certainty.SURE:
        return True
    words = " ".join(sighting.text.split()).replace("\u2019", "'")
    theirs = sighting.kind in _OF_TRADE and bool(_OUR_DATA.search(words))
    return bool(form.search(words)) and not theirs and not _ELSEWHERE.search(words)


_OF_TRADE = (ClauseKind.EXCLUSIVITY, ClauseKind.NON_COMPETE)
#: What they do not do with our data binds them, and is no trade.
_OUR_DATA = re.compile(r"\bnot\b[^.;]{0,60}\b(?:your|customer|user)(?:'s)? (?:content|data|information)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\bthird[- ]party (?:web ?)?(?:sites?|services?)|\bweb ?sites or services\b", re.IGNORECASE)


def _harmless(sighting: Sighting) -> bool:
    words = " ".join(sighting.text.split())
    return any(bar.search(words) for pattern in PATTERNS[sighting.kind] for bar in pattern.bars)
