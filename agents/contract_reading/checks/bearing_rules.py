"""Rules on who bears what: indemnity, caps on liability and what stands outside them, credits for missed service levels."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import Says, rule

_LIABLE = r"(?:\bliab(?:le|ility|ilities)\b|\bdamages\b|\blosses\b|\bhaft(?:et|ung|en)\b)"
_SUM = r"(?:fees?|amounts?|sums?|paid|payable|price|charges|cap\b|limit\b|dollars|euros?|eur\b|usd\b|gbp\b|[$€£]|\d)"
_NAMED = r"(?:indemn|confidential|negligen|misconduct|fraud|unlimited|payment obligation|\bpay\b|breach|death|personal injury|infring|intellectual property|proprietary rights|data protection|section \w|vorsatz|fahrlässig)"

RULES = (
    rule(
        Check.INDEMNITY,
        "indemnif|harmless|defend|freistell|freizustellen|schadlos|stellt",
        r"\bindemnif(?:y|ies)\b|\bhold\b[^.;]{0,90}\bharmless\b|\b(?:will|shall|agrees? to|must|hereby) (?:\w+,? ){0,3}defend\b[^.]{0,120}\b(?:against|from|claim)|schadlos|\bfreistell|freizustellen|\bstellt\b[^.;]{0,80}\bfrei\b",
        bars=(
            r"\bfor any taxes\b|\b(?:not|no|never|nothing)\b[^.;]{0,40}\b(?:indemnif|obligat\w+ to indemnify)|\bneither party\b[^.;]{0,40}\bindemnif",
        ),
    ),
    rule(
        Check.LIABILITY_CAP,
        "exceed|limited to|more than|up to|capped|maximum|begrenzt|beschränkt|in excess of",
        _LIABLE,
        rf"\b(?:not|never|no event|neither|nor)\b[^;]{{0,260}}\bexceed\b[^;]{{0,60}}{_SUM}|\b(?:liable|liability|damages)\b.{{0,1200}}\b(?:exceed|in excess of)s?\b[^;]{{0,60}}{_SUM}|\bnot exceed\b[^;]{{0,40}}\b(?:fee|amount|limit|price|[$€£\d])"
        rf"|(?<!not )\blimited to\b(?! the (?:fullest|maximum|greatest)? ?extent| a claim)[^;]{{0,80}}{_SUM}|\bnot be (?:more|greater) than\b|\b(?:only )?up to (?:the amount|a maximum|an? (?:aggregate|total|amount)|[$€£\d])|\bcapped at\b|\bmaximum (?:aggregate |total )?liability\b"
        r"|haft\w*[^.;]{0,140}\b(?:begrenzt|beschränkt) auf\b|\bhaftung\b[^.;]{0,30}\bauf\b[^.;]{0,60}\b(?:begrenzt|beschränkt)|(?:begrenzt|beschränkt) auf\b[^.;]{0,80}(?:betrag|vergütung|euro|€)",
        bars=(
            r"\b(?:service )?credits? (?:will|shall|may|do)\b|\bnot be (?:capped|limited)|\bnot limited to the fees|number of users|insurance (?:polic|cover)",
            r"^(?:[^.]*\b)?liab\w+[^.]{0,80}\bincluding,? but not limited to\b(?![^.]*\bexceed)",
        ),
    ),
    rule(
        Check.LIABILITY_CAP,
        "liab",
        r"\b(?:not|never|no event)\b[^.;]{0,60}\bliable\b[^.;]{0,120}\bany direct\b|\bfor any damages whatsoever\b|\bliability\b[^.;]{0,60}\b(?:is|are) (?:entirely |fully )?excluded\b|haftung[^.;]{0,40}\bausgeschlossen\b",
        bars=(r"third[- ]party (?:sites?|services?)|api\b|force majeure|circumstances",),
    ),
    rule(
        Check.LIABILITY_CAP,
        "liab",
        r"\bliability\b[^.]{0,260}\bsubject to (?:the )?[^.]{0,60}\blimitations?\b[^.]{0,40}\b(?:set|stated|contained|in the)\b",
    ),
    rule(Check.LIABILITY_CAP, "liab|haft", r"\bliability is limited\b|\bhaftung ist (?:begrenzt|beschränkt)", says=Says.MAYBE),
    rule(
        Check.UNCAPPED_LIABILITY,
        "except|other than|ausgenommen|außer",
        rf"\b(?:except|other than|excluding|save)\b(?! as (?:expressly|otherwise|stated|provided|set (?:out|forth)))[^.]{{0,420}}{_NAMED}[^.]{{0,500}}\b(?:liab|damages)",
        r"\bexceed|\bliable\b|\blimited to\b|\bnot be more than",
        bars=(
            r"warrant(?:y|ies)\b[^.]{0,60}\bexcept|subject to section|except to the (?:extent|sole extent)(?! of)|no (?:sla|indemnity)|^(?:you|we|customer|client)\b[^.]{0,40}indemnif|fully responsible",
        ),
    ),
    rule(
        Check.UNCAPPED_LIABILITY,
        "except|unless",
        rf"\bliab[^.]{{0,260}}\b(?:exceed|(?<!not )limited to|not be more than|liable for)\b[^.]{{0,300}}\b(?:except|unless)\b(?! as)[^.]{{0,160}}{_NAMED}",
        bars=(r"\bwarrant",),
    ),
    rule(
        Check.UNCAPPED_LIABILITY,
        "not apply",
        rf"\b(?:limitations?|limits?|caps?|exclusions?|waivers?|foregoing|section)\b[^.]{{0,160}}\b(?:do|does|will|shall) not (?:apply|limit)\b[^.]{{0,260}}{_NAMED}",
        r"\bliab|\blimitation|\bcap|\bwaiver|\bforegoing",
        bars=(
            r"indemnif\w* obligations? (?:will|shall|do|does) not apply|warrant|obligations as an indemnifying|\bsla\b|uptime|confidential information (?:which|that)|confidentiality obligations|receiving party's",
        ),
    ),
    rule(
        Check.UNCAPPED_LIABILITY,
        "unlimited|unrestricted|without limit|uncapped|unbegrenzt|unbeschränkt|no limit|not limit|nothing in|unlimitedly",
        r"\b(?:unlimited|unrestricted|uncapped|unlimitedly)\b[^.;]{0,80}\bliab|\bliab\w*\b[^.;]{0,100}\b(?:unlimited|unrestricted|uncapped|without (?:any )?limit(?:ation)? (?:for|in))|\bhaftet\b[^.;]{0,60}\bun(?:begrenzt|beschränkt)|un(?:begrenzt|beschränkt)[^.;]{0,60}\bhaft"
        r"|\bno (?:limit|cap) (?:on|to)\b[^.;]{0,40}\bliab|\b(?:does|shall|will) not limit\b[^.;]{0,60}\bliability (?:to|for|of|between)|\bnothing in\b[^.;]{0,100}\b(?:limits?|excludes?|exclude or limit|limit or exclude)\b[^.;]{0,80}\bliability (?:to|for|of)",
        bars=(r"which may not be lawfully|unlimited (?:users|use|access)|unlimited liability (?:company|corporation|partnership)",),
    ),
    rule(
        Check.UNCAPPED_LIABILITY,
        "exception",
        rf"^(?:\W*)exceptions?\b[^.]{{0,40}}{_NAMED}",
        near=(r"liab",),
    ),
    rule(
        Check.SERVICE_CREDITS,
        "credit|gutschrift|uptime",
        r"\b(?:service|uptime|sla|service level|availability|response time|performance) credits?\b|\bcredits?\b[^.;]{0,40}\b(?:sla|service level|uptime|availability|downtime|outage)|\b(?:sla|uptime|availability|downtime|outage)\b[^.]{0,200}\bcredit(?:s|ed)?\b(?! card)|\d+ ?% (?:monthly )?credit\b|gutschrift[^.;]{0,80}verfügbar|verfügbar[^.;]{0,80}gutschrift",
        bars=(
            r"\bno (?:service )?credits?\b|\bnot (?:be )?(?:entitled|eligible)[^.;]{0,40}\bcredit|credit card|\"?service credit\"? means|free credits",
        ),
    ),
)
"""Indemnity, cap, uncapped, credits."""
