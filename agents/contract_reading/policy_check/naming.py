"""What the paper calls its parties, and the language it is written in: a redline speaks as the paper does."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from agents.negotiator.language import Language, detect

_LOOKED_AT = 60_000  # characters; a paper names its parties on its first pages
_CUSTOMERS = {Language.EN: ("Customer", "Client", "Subscriber", "Licensee", "Buyer", "Company"), Language.DE: ("Kunde", "Auftraggeber")}
_VENDORS = {
    Language.EN: ("Provider", "Vendor", "Supplier", "Contractor", "Consultant", "Licensor", "Freelancer"),
    Language.DE: ("Anbieter", "Auftragnehmer", "Dienstleister"),
}


@dataclass(frozen=True)
class Names:
    """The paper's language and its words for the two parties. In German the article is masculine; `of_` is the genitive."""

    language: Language
    customer: str
    vendor: str

    @property
    def slots(self) -> dict[str, str]:
        """What the sentences of the tables have slots for."""
        return {
            "customer": self.customer,
            "vendor": self.vendor,
            "of_customer": _genitive(self.customer),
            "of_vendor": _genitive(self.vendor),
            "to_customer": "Kunden" if self.customer == "Kunde" else self.customer,
        }


def names_in(text: str) -> Names:
    """Return how a paper speaks: German where its own words are German, English otherwise."""
    start = text[:_LOOKED_AT]
    language = Language.DE if detect(start) is Language.DE else Language.EN
    return Names(language, _most(start, _CUSTOMERS[language]), _most(start, _VENDORS[language]))


def _most(text: str, words: tuple[str, ...]) -> str:
    found = Counter(re.findall(rf"\b(?:{'|'.join(words)})(?=n\b|s\b|\b)", text))
    return max(words, key=lambda word: (found[word], -words.index(word)))


def _genitive(word: str) -> str:
    return "Kunden" if word == "Kunde" else f"{word}s"
