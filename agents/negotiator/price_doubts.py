"""What makes a price uncertain: no firm figure, two readings of one, a currency that several countries have, a price that changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.negotiator.draft import Draft
from agents.negotiator.figures import NUMBER
from agents.negotiator.language import Language, detect
from agents.negotiator.mention import PRICES, Mention, Role
from agents.negotiator.options import Chosen
from agents.negotiator.reading import QuoteFinding, Topic
from agents.negotiator.vagueness import unbinding
from memory.domain.money import Money, Period

_OTHER_DOLLARS = re.compile(
    r"\b(?:Canad\w+|Toronto|Vancouver|Montr[eé]al|Ottawa|Calgary|Ontario|Qu[eé]bec|HST|PST|Australia\w*|Sydney|Melbourne|Brisbane|Singapore|New Zealand|Auckland|Hong Kong|Mexic\w+|ABN|CAD|AUD|NZD|SGD)\b"
)
_FROM_MONTH = re.compile(
    r"\b(?:from|as of|after|starting)(?: in)? (?:the )?(?:month \d|\d+(?:st|nd|rd|th)? month|(?:second|third|fourth|fifth|sixth|next) month|january|february|march|april|may|june|july|august|september|october|november|december)\b|\bafter (?:\d+|three|six) months\b",
    re.IGNORECASE,
)
_VAGUE = {
    "from": 'Your price is stated as "from {0}". What exactly is the price for our need?',
    "range": "Your mail names a range of prices around {0}. What exactly is the price for our need?",
    "pack": "Your price of {0} is for a pack. How many units does a pack hold, and what is the price for our need?",
    "roughly": "Your price of {0} is only approximate. What exactly is the price for our need?",
}
_WORDS = {
    Role.EXTRA: "more than the stated quantity costs extra",
    Role.OPTIONAL: "offered as an option",
    Role.LATER: "a later price is announced",
}


def question_price(draft: Draft, price: Mention, chosen: Chosen, found: Sequence[Mention]) -> None:
    """Put every question that the chosen price raises, and tell of the other options and side charges."""
    span = draft.mail.span(*price.place)
    draft.note("unit_price", span)
    if price.discount is not None:
        draft.note("discount", draft.mail.span(price.discount.start, price.discount.end))
    _question_figure(draft, price, found)
    _question_currency(draft, price)
    if price.role is Role.LATER or any(mention.role is Role.INTRODUCTORY or _within_term(mention) for mention in found):
        draft.ask(Topic.PRICE, "Which price applies over the whole of the term?", span)
    if chosen.unclear:
        draft.ask(Topic.PRICE, "Your mail names more than one price for the same thing. Which one is your offer?", span)
    for mention in chosen.unplaced:
        words = draft.mail.span(*mention.place)
        draft.ask(Topic.FEES, f'What is the amount "{words.text}" for, and is it charged on top?', words)
    for discount in chosen.open_discounts:
        words = draft.mail.span(discount.start, discount.end)
        draft.ask(Topic.PRICE, f'Which price results after "{words.text}"?', words)
    if price.role is Role.FLOOR:
        draft.assume("the price below which the vendor will not go is read as its offer")
    _tell_others(draft, chosen)
    for mention in found:
        _tell_side_charge(draft, mention)


def _cheaper_than_two_months(yearly: Mention, other: Mention) -> bool:
    """Whether a price that seems to be for a year costs less than two months at another price: then it is one for a month."""
    alike = other.period is Period.MONTH and other.per_unit == yearly.per_unit and other.amount.currency == yearly.amount.currency
    return alike and other.role in PRICES and yearly.amount.value < 2 * other.amount.value


def _within_term(mention: Mention) -> bool:
    """Whether another price begins at a month, and so within the first term."""
    return mention.role is Role.LATER and bool(_FROM_MONTH.search(mention.sentence.text))


def _question_figure(draft: Draft, price: Mention, found: Sequence[Mention]) -> None:
    amount, span = price.amount, draft.mail.span(*price.place)
    marks = {mention.amount.decimal_mark for mention in found if mention.amount.decimal_mark}
    if amount.grouped_by and (amount.grouped_by in marks or _foreign_grouping(draft, price, marks)):
        draft.ask(Topic.PRICE, f'Is "{amount.text}" meant as thousands? Please write the price with two decimals.', span)
    if not amount.exact and not whole_quantity(draft, price):
        draft.ask(Topic.PRICE, f'"{amount.text}" is finer than the smallest coin. What is the price for the whole quantity?', span)
    if price.period is Period.YEAR and any(_cheaper_than_two_months(price, other) for other in found):
        draft.ask(Topic.PERIOD, f"Is the price of {amount.money} per month or per year?", span)
    if price.vague:
        draft.ask(Topic.PRICE, _VAGUE[price.vague].format(amount.money), span)
    loose = unbinding(draft.mail)
    if loose:
        words = draft.mail.span(loose.start(), loose.end())
        draft.ask(Topic.PRICE, f'Your mail calls the price "{words.text}". Which price do you offer with binding effect?', words)


def _foreign_grouping(draft: Draft, price: Mention, marks: set[str]) -> bool:
    """Whether only an English mail's point groups thousands ("1.190 EUR"): with no other figure or sum to say so, it may be a slip."""
    if (
        re.search(r"[.,][-\u2013\u2014]", price.amount.text)
        or price.amount.grouped_by != "."
        or price.summed
        or "," in marks
        or price.amount.text.count(".") > 1
    ):
        return False
    return detect(draft.mail.original) is Language.EN


def _question_currency(draft: Draft, price: Mention) -> None:
    amount, ceiling = price.amount, draft.requisition.ceiling.currency
    if not amount.sign_only:
        return
    said = amount.currency if re.search(rf"\b{amount.currency}\b", draft.mail.text) else ""
    bare = bool(re.fullmatch(NUMBER, amount.text.strip()))
    doubtful = bare or ceiling != amount.currency or (amount.currency == "USD" and _OTHER_DOLLARS.search(draft.mail.text))
    if doubtful and not said:
        draft.ask(Topic.CURRENCY, f'Which currency is "{amount.text}"?', draft.mail.span(*price.place))


def _tell_others(draft: Draft, chosen: Chosen) -> None:
    for option in chosen.others:
        words = draft.mail.span(*option.price.place)
        draft.findings.append(QuoteFinding(kind="other_option", says=f"also offered: {words.text}"[:500], span=words))
    for mention in chosen.foreign:
        words = draft.mail.span(*mention.place)
        draft.findings.append(QuoteFinding(kind="other_option", says=f"also stated in another currency: {words.text}"[:500], span=words))
    for discount in chosen.unmet_discounts:
        words = draft.mail.span(discount.sentence.start, discount.sentence.end)
        draft.findings.append(QuoteFinding(kind="conditional_discount", says=f"a discount on a condition: {words.text}"[:500], span=words))


def whole_quantity(draft: Draft, price: Mention) -> Money | None:
    """Return the price of the whole quantity where one unit has a price, when that is a whole number of minor units."""
    if not price.per_unit or price.block != 1:
        return None
    total = replace(price.amount, value=price.amount.value * draft.requisition.quantity)
    return total.money if total.exact else None


def _tell_side_charge(draft: Draft, mention: Mention) -> None:
    if mention.role is not Role.SURCHARGE and mention.role not in _WORDS:
        return
    said = draft.mail.span(mention.clause_start, mention.clause_end)
    if mention.role is Role.SURCHARGE:
        question = f'Is "{said.text[:80]}" charged on top? Please state one price that includes everything.'
        draft.ask(Topic.FEES, question, said)
    else:
        draft.findings.append(
            QuoteFinding(kind=f"{mention.role.value}_charge", says=f"{_WORDS[mention.role]}: {mention.amount.text}", span=said)
        )
