"""Values in single sentences: each reader returns what the words state, or None. Words are on one line, with plain quotes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from agents.contract_reader.dates import dates
from agents.contract_reader.durations import Duration, durations
from agents.contract_reader.places import region_of, state_of
from agents.negotiator.figures import amounts
from memory.domain.contract import add_months
from memory.domain.money import Money, Period, Price

NO_CAP = 1_000_000
"""Stands for a price increase without a cap, above every cap in basis points."""

_I = re.IGNORECASE
_GROSS = re.compile(r"everything included|all[- ]in\b|\bincl(?:uding|usive|\.)?\b(?! (?:but|without))|\bgross\b|\bbrutto|\binkl", _I)
_NET = re.compile(
    r"\bnet\b|\bexcl(?:uding|usive|\.)?\b|\bplus (?:VAT|tax|\d)|\bnetto|before tax|zzgl|without (?:VAT|tax)|\bexclusive of", _I
)
_TOTAL = re.compile(r"\btotal\b|\ball[- ]in\b|\baggregate\b|gesamt\w*", _I)
_PER = {
    Period.MONTH: r"(?:per|a|each|every|/|pro|je)\s*(?:calendar\s+)?(?:month|monat)|monthly|monatlich",
    Period.QUARTER: r"(?:per|a|each|every|/)\s*quarter|quarterly|pro quartal",
    Period.YEAR: r"(?:per|a|each|every|/|pro|je)\s*(?:contract\s+)?(?:year|annum|jahr)|yearly|annual(?:ly)?|jährlich",
}
_AFTER_NOTICE = re.compile(
    r"^\s*(?:'s?\s*)?(?:(?:of\s+)?(?:prior|advance|previous|written|further)\b|(?:(?!unless\b|if\b|and\b|or\b)\w+\s+){0,2}notice\b|before\b|in advance\b|ahead\b|vor\b|zum\b|frist)",
    _I,
)
_BEFORE_NOTICE = re.compile(r"(?:notice (?:period )?(?:of|is)(?: (?:at least|not less than|no less than))?|frist von|with)\s*$", _I)
_ENDING = re.compile(r"\brenew|\bend of (?:the|its|such|any|each)\b|\bexpir|\bthen[- ]current\b|\bverlänger|\bablauf|\bende der", _I)
_OTHER_NOTICE = re.compile(
    r"\bbreach|\bcure|\bremed|\bprices?\b|\bfees?\b|\bincident|\binvoic|\bexport|\brefund|\bdefault|\bpreis|\bvat\b", _I
)
_NO_RENEWAL = re.compile(
    r"\b(?:not|no|never|without)\b[^.;]{0,40}\brenew|\bends? (?:automatically )?(?:at|on|with) the (?:end|expiry)|nicht (?:automatisch )?verläng|keine (?:automatische )?verläng"
    r"|renew(?:ed|al)? (?:only )?(?:by|upon|with)[^.;]{0,20}(?:mutual|written) (?:written )?(?:agreement|consent)|\bmay (?:be )?(?:renew|extend)|option to renew",
    _I,
)
_RENEWS = re.compile(
    r"\bautomatic(?:ally)?\b[^.;]{0,60}(?:\brenew|\bextend|\bcontinu)|(?:\brenews?|\brenewed|\bextended?)\b[^.;]{0,60}\bautomatic|\b(?:shall|will) (?:then |thereafter )?(?:be )?(?:renew|continue (?:on a )?month)"
    r"|\brenews\b|\bsuccessive\b|month[- ]to[- ]month|verlängert sich|from month to month",
    _I,
)
_INITIAL = re.compile(
    r"\b(?:initial|minimum|fixed|first|subscription|contract|base)\s+(?:subscription\s+|contract\s+)?(?:term|period|commitment)\b|\bterm\s*(?::|is|of|shall be)|\bin (?:full )?(?:force|effect) for|laufzeit|\bfor a (?:term|period) of",
    _I,
)
_LATER = re.compile(r"\brenew|\bsuccessive|\bthereafter|\bnotice\b|\badditional\b|\bextend|\bverläng|\bafter the\b", _I)


def gross_total(words: str) -> Money | None:
    """Return a total which says that tax is in it."""
    return _total(words) if _GROSS.search(words) else None


def net_total(words: str) -> Money | None:
    """Return a total which says that tax is not in it."""
    return _total(words) if _NET.search(words) and not _GROSS.search(words) else None


def plain_total(words: str) -> Money | None:
    """Return a total which says nothing about tax."""
    return None if _NET.search(words) or _GROSS.search(words) else _total(words)


def _total(words: str) -> Money | None:
    word = _TOTAL.search(words)
    found = [amount for amount in amounts(words) if amount.exact]
    if word is None or not found:
        return None
    after = [amount for amount in found if amount.start >= word.start()]
    return (after[0] if after else found[-1]).money


def unit_price(words: str) -> Price | None:
    """Return a price with the period it is for."""
    for amount in amounts(words):
        period = _period_after(words[amount.end : amount.end + 60]) or _period_before(words[max(0, amount.start - 60) : amount.start])
        if period is not None and amount.exact and amount.money.amount_minor >= 0:
            return Price(amount_minor=amount.money.amount_minor, currency=amount.currency, period=period)
    return None


def _period_after(words: str) -> Period | None:
    found = {period: match.start() for period, form in _PER.items() if (match := re.search(form, words, _I))}
    return min(found, key=lambda period: found[period], default=None)


def _period_before(words: str) -> Period | None:
    found = {period: match.end() for period, form in _PER.items() if (match := re.search(rf"\b(?:{form})", words, _I))}
    return max(found, key=lambda period: found[period], default=None)


def effective_date(words: str) -> date | None:
    """Return the date on which it takes effect: the one after the words that say so, else the only one there."""
    return _date_after(r"\beffect|\bcommenc|\bstart|\bbeginn|\bwirkung|\bkraft\b", words)


def paper_date(words: str) -> date | None:
    """Return the date the paper bears, which holds where no other start is stated."""
    return _date_after(r"\bentered\b|\bdated\b|\bmade\b", words)


def _date_after(form: str, words: str) -> date | None:
    word = re.search(form, words, _I)
    found = dates(words)
    if word is None or not found:
        return None
    after = [day for at, day in found if at >= word.start()]
    before_only = found[0][1] if len(found) == 1 else None
    return after[0] if after else before_only


def initial_months(words: str) -> int | None:
    """Return the length of the first term in months."""
    if re.search(r"month[- ]to[- ]month|no minimum term", words, _I):
        return 1
    for word in _INITIAL.finditer(words):
        for duration in durations(words):
            between = words[word.end() : duration.start]
            near = -40 <= duration.start - word.end() <= 90
            after_it = words[duration.end : word.start()] if duration.end <= word.start() else ""
            if duration.months and near and len(after_it) <= 1 and not _LATER.search(between) and not _is_notice(words, duration):
                return duration.months
    return None


def months_until(words: str, start: date) -> int | None:
    """Return the whole months from `start` to the last day stated, or None."""
    if not re.search(r"\buntil\b|\bends? on\b|\bexpires? on\b|\bthrough\b|\bbis\b|\bendet am\b", words, _I):
        return None
    for _, day in dates(words):
        for end in (day, day + timedelta(days=1)):
            months = (end.year - start.year) * 12 + end.month - start.month
            if months > 0 and add_months(start, months) == end:
                return months
    return None


def auto_renews(words: str) -> bool | None:
    """Return whether it goes on by itself, or None when the words do not say."""
    if _NO_RENEWAL.search(words) and not re.search(r"\bunless\b|\bautomatically renews\b", words, _I):
        return False
    return True if _RENEWS.search(words) else None


def renewal_months(words: str, initial: int | None) -> int | None:
    """Return by how many months it renews each time; "for the same period" is the initial term."""
    word = re.search(r"\brenew|\bsuccessive|\bextend|\bverläng|month[- ]to[- ]month|from month to month", words, _I)
    if word is None or auto_renews(words) is False:
        return None
    if re.search(r"month[- ]to[- ]month|monthly|monatlich|from month to month", words[word.start() :], _I):
        return 1
    for duration in durations(words):
        if duration.start >= word.start() and duration.months and not _is_notice(words, duration):
            return duration.months
    if re.search(r"same (?:length|period|duration|term)|equal (?:to|in length|period)|gleiche", words, _I):
        return initial
    return 12 if re.search(r"\b(?:annual(?:ly)?|yearly|year[- ]to[- ]year|each year)\b", words[word.start() :], _I) else None


def renewal_notice(words: str) -> int | None:
    """Return the days of notice that keep it from renewing."""
    return _notice(words) if _ENDING.search(words) and not _OTHER_NOTICE.search(words) else None


def exit_notice(words: str) -> int | None:
    """Return the days of notice with which it may be ended, where no notice against renewal is stated."""
    ends = re.search(r"\bterminat|\bcancel|\bkünd", words, _I)
    return _notice(words) if ends and not _OTHER_NOTICE.search(words) else None


def _notice(words: str) -> int | None:
    found = [duration for duration in durations(words) if _is_notice(words, duration)]
    return max((duration.days for duration in found), default=None)


def _is_notice(words: str, duration: Duration) -> bool:
    return bool(
        _AFTER_NOTICE.search(words[duration.end : duration.end + 40])
        or _BEFORE_NOTICE.search(words[max(0, duration.start - 40) : duration.start])
    )


def payment_days(words: str) -> int | None:
    """Return within how many days an invoice is to be paid."""
    net = re.search(r"\bnet[ -](\d{1,3})\b(?![.,]\d|\s*(?:EUR|USD|GBP|CHF|[€$£]))", words, _I)
    if net:
        return int(net[1])
    if not re.search(r"\binvoice|\bpayable|\bzahlbar|\brechnung|\bfees?\b", words, _I) or re.search(
        r"\brefund|\boverdue|\bdisput", words, _I
    ):
        return None
    within = re.search(r"\bwithin\b|\binnerhalb|\binnert|\bin no later|\bno later than|\bdue\b|\bzahlbar", words, _I)
    found = [d.days for d in durations(words) if within and d.start >= within.start() and d.unit in {"day", "week"}]
    return found[0] if found else None


def increase_cap(words: str) -> int | None:
    """Return the cap on price increases in basis points, 0 for fixed prices, `NO_CAP` for a right to raise without one."""
    percent = re.search(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?\)?\s?(?:%|percent|per cent|prozent)", words, _I)
    if not re.search(r"\b(?:may|shall|will|can|is entitled|reserves?|right to|darf|kann|berechtigt|no more than|not exceed)\b", words, _I):
        return None
    if re.search(r"\b(?:may|shall|will|can) not (?:increase|raise|change|adjust)|no (?:price )?increase", words, _I) and not percent:
        return None
    if not re.search(r"increas|rais|adjust|chang|modif|uplift|escalat|index|erhöh|anpass|änder", words, _I):
        return None
    return int(Decimal(percent[1].replace(",", ".")) * 100) if percent else NO_CAP


def governing_law(words: str) -> str | None:
    """Return the state whose law governs."""
    found = re.search(
        r"laws? (?:of|in force in) (?:the )?(?:(?:State|Commonwealth|Republic|Province|Federal Republic|Canton) of )?(?P<where>[A-Z][\w]+(?:\s(?:and\s)?[A-Z][\w]+)*)",
        words,
    )
    if found:
        return state_of(found["where"])
    adjective = re.search(r"(?P<where>\b[A-Z][a-z]+|deutsche[sm]|österreichische[sm]|schweizer\w*)\s(?:law|Recht)\b", words)
    if adjective:
        return state_of(adjective["where"])
    republic = re.search(r"Recht der (?:Bundesrepublik |Republik )?(?P<where>[A-ZÖ]\w+)", words)
    return state_of(republic["where"]) if republic else None


def data_region(words: str) -> str | None:
    """Return the regions in which data is kept, joined by a comma."""
    return region_of(words)


def liability_cap(words: str) -> str | None:
    """Return the cap on liability in words: an amount, the fees of some months, or "excluded"."""
    if re.search(r"\bis excluded\b|ausgeschlossen|not be liable (?:for|in)", words, _I) and not re.search(
        r"limited to|not exceed|indirect|consequential|mittelbar", words, _I
    ):
        return "excluded"
    fees = re.search(r"\bfees?\b|\bamounts?\b[^.;]{0,40}\bpaid\b|vergütung|entgelt", words, _I)
    stretch = [d for d in durations(words) if d.months]
    if fees and stretch:
        return f"the fees of {stretch[-1]}"
    found = amounts(words)
    return str(found[0].money) if found else ("the fees paid" if fees else None)
