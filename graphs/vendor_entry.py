"""Vendors as the operator enters them: the profile, whom we may write to, and who is paid, checked before anything is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import Field, ValidationError, field_validator

from graphs.interaction.vendor import vendor_id_of
from graphs.registrar import Registrar
from memory.domain.base import Noun
from memory.domain.errors import EffectRejectedError, InputError
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.money import Price
from memory.domain.registry import Bic, Contact, Country, EmailAddress, Iban, OneLine, Payee
from memory.domain.vendor import LetterLanguage, VendorFacts, VendorProfile
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView
from memory.views.vendors import current_profile

_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_PROFILE = (
    *("name", "website", "category", "data_region", "plan", "list_price", "language"),
    *("aliases", "domains", "vat_id", "registration_number"),
)
_DOMAIN = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$")


class VendorEntry(Noun):
    """What the operator says about one vendor; what is left out stays as it is known. Raises `ValueError` where it contradicts itself."""

    vendor_id: str = Field(default="", max_length=80)
    name: OneLine = Field(max_length=140)
    website: str | None = Field(default=None, pattern=r"^https?://[^\s<>\"]+$", max_length=500)
    category: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    data_region: str | None = Field(default=None, max_length=60)
    plan: str | None = Field(default=None, max_length=120)
    list_price: Price | None = None
    language: LetterLanguage | None = None
    aliases: tuple[OneLine, ...] | None = Field(default=None, max_length=20)
    domains: tuple[str, ...] | None = Field(default=None, max_length=20)
    vat_id: OneLine | None = Field(default=None, max_length=20)
    registration_number: OneLine | None = Field(default=None, max_length=60)
    email: EmailAddress | None = None
    contact_name: OneLine | None = Field(default=None, max_length=140)
    iban: Iban | None = None
    payee_name: OneLine | None = Field(default=None, max_length=140)
    bic: Bic | None = None
    country: Country | None = None

    @field_validator("vendor_id")
    @classmethod
    def _slug(cls, value: str) -> str:
        if value and not _SLUG.match(value):
            raise ValueError("write lower-case letters, digits and single hyphens, for example acme-mail")
        return value

    @field_validator("domains")
    @classmethod
    def _hosts(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        plain = None if value is None else tuple(one.casefold().removeprefix("www.") for one in value)
        if any(not _DOMAIN.match(one) for one in plain or ()):
            raise ValueError("write domains such as acme.example, without https://")
        return plain

    @property
    def id(self) -> str:
        """The vendor's id: the one given, else the name in lower case with hyphens."""
        return self.vendor_id or vendor_id_of(self.name)

    def contact(self) -> Contact | None:
        """Return whom we may write to, when an address was given."""
        return Contact(name=self.contact_name or self.name, email=self.email) if self.email else None

    def payee(self) -> Payee | None:
        """Return who is paid, when an IBAN was given."""
        return (
            Payee(name=self.payee_name or self.name, iban=self.iban, bic=self.bic, country=self.country or self.iban[:2])
            if self.iban
            else None
        )


@dataclass(frozen=True)
class Entered:
    """What entering a vendor changed, in words, and what the operator should know about it."""

    vendor_id: str
    changed: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def vendor_entry(fields: dict[str, Any], *, where: str = "") -> VendorEntry:
    """Return the entry with its bank details checked. Raises `InputError` naming each field and the mend."""
    prefix = f"{where}: " if where else ""
    try:
        entry = VendorEntry.model_validate({name: value for name, value in fields.items() if value not in (None, "")})
    except ValidationError as error:
        raise InputError("; ".join(f"{prefix}{_told(fault)}" for fault in error.errors(include_url=False)), hint=_MEND) from None
    payee = entry.payee()
    if payee is not None:
        _check_bank_details(payee, prefix)
    elif entry.payee_name or entry.bic:
        raise InputError(f"{prefix}iban: is missing for the payee", hint="give the IBAN that was checked by phone, or leave the payee out")
    return entry


def enter_vendor(
    entry: VendorEntry, *, database: sa.Engine, unit_of_work: UnitOfWork, registry: RegistryView, registrar: Registrar, by: str
) -> Entered:
    """Write what is new about a vendor; what stands already is left alone. New bank details start the policy's cooling-off time."""
    vendor_id, changed, warnings = entry.id, [], []
    known = current_profile(database, vendor_id)
    facts = _facts(entry, known)
    if known is None or facts != known.facts:
        key = f"vendor/{vendor_id}/{known.version if known else 0}/{by}"
        unit_of_work.act(key, [VendorUpdated(facts=facts, by=by)], actor=by)
        changed.append("profile")
    contact, payee = entry.contact(), entry.payee()
    if contact is not None:
        contact_id = registry.party_of("contact", vendor_id) or f"{vendor_id}-contact"
        changed += ["contact"] if registrar.add_contact(contact_id, contact, vendor_id=vendor_id) else []
    if payee is not None:
        payee_id = registry.party_of("payee", vendor_id)
        if payee_id is not None and registry.payee(payee_id).iban != payee.iban:
            warnings.append(
                f"the bank details of {entry.name} changed: payments wait until your policy's cooling-off time is over. "
                "Call the vendor on a number you knew before."
            )
        added = registrar.add_payee(payee_id or f"{vendor_id}-bank", payee, vendor_id=vendor_id)
        changed += ["payee"] if added else []
    return Entered(vendor_id, tuple(changed), tuple(warnings))


_MEND = "correct the field named; nothing was written"


def _facts(entry: VendorEntry, known: VendorProfile | None) -> VendorFacts:
    given = {name: getattr(entry, name) for name in _PROFILE if getattr(entry, name) is not None}
    if known is not None:
        return known.facts.model_copy(update=given)
    return VendorFacts(vendor_id=entry.id, **given)


def _check_bank_details(payee: Payee, prefix: str) -> None:
    from tools.connectors.payment.bank_details import checked_party

    try:
        checked_party(payee, "payee")
    except EffectRejectedError as error:
        raise InputError(f"{prefix}iban: {error.message}", hint=error.hint) from None


def _told(fault: Any) -> str:
    field = ".".join(str(part) for part in fault["loc"]) or "the row"
    words = {"extra_forbidden": "there is no such field", "missing": "is missing"}.get(fault["type"], fault["msg"])
    if fault["type"] in {"string_pattern_mismatch", "literal_error"}:
        words = _SHAPES.get(field, words)
    return f"{field}: {words.removeprefix('Value error, ')}"


_ONE_LINE = "write one line of plain text, without control characters"
_SHAPES = {
    **dict.fromkeys(("name", "contact_name", "payee_name"), _ONE_LINE),
    "website": "write it with https://",
    "category": "write one word in lower case, for example email_marketing",
    "iban": "this is not an IBAN; it has two letters, two digits and up to 30 more characters",
    "bic": "this is not a BIC; it has 8 or 11 characters",
    "language": "write en, de, fr or es: letters can be written in these",
    "vat_id": "write it with the letters of its country, for example DE123456789",
    "country": "write the two letters of the country, for example DE",
}
