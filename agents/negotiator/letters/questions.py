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
Is the price billed monthly, quarterly or yearly? | Wird der Preis monatlich, vierteljährlich oder jährlich abgerechnet? | Le prix est-il facturé par mois, par trimestre ou par an ? | ¿El precio se factura por mes, por trimestre o por año?
What does {0} stand for in your offer? | Wofür steht {0} in Ihrem Angebot? | À quoi correspond {0} dans votre offre ? | ¿A qué corresponde {0} en su oferta?
What is the amount {0} for, and is it charged on top? | Wofür ist der Betrag {0}, und kommt er hinzu? | À quoi correspond le montant {0}, et s'ajoute-t-il au prix ? | ¿A qué corresponde el importe {0} y se suma al precio?
What does this cost: {0}? Please state one price that includes everything. | Was kostet dies: {0}? Bitte nennen Sie einen Preis, der alles enthält. | Combien coûte ceci : {0} ? Merci d'indiquer un prix tout compris. | ¿Cuánto cuesta esto: {0}? Indiquen, por favor, un precio con todo incluido.
Is {0} charged on top? Please state one price that includes everything. | Kommt {0} hinzu? Bitte nennen Sie einen Preis, der alles enthält. | {0} s'ajoute-t-il au prix ? Merci d'indiquer un prix tout compris. | ¿{0} se cobra aparte? Indiquen, por favor, un precio con todo incluido.
You write {0}. Please state all terms of your offer in full. | Sie schreiben {0}. Bitte nennen Sie alle Bedingungen Ihres Angebots vollständig. | Vous écrivez {0}. Merci d'indiquer toutes les conditions de votre offre. | Escriben {0}. Indiquen, por favor, todas las condiciones de su oferta.
For {0}, is the price charged in proportion or for each {1} begun? | Gilt der Preis für {0} anteilig oder je angefangene {1}? | Pour {0}, le prix est-il calculé au prorata ou par tranche entamée de {1} ? | Para {0}, ¿el precio se calcula en proporción o por cada tramo empezado de {1}?
Your price of {0} is for a pack. How many units does a pack hold, and what is the price for our need? | Ihr Preis von {0} gilt für ein Paket. Wie viele Einheiten enthält ein Paket, und was kostet unser Bedarf? | Votre prix de {0} s'entend par lot. Combien d'unités contient un lot, et quel est le prix pour notre besoin ? | Su precio de {0} es por paquete. ¿Cuántas unidades contiene un paquete y cuál es el precio para nuestra necesidad?
Your mail names {0}; we need {1}. Does the price also hold for these? | Ihre E-Mail nennt {0}; wir brauchen {1}. Gilt der Preis auch dafür? | Votre message indique {0} ; il nous faut {1}. Le prix reste-t-il valable ? | Su mensaje indica {0}; necesitamos {1}. ¿Sigue valiendo el precio?
What is the price for {0} in all? | Wie hoch ist der Preis für insgesamt {0}? | Quel est le prix pour {0} au total ? | ¿Cuál es el precio para {0} en total?
Is your offer valid until {0}? | Gilt Ihr Angebot bis {0}? | Votre offre est-elle valable jusqu'au {0} ? | ¿Su oferta es válida hasta {0}?
Which price results after {0}? | Welcher Preis ergibt sich nach {0}? | Quel prix en résulte après {0} ? | ¿Qué precio resulta después de {0}?
Your mail calls the price {0}. Which price do you offer with binding effect? | Ihre E-Mail nennt den Preis {0}. Welchen Preis bieten Sie verbindlich an? | Votre message qualifie le prix de {0}. Quel prix proposez-vous de façon ferme ? | Su mensaje llama al precio {0}. ¿Qué precio ofrecen en firme?
Your price is stated as "from {0}". What exactly is the price for our need? | Ihr Preis lautet „ab {0}“. Wie hoch ist der Preis für unseren Bedarf genau? | Votre prix est indiqué « à partir de {0} ». Quel est exactement le prix pour notre besoin ? | Su precio figura como «desde {0}». ¿Cuál es exactamente el precio para nuestra necesidad?
Your mail names a range of prices around {0}. What exactly is the price for our need? | Ihre E-Mail nennt eine Preisspanne um {0}. Wie hoch ist der Preis für unseren Bedarf genau? | Votre message indique une fourchette de prix autour de {0}. Quel est exactement le prix pour notre besoin ? | Su mensaje indica un intervalo de precios en torno a {0}. ¿Cuál es exactamente el precio para nuestra necesidad?
Your price of {0} is only approximate. What exactly is the price for our need? | Ihr Preis von {0} ist nur ungefähr. Wie hoch ist der Preis für unseren Bedarf genau? | Votre prix de {0} n'est qu'approximatif. Quel est exactement le prix pour notre besoin ? | Su precio de {0} es solo aproximado. ¿Cuál es exactamente el precio para nuestra necesidad?
What does {0} come off, and is it already in the price you state? | Wovon geht {0} ab, und ist es im genannten Preis schon enthalten? | De quoi {0} est-il déduit, et le prix indiqué en tient-il déjà compte ? | ¿De qué se descuenta {0}, y está ya en el precio indicado?
Is {0} meant as thousands? Please write the price with two decimals. | Sind mit {0} Tausender gemeint? Bitte schreiben Sie den Preis mit zwei Nachkommastellen. | {0} : s'agit-il de milliers ? Merci d'écrire le prix avec deux décimales. | ¿{0} son miles? Escriban, por favor, el precio con dos decimales.
Which {0} charge applies? Your mail states more than one. | Welche Kosten gelten ({0})? Ihre E-Mail nennt mehr als einen Betrag. | Quels frais s'appliquent ({0}) ? Votre message indique plusieurs montants. | ¿Qué cargo se aplica ({0})? Su mensaje indica más de un importe.
Your offer is for {0}. Does the price also hold for {1}? | Ihr Angebot gilt für {0}. Gilt der Preis auch für {1}? | Votre offre porte sur {0}. Le prix vaut-il aussi pour {1} ? | Su oferta es para {0}. ¿El precio vale también para {1}?
Your mail offers something else than we asked for ({0}). Can you offer what we asked for? | Ihre E-Mail bietet etwas anderes an, als wir angefragt haben ({0}). Können Sie das Angefragte anbieten? | Votre message propose autre chose que ce que nous avons demandé ({0}). Pouvez-vous proposer ce que nous avons demandé ? | Su mensaje ofrece algo distinto de lo que pedimos ({0}). ¿Pueden ofrecer lo que pedimos?
Until which day is the offer valid? {0} can be read in two ways. | Bis zu welchem Tag gilt das Angebot? {0} lässt sich auf zwei Arten lesen. | Jusqu'à quel jour l'offre est-elle valable ? {0} peut se lire de deux façons. | ¿Hasta qué día es válida la oferta? {0} se puede leer de dos maneras.
Is the price of {0} what is left after {1}, and how long is the term in all? | Ist der Preis von {0} das, was nach {1} bleibt, und wie lang ist die Laufzeit insgesamt? | Le prix de {0} est-il ce qui reste après {1}, et quelle est la durée totale ? | ¿El precio de {0} es lo que queda después de {1}, y cuál es la duración total?
Could you please quote in {0}? | Könnten Sie uns das Angebot bitte in {0} machen? | Pourriez-vous établir votre offre en {0} ? | ¿Podrían presentar su oferta en {0}?
Does your offer still stand? It was valid until {0}. | Gilt Ihr Angebot noch? Es war gültig bis {0}. | Votre offre est-elle toujours valable ? Elle l'était jusqu'au {0}. | ¿Sigue en pie su oferta? Era válida hasta el {0}.
"""
_ORDER = (Language.DE, Language.FR, Language.ES)
_AMOUNT = re.compile(rf"(?P<number>\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?|\d+(?:\.\d+)?) (?P<currency>{'|'.join(sorted(CURRENCIES))})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT = re.compile(r"(?P<count>\d{1,3}(?:,\d{3})*) (?P<unit>[^\d,.?]+)")


def _compiled(line: str) -> tuple[re.Pattern[str], dict[Language, str]]:
    english, *others = (cell.strip() for cell in line.split(" | "))
    pattern = re.sub(r"\\\{\d\\\}", r"(.{1,124}?)", re.escape(english))
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
