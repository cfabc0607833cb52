"""Our own questions in the language of the letter: the forms in which the quote reader and the strategy ask them.

A question in a form that is not known here goes out in English: asked in another language, but asked exactly.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from agents.negotiator.checks.numerals import spoken
from agents.negotiator.language import Language
from agents.negotiator.letters import formats, units
from agents.negotiator.outgoing import day_in_words
from memory.domain.money import CURRENCIES, Money

# English form | German | French | Spanish. {0}, {1} stand for what the form holds, put into the language's notation.
_FORMS = """
Is the price of {0} net, or does it include VAT? | Ist der Preis von {0} netto, oder enthält er Umsatzsteuer? | Le prix de {0} est-il hors taxes, ou TVA comprise ? | ¿El precio de {0} es sin IVA o con IVA incluido?
Which tax rate applies? | Welcher Steuersatz gilt? | Quel taux de taxe s'applique ? | ¿Qué tipo impositivo se aplica?
Which currency is {0}? | In welcher Währung ist {0}? | Dans quelle devise est {0} ? | ¿En qué moneda está {0}?
Which price applies over the whole of the term? | Welcher Preis gilt über die gesamte Laufzeit? | Quel prix s'applique pendant toute la durée ? | ¿Qué precio se aplica durante toda la duración?
Your mail names more than one price for the same thing. Which one is your offer? | Ihre E-Mail nennt mehr als einen Preis für dieselbe Sache. Welcher ist Ihr Angebot? | Votre message indique plusieurs prix pour la même chose. Lequel constitue votre offre ? | Su mensaje indica más de un precio para lo mismo. ¿Cuál es su oferta?
Your mail names very many amounts. Which single price do you offer for our need? | Ihre E-Mail nennt sehr viele Beträge. Welchen Preis bieten Sie für unseren Bedarf an? | Votre message indique un grand nombre de montants. Quel prix proposez-vous pour notre besoin ? | Su mensaje indica muchos importes. ¿Qué precio ofrece para nuestra necesidad?
Is the price of {0} per month or per year? | Gilt der Preis von {0} pro Monat oder pro Jahr? | Le prix de {0} s'entend-il par mois ou par an ? | ¿El precio de {0} es al mes o al año?
Is {0} the price of one, or of all {1}? | Gilt der Preis von {0} pro Stück oder für alle {1}? | Le prix de {0} s'entend-il à l'unité ou pour l'ensemble ({1}) ? | ¿El precio de {0} es por unidad o por el total ({1})?
Is the price billed monthly or yearly? | Wird der Preis monatlich oder jährlich abgerechnet? | Le prix est-il facturé par mois ou par an ? | ¿El precio se factura por mes o por año?
Is the minimum term {0} or {1} months? | Beträgt die Mindestlaufzeit {0} oder {1} Monate? | La durée minimale est-elle de {0} ou de {1} mois ? | ¿La duración mínima es de {0} o de {1} meses?
What is the minimum term? | Wie lang ist die Mindestlaufzeit? | Quelle est la durée minimale ? | ¿Cuál es la duración mínima?
{0} is finer than the smallest coin. What is the price for the whole quantity? | {0} ist feiner als die kleinste Münze. Wie hoch ist der Preis für die ganze Menge? | {0} est plus fin que la plus petite pièce. Quel est le prix pour toute la quantité ? | {0} es más fino que la moneda más pequeña. ¿Cuál es el precio de toda la cantidad?
Your total of {0} does not follow from the price stated. What is the total for the term, and what does it contain? | Ihre Summe von {0} ergibt sich nicht aus dem genannten Preis. Wie hoch ist die Summe für die Laufzeit, und was enthält sie? | Votre total de {0} ne découle pas du prix indiqué. Quel est le total pour la durée, et que comprend-il ? | Su total de {0} no se deduce del precio indicado. ¿Cuál es el total para la duración y qué incluye?
Could you please quote in {0}? | Könnten Sie uns das Angebot bitte in {0} machen? | Pourriez-vous établir votre offre en {0} ? | ¿Podrían presentar su oferta en {0}?
Does your offer still stand? It was valid until {0}. | Gilt Ihr Angebot noch? Es war gültig bis {0}. | Votre offre est-elle toujours valable ? Elle l'était jusqu'au {0}. | ¿Sigue en pie su oferta? Era válida hasta el {0}.
Is your offer valid until "{0}"? | Gilt Ihr Angebot bis „{0}“? | Votre offre est-elle valable jusqu'au « {0} » ? | ¿Es válida su oferta hasta «{0}»?
Until which day is the offer valid? "{0}" can be read in two ways. | Bis zu welchem Tag gilt das Angebot? „{0}“ lässt sich auf zwei Arten lesen. | Jusqu'à quel jour l'offre est-elle valable ? « {0} » peut se lire de deux façons. | ¿Hasta qué día es válida la oferta? «{0}» puede leerse de dos maneras.
"""
_ORDER = (Language.DE, Language.FR, Language.ES)
_AMOUNT = re.compile(rf"(?P<number>\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?|\d+(?:\.\d+)?) (?P<currency>{'|'.join(sorted(CURRENCIES))})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"(?P<count>\d{1,3}(?:,\d{3})*) (?P<unit>[^\d,.?]+)")


def _compiled(line: str) -> tuple[re.Pattern[str], dict[Language, str]]:
    english, *others = (cell.strip() for cell in line.split(" | "))
    pattern = re.sub(r"\\\{\d\\\}", r"(.{1,80}?)", re.escape(english))
    others = [cell.replace(" ?", "\u00a0?") for cell in others]
    return re.compile(pattern), dict(zip(_ORDER, others, strict=True))


_KNOWN = [_compiled(line) for line in _FORMS.strip().splitlines()]


def question_in(question: str, language: Language) -> str:
    """Return a question of ours in another language, its figures unchanged in value; one whose form is unknown as it is."""
    if language is Language.EN:
        return question
    for pattern, forms in _KNOWN:
        found = pattern.fullmatch(question)
        if found:
            return forms[language].format(*(_in_notation(held, language) for held in found.groups()))
    return question


def figures_only(question: str) -> bool:
    """Tell whether a question is in one of our forms and holds nothing but amounts, days and counts: no words of anybody's."""
    for pattern, _forms in _KNOWN:
        found = pattern.fullmatch(question)
        if found:
            return all(_AMOUNT.fullmatch(held) or _DAY.fullmatch(held) or _is_count(held) for held in found.groups())
    return False


def _is_count(held: str) -> bool:
    count = re.fullmatch(r"\d{1,3}(?:,\d{3})*(?: (?P<unit>[^\W\d_]+))?", held)
    return count is not None and not spoken(count["unit"] or "", Language.EN)


def _in_notation(held: str, language: Language) -> str:
    """Return an amount, a day or a count in the language's notation; the vendor's own words in quotation marks stay theirs."""
    if amount := _AMOUNT.fullmatch(held):
        return formats.money(Money.of(Decimal(amount["number"].replace(",", "")), amount["currency"]), language)
    if _DAY.fullmatch(held):
        return day_in_words(date.fromisoformat(held), language)
    if count := _COUNT.fullmatch(held):
        value = int(count["count"].replace(",", ""))
        return f"{formats.number(value, language)} {units.counted(value, count['unit'], language)}"
    return held
