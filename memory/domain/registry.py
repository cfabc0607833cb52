"""The registry: the parties an action may name. Only the operator changes it; no text from a vendor ever does.

An action carries `payee_id` or `contact_id`, never an IBAN or an address, so that what was approved cannot be bent by
what somebody wrote in a mail. The connector looks the details up at the moment it acts.
"""

import re
from typing import Annotated, Protocol

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from memory.domain.base import Noun
from memory.domain.money import Currency

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,255}")


def _compact(value: object) -> object:
    return re.sub(r"\s+", "", value).upper() if isinstance(value, str) else value


def _one_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not one plain e-mail address such as sales@vendor.example")
    return value


Iban = Annotated[str, BeforeValidator(_compact), StringConstraints(pattern=r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")]
"""An IBAN in its electronic form (ISO 13616), without spaces. The check digits are verified by the payment connector."""

Bic = Annotated[str, BeforeValidator(_compact), StringConstraints(pattern=r"^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$")]
"""A BIC (ISO 9362), 8 or 11 characters."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code."""

EmailAddress = Annotated[str, StringConstraints(max_length=320), AfterValidator(_one_address)]
"""One bare address, without display name, list or line break."""

OneLine = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")]
"""Text of at least one character without control characters, so that it can stand in a header or on a form line."""


NOTICES = ".notices"
"""How the id of the contact ends to whom a vendor's contract wants its notices: no other mail goes there."""


def notices_id(vendor_id: str) -> str:
    """Return the id of the contact for notices to a vendor."""
    return f"{vendor_id[: 80 - len(NOTICES)]}{NOTICES}"


class Payee(Noun):
    """Who may be paid, and where: the account holder's name as the bank knows it."""

    name: OneLine = Field(max_length=140)
    iban: Iban
    bic: Bic | None = None
    country: Country


class Contact(Noun):
    """Whom we may write to."""

    name: OneLine = Field(max_length=140)
    email: EmailAddress


class Signatory(Noun):
    """Who signs for us, in what capacity."""

    name: OneLine = Field(max_length=140)
    email: EmailAddress
    title: str = Field(default="", max_length=140)


class Account(Noun):
    """One of our own bank accounts: money leaves from here."""

    name: OneLine = Field(max_length=140)
    iban: Iban
    bic: Bic | None = None
    country: Country
    currency: Currency = "EUR"


class Registry(Protocol):
    """Finds a party by its id. Every method raises `NotFoundError` when there is no such party."""

    def payee(self, payee_id: str) -> Payee:
        """Return the payee with this id."""

    def contact(self, contact_id: str) -> Contact:
        """Return the contact with this id."""

    def signatory(self, signatory_id: str) -> Signatory:
        """Return the signatory with this id."""

    def account(self, account_id: str) -> Account:
        """Return our own account with this id."""
