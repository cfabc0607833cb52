"""What a clause says of a value without naming a figure for it: none at all, at once, by another paper, or nothing that counts here."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from agents.contract_reader.money_values import NO_CAP, increase_cap, liability_cap
from agents.contract_reading.policy_check.sayings import CHANGED, NOT_ABOUT, SAYINGS, UNLIMITED, Left, Saying
from agents.contract_reading.values.stretches import lengths
from memory.domain.contract import ClauseKind
from memory.domain.contract_policy import Measure, MeasuredTerm

_I = re.IGNORECASE
_BUYER = r"(?:you|customer|client|user|subscriber|licensee|partner|either party|each party|a party|any party|both parties|the parties|auftraggeber|kunde|jede partei|beide parteien|jeder vertragspartner|beide vertragspartner)"
_LEAVES = r"(?:terminate|cancel|end|close|delete)"
_FREELY = r"(?:at any ?time|for any (?:or no )?reason|for no reason|for convenience|whenever (?:you|it|they) (?:want|like|wish)s?|at (?:your|its|their) sole discretion|without (?:any )?(?:cause|reason)|with or without cause)"
_FREE_EXIT = re.compile(
    rf"\b{_BUYER}\b[^.;]{{0,60}}\b(?:may|can|decide to|is entitled to|are entitled to|has the right to|have the right to|is free to)\b[^.;]{{0,40}}\b{_LEAVES}\b[^.;]{{0,80}}\b{_FREELY}"
    rf"|\bcancel (?:your \w+ )?(?:at )?any ?time\b|\bsimply (?:discontinue|stop|cancel)|\bno[- ]questions[- ]asked\b[^.;]{0, 30}\bcancel|\b(?:kunde|auftraggeber|jede partei|beide parteien|vertrag)\b[^.;]{{0,80}}\bjederzeit\b[^.;]{{0,60}}\bkündig|\bjederzeit (?:ohne (?:einhaltung einer )?(?:frist|angabe)[^.;]{{0,40}} )?(?:künd|zu künd)",
    _I,
)
#: Leaving that needs a reason, a notice of its own or the end of a period is not leaving at once.
_NOT_FREE = re.compile(
    r"\bbreach|\bfail(?:s|ure|ed)? to|\binsolven|\bbankrupt|\bwe (?:may|can)\b|\bdraft\b|\bdata (?:at )?any ?time|\bfrist von\b|wichtige[mnr]? grund",
    _I,
)
_LATER = re.compile(
    r"\bend of (?:the|your|its|each|any|that) [^.;]{0,30}(?:term|period|cycle|month|year)\b|\bafter the (?:initial|first|minimum)|\bfollowing the (?:initial|first|minimum)|zum ende|mindestlaufzeit|ablauf",
    _I,
)


class Told(NamedTuple):
    """A value in other words, or why there is none."""

    term: MeasuredTerm
    left: Left | None = None


def told(measure: Measure, value: str, sentence: str) -> Told | None:
    """Return what a clause says of a measure when no reader found a figure in it; None when it says nothing that counts.

    `value` is what was read in it, in plain words, "" for nothing.
    """
    flat = " ".join(sentence.split()).replace("\u2019", "'")
    about = NOT_ABOUT.get(measure)
    if measure not in SAYINGS or (about and about.search(flat)):
        return None
    reader = _FIGURES.get(measure)
    figure = reader(value, filled(flat)) if reader else None
    if figure is not None:
        return _means(measure, figure)
    flat = _plain(measure, flat)
    said = next((saying for saying in SAYINGS[measure] if _holds(saying, flat)), None)
    return _means(measure, said.means) if said else None


def _holds(saying: Saying, flat: str) -> bool:
    stated = saying.figures is None or saying.figures is bool(lengths(filled(flat)))
    return stated and all(need.search(flat) for need in saying.needs) and not any(bar.search(flat) for bar in saying.bars)


def _means(measure: Measure, means: int | Left) -> Told:
    if isinstance(means, Left):
        return Told(MeasuredTerm(measure=measure), means)
    return Told(MeasuredTerm(measure=measure, unlimited=True) if means == UNLIMITED else MeasuredTerm(measure=measure, number=means))


def _plain(measure: Measure, flat: str) -> str:
    """Return a sentence without words that are a manner of speaking in it."""
    if measure is not Measure.LIABILITY_CAP:
        return flat
    return re.sub(r"\b(?:but )?not limited to\b|\bany third[- ]part(?:y|ies)\b|\[(?:company|website|[^\]]*name)\]", "", flat, flags=_I)


def leaves_freely(value: str, sentence: str) -> int | None:
    """Return with how many days of notice the customer may leave without a reason whenever it likes; None where it may not, or later."""
    flat = filled(" ".join(sentence.split()))
    if _NOT_FREE.search(flat) or not re.search(r"\bterminat|\bcancel|\bclos|\bend|\bkünd|\bbeend|\bdelete", flat, _I):
        return None
    noticed = re.match(r"on (.+?)'? notice$", value)
    if noticed and (found := lengths(noticed[1])):
        return found[0].days_at_most
    if value == "at any time":
        return 0
    return 0 if _FREE_EXIT.search(flat) and not lengths(flat) else None


def leaves_later(sentence: str) -> bool:
    """Whether leaving takes effect only with the end of a period, so that until then one is bound."""
    return bool(_LATER.search(" ".join(sentence.split())))


def open_ended(sentence: str) -> bool:
    """Whether it goes on until somebody ends it, so that nothing renews."""
    return told(Measure.TERM_MONTHS, "", sentence) == Told(MeasuredTerm(measure=Measure.TERM_MONTHS, number=0))


def filled(flat: str) -> str:
    """Return a sentence with what stands in its blanks as if it were printed: "[30] days"."""
    return re.sub(r"\[([^\[\]]*)\]", r"\1", flat)


def _days_of_term(_: str, flat: str) -> int | None:
    """Return the months that a term of days takes at the most: "in effect for fourteen (14) days"."""
    found = [one.days_at_most for one in lengths(flat) if not one.months and one.days_at_most]
    return found[0] // 31 + 1 if found and re.search(r"\bin (?:effect|force) for\b", flat, _I) else None


def _rise(value: str, flat: str) -> int | None:
    most = _AT_MOST.search(flat)
    if most:
        return int(Decimal(most[1].replace(",", ".")) * 100)
    rise = increase_cap(flat)
    if rise is not None and rise < NO_CAP:
        return rise
    indexed = any(need.search(flat) for saying in SAYINGS[Measure.PRICE_INCREASE_BP][:1] for need in saying.needs)
    return UNLIMITED if not indexed and (rise == NO_CAP or CHANGED.match(value)) else None


#: "... die Preise um höchstens 8 % anheben": the share belongs to the rise and to nothing else.
_AT_MOST = re.compile(
    r"\bpreise?\b[^.;%]{0,80}\bum (?:höchstens|maximal|bis zu) (\d{1,2}(?:,\d{1,2})?) ?(?:%|prozent)[^.;]{0,20}\b(?:an(?:zu)?heben|erhöhen|zu erhöhen|an(?:zu)?passen)",
    _I,
)


def _months_of_fees(value: str, flat: str) -> int | None:
    read = liability_cap(flat) or value
    found = [one.months for one in lengths(read) if one.months]
    return found[-1] if found else 0 if read == "excluded" else None


def _days_to_pay(_: str, flat: str) -> int | None:
    due = _DUE.search(flat)
    found = [one.days_at_most for one in lengths(flat) if one.unit in {"day", "week"} and due and one.start >= due.start()]
    return found[0] if len(found) == 1 and not _DUE_BARS.search(flat) else None


_DUE = re.compile(
    r"\b(?:due|payable|paid|pays?|fällig|zahlbar|zu zahlen|zu begleichen)\b[^.;]{0,40}\b(?:within|in|net|innerhalb|binnen)\b|\b(?:within|innerhalb|binnen)\b[^.;]{0,60}\b(?:due|payable|paid|fällig|zahlbar|zu zahlen|zu begleichen)\b",
    _I,
)
_DUE_BARS = re.compile(
    r"\blate\b|\boverdue|\bpast[- ]due|\binterest|\brefund|\bdisput|\bfail|\bchargeback|\bsuspen|\bterminat|\bverzug|\bcredit(?:s|ed)?\b(?! card)|\bdelay|\bwithhold",
    _I,
)
_PERIOD_OF = re.compile(r"\b(?:kündigungs)?frist (?:von|beträgt)\b", _I)
_OTHER_PERIOD = re.compile(r"\bverzug|\bmahn|\bpreis|\bentgelt|\bmängel|\bänder|\bwiderspr|\babhilfe|\bzahl|\bverletz", _I)


def _days_of_notice(_: str, flat: str) -> int | None:
    """Return the days of a German period of notice: "mit einer Frist von vier Wochen zum Monatsende"."""
    named = _PERIOD_OF.search(flat)
    found = [one.days_at_most for one in lengths(flat) if named and 0 <= one.start - named.end() <= _NEAR]
    return found[0] if found and re.search(r"kündig", flat, _I) and not _OTHER_PERIOD.search(flat) else None


_NEAR = 20  # characters between a word and its figure
_FIGURES: dict[Measure, Callable[[str, str], int | None]] = {
    Measure.NOTICE_DAYS: _days_of_notice,
    Measure.TERM_MONTHS: _days_of_term,
    Measure.PRICE_INCREASE_BP: _rise,
    Measure.LIABILITY_CAP: _months_of_fees,
    Measure.PAYMENT_DAYS: _days_to_pay,
}

#: Clauses of other kinds that speak of a measure too.
BESIDE = {
    Measure.NOTICE_DAYS: (ClauseKind.RENEWAL, ClauseKind.AUTO_RENEWAL, ClauseKind.TERMINATION),
    Measure.TERM_MONTHS: (ClauseKind.RENEWAL, ClauseKind.TERMINATION, ClauseKind.EXPIRATION),
    Measure.RENEWAL_MONTHS: (ClauseKind.INITIAL_TERM, ClauseKind.NOTICE, ClauseKind.TERMINATION),
}
