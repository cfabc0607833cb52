"""Which vendor a bank line is of: by the account that was paid, the vendor's name, or the name in its website."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from memory.domain.charges import Charge
from memory.domain.merchants import merchant_of, same_merchant
from memory.projections.registry import parties
from memory.projections.vendors import vendor_versions as table
from memory.views.vendor_merges import merges_in

_OPERATOR = "operator"
#: Hosts where many vendors have a page: sharing one says nothing of who it is.
_SHARED = (
    "github.com",
    "github.io",
    "gitlab.com",
    "linkedin.com",
    "facebook.com",
    "instagram.com",
    "notion.site",
    "etsy.com",
    "medium.com",
)


@dataclass(frozen=True)
class VendorMarks:
    """What gives vendors away. `entered` are those with which there is a relation: the operator entered them, or a contract was signed."""

    by_iban: Mapping[str, str]
    by_name: Mapping[str, str]
    ids: frozenset[str]
    entered: frozenset[str]

    def of(self, charge: Charge) -> str:
        """Return the id of the vendor a charge is of, or an empty text."""
        if charge.counterparty_iban and charge.counterparty_iban in self.by_iban:
            return self.by_iban[charge.counterparty_iban]
        return self.named(merchant_of(charge.name, charge.reference).key)

    def named(self, merchant: str) -> str:
        """Return the id of the vendor with that name: the very name before one that only begins alike, the longest of these first."""
        if merchant in self.by_name:
            return self.by_name[merchant]
        alike = [name for name in self.by_name if same_merchant(name, merchant)]
        return self.by_name[max(alike, key=lambda name: (len(name), name))] if alike else ""

    def at_host(self, host: str) -> str:
        """Return the id of the vendor whose website or mail is at a host, or an empty text; what many vendors share says nothing."""
        return "" if host.endswith(_SHARED) else self.named(merchant_of(host).key)


def vendor_marks(connection: sa.Connection) -> VendorMarks:
    """Return the marks of every vendor: its names of all times, aliases, domains and the registry's payees, under the id it is shown by."""
    merges = merges_in(connection)
    rows = connection.execute(sa.select(table).order_by(table.c.version.desc(), table.c.vendor_id)).all()
    entered: set[str] = set()
    by_name: dict[str, str] = {}
    for row in rows:
        facts, main = json.loads(row.facts), merges.main_id(row.vendor_id)
        if row.changed_by.startswith(_OPERATOR) or facts.get("status") == "contracted":
            entered |= {row.vendor_id, main}
        for name in _names(facts):
            by_name.setdefault(merchant_of(name).key, main)
    payees = connection.execute(
        sa.select(parties.c.vendor_id, parties.c.body).where(parties.c.role == "payee").order_by(parties.c.party_id)
    )
    by_iban = {json.loads(row.body).get("iban", ""): merges.main_id(row.vendor_id) for row in payees if row.vendor_id}
    by_iban.pop("", None)
    return VendorMarks(by_iban, by_name, frozenset(row.vendor_id for row in rows), frozenset(entered))


def _names(facts: Mapping[str, object]) -> list[str]:
    """Return what a vendor is called: its name, its aliases, and its domains."""
    names = [str(facts["name"])]
    for field in ("aliases", "domains"):
        more = facts.get(field)
        names += [str(one) for one in more] if isinstance(more, list) else []
    site = facts.get("website")
    host = re.sub(r"^https?://(www\.)?", "", str(site or "")).split("/")[0]
    names += [host] if host and not host.endswith(_SHARED) else []
    return [name for name in names if name.strip()]
