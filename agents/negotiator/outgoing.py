"""The check on every letter before it may be proposed: each figure decided or given, and no secret in any spelling or language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from agents.negotiator.checks.leaking import named, told
from agents.negotiator.checks.numerals import spoken
from agents.negotiator.checks.spelling import plain
from agents.negotiator.figures import Amount, Figure, amounts, numbers
from agents.negotiator.language import Language
from memory.domain.base import Noun
from memory.domain.money import Money

Allowed = Money | int | Decimal | date | str
"""A figure that may be told: an amount, a count or rate, a day, or a string that may stand word for word (an order number)."""

_MONTHS = {
    Language.EN: ("January February March April May June July August September October November December", "{day} {month} {year}"),
    Language.DE: ("Januar Februar März April Mai Juni Juli August September Oktober November Dezember", "{day}. {month} {year}"),
    Language.FR: ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "{day} {month} {year}"),
    Language.ES: (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "{day} de {month} de {year}",
    ),
}

DAY = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b(?:\d{1,2}|1er)\.? (?:de )?(?:"
    + "|".join(name for names, _ in _MONTHS.values() for name in names.split())
    + r") (?:de )?\d{4}\b"
)
"""A day as letters write it, in any of the languages."""


class Secrets(Noun):
    """What no letter may carry: amounts (our ceiling, other vendors' prices), what follows from them, and words (their names).

    `derived` amounts are the secrets per other stretches of time and with or without tax: told only when a text points at them.
    """

    amounts: tuple[Money, ...] = ()
    derived: tuple[Money, ...] = ()
    words: tuple[str, ...] = ()


def check_outgoing(
    text: str, *, allowed_figures: Iterable[Allowed], secrets: Secrets, language: Language = Language.EN, quoted: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return what speaks against sending `text`; empty when nothing does.

    A forbidden amount is found with or without its currency, in any of the notations, spelt out in four languages, rounded, converted,
    as a share of an amount that may be said, or with its digits apart; it is let pass only where the very same amount is allowed as
    money (the vendor's own figure), or as a count that does not stand beside a currency. `quoted` are sentences of ours that hold the
    vendor's own figures up to it, as our questions do: only what stands outside of them can tell an amount; a name is found in them too.
    """
    allowed = tuple(allowed_figures)
    found = leaks(text, allowed_figures=allowed, secrets=secrets, language=language, quoted=quoted)
    return tuple(dict.fromkeys([*found, *_undecided(plain(text), allowed, language)]))


def leaks(
    text: str, *, allowed_figures: Iterable[Allowed], secrets: Secrets, language: Language = Language.EN, quoted: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return which secrets `text` tells, whatever else stands in it; empty when it tells none. See `check_outgoing`."""
    shown, allowed = without(plain(text), quoted), tuple(allowed_figures)
    amounts_told = told(
        shown,
        secrets.amounts,
        secrets.derived,
        spared=[item for item in allowed if isinstance(item, Money)],
        counts=_counts(allowed),
        blanked=without(shown, allowed),
        language=language,
    )
    return tuple(dict.fromkeys([*named(text, secrets.words), *amounts_told]))


def _undecided(text: str, allowed: Sequence[Allowed], language: Language) -> Iterator[str]:
    shown = without(text, allowed)
    free = {(item.amount, item.currency) for item in allowed if isinstance(item, Money)}
    counts = _counts(allowed) | {amount for amount, _ in free}
    in_money = amounts(shown)
    for amount in in_money:
        if (amount.value, amount.currency) not in free:
            yield f"states {amount.text.strip()!r}, which was neither decided nor given"
    for figure in numbers(shown):
        if not _inside(figure, in_money) and figure.value not in counts:
            yield f"states {figure.text.strip()!r}, which was neither decided nor given"
    for number in spoken(shown, language):
        if not number.values & counts:
            yield f"states {number.text!r}, which was neither decided nor given"


def _counts(allowed: Sequence[Allowed]) -> frozenset[Decimal]:
    return frozenset(Decimal(item) for item in allowed if isinstance(item, int | Decimal))


def _inside(figure: Figure, others: Sequence[Amount]) -> bool:
    return any(other.start <= figure.start and figure.end <= other.end for other in others)


def without(text: str, allowed: Iterable[Allowed]) -> str:
    """Return a plain text with blanks for what may stand word for word: days, order numbers, our own or the operator's terms."""
    spoken_for = [plain(item) for item in allowed if isinstance(item, str)]
    spoken_for += [plain(form) for item in allowed if isinstance(item, date) for form in day_forms(item)]
    for piece in sorted(filter(None, spoken_for), key=len, reverse=True):
        if re.search(r"\d|[^\W\d_]", piece):
            wrapped = r"\s+".join(re.escape(word) for word in piece.split())
            text = re.sub(rf"(?<!\w){wrapped}(?!\w)", lambda found: " " * len(found.group()), text)
    return text


def day_in_words(day: date, language: Language = Language.EN) -> str:
    """Return a day as letters write it: 4 December 2026 · 4. Dezember 2026 · 4 décembre 2026 · 4 de diciembre de 2026."""
    months, form = _MONTHS[language]
    first = "1er" if language is Language.FR and day.day == 1 else str(day.day)
    return form.format(day=first, month=months.split()[day.month - 1], year=day.year)


def day_forms(day: date) -> tuple[str, ...]:
    """Return every form in which a letter may write a day: ISO 8601, and each language's words."""
    return (day.isoformat(), *(day_in_words(day, language) for language in Language))
