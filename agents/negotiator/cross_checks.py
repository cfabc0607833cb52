"""Independent checks of an offer that was read: what the mail says besides must fit, or it is asked about.

None of them changes a figure. Each compares what was read with words or amounts that played no part in reading it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.negotiator.draft import Draft
from agents.negotiator.mention import Mention, Role
from agents.negotiator.options import Chosen
from agents.negotiator.particulars import tax_rate
from agents.negotiator.quantity_reading import quantities
from agents.negotiator.reading import Topic
from agents.negotiator.refused_terms import refusal_of
from memory.domain.quote import PricedPer, Terms

YEAR = 12
_CENT = Decimal("0.02")
_UP_TO = re.compile(
    r"\b(?:up to|until|at most|max(?:imum)?\.?(?: of)?|under|below|to|-|\u2013|than|from|starting at|as of|covers?|includes?|including)\s*$",
    re.IGNORECASE,
)
_FREE_FROM = re.compile(r"\b(?:free|offerte?s?|gratuite?s?|gratis|kostenlos|kostenfrei)\b[^.;\d]{0,40}$", re.IGNORECASE)
_HALF = re.compile(
    r"\b(?:at )?half[- ]price\b|\bhalf the price\b|\b(?:zum |zu |zur )?halben? Preis\b|\b(?:à )?moitié prix\b|\b(?:a )?mitad de precio\b|\bbuy \d+,? (?:and )?get \d+ free\b|\b\d+ for the price of \d+\b",
    re.IGNORECASE,
)
_FREE = r"(?:(?:for )?free|on us|on the house|gratis|kostenlos|kostenfrei|umsonst|geschenkt|gratuite?s?|offerte?s?|(?:not|never|won't be) (?:be )?(?:charged|billed|invoiced)|nothing|zero|(?:nicht|kein[en]*) (?:berechn\w+|bezahl\w+|zahl\w+)|berechnen (?:we|wir) (?:nicht|not)|(?:don't|do not|won't) (?:charge|bill|invoice)(?: you)?)"
_TIME = r"(?:months?|monat\w*|mois|mes(?:es)?|weeks?|quarter|trimest\w*|january|february|march|april|june|july|august|september|october|november|december|new year|year'?s? end|end of (?:the )?year)"
_FREE_TIME = re.compile(
    rf"\b{_TIME}\b[^.;:,\n]{{0,25}}?\b{_FREE}\b(?! (?:to|of|from|support|training|shipping|delivery|choice))|\b{_FREE}\b(?: of charge)? (?:for |until |till |during |through |in |bis |jusqu'|hasta )[^.;:,\n]{{0,20}}?\b{_TIME}\b",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(
    r"\b(?:trial|test|pilot|cancel\w*|feel|free to|no|not(?! (?:charged|billed|invoiced|berech))|cannot|can't|support|training|storage|updates?|deliver\w*|shipping|return\w*|warranty)\b",
    re.IGNORECASE,
)
_BARE_CHARGE = re.compile(
    r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|shipping|freight|migration|handling|rollout|one-?\s?time)\b(?: (?:fees?|costs?|charges?|is|of|at|one-time|flat))*[ :=]{1,3}(?P<figure>\d{2,6}(?:[.,]\d\d)?)(?![\d]|[.,:/-]\d| ?(?:[€$£%]|EUR|USD|GBP|CHF|CAD|euros?|dollars?|pounds?|francs?|days?|weeks?|hours?|months?|minutes?|users?|seats?|pieces?|h\b|x\b|GB))",
    re.IGNORECASE,
)
_CHARGE = r"(?:set-?\s?up|onboarding|implementation|activation|installation|shipping|freight|migration|handling|roll-?out|one-?\s?time)"
_CUT_CHARGE = re.compile(
    rf"\b(?:rebate|discount|reduction|off)\b[^.;%\d\n]{{0,15}}\b{_CHARGE}\b[^.;%\d\n]{{0,20}}\d{{1,3}} ?%|\b\d{{1,3}} ?% (?:off|discount on|rebate on|reduction (?:on|of)|of) (?:the |our |your )?{_CHARGE}\b|\bhalf (?:of )?(?:the |our )?{_CHARGE}\b",
    re.IGNORECASE,
)
_DEPOSIT = re.compile(r"\b(?:deposit|surety|down payment)\b", re.IGNORECASE)
_EITHER = re.compile(
    r"\b(?:either|entweder|soit)\b[^.;\n]{3,90}?\b(?:or|oder|soit|ou)\b[^.;\n]{0,60}?(?:\d ?%|\bfree\b|\bdiscount\b|\boff\b)|(?:\bfree\b|\d ?% (?:off|discount))[^.;\n]{0,20}\bor\b[^.;\n]{0,20}(?:\d ?% (?:off|discount)|\bmonths? free|\bfree months?)|\b\d ?%[^.;\n]{0,25}\bor\b[^.;\n]{0,25}\bmonths? free",
    re.IGNORECASE,
)
_NAMED = {
    "payment_days": re.compile(
        r"\b(?:payment|payable|pay|due|settle\w*|zahl\w+|fällig\w*|paiement|règlement|réglable|pago|pagar|vencimiento)\b[^.;,\n\d]{0,40}?(?<![\d.,/-])(?<![€$£] )(?<![€$£])(?<!(?:EUR|USD|GBP|CHF) )(?P<figure>\d{1,3})\b(?![.,]?\d| ?%| ?(?:[€$£]|EUR|USD|GBP|CHF)| (?:seats?|users?|contacts?|pieces?|months?|weeks?|years?|%)|[/-]\d|\. ?[A-Z]\w+ \d{4}| (?:January|February|March|April|May|June|July|August|September|October|November|December))",
        re.IGNORECASE,
    ),
    "notice_days": re.compile(
        r"\b(?:notice|cancel\w*|kündig\w*|préavis|résili\w*|preaviso|cancelar|rescindir)\b[^.;,\n\d]{0,40}?(?<![\d.,/-])(?<![€$£] )(?<![€$£])(?<!(?:EUR|USD|GBP|CHF) )(?P<figure>\d{1,3})\b(?![.,]?\d| ?%| ?(?:[€$£]|EUR|USD|GBP|CHF)| (?:seats?|users?|contacts?|pieces?)|[/-]\d)",
        re.IGNORECASE,
    ),
}


def cross_check(draft: Draft, found: Sequence[Mention], chosen: Chosen, terms: Terms) -> None:
    """Put a question for every figure that does not fit the terms."""
    _check_quantity(draft, terms)
    _check_extra(draft, found, terms)
    _check_listed(draft, found, chosen)
    _check_refused(draft, found, chosen)
    _check_half(draft)
    _check_either(draft)
    _check_free(draft)
    _check_bare_charge(draft, found)
    _check_cut_charge(draft)
    _check_threshold(draft, found, terms)
    _check_tax(draft, found, terms)
    if terms.term_months > YEAR and any(mention.role is Role.LATER for mention in found):
        draft.ask(Topic.PRICE, "Which price applies over the whole of the term?")
    for name, pattern in _NAMED.items():
        if name not in draft.spans:
            _check_named(draft, pattern)


def _check_quantity(draft: Draft, terms: Terms) -> None:
    """Ask when a price per unit is said to be for more units than are needed, and not as an upper end."""
    needed, unit = draft.requisition.quantity, draft.requisition.unit
    stated = [found for found, _ in quantities(draft.mail, unit)]
    if terms.priced_per is not PricedPer.UNIT or terms.quantity > needed or not stated or any(found.value <= needed for found in stated):
        return
    for found in stated:
        if not _UP_TO.search(draft.mail.original[max(0, found.span.start - 25) : found.span.start]):
            question = f"Your mail names {found.value:,} {unit}; we need {needed:,} {unit}. Does the price also hold for these?"
            draft.ask(Topic.QUANTITY, question, found.span)
            return


def _check_extra(draft: Draft, found: Sequence[Mention], terms: Terms) -> None:
    """Ask when more units are needed than the price covers, and further ones have a price."""
    extra = next((mention for mention in found if mention.role is Role.EXTRA), None)
    if extra is not None and terms.priced_per is PricedPer.FLAT and terms.quantity < draft.requisition.quantity:
        question = f"What is the price for {draft.requisition.quantity:,} {draft.requisition.unit} in all?"
        draft.ask(Topic.PRICE, question, draft.mail.span(*extra.place))


def _check_listed(draft: Draft, found: Sequence[Mention], chosen: Chosen) -> None:
    """Ask when a price that seems to be replaced is lower than the one that was read: then they may be the other way round."""
    price = chosen.option.price
    for mention in found:
        same = mention.amount.currency == price.amount.currency and mention.period in {price.period, None}
        if mention.role is Role.LISTED and same and price.role is not Role.LISTED and mention.amount.value < price.amount.value:
            draft.ask(
                Topic.PRICE,
                "Your mail names more than one price for the same thing. Which one is your offer?",
                draft.mail.span(*mention.place),
            )


def _check_half(draft: Draft) -> None:
    """Ask about a price that is cut for a while, or units that are given away, in words without an amount."""
    for found in draft.mail.matches(_HALF)[:1]:
        words = draft.mail.span(found.start(), found.end())
        draft.ask(Topic.PRICE, f'Which price results after "{words.text}"?', words)


def _check_either(draft: Draft) -> None:
    """Ask which of two concessions is granted where a mail offers the one or the other."""
    for found in draft.mail.matches(_EITHER)[:1]:
        words = draft.mail.span(found.start(), found.end())
        for topic in (Topic.PRICE, Topic.FREE_MONTHS, Topic.CREDIT):
            draft.ask(topic, f'Which price results after "{words.text}"?', words)


def _check_free(draft: Draft) -> None:
    """Ask about time that costs nothing in words that were not read."""
    if "free_months" in draft.spans or any(doubt.about is Topic.FREE_MONTHS for doubt in draft.doubts):
        return
    if any(finding.kind == "conditional_discount" for finding in draft.findings):
        return
    refused = refusal_of(draft.mail, "free_months")
    for found in draft.mail.matches(_FREE_TIME):
        words = draft.mail.span(found.start(), found.end())
        denied = (refused and words.start < refused.end and refused.start < words.end) or _NOT_FREE.search(found.group())
        if not denied and not _NOT_FREE.search(draft.mail.text[max(0, found.start() - 25) : found.start()]):
            draft.ask(Topic.FREE_MONTHS, f'Which price results after "{words.text[:80]}"?', words)
            return


def _check_bare_charge(draft: Draft, found: Sequence[Mention]) -> None:
    """Ask about a number without a currency beside the name of a charge that is paid once ("Setup 200")."""
    for number in draft.mail.matches(_BARE_CHARGE):
        place = number.span("figure")
        if not any(mention.place[0] < place[1] and place[0] < mention.place[1] for mention in found):
            words = draft.mail.span(*place)
            draft.ask(Topic.SETUP_FEE, f'What is the amount "{words.text}" for, and is it charged on top?', words)
            return


def _check_cut_charge(draft: Draft) -> None:
    """Ask what is left of a charge that is cut by so many per cent ("Rebate on the rollout fee: 100 %")."""
    for found in draft.mail.matches(_CUT_CHARGE)[:1]:
        words = draft.mail.span(found.start(), found.end())
        draft.ask(Topic.SETUP_FEE, f'Which price results after "{words.text[:80]}"?', words)


def _check_threshold(draft: Draft, found: Sequence[Mention], terms: Terms) -> None:
    """Ask what a delivery costs that is free only from an order's size which this one does not reach."""
    for mention in found:
        if mention.role is Role.OTHER and _DEPOSIT.search(draft.mail.text[mention.clause_start : mention.clause_end]):
            words = draft.mail.span(*mention.place)
            draft.ask(Topic.FEES, f'What is the amount "{words.text}" for, and is it charged on top?', words)
        free_from = mention.role is Role.OTHER and _FREE_FROM.search(mention.sentence.text[: mention.amount.start - mention.sentence.start])
        if free_from and mention.amount.currency == terms.currency and terms.net_total().amount < mention.amount.value:
            words = draft.mail.span(mention.clause_start, mention.clause_end)
            draft.ask(Topic.SETUP_FEE, f'What does this cost: "{words.text[:80]}"? Please state one price that includes everything.', words)


def _check_refused(draft: Draft, found: Sequence[Mention], chosen: Chosen) -> None:
    """Ask about an amount near words of refusal that is nowhere near the price: it may be a charge that stays."""
    price = chosen.option.price.amount
    for mention in found:
        bare = mention.role is Role.REFUSED and mention.period is None and mention.per_unit is None
        if bare and not price.value / 2 <= mention.amount.value <= price.value * 2:
            words = draft.mail.span(*mention.place)
            draft.ask(Topic.FEES, f'What is the amount "{words.text}" for, and is it charged on top?', words)


def _check_tax(draft: Draft, found: Sequence[Mention], terms: Terms) -> None:
    """Ask about an amount of tax that is the tax on nothing that the mail names."""
    rates = {Decimal(terms.tax_rate_bp) / 10_000, *(Decimal(rate.value) / 10_000 for rate in tax_rate(draft.mail))}
    sums = [mention.amount.value for mention in found if mention.role is not Role.TAX]
    sums += [terms.net_total().amount, terms.unit_price.money.amount * terms.quantity]
    for mention in found:
        whole = {terms.all_in_total().amount, terms.net_total().amount}
        if mention.role is Role.TAX and mention.amount.value not in whole and not _is_tax(mention.amount.value, rates, sums):
            words = draft.mail.span(*mention.place)
            draft.ask(Topic.FEES, f'What is the amount "{words.text}" for, and is it charged on top?', words)


def _is_tax(tax: Decimal, rates: set[Decimal], sums: Sequence[Decimal]) -> bool:
    pairs = ((total, rate) for total in sums for rate in rates)
    return any(min(abs(total * rate - tax), abs(total * rate / (1 + rate) - tax)) <= _CENT for total, rate in pairs) or any(
        one + tax == other for one in sums for other in sums
    )


def _check_named(draft: Draft, pattern: re.Pattern[str]) -> None:
    """Ask about a bare number beside the name of a term that was not read ("payment: 30")."""
    for found in draft.mail.matches(pattern):
        words = draft.mail.span(*found.span("figure"))
        if words.text and not any(low < words.end and words.start < high for low, high in _asked_or_read(draft)):
            draft.ask(Topic.SMALL_PRINT, f'What does "{words.text}" stand for in your offer?', words)
            return


def _asked_or_read(draft: Draft) -> Iterator[tuple[int, int]]:
    yield from ((span.start, span.end) for span in draft.spans.values())
    yield from ((doubt.span.start, doubt.span.end) for doubt in draft.doubts if doubt.span is not None)
