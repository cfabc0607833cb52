"""Numbers, amounts and shares as each language writes them, exactly: nothing is rounded, and each can be read back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agents.negotiator.language import Language
from memory.domain.money import Money, exponent

_NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Format:
    """The marks of a language (Unicode CLDR, root of each language): `ungrouped` is the longest whole part left without grouping."""

    group: str
    decimal: str
    percent: str = _NO_BREAK + "%"
    ungrouped: int = 3
    euro: str = "€"


_FORMATS = {
    Language.EN: Format(",", ".", percent="%", euro="EUR"),
    Language.DE: Format(".", ","),
    # The official group mark is the narrow no-break space; mail programs show the plain one more reliably.
    Language.FR: Format(_NO_BREAK, ","),
    Language.ES: Format(".", ",", ungrouped=4),
}


def number(value: int | Decimal, language: Language, places: int | None = None) -> str:
    """Return a number: 5,000 · 5.000 · 5 000 · 5000; with as many decimals as it has, or `places`."""
    form = _FORMATS[language]
    whole, _, fraction = (f"{Decimal(value):f}" if places is None else f"{Decimal(value):.{places}f}").partition(".")
    if len(whole.lstrip("-")) > form.ungrouped:
        whole = f"{int(whole):,}".replace(",", form.group)
    fraction = fraction if places is not None else fraction.rstrip("0")
    return whole + (form.decimal + fraction if fraction else "")


def money(amount: Money, language: Language) -> str:
    """Return an amount with all its minor digits: 1,250.00 EUR · 1.250,00 € · 1 250,00 € · 1250,00 €; no sign but the euro's is used."""
    currency = _FORMATS[language].euro if amount.currency == "EUR" else amount.currency
    joint = " " if language is Language.EN else _NO_BREAK
    return f"{number(amount.amount, language, exponent(amount.currency))}{joint}{currency}"


def share(basis_points: int, language: Language) -> str:
    """Return basis points as a percentage: 2.5% · 2,5 %."""
    return number(Decimal(basis_points) / 100, language) + _FORMATS[language].percent
