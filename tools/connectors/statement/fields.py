"""Reading single fields of a bank's file strictly: an amount, a currency, an IBAN, a text; each error says where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from memory.domain.errors import InputError
from memory.domain.money import CURRENCIES, Money, exponent

LONGEST_FILE = 20 * 1024 * 1024
LARGEST_MINOR = 10**15
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")


@dataclass(frozen=True)
class Place:
    """Where in which file: `statement.csv, line 7`."""

    file: str
    where: str = ""

    def error(self, field: str, wrong: str, mend: str) -> InputError:
        """Return the error to raise. Nothing of the file has been taken over."""
        at = f"{self.file}, {self.where}" if self.where else self.file
        return InputError(f"{at}, {field}: {wrong}" if field else f"{at}: {wrong}", hint=f"{mend} Nothing was imported.")


def currency(place: Place, field: str, text: str | None) -> str:
    """Return an ISO 4217 code. Raises `InputError`."""
    code = (text or "").strip().upper()
    if code not in CURRENCIES:
        raise place.error(field, f"{code or 'an empty field'} is not an ISO 4217 currency", "Write a code such as EUR, USD or GBP.")
    return code


def money(place: Place, field: str, plain: str, code: str) -> Money:
    """Return the amount of a plain decimal text (`-1234.50`). Raises `InputError`, also for more digits than the currency has."""
    stripped = plain.strip()
    if not _DECIMAL.fullmatch(stripped):
        raise place.error(field, f"{stripped[:40]!r} is not an amount", "Write for example 1234.50.")
    minor = Decimal(stripped).scaleb(exponent(code))
    if minor != minor.to_integral_value() or abs(minor) > LARGEST_MINOR:
        raise place.error(field, f"{stripped[:40]} is not an amount in {code}", f"{code} has {exponent(code)} decimal digits.")
    return Money(amount_minor=int(minor), currency=code)


def one_line(text: str | None, limit: int = 500) -> str:
    """Return text with white space made single; a bank's line break means nothing."""
    return " ".join((text or "").split())[:limit]


def iban(text: str | None) -> str | None:
    """Return an IBAN in electronic form, or `None` when the text is not one (many banks give an account number instead)."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return str(IBAN(text)) if text and text.strip() else None
    except SchwiftyException:
        return None
