"""Prices that moved: the same sentence about money in both versions, with another amount in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agents.contract_reader.money_values import unit_price
from agents.contract_reading.comparison.nouns import Bearing, Effect, PassageChange, Stretch
from agents.negotiator.figures import amounts
from memory.domain.contract import ClauseKind
from memory.domain.evidence import Span
from memory.domain.money import Money

_WEIGHT = 89
_LONGEST = 2000  # what a `Span` holds
_PRICE = re.compile(
    r"\b(?:fees?|prices?|pricing|charges?|rates?|subscription|costs?|pay(?:s|able)?|total|retainer|invoice[sd]?|per (?:month|year|seat|user|hour|day)"
    r"|\w*(?:preise?|vergütung|entgelte?|gebühr(?:en)?|honorar)|zahlt|kostet)\b",
    re.IGNORECASE,
)
#: Money that is no price: what is owed for damage, what an insurance covers.
_NO_PRICE = re.compile(
    r"\b(?:liab\w+|insur\w+|damages?|indemni\w+|penalt\w+|coverage|haft\w*|versicher\w+|vertragsstrafe\w*|schadens?\w*)\b", re.IGNORECASE
)
#: Money that may go the other way.
_THEIRS = re.compile(
    r"\b(?:discount|rebate|credit|refund|Rabatt|Gutschrift|Erstattung)\w*\b|\b(?:provider|vendor|supplier|licensor|anbieter|auftragnehmer) (?:shall|will|must) (?:pay|credit|refund)\b",
    re.IGNORECASE,
)


def price_moves(changes: Iterable[PassageChange], old: str, new: str, told: tuple[Money | None, Money | None]) -> Iterator[Effect]:
    """Yield the amounts of a changed sentence about a price that moved. `told` are the totals of the versions: they are told as such."""
    for change in changes:
        if change.old is None or change.new is None or not change.words:
            continue
        was, becomes = _span(old, change.old), _span(new, change.new)
        if not _PRICE.search(becomes.text) or _NO_PRICE.search(becomes.text):
            continue
        before, after = amounts(_flat(was)), amounts(_flat(becomes))
        if len(before) != len(after):
            continue
        for one, other in zip(before, after, strict=True):
            if one.money != other.money and (one.money, other.money) != told:
                yield _effect(one.money, other.money, was, becomes)


def moved_by(was: Money, becomes: Money) -> str:
    """Return how far an amount moved in percent: " (16.7 % more)", or nothing where that cannot be said."""
    if was.currency != becomes.currency or not was.amount_minor or was == becomes:
        return ""
    percent = 100 * abs(becomes.amount_minor - was.amount_minor) / was.amount_minor
    shown = f"{percent:.1f}".removesuffix(".0") if percent >= 0.05 else "under 0.1"
    return f" ({shown} % {'more' if becomes.amount_minor > was.amount_minor else 'less'})"


def _effect(was: Money, becomes: Money, old: Span, new: Span) -> Effect:
    comparable = was.currency == becomes.currency and not _THEIRS.search(new.text)
    bearing = Bearing.UNCLEAR if not comparable else Bearing.WORSE if becomes.amount_minor > was.amount_minor else Bearing.BETTER
    text = f"A price is {_priced(becomes, new)} instead of {_priced(was, old)}{moved_by(was, becomes)}."
    return Effect(bearing=bearing, weight=_WEIGHT, text=text, clause=ClauseKind.PRICE, old=old, new=new)


def _priced(money: Money, span: Span) -> str:
    """Return an amount with its period, where the sentence tells one."""
    price = unit_price(_flat(span))
    return str(price) if price is not None and (price.amount_minor, price.currency) == (money.amount_minor, money.currency) else str(money)


def _span(text: str, place: Stretch) -> Span:
    words = text[place.start : place.end][:_LONGEST]
    return Span(start=place.start, end=place.start + len(words), text=words)


def _flat(span: Span) -> str:
    return " ".join(span.text.split())
