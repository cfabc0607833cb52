"""Under which names, domains and numbers a vendor is known, now or at an instant; what was merged into it counts as its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from memory.database import reading
from memory.domain.registry import Contact, Payee
from memory.domain.vendor import VendorProfile
from memory.projections.registry import parties
from memory.views.vendor_merges import read_merges
from memory.views.vendors import all_profiles

#: Hosts where many unrelated vendors have their page or their mail: sharing one says nothing.
SHARED_HOSTS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com gmx.de gmx.net gmx.com web.de t-online.de
    freenet.de proton.me protonmail.com mail.com aol.com posteo.de mailbox.org zoho.com github.io github.com gitlab.io gitlab.com
    linkedin.com facebook.com instagram.com etsy.com amazon.com ebay.com notion.site medium.com wordpress.com wixsite.com webflow.io
    herokuapp.com vercel.app netlify.app pages.dev sites.google.com behance.net upwork.com fiverr.com""".split()  # noqa: SIM905  a list of 50 lines is harder to read
)
_ROLES = ("contact", "payee")


@dataclass(frozen=True)
class Identity:
    """What a vendor is known by. `ids` are all its ids, the one it is shown under first; `aliases` are its other names, old ones too."""

    ids: tuple[str, ...]
    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    vat_ids: tuple[str, ...]
    registration_numbers: tuple[str, ...]
    ibans: tuple[str, ...]


def identity_of(database: sa.Engine, vendor_id: str, *, at: datetime | None = None) -> Identity | None:
    """Return what a vendor is known by, or None when it was not known at that time."""
    ids = read_merges(database, at=at).ids(vendor_id)
    found = _gathered(_versions(database, at), database, at)
    known = [found[vendor] for vendor in ids if vendor in found]
    return _joined(ids, known) if known else None


def identities(database: sa.Engine) -> tuple[Identity, ...]:
    """Return every profile by itself, merged or not, by id: what duplicates are looked for in."""
    found = _gathered(_versions(database, None), database, None)
    return tuple(found[vendor_id] for vendor_id in sorted(found))


def domain_of(address: str) -> str | None:
    """Return the host of a website, or of a mail address, in lower case and without www; None for none, and for hosts that many share."""
    host = address.rpartition("@")[2] if "@" in address and "//" not in address else urlsplit(address).hostname or ""
    plain = host.casefold().strip(".").removeprefix("www.")
    return plain if plain and plain not in SHARED_HOSTS else None


def _versions(database: sa.Engine, at: datetime | None) -> list[VendorProfile]:
    return [profile for profile in all_profiles(database) if at is None or profile.as_of <= at]


def _gathered(profiles: Iterable[VendorProfile], database: sa.Engine, at: datetime | None) -> dict[str, Identity]:
    by_vendor: dict[str, list[VendorProfile]] = {}
    for profile in profiles:
        by_vendor.setdefault(profile.facts.vendor_id, []).append(profile)
    registered = _registered(database, at)
    return {vendor: _identity(vendor, versions, registered.get(vendor, [])) for vendor, versions in by_vendor.items()}


def _registered(database: sa.Engine, at: datetime | None) -> dict[str, list[Contact | Payee]]:
    """Return the contacts and payees that the operator entered, by vendor. Only those: what a vendor writes is no proof of who it is."""
    query = sa.select(parties).where(parties.c.role.in_(_ROLES), parties.c.vendor_id != "").order_by(parties.c.party_id)
    found: dict[str, list[Contact | Payee]] = {}
    with reading(database) as connection:
        for row in connection.execute(query):
            if at is None or datetime.fromisoformat(row.at) <= at:
                kind = Contact if row.role == "contact" else Payee
                found.setdefault(row.vendor_id, []).append(kind.model_validate_json(row.body))
    return found


def _identity(vendor_id: str, versions: list[VendorProfile], registered: list[Contact | Payee]) -> Identity:
    facts = [version.facts for version in versions]
    addresses = [f.website for f in facts if f.website] + [p.email for p in registered if isinstance(p, Contact)]
    return Identity(
        ids=(vendor_id,),
        name=facts[-1].name,
        aliases=_distinct(name for f in reversed(facts) for name in (f.name, *f.aliases) if name != facts[-1].name),
        domains=_distinct((*(d for f in reversed(facts) for d in f.domains), *(d for d in map(domain_of, addresses) if d))),
        vat_ids=_distinct(f.vat_id for f in reversed(facts) if f.vat_id),
        registration_numbers=_distinct(f.registration_number for f in reversed(facts) if f.registration_number),
        ibans=_distinct(p.iban for p in registered if isinstance(p, Payee)),
    )


def _joined(ids: tuple[str, ...], known: list[Identity]) -> Identity:
    first = known[0]
    return Identity(
        ids=ids,
        name=first.name,
        aliases=_distinct(name for one in known for name in (one.name, *one.aliases) if name != first.name),
        domains=_distinct(domain for one in known for domain in one.domains),
        vat_ids=_distinct(number for one in known for number in one.vat_ids),
        registration_numbers=_distinct(number for one in known for number in one.registration_numbers),
        ibans=_distinct(iban for one in known for iban in one.ibans),
    )


def _distinct(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


__all__ = ["SHARED_HOSTS", "Identity", "domain_of", "identities", "identity_of"]
