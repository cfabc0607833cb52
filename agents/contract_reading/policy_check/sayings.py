"""The turns of phrase in which clauses speak of a value without a figure, each with what it means: a table per measure, surest first."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from memory.domain.contract_policy import Measure

_I = re.IGNORECASE


class Left(StrEnum):
    """Why a clause has no value that can be compared, in words that go on after "the notice period: "."""

    ORDER = "it depends on the order form or cover page, which was not read"
    BLANK = "it is a blank in the form, still to be filled in"
    MAIN = "it follows the main agreement, which was not read"
    CARD = "it is charged to your card or account by itself, so there is none"
    BILLING = "it follows the billing period that you choose"
    INDEX = "it follows an index, without a limit of its own"
    FEES = "no more than the fees or the value of the order; how much that is depends on how long it runs"
    INDIRECT = "some kinds of damage are excluded, and no amount is stated for the rest"
    UNREAD = "it could not be read from the clause"


class Saying(NamedTuple):
    """A sentence says `means` when all `needs` occur in it and no bar does. `figures`: whether it must, or must not, state a length of time.

    `means` is a number as a `MeasuredTerm` has it, `UNLIMITED`, or why there is no value.
    """

    means: int | Left
    needs: tuple[re.Pattern[str], ...]
    bars: tuple[re.Pattern[str], ...] = ()
    figures: bool | None = None


UNLIMITED = -1

_ORDER = (
    r"\b(?:order(?: form)?s?|cover page|sow|statement of work|purchase order|quote|key terms|order confirmation|Bestellung|Bestellformular"
    r"|Auftragsbestätigung|Einzelvertrag|Einzelauftrag|Angebot|Leistungsschein|Leistungsbeschreibung)\b"
)
_STATED = r"\b(?:stated|set (?:out|forth)|specified|described|indicated|named|chosen|selected|agreed|as per|shown|vereinbart\w*|genannt\w*|angegeben\w*|festgelegt\w*|ergibt)\b"
_TO_ORDER = re.compile(
    rf"{_STATED}[^.;]{{0,60}}{_ORDER}|{_ORDER}[^.;]{{0,80}}{_STATED}|\bas (?:per|in) the (?:applicable )?{_ORDER}|\baus (?:dem|der) (?:jeweiligen )?{_ORDER}",
    _I,
)
_BLANK = re.compile(r"\[[^\]\d%]{0,60}\]|_{3,}|\[[ _.…]*\]")
_TERM = r"(?:\b(?:initial|minimum|subscription|contract|evaluation|pilot|this)\s+(?:term|period|agreement)\b|\bterm\s*(?:of|is|:)|laufzeit)"
_TERM_BY_ORDER = re.compile(rf"{_TERM}[^.;]{{0,30}}{_STATED}[^.;]{{0,40}}{_ORDER}|{_ORDER}[^.;]{{0,60}}{_STATED}[^.;]{{0,20}}{_TERM}", _I)
_LENGTH = re.compile(
    rf"{_TERM}[^.;]{{0,60}}\b(?:is|of|for|:|beträgt|von)\b|\bin (?:full )?(?:force|effect) for\b|laufzeit (?:beträgt|ist|von)", _I
)
_NOTICED = re.compile(
    r"\b(?:notice|notif\w+|kündigungsfrist|frist)\b[^.;]{0,80}\b(?:days?|weeks?|months?|tage?n?|wochen?|monate?n?|quartals?)\b|\b(?:days?|weeks?|months?|tage?n?|wochen?|monate?n?)\b[^.;]{0,40}\b(?:notice|before|prior|vor|zum)\b",
    _I,
)
_OTHER_NOTICE = re.compile(
    r"\bfail|\bbreach|\bcure|\bremed|\bprices?\b|\bfees?\b|\bincident|\binvoic|\bexport|\brefund|\bdefault|\bdelet|\bcredit|\bchanges?\b|\bpreis|\bwe (?:may|will|can)\b|\bverletz|\binsolven|\bcharge|\bdispute|\bsuspen",
    _I,
)
_NOTICE_DATE = re.compile(r"\bnon-renewal notice (?:date|period)\b", _I)
_AT_ONCE = re.compile(
    r"\b(?:due|payable|fällig|zahlbar|zu zahlen)\b[^.;]{0,40}\b(?:(?:up)?on receipt|immediately(?! (?:prior|preceding|following|after|before|available))|at once|sofort)\b|\bsofort\b[^.;]{0,40}\b(?:fällig|zahlbar|zur zahlung)",
    _I,
)
_BY_CARD = re.compile(
    r"\bcharged?\b[^.;%]{0,80}\b(?:credit card|debit card|card|payment (?:method|instrument)|paypal)\b(?! (?:fees|vendor|processor|issuer|compan))|\b(?:sepa-)?(?:lastschrift|kreditkarte)\w*\b[^.;]{0,60}\b(?:eingezogen|abgebucht|belastet)",
    _I,
)
_LATE = re.compile(r"\blate\b|\boverdue|\bpast[- ]due|\binterest|\brefund|\bdisput|\bfail|\bchargeback|\bsuspen|\bterminat|\bverzug", _I)
_PAYMENT_TO_ORDER = re.compile(
    rf"\b(?:within|during|after|end of) the Payment Period\b|\bpayment terms?\b[^.;]{{0,40}}{_STATED}[^.;]{{0,40}}{_ORDER}", _I
)
_INVOICED = re.compile(
    r"\b(?:invoices?|fees?|rechnung\w*|vergütung)\b[^.;]{0,80}\b(?:within|net|innerhalb|binnen)\b[^.;]{0,40}\b(?:days?|tage?n?)\b", _I
)
_INDEX = re.compile(r"\b(?:consumer price index|cpi|rpi|hicp|inflation|verbraucherpreisindex|preisindex)\b", _I)
CHANGED = re.compile(r"^(?:at renewal|at any time|by posting|on .*notice|\d+ (?:business )?(?:days?|weeks?|months?))$")
"""What the checks read in a right to change prices."""
_CURRENT = re.compile(
    r"\b(?:then|now)[- ]current\b[^.;]{0,30}\b(?:prices?|pricing|rates?|fees?|list)|\bnotice (?:for|of|before) (?:any )?(?:price|fee) (?:increase|change)s?|\b(?:price|fee) (?:increase|change)s?\b[^.;]{0,60}\bnotice"
    r"|\b(?:may|can|reserves? the right to)\b[^.;]{0,40}\b(?:update|revise|modify|change)\b[^.;]{0,30}\b(?:rates?|prices?|pricing|fees?)\b"
    r"|\b(?:berechtigt|kann|darf|behält sich|behalten uns)\b[^.;]{0,80}\b\w*(?:preise?|vergütung|entgelte?|gebühr(?:en)?|stundensätze)\b[^.;]{0,140}\b(?:zu erhöhen|erhöhen|anheben|anzupassen|anpassen|zu ändern|anzuheben)\b"
    r"|\b(?:preis|entgelt|gebühren)(?:erhöhung|änderung|anpassung)(?:en)?\b[^.;]{0,80}\b(?:mitgeteilt|angekündigt|anzukündigen|mitzuteilen)",
    _I,
)
_ANY_DAMAGE = re.compile(
    r"\b(?:not|never|nor|cannot|can't|no event)\b[^.;]{0,60}\bliable\b[^.;]{0,80}\bfor (?:any |all )?(?:direct\b|damages?(?=[,;]? (?:or losses|including|of any kind|whatsoever)\b))|\bliability\b[^.;]{0,60}\b(?:is|are) (?:entirely |fully |hereby )?excluded\b",
    _I,
)
_OTHERS_DAMAGE = re.compile(
    r"third[- ]party|third part(?:y|ies) (?:sites?|services?)|force majeure|beyond|web ?sites or|unauthori[sz]ed|by you\b|failure to comply|\bapi\b|beta|free of charge|evaluation",
    _I,
)
_BY_MAIN = re.compile(r"\blimitations?\b[^.]{0,60}\b(?:stated|set (?:out|forth)|contained)?\s*in the (?:main |master )?agreement\b", _I)
_BY_ORDER = re.compile(r"\b(?:General |Increased |Liability )?Cap Amount\b|\bDamages Limit\b", _I)
_ALL_FEES = re.compile(
    r"\b(?:total|entire|whole|all)\b[^.;]{0,20}\b(?:project fees?|contract (?:value|price)|order value|fees|amounts?)\b|\b(?:exceed|limited to)\b[^.;]{0,30}\bfees paid\b|auftragswert|gesamtvergütung|auftragssumme",
    _I,
)
_FORESEEABLE = re.compile(r"\bforeseeable\b|\bvorhersehbar|\bvertragstypisch", _I)
_SOME_DAMAGE = re.compile(
    r"\b(?:indirect|consequential|incidental|special|punitive|exemplary|lost profits)\b|mittelbar|folgeschäden|entgangene[nr]? gewinn", _I
)
_LIMIT = re.compile(r"\b(?:exceed|limited to|up to|not be more than|capped|maximum)\b|begrenzt|beschränkt|höchstens", _I)
_HEADING = re.compile(r"^(?!.*\b(?:is|are|will|shall|means|applies|gilt)\b)(?:\S+ ){0,6}\S+$", _I)
_CHOSEN = re.compile(r"\b(?:Governing|Chosen|Applicable)\s+(?:Laws?|State|Member State|Courts?)\b")
_MUTUALLY = re.compile(r"\bmutual(?:ly)? agree\w*[^.;]{0,30}\b(?:extend|renew)|\b(?:extend|renew)\w*[^.;]{0,30}\bmutual", _I)
_RENEWS = re.compile(r"\brenew|\bverläng|\bextend", _I)
_FURTHER_PERIODS = re.compile(r"\b(?:additional|successive|further) (?:Subscription|Renewal|Order) (?:Periods|Terms)\b")
_BILLING = re.compile(
    r"\b(?:each|every|the|your|chosen|end of) (?:billing|payment|subscription) (?:cycle|period)|\bperiod chosen\b|abrechnungszeitraum", _I
)
_GOVERNS = re.compile(
    r"\bjurisdiction\b|gerichtsstand|\bgovern(?:ed|s|ing)?\b[^.;]{0,120}\blaws?\b|\blaws?\b[^.;]{0,60}\bgoverns?\b|\brecht\b[^.;]{0,40}\banwend|\bgilt\b.*\brecht\b",
    _I,
)
_CLAUSES_LAW = re.compile(r"\bSCCs?\b|standard contractual|\bClauses? 1[78]\b", _I)

_BEFORE_RENEWAL = re.compile(
    r"\b(?:(?:terminate|cancel|end|close|delete)|(?:terminate|cancel|end|close|delete)l?ed|opts? out|elects? not|notif(?:y|ies)|gives? notice)\b[^.;]{0,60}\b(?:before|prior to) (?:the |its |your |each |any |such )?(?:(?:next|automatic|then[- ]current) )?(?:renewal|end|expir|subscription|billing)"
    r"|\bmay (?:choose|elect|decide|opt) not to renew\b",
    _I,
)
_OPEN_ENDED = re.compile(
    r"\b(?:continues?|remains?|is|stays?|in effect|in force|effective)\b[^.;]{0,80}\b(?:until|unless and until)\b(?! (?:all|the last|every))[^.;]{0,70}\b(?:terminat|cancel)|unbestimmte zeit|\bindefinite(?:ly)?\b(?! surviv)",
    _I,
)
_ONLY_SURVIVES = re.compile(r"\bsurviv|\binsur|\bconfiden", _I)
_TERM_TO_ORDER = re.compile(
    r"\b(?:continues?|lasts?|runs?) (?:for|until|through)\b[^.;]{0,60}\b(?:Subscription|Order|Initial|SOW|Service)s?(?: \w+)? (?:Periods?|Terms?|date)\b|\bexpires? at the end of the \w+ Term\b|\buntil (?:all|the last|every)\b[^.;]{0,40}\b(?:subscriptions?|orders?|order forms?|SOWs?|Subscription Periods?)\b"
    r"|\b(?:subscription|initial|contract)(?:s| term| period)?\b[^.;]{0,60}\b(?:described|stated|set|specified|indicated)\b[^.;]{0,30}\border",
    _I,
)

NOT_ABOUT = {
    Measure.TERM_MONTHS: _ONLY_SURVIVES,
    Measure.PRICE_INCREASE_BP: re.compile(r"\b(?:may|shall|will|can) not (?:be )?(?:increase|raise|change|adjust)", _I),
}
"""Words with which a sentence says nothing of the measure, whatever else it has."""

SAYINGS: dict[Measure, tuple[Saying, ...]] = {
    Measure.NOTICE_DAYS: (
        Saying(Left.ORDER, (_NOTICE_DATE,)),
        Saying(0, (_BEFORE_RENEWAL,), figures=False),
        Saying(Left.UNREAD, (_NOTICED,), (_OTHER_NOTICE,), figures=True),
    ),
    Measure.TERM_MONTHS: (
        Saying(0, (_OPEN_ENDED,)),
        Saying(Left.ORDER, (_TERM_TO_ORDER,)),
        Saying(Left.ORDER, (_TERM_BY_ORDER,)),
        Saying(Left.BILLING, (_BILLING, _RENEWS)),
        Saying(Left.UNREAD, (_LENGTH,), (_NOTICED,), figures=True),
    ),
    Measure.RENEWAL_MONTHS: (
        Saying(0, (_MUTUALLY,)),
        Saying(Left.ORDER, (_FURTHER_PERIODS, _RENEWS)),
        Saying(Left.ORDER, (_TO_ORDER, _RENEWS)),
        Saying(Left.BILLING, (_BILLING, _RENEWS)),
    ),
    Measure.PRICE_INCREASE_BP: (Saying(Left.INDEX, (_INDEX,)), Saying(UNLIMITED, (_CURRENT,))),
    Measure.LIABILITY_CAP: (
        Saying(Left.BLANK, (_BLANK, _LIMIT)),
        Saying(Left.ORDER, (_BY_ORDER,)),
        Saying(Left.MAIN, (_BY_MAIN,)),
        Saying(UNLIMITED, (_FORESEEABLE,), figures=False),
        Saying(0, (_ANY_DAMAGE,), (_LIMIT, _OTHERS_DAMAGE)),
        Saying(Left.FEES, (_ALL_FEES, _LIMIT)),
        Saying(Left.INDIRECT, (_SOME_DAMAGE,)),
        Saying(Left.UNREAD, (_LIMIT, re.compile(r"\bliab|\bhaft", _I))),
    ),
    Measure.PAYMENT_DAYS: (
        Saying(Left.ORDER, (_PAYMENT_TO_ORDER,)),
        Saying(0, (_AT_ONCE,), (_LATE,), figures=False),
        Saying(Left.CARD, (_BY_CARD,), (_LATE,), figures=False),
        Saying(Left.UNREAD, (_INVOICED,), (_LATE,)),
    ),
    Measure.GOVERNING_LAW: (
        Saying(Left.MAIN, (_CLAUSES_LAW,)),
        Saying(Left.BLANK, (_GOVERNS, _BLANK), (_HEADING,)),
        Saying(Left.ORDER, (_GOVERNS, _CHOSEN), (_HEADING,)),
        Saying(Left.ORDER, (_GOVERNS, _TO_ORDER), (_HEADING,)),
        Saying(Left.UNREAD, (_GOVERNS,), (_HEADING,)),
    ),
}
"""What is tried in order. Of a price, liability or a time to pay a figure is looked for first."""
