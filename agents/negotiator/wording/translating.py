"""From a vendor's German, French or Spanish to the words the rules know, phrase by phrase; every word keeps its place.

This is no translation to be read by people: only what bears on an offer is rewritten, longer phrases before shorter ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agents.negotiator.aligned_text import AlignedText, Edit, Piece
from agents.negotiator.wording import english, french, german, spanish
from agents.negotiator.wording.number_words import PATTERNS, number_in_words

_LANGUAGES = {"de": german, "fr": french, "es": spanish}
_FEWEST_WORDS = 3
"""So many different words of a language must occur before its phrases are looked for: "plus" and "net" are words of several."""
_SLOT = re.compile(r"\{(\d)\}")
_CENTS = re.compile(
    r"(\d+) (euros?|dollars?|pounds?|francs?|francos|Euro|Franken|libras|dólares) (?:and |und |et |con |y )?(\d{1,2}) (?:cents?|pence|centimes?|céntimos?|Rappen)\b",
    re.IGNORECASE,
)


def languages_in(text: str) -> tuple[str, ...]:
    """Return the languages besides English whose words occur in a text."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", text)}
    return tuple(name for name, words_of in _LANGUAGES.items() if len(words & words_of.MARKS) >= _FEWEST_WORDS)


def in_plain_english(text: AlignedText) -> AlignedText:
    """Return the text with what other languages say about an offer put into English, and numbers in words into digits."""
    found = languages_in(text.text)
    for name in ("en", *found):
        text = _numbers(text, name)
    text = text.replaced(_CENTS, lambda match: (match.span(1), f".{int(match[3]):02d} ", match.span(2)))
    for name in found:
        words = _LANGUAGES[name]
        for pattern, template in words.SHAPES:
            text = text.replaced(pattern, lambda match, template=template: _filled(match, template))  # type: ignore[misc]
        text = _phrases(text, name)
    for pattern, template in english.SHAPES:
        text = text.replaced(pattern, lambda match, template=template: _filled(match, template))  # type: ignore[misc]
    return text


def _filled(match: re.Match[str], template: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    done = 0
    for slot in _SLOT.finditer(template):
        pieces += [template[done : slot.start()], match.span(int(slot[1]))]
        done = slot.end()
    return tuple(piece for piece in (*pieces, template[done:]) if piece)


def _numbers(text: AlignedText, language: str) -> AlignedText:
    """Rewrite numbers in words, but only beside what is counted: "one" alone is no figure."""
    return text.edited(_number_edits(text.text, language))


def _number_edits(text: str, language: str) -> Iterator[Edit]:
    counted = _counted_words()
    for found in PATTERNS[language].finditer(text):
        beside = counted.match(text, found.end()) or _CURRENCY_BEFORE.search(text, max(0, found.start() - 6), found.start())
        value = number_in_words(found.group(), language) if beside else None
        if value is not None:
            yield Edit(found.start(), found.end(), (str(value),))


_BEGINS = re.compile(r"(?:^|[.!?:;\n\u2022*|-])\s*$")
_CURRENCY_BEFORE = re.compile(r"(?:\b(?:EUR|USD|GBP|CHF)|[€$£]) $")


@cache
def _counted_words() -> re.Pattern[str]:
    nouns = "|".join((english.COUNTED, german.COUNTED, french.COUNTED, spanish.COUNTED))
    return re.compile(rf"[ -]+(?:{nouns})\b|[ ]?%", re.IGNORECASE)


@cache
def _phrase_book(language: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    phrases = _LANGUAGES[language].PHRASES
    branches = "|".join(f"(?P<p{index}>{pattern})" for index, (pattern, _) in enumerate(phrases))
    return re.compile(rf"(?<![^\W_])(?:{branches})(?![^\W_])", re.IGNORECASE), tuple(english for _, english in phrases)


def _phrases(text: AlignedText, language: str) -> AlignedText:
    pattern, answers = _phrase_book(language)

    def pieces(found: re.Match[str]) -> tuple[Piece, ...]:
        words = answers[int((found.lastgroup or "p0")[1:])]
        # A sentence still begins with a capital, or its end would not be seen; inside it German nouns lose theirs.
        first = found.group()[:1].isupper() and _BEGINS.search(found.string, max(0, found.start() - 6), found.start())
        return (words[:1].upper() + words[1:] if first else words,)

    return text.replaced(pattern, pieces)
