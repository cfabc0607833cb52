"""The words that a courteous letter about decided terms needs, by language: what a model adds beyond them, it adds of its own.

Patterns know what people are known to say; this knows what we want said. A word outside the list costs nothing but the model's wording,
for the template is sent instead.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from agents.negotiator.checks import words_english, words_french, words_german, words_spanish
from agents.negotiator.checks.statements import left_of
from agents.negotiator.language import Language

_WORD = re.compile(r"[^\W\d_]+")
_LISTS = {
    Language.EN: words_english.WORDS,
    Language.DE: words_german.WORDS,
    Language.FR: words_french.WORDS,
    Language.ES: words_spanish.WORDS,
}
# Endings that change a word's number, gender, case, person or tense, and little of what it says. Comparatives are not among them.
_ENDINGS = {
    Language.EN: re.compile(r"(?:s|es|ed|ing|d)$"),
    Language.DE: re.compile(r"(?:e|en|em|es|t|et|te)$"),
    Language.FR: re.compile(r"(?:es?|s|ent|era|erait|ait)$"),
    Language.ES: re.compile(r"(?:(?<=r)(?:nos|l[aeo]s?)|[ao]s?|es?|[ae]n)$"),
}
_SHORTEST_STEM = 5  # shorter words are told apart by their endings alone


@functools.cache
def _known(language: Language) -> frozenset[str]:
    words = frozenset(_LISTS[language].split())
    return words | {_stem(word, language) for word in words}


def _stem(word: str, language: Language) -> str:
    stem = _ENDINGS[language].sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word


def strange_words(text: str, language: Language, *, spared: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the words of `text`, outside the `spared` pieces, that a letter in this language does not need; folded, each once."""
    known = _known(language)
    found = _WORD.findall(left_of(text, spared))
    return tuple(dict.fromkeys(word for word in found if word not in known and _stem(word, language) not in known))
