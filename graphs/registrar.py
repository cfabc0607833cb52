"""The registrar: what only the operator enters. Parties of the registry, budgets, the home itself.

Entering what stands already changes nothing; entering something else for the same id is a new fact, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory.database import reading
from memory.domain.errors import ConflictError
from memory.domain.events import Event
from memory.domain.events.workspace import (
    AccountAdded,
    BudgetSet,
    ContactAdded,
    PayeeAdded,
    SignatoryAdded,
    WorkspaceMade,
)
from memory.domain.money import Price
from memory.domain.registry import Account, Contact, Payee, Signatory
from memory.domain.seal import OperatorFact, PartyFact, Sealer, sealed, unsealed
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.unit_of_work import UnitOfWork
from memory.vouching import operators_word

_MOST_TAKEN = 1000


class Registrar:
    """Writes the operator's own entries, sealed. `by` is who says so; it is never a vendor or an agent."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, *, by: str, sealer: Sealer | None = None) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._by = by
        self._sealer = sealer

    def make_workspace(self, operator: str, *, demo: bool = False) -> bool:
        """Note that the home was made; returns whether that was new."""
        return self._enter("workspace", WorkspaceMade(operator=operator, demo=demo))

    def add_contact(self, contact_id: str, contact: Contact, *, vendor_id: str | None = None) -> bool:
        """Enter whom we may write to; returns whether anything changed."""
        return self._enter(f"contact/{contact_id}", ContactAdded(contact_id=contact_id, vendor_id=vendor_id, by=self._by, contact=contact))

    def add_payee(self, payee_id: str, payee: Payee, *, vendor_id: str | None = None) -> bool:
        """Enter who may be paid, and where; a change of bank details starts the policy's cooling-off time."""
        return self._enter(f"payee/{payee_id}", PayeeAdded(payee_id=payee_id, vendor_id=vendor_id, by=self._by, payee=payee))

    def add_signatory(self, signatory_id: str, signatory: Signatory) -> bool:
        """Enter who signs for us."""
        return self._enter(f"signatory/{signatory_id}", SignatoryAdded(signatory_id=signatory_id, by=self._by, signatory=signatory))

    def add_account(self, account_id: str, account: Account) -> bool:
        """Enter an account of our own."""
        return self._enter(f"account/{account_id}", AccountAdded(account_id=account_id, by=self._by, account=account))

    def set_budget(self, category: str, limit: Price, *, instruction: str = "") -> bool:
        """Set what a category may cost per period; `all` is the whole house."""
        return self._enter(f"budget/{category}", BudgetSet(category=category, limit=limit, by=self._by, instruction=instruction))

    def _enter(self, place: str, fact: Event) -> bool:
        # Past a number that somebody took without entering anything under it.
        for skipped in range(_MOST_TAKEN):
            with reading(self._database) as connection:
                stored = read_events(connection, stream=WORKSPACE, kinds=(fact.kind,))
                earlier = [e for e in stored if e.act_key.rpartition("/")[0] == place]
            if self._stands(earlier, fact):
                return False
            key = f"{place}/{len(earlier) + skipped}"
            if isinstance(fact, PartyFact) and self._sealer is not None:
                fact = fact.model_copy(update={"ordinal": len(list(operators_word(earlier, self._sealer)))})
            said = sealed(fact, stream=WORKSPACE, act_key=key, sealer=self._sealer) if isinstance(fact, OperatorFact) else fact
            # Somebody who entered something else at the same moment was first: what stands now is looked at again.
            if not self._unit_of_work.act(key, [said], stream=WORKSPACE, actor=self._by).repeated:
                return True
        raise ConflictError(f"{place} cannot be entered: its places in the ledger are taken", hint="qm ledger verify, then qm doctor")

    def _stands(self, earlier: Sequence[StoredEvent], fact: Event) -> bool:
        """Whether the last entry says the same, and the dispatcher will believe it: else it is entered again, sealed."""
        if not earlier:
            return False
        if isinstance(fact, OperatorFact) and self._sealer is not None:
            believed = [stored.seq for stored in operators_word(earlier, self._sealer)]
            if not believed or believed[-1] != earlier[-1].seq:
                return False
        return _said(earlier[-1].event) == _said(fact)


def _said(fact: Event) -> Event:
    plain = unsealed(fact) if isinstance(fact, OperatorFact) else fact
    return plain.model_copy(update={"ordinal": None}) if isinstance(plain, PartyFact) else plain
