"""The change that would settle a conflict: the smallest edit of the vendor's sentence, else a sentence of our own, else deletion."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.contract_reading.policy_check.editing import with_limit
from agents.contract_reading.policy_check.naming import Names
from agents.contract_reading.policy_check.nouns import Change, Redline
from agents.contract_reading.policy_check.wording import RedlineWords, redline_words
from agents.negotiator.language import Language
from memory.domain.contract_policy import Attitude, ClausePosition, Measure, MeasuredTerm
from memory.domain.evidence import Span

_COUNTRIES_IN_GERMAN = {
    "germany": "Deutschland",
    "austria": "Österreich",
    "switzerland": "der Schweiz",
    "netherlands": "den Niederlanden",
    "ireland": "Irland",
    "france": "Frankreich",
    "england and wales": "England und Wales",
}

_REGIONS = {
    Language.EN: {
        "EU": "the European Union",
        "CH": "Switzerland",
        "GB": "the United Kingdom",
        "US": "the United States",
        "NO": "Norway",
    },
    Language.DE: {
        "EU": "der Europäischen Union",
        "CH": "der Schweiz",
        "GB": "dem Vereinigten Königreich",
        "US": "den Vereinigten Staaten",
        "NO": "Norwegen",
    },
}


def redline_for(position: ClausePosition, span: Span | None, term: MeasuredTerm | None, names: Names) -> Redline | None:
    """Return the change that makes the paper as wanted, or None where no sentence of ours would do without knowing more.

    `span` is the sentence that stands against the position, None when the paper has none.
    """
    words = redline_words(names.language)
    if position.attitude is Attitude.FORBIDDEN:
        return _without(position, span, names, words)
    if position.attitude is Attitude.REQUIRED:
        sentence = words.added.get(position.clause)
        return _redline(None, sentence, names) if sentence else None
    return _within(position, span, term, names, words)


def _without(position: ClausePosition, span: Span | None, names: Names, words: RedlineWords) -> Redline | None:
    return _redline(span, words.instead.get(position.clause, ""), names) if span is not None else None


def _within(position: ClausePosition, span: Span | None, term: MeasuredTerm | None, names: Names, words: RedlineWords) -> Redline | None:
    numbers = tuple(str(Decimal(n) / (100 if _is_percent(position) else 1)) for n in (position.at_most, position.at_least) if n is not None)
    amounts = (position.amount,) if position.amount is not None else ()
    figures = {"numbers": numbers, "amounts": amounts}
    if span is not None and term is not None and position.measure is not Measure.LIABILITY_CAP:
        limit = position.at_most if position.at_most is not None else position.at_least
        edited = with_limit(span.text, term, limit, names.language) if limit is not None else None
        if edited is not None:
            return Redline(change=Change.REPLACE, was=span, becomes=edited, language=names.language.value, figure_only=True, **figures)
    sentence = _stated(position, names, words)
    if sentence and span is not None and _may_rise_freely(term):
        # The vendor keeps its sentence, which may hold more than the price: the limit is put behind it.
        behind = f"{span.text.rstrip()} {_redline(None, sentence, names).becomes}"
        return Redline(change=Change.REPLACE, was=span, becomes=behind[:4000], language=names.language.value, figure_only=True, **figures)
    return _redline(span, sentence, names).model_copy(update=figures) if sentence else None


def _may_rise_freely(term: MeasuredTerm | None) -> bool:
    return term is not None and term.measure is Measure.PRICE_INCREASE_BP and term.unlimited


def _stated(position: ClausePosition, names: Names, words: RedlineWords) -> str | None:
    """Return a sentence that states a value at the limit."""
    measure = position.measure
    if measure is Measure.LIABILITY_CAP:
        return words.cap.format(cap=_cap(position, words))
    if measure is Measure.GOVERNING_LAW:
        return words.within[measure].format(limit=_place(position.places[0], names.language)) if position.places else None
    if measure is Measure.DATA_REGION:
        place = next((named for code in position.places if (named := _REGIONS[names.language].get(code))), None)
        return words.within[measure].replace("{limit}", place) if place else None
    number = position.at_most if position.at_most is not None else position.at_least
    if measure is None or number is None:
        return None
    if not number:
        return {
            Measure.RENEWAL_MONTHS: words.instead[Measure.RENEWAL_MONTHS.clause],
            Measure.PRICE_INCREASE_BP: words.instead[Measure.PRICE_INCREASE_BP.clause],
        }.get(measure)
    # The slots of the parties stay for `_redline` to fill.
    return words.within[measure].replace("{limit}", _counted(measure, number, words))


def _cap(position: ClausePosition, words: RedlineWords) -> str:
    limit = _counted(Measure.LIABILITY_CAP, position.at_least, words) if position.at_least else ""
    amount = _amount(position, words) if position.amount else ""
    form = words.cap_of_either if limit and amount else words.cap_of_fees if limit else words.cap_of_amount
    return form.format(limit=limit, amount=amount)


def _amount(position: ClausePosition, words: RedlineWords) -> str:
    assert position.amount is not None
    written = f"{position.amount.amount:,.2f}".removesuffix(".00")
    return f"{written.translate(str.maketrans(',.', '.,')) if words.decimal_comma else written} {position.amount.currency}"


def _counted(measure: Measure, number: int, words: RedlineWords) -> str:
    one, more = words.counted[measure]
    if measure is Measure.PRICE_INCREASE_BP:
        percent = f"{number / 100:g}"
        return more.format(count=percent.replace(".", ",") if words.decimal_comma else percent)
    return (one if number == 1 else more).format(count=number)


def _place(place: str, language: Language) -> str:
    return _COUNTRIES_IN_GERMAN.get(place.casefold(), place) if language is Language.DE else place


def _is_percent(position: ClausePosition) -> bool:
    return position.measure is Measure.PRICE_INCREASE_BP


_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERED = re.compile(r"\s*(?:\d+(?:\.\d+)*[.)]?|\((?:[a-z]{1,4}|\d{1,2})\)|§\s?\d+)\s+(?=\S)")


def _redline(span: Span | None, sentence: str, names: Names) -> Redline:
    """Return the change from a passage (None: there is none) to a sentence (empty: to nothing), the parties' names put in."""
    slots = names.slots
    becomes = _SLOT.sub(lambda found: slots[found[1]], sentence)
    number = _NUMBERED.match(span.text) if span is not None and becomes else None
    becomes = f"{number.group().strip()} {becomes}" if number else becomes
    change = Change.ADD if span is None else Change.REPLACE if becomes else Change.DELETE
    return Redline(change=change, was=span, becomes=becomes, language=names.language.value)
