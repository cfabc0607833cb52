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

_OPERATOR = "operator"


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


def vendor_marks(connection: sa.Connection) -> VendorMarks:
    """Return the marks of every vendor, from its newest profile and the registry's payees."""
    newest = sa.select(table.c.vendor_id, sa.func.max(table.c.version).label("version")).group_by(table.c.vendor_id).subquery()
    same = (table.c.vendor_id == newest.c.vendor_id) & (table.c.version == newest.c.version)
    rows = connection.execute(sa.select(table).join(newest, same).order_by(table.c.vendor_id)).all()
    written = connection.execute(sa.select(table.c.vendor_id, table.c.changed_by).distinct()).all()
    entered = {row.vendor_id for row in written if row.changed_by.startswith(_OPERATOR)}
    by_name: dict[str, str] = {}
    for row in rows:
        facts = json.loads(row.facts)
        if facts.get("status") == "contracted":
            entered.add(row.vendor_id)
        for name in _names(facts):
            by_name.setdefault(merchant_of(name).key, row.vendor_id)
    payees = connection.execute(sa.select(parties.c.vendor_id, parties.c.body).where(parties.c.role == "payee"))
    by_iban = {json.loads(row.body).get("iban", ""): row.vendor_id for row in payees if row.vendor_id}
    by_iban.pop("", None)
    return VendorMarks(by_iban, by_name, frozenset(row.vendor_id for row in rows), frozenset(entered))


def _names(facts: Mapping[str, object]) -> list[str]:
    """Return what a vendor is called: its name, its aliases, and its domains."""
    names = [str(facts["name"])]
    for field in ("aliases", "domains"):
        more = facts.get(field)
        names += [str(one) for one in more] if isinstance(more, list) else []
    site = facts.get("website")
    if site:
        names.append(re.sub(r"^https?://(www\.)?", "", str(site)).split("/")[0])
    return [name for name in names if name.strip()]
