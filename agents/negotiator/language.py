"""Which language a letter is written in: what the operator registered, else what the vendor last wrote in, else what we wrote in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum


class Language(StrEnum):
    """The languages in which letters can be written (ISO 639-1)."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"


# Function words and the courtesies of business mail; a word that several of the languages share counts for each, and so decides nothing.
_STOP_WORDS = {
    Language.EN: "the and of to in is for you your we our with are be this that it on will can have has please not from any if would an as at by or"
    " all per thank thanks hello dear regards kind best offer price net month year there let know",
    Language.DE: "der die das und ist fuer sie ihr ihre ihren ihnen wir unser unsere mit sind wird werden ein eine einen nicht von auf zu zum zur im"
    " den dem des bei oder auch nur pro wenn noch bitte danke vielen dank guten tag hallo gruesse freundlichen gern gerne angebot preis netto"
    " zzgl monat jahr monatlich jaehrlich koennen unverbindlich anfrage",
    Language.FR: "le la les des du et est pour vous votre vos nous notre nos avec sont ce cette que qui dans sur par ne pas une au aux plus si"
    " merci bonjour cordialement veuillez madame monsieur offre prix ht mois an annuel mensuel devis demande soit cela ou sera",
    Language.ES: "el la los las del y es para usted ustedes su sus nosotros nuestro nuestra con son este esta que en por no una al mas si"
    " gracias hola saludos estimado estimada atentamente oferta precio iva mes ano anual mensual quedamos pueden podemos le les se lo",
}
_LIKELY = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_HISTORY = re.compile(
    r"^(?:>.*|(?:On|Am|Le|El|Den) .{5,160}(?:wrote|schrieb|a écrit|escribió).{0,80}:|-{2,}.{0,40}-{2,}|_{10,})\s*$", re.MULTILINE
)
_ENOUGH = 4
"""So many function words must speak for a language before it is believed."""


def detect(mail: str) -> Language | None:
    """Return the language that a mail's own words (not the history it quotes) are written in, or None when that is unsure.

    Counts function words: one language must have at least four, and half as many again as the next.
    """
    quoted = _HISTORY.search(mail)
    own = mail[: quoted.start()] if quoted else mail
    counts: Counter[Language] = Counter()
    for word in _WORD.findall(_folded(own)):
        counts.update(language for language, likely in _LIKELY.items() if word in likely)
    ranked = [*counts.most_common(2), (Language.EN, 0), (Language.EN, 0)]
    (best, most), (_, next_most) = ranked[0], ranked[1]
    return best if most >= _ENOUGH and most * 2 >= next_most * 3 else None


def language_of_letter(*, mail: str = "", preference: Language | None = None, earlier: Language | None = None) -> Language:
    """Return the language of the next letter to a vendor.

    In this order: the `preference` that the operator registered for the contact; the language of the vendor's last `mail`; the
    language of our `earlier` letters; English.
    """
    return preference or detect(mail) or earlier or Language.EN


def _folded(text: str) -> str:
    spelt = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return "".join(mark for mark in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(mark))
