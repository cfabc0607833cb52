"""Numbers written in words, wherever they stand: "five hundred", "fünfhundert", "quatre-vingt-dix", "quinientos", "5 hundred"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.negotiator.checks.spelling import folded
from agents.negotiator.figures import value_of
from agents.negotiator.language import Language

# Folded: accents gone; German umlauts both as one letter and as two.
_ATOMS = {
    Language.EN: "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15"
    " sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fourty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90"
    " hundred=100 hundreds=100 thousand=1000 grand=1000 million=1000000 dozen=12",
    Language.DE: "null=0 ein=1 eins=1 eine=1 einen=1 einem=1 einer=1 zwei=2 zwo=2 drei=3 vier=4 funf=5 fuenf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10"
    " elf=11 zwolf=12 zwoelf=12 sechzehn=16 siebzehn=17 zwanzig=20 dreissig=30 vierzig=40 funfzig=50 fuenfzig=50 sechzig=60 siebzig=70"
    " achtzig=80 neunzig=90 hundert=100 hunderter=100 tausend=1000 tausender=1000 million=1000000 millionen=1000000 dutzend=12",
    Language.FR: "zero=0 un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 quatorze=14 quinze=15"
    " seize=16 vingt=20 vingts=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70 huitante=80 octante=80 nonante=90 cent=100"
    " cents=100 mille=1000 million=1000000 millions=1000000 dizaine=10 douzaine=12 quinzaine=15 vingtaine=20 trentaine=30 quarantaine=40"
    " cinquantaine=50 soixantaine=60 centaine=100 centaines=100 millier=1000 milliers=1000",
    Language.ES: "cero=0 un=1 uno=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 catorce=14"
    " quince=15 dieciseis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 veintiun=21 veintiuno=21 veintidos=22 veintitres=23"
    " veinticuatro=24 veinticinco=25 veintiseis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40 cincuenta=50"
    " sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200 trescientos=300 cuatrocientos=400 quinientos=500"
    " seiscientos=600 setecientos=700 ochocientos=800 novecientos=900 doscientas=200 trescientas=300 cuatrocientas=400 quinientas=500"
    " seiscientas=600 setecientas=700 ochocientas=800 novecientas=900 mil=1000 millon=1000000 millones=1000000 decena=10 docena=12"
    " veintena=20 centenar=100 centenares=100 millar=1000 millares=1000",
}
_VALUES = {pair.partition("=")[0]: int(pair.partition("=")[2]) for atoms in _ATOMS.values() for pair in atoms.split()}
_OF = {language: frozenset(pair.partition("=")[0] for pair in atoms.split()) for language, atoms in _ATOMS.items()}
_JOINTS = frozenset({"and", "und", "et", "y"})
_ARTICLES = frozenset(word for word, value in _VALUES.items() if value == 1)
# Ordinary words of another language: alone they count as numbers only in a letter of their own language, or beside a currency.
_ORDINARY = frozenset(
    {
        "once",
        "cent",
        "cents",
        "dos",
        "elf",
        "sept",
        "neuf",
        "mil",
        "mille",
        "acht",
        "grand",
        "ten",
        "six",
        "seize",
        "null",
        "quince",
        "tres",
    }
)
_THANKS = frozenset({"thanks", "dank", "mercis", "merci", "gracias"})
_GERMAN = sorted(_OF[Language.DE] | {"und"}, key=len, reverse=True)
_TOKEN = re.compile(r"\d[\d.,]*\d|\d|[a-z]+")
_GAP = re.compile(r"[ \t\n]{1,2}-?[ \t\n]?|-|[ \t\n]?-[ \t\n]?")
_CURRENCY = re.compile(
    r"\s*(?:€|\$|£|eur\b|euros?\b|usd\b|dollars?\b|dolares\b|gbp\b|pounds?\b|livres\b|libras\b|chf\b|franken\b|francs\b)"
)


@dataclass(frozen=True)
class Spoken:
    """A number in words: where it stands in the folded text, its words, and every value it may be heard as."""

    start: int
    end: int
    text: str
    values: frozenset[Decimal]


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    text: str
    atoms: tuple[str, ...]


def spoken(text: str, language: Language = Language.EN) -> tuple[Spoken, ...]:
    """Return the numbers in words of all four languages; articles alone ("one", "eine") are none."""
    return tuple(_spoken(folded(text), language))


def _spoken(text: str, language: Language) -> Iterator[Spoken]:
    for run in _runs(text):
        words = [token for token in run if not token.text[0].isdigit()]
        if not words or (all(word.text in _ARTICLES for word in words) and len(run) == len(words) < 2):
            continue
        end, after = run[-1].end, text[run[-1].end :]
        bare = len(run) == 1 and words[0].text in _ORDINARY and words[0].text not in _OF[language]
        following = _TOKEN.search(after)
        thanked = len(run) <= 2 and following is not None and following.group() in _THANKS
        if thanked or (bare and not _CURRENCY.match(after)):
            continue
        yield Spoken(run[0].start, end, text[run[0].start : end], _heard(run))


def _runs(text: str) -> Iterator[list[_Token]]:
    """Return the longest stretches of number words; digits join them ("5 hundred"), and so does "and" between two of them."""
    run: list[_Token] = []
    waiting: list[_Token] = []
    for found in _TOKEN.finditer(text):
        token = _Token(found.start(), found.end(), found.group(), _atoms(found.group()))
        last = (waiting or run)[-1] if run else None
        if last is not None and not _GAP.fullmatch(text[last.end : token.start]):
            yield run
            run, waiting = [], []
        if token.text in _JOINTS and run:
            waiting.append(token)
        elif token.atoms:
            run, waiting = [*run, token], []
        elif run:
            yield run
            run, waiting = [], []
    if run:
        yield run


def _atoms(token: str) -> tuple[str, ...]:
    if token[0].isdigit() or token in _VALUES:
        return (token,)
    return tuple(part for part in _segments(token) if part != "und")


def _segments(word: str) -> list[str]:
    """Return the parts of a German compound ("funfhundertzwanzig"), or none when it is not made of numbers alone."""
    if len(word) < 7:
        return []
    parts: list[str] = []
    rest = word
    while rest:
        part = next((part for part in _GERMAN if rest.startswith(part)), "")
        if not part:
            return []
        parts.append(part)
        rest = rest[len(part) :]
    return parts if parts[0] != "und" else []


def _heard(run: Sequence[_Token]) -> frozenset[Decimal]:
    atoms = [atom for token in run for atom in token.atoms]
    numbers = [value_of(atom)[0] if atom[0].isdigit() else Decimal(_VALUES[atom]) for atom in atoms]
    heard = {_added(atoms, numbers)}
    groups = _groups(numbers)
    if len(groups) > 1 and all(number == number.to_integral_value() for number in groups):
        joined = "".join(str(int(number)) for number in groups)
        heard |= {Decimal(joined), Decimal(joined) / 100}
    return frozenset(heard)


def _groups(numbers: Sequence[Decimal]) -> list[Decimal]:
    """Return the numbers as prices are spoken: "four eighty-nine" is 4 and 89, "five zero zero" is 5, 0 and 0."""
    groups: list[Decimal] = []
    for number in numbers:
        if number >= 100:
            return []
        if groups and groups[-1] >= 20 and groups[-1] % 10 == 0 and 0 < number < 10:
            groups[-1] += number
        else:
            groups.append(number)
    return groups


def _added(atoms: Sequence[str], numbers: Sequence[Decimal]) -> Decimal:
    total = current = Decimal(0)
    for atom, number in zip(atoms, numbers, strict=True):
        if number >= 1000 and not atom[0].isdigit():
            total, current = total + max(current, Decimal(1)) * number, Decimal(0)
        elif (number == 100 and not atom[0].isdigit()) or (number == 12 and atom in {"dozen", "dutzend", "douzaine", "docena"}):
            current = max(current, Decimal(1)) * number
        elif atom.startswith("vingt") and current % 100 == 4:
            current += 76  # quatre-vingt: four times twenty
        else:
            current += number
    return total + current
