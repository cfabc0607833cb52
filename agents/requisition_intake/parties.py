"""The vendor a command or question is about: registry and well-known names first, then a capital where a vendor must stand."""

from __future__ import annotations

import re

from agents.requisition_intake import lexicon
from agents.requisition_intake.intent import CASE_ID
from agents.requisition_intake.text import Source
from agents.requisition_intake.vendor import VendorName, capitalised_after
from memory.domain.instruction import Intent

_PLACE: dict[Intent, re.Pattern[str]] = {
    Intent.QUESTION: re.compile(r"\b(?:who's|who are|pay|paid|paying|pays|owe|to|from|with|at|on|did|does|is|has|about|choose|chose|pick|picked|select|selected|reject|rejected|drop|dropped|cancel|between|of|for|why|our|the|spend on|buy|was|were)\s"),
    Intent.VENDOR_SUGGESTION: re.compile(r"\b(?:try|tried|consider|considered|considering|check out|look at|look into|looked at|looked into|about|add|adding|include|including|trying|asking|suggest|suggesting|propose|proposing|(?:company|firm|provider|agency|shop)(?: called| named)?|recommend|recommends|recommended|ask|invite|contact|reach out to|quote from|vendor|put|swears by|heard of|heard that|use|uses|using|loves?|evaluate|keep|also|and|with|to|there's|seen|of|that|called|named|forget|vendor:|tip:|suggestion:|idea:)\s"),
    Intent.RENEWAL_ACTION: re.compile(r"\b(?:renew|renegotiate|extend|prolong|terminate|cancel|end|stop|drop|quit|let|the|our|my|with|from|for|to|on|before|keep|negotiate|downgrade|of|out of|unsubscribe from|discontinue|kill|ditch)\s"),
    Intent.POLICY_CHANGE: re.compile(r"\b(?:from|with|to|use|block|blacklist|whitelist|allow|ban|trust|pay|buy|using|at|approve|prefer|never|only|blocklist|allowlist|than)\s"),
    Intent.CASE_CONTROL: re.compile(r"\b(?:with|the|from|to|for|our|pause|cancel|resume|retry|stop|on|talking to|about|contact|emailing)\s"),
}  # fmt: skip
_SUBJECT_FIRST = re.compile(
    r"^\W*(?P<name>[A-Z][\w&'.-]*\w(?: [A-Z][\w&'.-]*\w)*)\s+(?:might|is|seems|also|could|looks|would|has|offers|sells|does|too|as well|was|may)\b"
)
_LOWER_BEFORE = re.compile(
    r"\b(?:the|our|my)\s+(?P<name>(?!annual|yearly|monthly|quarterly|auto|automatic|current|existing|old|new|next|last|first|whole|entire|upcoming|service|maintenance|support|office|phone|mobile|software|hardware|hosting|cloud|cleaning|lease|rental|insurance|vendor|contract|subscription|domain|internet|electricity|energy|software)[a-z][\w.&'-]{2,})\s+(?:renewal|subscription|contract|agreement|account|licen[cs]es?|plan|membership)\b"
)
_NOT_NAMES = re.compile(
    r"(?i)^(?:i|we|it|they|case|case-\w+|c\d+|saas|crm|it|hr|vat|eu|usd|eur|gbp|vpn|q[1-4]|my|our|the|please|do|does|did|have|has|also|maybe|another|vendor|try|add|consider|what|how|check|look|don't|never|can|could|why|ai|api|pdf|sso|gdpr|hi|hey|hello|thanks|this|that|there|any|anything|ok|msa|nda|sla|rfq|po|everything|all|for|and|if|when|a|an)$"
)
_LOWER_AFTER = re.compile(
    r"\b(?:try|consider(?:ed)?|check out|add|suggest|recommend|renew|renegotiate|looked at|what about|how about|blacklist|whitelist|ban|buy from|negotiating with|did we pay|do we pay|terminate|ask|who(?: is|'s| are)(?=\s+[\w.&'-]+\W*$))\s+(?:the |our |my )?(?P<name>[a-z][\w.&'-]{2,})"
)
_LINK = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:www\.)?(?P<site>[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|io|de|net|org|eu|co|app|dev|ai|co\.uk|ch|at|fr|so|cloud|tech|shop|software|email|example|test|info|biz|nl|se|dk|it|es|uk|us|me|tools))(?P<path>/[^\s,;]*)?(?![\w@])"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def find_party(source: Source, intent: Intent, vendors: tuple[VendorName, ...]) -> tuple[int, int] | None:
    """Return where the vendor stands that a purchase buys from, or that a command or question is about."""
    if intent is Intent.PURCHASE:
        return next(((v.start, v.end) for v in vendors if not v.leaving), None)
    capital = None if source.shouted else _capitalised(source, intent)
    if vendors and not (intent is Intent.QUESTION and capital is not None and capital[0] < vendors[0].start):
        return vendors[0].start, vendors[0].end
    plain = source.raw == source.raw.lower() or intent is Intent.RENEWAL_ACTION
    return capital or (_lower_case(source) if plain else None) or _from_link(source, intent)


def _capitalised(source: Source, intent: Intent) -> tuple[int, int] | None:
    for match in _PLACE[intent].finditer(source.low) if intent in _PLACE else ():
        name = capitalised_after(source, match.end() - 1)
        if name is not None and _may_be_name(source.raw[name[0] : name[1]]):
            return name
    first = _SUBJECT_FIRST.match(source.raw) if intent is Intent.VENDOR_SUGGESTION else None
    return first.span("name") if first is not None and _may_be_name(first["name"]) else None


def _may_be_name(name: str) -> bool:
    return not _NOT_NAMES.match(name) and CASE_ID.fullmatch(name.lower()) is None and lexicon.pattern().fullmatch(name.lower()) is None


def _lower_case(source: Source) -> tuple[int, int] | None:
    match = _LOWER_BEFORE.search(source.low) or _LOWER_AFTER.search(source.low)
    if (
        match is None
        or not _may_be_name(match["name"])
        or re.match(
            r"(?:the|that|this|some\w*|any\w*|every\w*|us|to|out|from|again|more|new|other|budget|case|purchase|order|vendors?|hardware|software|contract|subscription|about|approval)\b",
            match["name"],
        )
    ):
        return None
    return match.span("name")


def find_link(low: str) -> tuple[int, int] | None:
    """Return where a web address stands."""
    match = _LINK.search(_EMAIL.sub(lambda m: " " * len(m.group()), low))
    return match.span() if match else None


def find_email(low: str) -> tuple[int, int] | None:
    """Return where a mail address stands."""
    match = _EMAIL.search(low)
    return match.span() if match else None


def _from_link(source: Source, intent: Intent) -> tuple[int, int] | None:
    if intent is not Intent.VENDOR_SUGGESTION:
        return None
    match = _LINK.search(source.low)
    return match.span("site") if match else None
