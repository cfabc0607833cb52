"""The registry as the connectors and the graph read it."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Noun
from memory.domain.errors import NotFoundError
from memory.domain.registry import NOTICES, Account, Contact, Payee, Signatory
from memory.projections.registry import parties, preferences

P = TypeVar("P", bound=Noun)


class RegistryView:
    """Finds parties by id; the registry's port for connectors."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    def payee(self, payee_id: str) -> Payee:
        """Return the payee; raises `NotFoundError`."""
        return self._find(Payee, "payee", payee_id)

    def contact(self, contact_id: str) -> Contact:
        """Return the contact; raises `NotFoundError`."""
        return self._find(Contact, "contact", contact_id)

    def signatory(self, signatory_id: str) -> Signatory:
        """Return the signatory; raises `NotFoundError`."""
        return self._find(Signatory, "signatory", signatory_id)

    def account(self, account_id: str) -> Account:
        """Return our own account; raises `NotFoundError`."""
        return self._find(Account, "account", account_id)

    def party_of(self, role: str, vendor_id: str) -> str | None:
        """Return the id of the newest contact or payee of a vendor, or None when the operator has registered none.

        The contact for notices is none of them: it is named by its own id.
        """
        query = sa.select(parties.c.party_id).where(parties.c.role == role, parties.c.vendor_id == vendor_id)
        query = query.where(parties.c.party_id.not_like(f"%{NOTICES}"))
        with reading(self._database) as connection:
            found: str | None = connection.scalar(query.order_by(parties.c.at.desc(), parties.c.party_id).limit(1))
        return found

    def vendor_of(self, role: str, party_id: str) -> str | None:
        """Return the vendor that a contact or payee belongs to, or None when there is no such party."""
        query = sa.select(parties.c.vendor_id).where(parties.c.role == role, parties.c.party_id == party_id)
        with reading(self._database) as connection:
            found: str | None = connection.scalar(query)
        return found

    def changed_at(self, role: str, party_id: str) -> str | None:
        """Return when the details last changed after they were registered (ISO time); None when they never did."""
        query = sa.select(parties.c.changed_at).where(parties.c.role == role, parties.c.party_id == party_id)
        with reading(self._database) as connection:
            found: str | None = connection.scalar(query)
        return found or None

    def preferences(self) -> dict[str, str]:
        """Return the operator's standing preferences."""
        with reading(self._database) as connection:
            return {row.name: row.value for row in connection.execute(sa.select(preferences).order_by(preferences.c.name))}

    def _find(self, kind: type[P], role: str, party_id: str) -> P:
        query = sa.select(parties.c.body).where(parties.c.role == role, parties.c.party_id == party_id)
        with reading(self._database) as connection:
            body = connection.scalar(query)
        if body is None:
            raise NotFoundError(
                f"no {role} {party_id} in the registry", hint=f"add it: qm vendors add --help ({role}s are the operator's to add)"
            )
        return kind.model_validate_json(body)
