"""Rules on how it goes on, how it ends, and what happens to money and data then."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import Says, rule

_BUYER = r"(?:you|customer|client|user|subscriber|licensee|partner|buyer|either party|each party|a party|any party|both parties|the parties|auftraggeber|kunde)"
_CAN = r"(?:may|can|is entitled to|are entitled to|has the right to|have the right to|is free to|reserves? the right to|chooses? to|decides? to|wishes? to|want to)"
_END = r"(?:terminate|cancel|end|close|discontinue|stop using|delete|withdraw from)"
_CAUSE = r"\bin the event\b|\bshould\b|with cause|notice if\b|contest|insur|breach|fail(?:s|ure|ed)? to|insolven|bankrupt|default|object|if the update|infring|force majeure|warranty|illegal|violat|for cause\b"
_FREE = r"at any time|anytime|for any (?:or no )?(?:reason|other reason)|no reason|for convenience|without (?:giving )?(?:any )?(?:cause|reason)|with or without cause|whenever|at (?:your|its|their) (?:sole |own )?(?:discretion|choice|option)|jederzeit|ohne angabe"
_DAYS = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|eighteen|twenty(?:-four)?|thirty(?:-six)?|forty-five|sixty|ninety|(?:one )?hundred(?: (?:and )?\w+)?)(?: ?\(\d+\))?[- ]?(?:calendar |business |working )?(?:days?|weeks?|months?)"
_NOTICED = rf"{_DAYS}'?s?'? ?(?:of )?(?:prior |advance |previous )?(?:written )?(?:notice|notification|before|prior|in advance)|notice (?:period )?of (?:at least )?{_DAYS}|{_DAYS}[^.;]{{0,60}}\b(?:prior to|before)\b|frist von"
_BUYERS_DATA = r"(?:customer|user|client|your|personal|member|subscriber)(?:'s)?(?: personal)? ?(?:data|content|information|submissions?|materials?|files|inputs?)|\b(?:all|any|such|its|the) content\b|\bdata\b|\brecords\b|\binformation is\b|\bdaten\b"
_AT_END = r"terminat|expir|cancel|end of (?:the|this|your)|upon (?:customer's |your |the client's )?(?:written )?request|clos(?:e|ure|ing) (?:of )?(?:your|the|an)? ?account|after the dpa|kündigung|vertragsende|beendigung"

RULES = (
    rule(
        Check.AUTO_RENEWAL,
        "renew|extend|verläng|month|year to year",
        r"\bauto(?:matic(?:ally)?)?[- ]renew|\bautomatic(?:ally)?\b[^.;]{0,80}\b(?:renew|extend)|\b(?:renew(?:s|ed|al)?|extend(?:s|ed)?)\b[^.;]{0,40}\bautomatic"
        r"|\b(?:shall|will)\b (?:then |thereafter )?(?:be )?(?:renew(?:ed)?|extend(?:ed)?|continue)\b[^.;]{0,80}\b(?:successive|additional|further|consecutive|subsequent)\b"
        r"|\b(?:renews?|renewed)\b[^.;]{0,120}\bunless\b|verlängert sich|\bcontinues?\b[^.;]{0,80}\b(?:year|month)[- ]to[- ](?:year|month)|\brenew\w*\b[^.;]{0,20}\btacit|\btacit\w*[^.;]{0,20}\brenew",
        bars=(
            r"\b(?:shall|will|does|do|is|are|may|can)(?:not|n\'t)? (?:not|never)\b[^.;]{0,30}\b(?:auto|renew|extend)|\b(?:no|without) (?:automatic|auto-?)|verlängert sich nicht|nicht automatisch|(?:liefer|leistungs|ausführungs|gewährleistungs)frist|need not be renewed",
            r"avoid being charged|\b(?:does|will|shall)(?: not|n\'t) (?:be )?(?:auto|renew)|\bmay (?:be )?(?:renew|extend)|option to (?:renew|extend)|without additional",
        ),
    ),
    rule(
        Check.AUTO_RENEWAL,
        "until",
        r"\b(?:recurring|subscription|periodic|monthly|annual)\b[^.;]{0,60}\b(?:charges?|fees?|payments?|billing)\b[^;]{0,220}\buntil (?:you|customer|the customer|client|it is|the user|cancell?ed|terminated)\b[^.;]{0,40}(?:cancel|terminat)?",
        bars=(r"trial ends",),
    ),
    rule(
        Check.AUTO_RENEWAL,
        "recurring",
        r"\b(?:charged?|billed|bill)\b[^.;]{0,80}\brecurring\b|\brecurring\b[^.;]{0,60}\b(?:charge|payment|billing)",
        says=Says.MAYBE,
        bars=(r"whether recurring|recommends",),
    ),
    rule(
        Check.NOTICE_WINDOW,
        "renew|expir|end of|verläng",
        r"\b(?:renew|expir(?:y|ation|es)\b|non-renewal|then[- ]current|end of (?:the|its|each|any|such)|verläng|ablauf)",
        rf"{_NOTICED}|non-renewal notice date",
        r"\b(?:not(?:ice|if)|cancel|terminat|opt[- ]out|non-renewal|kündig|intent)",
        bars=(
            r"\b(?:price|fee|rate)s? (?:change|adjust|applicable)|\bincrease|invoice|reminder|credits? (?:will|shall|may)|restor|retain|delet|export",
            r"^[^.]{0,80}\bwe (?:will|may) notify|\binsur|inspect|elect\w* to (?:renew|extend)|option to (?:renew|extend)|exercise (?:your|its|the) option|coi\b",
            _CAUSE,
        ),
        in_parts=True,
    ),
    rule(
        Check.NOTICE_WINDOW,
        "notice|notification|frist|days",
        rf"\b{_BUYER}\b[^;]{{0,80}}\b{_CAN}\b[^;]{{0,60}}\b{_END}\b|\bcancel (?:at )?any ?time\b|\bconvenience\b|\bending the|terminating party|\bend when (?:a )?terminat|kündigen",
        _NOTICED,
        bars=(
            _CAUSE + r"|\bpreis|objection|\bprice",
            r"^(?:we|provider|vendor|company|licensor)\b[^.;]{0,40}\b(?:may|can)\b",
            r"(?:^|[:;)] ?)by (?!either|each|customer|client|you)\w+ ",
        ),
        in_parts=True,
    ),
    rule(
        Check.EXIT_WITHOUT_CAUSE,
        "terminat|cancel|end |close|discontinue|stop|delet|kündig",
        rf"\b{_BUYER}\b[^.;]{{0,100}}\b{_CAN}\b[^.;]{{0,100}}\b{_END}\b",
        rf"{_FREE}|{_NOTICED}|simply|in writing",
        bars=(
            _CAUSE,
            r"\bmay not\b|\bcannot\b|suspend or terminate (?:your|customer)|(?:content|data) (?:at )?any ?time$",
            rf"{_CAN} (?:choose not to|not)\b",
            r"\bwe (?:may|can)\b|renew",
        ),
        in_parts=True,
    ),
    rule(
        Check.EXIT_WITHOUT_CAUSE,
        "terminat|cancel|discontinue|kündig",
        rf"\b(?:terminated|cancell?ed|kündig\w*)\b[^.;]{{0,60}}\b(?:by (?:either|each|any) party|by (?:you|customer|client)|von (?:jeder|beiden))\b[^.;]{{0,100}}(?:{_FREE}|{_NOTICED})"
        r"|\bcancel (?:your \w+ )?(?:at )?any ?time\b|no[- ]questions[- ]asked|\bsimply (?:discontinue|stop|cancel)|if (?:you|customer|the client) (?:cancel|delete)s? (?:the|your|its|customer's)? ?(?:service|subscription|account|plan)\b"
        r"|\bends? (?:when|upon|on)\b[^.;]{0,40}terminat[^.;]{0,40}\bnotice|jederzeit[^.;]{0,60}(?:kündig|beend)|kündig[^.;]{0,60}jederzeit",
        bars=(_CAUSE, r"not receive|any refunds|\bwe may\b|renew|^(?:if|upon|when) (?:this|the) (?:agreement|contract)\b"),
        in_parts=True,
    ),
    rule(
        Check.EXIT_WITHOUT_CAUSE,
        "terminate",
        rf"\b(?:may|can|right to|entitled to|option to)\b[^.;]{{0,80}}\bterminate (?:this|the) (?:agreement|contract|order|sow)\b[^.;]{{0,120}}(?:{_FREE}|{_NOTICED})",
        bars=(_CAUSE, r"\b(?:we|vendor|provider|supplier|licensor) (?:may|can)\b|may not terminate"),
        says=Says.MAYBE,
        in_parts=True,
    ),
    rule(
        Check.REFUND,
        "refund|rückerstatt|erstattet|money-back|money back",
        r"\b(?:non-?|not )?refund(?:s|ed|able|ing)?\b|\bnonrefundable\b|rückerstatt|money[- ]back",
        bars=(
            r"tax refund|\bretainer\b|refund (?:of|for) (?:tax|vat)",
            r"^refunds?[.:]?$|see our [\w ]*refund[\w ]* (?:for more )?details?[.]?$",
        ),
    ),
    rule(
        Check.DATA_RETURN,
        "data|content|information|material|record|submission|daten",
        _BUYERS_DATA,
        r"\b(?:export|retriev|return|download|delet|purg|destroy|erase|deliver|hand over|copy of|available|accessible|retain|migrat|löschen|gelöscht|herausg)",
        _AT_END,
        bars=(
            r"confidential|data subject|back-?up (?:polic|responsib)|\bresponsib|\bliab|feedback|infring|prohibit|notice|survive|invoice|personally? identif|suspend",
            r"\bnot be able\b|\bmay not\b|lose access|refuse or remove|right to (?:refuse|remove)|\bfree (?:version|account)|(?:collect|process) (?:certain|additional|personal)|user account terminat|cooperat",
        ),
    ),
    rule(
        Check.DATA_RETURN,
        "data|content|information|daten",
        r"\b(?:customer|user|client|your|personal)\b[^.;]{0,30}\b(?:data|content|information|submissions?)\b",
        r"\b(?:return|delete|destroy|retrieve|purge)",
        r"at (?:customer's|your|the client's) (?:option|instruction|choice|election|request)|opportunity to (?:retrieve|export|download)|(?:prior to|before|after|on|upon) (?:the )?(?:termination|expiration|cancellation)|within (?:\d+|thirty|sixty|ninety)[^.;]{0,40}(?:termination|end of)",
        bars=(r"data subject|\bliab\w*\b(?! to)|backup",),
    ),
    rule(
        Check.DATA_RETURN,
        "data|content",
        r"\b(?:data|content)\b[^.;]{0,60}\b(?:export|accessible|available|retriev|download|delet)|\b(?:export|download|retrieve)\b[^.;]{0,30}\b(?:data|content)\b",
        near=(r"terminat|cancel|expir|delet(?:e|ing) your account|after deletion|export|portab",),
        bars=(
            r"\blaw|responsib|confidential|infring|usage data|delete your account|limited time|feedback|not be|personal data breach|import|collect",
        ),
    ),
    rule(
        Check.SUSPENSION,
        "suspen|pause|stop|disable|freeze|deactivat|halt|discontinue the provision|sperr|aussetz|throttle",
        r"\b(?:may|can|reserves? the right|right to|entitled to|will|then)\b[^.;]{0,100}\b(?:suspend|disable|freeze|deactivate|throttle|discontinue the provision|pause)\b|\b(?:may|will|can) (?:also )?(?:be )?(?:temporarily )?(?:suspended|deactivated|disabled|halted)\b"
        r"|\bresult in\b[^.;]{0,40}\bsuspension|\b(?:halt|pause|stop) (?:all )?work\b|\bsuspend (?:provision|performance|access|the provision|your|customer)",
        bars=(
            r"contractual obligations|\b(?:you|customer|client|either party|neither party|the parties|both parties) (?:may|can|will|shall|are entitled to)\b[^.;]{0,40}\b(?:suspend|disable|pause)|disabling any|force majeure",
            r"disable or circumvent|any vendor suspends|(?:may|shall|will) not (?:suspend|disable)",
        ),
    ),
)
"""Automatic renewal, notice, exit, refund, data at the end, suspension."""
