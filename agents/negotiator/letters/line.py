"""The line of terms: everything decided, each figure once, part by part in the words of the letter's language."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from agents.negotiator.language import Language
from agents.negotiator.letters import formats, units
from agents.negotiator.letters.wording import Counted, TermWords, wording_of
from agents.negotiator.outgoing import Allowed, day_in_words
from memory.domain.money import Money, Period
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS

_SUPPORT_WORDS = frozenset(
    [
        "24/7",
        "24x7",
        "8x5",
        "24",
        "7",
        "8",
        "5",
        "and",
        "basic",
        "bronze",
        "business",
        "by",
        "chat",
        "community",
        "customer",
        "dedicated",
        "desk",
        "email",
        "e",
        "mail",
        "enterprise",
        "essential",
        "extended",
        "free",
        "full",
        "gold",
        "help",
        "hours",
        "included",
        "incl",
        "level",
        "line",
        "live",
        "next",
        "day",
        "on",
        "onsite",
        "site",
        "online",
        "only",
        "phone",
        "platinum",
        "plus",
        "premium",
        "premier",
        "priority",
        "pro",
        "professional",
        "remote",
        "response",
        "silver",
        "standard",
        "support",
        "team",
        "technical",
        "telephone",
        "tier",
        "via",
        "with",
    ]
)
_LONGEST_SUPPORT = 60
_BY_THE_CLOCK = frozenset({Period.HOUR, Period.DAY})


def price_line(terms: Terms, language: Language = Language.EN, valid_until: date | None = None) -> str:
    """Return all terms in one line, as offers are stated: price, billing, quantity, fees, payment, price cap, notice, support, validity.

    What the terms leave open (`None`) is not said.
    """
    return ", ".join(line_parts(terms, language, valid_until).values())


def line_parts(terms: Terms, language: Language = Language.EN, valid_until: date | None = None) -> dict[str, str]:
    """Return the parts of the line by the name of the term, in the order in which they are said."""
    words, running = wording_of(language).terms, terms.unit_price.period in MONTHS
    parts = {"unit_price": words.net.format(money=formats.money(terms.unit_price.money, language), per=_per(terms, words, language))}
    if running:
        parts["term_months"] = _commitment(terms, words, language)
    package = terms.priced_per is PricedPer.FLAT and running and terms.quantity > 1
    count = {"count": formats.number(terms.quantity, language), "unit": units.counted(terms.quantity, terms.unit, language)}
    parts["quantity"] = (words.up_to_count if package else words.for_count).format(**count)
    none = words.no_fee_running if running else words.no_fee_once
    fee = terms.setup_fee
    parts["setup_fee"] = words.fees.format(money=formats.money(fee, language)) if fee.amount_minor else none
    if terms.free_months and running:
        parts["free_months"] = _counted(terms.free_months, words.free_months, language)
    if terms.credit is not None and terms.credit.amount_minor:
        parts["credit"] = words.credit.format(money=formats.money(terms.credit, language))
    parts |= _conditions(terms, words, language)
    if valid_until is not None:
        parts["valid_until"] = words.valid_until.format(day=day_in_words(valid_until, language))
    return parts


def _conditions(terms: Terms, words: TermWords, language: Language) -> dict[str, str]:
    parts: dict[str, str] = {}
    if terms.payment_days is not None:
        parts["payment_days"] = _counted(terms.payment_days, words.payment, language) if terms.payment_days else words.payment_at_once
    cap = terms.price_increase_cap_bp
    if cap is not None:
        parts["price_increase_cap_bp"] = words.price_cap.format(share=formats.share(cap, language)) if cap else words.price_fixed
    if terms.notice_days is not None:
        parts["notice_days"] = _counted(terms.notice_days, words.notice, language) if terms.notice_days else words.no_notice
    support = sayable_support(terms)
    if support:
        parts["support_level"] = words.support.format(support=support)
    return parts


def line_figures(terms: Terms, valid_until: date | None = None) -> tuple[Allowed, ...]:
    """Return the figures that `price_line` tells, for the check on what goes out."""
    figures: list[Allowed] = [terms.unit_price.money, terms.quantity, terms.term_months]
    figures += [terms.setup_fee] if terms.setup_fee.amount_minor else []
    figures += [count for count in (terms.payment_days, terms.notice_days) if count]
    figures += [Decimal(terms.price_increase_cap_bp) / 100] if terms.price_increase_cap_bp else []
    figures += [count for count in (terms.free_months,) if count]
    figures += [terms.credit] if terms.credit is not None else []
    figures += [support] if (support := sayable_support(terms)) else []
    figures += [valid_until] if valid_until else []
    return tuple(figures)


def sayable_support(terms: Terms) -> str:
    """Return the level of support where its words are those of support levels, else nothing.

    They come from the vendor's mail: anything more in them would be the vendor speaking in our name.
    """
    level = " ".join((terms.support_level or "").split())
    words = re.findall(r"[^\s,/&()+-]+", level.lower())
    return level if len(level) <= _LONGEST_SUPPORT and words and all(word in _SUPPORT_WORDS for word in words) else ""


def plain(money: Money, language: Language = Language.EN) -> str:
    """Return an amount as letters write it: 45.00 EUR, 1.250,00 €."""
    return formats.money(money, language)


def _per(terms: Terms, words: TermWords, language: Language) -> str:
    period = terms.unit_price.period
    if terms.priced_per is not PricedPer.UNIT or period in _BY_THE_CLOCK:
        return words.per[period]
    unit = units.forms_of(terms.unit, language)[0]
    return words.per_unit_running[period].format(unit=unit) if period in MONTHS else words.per_unit.format(unit=unit)


def _commitment(terms: Terms, words: TermWords, language: Language) -> str:
    if terms.term_months == 1:
        return words.cancellable
    term = _counted(terms.term_months, words.months, language)
    return (words.billed_yearly if terms.billing is Period.YEAR else words.billed.get(terms.billing, words.billed[Period.ONCE])).format(
        term=term
    )


def _counted(count: int, phrase: Counted, language: Language) -> str:
    return phrase[count != 1].format(count=formats.number(count, language))
