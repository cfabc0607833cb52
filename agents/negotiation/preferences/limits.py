"""Hard limits in words: what must be, what must not be, and how far it may go. What would forbid something better is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from agents.negotiation.preferences.phrases import Bound, Phrase, read_phrase
from memory.domain.errors import InputError
from memory.domain.preferences import Level, Term, TermLimit
from memory.domain.worth import shown_level

CYCLES = ("month", "quarter", "year")


class Stance(Enum):
    """How a sentence stands to what it names."""

    DENIED = "denied"
    MUST = "must"
    ONLY = "only"
    PLAIN = "plain"


_I = r"(?:i|we)"
_NOT = r"(?:do not|don't|never|won't|will not|will never|would never|wouldn't|would not|cannot|can't|must not)(?: ever)?"
_TAKE = r"(?:want|accept|take|have|get|agree to|sign for|sign|commit to|pay for)"
#: Each start, and what it makes of the rest; all that fit are tried. The rest must be a phrase from end to end.
_STARTS: tuple[tuple[Stance, str], ...] = (
    (Stance.DENIED, rf"{_I} {_NOT}(?: want)? (?:to )?{_TAKE}"),
    (Stance.DENIED, rf"{_I} {_NOT}(?: want to)? pay"),
    (Stance.DENIED, rf"{_I} {_NOT} want to"),
    (Stance.DENIED, rf"{_I} {_NOT}"),
    (Stance.DENIED, rf"(?:never|don't|do not)(?: {_TAKE}| pay)"),
    (Stance.DENIED, r"never|don't|do not"),
    (Stance.DENIED, rf"(?:{_I} {_TAKE} )?no|without|without any"),
    (Stance.MUST, rf"(?:{_I} )?(?:must|have to|need to) (?:have|get)|{_I} (?:need|require|insist on)"),
    (Stance.ONLY, rf"(?:{_I} (?:will )?)?only {_TAKE}|{_I} (?:will )?{_TAKE} only"),
    (Stance.ONLY, rf"(?:{_I} (?:will )?)?only|nothing but"),
    (Stance.PLAIN, rf"{_I} (?:will |would |can )?{_TAKE}"),
    (Stance.PLAIN, ""),
)
_BEGUN = tuple((stance, re.compile(rf"(?:{start}) (?P<rest>.+)" if start else r"(?P<rest>.+)")) for stance, start in _STARTS)
_SUBJECTS = {
    "contract": r"contract|commitment|contract term|term of the contract",
    "notice period": r"notice|notice period",
    "payment terms": r"payment terms?|payment period|time to pay",
    "price cap": r"price cap|cap",
    "price increases": r"price (?:increases?|rises?)",
}
_MUST_BE = re.compile(
    rf"(?:the |any |a )?(?P<subject>{'|'.join(_SUBJECTS.values())}) (?:must|may|can|has to|have to|shall)(?P<denied> not|n't| never)?"
    r"(?: be| run| last)?(?: for)? (?P<rest>.+)"
)


def read_limit(plain: str, text: str) -> TermLimit | None:
    """Return the limit that a sentence sets; None where it is no limit, or where a word is left over.

    Raises `InputError` where the words are understood and cannot be kept: no direction, or one that would forbid something better.
    """
    said = [_bound(stance, phrase, text) for stance, phrase in _readings(plain)]
    kept = [limit for limit in said if isinstance(limit, TermLimit)]
    if kept:
        return kept[0]
    if said:
        assert isinstance(said[0], InputError)
        raise said[0]
    return None


def _readings(plain: str) -> list[tuple[Stance, Phrase]]:
    found: list[tuple[Stance, Phrase]] = []
    if told := _MUST_BE.fullmatch(plain):
        subject = next(name for name, words in _SUBJECTS.items() if re.fullmatch(words, told["subject"]))
        rest = told["rest"].replace("exceed ", "more than ")
        if phrase := read_phrase(f"{subject} of {rest}"):
            return [(Stance.DENIED if told["denied"] else Stance.PLAIN, phrase)]
    if plain.endswith(" only") and (phrase := read_phrase(plain.removesuffix(" only"))):
        found.append((Stance.ONLY, phrase))
    for stance, start in _BEGUN:
        begun = start.fullmatch(plain)
        if begun and (phrase := read_phrase(begun["rest"])):
            found.append((stance, phrase))
    # "no commitment" and "no price increases" are denied, whatever else their words could name.
    return [one for one in found if one[0] is Stance.DENIED] or found


def _bound(stance: Stance, phrase: Phrase, text: str) -> TermLimit | InputError:
    if phrase.bound is not None:
        return _bounded(stance, phrase, phrase.bound, text)
    kept = {Stance.DENIED: _denied, Stance.MUST: _musts, Stance.ONLY: _onlys}.get(stance, _nothing)(phrase)
    return kept if isinstance(kept, TermLimit) else InputError(f"{_quoted(text)} does not say how far it may go", hint=kept)


def _bounded(stance: Stance, phrase: Phrase, bound: Bound, text: str) -> TermLimit | InputError:
    term, value = phrase.term, phrase.value
    if not isinstance(value, int):
        return InputError(
            f"{_quoted(text)} bounds what is no figure", hint='say for example "only premium support" or "only monthly billing"'
        )
    denied = stance is Stance.DENIED
    most = bound in {Bound.MOST, Bound.OVER}
    if denied and bound in {Bound.MOST, Bound.LEAST}:
        return InputError(f"{_quoted(text)} denies a bound", hint=f'leave out the "not", or say "{"at most" if most else "at least"} ..."')
    if not denied and bound in {Bound.OVER, Bound.UNDER}:
        return InputError(
            f"{_quoted(text)} does not say whether that is the most or the least", hint='say "at least" or "at most", and the figure'
        )
    if term is Term.PAYMENT_DAYS and most:
        return InputError(
            f"{_quoted(text)} would forbid more time to pay", hint=f'time to pay helps you: say "at least {value} days to pay"'
        )
    if term in {Term.PRICE_CAP, Term.NOTICE_DAYS} and not most:
        return InputError(
            f"{_quoted(text)} would forbid a {'lower cap' if term is Term.PRICE_CAP else 'shorter notice'}",
            hint=f'say how far it may go: "at most {shown_level(term, value)}"',
        )
    return TermLimit(term=term, at_most=value) if most else TermLimit(term=term, at_least=value)


def _denied(phrase: Phrase) -> TermLimit | str:
    return _DENIED[phrase.term](phrase.value)


def _no_term(value: Level | None) -> TermLimit | str:
    if value is None:
        return TermLimit(term=Term.TERM_MONTHS, at_most=1)
    if value == 1:
        return 'say how long it must be at least: "at least 12 months\' commitment"'
    return 'say for example "I don\'t want to be bound longer than a year", or "no commitment"'


def _no_billing(value: Level | None) -> TermLimit | str:
    if value == "month":
        return 'say which billing is allowed: "only yearly billing"'
    return TermLimit(term=Term.BILLING, only=CYCLES[: CYCLES.index(str(value or "quarter"))])


def _no_rise(value: Level | None) -> TermLimit | str:
    return TermLimit(term=Term.PRICE_CAP, at_most=0) if value is None else 'say for example "a price cap of at most 5 %"'


_DENIED: dict[Term, Callable[[Level | None], TermLimit | str]] = {
    Term.SETUP_FEE: lambda _value: TermLimit(term=Term.SETUP_FEE, at_most=0),
    Term.TERM_MONTHS: _no_term,
    Term.BILLING: _no_billing,
    Term.PRICE_CAP: _no_rise,
    Term.PAYMENT_DAYS: lambda value: f'say "I won\'t accept less than {value} days to pay", or "at least ..."',
    Term.NOTICE_DAYS: lambda value: f'say "at most {value} days\' notice", or fewer',
    Term.SUPPORT: lambda value: f'support can only be asked for: say "only premium support", or "{value} support is worth nothing"',
}


def _musts(phrase: Phrase) -> TermLimit | str:
    term, value = phrase.term, phrase.value
    if term is Term.PAYMENT_DAYS and isinstance(value, int):
        return TermLimit(term=term, at_least=value)
    return _onlys(phrase)


def _onlys(phrase: Phrase) -> TermLimit | str:
    term, value = phrase.term, phrase.value
    match term:
        case Term.SUPPORT | Term.BILLING if value is not None:
            return TermLimit(term=term, only=(str(value),))
        case Term.PRICE_CAP if isinstance(value, int):
            return TermLimit(term=term, at_most=value)
        case Term.TERM_MONTHS if value == 1:
            return TermLimit(term=term, at_most=1)
        case Term.SETUP_FEE:
            return 'say "no set-up fee"; a fee is money and counts as such'
        case Term.BILLING:
            return 'say "only yearly billing", or "never pay in advance"'
        case _:
            return 'say whether that is the most or the least: "at most" or "at least"'


def _nothing(phrase: Phrase) -> str:
    if phrase.term is Term.SETUP_FEE:
        return 'to forbid it say "no set-up fee"; a fee is money and needs no worth'
    return 'say what it is worth ("... is worth 2 %"), "at most", "at least", "only ...", or "I prefer ..."'


def _quoted(text: str) -> str:
    return repr(text.strip()[:120])
