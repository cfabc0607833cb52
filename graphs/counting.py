"""Every preference that counts, with who said it: the operator's words, its standing preferences, and the defaults below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from memory.domain.preference_defaults import DEFAULTS, defaults_for
from memory.domain.preferences import Term, TermWorth
from memory.domain.words import counted
from memory.views.preferences import StandingPreference, preferred_months, standing_preferences
from memory.views.registry import RegistryView

_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
_MEANING = re.compile(r": an offer with it [^;]*|[;:] a hard limit, nothing outside it is offered or accepted$")
_FROM_NOW_ON = "said in chat, from now on"


@dataclass(frozen=True)
class Counting:
    """One preference that counts. `said_by` is "you", "you, for saas" or "default"; `because` a default's reason, else the words."""

    key: str
    scope: str
    reads: str
    said_by: str
    because: str

    @property
    def short(self) -> str:
        """How it counts, without what that means for an offer: for a table."""
        return _MEANING.sub(lambda found: " (hard limit)" if "hard limit" in found[0] else "", self.reads)

    @property
    def yours(self) -> bool:
        """Whether the operator said it, so that it can be taken back."""
        return self.said_by != "default"


def counting_for(database: sa.Engine, categories: tuple[str, ...], currency: str = "") -> tuple[Counting, ...]:
    """Return every preference that counts for a purchase of these categories (narrowest first), in a currency where one is given."""
    return (*_of_terms(database, categories, currency), *_standing(database))


def kept_by_operator(database: sa.Engine) -> tuple[Counting, ...]:
    """Return everything that the operator said, for whatever purchases: the general first."""
    said = tuple(_as_said(one) for one in standing_preferences(database))
    return (*said, *_standing(database))


def _as_said(one: StandingPreference, currency: str = "") -> Counting:
    from agents.negotiation.preferences.words import in_words

    reads = in_words(one.preference)
    own = one.preference.a_year if isinstance(one.preference, TermWorth) else None
    if own is not None and currency and own.currency != currency:
        reads = f"{reads}; left out here: this purchase is in {currency}"
    return Counting(one.preference.key, one.scope, reads, f"you, for {one.scope}" if one.scope else "you", one.words)


def _of_terms(database: sa.Engine, categories: tuple[str, ...], currency: str) -> Iterator[Counting]:
    from agents.negotiation.preferences.words import in_words

    said = standing_preferences(database)
    spoken: set[object] = set()
    for scope in (*categories, ""):
        here = [s for s in said if s.scope == scope]
        yield from (_as_said(s, currency) for s in here if _about(s) not in spoken)
        spoken |= {_about(s) for s in here}
    months = preferred_months(database)
    if months is not None and Term.TERM_MONTHS not in spoken:
        for worth in defaults_for(*categories).preferring(months).worths:
            if worth.term is Term.TERM_MONTHS and worth.worth_bp:
                yield Counting(worth.key, "", in_words(worth), "you", f"your standing preference for {counted(months, 'month')}")
        spoken.add(Term.TERM_MONTHS)
    for scope in (*categories, ""):
        lines = [line for line in DEFAULTS if line.category == scope and line.term not in spoken]
        for line in lines:
            worth = TermWorth(term=line.term, value=line.value, worth_bp=line.worth_bp)
            yield Counting(worth.key, scope, in_words(worth), "default", line.because)
        spoken |= {line.term for line in lines}


def _about(one: StandingPreference) -> object:
    return one.preference.term if isinstance(one.preference, TermWorth) else one.preference.key


def _standing(database: sa.Engine) -> Iterator[Counting]:
    """Return the preferences that fill in what an instruction leaves open, under the names by which they are taken back."""
    for name, value in RegistryView(database).preferences().items():
        if value:
            yield Counting(name.replace("_", "-"), "", _told(name, value), "you", _FROM_NOW_ON)


def _told(name: str, value: str) -> str:
    match name:
        case "language":
            return f"letters are written in {_LANGUAGES.get(value, value)} where a vendor has no language of its own"
        case Term.TERM_MONTHS.value if value.isdigit():
            return f"contracts of {counted(int(value), 'month')} are preferred, as long as you give no figure for it"
        case "must_have":
            return f"every purchase must have: {value}"
        case "nice_to_have":
            return f"good to have in every purchase: {value}"
        case _:
            return value
