"""What only the operator can tell of a contract under watch: how it is used, what it costs, what went wrong, that it needs no watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

import sqlalchemy as sa

from memory.database import reading
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import InputError, NotFoundError
from memory.domain.events.contracts import RenewalDropped
from memory.domain.events.renewals import (
    IncidentNoted,
    RenewalCosted,
    UsageStated,
)
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.renewal import Usage
from memory.domain.words import are, one_line
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE
from memory.projections.contract_calendar import renewals
from memory.unit_of_work import UnitOfWork
from memory.views.renewals import Renewal, renewal_of
from memory.views.unwatched import Unwatched, unwatched_list


@dataclass(frozen=True)
class RenewalWords:
    """Keeps the operator's words about contracts, as facts."""

    database: sa.Engine
    unit_of_work: UnitOfWork
    evidence: EvidenceStore
    clock: Clock
    ids: IdMaker
    zone: tzinfo

    @property
    def today(self) -> date:
        """The operator's day."""
        return self.clock.now().astimezone(self.zone).date()

    def line(self, name: str) -> Renewal:
        """Return the contract that a uid, a vendor's id or a renewal case names; raises `NotFoundError`, or `InputError` when several fit."""
        with reading(self.database) as connection:
            fits = sa.or_(renewals.c.uid == name, renewals.c.vendor_id == name, renewals.c.renewal_case == name)
            found = list(connection.scalars(sa.select(renewals.c.uid).where(fits)))
        if len(found) > 1:
            raise InputError(f"{len(found)} contracts are watched with {name}", hint="name one by its id: qm renewals")
        return renewal_of(self.database, found[0] if found else name, self.today)

    def state_usage(
        self, name: str, *, by: str, used: int | None = None, paid_for: int | None = None, unit: str = "", words: str = ""
    ) -> Usage:
        """Record how much of a contract is used. Raises `InputError` when nothing is said."""
        if used is None and not words.strip():
            raise InputError(
                "nothing was said", hint='say how much is used (--used 3 --of 10 --unit seats), or in words (--note "hardly ever")'
            )
        line = self.line(name)
        of = f" of {paid_for}" if paid_for is not None else ""
        said = words.strip() or f"{used}{of} {unit or 'units'} {are(used or 0)} used"
        digest = self.evidence.put_text(said, origin=Origin.OPERATOR, source=f"usage of {line.uid}")
        usage = Usage(used=used, paid_for=paid_for, unit=unit, words=said, evidence=digest)
        fact = UsageStated(uid=line.uid, vendor_id=line.vendor_id, usage=usage, by=by)
        self.unit_of_work.act(f"usage/{self.ids.new('SAY')}", [fact], stream=WORKSPACE, actor=by)
        return usage

    def state_cost(self, name: str, cost: Money, *, by: str) -> None:
        """Record what a contract costs a year. Raises `InputError` for nothing, or a currency other than the one it is watched in."""
        line = self.line(name)
        if cost.amount_minor <= 0:
            raise InputError(f"{cost} is no cost", hint='write it like "480.00 EUR"')
        fact = RenewalCosted(uid=line.uid, vendor_id=line.vendor_id, annual_cost=cost, by=by)
        self.unit_of_work.act(f"cost/{self.ids.new('SAY')}", [fact], stream=WORKSPACE, actor=by)

    def leave(self, contract: str, reason: str, *, by: str) -> Unwatched:
        """Record that a contract in force needs no watch. Raises `NotFoundError` where none that is not watched begins so."""
        fits = [one for one in unwatched_list(self.database, self.today) if one.contract.startswith(contract.lower())]
        if len(fits) != 1:
            raise NotFoundError(f"{len(fits)} contracts that are not watched begin with {contract}", hint="qm renewals names them")
        (one,) = fits
        uid = f"{one.contract[:24]}-decide-by"
        fact = RenewalDropped(vendor_id=one.vendor_id, contract=one.contract, uid=uid, reason=one_line(reason, 200))
        self.unit_of_work.act(f"leave/{one.contract}", [fact], stream=WORKSPACE, actor=by)
        return one

    def note_incident(self, name: str, words: str, *, by: str, on: date | None = None) -> None:
        """Record something that went wrong with the vendor of a contract. Raises `InputError` when nothing is said."""
        if not words.strip():
            raise InputError("nothing was said", hint='say what went wrong (--incident "two days without service")')
        line = self.line(name)
        digest = self.evidence.put_text(words.strip(), origin=Origin.OPERATOR, source=f"incident at {line.vendor_id}")
        fact = IncidentNoted(vendor_id=line.vendor_id, words=words.strip()[:400], on=on or self.today, evidence=digest, by=by)
        self.unit_of_work.act(f"incident/{self.ids.new('SAY')}", [fact], stream=WORKSPACE, actor=by)
