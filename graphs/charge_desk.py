"""Recurring charges: statements are read for them, what is found is told once, and the operator says what is known, unwanted or over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest, digest_of, sha256_hex
from memory.domain.charge_pairing import account_of, charges_in, fresh
from memory.domain.charges import Charge, Flag, FlagKind, Series
from memory.domain.clock import Clock
from memory.domain.errors import InputError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.charges import ChargeFlagged, ChargeObserved, SeriesConfirmed, SeriesEnded, SeriesFound, SeriesIgnored
from memory.domain.evidence import Origin
from memory.domain.merchants import merchant_of
from memory.domain.statement import StatementLine
from memory.evidence import EvidenceStore
from memory.projections.registry import parties
from memory.unit_of_work import UnitOfWork
from memory.views.charges import RecurringCharge, charge_book, coverage, known_charges, recorded_flags, recorded_series
from memory.views.vendors import current_profile

#: What happened longer ago than this, counted from the last day covered, is history and told to nobody.
_NEWS = timedelta(days=400)


@dataclass(frozen=True)
class AccountRead:
    """What one account's lines in a file came to. `called` is the file's own name for it, where that is another."""

    account: str
    called: str
    first_day: date
    last_day: date
    lines: int
    charges: tuple[Charge, ...]
    already_known: int


@dataclass(frozen=True)
class ChargesRead:
    """What reading a statement for charges did: per account, and over all the series and flags that are told for the first time."""

    filename: str
    accounts: tuple[AccountRead, ...]
    series: tuple[Series, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def new(self) -> int:
        """How many charges were not known before."""
        return sum(len(account.charges) for account in self.accounts)


class ChargeDesk:
    """Takes in statements, and the operator's word on what was found."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, evidence: EvidenceStore, clock: Clock) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._clock = clock

    def take_in(self, lines: Sequence[StatementLine], body: bytes, *, filename: str, by: str) -> ChargesRead:
        """Record the charges of a statement that are not known yet, then what they show; taking it in again adds nothing."""
        read = self._read(lines, filename)
        if any(account.charges or self._reaches_further(account) for account in read.accounts):
            digest = self._evidence.put(body, media_type="application/octet-stream", origin=Origin.BANK, source=filename)
            for account in read.accounts:
                self._observe(account, digest, filename, by)
        series, flags = self.tell(by=by)
        return ChargesRead(filename, read.accounts, series, flags)

    def preview(self, lines: Sequence[StatementLine], *, filename: str) -> ChargesRead:
        """Return what taking in a statement would record; nothing is written."""
        read = self._read(lines, filename)
        more = [charge for account in read.accounts for charge in account.charges]
        series, flags = self._untold(more)
        return ChargesRead(filename, read.accounts, tuple(series), tuple(flags))

    def tell(self, *, by: str) -> tuple[tuple[Series, ...], tuple[Flag, ...]]:
        """Record the series and flags that were not told before; returns them."""
        told = recorded_series(self._database)
        series, flags = self._untold()
        for one in series:
            self._unit_of_work.act(f"series/{one.series_id}/{digest_of(one)[:16]}", [SeriesFound(series=one)], actor=by)
        for flag in flags:
            self._unit_of_work.act(f"charge/{flag.flag_id}", [ChargeFlagged(flag=flag)], actor=by)
        return tuple(one for one in series if one.series_id not in told), tuple(flags)

    def _untold(self, more: Sequence[Charge] = ()) -> tuple[list[Series], list[Flag]]:
        """Return the series that are new, or have another price than was told, and the flags that were not told and are no history."""
        book = charge_book(self._database, self._clock.now().date(), more=more)
        told, flagged = recorded_series(self._database), recorded_flags(self._database)
        series = [line.series for line in book.recurring if _is_news(line.series, told.get(line.series.series_id))]
        since = max(book.covered.values(), default=date.min)
        flags = [flag for flag in (*book.flags, *_unknown(book.strangers)) if flag.flag_id not in flagged and flag.on + _NEWS >= since]
        return series, flags

    def confirm(self, series_id: str, *, by: str, vendor_id: str = "", note: str = "") -> RecurringCharge:
        """Note that the operator knows a recurring charge. Raises `NotFoundError`, also for a vendor that is not known."""
        line = self.find(series_id)
        if vendor_id and current_profile(self._database, vendor_id) is None:
            raise NotFoundError(f"there is no vendor {vendor_id}", hint=f'enter it first: qm vendors add "{vendor_id}"')
        return self._judge(
            line, SeriesConfirmed(series_id=line.series.series_id, vendor_id=vendor_id or line.vendor_id, by=by, note=note), by
        )

    def ignore(self, series_id: str, *, by: str, reason: str = "") -> RecurringCharge:
        """Note that the operator does not want to hear of a recurring charge. Raises `NotFoundError`."""
        line = self.find(series_id)
        return self._judge(line, SeriesIgnored(series_id=line.series.series_id, by=by, reason=reason), by)

    def end(self, series_id: str, ended_on: date, *, by: str, reason: str = "") -> RecurringCharge:
        """Note that a recurring charge was cancelled: later ones are told as not owed. Raises `NotFoundError`."""
        line = self.find(series_id)
        found = self._judge(line, SeriesEnded(series_id=line.series.series_id, ended_on=ended_on, by=by, reason=reason), by)
        self.tell(by=by)
        return found

    def find(self, series_id: str) -> RecurringCharge:
        """Return the recurring charge whose id or name begins so. Raises `NotFoundError`, and `InputError` where several do."""
        lines = charge_book(self._database, self._clock.now().date()).recurring
        wanted = series_id.strip().casefold()
        found = [line for line in lines if line.series.series_id == wanted] or [
            line
            for line in lines
            if wanted
            and (line.series.series_id.removeprefix("series-").startswith(wanted) or line.series.name.casefold().startswith(wanted))
        ]
        if not found:
            raise NotFoundError(f"there is no recurring charge {series_id}", hint="qm charges list shows them")
        if len(found) > 1:
            ids = ", ".join(line.series.series_id for line in found[:4])
            raise InputError(f"{len(found)} recurring charges begin with {series_id}", hint=f"give the id: {ids}")
        return found[0]

    def _judge(self, line: RecurringCharge, word: Event, by: str) -> RecurringCharge:
        told = recorded_series(self._database)
        facts: list[Event] = [] if line.series.series_id in told else [SeriesFound(series=line.series)]
        key = f"series/{line.series.series_id}/{digest_of([line.stand, line.note, word.stored_body(), self._clock.now().isoformat()])[:16]}"
        self._unit_of_work.act(key, [*facts, word], actor=by)
        return self.find(line.series.series_id)

    def _read(self, lines: Sequence[StatementLine], filename: str) -> ChargesRead:
        known = known_charges(self._database)
        merchants = frozenset(merchant_of(charge.name, charge.reference).key for charge in known)
        own = self._own_accounts() | {charge.account for charge in known}
        by_account: dict[str, list[StatementLine]] = defaultdict(list)
        for line in lines:
            by_account[line.account].append(line)
        read = []
        for called, told in by_account.items():
            charges = charges_in(told, frozenset(own), merchants)
            account = self._account(called, charges, known)
            new = fresh(charges, known, account)
            days = [line.booked_on for line in told]
            known = (*known, *new)
            read.append(
                AccountRead(account, called, min(days), max(days), len(told), tuple(new), len(charges) - len(new)),
            )
        return ChargesRead(filename, tuple(read))

    def _account(self, called: str, charges: Sequence[Charge], known: Sequence[Charge]) -> str:
        """Return the account a file is of: one it shares its lines with, else the one it names."""
        found = account_of(charges, known) if charges else None
        return found or called

    def _reaches_further(self, account: AccountRead) -> bool:
        before = coverage(self._database).get(account.account)
        return before is None or account.last_day > before

    def _observe(self, account: AccountRead, statement: Digest, filename: str, by: str) -> None:
        if not account.charges and not self._reaches_further(account):
            return
        fact = ChargeObserved(
            statement=statement,
            filename=filename,
            account=account.account,
            first_day=account.first_day,
            last_day=account.last_day,
            charges=account.charges,
            already_known=account.already_known,
        )
        said = sha256_hex("".join([statement, account.account, *(charge.charge_id for charge in account.charges)]).encode())
        self._unit_of_work.act(f"charges/{said}", [fact], actor=by)

    def _own_accounts(self) -> set[str]:
        with reading(self._database) as connection:
            bodies = connection.scalars(sa.select(parties.c.body).where(parties.c.role == "account"))
            return {str(json.loads(body).get("iban", "")) for body in bodies} - {""}


def _is_news(series: Series, told: Series | None) -> bool:
    return told is None or (told.cadence, told.amount, told.name) != (series.cadence, series.amount, series.name)


def _unknown(strangers: Sequence[RecurringCharge]) -> list[Flag]:
    return [
        Flag(
            flag_id=f"{FlagKind.UNKNOWN}/{line.series.series_id}",
            kind=FlagKind.UNKNOWN,
            series_id=line.series.series_id,
            vendor_id=line.vendor_id,
            name=line.series.name,
            on=line.series.last_on,
            after=line.series.amount,
            a_year=line.series.annual,
            charge_ids=line.series.charge_ids[-3:],
            why=f"{line.series.amount} {line.series.cadence.says} since {line.series.first_on}, {line.series.annual} a year: "
            "no contract, vendor or subscription is known for it",
        )
        for line in strangers
        if line.series.sure
    ]
