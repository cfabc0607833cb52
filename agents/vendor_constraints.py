"""Must-haves against what is known of a vendor: proven, contradicted, or simply not stated.

Silence proves nothing in either direction: what is not stated is asked for in the RFQ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from agents.base import locate
from memory.domain.base import Digest
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.vendor import Candidate
from tools.lookups.catalogue_search import within


class Standing(StrEnum):
    """How a must-have stands."""

    PROVEN = "proven"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Finding:
    """One must-have: how it stands, in words, and the evidence."""

    wish: str
    standing: Standing
    words: str
    evidence: tuple[EvidenceRef, ...] = ()


# Different names for the same thing; a wish and a feature that both contain one of a group agree.
SYNONYMS = (
    ("sso", "single sign-on", "single sign on", "saml", "openid connect", "oidc"),
    ("2fa", "mfa", "two-factor", "two factor", "multi-factor", "multi factor", "totp"),
    ("api", "rest api", "graphql api"),
    ("invoice", "pay by invoice", "payment by invoice", "bank transfer", "purchase order"),
    ("dpa", "data processing agreement", "data processing addendum", "avv"),
    ("automation", "automations", "workflows", "drip campaigns", "customer journeys"),
    ("a/b test", "a/b testing", "split test", "split testing"),
    ("landing page", "landing pages"),
    ("export", "csv export", "data export"),
    ("webhook", "webhooks"),
    ("audit log", "audit logs", "activity log"),
    ("gdpr", "dsgvo", "general data protection regulation"),
    ("self-hosted", "self-hosting", "self hosted", "on-premise", "on premise", "on-premises"),
    ("encryption", "encrypted", "end-to-end"),
)
_PLACES = (
    ("EU", r"\b(?:eu|european union|europe|european|eea)\b"),
    ("DE", r"\b(?:germany|german|deutschland)\b"),
    ("FR", r"\b(?:france|french)\b"),
    ("NL", r"\b(?:netherlands|dutch)\b"),
    ("CH", r"\b(?:switzerland|swiss)\b"),
    ("GB", r"\b(?:uk|united kingdom|britain)\b"),
    ("US", r"\b(?:(?-i:US|USA)\b|U\.S\.|united states|american|usa?(?= (?:servers?|host\w+|data|cloud|based|region)))"),
    ("CA", r"\b(?:canada|canadian)\b"),
)
_ABOUT_DATA = re.compile(
    r"\b(?:data|residency|resident|host(?:ed|ing)?|servers?|stor(?:ed|age)|region|located|location|cloud|centres?|centers?)\b|^(?:in the )?eu(?: only)?$",
    re.IGNORECASE,
)
_REFUSING = re.compile(r"\b(?:no|not|non|never|outside|without|avoid)\b", re.IGNORECASE)
_NOT_KEPT = re.compile(
    r"\b(?:do not|don't|does not|cannot|can't|not) (?:yet )?(?:store|keep|kept|host|hosted|guarantee|offer)\b", re.IGNORECASE
)
_GDPR = re.compile(r"\b(?:gdpr|dsgvo)\b", re.IGNORECASE)
_FILLER = re.compile(
    r"an?|the|and|or|with|for|of|in|to|must|have|has|be|is|supports?|supported|available|included?s?|need(?:s|ed)?|integrat\w+|complian\w+|access"
)


def judge(wish: str, candidate: Candidate, texts: dict[Digest, str]) -> Finding:
    """Return how one must-have stands for a candidate, from its region, its features and its catalogue row."""
    region = _region_wish(wish)
    if region is not None:
        return _judge_region(wish, region, refused=bool(_REFUSING.search(wish)), candidate=candidate)
    stated = next((feature for feature in candidate.facts.features if is_same(wish, feature)), None)
    if stated is not None:
        return Finding(wish, Standing.PROVEN, f"{wish}: states {stated!r}", _where(f"Has: {stated}", candidate, texts))
    lacking = next((feature for feature in _lacks(candidate, texts) if _rules_out(wish, feature)), None)
    if lacking is not None:
        return Finding(
            wish,
            Standing.CONTRADICTED,
            f"{wish}: the source says it lacks {lacking!r}",
            _where(f"Does not have: {lacking}", candidate, texts),
        )
    place = candidate.facts.data_region
    if _GDPR.search(wish) and place is not None and within(place, "EU"):
        return Finding(wish, Standing.PROVEN, f"{wish}: data is kept in {place}", _region_evidence(candidate))
    return Finding(wish, Standing.NOT_STATED, f"{wish}: not stated")


def _region_wish(wish: str) -> str | None:
    """Return the place a wish about data speaks of, the narrowest first."""
    if not _ABOUT_DATA.search(wish) or _GDPR.search(wish):
        return None
    named = _places(wish)
    return next((code for code in named if code != "EU"), named[0] if named else None)


def _judge_region(wish: str, region: str, *, refused: bool, candidate: Candidate) -> Finding:
    place = candidate.facts.data_region
    evidence = _region_evidence(candidate)
    if place is None:
        return Finding(wish, Standing.NOT_STATED, f"{wish}: where data is kept is not stated")
    inside = within(place, region)
    # "EU" may or may not be Germany: a wider place neither proves nor excludes a narrower one.
    if not inside and within(region, place.split("/", maxsplit=1)[0]):
        return Finding(wish, Standing.NOT_STATED, f"{wish}: data is kept in {place}, which does not say where exactly")
    standing = Standing.PROVEN if inside is not refused else Standing.CONTRADICTED
    return Finding(wish, standing, f"{wish}: data is kept in {place}", evidence)


def elsewhere(wish: str, text: str) -> bool:
    """Tell whether a text names only places that a wish about data rules out ("EU data residency" and "United States only")."""
    region = _region_wish(wish)
    if region is None:
        return False
    named = _places(text.replace(wish, " "))
    inside = [within(code, region) or within(region, code) for code in named]
    if _REFUSING.search(wish):
        return bool(named) and all(within(code, region) for code in named)
    return bool(named) and (not any(inside) or bool(_NOT_KEPT.search(text)))


def _places(text: str) -> list[str]:
    return [code for code, pattern in _PLACES if re.search(pattern, text, re.IGNORECASE)]


def _region_evidence(candidate: Candidate) -> tuple[EvidenceRef, ...]:
    claim = next((claim for claim in candidate.claims if claim.text.startswith("data is kept in ")), None)
    return claim.evidence if claim else candidate.evidence


def _lacks(candidate: Candidate, texts: dict[Digest, str]) -> list[str]:
    rows = [texts[ref.digest] for ref in candidate.evidence if ref.origin is Origin.CATALOGUE and ref.digest in texts]
    return [line.removeprefix("Does not have: ") for row in rows for line in row.splitlines() if line.startswith("Does not have: ")]


def _where(words: str, candidate: Candidate, texts: dict[Digest, str]) -> tuple[EvidenceRef, ...]:
    for ref in candidate.evidence:
        span = locate(texts.get(ref.digest, ""), words)
        if span is not None:
            return (ref.model_copy(update={"span": span}),)
    return candidate.evidence


def is_same(wish: str, feature: str) -> bool:
    """Tell whether a feature is what the wish asks for: a shared name, or every telling word of the wish."""
    if bool(_REFUSING.search(wish)) is not bool(_REFUSING.search(feature)):
        return False
    for group in SYNONYMS:
        if _names(group, wish):
            return _names(group, feature)
    asked = _words(wish)
    return bool(asked) and asked <= _words(feature)


def _rules_out(wish: str, lacking: str) -> bool:
    """Tell whether lacking one thing means that the wish is not met: no API means no "Stats API", but not the other way round."""
    missing = _words(lacking)
    for group in SYNONYMS:
        if _names(group, wish):
            return _names(group, lacking) and missing <= _words(" ".join(group)) | _words(wish)
    return bool(missing) and missing <= _words(wish)


def _names(group: tuple[str, ...], text: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text, re.IGNORECASE) for name in group)


def _words(text: str) -> set[str]:
    words = {word for word in re.findall(r"[^\W_]+", text.lower()) if not _FILLER.fullmatch(word)}
    return {word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words}
