"""Money: integer minor units and an ISO 4217 code. Never a float, never two currencies added by accident."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.domain.base import Noun

# ISO 4217 (list one, 2026): currencies whose minor unit is not two digits.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
    ]
)


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code; write for example EUR, USD or GBP")
    return code


Currency = Annotated[str, AfterValidator(_known_currency)]
"""An upper-case ISO 4217 code."""


def exponent(currency: str) -> int:
    """Return the number of digits of the minor unit of `currency` (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


class Period(StrEnum):
    """What an amount is paid for: once, or per stretch of time."""

    ONCE = "once"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Money(Noun):
    """An amount in the smallest unit of its currency: `Money(amount_minor=5712, currency="EUR")` is 57.12 EUR.

    `amount_minor` is a strict integer (`True`, `57.0` and `"57"` are refused). Arithmetic and comparison between two
    currencies raise `ValueError`.
    """

    amount_minor: int = Field(strict=True)
    currency: Currency

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Return the money for an amount in major units, rounded half up to the minor unit.

        Raises `ValueError` for what is no finite number, or one of more digits than any amount has.
        """
        try:
            scaled = int(Decimal(amount).scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        except (InvalidOperation, ValueError) as error:
            raise ValueError(f"{amount!r} is not an amount of money") from error
        return cls(amount_minor=scaled, currency=currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:,.{exponent(self.currency)}f} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount_minor=self.amount_minor + other.amount_minor, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount_minor=self.amount_minor - other.amount_minor, currency=self.currency)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("money is multiplied by whole numbers only; use `times` for a ratio")
        return Money(amount_minor=self.amount_minor * count, currency=self.currency)

    def times(self, ratio: Decimal) -> Money:
        """Return the amount scaled by `ratio`, rounded half up to the minor unit."""
        scaled = (Decimal(self.amount_minor) * ratio).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return Money(amount_minor=int(scaled), currency=self.currency)

    def share(self, parts: int) -> Money:
        """Return one of `parts` equal shares, rounded half up to the minor unit (from the exact quotient, not by a rounded ratio)."""
        quotient = (Decimal(self.amount_minor) / Decimal(parts)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return Money(amount_minor=int(quotient), currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def __gt__(self, other: Money) -> bool:
        return not self <= other

    def __ge__(self, other: Money) -> bool:
        return not self < other


class Price(Noun):
    """Money per period, as someone stated it."""

    amount_minor: int = Field(strict=True, ge=0)
    currency: Currency
    period: Period

    @property
    def money(self) -> Money:
        """The amount without its period."""
        return Money(amount_minor=self.amount_minor, currency=self.currency)

    def __str__(self) -> str:
        return f"{self.money} {'once' if self.period is Period.ONCE else f'per {self.period.value}'}"
