"""How many of what: counts with the noun as stated, and never a resolution, a model number, a memory size or a date."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, pairwise

from agents.requisition_intake import lexicon
from agents.requisition_intake.figures import DIGITS, SPELLED, TIMES, value_of
from agents.requisition_intake.money_terms import CORRECTION
from agents.requisition_intake.text import BLANK
from memory.domain.instruction import Category

_LARGEST = 10**9
_MOST = 100


class Kind(StrEnum):
    """What is counted."""

    PEOPLE = "people"
    COUNT = "count"
    THING = "thing"
    TIME = "time"
    SIZE = "size"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A count. `start:end` is the count with its noun; `taken` what the search for the need must leave out."""

    start: int
    end: int
    number: int
    unit: str | None
    kind: Kind
    taken: tuple[int, int]


_COUNTED = {
    Kind.PEOPLE: r"users?|seats?|people|ppl|peeps|folks|persons?|members?|employees?|colleagues|staff(?: members)?|team ?members?|heads|agents|licen[cs]es?|accounts|participants|attendees|guests|developers seats|students|pax|of us|teammates|coworkers|co-workers|adults|operators|admins?|freelancers seats|user accounts",
    Kind.COUNT: r"contacts|subscribers|emails?|e-mails|mailboxes|inboxes|devices|domains|websites|sites|pages|page ?views|pageviews|visits|visitors|words|invoices|documents|projects|events|transactions|orders|tickets|requests|responses|signatures|copies|sheets|pieces|units|pcs|items|sessions|lessons|minutes of \w+|customers|leads|records|posts|articles|boxes|packs|reams|bottles|bags|servers|instances|workers|repositories|endpoints|workstations|sets|pairs|rooms|locations|calls|messages|sms|products|packages|parcels|shipments|slides|photos|images|videos|logos|drafts|hires|candidates|tests|translations|envelopes|licen[cs]e keys|credits|queries|downloads|rolls|kits|keys|subscriptions|followers|meetings|nights|rounds|translations|listings|vehicles|vans|square met(?:er|re)s|sqm|m2|m²|kg(?= of)|lit(?:er|re)s(?= of)|met(?:er|re)s(?= of)|feet(?= of)|yards(?= of)",
    Kind.TIME: r"hours?|hrs?|man-?days?|person-?days?|working days?|days?|weeks?|months?",
    Kind.SIZE: r"tb|gb|terabytes?|gigabytes?|tib|gib|pb",
}  # fmt: skip
_NOT_UNITS = re.compile(
    r"(?:inch(?:es)?|in|\"|'|mm|cm|m|km|ft|feet|meters?|metres?|g|grams?|pounds?|lbs?|w|watts?|kw|kwh|hz|khz|mhz|ghz|mp|mpx|megapixels?|mah|wh|v|volts?|mb|mbps|gbps|mbit|gbit|kb|px|dpi|ppm|nits|lumens?|rpm|fps|bit|bits|core|cores|threads|times?|x|%|percent|years?|yrs?|yr|minutes?|mins?|seconds?|secs?|weeks?|quarters?|am|pm|th|st|nd|rd|or|and|to|stars?|degrees|ports?|levels?|factor|tier|star|gen|generation|hours?|hrs|port|bay|drawers?|seater|zone|button|ply|day|days|month|months|this|is|has|pros?|plus|max|mini|ultra|was|addresses|us|vcpus?|cpus?|countries|languages|currencies|integrations|gb|tb)\b"
)
_MODEL_BEFORE = re.compile(
    r"(?<![a-z])(?:iphone|ipad|galaxy(?: [a-z]+)?|pixel|office|windows|microsoft|iso|iec|soc|pci|usb|wi-?fi|wifi|ryzen|core|version|ver|v|section|article|art|level|tier|type|cat|rtx|gtx|macos|python|php|node|postgres|postgresql|mysql|debian|ubuntu|thinkpad(?: [a-z])?|surface(?: pro| laptop| go)?|xps|playstation|dell|elitebook|latitude|gen|generation|model|no|nr|number|phase|room|floor|class|grade|din|en|hdmi|displayport|bluetooth|raspberry pi|pi|series|case|catalyst|quest|kindle|kit|form|chapter|hub|studio|core i\d?|\bi|\bm|a|din a|page|angular|django|rails|java|laravel|vue|symfony|wordpress|drupal|magento|macbook(?: air| pro)?|watch|airpods|fairphone|since|year|oxygen|tls|html|css|http/?|ipv|mx(?: keys| master)?|g|#)[\s-]?$"
)
_PEOPLE_PATTERNS = (
    rf"\b(?:for\s+)?(?:a|an|our|my|the)\s+(?:small |little |growing |remote )?(?:team|group|company|crew|office|agency|staff|business|startup|household|studio|shop|department|class|party)\s+of\s+(?:about |around |roughly )?(?P<n>{DIGITS}|{SPELLED})(?:\s+(?P<unit>people|users|persons|employees|developers|designers|members))?\b",
    rf"\b(?:there\s+are|there're|it's)\s+(?:only |just |about |currently )?(?:the )?(?P<n>{DIGITS}|{SPELLED})\s+of\s+us\b",
    rf"\b(?:for\s+)?(?:the |all )?(?P<n>{DIGITS}|{SPELLED})\s+of\s+us\b",
    rf"\b(?:we\s+are|we're|we\s+have|i\s+have)\s+(?:only |just |about |around |currently |now |a team of )*(?P<n>{DIGITS}|{SPELLED})(?:\s+(?P<unit>people|employees|users|staff|developers|members|persons|colleagues))?(?=\s*(?:[.,;!?\n{BLANK}]|$|\bin\b|\band\b|\bso\b|\bwho\b|\bon\b|\bhere\b|\bnow\b|\bat\b))",
    rf"\b(?P<n>{DIGITS}|{SPELLED})[\s-](?:person|man|people|member|strong)[\s-](?:team|company|startup|agency|office|crew|group|business|shop|studio|firm)\b",
)
_ONE_STRETCH = r"\bfor (?:a|one)(?: whole| full)? (?P<unit>day|week|month|hour|half[- ]day)\b"
_EXPLICIT = rf"\b(?:qty|quantity|count|amount|number of \w+)[\"']?\s*[:=]?\s*(?P<n>{DIGITS}|{SPELLED})\b"
_TIMES = r"(?<![\w.])(?:(?P<n>\d{1,4})\s?x(?=\s)|x\s?(?P<m>\d{1,4})(?!\w))"
_SINGLE_USER = r"\b(?:(?:a )?single[- ]user|one[- ]user|just (?:for )?me|only (?:for )?me|for myself|(?:just|only) (?:one person|myself))\b"
_STOP = re.compile(rf"[.,;:!?()\n{BLANK}—]|\b(?:for|with|that|under|by|to|from|and|at|in|on|or|per|a|the|we|i|which|who)\b")


_LISTED = rf"(?:^|[\n,;(]|[-*]\s)\s*(?:no\.? of |# of )?(?P<unit>{_COUNTED[Kind.PEOPLE]}|{_COUNTED[Kind.COUNT]})\s*[:=]\s*(?P<n>{DIGITS}{TIMES}?)(?!\w)"
"""A count in a form: "agents: 4"."""


def find_quantities(work: str) -> tuple[Quantity, ...]:
    """Return every count in text whose amounts and dates are blanked, in order."""
    found: list[Quantity] = []
    for quantity in (*islice(_of_people(work), _MOST), *islice(_explicit(work), _MOST), *_counted(work)):
        if all(quantity.end <= q.start or quantity.start >= q.end for q in found):
            found.append(quantity)
    return tuple(sorted(found, key=lambda q: q.start))


def choose_quantity(low: str, found: tuple[Quantity, ...], category: Category | None, shelf: str | None) -> Quantity | None:
    """Return the count the purchase is about.

    Contacts before users for mailing tools, hours and days for people hired, sizes for storage only; otherwise seats and
    people first for software, things first for everything else.
    """
    usable = [q for q in found if _fits(q, category, shelf)]
    for earlier, later in pairwise(usable):
        if earlier.unit == later.unit and CORRECTION.search(low, earlier.end, later.start):
            return later
    return min(usable, key=lambda q: (_rank(q, category, shelf), q.start), default=None)


def _fits(quantity: Quantity, category: Category | None, shelf: str | None) -> bool:
    if quantity.kind is Kind.SIZE:
        return category is Category.SAAS and shelf in {"backup_storage", "hosting", "software", None}
    if quantity.kind is Kind.TIME:
        return category in {Category.CONTRACTOR, Category.SERVICES}
    if quantity.kind is Kind.PEOPLE and category is Category.CONTRACTOR:
        return quantity.unit not in {"people", "employees", "of us"}
    return True


_COUNTS_FIRST = frozenset({"email_marketing", "analytics", "e_signature", "email_hosting", "domain_dns"})
_ORDERS: dict[Category, tuple[Kind, ...]] = {
    Category.SAAS: (Kind.PEOPLE, Kind.COUNT, Kind.SIZE, Kind.THING),
    Category.HARDWARE: (Kind.THING, Kind.COUNT, Kind.OTHER, Kind.PEOPLE),
}


def _rank(quantity: Quantity, category: Category | None, shelf: str | None) -> int:
    order = _ORDERS.get(category or Category.SERVICES, (Kind.TIME, Kind.COUNT, Kind.THING, Kind.PEOPLE))
    if category is Category.SAAS and shelf in _COUNTS_FIRST:
        order = (Kind.COUNT, *order)
    if shelf == "backup_storage":
        order = (Kind.SIZE, *order)
    lasts = quantity.kind is Kind.TIME and re.match(r"week|month", quantity.unit or "") is not None
    return len(order) if lasts or quantity.kind not in order else order.index(quantity.kind)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _of_people(work: str) -> Iterator[Quantity]:
    for pattern in _PEOPLE_PATTERNS:
        for match in _compiled(pattern).finditer(work):
            unit = match.groupdict().get("unit") or "people"
            yield from _made(match, match["n"], unit, Kind.PEOPLE, match.span())
    for match in _compiled(_SINGLE_USER).finditer(work):
        yield Quantity(match.start(), match.end(), 1, "user", Kind.PEOPLE, match.span())


def _explicit(work: str) -> Iterator[Quantity]:
    for match in _compiled(_ONE_STRETCH).finditer(work):
        yield Quantity(match.start(), match.end(), 1, match["unit"], Kind.TIME, match.span())
    for match in _compiled(_EXPLICIT).finditer(work):
        yield from _made(match, match["n"], None, Kind.THING, match.span())
    for match in _compiled(_LISTED).finditer(work):
        unit = match["unit"]
        kind = Kind.PEOPLE if _compiled(_COUNTED[Kind.PEOPLE]).fullmatch(unit) else Kind.COUNT
        yield from _made(match, match["n"], unit, kind, match.span())
    for match in _compiled(_TIMES).finditer(work):
        following = _noun_after(work, match.end()) if match["n"] else None
        unit, end = (following[0], following[2]) if following else (None, match.end())
        number = int(match["n"] or match["m"])
        if number:
            yield Quantity(match.start(), end, number, unit, Kind.THING, match.span())


def _made(match: re.Match[str], number: str, unit: str | None, kind: Kind, taken: tuple[int, int]) -> Iterator[Quantity]:
    value = value_of(number)
    if value == value.to_integral_value() and 1 <= value <= _LARGEST:
        yield Quantity(match.start(), match.end(), int(value), unit, kind, taken)


_NUMBER = rf"(?<![\w.,/+'-])(?P<lead>(?:for\s+)?(?:up to |about |around |roughly |approximately |approx\.? |at least |over |some |another |my |our |the |all |circa |~){{0,4}})(?P<low>{DIGITS}{TIMES}?\s?(?:-|to|or)\s?)?(?P<n>{DIGITS}{TIMES}?|{SPELLED})(?:\s?\(\d{{1,6}}\))?(?:\s?nos\.)?(?![\d%°])(?P<gap>\s?[\s-]\s?|(?=tb\b|gb\b|h\b|hrs\b))"


def _counted(work: str) -> Iterator[Quantity]:
    for match in islice(_compiled(_NUMBER).finditer(work), _MOST):
        if _MODEL_BEFORE.search(work[max(0, match.start("n") - 24) : match.start("n")]) and not match["n"].isalpha():
            continue
        value = value_of(match["n"])
        if value != value.to_integral_value() or not 1 <= value <= _LARGEST:
            continue
        noun = _noun_after(work, _past_measure(work, match.end()))
        if noun is None or (match["n"] in _DEFINITIONS and noun[1] is Kind.THING):
            continue
        unit, kind, end = noun
        if kind is Kind.TIME and _TERM.search(work[max(0, match.start("n") - 20) : match.start("n")]):
            continue
        whole = kind in {Kind.PEOPLE, Kind.COUNT, Kind.TIME, Kind.SIZE}
        if not whole and match["n"] == "one" and not re.search(r"\b(?:for|buy|order|get|need)\s*$", work[: match.start("n")][-8:]):
            continue
        named = (
            kind is Kind.PEOPLE
            and re.match(r"(?!more\b|new\b|additional\b|extra\b|team\b|user\b)\w[\w-]*\s\w", work[match.end() : end]) is not None
        )
        if named or (kind is Kind.OTHER and _PROPERTY.search(work[max(0, match.start() - 16) : match.start("n")])):
            if named:
                yield Quantity(match.start("n"), end, int(value), unit, Kind.THING, (match.start("n"), match.end()))
            continue
        taken_end = _joiner_end(work, end) if whole else match.end()
        yield Quantity(
            match.start("low") if match["low"] else match.start("n"),
            end,
            int(value),
            unit,
            kind,
            (match.start() if whole else match.start("n"), taken_end),
        )


_SPEC = re.compile(r"(?:\d+(?:[.,]\d+)?\s?(?:gb|tb|mm|cm|inch|in|w|kw|kg|g|ml|mah|hz|mp|mbit|gbit)\s+(?=[a-z][\w-]*\s*[a-z-]*s\b))?")
"""A measure between the count and its noun: "two 512 GB cards"."""


def _past_measure(work: str, place: int) -> int:
    measure = _SPEC.match(work, place)
    return measure.end() if measure is not None else place


_DEFINITIONS = frozenset({"4k", "5k", "8k", "2k"})
"""Resolutions of a screen, not thousands."""
_TERM = re.compile(
    r"\b(?:at most|maximum|max\.?|minimum|min\.?|term(?: of)?|within|every|after|last|next|notice of|notice period of|warranty of)\s*$"
)
"""Before a stretch of time: it is a term or a notice, not hours to buy."""
_PROPERTY = re.compile(r"\b(?:with|at least|have|has|having|supports?|supporting|minimum|includ\w+|offers?|min)\s*(?:at least |up to )?$")
"""Before a count of something unknown: it describes what is bought ("with at least 5 connections")."""


def _joiner_end(work: str, end: int) -> int:
    """Return where the count ends: in "5 seats of Figma", "40 hours of design" the joiner goes with it."""
    rate = re.compile(r"\s?(?:(?:a|an|per|each|every|/)\s?(?:day|week|month|year|mo|wk|yr)|weekly|monthly|daily|annually|yearly)\b").match(
        work, end
    )
    end = rate.end() if rate else end
    joiner = re.compile(
        r"\s+of work(?=[\s.,;]|$)|\s+(?:of|worth of|for (?=[a-z]*\s?(?:adobe|figma|slack|notion|microsoft|google|zoom))|to)\b(?=\s)"
    ).match(work, end)
    return joiner.end() if joiner else end


def _noun_after(work: str, place: int) -> tuple[str, Kind, int] | None:
    """Return the noun that is counted, what kind it is, and where it ends."""
    stop = _STOP.search(work, place)
    window_end = min(stop.start() if stop else len(work), place + 60)
    for kind, nouns in _COUNTED.items():
        found = _compiled(rf"(?:(?:\w[\w-]*)\s+){{0,{4 if kind is Kind.PEOPLE else 2}}}?(?P<unit>{nouns})\b").match(work, place, window_end)
        if (
            found is not None
            and (kind not in {Kind.TIME, Kind.SIZE} or found.start("unit") <= place + 1)
            and not _attribute(work, found, kind)
        ):
            return found["unit"].replace("of us", "people"), kind, found.end()
    if _NOT_UNITS.match(work, place) or _LENGTH.match(work, place):
        return None
    things = [m for m in lexicon.pattern().finditer(work, place, window_end) if len(work[place : m.start()].split()) <= 4]
    if things and len(work[place : things[0].start()].split()) <= 3:
        thing = things[-1]
        last = thing.group().split()[-1].split("-")[-1] if " " in thing.group() else thing.group()
        return last, Kind.THING, thing.end()
    plural = _compiled(r"(?:(?!\d)[\w-]+\s+){0,2}?(?P<unit>(?!\d)[a-z][a-z-]{2,}(?<!s)s)\b(?!\s+[a-z-]+s\b)").match(work, place, window_end)
    if plural is not None and not _NOT_UNITS.match(plural["unit"]):
        return plural["unit"], Kind.OTHER, plural.end()
    return None


_LENGTH = re.compile(r"(?:page|slide|minute|chapter|second|storey|room)[ -](?=[a-z])")
"""A length in the singular before a noun says how long it is ("a 30 page brochure"), not how many."""


def _attribute(work: str, found: re.Match[str], kind: Kind) -> bool:
    """Whether the measure describes the thing ("16 GB RAM", "30 days trial", "2 months notice") rather than counting it."""
    rest = work[found.end() : found.end() + 16]
    if kind is Kind.SIZE:
        return bool(re.match(r"\s?(?:of )?(?:ram|ssd|memory|disk|hdd|nvme|vram|storage per|internal)", rest))
    if kind is Kind.TIME:
        return bool(
            re.match(
                r"\s(?:trial|free|notice|before|warranty|contract|term|money|from|ago|old|response|support|return|cancel|after|later|delivery|lead)",
                rest,
            )
        )
    return False
