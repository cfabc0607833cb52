"""What a group of words names: one term of an offer, as a rule with a value, perhaps with a bound ("at most"). Every word counts.

a year's commitment        12 months          no commitment        1 month: free to leave
net 30                     30 days to pay     a fixed price        a cap of 0 %
paying a year in advance   yearly billing     at most 60 days' notice
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from agents.negotiation.preferences.amounts import DAYS, MONTHS, SHARE, SPAN, basis_points, counted_in
from memory.domain.preferences import Level, Term


class Bound(Enum):
    """Which way a value is a bound. `OVER` and `UNDER` say so only where something is denied: "not longer than a year"."""

    MOST = "at most"
    LEAST = "at least"
    OVER = "more than"
    UNDER = "less than"


@dataclass(frozen=True)
class Phrase:
    """A term and its value; None where only the term is named ("a set-up fee"). `loose` means nothing without a bound."""

    term: Term
    value: Level | None
    bound: Bound | None = None
    loose: bool = False


_DET = r"(?:(?:an?|the|any|some|my|our) )?"
_HAVE = r"(?:(?:having|getting|have|get|to have|to get) )?"
_BIND = r"(?:commitments?|contracts?|terms?|plans?|subscriptions?|agreements?|lock[- ]?in|contract terms?)"
_TIED = r"(?:(?:being|to be|be) )?(?:bound|tied|tied in|locked|locked in|committed)"
_ADJECTIVE = r"(?P<cycle>monthly|quarterly|yearly|annual)"
_ADVERB = r"(?P<cycle>monthly|quarterly|yearly|annually|by the month|by the quarter|by the year|every month|every quarter|every year)"
_AHEAD = r"(?:in advance|ahead|up ?-?front)"
_PAYING = r"(?:paying|to pay|pay)"
_RISES = r"price (?:increases?|rises?)"
_LEVEL = (
    r"(?P<level>premium|priority|enterprise|business|gold|platinum|silver|standard|basic|phone|telephone|24/7|24x7|dedicated|email|chat)"
)

Reading = Callable[[re.Match[str]], Level | None]


def _months(found: re.Match[str]) -> Level | None:
    return counted_in(found, MONTHS)


def _days(found: re.Match[str]) -> Level | None:
    return counted_in(found, DAYS)


def _cycle(found: re.Match[str]) -> str:
    return next(stem for stem, start in (("month", "month"), ("quarter", "quarter"), ("year", "")) if start in found["cycle"])


def _of_cycle(found: re.Match[str]) -> Level:
    return MONTHS[_cycle(found)]


def _ahead(found: re.Match[str]) -> Level | None:
    months = counted_in(found, MONTHS)
    return next((stem for stem, length in MONTHS.items() if length == months), None)


def _share(found: re.Match[str]) -> Level:
    return basis_points(found["share"])


def _level(found: re.Match[str]) -> Level:
    return found["level"]


def _always(value: Level) -> Reading:
    return lambda _found: value


#: A phrase is read by the first line that fits it from end to end.
_PHRASES: tuple[tuple[Term, Reading, tuple[str, ...]], ...] = (
    (
        Term.TERM_MONTHS,
        _months,
        (
            rf"{_HAVE}{_DET}{SPAN}(?: of)? {_BIND}",
            rf"{_DET}{_BIND} (?:of|for) {SPAN}",
            rf"{_TIED} (?:for|of) {SPAN}",
            rf"(?:to )?(?:commit|committing|sign|signing|sign up|signing up) (?:for|to|of) {SPAN}(?: {_BIND})?",
            rf"(?:being )?(?:bound|tied) {SPAN}",
        ),
    ),
    (Term.TERM_MONTHS, _of_cycle, (rf"{_HAVE}{_DET}{_ADJECTIVE} {_BIND}",)),
    (
        Term.TERM_MONTHS,
        _always(1),
        (
            r"(?:no|without|without any) (?:commitments?|lock[- ]?in|minimum term)",
            r"(?:being |to be )?(?:free|able) to (?:leave|cancel)(?: at)?(?: any ?time| monthly| every month)?",
            r"(?:to )?(?:cancel|cancelling|canceling|leave) (?:at )?any ?time",
            rf"{_DET}month[- ]to[- ]month(?: {_BIND})?",
        ),
    ),
    (
        Term.BILLING,
        _cycle,
        (
            rf"{_HAVE}{_DET}{_ADJECTIVE} (?:billing|payments?|invoicing|invoices?|prepayments?)(?: {_AHEAD})?(?: of the (?:contract|plan))?",
            rf"(?:being |to be |be )?(?:billed|invoiced|billing|invoicing) {_ADVERB}",
            rf"{_PAYING} {_ADVERB}(?: {_AHEAD})?",
        ),
    ),
    (
        Term.BILLING,
        _ahead,
        (
            rf"{_PAYING} (?:for )?{SPAN} {_AHEAD}",
            rf"{_PAYING} {_AHEAD} for {SPAN}",
            rf"(?:to )?(?:prepaying|prepay|prepayment of|prepayment for) {SPAN}",
            rf"{_DET}{SPAN} (?:paid )?{_AHEAD}",
            rf"{_DET}{SPAN}(?: of)? prepayment",
        ),
    ),
    (
        Term.PAYMENT_DAYS,
        _days,
        (
            rf"{_HAVE}{_DET}{SPAN}(?: of)? (?:to pay|payments?|payment terms?|payment time|payment period|time to pay|for payment)",
            rf"(?:payment|{_PAYING}) (?:within|in|after) {SPAN}",
            rf"{_HAVE}{_DET}(?:payment terms?|payment period|payment time|time to pay) of {SPAN}",
        ),
    ),
    (Term.PAYMENT_DAYS, lambda found: int(found["net"]), (r"(?:payment )?(?:terms? )?(?:of )?net[ -](?P<net>\d{1,3})(?: days)?",)),
    (
        Term.PRICE_CAP,
        _share,
        (
            rf"{_HAVE}{_DET}(?:price )?cap(?: on (?:price )?(?:increases|rises))? (?:of|at) {SHARE}(?: (?:a|per) year)?",
            rf"{_HAVE}{_DET}(?:price )?cap (?:of|at) {SHARE} on (?:price )?(?:increases|rises)",
            rf"{_HAVE}{_DET}{SHARE} (?:price )?cap(?: on (?:price )?(?:increases|rises))?",
            rf"{_RISES} (?:capped|limited) (?:at|to) {SHARE}(?: (?:a|per) year)?",
        ),
    ),
    (Term.PRICE_CAP, _always(0), (rf"{_HAVE}{_DET}(?:fixed prices?|price (?:lock|guarantee|freeze|hold))", rf"no {_RISES}")),
    (
        Term.NOTICE_DAYS,
        _days,
        (rf"{_HAVE}{_DET}{SPAN}(?: of)? notice(?: period)?", rf"{_HAVE}{_DET}notice(?: period)? (?:of|within) {SPAN}"),
    ),
    (Term.SUPPORT, _level, (rf"{_HAVE}{_DET}{_LEVEL}(?: level)? support",)),
)
_LOOSE: tuple[tuple[Term, Reading, str], ...] = ((Term.PRICE_CAP, _share, rf"{_DET}{_RISES} (?:of|by) {SHARE}(?: (?:a|per) year)?"),)
#: The term alone, without a value.
_BARE: tuple[tuple[Term, str], ...] = (
    (Term.TERM_MONTHS, rf"{_DET}(?:commitments?|lock[- ]?in|minimum term)|{_TIED}"),
    (Term.BILLING, rf"{_DET}(?:prepayments?|advance payments?)|(?:to )?(?:prepay|prepaying)|(?:{_PAYING}|payment) {_AHEAD}"),
    (Term.PRICE_CAP, rf"{_DET}{_RISES}"),
    (Term.SETUP_FEE, rf"{_DET}(?:set-? ?up|one-off|one-time) (?:fees?|costs?|charges?)"),
)
#: Two years are a contract's length and nothing else; months could be notice, days anything.
_YEARS = re.compile(rf"(?=.*years?){SPAN}")
_READERS = tuple((term, reading, re.compile(pattern)) for term, reading, patterns in _PHRASES for pattern in patterns)
_LOOSELY = tuple((term, reading, re.compile(pattern)) for term, reading, pattern in _LOOSE)
_BARELY = tuple((term, re.compile(pattern)) for term, pattern in _BARE)

#: Each bound, and what stands in its place: "a contract longer than a year" is one of a year, bounded.
_BOUNDS: tuple[tuple[Bound, str, str], ...] = (
    (Bound.MOST, r"(?:no|not) (?:more|longer|higher) than", "of"),
    (Bound.LEAST, r"(?:no|not) (?:less|shorter|fewer) than", "of"),
    (Bound.OVER, r"(?:more|longer|higher) than|above|over|beyond|exceeding", "of"),
    (Bound.UNDER, r"(?:less|shorter|fewer) than|below|under", "of"),
    (Bound.MOST, r"at (?:the )?most|up to|an? maximum of|maximum|max", ""),
    (Bound.LEAST, r"at (?:the )?least|an? minimum of|minimum(?! term)|min", ""),
)
_BOUNDED = tuple((bound, re.compile(rf"\b(?:{pattern})\b"), instead) for bound, pattern, instead in _BOUNDS)


def read_phrase(words: str) -> Phrase | None:
    """Return the term, value and bound that all of these words name; None where a word is left over, or nothing fits."""
    plain, bound = words.strip(), None
    for kind, pattern, instead in _BOUNDED:
        if found := pattern.search(plain):
            plain, bound = f"{plain[: found.start()]} {instead} {plain[found.end() :]}", kind
            break
    if bound is not None and any(pattern.search(plain) for _kind, pattern, _instead in _BOUNDED):
        return None
    plain = re.sub(r"\b(of|for|at|to|by|within|in) of\b", r"\1", " ".join(plain.split())).removeprefix("of ")
    return _valued(plain, bound) or _bare(plain, bound)


def _valued(plain: str, bound: Bound | None) -> Phrase | None:
    for term, reading, pattern in _READERS:
        if (found := pattern.fullmatch(plain)) and (value := reading(found)) is not None:
            return Phrase(term, value, bound)
    if (found := _YEARS.fullmatch(plain)) and (months := _months(found)) is not None:
        return Phrase(Term.TERM_MONTHS, months, bound)
    for term, reading, pattern in _LOOSELY:
        if found := pattern.fullmatch(plain):
            return Phrase(term, reading(found), bound, loose=True)
    return None


def _bare(plain: str, bound: Bound | None) -> Phrase | None:
    if bound is not None:
        return None
    return next((Phrase(term, None) for term, pattern in _BARELY if pattern.fullmatch(plain)), None)


_SOURCES = " ".join(
    (
        *(pattern.pattern for _term, _reading, pattern in (*_READERS, *_LOOSELY)),
        *(pattern.pattern for _term, pattern in _BARELY),
        *(pattern for _bound, pattern, _instead in _BOUNDS),
    )
)
_WORDS = re.findall(r"([a-z]+)(\?)?", re.sub(r"\?P<\w+>|\\[a-z]", " ", _SOURCES))
KNOWN_WORDS = frozenset(word for word, _maybe in _WORDS) | frozenset(word[:-1] for word, maybe in _WORDS if maybe)
"""Every word that some phrase holds: what is not among them is told as not understood."""
