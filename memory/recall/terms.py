"""Words that tell: a text as stems, without the words that stand everywhere. The same for notes and for questions.

Vectors find what means the same; names, figures and rare words are found better by the letter. Numbers are brought to digits,
so that "sixty days" and "60 days" meet. The stemmer only cuts common English endings; in other languages words are found as they are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_LONGEST = 40
_STEM_AT_LEAST = 4
_STOP_WORDS = """a about above after again all also am an and any are as at be because been before being below between both but by can could
    did do does done down during each either else ever every few for from further get gets give gives given had has have having he
    her here him his how i if in into is it its just keep keeps let like long made make makes may me might more most much must my
    neither no nor not now of off on only or other our out over own per put same shall she should so some such than that the their
    them then there these they this those through to too under until up upon us very was we were what when where whether which while
    who whom whose why will with within without would yes you your"""
_STOP = frozenset(_STOP_WORDS.split())
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety hundred"
_NUMBERS = {word: str(number) for number, word in enumerate(_UNITS.split())}
_NUMBERS |= {word: str(number * 10) for number, word in enumerate(_TENS.split(), start=2)} | {"hundred": "100", "per-cent": "percent"}
#: The longer ones first where one ends with the other.
_CUT = "ations ation ments ment ingly ities ity edly ions ion ing ers als ance ence able ed er al ly e"
_ENDINGS = tuple(_CUT.split())


def terms_of(text: str) -> list[str]:
    """Return the telling words of a text as stems, in order, with repetitions."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    return [_stem(_NUMBERS.get(word, word)[:_LONGEST]) for word in words if word not in _STOP]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    if len(word) < _STEM_AT_LEAST or word[0].isdigit():
        return word
    singular = _singular(word)
    for ending in _ENDINGS:
        if singular.endswith(ending) and len(singular) - len(ending) >= _STEM_AT_LEAST:
            return singular[: -len(ending)]
    return singular


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) or not word.endswith("s") else word[:-1]
