"""Money as a person writes it in the policy: "500.00 EUR". It never passes through a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from memory.domain.money import CURRENCIES, Money, exponent

_FIGURE = re.compile(r"(?P<whole>\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(?P<minor>\d+))?")
_WRITTEN = re.compile(rf"(?P<figure>{_FIGURE.pattern})\s+(?P<currency>[A-Za-z]{{3}})")
_MEND = "write the amount and its currency in one piece, for example 500.00 EUR"


def written_money(value: object) -> object:
    """Return the money for `"500.00 EUR"`, `"1,200 EUR"` or `{amount: 500, currency: EUR}`; anything else is left to pydantic.

    Raises `ValueError` for a bare number, a float, an unknown currency, or more decimals than the currency has ("1.200 EUR"
    is refused: it may mean 1,200).
    """
    if isinstance(value, Money):
        return value
    if isinstance(value, bool | int | float):
        raise ValueError(f"{value} has no currency; {_MEND}")  # noqa: TRY004  pydantic turns only ValueError into a field error
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return _from_parts(value["amount"], value["currency"])
    return value


def _from_text(text: str) -> Money:
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount of money; {_MEND}")
    return _money(match["figure"], match["currency"])


def _from_parts(amount: object, currency: object) -> Money:
    if isinstance(amount, bool | float) or not isinstance(amount, int | str) or not isinstance(currency, str):
        raise ValueError(f"amount and currency are not readable; {_MEND}")  # noqa: TRY004  as above
    return _money(str(amount), currency)


def _money(figure: str, currency: str) -> Money:
    match = _FIGURE.fullmatch(figure)
    if match is None:
        raise ValueError(f"{figure!r} is not an amount; {_MEND}")
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code; write for example EUR, USD or GBP")
    if len(match["minor"] or "") > exponent(currency):
        raise ValueError(f"{figure!r} has more decimals than {currency}; thousands are written 1,200 or 1200")
    return Money.of(Decimal(figure.replace(",", "")), currency)


def _not_negative(value: Money) -> Money:
    if value.amount_minor < 0:
        raise ValueError("an amount here is never negative")
    return value


WrittenMoney = Annotated[Money, BeforeValidator(written_money)]
"""Money that may also be given in writing."""

Amount = Annotated[WrittenMoney, AfterValidator(_not_negative)]
"""The same, zero or more."""
