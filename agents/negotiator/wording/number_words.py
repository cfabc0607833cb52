"""Numbers written as words in English, German, French and Spanish: "fifty-nine", "neunundvierzig", "quatre-vingt-dix", "mil doscientos"."""

from __future__ import annotations

import re

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_GERMAN = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_FRENCH = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_SPANISH = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve "
    "veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)


def _counted(words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split())}


def _tens(words: str, first: int = 20) -> dict[str, int]:
    return {word: first + 10 * index for index, word in enumerate(words.split())}


_EN = {
    **_counted(_ENGLISH),
    **_tens("twenty thirty forty fifty sixty seventy eighty ninety"),
    "fourty": 40,
    "hundred": 100,
    "thousand": 1000,
}
_DE = {
    **_counted(_GERMAN),
    "eins": 1,
    "eine": 1,
    "einen": 1,
    "einem": 1,
    "einer": 1,
    "zwo": 2,
    **_tens("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"),
    "dreissig": 30,
}
_FR = {
    **_counted(_FRENCH),
    "une": 1,
    **_tens("vingt trente quarante cinquante soixante"),
    "vingts": 20,
    "septante": 70,
    "huitante": 80,
    "nonante": 90,
    "cent": 100,
    "cents": 100,
    "mille": 1000,
}
_ES = {
    **_counted(_SPANISH),
    "uno": 1,
    "una": 1,
    "veintiún": 21,
    **_tens("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30),
    **{
        word[:-2] + ending: (index + 2) * 100
        for index, word in enumerate(
            ["doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos", "ochocientos", "novecientos"]
        )
        for ending in ("os", "as")
    },
    "cien": 100,
    "ciento": 100,
    "mil": 1000,
}
_JOINTS = {"en": {"and"}, "fr": {"et"}, "es": {"y"}}
_SIMPLE = {"en": _EN, "fr": _FR, "es": _ES}
_LARGEST = 10_000_000

_GERMAN_PARTS = sorted(_DE, key=len, reverse=True)


def _pattern(words: dict[str, int], joints: set[str]) -> str:
    any_word = "|".join(sorted(words, key=len, reverse=True))
    joint = "|".join(joints)
    return rf"(?:{any_word})(?:(?:[ -]+(?:(?:{joint})[ -]+)?)(?:{any_word}))*"


_GERMAN_WORD = rf"(?:(?:{'|'.join(_GERMAN_PARTS)}|und|hundert|tausend)+)"
PATTERNS = {
    "en": re.compile(rf"\b{_pattern(_EN, _JOINTS['en'])}\b", re.IGNORECASE),
    "de": re.compile(rf"\b{_GERMAN_WORD}\b", re.IGNORECASE),
    "fr": re.compile(rf"\b{_pattern(_FR, _JOINTS['fr'])}\b", re.IGNORECASE),
    "es": re.compile(rf"\b{_pattern(_ES, _JOINTS['es'])}\b", re.IGNORECASE),
}
"""Where numbers in words may stand, by language."""


def number_in_words(phrase: str, language: str) -> int | None:
    """Return the number a phrase spells, or None when it spells none (or one above ten million)."""
    phrase = phrase.lower().strip()
    value = _german(phrase) if language == "de" else _added(re.split(r"[ -]+", phrase), _SIMPLE[language], _JOINTS[language])
    return value if value is not None and value <= _LARGEST else None


def _added(words: list[str], values: dict[str, int], joints: set[str]) -> int | None:
    total = current = 0
    for word in words:
        if word in joints:
            continue
        value = values.get(word)
        if value is None:
            return None
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        elif value == 100 or (value == 20 and word.startswith("vingt") and current % 100 == 4):
            # "quatre-vingt" is four times twenty; a bare "cent" is one hundred.
            current = current - current % 100 + (current % 100) * 20 if value == 20 else (current or 1) * 100
        else:
            current += value
    return total + current


def _german(word: str) -> int | None:
    for unit, size in (("tausend", 1000), ("hundert", 100)):
        head, found, tail = word.partition(unit)
        if found:
            many = _german(head) if head else 1
            rest = _german(tail.removeprefix("und")) if tail else 0
            return None if many is None or rest is None else many * size + rest
    if word in _DE:
        return _DE[word]
    ones, found, tens = word.partition("und")
    if found and ones in _DE and tens in _DE and 0 < _DE[ones] < 10 and _DE[tens] >= 20:
        return _DE[ones] + _DE[tens]
    return None
