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
# Words of offers that only one of the languages has.
_DECISIVE = {
    "de": frozenset(
        [
            "zzgl",
            "mwst",
            "mehrwertsteuer",
            "umsatzsteuer",
            "mindestlaufzeit",
            "vertragslaufzeit",
            "laufzeit",
            "monatlich",
            "jährlich",
            "lizenzen",
            "nutzer",
            "stück",
            "kündigungsfrist",
            "stunden",
        ]
    ),
    "fr": frozenset(
        [
            "tva",
            "ttc",
            "ht",
            "utilisateur",
            "utilisateurs",
            "mensuel",
            "mensuels",
            "engagement",
            "l'unité",
            "livraison",
            "heure",
            "heures",
            "devis",
            "mois",
        ]
    ),
    "es": frozenset(
        ["iva", "usuario", "usuarios", "horas", "hora", "mes", "permanencia", "licencias", "unidades", "presupuesto", "portes"]
    ),
}
_SLOT = re.compile(r"\{(\d)\}")
_CENTS = re.compile(
    r"(\d+) (euros?|dollars?|pounds?|francs?|francos|Euro|Franken|libras|dólares) (?:(?:and |und |et |con |y )?(\d{1,2}) (?:cents?|pence|centimes?|céntimos?|Rappen)\b"
    r"|(?:and |und |et |con |y )?(\d\d)\b(?![.,]?\d| ?(?:%|€|EUR\b|[a-z]*s\b(?<!cents))))",
    re.IGNORECASE,
)


def languages_in(text: str) -> tuple[str, ...]:
    """Return the languages besides English whose words occur in a text."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", text)}
    marks = {name: len(words & words_of.MARKS) + 2 * len(words & _DECISIVE[name]) for name, words_of in _LANGUAGES.items()}
    most = max(marks.values())
    return tuple(name for name, count in marks.items() if count >= _FEWEST_WORDS and count * 3 >= most)


def in_plain_english(text: AlignedText) -> AlignedText:
    """Return the text with what other languages say about an offer put into English, and numbers in words into digits."""
    found = languages_in(text.text)
    for name in ("en", *found):
        text = _numbers(text, name)
    text = text.replaced(_CENTS, lambda match: (match.span(1), f".{int(match[3] or match[4]):02d} ", match.span(2)))
    for name in found:
        words = _LANGUAGES[name]
        for pattern, template in words.SHAPES:
            text = text.replaced(pattern, lambda match, template=template: _filled(match, template))  # type: ignore[misc]
        text = _phrases(text, name)
    for pattern, template in english.SHAPES:
        text = text.replaced(pattern, lambda match, template=template: _filled(match, template))  # type: ignore[misc]
    return text


def _filled(match: re.Match[str], template: str) -> tuple[Piece, ...]:
    if template[:1].islower() and match.group()[:1].isupper() and _BEGINS.search(match.string, max(0, match.start() - 6), match.start()):
        template = template[:1].upper() + template[1:]
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
        # "eleven euros fifty": the cents stand behind the currency without a word of their own.
        beside = (
            counted.match(text, found.end())
            or _COINS.search(text, max(0, found.start() - 12), found.start())
            or _CURRENCY_BEFORE.search(text, max(0, found.start() - 6), found.start())
        )
        value = number_in_words(found.group(), language) if beside else None
        if value is not None:
            yield Edit(found.start(), found.end(), (str(value),))


_BEGINS = re.compile(r"(?:^|[.!?:;\n\u2022*|-])\s*$")
_COINS = re.compile(
    r"\b(?:(?:packs?|bundles?|blocks?) of |euros?|dollars?|pounds?|francs?|Franken|libras|dólares)(?:(?<=of )| (?:and |und |et |con |y )?)$",
    re.IGNORECASE,
)
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
