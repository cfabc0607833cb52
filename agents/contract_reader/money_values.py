"""What is to be paid, as single sentences state it.

Each reader takes the words of one sentence, on one line with plain quotes, and returns what they state, or None.
"""

from __future__ import annotations

import re
from decimal import Decimal

from agents.contract_reading.values.stretches import lengths
from agents.negotiator.figures import amounts
from memory.domain.money import Money, Period, Price

_I = re.IGNORECASE
NO_CAP = 1_000_000
"""Stands for a price increase without a cap, above every cap in basis points."""
_GROSS = re.compile(r"everything included|all[- ]in\b|\bincl(?:uding|usive|\.)?\b(?! (?:but|without))|\bgross\b|\bbrutto|\binkl", _I)
_NET = re.compile(
    r"\bnet\b|\bexcl(?:uding|usive|\.)?\b|\bplus (?:VAT|tax|\d)|\bnetto|before tax|zzgl|without (?:VAT|tax)|\bexclusive of", _I
)
_MOVES = r"(?:rise|rises|rising|increas\w*|rais\w*|adjust\w*|chang\w*|modify|modified|uplift\w*|escalat\w*|index\w*|erhöh\w*|anpass\w*|anzupassen|änder\w*)"
_PRICES = r"\b(?:prices?|pricing|fees?|charges?|rates?|\w*(?:preise?n?|vergütung|entgelte?|gebühr(?:en)?))\b"
# What moves is the price, in the same breath: "misuse or modifications" beside a fee, or "fees are shown before such change", are none.
_PRICE_MOVES = re.compile(rf"{_PRICES}[^.]{{0,60}}(?<!such )\b{_MOVES}|\b{_MOVES}[^.]{{0,60}}{_PRICES}", _I)
_FORCE_MAJEURE = (
    r"force majeure|höhere[rn]? gewalt|(?:beyond|outside)(?: of)? [^.;]{0,40}control|\bacts? of (?:god|war|terror\w*|nature|government)|natural disasters?|naturkatastroph\w*|\bstrikes?\b|\bstreiks?\b"
    r"|\bpandemi\w*|\bepidemi\w*|\bearthquakes?\b|\briots?\b|\bembargo\w*|(?:delay\w*|failure|failing|fails?|inability)\b[^.;]{0,20}\b(?:in|to|of)\b[^.;]{0,20}\bperform\w*"
)
_EXCLUDED = re.compile(
    r"\b(?:is|are) excluded\b|ausgeschlossen|not be (?:held )?liable (?:to [^.;,]{0,30} )?(?:for|in)\s+(?:any|all|damages?|losses)\b", _I
)
#: Indirect damage, force majeure, and whatever goes beyond the liability just described: that is not all of it.
EXCLUDED_IN_PART = re.compile(
    rf"limited to|not exceed|indirect|consequential|mittelbar|{_FORCE_MAJEURE}|more extensive|further liability|weitergehend", _I
)
_AT_ONCE = 4  # characters
_TOTAL = re.compile(r"\btotal\b|\ball[- ]in\b|\baggregate\b|gesamt\w*", _I)
_PER = {
    Period.MONTH: r"(?:per|a|each|every|/|pro|je)\s*(?:calendar\s+)?(?:month|monat)|monthly|monatlich",
    Period.QUARTER: r"(?:per|a|each|every|/)\s*quarter|quarterly|pro quartal",
    Period.YEAR: r"(?:per|a|each|every|/|pro|je)\s*(?:contract\s+)?(?:year|annum|jahr)|yearly|annual(?:ly)?|jährlich",
}


def gross_total(words: str) -> Money | None:
    """Return a total which says that tax is in it."""
    gross = _GROSS.search(words)
    if gross is None or not _TOTAL.search(words):
        return None
    found = [amount for amount in amounts(words) if amount.exact]
    behind = [amount for amount in found if amount.start >= gross.end()]
    # "1,190.00 EUR, including 190.00 EUR VAT": what follows at once is the tax, and the total stands before it.
    tax_only = behind and behind[0].start - gross.end() <= _AT_ONCE and len(behind) < len(found)
    chosen = found[: -len(behind)][-1:] if tax_only else behind[:1] or found[-1:]
    return chosen[0].money if chosen else None


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
    found = [d.days_at_most for d in lengths(words) if within and d.start >= within.start() and d.unit in {"day", "week"}]
    return found[0] if found else None


_AN_INDEX = r"\b(?:(?:consumer|retail|producer) prices? ind(?:ex|ices)|CPI\w*|RPI|HICP|inflation(?: rate)?|cost[- ]of[- ]living|\w*preisindex\w*|VPI)\b"
_BY_INDEX = re.compile(
    rf"\b(?:no more than|not more than|not (?:to )?exceed|up to|at most|limited to|capped (?:at|by)|cap of|in line with|in accordance with|by reference to"
    rf"|linked to|(?:percentage )?(?:increase|change|rise) (?:in|of)|höchstens|maximal|entsprechend|im Rahmen)\b[^.;]{{0,80}}{_AN_INDEX}",
    _I,
)
_OR_MORE = re.compile(rf"\b(?:greater|higher|larger) of\b[^.;]{{0,100}}{_AN_INDEX}", _I)


def capped_by_index(words: str) -> bool:
    """Whether prices may rise as far as an index does, so that no figure caps them: "by no more than the increase in the CPI"."""
    percent = re.search(r"\d\s?\)?\s?(?:%|percent|per cent|prozent)", words, _I)
    return bool(_PRICE_MOVES.search(words) and (_OR_MORE.search(words) or (not percent and _BY_INDEX.search(words))))


def increase_cap(words: str) -> int | None:
    """Return the cap on price increases in basis points, 0 for fixed prices, `NO_CAP` for a right to raise without one.

    None where an index caps them: see `capped_by_index`.
    """
    if capped_by_index(words):
        return None
    percent = re.search(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?\)?\s?(?:%|percent|per cent|prozent)", words, _I)
    if not re.search(r"\b(?:may|shall|will|can|is entitled|reserves?|right to|darf|kann|berechtigt|no more than|not exceed)\b", words, _I):
        return None
    if re.search(r"\b(?:may|shall|will|can) not (?:increase|raise|change|adjust)|no (?:price )?increase", words, _I) and not percent:
        return None
    if not _PRICE_MOVES.search(words):
        return None
    return int(Decimal(percent[1].replace(",", ".")) * 100) if percent else NO_CAP


def liability_cap(words: str) -> str | None:
    """Return the cap on liability in words: an amount, the fees of some months, or "excluded"."""
    if _EXCLUDED.search(words) and not EXCLUDED_IN_PART.search(words):
        return "excluded"
    fees = re.search(r"\bfees?\b|\bamounts?\b[^.;]{0,40}\bpaid\b|vergütung|entgelt", words, _I)
    stretch = [d for d in lengths(words) if d.months]
    if fees and stretch:
        return f"the fees of {stretch[-1]}"
    found = amounts(words)
    return str(found[0].money) if found else ("the fees paid" if fees else None)
