"""Rules on law and courts, arbitration and late fees, and on what freelancers' contracts add."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import rule

_WORK = r"(?:work product|deliverables?|works?|designs?|source code|code|copyrights?|intellectual property|rights|title|ownership|graphics|arbeitsergebnisse?n?|nutzungsrechte?)"
_PAID = r"(?:(?:full|final|complete) (?:and final )?payment|payment in full|paid in full|paid all|receive(?:s|d)? (?:your |the |all )?(?:final |full )?payments?|once (?:all )?(?:fees|invoices) (?:are|have been) paid|payment of (?:all|the) (?:fees|invoices?|amounts?)|vollständige[rn]? (?:be)?zahlung)"

RULES = (
    rule(
        Check.GOVERNING_LAW,
        "law|court|jurisdiction|venue|recht|gerichtsstand",
        r"\bgovern(?:ed|s|ing)?\b[^.;]{0,160}\blaws?\b|\blaws? of\b[^.;]{0,120}\b(?:govern|appl(?:y|ies))\b|\b(?:construed|interpreted)\b[^.;]{0,100}\blaws? of|\bexclusive(?:ly)?\b[^.;]{0,60}\b(?:jurisdiction|venue|courts)|\bjurisdiction\b[^.;]{0,60}\b(?:courts?|state of|county)"
        r"|\bcourts? (?:located )?(?:in|of)\b[^.;]{0,80}\b(?:jurisdiction|exclusive|brought|resolved)|\bgoverning law\b[^.;]{0,30}\b(?:will|shall|is|are)\b|\bvenue\b[^.;]{0,30}\b(?:is|shall|will|:)|\bgerichtsstand\b|\bes gilt\b.*\brecht\b|\brecht der bundesrepublik|unterliegt\b.*\brecht\b",
        bars=(
            r"\bscc|standard contractual|data protection laws\"? means|applicable laws?\"? means|order of precedence|government rights|court of competent jurisdiction[^.]{0,60}(?:contrary|invalid|unenforceable)|any court of competent jurisdiction|legal jurisdiction of",
            r"arbitrat\w*[^.]{0,80}any court|grants a third party|annex|governmental",
        ),
    ),
    rule(
        Check.ARBITRATION,
        "arbitrat|schieds",
        r"\b(?:resolved|settled|determined|submit\w*|decided|resolve|subject to|final|binding|beigelegt|entschieden)\b[^.;]{0,160}\barbitrat(?:ion|or)|\bbinding\b[^.;]{0,40}\barbitration|\barbitration\b[^.;]{0,60}\b(?:binding|final|shall|will)\b|\bschiedsgericht",
        bars=(
            r"not (?:be )?(?:required|subject) to[^.;]{0,30}arbitrat|\bcosts? of (?:the )?arbitration|opt out of|notices? related to demands",
        ),
    ),
    rule(
        Check.LATE_FEES,
        "late|overdue|past due|interest|verzug|not paid when due|unpaid",
        r"\blate (?:fee|charge|payment)|\boverdue\b|\bpast[- ]due\b|\bnot (?:paid|received) (?:when|by the date) due|\bunpaid\b|\bverzug",
        r"\d(?:\.\d+)? ?%|\bpercent|\binterest\b|\blate (?:fee|charge)|\bzins\w*|per month",
        bars=(r"\bno (?:late fee|interest)|\bwithout interest",),
    ),
    rule(
        Check.KILL_FEE,
        "kill fee|cancel|terminat|deposit|postpone|ausfall|storn",
        r"\bkill fee\b|\b(?:cancel|terminat|postpon|end(?:s|ed)?)\w*\b[^.;]{0,140}\b(?:cancell?ation fee|termination fee|early termination (?:fee|charge)|pay\b[^.;]{0,40}\b\d{1,3} ?%|\d{1,3} ?% of (?:the )?(?:remaining|outstanding|total|agreed|project))|\bcancell?ation fee\b|\bearly termination (?:fee|charge)|\bdeposit\b[^.;]{0,60}\b(?:forfeit|non-?refundable|retain|kept)|\bausfallhonorar|\bstorno\w*",
        bars=(r"\bno (?:cancell?ation|kill|termination) fees?|\bwithout (?:any )?(?:cancell?ation|penalt)|late (?:fee|charge)",),
    ),
    rule(
        Check.ACCEPTANCE,
        "accept|approv|reject|abnahme|sign-off|sign off",
        r"\b(?:deliverables?|work|milestones?|project|results?|werke?s?|leistung\w*|arbeitsergebnis\w*)\b",
        r"\b(?:accept(?:ed|ance|s)?|approv(?:e|ed|al)|reject(?:s|ed|ion)?|sign-?off|sign off)\b[^.;]{0,100}\b(?:deliverables?|work|within|deemed|in writing|days|criteria|specification)|\bdeliverables?\b[^.;]{0,120}\b(?:accept|approv|reject)|\bdeemed (?:to have )?(?:accept|approv)|\babnahme\b|\babgenommen\b",
        bars=(
            r"acceptable use|in good faith|subprocessor|\bsccs?\b|addendum|accept(?:s|ing|ance of)? (?:these|this|the) (?:terms|agreement|updated)|electronically accept|account|refund|payment schedule|upon final delivery",
        ),
    ),
    rule(
        Check.IP_ON_PAYMENT,
        "pay|paid|zahlung",
        _PAID,
        rf"\b(?:transfers?|assign(?:s|ed|ment)?|vest|own(?:s|ed|ership)?|pass(?:es)?|licen[sc]ed?|übertrag\w+|geh(?:en|t)|grants?)\b[^.;]{{0,120}}{_WORK}|{_WORK}[^.;]{{0,120}}\b(?:transfers?|assign(?:s|ed)?|vest|belong|pass(?:es)?|transferred|owned|übertragen|über)\b",
        bars=(r"\bregardless of (?:whether )?payment|\bsubscription\b",),
    ),
)
"""Law, arbitration, late fees, kill fee, acceptance, rights on payment."""
