"""Secrets in a text: another party's name in any spelling, and an amount in any notation, in words, rounded, converted or as a share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.negotiator.checks.numerals import spoken
from agents.negotiator.checks.spelling import disguises, folded, name_forms, plain, without_legal_form
from agents.negotiator.figures import Amount, Figure, amounts, numbers
from agents.negotiator.language import Language
from memory.domain.money import Money

_SHORTEST_SQUEEZED = 6  # shorter names would be found inside ordinary words
_NEAR = Decimal("0.05")
_SAME_SHARE = Decimal("0.01")
_NAMED = "names another party or a secret word"
_TOLD = "tells a forbidden amount"

# Folded words. Such a sentence speaks of a limit, or rounds: then a figure near a secret is the secret.
_VAGUE = re.compile(
    r"\b(?:about|around|roughly|approximately|approx|nearly|almost|just (?:under|below|over|above)|some(?:where)? (?:near|around|between)|or so|ish|close to"
    r"|budget\w*|ceiling|our limit|limit is|can afford|afford|stretch|spend|no more than|not more than|more than|above|below|beyond|exceed\w*"
    r"|etwa|ungefahr|ungefaehr|rund|circa|ca|knapp|fast|beinahe|gut|obergrenze|grenze|schmerzgrenze|maximal|mehr als|uber|ueber|unter|ausgeben"
    r"|environ|autour de|presque|a peu pres|pres de|plafond|limite|depasser|depense\w*|plus de|au-dessus|au-dessous|moins de"
    r"|unos|unas|alrededor de|aproximadamente|cerca de|casi|tope|presupuesto|superar|gastar|mas de|menos de|por encima|por debajo)\b"
)
_PERCENT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?) ?(?:%|percent\b|per cent\b|prozent\b|pour ?cent\b|por ?cien(?:to)?\b|v\.? ?h\.?)")
_PERCENT_SIGN = re.compile(r"\s?(?:%|per ?cent\b|prozent\b|pour ?cent\b|por ?cien(?:to)?\b)")
_COMPARED = re.compile(
    r"\b(?:less|lower|below|under|off|discount|cheaper|more|higher|above|over|dearer|expensive|reduction|of your"
    r"|weniger|niedriger|unter|rabatt|nachlass|gunstiger|guenstiger|billiger|mehr|hoher|hoeher|uber|ueber|teurer|ihres|von ihrem"
    r"|moins|inferieur\w*|remise|rabais|reduction|sous|plus|superieur\w*|au-dessus|de votre"
    r"|menos|inferior\w*|descuento|rebaja|mas|superior\w*|encima|debajo|de su)\b"
)
# A number right before such a word counts time or things and is no amount, whatever it equals.
_COUNTED = re.compile(r"[\s-]{0,2}(?:months?|monate?n?|mois|mes(?:es)?|days?|tage?n?|jours?|dias?|%|\. (?:[a-z]{3,10}) \d{4})(?![a-z])")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def named(text: str, words: Sequence[str]) -> Iterator[str]:
    """Yield a problem for each of `words` (other vendors' names, the vault's words) that the text tells, however it is spelt."""
    shown, squeezed = plain(text), disguises(text)
    easy = folded(text)
    for word in filter(str.strip, words):
        exact = re.search(rf"(?<!\w){re.escape(plain(word))}(?!\w)", shown, re.IGNORECASE)
        core = without_legal_form(word)
        loose = len(core) >= 3 and re.search(rf"(?<!\w){re.escape(folded(core))}(?!\w)", easy)
        forms = [form for form in name_forms(word) if len(form) >= _SHORTEST_SQUEEZED]
        if exact or loose or any(form in hidden for form in forms for hidden in squeezed):
            yield _NAMED


def told(
    text: str,
    forbidden: Sequence[Money],
    derived: Sequence[Money],
    *,
    spared: Sequence[Money],
    counts: frozenset[Decimal],
    blanked: str,
    language: Language,
) -> Iterator[str]:
    """Yield a problem for each way in which the plain `text` tells an amount.

    `spared` amounts may be said (the vendor's own figures, our offer), `counts` may be said where no currency stands beside them;
    `blanked` is the text without what may stand word for word. `derived` amounts follow from the secrets by a conversion: alone they
    are figures like any other, so they count only in words and in sentences that round or speak of a limit.
    """
    free = {money.amount for money in spared}
    secret = {money.amount for money in forbidden if money not in spared}
    if secret:
        yield from _exactly(text, secret, counts, blanked, language)
    near = sorted(secret | ({money.amount for money in derived} - free))
    if near:
        yield from _rephrased(blanked, near, free, counts, language)
        yield from _as_a_share(blanked, sorted(secret), sorted(free), language)


def _exactly(text: str, secret: set[Decimal], counts: frozenset[Decimal], blanked: str, language: Language) -> Iterator[str]:
    in_money = amounts(text)
    if any(figure.value in secret for figure in in_money):
        yield _TOLD
    if any(heard & secret for heard in (number.values for number in spoken(text, language))):
        yield _TOLD
    for figure in numbers(blanked):
        counted = figure.value in counts or _COUNTED.match(folded(blanked[figure.end : figure.end + 20]))
        if figure.value in secret and not counted and not _inside(figure, in_money):
            yield _TOLD
    if any(_digits_apart(text, value) for value in secret):
        yield "tells a forbidden amount, its digits apart"


def _digits_apart(text: str, value: Decimal) -> bool:
    whole = str(int(value))
    if len(whole) < 2:
        return False
    if re.search(r"(?<!\d)(?<!\d[.,])" + r"[\s_*\u00b7/|-]+".join(whole) + r"(?![\d])", text):
        return True
    # Letters that look like digits hide a number only among digits: "6OO", not "lo".
    lookalikes = "".join({"0": "[0oO]", "1": "[1lI]"}.get(digit, digit) for digit in whole)
    hidden = re.finditer(rf"(?<!\w){lookalikes}(?!\w)", text)
    return any(re.search(r"\d", found.group()) and not found.group().isdigit() for found in hidden)


def _rephrased(text: str, near: Sequence[Decimal], free: set[Decimal], counts: frozenset[Decimal], language: Language) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        if not _VAGUE.search(folded(sentence)):
            continue
        said = {figure.value for figure in numbers(sentence) if figure.value not in counts and figure.value not in free}
        said |= {value for number in spoken(sentence, language) for value in number.values if value not in counts}
        if any(abs(value - amount) <= amount * _NEAR for value in said for amount in near if amount >= 1):
            yield "tells a forbidden amount, rounded or converted"


def _as_a_share(text: str, secret: Sequence[Decimal], bases: Sequence[Decimal], language: Language) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        easy = folded(sentence)
        if not _COMPARED.search(easy):
            continue
        shares = {Decimal(found["number"].replace(",", ".")) for found in _PERCENT.finditer(easy)}
        shares |= {value for number in spoken(sentence, language) if _PERCENT_SIGN.match(easy[number.end :]) for value in number.values}
        for part in (share / 100 for share in shares):
            reached = {base * factor for base in bases for factor in (part, 1 - part, 1 + part)}
            if any(abs(value - amount) <= amount * _SAME_SHARE for value in reached for amount in secret if amount):
                yield "tells a forbidden amount, as a share"


def _inside(figure: Figure, others: Sequence[Amount]) -> bool:
    return any(other.start <= figure.start and figure.end <= other.end for other in others)
