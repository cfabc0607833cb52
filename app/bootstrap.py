"""The composition root: the only place that names concrete classes.

`open_office` gives what faces need (reading, the service, imports); `Office.desk` and `Office.worker` add the agents, the graph and
the connectors, and are loaded only where a case is really run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import SecretStr

from app.home import Home, existing_home, open_vault
from app.ports import RandomIds, SystemClock
from app.settings import Settings, load_settings
from graphs.policies import PolicyShelf
from graphs.service import Procurement
from memory.checkpoints import close_checkpoints
from memory.database import open_database, reading
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import IntegrityError, RefusedError
from memory.engine.port import Enqueuer, Job
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from memory.migrate import migrate
from memory.projections.base import Projection, discover
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView

if TYPE_CHECKING:
    from datetime import date

    from graphs.context import Desk
    from graphs.contract_import import ContractImport
    from graphs.interaction import Interaction
    from graphs.registrar import Registrar
    from graphs.renewal_desk import RenewalDesk
    from graphs.task_desk import TaskDesk
    from graphs.wishes import Wishes
    from memory.domain.seal import Seal
    from memory.engine.on_dbos import DbosEnqueuer
    from memory.engine.port import Engine
    from memory.recall.port import Recall
    from tools.collection import Collection
    from tools.dispatch import Dispatcher
    from tools.door_book import DoorBook
    from tools.llm.port import Model
    from tools.lookups.catalogue import Catalogue
    from tools.reception import Reception
    from tools.reconciler import Reconciler
    from tools.vault import Vault
    from tools.vault.operator_seal import OperatorSeal


class LateEnqueuer:
    """Opens the engine's client with the first job, so that commands which only read never load it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: DbosEnqueuer | None = None

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into the queue within the caller's transaction."""
        if self._client is None:
            from memory.engine.on_dbos import DbosEnqueuer

            self._client = DbosEnqueuer(self._url)
        self._client.enqueue(connection, job)

    def close(self) -> None:
        """Let go of the database."""
        if self._client is not None:
            self._client.close()


class VaultSealer:
    """The operator's seal of a home's vault, taken out when the first word is to be sealed or checked; made when there is none."""

    def __init__(self, vault: Callable[[], Vault], database: sa.Engine) -> None:
        self._vault = vault
        self._database = database

    @cached_property
    def _own(self) -> OperatorSeal:
        from memory.vouching import words_up_to
        from tools.vault.operator_seal import OperatorSeal

        return OperatorSeal.of(self._vault(), self._since, lambda seq: words_up_to(self._database, seq))

    def _since(self) -> int:
        """Return what a first seal leaves as it stands. A second one would make the word of whoever wrote since the first the operator's."""
        from memory.vouching import anything_sealed, ledger_end

        if anything_sealed(self._database):
            raise IntegrityError(
                "your seal is gone from the vault, but the ledger holds words under it", hint="restore the newest backup of the vault"
            )
        return ledger_end(self._database)

    @property
    def public(self) -> str:
        """The public key, in hexadecimal."""
        return self._own.public

    def seal(self, statement: bytes) -> Seal:
        """Return the seal on a statement. Raises `RefusedError` when the vault does not open here."""
        return self._own.seal(statement)

    def holds(self, statement: bytes, seal: Seal | None, seq: int) -> bool:
        """Whether the operator said this."""
        return self._own.holds(statement, seal, seq)


@dataclass
class Office:
    """Everything that is open for one home. A `vaultless` one is a worker's: it can neither read a credential nor seal a word."""

    home: Home
    settings: Settings
    clock: Clock
    ids: IdMaker
    database: sa.Engine
    jobs: Enqueuer
    projections: tuple[Projection, ...]
    model: Model | None = None
    vaultless: bool = False
    _recall: list[Recall] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The database's address."""
        return self.home.database_url(self.settings)

    @cached_property
    def unit_of_work(self) -> UnitOfWork:
        """The write path."""
        return UnitOfWork(self.database, Ledger(self.clock, self.ids), self.projections, self.jobs, self.clock)

    @cached_property
    def evidence(self) -> EvidenceStore:
        """The evidence store."""
        return EvidenceStore(self.database, self.clock)

    @cached_property
    def registry(self) -> RegistryView:
        """The registry of parties."""
        return RegistryView(self.database)

    @cached_property
    def policies(self) -> PolicyShelf:
        """The adopted policy and its history."""
        return PolicyShelf(self.database, self.unit_of_work, self.evidence, sealer=self.sealer)

    @cached_property
    def service(self) -> Procurement:
        """The front desk: the only door for writes about cases."""
        return Procurement(self.database, self.unit_of_work, self.evidence, self.clock, self.ids, sealer=self.sealer)

    @cached_property
    def sealer(self) -> VaultSealer | None:
        """What puts the operator's seal on what is said here; None in a worker."""
        return None if self.vaultless else VaultSealer(self.vault, self.database)

    def vault(self) -> Vault:
        """Return the home's vault, opened anew.

        Raises `RefusedError` in a worker, and when it does not open, `IntegrityError` when it is gone from a home in use.
        """
        if self.vaultless:
            raise RefusedError("a worker holds no credential", hint="the dispatcher does: qm dispatcher, or qm up")
        return open_vault(self.home, self.settings)

    @cached_property
    def door_book(self) -> DoorBook | None:
        """The dispatcher's own book; a worker has none."""
        from tools.door_book import DoorBook

        return None if self.vaultless else DoorBook(self.home.door_book)

    @cached_property
    def tasks(self) -> TaskDesk:
        """The desk for what went wrong: closes tasks, and sends their letters."""
        from graphs.task_desk import TaskDesk

        return TaskDesk(
            database=self.database,
            unit_of_work=self.unit_of_work,
            evidence=self.evidence,
            registry=self.registry,
            clock=self.clock,
            mail_domain=self.settings.operator_email.rpartition("@")[2],
            home_currency=self.settings.home_currency,
            sealer=self.sealer,
        )

    @cached_property
    def renewals(self) -> RenewalDesk:
        """The desk for renewals: starts their cases and takes the operator's decisions."""
        from graphs.renewal_desk import RenewalDesk

        return RenewalDesk(self.database, self.unit_of_work, self.evidence, self.clock, self.ids, self.settings.zone)

    @property
    def free_days(self) -> frozenset[date]:
        """The public holidays that days are counted with, as they were noted last."""
        from memory.views.holidays import free_days

        return free_days(self.database)

    def contract_import(self, *, by: str) -> ContractImport:
        """Return what takes over contracts signed elsewhere, with the public holidays of today's settings noted."""
        from graphs.contract_import import ContractImport

        self.keep_holidays(by=by)
        return ContractImport(
            self.database, self.unit_of_work, self.evidence, by, self.renewals.today, self.free_days, self.settings.home_currency
        )

    def keep_holidays(self, *, by: str) -> int:
        """Note the public holidays that the settings name, where others stand; returns how many last days to act moved."""
        from graphs.holidays import keep_holidays

        return keep_holidays(self.database, self.unit_of_work, self.settings.holiday_place, self.renewals.today, by=by)

    def registrar(self, *, by: str = "operator") -> Registrar:
        """Return the registrar, for what the operator enters."""
        from graphs.registrar import Registrar

        return Registrar(self.database, self.unit_of_work, by=by, sealer=self.sealer)

    def wishes(self, *, by: str = "operator") -> Wishes:
        """Return what keeps the operator's preferences about terms."""
        from graphs.wishes import Wishes

        return Wishes(self.database, self.unit_of_work, self.ids, by=by, home_currency=self.settings.home_currency)

    @cached_property
    def interaction(self) -> Interaction:
        """Chat-style instructions."""
        from agents.requisition_intake import understand
        from graphs.interaction import Interaction

        return Interaction(
            database=self.database,
            unit_of_work=self.unit_of_work,
            evidence=self.evidence,
            service=self.service,
            clock=self.clock,
            ids=self.ids,
            policy=self.policies.current,
            understand=understand,
        )

    @cached_property
    def reconciler(self) -> Reconciler:
        """Statement import."""
        from tools.reconciler import Reconciler

        return Reconciler(self.database, self.unit_of_work, self.evidence, self.registry)

    def catalogue(self) -> Catalogue:
        """Return the vendor catalogue: the operator's own file, else the shipped sample; in a demo home the fictional vendors only."""
        from tools.lookups.base import LookupContext
        from tools.lookups.catalogue import LOOKUP, Catalogue

        return Catalogue.demo() if self.settings.demo else LOOKUP.open(LookupContext(home_files=self.home.files))

    def recall(self) -> Recall:
        """Return contract and vendor memory, opened once."""
        if not self._recall:
            from app.model_keys import relay_address
            from app.recall import open_recall

            relay = relay_address(self.database, "embeddings") if self.vaultless else None
            self._recall.append(open_recall(self.home, self.settings, relay=relay))
        return self._recall[0]

    def desk(self) -> Desk:
        """Return what the graph's nodes may touch."""
        from app.desk import make_desk

        return make_desk(self)

    def dispatcher(self, name: str = "local") -> Dispatcher:
        """Return the dispatcher with the home's connectors and vault. It believes only what the operator sealed."""
        from app.dispatching import make_dispatcher

        return make_dispatcher(self, name)

    def collection(self) -> Collection:
        """Return what fetches the home's mail, unread; raises `InputError` when mail is not set up."""
        from tools.collection import Collection
        from tools.connectors.mail.account import CREDENTIAL, MailAccount
        from tools.connectors.mail.receive import Inbox

        account = MailAccount.from_settings(self.settings.mail.connector_settings())
        inbox = Inbox(account, self.vault().get(CREDENTIAL), only_answers=True)
        return Collection(self.database, self.unit_of_work, self.evidence, inbox)

    def reception(self) -> Reception:
        """Return what reads the mail that was taken in."""
        from tools.reception import Reception

        return Reception(self.database, self.unit_of_work, self.evidence, self.registry)

    def engine(self, role: str | None = None, *, name: str = "local") -> Engine:
        """Return the engine that runs jobs in this process: those of one role, or all. `name` is the process's own among all."""
        from app.roles import queues_of
        from memory.engine.on_dbos import DbosEngine

        return DbosEngine(self.url, executor_id=name, role=role or "worker", queues=queues_of(role))

    def close(self) -> None:
        """Let go of everything."""
        for recall in self._recall:
            recall.close()
        if isinstance(self.jobs, LateEnqueuer):
            self.jobs.close()
        close_checkpoints(self.url)
        self.database.dispose()


def _refuse_lost_database(home: Home, settings: Settings) -> None:
    """An empty ledger must never take the place of one that is gone."""
    if not settings.database_url and home.vault.exists() and not home.database.exists():
        raise IntegrityError(
            f"{home.database} is gone, but this home was in use", hint="restore it from a backup (RESTORE.txt in it says how)"
        )


def _prepare_queue(database: sa.Engine, url: str) -> None:
    """Make the job queue's tables in a database that has none: the first job may be put there before a worker ever ran."""
    with reading(database) as connection:
        made = sa.inspect(connection).has_table("workflow_status", schema=None if database.dialect.name == "sqlite" else "dbos")
    if not made:
        from memory.engine.on_dbos import prepare

        prepare(url)


@contextmanager
def open_office(
    root: Path,
    *,
    clock: Clock | None = None,
    ids: IdMaker | None = None,
    jobs: Enqueuer | None = None,
    model: Model | None = None,
    flags: dict[str, object] | None = None,
    vaultless: bool = False,
) -> Iterator[Office]:
    """Yield the office of the home at `root`; raises `NotFoundError` when there is none.

    Clock, ids, the job queue and the model can be replaced, as tests and notebooks do; `flags` override settings. A worker's
    office is `vaultless`.
    """
    # pyHanko logs a traceback for every signature whose root it does not know; the verdict is in the receipt.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    home = existing_home(root)
    settings = load_settings(root, **(flags or {}))
    if vaultless:
        settings = settings.model_copy(update={"vault_passphrase": SecretStr("")})
    url = home.database_url(settings)
    _refuse_lost_database(home, settings)
    database, projections = open_database(url), discover()
    migrate(database, projections)
    if jobs is None:
        _prepare_queue(database, url)
    office = Office(
        home=home,
        settings=settings,
        clock=clock or SystemClock(),
        ids=ids or RandomIds(),
        database=database,
        jobs=jobs or LateEnqueuer(url),
        projections=projections,
        model=model,
        vaultless=vaultless,
    )
    try:
        yield office
    finally:
        office.close()
