"""The words beside a price that tell for how long and for how many units it is."""

from __future__ import annotations

import re

from agents.negotiator.figures import NUMBER, whole
from memory.domain.money import Period

_UNIT_WORDS = r"seats?|users?|contacts?|subscribers?|licen[cs]es?|units?|pieces?|devices?|items?|heads?|persons?|people|employees?|agents?|members?|computers?|laptops?|monitors?|chairs?|desks?|servers?|mailbox(?:es)?|domains?|sites?|copies|copy|hours?|days?|workstations?|workplaces?|accounts?|logins?|sièges?|accès|accesos?|cuentas?|comptes?|postes?|plazas?|personnes?|personas?|salariés?|empleados?|zugang|zugänge|arbeitsplatz|kopf|köpfe|nase|mitarbeiter(?:in)?|person(?:en)?"
_PERIOD_WORDS = (
    (Period.MONTH, r"(?:(?:/|\bper|\ba|\beach|\bpro|\bevery|\band) ?(?:calendar )?(?:month|mo\b|mth)|\bmonthly\b|\bp\.? ?m\.?(?![a-z]))"),
    (Period.QUARTER, r"(?:(?:/|\bper|\ba|\beach) ?quarter|\bquarterly\b)"),
    (
        Period.YEAR,
        r"(?:(?:/|\bper|\ba|\beach|\band|\bfor (?:the|one)) ?(?:full )?(?:year|yr\b|annum)|\b(?:yearly|annually|annual)\b|\bp\.? ?a\.?(?![a-z])|\bfor (?:the )?(?:12|twelve) months)",
    ),
    (Period.DAY, r"(?:(?:/|\bper|\ba|\beach) ?(?:working |man[- ])?day\b|\bdaily\b)"),
    (Period.HOUR, r"(?:(?:/|\bper|\ban|\beach) ?(?:hour|hr\b)|\bhourly\b|/h\b)"),
)
_RHYTHM = re.compile(
    r"\b(?:billed|billing|paid|payable|payment|prepaid|prepay\w*|invoiced|charged|paying|if you pay)(?: \w+){0,2} (?:monthly|quarterly|yearly|annually|annual|per month|per year|upfront)|\b(?:yearly|annual|annually|monthly)[ ,]{1,2}(?:in advance|billing|prepay\w*|payment|contract|plan|commitment|subscription|term)",
    re.IGNORECASE,
)


def period_in(window: str, *, nearest_last: bool = False) -> Period | None:
    """Return the period that words beside a price name; how it is billed is no period of the price."""
    window = _RHYTHM.sub(" ", window)
    hits = [(found.start(), period) for period, words in _PERIOD_WORDS for found in re.finditer(words, window, re.IGNORECASE)]
    return None if not hits else max(hits)[1] if nearest_last else min(hits)[1]


_BLOCK = re.compile(
    rf"\bunit price\b|(?:/|\bper|\ba|\bfor each|\bfor every|\bevery) ?(?P<count>{NUMBER}k?)? ?(?:(?:named|active|licen[cs]ed|registered|concurrent|full|individual) )?(?:{_UNIT_WORDS})\b|(?:/|\bper|\bpro) ?(?!(?:month|year|quarter|day|hour|annum|week|card|bank|direct|invoice|e-?mail|post|wire|cent|SEPA|order|team|company|project|package|month\w*)\b)[^\W\d_]{{3,}}(?:/| and | per | a | \u00d7 ?| x )(?:calendar )?(?:month|year|quarter)\b|\beach\b|\bapiece\b|\ba piece\b|\b(?:month|year|quarter|monthly|yearly|annually) ?(?:and|&|/|,) ?(?:per )?(?:user|seat|licen[cs]e|person|head|employee|account|device|member)\b",
    re.IGNORECASE,
)
PACK = re.compile(
    rf"(?:/|\bper|\beach|\ba) ?(?:(?P<count>{NUMBER})[ -](?:user|seat|licen[cs]e|unit|piece)[ -])?(?:pack|bundle|block|box|set|batch)\b(?: of (?P<count2>{NUMBER}))?",
    re.IGNORECASE,
)
_PACKS_OF = re.compile(rf"\b(?:packs?|bundles?|blocks?|boxes|sets?|batches) of (?P<count>{NUMBER})\b", re.IGNORECASE)


def pack_size(pack: re.Match[str], sentence: str) -> int:
    """Return how many units the pack holds that a price is for, or 0 where the sentence does not say."""
    elsewhere = _PACKS_OF.search(sentence)
    count = pack["count"] or pack["count2"] or (elsewhere["count"] if elsewhere else "")
    return (whole(count) or 0) if count else 0


def block_of(window: str) -> int:
    """Return how many units one price buys: 1 for "per seat", 1000 for "per 1,000 contacts", 0 when nothing is said."""
    found = _BLOCK.search(re.sub(r"(?:/|\bper|\ba) ?(?:hour|day)s?\b", " ", window))
    if not found:
        return 0
    return (whole(found["count"]) or 1) if found["count"] else 1


def counts_units(window: str) -> bool:
    """Whether words beside a price say that it is for one unit."""
    return bool(block_of(window))
