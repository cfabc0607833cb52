"""The check on every letter before it may be proposed: each figure decided or given, and no secret in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from agents.negotiator.figures import Amount, Figure, amounts, numbers
from agents.number_words import ONES, SCALES, TENS
from memory.domain.base import Noun
from memory.domain.money import Money

Allowed = Money | int | Decimal | date | str
"""A figure that may be told: an amount, a count or rate, a day, or a string that may stand word for word (an order number)."""

_SPELT_WORD = "|".join([*ONES, *TENS, *SCALES])
_SPELT = re.compile(rf"\b(?:{_SPELT_WORD})(?:[ -](?:and )?(?:{_SPELT_WORD}))*\b", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SHORTEST_SQUEEZED = 6  # shorter names would be found inside ordinary words


class Secrets(Noun):
    """What no letter may carry: amounts (our ceiling and what follows from it, other vendors' prices) and words (their names)."""

    amounts: tuple[Money, ...] = ()
    words: tuple[str, ...] = ()


def check_outgoing(text: str, *, allowed_figures: Iterable[Allowed], secrets: Secrets) -> tuple[str, ...]:
    """Return what speaks against sending `text`; empty when nothing does.

    A forbidden amount is found with or without its currency, in either notation, spelt out, or with its digits apart; it is
    let pass only where the very same amount is allowed as money (the vendor's own figure), or as a count that does not
    stand beside a currency.
    """
    allowed = tuple(allowed_figures)
    return tuple(dict.fromkeys([*leaks(text, allowed_figures=allowed, secrets=secrets), *_undecided(_plain(text), allowed)]))


def leaks(text: str, *, allowed_figures: Iterable[Allowed], secrets: Secrets) -> tuple[str, ...]:
    """Return which secrets `text` tells, whatever else stands in it; empty when it tells none. See `check_outgoing`."""
    plain, allowed = _plain(text), tuple(allowed_figures)
    return tuple(dict.fromkeys([*_named(plain, secrets.words), *_leaked(plain, allowed, secrets.amounts)]))


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _named(text: str, words: Sequence[str]) -> Iterator[str]:
    squeezed = re.sub(r"[^0-9a-z]", "", text.lower())
    for word in words:
        tight = re.sub(r"[^0-9a-z]", "", unicodedata.normalize("NFKC", word).lower())
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) or (len(tight) >= _SHORTEST_SQUEEZED and tight in squeezed):
            yield "names another party or a secret word"


def _leaked(text: str, allowed: Sequence[Allowed], forbidden: Sequence[Money]) -> Iterator[str]:
    told = {item for item in allowed if isinstance(item, Money)}
    secret = {money.amount for money in forbidden if money not in told}
    if not secret:
        return
    counts = _counts(allowed)
    in_money = amounts(text)
    for figure in (*in_money, *_spelt(text)):
        if figure.value in secret:
            yield "tells a forbidden amount"
    for figure in numbers(_without(text, allowed)):
        if figure.value in secret and figure.value not in counts and not _inside(figure, in_money):
            yield "tells a forbidden amount"
    if any(_digits_apart(text, value) for value in secret):
        yield "tells a forbidden amount, its digits apart"


def _digits_apart(text: str, value: Decimal) -> bool:
    whole = str(int(value))
    if len(whole) < 2:
        return False
    apart = r"(?<!\d)(?<!\d[.,])" + r"[\s_*·-]+".join(whole) + r"(?![\d])"
    return bool(re.search(apart, text))


def _undecided(text: str, allowed: Sequence[Allowed]) -> Iterator[str]:
    plain = _without(text, allowed)
    told = {(item.amount, item.currency) for item in allowed if isinstance(item, Money)}
    counts = _counts(allowed) | {amount for amount, _ in told}
    in_money = amounts(plain)
    for amount in in_money:
        if (amount.value, amount.currency) not in told:
            yield f"states {amount.text.strip()!r}, which was neither decided nor given"
    for figure in (*numbers(plain), *_spelt(plain)):
        if not _inside(figure, in_money) and figure.value not in counts:
            yield f"states {figure.text.strip()!r}, which was neither decided nor given"


def _counts(allowed: Sequence[Allowed]) -> set[Decimal]:
    return {Decimal(item) for item in allowed if isinstance(item, int | Decimal)}


def _inside(figure: Figure, others: Sequence[Amount]) -> bool:
    return any(other.start <= figure.start and figure.end <= other.end for other in others)


def _without(text: str, allowed: Sequence[Allowed]) -> str:
    """Blank what may stand word for word: days, order numbers, and our own or the operator's terms."""
    spoken = [item for item in allowed if isinstance(item, str)]
    spoken += [form for item in allowed if isinstance(item, date) for form in (item.isoformat(), day_in_words(item))]
    for piece in sorted(filter(None, spoken), key=len, reverse=True):
        if re.search(r"\d|[a-z]", piece, re.IGNORECASE):
            text = re.sub(rf"(?<!\w){re.escape(piece)}(?!\w)", lambda found: " " * len(found.group()), text)
    return text


def day_in_words(day: date) -> str:
    """Return a day as letters write it: 4 December 2026."""
    return f"{day.day} {day:%B} {day.year}"


def _spelt(text: str) -> Iterator[Figure]:
    for found in _SPELT.finditer(text):
        words = [word for word in re.split(r"[ -]", found.group().lower()) if word != "and"]
        if words != ["one"]:
            yield Figure(found.start(), found.end(), found.group(), Decimal(_value(words)))


def _value(words: Sequence[str]) -> int:
    total = current = 0
    for word in words:
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total, current = total + max(current, 1) * SCALES[word], 0
        else:
            current += ONES.get(word) or TENS[word]
    return total + current
