"""Candidates for the names of the parties: capitalised runs and quoted short names, each with what speaks for or against it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ANCHOR = re.compile(r"\b(?:by and (?:between|among)|between|among|entered into by|made by)\b", re.IGNORECASE)
_HEAD, _WINDOW, _TAIL = 5_000, 3_500, 4_000
_MOST = 260  # candidates per contract; more are the sign of a list of names, not of parties
_SUFFIX = (
    r"(?:INC|Inc|LLC|L\.L\.C|LTD|Ltd|Limited|LIMITED|CORP|Corp|Corporation|CORPORATION|COMPANY|Company|Co|CO|L\.P|LP|LLP|L\.L\.P|PLC|plc|GmbH|AG|"
    r"S\.A|SA|N\.V|B\.V|N\.A|Pty|PTY|TRUST|Trust|BANK|Bank|Partnership|PARTNERSHIP|Association|University|UNIVERSITY|FUND|Fund|Bhd|Pte|S\.p\.A|KG|AB|AS)"
)
_HAS_SUFFIX = re.compile(rf"(?<![\w.]){_SUFFIX}\b\.?")
_TO_SUFFIX = re.compile(rf"^.*?(?<![\w.]){_SUFFIX}\b\.?(?:,?\s+(?:{_SUFFIX})\b\.?)*")
_CAPITAL = r"(?:[A-Z0-9][\w&.'\u2019/@!+\-]*|[a-z][A-Z]\w*|\([A-Z][\w.]*\))"
_GAP = r"(?=\s)[ \t]*\n?[ \t]*"  # a name may run over a line, not over a paragraph
_RUN = re.compile(rf"{_CAPITAL}(?:(?:,?{_GAP}|\s?&\s?)(?:(?:of|and|the|de|for|d/b/a|f/k/a|&){_GAP}){{0,2}}{_CAPITAL})*")
_QUOTED = re.compile(
    r"[\"“”\u2018]\s*([^\"“”\u2018\u2019\n]{1,60}?)\s*[\"”“\u2019]|\bthe\s+([A-Z][a-z]+)\s*\)|\(\s*([A-Z][\w .&]{1,30}?)\s*\)"
)
_TOGETHER = re.compile(
    r"\([^()]{0,220}[\"“]Part(?:y|ies)\b[\"”,.][^()]{0,80}\)|(?<=[.)\"”]\s)[A-Z][^.;]{0,180}\b(?:collectively|jointly|individually|together)\b[^.;]{0,120}"
    r"\bPart(?:y|ies)\b[.,]?[\"”]?\.?|[\"“][^\"“”]{1,30}[\"”],?\s+(?:or|and)\s+[\"“][^\"“”]{1,30}[\"”]|\b[df]/[bk]/a\s+[^,;()\n]{2,60}",
    re.IGNORECASE,
)
_PARTED = re.compile(r",?\s+(?:and|AND)\s+|;\s*|\s*\n\s*|\s{3,}|(?<=[a-z])\.\s+")
_ROLE = re.compile(
    r"(?i)^(?:the\s+)?(?:licens(?:or|ee)|buyer|seller|purchaser|distributor|supplier|company|client|customer|vendor|provider|consultant|contractor|owner"
    r"|operator|franchis(?:or|ee|er)|manufacturer|agent|sponsor|lessor|lessee|landlord|tenant|lender|borrower|reseller|developer|publisher|shipper|carrier"
    r"|service provider|assign(?:or|ee)|servicer|trustee|issuer|advisor|manager|principal|member|investor|holder|employee|executive|bank|partner|marketer)s?$"
)
_THING = re.compile(
    r"(?i)agreement|contract|date|product|territory|\bterms?\b|services?$|technology|patent|software|section|article|exhibit|schedule|act\b|state|u\.s\.|street"
)
_BOTH = re.compile(r"(?i)^(?:(?:the|each|a)\s+)?[\"“']?part(?:y|ies)\W*$|collectively|individually")
_BEFORE = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"(?:between|among|by)\s*:?\s*(?:\(?[1a]\)?\s*)?$",
        r"\band\s*:?\s*(?:\(?[2b]\)?\s*)?$",
        r"(?:\(|\bthe|hereinafter\W+(?:referred to as|called)?(?: the)?)\s*[\"“]?\s*$",
        r"source\s*:\s*$|filed|exhibit\s*$",
        r"(?:by|name|title|its)\s*:\s*(?:/s/)?\s*$",
        r"\b(?:of|in|at|under)\s*$",
        r"[.\n]\s*$",
        r"behalf of\s*:?\s*$",
        r"^(?!.*\bpart(?:y|ies)\b).{0,60}$",
    )
)
_AFTER = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"\W*an?\b[^.;]{0,60}(?:corporation|company|partnership|organi[sz]ed|incorporated|limited|bank|trust|entity)",
        r"[\s,]*\(\s*(?:the|hereinafter|herein|collectively|together|[\"“])",
        r"\s*[\"”\u2019]\s*\)",
        r"\s*[\"”\u2019]",
        r"\W*(?:having|with|located|whose|whereby|acting|doing)\b",
        r"\s*\n|\s+by\s*:",
        r"\W*and\b",
        r"\W*(?:shall|will|may|agrees?|has|is|desires?|wishes)\b",
    )
)
_ACTS = re.compile(r"\s+(?:shall|will|may|agrees|has|hereby|grants|is)\b")
_BODY = 60_000  # characters in which a party is looked for at work
Candidate = tuple[int, int]


def party_candidates(text: str) -> tuple[list[Candidate], list[list[float]]]:
    """Return stretches of `text` that may name a party, and one row of features for each."""
    anchor = _ANCHOR.search(text, 0, 20_000)
    at = anchor.start() if anchor else -1
    found: dict[str, Candidate] = {}
    for start, end in _stretches(text, at):
        name = text[start:end]
        if name not in found and len(found) < _MOST:
            found[name] = (start, end)
    candidates = sorted(found.values())
    tail = text[-_TAIL:]
    return candidates, [_features(text, tail, at, order, candidate) for order, candidate in enumerate(candidates)]


def _stretches(text: str, anchor: int) -> Iterator[Candidate]:
    windows = [(max(0, anchor - 600), anchor + _WINDOW)] if anchor >= 0 else []
    for low, high in (*windows, (0, _HEAD), (max(0, len(text) - _TAIL), len(text))):
        for quoted in _QUOTED.finditer(text, low, min(high, len(text))):
            group = next(g for g in (1, 2, 3) if quoted.group(g) is not None)
            yield from _trimmed(text, *quoted.span(group))
        for together in _TOGETHER.finditer(text, low, min(high, len(text))):
            yield from _trimmed(text, *together.span())
        for run in _RUN.finditer(text, low, min(high, len(text))):
            yield from _runs(text, *run.span())


def _runs(text: str, start: int, end: int) -> Iterator[Candidate]:
    """The run itself, its parts around "and", and each cut after its form of company."""
    yield from _trimmed(text, start, end)
    edges = [start, *(e for m in _PARTED.finditer(text, start, end) for e in m.span()), end]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        if (low, high) != (start, end):
            yield from _trimmed(text, low, high)
        cut = _TO_SUFFIX.match(text[low:high])
        if cut and cut.end() < high - low - 1:
            yield from _trimmed(text, low, low + cut.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[Candidate]:
    while end > start and text[end - 1] in " \n\t,;:-":
        end -= 1
    while start < end and text[start] in " \n\t,;:-":
        start += 1
    if 2 <= end - start <= 300 and any(c.isalpha() for c in text[start:end]):
        yield start, end


def _features(text: str, tail: str, anchor: int, order: int, candidate: Candidate) -> list[float]:
    start, end = candidate
    name = text[start:end]
    before, after = text[max(0, start - 60) : start], text[end : end + 110]
    words = name.split()
    acting = _acting(text, name) if len(name) < 40 else 0
    known = text.count(name)
    return [
        float(start),
        float(start - anchor) if anchor >= 0 else -9999.0,
        float(order),
        float(len(name)),
        float(len(words)),
        float(bool(_HAS_SUFFIX.search(name))),
        float(bool(_HAS_SUFFIX.search(name[-14:]))),
        sum(c.isupper() for c in name) / len(name),
        sum(w[0].isupper() for w in words) / len(words),
        float(bool(_ROLE.match(name))),
        float(bool(_THING.search(name))),
        float(bool(_BOTH.search(name))),
        float(text[max(0, start - 1) : start] in {'"', "“", "\u2018", "'"}),
        float(known),
        known / (1 + len(text) / 10_000),
        float(acting),
        float(tail.count(name)),
        float(text[:_HEAD].lower().count(name.lower())),
        start / max(1, len(text)),
        float(name[0].isdigit()),
        float(bool(re.search(r"[.;:\n]", name[:-1]))),
        float(bool(re.search(r"(?i)\b(?:or|and)\b", name))),
        float(text.count(f'"{name}"') + text.count(f"“{name}”")),
        float(text[: start + 1].lower().count(name.lower())),
        *(float(bool(p.search(before))) for p in _BEFORE),
        *(float(bool(p.match(after))) for p in _AFTER),
        float(before.rfind("(") > before.rfind(")")),
    ]


def _acting(text: str, name: str) -> int:
    """Count how often the text lets the name do something, as it does with parties."""
    found, at = 0, text.find(name, 0, _BODY)
    while at >= 0:
        whole = at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_")
        found += bool(whole and _ACTS.match(text, at + len(name), _BODY))
        at = text.find(name, at + len(name), _BODY)
    return found
