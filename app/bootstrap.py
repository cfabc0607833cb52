"""The composition root: the only place that names concrete classes.

`open_office` gives what faces need (reading, the service, imports); `Office.desk` and `Office.worker` add the agents, the graph and
the connectors, and are loaded only where a case is really run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.home import Home, existing_home, open_vault
from app.ports import RandomIds, SystemClock
from app.settings import Settings, load_settings
from graphs.policies import PolicyShelf
from graphs.service import Procurement
from memory.database import open_database
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import IntegrityError
from memory.engine.port import Enqueuer, Job
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from memory.migrate import migrate
from memory.projections.base import Projection, discover
from memory.unit_of_work import UnitOfWork
from memory.views.registry import RegistryView

if TYPE_CHECKING:
    from graphs.context import Desk
    from graphs.interaction import Interaction
    from memory.engine.on_dbos import DbosEnqueuer
    from memory.engine.port import Engine
    from memory.recall.port import Recall
    from tools.dispatch import Dispatcher
    from tools.llm.port import Model
    from tools.lookups.catalogue import Catalogue
    from tools.reception import Reception
    from tools.reconciler import Reconciler


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


@dataclass
class Office:
    """Everything that is open for one home."""

    home: Home
    settings: Settings
    clock: Clock
    ids: IdMaker
    database: sa.Engine
    jobs: Enqueuer
    projections: tuple[Projection, ...]
    model: Model | None = None
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
        return PolicyShelf(self.database, self.unit_of_work, self.evidence)

    @cached_property
    def service(self) -> Procurement:
        """The front desk: the only door for writes about cases."""
        return Procurement(self.database, self.unit_of_work, self.evidence, self.clock, self.ids)

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
            from app.recall import open_recall

            self._recall.append(open_recall(self.home, self.settings))
        return self._recall[0]

    def desk(self) -> Desk:
        """Return what the graph's nodes may touch."""
        from app.desk import make_desk

        return make_desk(self)

    def dispatcher(self) -> Dispatcher:
        """Return the dispatcher with the home's connectors and vault."""
        from app.connectors import Connectors
        from tools.connectors.base import ConnectorContext
        from tools.dispatch import Dispatcher

        vault = open_vault(self.home, self.settings)
        context = ConnectorContext(
            home_files=self.home.files,
            evidence=self.evidence,
            registry=self.registry,
            clock=self.clock,
            secrets=vault.scoped(()),
            settings=self.settings.mail.connector_settings(),
        )
        return Dispatcher(self.database, self.unit_of_work, Connectors(context, vault), self.clock)

    def reception(self) -> Reception:
        """Return the reception of the home's mailbox; raises `InputError` when mail is not set up."""
        from tools.connectors.mail.account import CREDENTIAL, MailAccount
        from tools.connectors.mail.receive import Inbox
        from tools.reception import Reception

        account = MailAccount.from_settings(self.settings.mail.connector_settings())
        password = open_vault(self.home, self.settings).get(CREDENTIAL)
        return Reception(self.database, self.unit_of_work, self.evidence, self.registry, Inbox(account, password, only_answers=True))

    def engine(self) -> Engine:
        """Return the engine that runs jobs in this process."""
        from memory.engine.on_dbos import DbosEngine

        return DbosEngine(self.url)

    def close(self) -> None:
        """Let go of everything."""
        for recall in self._recall:
            recall.close()
        if isinstance(self.jobs, LateEnqueuer):
            self.jobs.close()
        self.database.dispose()


def _refuse_lost_database(home: Home, settings: Settings) -> None:
    """An empty ledger must never take the place of one that is gone."""
    if not settings.database_url and home.vault.exists() and not home.database.exists():
        raise IntegrityError(
            f"{home.database} is gone, but this home was in use", hint="restore it from a backup (RESTORE.txt in it says how)"
        )


@contextmanager
def open_office(
    root: Path,
    *,
    clock: Clock | None = None,
    ids: IdMaker | None = None,
    jobs: Enqueuer | None = None,
    model: Model | None = None,
    flags: dict[str, object] | None = None,
) -> Iterator[Office]:
    """Yield the office of the home at `root`; raises `NotFoundError` when there is none.

    Clock, ids, the job queue and the model can be replaced, as tests and notebooks do; `flags` override settings.
    """
    # pyHanko logs a traceback for every signature whose root it does not know; the verdict is in the receipt.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    home = existing_home(root)
    settings = load_settings(root, **(flags or {}))
    url = home.database_url(settings)
    _refuse_lost_database(home, settings)
    database, projections = open_database(url), discover()
    migrate(database, projections)
    office = Office(
        home=home,
        settings=settings,
        clock=clock or SystemClock(),
        ids=ids or RandomIds(),
        database=database,
        jobs=jobs or LateEnqueuer(url),
        projections=projections,
        model=model,
    )
    try:
        yield office
    finally:
        office.close()
