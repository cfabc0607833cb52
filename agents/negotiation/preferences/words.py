"""The operator's preferences in words, read into types and said back. A sentence is kept only when every word of it is understood.

a year's commitment is worth 8 % to me          what binds costs: a yearly term must be 8 % cheaper
30 days to pay are worth 1 percent              what helps gains
premium support is worth 40 EUR a month
I don't want to be bound longer than a year     a hard limit
I prefer monthly billing                        without a figure a preference counts 2 %

Everything else is refused with what to say instead: a preference that is read as its opposite costs money.
"""

from __future__ import annotations

import re

from agents.negotiation.preferences.amounts import read_gain, read_price
from agents.negotiation.preferences.limits import read_limit
from agents.negotiation.preferences.phrases import Phrase, read_phrase
from agents.negotiation.preferences.refusals import HINT, elsewhere, refusal, speaks_of
from memory.domain.errors import InputError
from memory.domain.money import Money, Price
from memory.domain.preferences import BURDENS, PREFERRED_BP, Level, Term, TermLimit, TermWorth
from memory.domain.worth import limit_in_words, shown_level

__all__ = ["HINT", "in_words", "read_preference", "read_walk_away", "speaks_of_walking_away", "stated_here"]

_BEFORE = re.compile(
    r"^(?:please|for (?:me|us)|to (?:me|us)|in general|generally|as a rule|always|from now on|in (?:the )?future|note|remember),? (?:that )?"
)
_AFTER = re.compile(
    r",? (?:please|thanks|thank you|(?:to|for) (?:me|us)|in general|generally|from now on|for (?:everything|every purchase))$"
)
_WORTH = re.compile(r"(?P<subject>.+?) (?P<verb>(?:is|are|would be|'d be) worth|(?:would )?(?:costs?|saves?) (?:me|us)) (?P<gain>.+)")
_PAYS = re.compile(r"(?:i|we)(?: would| will|'d|'ll) pay (?P<gain>.+?)(?: more)? for (?P<subject>.+)")
_PREFERS = re.compile(
    r"(?:(?:i|we)(?: would|'d)? (?:always )?prefer|(?:i|we)(?: would|'d) rather have|prefer) (?P<denied>not (?:to )?|no )?(?P<subject>.+)"
)


def read_preference(text: str) -> TermWorth | TermLimit:
    """Return what a sentence says of one term.

    Raises `InputError` with what to say instead when a word of it is not understood, or it cannot be kept as it is meant.
    """
    plain = plainly(text)
    understood = _read_whole(plain, text)
    if understood is None:
        raise refusal(plain, text)
    return understood


def _read_whole(plain: str, text: str) -> TermWorth | TermLimit | None:
    """Return what all words of a sentence say; None where one is left over. Raises `InputError` where it cannot be kept."""
    readers = (reader(plain, text) for reader in (_worth, _preferred, read_limit))
    return next((understood for understood in readers if understood is not None), None)


def of_terms_alone(text: str) -> bool:
    """Tell whether every word of a sentence speaks of terms, whether it can be kept or not."""
    try:
        return _read_whole(plainly(text), text) is not None
    except InputError:
        return True


def plainly(text: str) -> str:
    """Return a sentence in small letters, without courtesies and its final stop."""
    plain = " ".join(text.casefold().replace("\u2019", "'").replace("\u00a0", " ").split()).strip(".! ")
    plain = re.sub(r"\b(max|min)\.", r"\1", plain)
    while True:
        shorter = _AFTER.sub("", _BEFORE.sub("", plain)).rstrip(",. ")
        if shorter == plain:
            return plain
        plain = shorter


def stated_here(text: str) -> bool:
    """Tell whether a sentence is a statement about terms at all, readable or not. Used where any instruction may come."""
    plain = plainly(text)
    if len(plain) > 200 or _ASKS.search(plain):
        return False
    mine = _MINE.search(plain) is not None
    try:
        understood = _read_whole(plain, text)
    except InputError:  # every word of it is a term's, and it cannot be kept like that
        return mine or "support" not in plain
    if understood is None:
        if elsewhere(plain):
            return True
        return mine and bool(speaks_of(plain)) and _NEEDS.search(plain) is None
    # "I need phone support" may be something to buy.
    return understood.term is not Term.SUPPORT or _NEEDS.search(plain) is None


_ASKS = re.compile(r"\b(?:buy|find|get (?:me|us)|order|renew|cancel the|cancel my|hire|why|what|how|which)\b|^get\b|\?$")
_NEEDS = re.compile(r"(?<!n't )(?<!not )\b(?:need|require|looking for)\b")
_MINE = re.compile(
    r"\bworth\b|\b(?:costs?|saves?) (?:me|us)\b|\b(?:i|we) (?:do not|don't|never|won't|will not|cannot|can't|no longer) \w+|"
    r"\b(?:i|we) (?:want|accept|sign|pay) no\b|"
    r"\b(?:i|we)(?:'d| would)?(?: \w+)? (?:prefer|insist)\b|\bmust (?:have|not)\b|\bmust be\b|^(?:no|never|only|at most|at least|not)\b|"
    r"\b(?:i|we) (?:hate|love|dislike)\b| only$"
)


def in_words(preference: TermWorth | TermLimit) -> str:
    """Return what was understood, as it will be reckoned."""
    term = preference.term
    if isinstance(preference, TermLimit):
        if term is Term.SETUP_FEE:
            return "no set-up fee: a hard limit, nothing outside it is offered or accepted"
        if term is Term.BILLING:
            return f"paying {limit_in_words(preference).replace('only ', 'only by the ')}; a hard limit, nothing outside it is offered or accepted"
        return f"{_SUBJECTS[term]}: {limit_in_words(preference)}; a hard limit, nothing outside it is offered or accepted"
    worth = f"{_absolute(preference.a_year)} a year" if preference.a_year else f"{abs(preference.worth_bp) / 100:g} % of the yearly cost"
    named = f"{preference.value} support" if term is Term.SUPPORT else f"{_SUBJECTS[term]} {shown_level(term, preference.value)}"
    cost = preference.worth_bp < 0 or (preference.a_year is not None and preference.a_year.amount_minor < 0)
    if cost:
        return f"{named} costs you {worth}: an offer with it must be cheaper by that to be as good"
    return f"{named} is worth {worth}: an offer with it may cost that much more and be as good"


_SUBJECTS = {
    Term.TERM_MONTHS: "being bound for",
    Term.BILLING: "paying ahead, by the",
    Term.PAYMENT_DAYS: "time to pay of",
    Term.PRICE_CAP: "a cap on price increases of",
    Term.NOTICE_DAYS: "a notice period of",
    Term.SUPPORT: "support",
    Term.SETUP_FEE: "a set-up fee",
}


def _absolute(money: Money) -> Money:
    return Money(amount_minor=abs(money.amount_minor), currency=money.currency)


def _worth(plain: str, text: str) -> TermWorth | None:
    found = _PAYS.fullmatch(plain) or _WORTH.fullmatch(plain)
    phrase = read_phrase(found["subject"]) if found else None
    gain = read_gain(found["gain"]) if found and phrase else None
    if found is None or phrase is None or gain is None or phrase.bound is not None or phrase.loose:
        return None
    _refuse_fee(phrase)
    if phrase.value is None:
        return None
    _refuse_against_sense(found.groupdict().get("verb") or "pay", phrase, text)
    value, sign = _turned(phrase.term, phrase.value, -1 if phrase.term in BURDENS else 1)
    if isinstance(gain, int):
        return TermWorth(term=phrase.term, value=value, worth_bp=sign * gain)
    return TermWorth(term=phrase.term, value=value, a_year=Money(amount_minor=sign * gain.amount_minor, currency=gain.currency))


def _refuse_fee(phrase: Phrase) -> None:
    if phrase.term is Term.SETUP_FEE:
        raise InputError("a set-up fee is money already and needs no worth", hint='to forbid it say "no set-up fee"')


def _refuse_against_sense(verb: str, phrase: Phrase, text: str) -> None:
    """Refuse a burden that saves, and a help that costs: it is not known which of the two words is meant."""
    quoted = repr(text.strip()[:120])
    burden = phrase.term in BURDENS and not _free(phrase)
    if burden and ("save" in verb or verb == "pay"):
        raise InputError(
            f"{quoted} would make a gain of what binds you",
            hint='say what it costs: "... costs me 5 %"; or, if you want it, "I prefer ..."',
        )
    if not burden and "cost" in verb:
        what = "being free" if _free(phrase) else "what helps you"
        raise InputError(f"{quoted} would make a cost of {what}", hint='it helps you: say "... is worth 5 %", or say what it is that costs')


def _free(phrase: Phrase) -> bool:
    return (phrase.term, phrase.value) in {(Term.TERM_MONTHS, 1), (Term.BILLING, "month")}


def _preferred(plain: str, text: str) -> TermWorth | None:
    found = _PREFERS.fullmatch(plain)
    if found is None:
        return None
    phrase = (found["denied"] and read_phrase(f"no {found['subject']}")) or read_phrase(found["subject"])
    if phrase is None or phrase.bound is not None or phrase.loose:
        return None
    _refuse_fee(phrase)
    denied = bool(found["denied"]) and read_phrase(f"no {found['subject']}") is None
    if phrase.value is None:
        return TermWorth(term=phrase.term, value=12, worth_bp=-PREFERRED_BP) if denied and phrase.term is Term.TERM_MONTHS else None
    if denied and (phrase.term not in BURDENS or _free(phrase)):
        raise InputError(f"{text.strip()[:120]!r} prefers to be without what helps", hint='say what you prefer instead: "I prefer ..."')
    if phrase.term is Term.NOTICE_DAYS and not denied:
        hint = f'say "at most {phrase.value} days\' notice", or "90 days\' notice costs me 2 %"'
        raise InputError(f"{text.strip()[:120]!r} could mean rather than none, or rather than more", hint=hint)
    value, sign = _turned(phrase.term, phrase.value, -1 if denied else 1)
    return TermWorth(term=phrase.term, value=value, worth_bp=sign * PREFERRED_BP)


def _turned(term: Term, value: Level, sign: int) -> tuple[Level, int]:
    """Return a freedom as the burden it saves: a monthly contract worth 5 % means that a year's costs 5 %."""
    if term is Term.TERM_MONTHS and value == 1:
        return 12, -1
    if term is Term.BILLING and value == "month":
        return "year", -1
    return value, sign


_WALK_AWAY = re.compile(r"\bwalk(?:ing|s)?[ -]?away\b")


def speaks_of_walking_away(text: str) -> bool:
    """Tell whether a sentence names the operator's walk-away."""
    return bool(_WALK_AWAY.search(text.casefold()))


def read_walk_away(text: str) -> Price:
    """Return the walk-away that a sentence names: "my walk-away is 600 EUR a year", or without a period for what is bought once.

    Raises `InputError` with an example when there is not exactly one amount.
    """
    price = read_price(" ".join(text.casefold().split()))
    if price is None:
        raise InputError(f"{text.strip()[:120]!r} does not name one amount", hint='say "my walk-away is 600 EUR a year"')
    return price
