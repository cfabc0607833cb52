"""Rules on what the vendor may change on its own: prices and terms."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import Says, rule

_MAY = r"(?:may|can|could|reserves? the right|right to|entitled to|unilaterally|choose to|from time to time)"
_ALTER = r"(?:change|increase|modify|adjust|raise|revise|update|amend|introduce|index|uplift|alter)"
_PRICES = r"(?:fees?|prices?|pricing|rates?|charges?|price list|subscription price)"
_PAPER = r"(?:terms(?: of (?:service|use))?|agreement|conditions|gtc|polic(?:y|ies)|sla|aup|addendum|vertragsbedingungen|agb|nutzungsbedingungen)"
_BY_BOTH = r"in writing and signed|signed by|mutual|written (?:agreement|amendment|consent)|both parties|by each party|may not be (?:changed|modified|amended)|may only be|unless (?:made )?in writing|change order|\bsow\b|cosigned|no (?:other )?(?:modification|amendment|supplement)"
_PRICE_BARS = (
    r"rate limits?|exchange rates?|interest|\bscope\b|service level|\b(?:you|customer|client) (?:may|can)\b[^.;]{0,40}\b(?:change|modify|update|upgrade)|not be liable|no liability|change orders?|conversion rate|error rate|tax rates?",
    r"\b(?:may|shall|will) not (?:change|increase|raise|adjust|modify)|not subject to (?:any )?(?:change|increase)|fixed for",
)

RULES = (
    rule(
        Check.PRICE_CHANGE,
        "fee|price|pricing|rate|charge|preis|entgelt",
        rf"\b{_MAY}\b[^.;]{{0,80}}\b{_ALTER}\b[^.;]{{0,60}}\b{_PRICES}\b|\b(?:price list|prices?|pricing|fees|rates|charges)\b[^.;]{{0,60}}\b(?:may|can|are subject to|is subject to)\b[^.;]{{0,40}}\b(?:change|increase|changed|increased|adjusted|adjustment|rise)"
        r"|\b(?:then|now|currently)[- ](?:current|applicable|prevailing|valid)\b[^.;]{0,30}\b(?:prices?|pricing|rates?|fees?|list)|\bnotice (?:of|for|before) (?:any )?(?:price|fee) (?:increase|change)|\b(?:price|fee) (?:increases?|changes?)\b[^.;]{0,80}\b(?:days|notice|notif)"
        r"|preise?\b[^.;]{0,60}\b(?:anpass|erhöh|änder)|(?:anpass|erhöh|änder)\w*[^.;]{0,60}\bpreis|entgelt\w*[^.;]{0,60}\b(?:anpass|erhöh|änder)",
        bars=_PRICE_BARS,
    ),
    rule(
        Check.PRICE_CHANGE_NOTICE,
        "fee|price|pricing|rate|charge|preis|entgelt|notice",
        rf"\b{_PRICES}\b|preis|entgelt",
        rf"\b{_ALTER}|\bnew (?:price|fee|rate)|increas|chang|erhöh|anpass|änder",
        r"\b(?:days?|weeks?|months?|tage?n?|wochen?|monate?n?)\b|reasonable (?:period|time|notice)|prior to the date",
        r"\bnoti(?:ce|f)|\badvance\b|\bbefore\b|\bprior\b|\bafter the updates|mitteil|ankünd|frist|\bvor\b",
        bars=(*_PRICE_BARS, r"\bwaive|dispute|incorrect|scope|refund|cancel(?:lation)? fee|late"),
    ),
    rule(
        Check.PRICE_CHANGE_NOTICE,
        "notice",
        r"\bnotice\b",
        r"\b(?:days|weeks|months)\b",
        near=(r"chang\w*[^.|]{0,40}\b(?:price|pricing)|price changes?|\bprices\b",),
        bars=(r"terminat|renew|cancel|breach|maintenance|terms", *_PRICE_BARS),
    ),
    rule(
        Check.TERMS_CHANGE,
        "terms|agreement|condition|polic|sla|dpa|addendum|part of|agb|bedingung",
        rf"\b{_MAY}\b[^.;]{{0,110}}\b(?:update|modify|change|amend|revise|supplement|replace|alter|make (?:any )?(?:changes|modifications) to)\b[^.;]{{0,90}}\b{_PAPER}\b"
        r"|\b(?:agb|bedingungen)\b[^.;]{0,60}\b(?:ändern|anpassen)|(?:ändern|anpassen|änderungen)\b[^.;]{0,60}\b(?:agb|bedingungen)|\bagb\b[^.;]{0,40}\bzu ändern",
        bars=(
            _BY_BOTH,
            r"\b(?:either party|customer|client|you) (?:may|can) (?:update|modify|change|amend)|not be liable|\bdocumentation (?:from|at)\b",
            r"\bif we change\b|\b(?:may|shall|will) not\b[^.;]{0,60}\b(?:modify|change|amend)",
        ),
    ),
    rule(
        Check.TERMS_CHANGE,
        "constitut|acceptance|accept|deemed",
        r"\bcontinu(?:ed|ing)\b[^.;]{0,100}\b(?:use|access)\b[^.;]{0,160}\b(?:constitutes?|acceptance|bound|agree|means|=)|\btreat your use as acceptance of the updated",
        bars=(r"first download",),
    ),
    rule(
        Check.TERMS_CHANGE,
        "updat|chang|modif|amend",
        r"\b(?:updates?|changes?|modifications?|amendments?|revisions?)\b[^.;]{0,60}\b(?:posted|post|notice|notified|effective|published|email)",
        near=(r"(?:chang|updat|modif|amend|revis)\w*[^|.]{0,20}\b(?:terms|agreement|polic)",),
        bars=(_BY_BOTH, r"price|fees?\b|software|documentation"),
    ),
    rule(
        Check.TERMS_CHANGE,
        "from time to time",
        rf"\b{_PAPER}\b[^.;]{{0,160}}\b(?:may be|as) (?:reasonably )?(?:updated|amended|modified|changed)\b[^.;]{{0,40}}\bfrom time to time",
        says=Says.MAYBE,
        bars=(r"re-enacted", _BY_BOTH),
    ),
)
"""Price change, its notice, change of terms."""
