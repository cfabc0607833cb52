"""The terms around the price: tax, contract length, billing, payment, cap, notice, validity. Each with the words it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from agents.negotiator.figures import value_of
from agents.negotiator.mail_text import MailText
from memory.domain.evidence import Span
from memory.domain.money import Period

V = TypeVar("V")
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "twelve": 12,
    "fourteen": 14,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_WORDS)})"
_TAX_NAME = r"(?:VAT|V\.A\.T\.|MwSt\.?|USt\.?|GST|HST|PST|(?:sales |value[- ]added )?tax(?:es)?)"
_RATE = r"(?P<rate>\d{1,2}(?:[.,]\d{1,2})?) ?%"


@dataclass(frozen=True)
class Found(Generic[V]):
    """A value read from the mail, with its span."""

    value: V
    span: Span


class TaxBasis(StrEnum):
    """Whether a stated price contains the tax."""

    NET = "net"
    GROSS = "gross"
    NONE = "none"


_NO_TAX = re.compile(
    rf"\b(?:no|without any|free of|exempt from) {_TAX_NAME} (?:is|will be|applies|due|charged)|\b(?:exempt from|not subject to) {_TAX_NAME}|\btax[- ]exempt\b|\b{_TAX_NAME}[- ](?:exempt|does not apply|is not charged|free)|\b0 ?% {_TAX_NAME}|§ ?19 UStG|\b(?:(?:do|does|will|shall) not|don['\u2019]t|doesn['\u2019]t|won['\u2019]t) (?:have to |need to )?(?:charge|add|levy|invoice|show) (?:any )?{_TAX_NAME}|\bno {_TAX_NAME}\b",
    re.IGNORECASE,
)
_NET = re.compile(
    rf"(?:\b(?:plus|excl(?:\.|uding|usive of|udes?)?|ex\.?|without|before|zzgl\.?|not including|not included:|does not include|do not include|exclusive of)|\+) ?(?:the |any |all )?(?:statutory |applicable |legal |local |German |currently )*(?:\d{{1,2}}(?:[.,]\d{{1,2}})? ?%? ?)?(?:statutory |applicable )?{_TAX_NAME}"
    rf"|\b{_TAX_NAME}:?(?: ?\(?(?:of |at )?\d{{1,2}}(?:[.,]\d)? ?%\)?)?,? \(?(?:is |are |will be |to be )?(?:not incl(?:uded|\.)?|in addition|excluded|extra|added|charged|applied|due|on top|comes on top)|\b{_TAX_NAME}\b[^.;\n]{{0,45}}\b(?:on top|extra|in addition|not included)\b|\b(?<!days )(?<!day )net(?:to)?\b(?! ?\d)(?! (?:days|within|terms))",
    re.IGNORECASE,
)
_GROSS = re.compile(
    rf"(?<!not )\b(?:incl(?:\.|uding|usive of|udes|usive)?|inkl\.?|with) (?:the |all |any )?(?:statutory |applicable )*(?:\d{{1,2}}(?:[.,]\d{{1,2}})? ?% ?)?{_TAX_NAME}|\b{_TAX_NAME}(?: ?\(?(?:of |at )?\d{{1,2}}(?:[.,]\d{{1,2}})? ?%\)?)?(?: is| are)? (?<!not )included\b|\bgross\b|\bbrutto\b|\ball taxes included",
    re.IGNORECASE,
)
_TAX_RATE = re.compile(
    rf"{_RATE} ?(?:of )?(?:(?:statutory|applicable|legal|local|standard|German|Dutch|Austrian|Swiss|French|Spanish|Italian|Belgian|UK|British|Irish|Danish|Swedish|Polish|Czech|Portuguese|Finnish|Slovenian|Luxembourg|EU) )?{_TAX_NAME}|\b{_TAX_NAME}(?: rate| applicable| amount)?(?: not included| included| excluded| extra| on top)?(?: of| at|:| is|,| @)? ?\(?(?:currently |at present |presently |at |of )?{_RATE.replace('rate', 'rate2')}|\b{_TAX_NAME}\b(?:(?!{_TAX_NAME})[^.;,\n%\d]){{0,25}}\([^()\n%\d]{{0,40}}{_RATE.replace('rate', 'rate3')} ?\)|\b{_TAX_NAME}\b(?:(?!{_TAX_NAME})[^.;\n%\d]){{0,15}}\b(?:included|extra|on top|added|excluded),? (?:at |of )?\(?{_RATE.replace('rate', 'rate4')}",
    re.IGNORECASE,
)
_BASES = {TaxBasis.NONE: _NO_TAX, TaxBasis.NET: _NET, TaxBasis.GROSS: _GROSS}
_REVERSE = re.compile(r"\breverse[- ]charge", re.IGNORECASE)

_TERM = re.compile(
    rf"\b(?:(?:minimum |initial |contract |fixed |total |commitment )+(?:term|period|duration|commitment|length)?|term|commitment|contract|subscription|runtime|duration|prepaid|in advance|yearly|annually|upfront)(?: (?:of|is|for|runs?|period|length|commitment|term|the|agreement|contract|subscription))*[:, (]{{0,3}}(?:at least |a )?{_COUNT}[ -](?P<unit>months?|years?)\b(?! ?(?:'s? )?(?:prior |written )?notice)"
    rf"|\b{_COUNT.replace('count', 'count2')}[ -](?P<unit2>months?|years?)['\u2019]?[ -](?:minimum |fixed |initial |prepaid |contract |written )*(?:term|contract|commitment|agreement|plan|subscription|runtime|prepayment|prepaid|minimum|deal|licen[cs]e)"
    rf"|(?:^|\n)[ \-*]*{_COUNT.replace('count', 'count5')} (?P<unit5>months?|years?)(?: term| contract)?:"
    rf"|[.;] {_COUNT.replace('count', 'count6')} (?P<unit6>months?|years?)(?: term| contract)?:"
    rf"|(?:^|[\n,;:(|+/]|\n[ ]*[A-Za-z0-9][.)]|[.)][ ]|\band\b|\bfor(?: a| the)?(?: full| minimum of| period of)?)[ ]{{0,3}}{_COUNT.replace('count', 'count7')} (?P<unit7>months?|years?)(?=[ ]{{0,3}}(?:[,;.)|+/:]|$|\n|at\b|and\b|fixed\b|firm\b|minimum\b|min\b|commit\w*\b|sich\b|(?-i:[A-Z])))"
    rf"|\([ ]{{0,3}}{_COUNT.replace('count', 'count3')} (?P<unit3>months?|years?)(?: term| minimum| prepaid)?[ ]{{0,3}}\)"
    rf"|\b(?:commit(?:s|ted|ting|ment)?|sign(?:ed|ing)?|contract(?:ed)?|booking|prepay(?:ing)?|paid|pay(?:ing)?|billed|for)(?: \w+){{0,3}} (?:for|to|of|over) (?:a |the )?(?:full |minimum of |at least )?{_COUNT.replace('count', 'count4')} (?P<unit4>months?|years?)\b",
    re.IGNORECASE,
)
_NOT_TERM = re.compile(
    r"\b(?:guarantee|guaranteed|locked|lock|fixed price|renew|extend|notice|cancel|after|free|trial|first|within|history|retention|uptime|support|warranty|money[- ]back|price hold|every)\w*\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_THEREAFTER = re.compile(r"\b(?:thereafter|afterwards?|then|after (?:that|which)|subsequently)\b[^.;]{0,40}$", re.IGNORECASE)
_ANNUAL_TERM = re.compile(
    r"\b(?:annual|yearly|12-month|one-year) (?:contract|plan|commitment|subscription|term|agreement|licen[cs]e)"
    r"|\b(?:contract|commitment|agreement|term)(?: is| runs)? (?:annual|yearly)\b(?! (?:bill|pay|invoic|in advance|prepay))",
    re.IGNORECASE,
)
_NO_TERM = re.compile(
    r"\b(?:month[- ]to[- ]month|no (?:lock|tie)-?in|leave (?:whenever|at any time|any time)|cancel (?:whenever|anytime)|stop (?:whenever|at any time|any time)|no (?:minimum )?(?:term|commitment|contract)|without (?:a )?(?:minimum )?(?:term|commitment)|cancel(?:led|lable)? (?:at )?any ?time|cancel(?:lable)? monthly|monthly (?:contract|rolling|cancel\w*)|rolling monthly)",
    re.IGNORECASE,
)

_BILLED = (
    r"(?:bills?|billed|billing|paid|pay|paying|payable|payment|payments|invoices?|invoiced|invoicing|charged|prepaid|prepayment|pre-paid)"
)
_EVERY = r"(?P<{0}>monthly|per month|each month|every month|quarterly|per quarter|each quarter|every quarter|(?:by|for) the quarter|every (?:three|3) months|yearly|annually|annual|per year|once a year|per annum|each year|(?:the |a |one )?(?:full |whole |entire )?year(?= (?:is |are )?(?:in advance|up ?front|at (?:the start|once)|ahead))|upfront|up front|once|in full(?= (?:on|upon|at|in advance|up ?front)))"
_BILLING = re.compile(
    rf"\b{_BILLED}(?: (?:is|are|will be|wird|werden|erfolgt|you|us|always|sent|issued|raised|kommt|follows?|(?:stellen|schicken|senden|kommt|erstellen) wir|we (?:send|issue)|that is|must be|has to be|to be|soit|comes?|come out|goes out|go out|then|(?:by|per|con|par) (?:card|direct debit|SEPA|Lastschrift|tarjeta|prélèvement|bank transfer)|at the (?:beginning|start|end) of|se|in(?! full)|made|due|the (?:\d+-year |\d+-month )?(?:subscription|contract|fee|licen[cs]e|amount)|frequency|period|cycle|basis|on|an?))*[: ]{{1,2}}{_EVERY.format('every')}"
    rf"|\b(?P<every3>year) is (?:billed|invoiced|paid|charged|payable)\b"
    rf"|\b(?P<every2>monthly|quarterly|yearly|annually|annual|per year|upfront)[ ](?:in (?:advance|arrears)|{_BILLED}\b|prepay\w*)",
    re.IGNORECASE,
)
_CYCLE = {
    "monthly": Period.MONTH,
    "per month": Period.MONTH,
    "each month": Period.MONTH,
    "every month": Period.MONTH,
    "quarterly": Period.QUARTER,
    "per quarter": Period.QUARTER,
    "each quarter": Period.QUARTER,
    "every quarter": Period.QUARTER,
    "by the quarter": Period.QUARTER,
    "for the quarter": Period.QUARTER,
    "every three months": Period.QUARTER,
    "every 3 months": Period.QUARTER,
}
_CYCLE |= {"once": Period.ONCE, "in full": Period.ONCE}

# A rhythm that is named but that no form above has read, or that is none of ours ("half-yearly").
_SOME_RHYTHM = re.compile(
    r"\b(?:bill|invoic|charg|collect|debit|pay(?!ment (?:within|terms))|paid|factur|fakturier|abgerechnet|rechn|berechn|cobr|prélev|zahl|règl|pag[aou])\w*[^.;,\n\d]{0,40}?\b(?:quarter\w*|half|semi\w*|twice|two-?monthly|bi-?\w+ly|trimest\w*|semest\w*|quartal\w*|vierteljähr\w*|halbjähr\w*|months?|monthly|monat\w*|mensuel\w*|mensual\w*|year(?:s|ly)?|annual\w*|annuel\w*|anual\w*|jähr\w*)\b"
    r"|\b(?:half-?year\w*|semi-?annual\w*|bi-?annual\w*|twice (?:a|per) year|every (?:six|6|four|4|two|2) months|halbjähr\w*|semestr\w*|semestral\w*|au semestre|al semestre|quarterly|vierteljähr\w*|trimestr\w*)\b",
    re.IGNORECASE,
)
_NO_PAYMENT = r"\b(?:deliver|ship|valid|notice|cancel|trial|repl|respon|stands?|hold|offer|go[- ]?live|start|ready)"
_PAYMENT_WEEKS = re.compile(
    rf"\b(?:payment|payable|pay|due|invoic\w*|terms)\b(?:[^.;,\d\n]{{0,40}}?|(?:(?!{_NO_PAYMENT})[^.;:\d\n]){{0,40}}[,(] ?(?:within |in |due in )?)\b{_COUNT} weeks\b(?! (?:written )?(?:notice|before|prior|deliver|lead))",
    re.IGNORECASE,
)
_PAYMENT_DAYS = re.compile(
    rf"\bnet[ -](?P<days>\d{{1,3}})\b(?! ?(?:{_TAX_NAME}|[A-Z]{{3}}\b|[€$£]|%|[.,]\d|\d))|\b(?P<days2>\d{{1,3}}) days (?:strictly )?net(?:to|t)?\b|\b(?:invoiced|billed|invoices?|payment|paid)(?: \w+){{0,3}} (?:monthly|quarterly|yearly|annually), (?P<days7>\d{{1,3}}) days\b(?! (?:written )?notice)|\bpayment\b[^.;\n\d]{{0,30}}\d{{1,3}} days[:,]? (?:no|not possible|sorry)\b[,:;!]? ?(?:but |only |at most |we (?:can )?do |maximum )?(?P<days8>\d{{1,3}})\b(?! ?%)|\byou (?:would )?have (?P<days5>\d{{1,3}}) days\b(?! (?:to (?:accept|decide|cancel|answer)|notice))|\b(?P<days6>\d{{1,3}}) days (?:to pay|(?:after|from) (?:the )?(?:invoice|receipt of (?:the )?invoice|date of (?:the )?invoice))\b|\b(?:payment|payable|pay|paid|due|invoices?|settle\w*|remittance)\b[^.;,\d\n]{{0,70}}?\b(?P<days3>\d{{1,3}}) (?:calendar )?days\b(?! ?(?:written )?(?:notice|before|prior to the end))|\b(?P<days4>\d{{1,3}})[- ]days?['\u2019]? (?:payment|terms|credit)"
    rf"|\b(?:terms|paying|invoic\w*|bill(?:s|ed|ing)|billed)\b(?:(?:(?!{_NO_PAYMENT})[^;.\n\d]){{0,45}}[,(:] ?|[: ]{{1,2}})(?:(?:are|is|of|in|within|due(?: (?:in|within))?|payable(?: (?:in|within))?|at|to|terms?) )*(?P<days9>\d{{1,3}}) days\b(?![- ]+(?:(?:written |of )?notice|trial|before|prior|deliver|lead|from order))(?=\s*(?:[.,;)!]|\u2705|$|\n|net\b|please\b|after\b|from\b|flat\b|as\b|and\b|only\b|for\b))",
    re.IGNORECASE,
)
_IF_PAID = re.compile(r"\b(?:discount|%)(?: discount)? (?:for|if|on|with|when)\b", re.IGNORECASE)
_EARLY = re.compile(
    r"[ ,:(]{0,3}(?:(?:net|with|less|an?) )*\d{1,2}(?:[.,]\d{1,2})? ?% (?:early-payment |cash |prompt-payment )?discount", re.IGNORECASE
)
_AT_ONCE = re.compile(r"\b(?:payable|due|payment)(?: is| are)?(?: due)?:? (?:immediately|at once|upon receipt|on receipt)", re.IGNORECASE)
_CAP = re.compile(
    r"\b(?:price|renewal|increase|uplift|indexation|rise|adjustment|escalation|indexing)s?\b[^.;]{0,60}?\b(?:cap(?:ped)?(?: at| of)?|(?:fixed|frozen|held|locked) at|at most|no more than|not more than|maximum(?: of)?|max\.?|limited to|not exceed|up to|of)[: ]{1,2}(?:by |um |to |del |de )?(?P<cap>\d{1,2}(?:[.,]\d{1,2})?) ?%"
    r"|\b(?:price|increase|uplift|indexation|adjustment|escalation)s?\b[^.;%\d]{0,60}?(?P<cap4>\d{1,2}(?:[.,]\d{1,2})?) ?%(?: (?:a|per) year| p\.a\.| yearly| annually)?,? (?:limited|capped|at most|maximum|max\b)"
    r"|\bcap(?:ped)? (?:of|at|is|to) (?P<cap3>\d{1,2}(?:[.,]\d{1,2})?) ?%"
    r"|\b(?:cap(?:ped)?|at most|maximum|max\.?|limited)\b[^.;%]{0,40}?(?P<cap2>\d{1,2}(?:[.,]\d{1,2})?) ?%[^.;]{0,40}?\b(?:increase|uplift|renewal|price rise)"
    r"|(?P<cap5>\d{1,2}(?:[.,]\d{1,2})?) ?% (?:(?!discount|rebate)\w+[ -]){0,2}cap\b",
    re.IGNORECASE,
)
_NO_CAP = re.compile(rf"\b(?:{_TAX_NAME}|discount|rebate|deposit)\b", re.IGNORECASE)
_NOTICE = re.compile(
    rf"\b(?:notice|cancellation)(?: period)?\b[^.;,\d\n]{{0,25}}?\b{_COUNT} (?P<unit>days?|weeks?|months?)\b|\b{_COUNT.replace('count', 'count2')}[ -](?P<unit2>days?|weeks?|months?)(?:['\u2019]s?)?[ -](?:(?:of|written|prior|cancellation|advance) )*notice|\bcancel\w*\b[^.;]{{0,30}}?\b{_COUNT.replace('count', 'count3')} (?P<unit3>days?|weeks?|months?) (?:before|prior|ahead|in advance)",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 30}


def _matches(mail: MailText, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Span]]:
    for found in mail.matches(pattern):
        yield found, mail.span(found.start(), found.end())


def _group(found: re.Match[str], name: str) -> str:
    """Return the first filled group among `name`, `name2`, `name3` and so on."""
    groups = found.groupdict()
    return next((groups[key] for key in (name, *(f"{name}{index}" for index in range(2, 10))) if groups.get(key)), "")


def counted(word: str) -> int:
    """Return a count in digits or in a small English word."""
    return _WORDS.get(word.lower()) or int(word)


def _basis_points(token: str) -> int:
    return int(value_of(token)[0] * 100)


def tax_basis_in(text: str) -> TaxBasis | None:
    """Return what a passage says about tax, or None when it says nothing or contradicts itself."""
    return _one_basis({basis for basis, pattern in _BASES.items() if pattern.search(text)})


def _one_basis(said: set[TaxBasis]) -> TaxBasis | None:
    if TaxBasis.NONE in said:
        return TaxBasis.NONE if TaxBasis.GROSS not in said else None
    return said.pop() if len(said) == 1 else None


def tax_basis(mail: MailText) -> Found[TaxBasis] | None:
    """Return what the whole mail says about tax, or None when it is silent or says both."""
    basis = _one_basis({basis for basis, pattern in _BASES.items() if mail.matches(pattern)})
    if basis is None:
        return None
    _found, span = next(_matches(mail, _BASES[basis]))
    return Found(basis, span)


def tax_rate(mail: MailText) -> tuple[Found[int], ...]:
    """Return the stated tax rates in basis points, each once."""
    rates: dict[int, Found[int]] = {}
    for found, span in _matches(mail, _TAX_RATE):
        rate = _basis_points(_group(found, "rate"))
        rates.setdefault(rate, Found(rate, span))
    return tuple(rates.values())


def accounted(mail: MailText) -> tuple[tuple[int, int], ...]:
    """Return where the mail speaks of tax, term, payment, cap or notice in a form that is read, twice-told terms included."""
    patterns = (_NO_TAX, _NET, _GROSS, _TAX_RATE, _TERM, _ANNUAL_TERM, _NO_TERM, _BILLING, _PAYMENT_DAYS, _CAP, _NOTICE)
    return tuple(found.span() for pattern in patterns for found in mail.matches(pattern))


def reverse_charge(mail: MailText) -> Span | None:
    """Return where the mail says that the buyer owes the tax."""
    return next((span for _, span in _matches(mail, _REVERSE)), None)


def terms_in_months(mail: MailText) -> tuple[Found[int], ...]:
    """Return every contract length the mail states, in months, each once; 1 for "cancel any time"."""
    months: dict[int, Found[int]] = {}
    for found, span in _matches(mail, _TERM):
        if _NOT_TERM.search(mail.text[max(0, found.start() - 50) : found.start()]) and found.group()[0] not in "(,;":
            continue
        count = counted(_group(found, "count")) * (12 if _group(found, "unit").lower().startswith("year") else 1)
        if 1 <= count <= 120:
            months.setdefault(count, Found(count, span))
    for pattern, count in ((_ANNUAL_TERM, 12), (_NO_TERM, 1)):
        for found, span in _matches(mail, pattern):
            if count == 1 and _THEREAFTER.search(mail.text[max(0, found.start() - 60) : found.start()]):
                continue
            months.setdefault(count, Found(count, span))
    return tuple(sorted(months.values(), key=lambda found: found.span.start))


def billings(mail: MailText) -> tuple[Found[Period], ...]:
    """Return every billing rhythm the mail states, each once."""
    rhythms: dict[Period, Found[Period]] = {}
    for found, span in _matches(mail, _BILLING):
        period = _CYCLE.get(_group(found, "every").lower(), Period.YEAR)
        rhythms.setdefault(period, Found(period, span))
    return tuple(rhythms.values())


def unread_rhythm(mail: MailText) -> Span | None:
    """Return words about a rhythm of billing where `billings` reads none."""
    return None if billings(mail) else next((span for _, span in _matches(mail, _SOME_RHYTHM)), None)


def payment_days(mail: MailText, refused: Span | None = None) -> Found[int] | None:
    """Return the payment period in days, outside the words that refuse one; 0 when payment is due at once."""
    for found, span in _matches(mail, _PAYMENT_DAYS):
        figure = mail.span(*next(found.span(name) for name, value in found.groupdict().items() if value))
        if refused is not None and refused.start < figure.end and figure.start < refused.end:
            continue
        if _IF_PAID.search(mail.text[max(0, found.start() - 30) : found.end()]) or _EARLY.match(mail.text, found.end()):
            continue
        days = int(_group(found, "days"))
        if days <= 365:
            return Found(days, span)
    weeks = next(((found, span) for found, span in _matches(mail, _PAYMENT_WEEKS) if refused is None), None)
    if weeks is not None:
        return Found(7 * counted(weeks[0]["count"]), weeks[1])
    return next((Found(0, span) for _, span in _matches(mail, _AT_ONCE)), None)


def price_increase_caps(mail: MailText) -> tuple[Found[int], ...]:
    """Return the caps on price increases in basis points, in order."""
    caps = ((found, span) for found, span in _matches(mail, _CAP) if not _NO_CAP.search(found.group()))
    return tuple(Found(_basis_points(_group(found, "cap")), span) for found, span in caps)


def notices(mail: MailText) -> tuple[Found[int], ...]:
    """Return the notice periods in days (a month counts 30, a week 7), in order."""
    stated = (
        (counted(_group(found, "count")) * _DAYS[_group(found, "unit").lower().rstrip("s")], span)
        for found, span in _matches(mail, _NOTICE)
    )
    return tuple(Found(days, span) for days, span in stated if days <= 400)
