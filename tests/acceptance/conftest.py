"""A demo home in a folder of its own, with real loopback mail, vendors and a bank, driven step by step on one thread.

Everything is the real thing but two parts: the job queue is the in-process engine (what it holds stands for the rows that
the durable engine keeps in the database, so it outlives an office), and the clock moves only when a test moves it.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import pytest

from app.bootstrap import Office, open_office
from app.home import Home, as_toml
from app.renewal_calendar import FEED
from app.roles import Running, both_roles
from app.sandbox_world import ADDRESS, INSTRUCTION, OPERATOR, SimulatedBank, make_demo_home, seed
from memory import outbox
from memory.database import reading
from memory.domain.approval import Approval, Approve
from memory.domain.events import Event
from memory.domain.mail import InboundMail
from memory.domain.registry import Contact, Payee
from memory.engine.in_process import InProcessEngine
from memory.engine.port import Job
from memory.ledger import StoredEvent, read_events
from memory.outbox import OutboxRow
from memory.views.cases import CaseFacts, case_facts
from tools.connectors.mail.account import MailAccount, MailServer, Security, smtp_session
from tools.connectors.mail.receive import Inbox
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.vendors.cast import DEMO_VENDORS
from tools.sandbox.vendors.diary import read_diary, write_diary
from tools.sandbox.vendors.personality import Personality
from tools.sandbox.vendors.world import SalesDesk, vendor_accounts
from tools.vault.secret import Secret

PASSWORD = "sandbox-only"
#: A Monday: "by Friday" is neither today nor next week.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
Fact = TypeVar("Fact", bound=Event)


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def go(self, **step: float) -> None:
        self.at += timedelta(**step)


@dataclass
class NumberedIds:
    """Ids in order, so that every run of a test is the same run."""

    counts: Counter[str] = field(default_factory=Counter)

    def new(self, prefix: str) -> str:
        self.counts[prefix] += 1
        return f"{prefix}-{self.counts[prefix]:06d}"


class SteppedEngine(InProcessEngine):
    """The in-process engine with time: a delayed job waits for the clock, and a test may look in between two jobs."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__()
        self._clock = clock
        self._due: dict[str, datetime] = {}
        self.deliveries = 1
        self.after_job: Callable[[Job], None] = lambda _job: None
        self.survives: type[BaseException] | tuple[()] = ()
        self.on_death: Callable[[], None] = lambda: None

    def drain(self) -> int:
        count = 0
        while (job := self._next()) is not None:
            try:
                for _ in range(self.deliveries):
                    self._runners[job.name](job.argument)
            except self.survives:
                # The process died: the job is still in the queue, and whoever comes next begins it again.
                self.on_death()
                continue
            self._queue.remove(job)
            count += 1
            self.after_job(job)
        return count

    def redeliver(self, job: Job) -> None:
        """Run a job again, as an engine does whose first try ended without being marked."""
        self._runners[job.name](job.argument)

    def _next(self) -> Job | None:
        now = self._clock.now()
        due = [job for job in self._queue if self._due.setdefault(job.job_id, now + timedelta(seconds=job.delay_s)) <= now]
        return due[0] if due else None


@dataclass
class Town:
    """One home and the world around it."""

    root: Path
    clock: HandClock
    ids: NumberedIds
    vendors: tuple[Personality, ...]
    engine: SteppedEngine
    server: SandboxMail
    stack: ExitStack
    desks: list[SalesDesk] = field(default_factory=list)
    flags: dict[str, object] = field(default_factory=dict)
    _office: Office | None = None
    _worker: Running | None = None
    _inner: ExitStack = field(default_factory=ExitStack)
    _seen: int = 0
    cases: Any = None
    bank_open: bool = True
    after_opening: Callable[[], None] = lambda: None

    # ---- the house

    @property
    def office(self) -> Office:
        assert self._office is not None
        return self._office

    @property
    def worker(self) -> Running:
        assert self._worker is not None
        return self._worker

    def open(self) -> None:
        """Open the house on what lies in its folder."""
        flags = {"home_currency": "EUR", **self.flags}
        self._office = self._inner.enter_context(open_office(self.root, clock=self.clock, ids=self.ids, jobs=self.engine, flags=flags))
        self.after_opening()
        dispatcher, self.cases = both_roles(self._office)
        self._worker = Running(self._office, self.engine, (dispatcher, self.cases), name="local")
        self._worker.start()

    def shut(self) -> None:
        """Let go of everything in memory: what is left is the folder, and the queue."""
        if self._worker is not None:
            self._worker.stop()
        self._office = self._worker = None
        self._inner.close()

    def reopen(self) -> None:
        """Stop everything and build a new house on the same folder."""
        self.shut()
        self.open()

    # ---- the world

    def run(self, *, until: Callable[[], bool] = lambda: False, limit: int = 60) -> None:
        """Let jobs, vendors, the inbox and the bank take turns until nothing moves any more (or `until` holds)."""
        for _ in range(limit):
            before = (self.head, self.server.delivered)
            self.engine.drain()
            if until():
                return
            self._answer_mail()
            self.engine.tick(self.clock.now().isoformat())
            if self.bank_open:
                SimulatedBank(self.office).book()
            if until():
                return
            if (self.head, self.server.delivered) == before:
                self.engine.drain()
                return
        raise AssertionError(f"still moving after {limit} turns")

    def _answer_mail(self) -> None:
        while self._seen != self.server.delivered:
            self._seen = self.server.delivered
            for desk in self.desks:
                if any(mail.uid > (desk.cursor.uid if desk.cursor else 0) for mail in self.mailbox(desk.personality.mailbox)):
                    desk.work()

    def staff(self) -> None:
        """Seat a sales desk for every vendor at the present server."""
        self.desks = [SalesDesk(vendor, self.server, self.clock) for vendor in self.vendors]
        read_diary(self.diary, self.desks)
        self._seen = -1

    def new_server(self) -> None:
        """Put up another mail server in the place of one that was stopped; its mailboxes are empty."""
        self.server = self.stack.enter_context(SandboxMail({ADDRESS: PASSWORD, **vendor_accounts(self.vendors)}))
        write_config(self.root, self.server, demo=self.demo)
        self.staff()

    @property
    def diary(self) -> Path:
        """Where the sales desks keep what they know, for a copy of this town."""
        return self.root / "sandbox.json"

    @property
    def demo(self) -> bool:
        """Whether the home is marked as a demo: one that is not reads its own catalogue file."""
        return not (Home(self.root).files / "catalogue.json").is_file()

    def mailbox(self, address: str) -> list[InboundMail]:
        """Every mail in a mailbox, as its owner would read it."""
        return [parsed.mail for parsed in self._fetch(address)]

    def raw_mails(self, address: str) -> list[bytes]:
        return [parsed.raw for parsed in self._fetch(address)]

    def _fetch(self, address: str) -> Sequence[Any]:
        return Inbox(self.account(address), Secret(self.server.accounts[address])).fetch_new(None, at_most=500).mails

    def account(self, address: str) -> MailAccount:
        smtp = MailServer(self.server.host, self.server.smtp_port, Security.NONE)
        imap = MailServer(self.server.host, self.server.imap_port, Security.NONE)
        return MailAccount(address=address, name=address, smtp=smtp, imap=imap, certificate="")

    def write(self, vendor: Personality, text: str, *, answers: str, subject: str = "Re: your mail", attachment: bytes = b"") -> None:
        """Send a mail from a vendor to us by hand."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = vendor.mailbox, ADDRESS, subject
        self._letters = getattr(self, "_letters", 0) + 1
        message["Message-ID"] = f"<hand-{self._letters}@{vendor.domain}>"
        message["In-Reply-To"] = message["References"] = answers
        message["Date"] = self.clock.now()
        message.set_content(text)
        if attachment:
            message.add_attachment(attachment, maintype="application", subtype="pdf", filename="contract.pdf")
        with smtp_session(self.account(vendor.mailbox), Secret(self.server.accounts[vendor.mailbox])) as client:
            client.send_message(message, from_addr=vendor.mailbox, to_addrs=[ADDRESS])

    # ---- what a test asks

    def start(self, instruction: str = INSTRUCTION) -> str:
        return self.office.service.start(instruction, channel="test")

    def buy(self, instruction: str = INSTRUCTION) -> str:
        """Run a case to its approval, say yes, and run it to its end."""
        case_id = self.to_approval(instruction)
        self.approve(case_id)
        self.run()
        return case_id

    def to_approval(self, instruction: str = INSTRUCTION) -> str:
        case_id = self.start(instruction)
        self.run()
        assert self.facts(case_id).status == "needs_you", self.facts(case_id)
        return case_id

    def asked(self, case_id: str) -> Approval:
        """The approval the case asks for."""
        found = self.events(case_id, "approval.requested")
        return Approval.model_validate(found[-1].body["approval"])

    def approve(self, case_id: str) -> None:
        asked = self.asked(case_id)
        answer = Approve(approval_id=asked.approval_id, digest=asked.action.digest, by="operator")
        self.office.service.decide(answer, surface="test")

    def facts(self, case_id: str) -> CaseFacts:
        return case_facts(self.office.database, case_id)

    def events(self, case_id: str | None, *kinds: str) -> list[StoredEvent]:
        with reading(self.office.database) as connection:
            return list(read_events(connection, stream=case_id, kinds=kinds or None))

    def facts_of(self, case_id: str, kind: type[Fact]) -> list[Fact]:
        return [stored.event for stored in self.events(case_id, kind.kind) if isinstance(stored.event, kind)]

    def effects(self, case_id: str, kind: str | None = None) -> list[OutboxRow]:
        with reading(self.office.database) as connection:
            return outbox.rows(connection, case_id=case_id, **({"kind": kind} if kind else {}))

    @property
    def head(self) -> int:
        """The number of the ledger's last event."""
        return max((stored.seq for stored in self.events(None)), default=0)

    def written(self, pattern: str) -> list[Path]:
        """Files that were written for the operator, but for the calendar that is kept up to date all the time."""
        return sorted(path for path in self.office.home.files.glob(pattern) if path.is_file() and path.name != FEED)


def write_config(root: Path, server: SandboxMail, *, demo: bool) -> None:
    """Write the settings of the home, with the ports of today's mail server."""
    config: dict[str, object] = {
        "operator_name": OPERATOR,
        "operator_email": ADDRESS,
        "company": "Alex Sommer Studio (demo)",
        "tax_rate_bp": 1900,
        "demo": demo,
        "mail": {
            "address": ADDRESS,
            "name": OPERATOR,
            "smtp_host": server.host,
            "smtp_port": server.smtp_port,
            "smtp_security": "none",
            "imap_host": server.host,
            "imap_port": server.imap_port,
            "imap_security": "none",
            "poll_s": 1,
        },
    }
    Home(root).config.write_text(as_toml(config), encoding="utf-8")


def _open_ends() -> set[str]:
    """What a test could leave behind, by name: threads, and TCP sockets (a library keeps a pair of its own between threads)."""
    threads = {f"thread {thread.name}" for thread in threading.enumerate()}
    descriptors, tables = Path("/proc/self/fd"), (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
    if not descriptors.is_dir():
        return threads
    links = {str(link.readlink()) for link in descriptors.iterdir() if link.is_symlink()}
    rows = [line.split() for table in tables if table.is_file() for line in table.read_text().splitlines()[1:]]
    return threads | links & {f"socket:[{row[9]}]" for row in rows}


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test ends with the threads and sockets it began with, after its town is shut."""
    for shared in ("seeded_home", "bought", "home_at_the_gate", "home_paid", "home_unpaid", "home_turncoat"):
        if shared in request.fixturenames:
            request.getfixturevalue(shared)
    before = _open_ends()
    yield
    left = _open_ends() - before
    if "bought" in request.fixturenames:  # its mail server runs on, and closes its side of a connection in its own time
        left = {name for name in left if name.startswith("thread")}
    assert left == set()


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo home as it is before its first case: made once, copied for each test."""
    root = tmp_path_factory.mktemp("seeded") / "home"
    make_demo_home(root)
    clock = HandClock()
    with open_office(root, clock=clock, ids=NumberedIds(Counter(EV=900_000)), jobs=SteppedEngine(clock)) as office:
        seed(office)
    return root


class Founder:
    """Founds towns: a copy of the seeded home, a mail server, and the vendors asked for."""

    def __init__(self, seeded: Path, stack: ExitStack, used: Mapping[str, int] = MappingProxyType({})) -> None:
        self._seeded = seeded
        self._stack = stack
        self._used = used

    def __call__(
        self, root: Path, vendors: Sequence[Personality] = DEMO_VENDORS, *, products: str = "", register: bool = True, **flags: object
    ) -> Town:
        """Return an open town at `root`; `products` is the text of a catalogue that replaces the demo's; with a `database_url` its books are there."""
        elsewhere = "database_url" in flags
        if elsewhere:
            make_demo_home(root)
        else:
            shutil.copytree(self._seeded, root)
        clock, ids = HandClock(), NumberedIds(Counter(self._used))
        server = self._stack.enter_context(SandboxMail({ADDRESS: PASSWORD, **vendor_accounts(vendors)}))
        town = Town(root, clock, ids, tuple(vendors), SteppedEngine(clock), server, self._stack, flags=flags)
        if products:
            (Home(root).files / "catalogue.json").write_text(products, encoding="utf-8")
        write_config(root, server, demo=town.demo)
        town.staff()
        town.open()
        self._stack.callback(town.shut)
        if elsewhere:
            seed(town.office)
        if register:
            _register(town)
        return town


@pytest.fixture
def found(seeded_home: Path, tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Founds a town in this test's own folder."""
    with ExitStack() as stack:
        founder = Founder(seeded_home, stack)
        yield lambda *args, **options: founder(tmp_path / "home", *args, **options)


@pytest.fixture
def office(found: Callable[..., Town]) -> Town:
    """The demo's home and world."""
    return found()


@pytest.fixture(scope="session")
def home_at_the_gate(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int], str]:
    """The demo's home, shut down while its first case waits for the approval; how far its ids are; and the case."""
    root = tmp_path_factory.mktemp("gate") / "home"
    with ExitStack() as stack:
        town = Founder(seeded_home, stack)(root)
        case_id = town.to_approval()
        write_diary(town.diary, town.desks)
    return root, dict(town.ids.counts), case_id


@pytest.fixture
def at_the_gate(home_at_the_gate: tuple[Path, dict[str, int], str], tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """A town opened on nothing but the files of another, whose case waits for the approval; and that case."""
    root, used, case_id = home_at_the_gate
    with ExitStack() as stack:
        yield Founder(root, stack, used)(tmp_path / "home"), case_id


@dataclass(frozen=True)
class Kept:
    """A home that was shut down at some point of its case, for several tests to go on from."""

    root: Path
    used: dict[str, int]
    vendors: tuple[Personality, ...]
    case_id: str


@pytest.fixture(scope="session")
def keep(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Kept]:
    """Keeps the home in which `prepare(found)` brought a case to where several tests begin."""

    def kept(prepare: Callable[[Callable[..., Town]], tuple[Town, str]]) -> Kept:
        root = tmp_path_factory.mktemp("kept") / "home"
        with ExitStack() as stack:
            founder = Founder(seeded_home, stack)
            town, case_id = prepare(lambda *args, **options: founder(root, *args, **options))
            write_diary(town.diary, town.desks)
        return Kept(root, dict(town.ids.counts), town.vendors, case_id)

    return kept


@pytest.fixture
def go_on(tmp_path: Path) -> Iterator[Callable[[Kept], tuple[Town, str]]]:
    """Opens a town on nothing but the files of a kept home; its mail server is new, and empty."""
    with ExitStack() as stack:

        def opened(kept: Kept) -> tuple[Town, str]:
            return Founder(kept.root, stack, kept.used)(tmp_path / "home", kept.vendors, register=False), kept.case_id

        yield opened


@pytest.fixture(scope="session")
def bought(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, str]]:
    """The demo's purchase, finished, to be looked at from all sides; and its case."""
    with ExitStack() as stack:
        town = Founder(seeded_home, stack)(tmp_path_factory.mktemp("bought") / "home")
        yield town, town.buy()


@pytest.fixture(scope="session")
def catalogue_of() -> Callable[..., str]:
    """Makes catalogues like the demo's, for other vendors; `region` None leaves the data region unknown."""
    import json
    from importlib.resources import files

    shipped = json.loads((files("tools.lookups") / "demo_catalogue.json").read_text(encoding="utf-8"))
    row = shipped["products"][0]

    def made(*vendors: Personality, region: str | None = "EU/Frankfurt") -> str:
        products = []
        for vendor in vendors:
            product = json.loads(json.dumps(row).replace("brieflark", vendor.vendor_id).replace("Brieflark", vendor.name))
            price = vendor.monthly[0]
            product["price"]["amount_minor"] = product["tiers"][0]["amount_minor"] = price
            product["source"]["quote"] = f"{price / 100:.2f} EUR net per month for up to 5,000 contacts"
            product["data_region"] = region
            if region is None:
                product.pop("data_region")
                product.pop("region_source")
            products.append(product)
        return json.dumps({"format": shipped["format"], "products": products})

    return made


def _register(town: Town) -> None:
    """Enter contact and payee of vendors that the demo does not know."""
    registrar = town.office.registrar()
    for vendor in town.vendors:
        if vendor in DEMO_VENDORS:
            continue
        contact = Contact(name=vendor.person, email=vendor.mailbox)
        registrar.add_contact(f"{vendor.vendor_id}-sales", contact, vendor_id=vendor.vendor_id)
        payee = Payee(name=f"{vendor.name} fictional", iban="DE02120300000000202051", country="DE")
        registrar.add_payee(f"{vendor.vendor_id}-bank", payee, vendor_id=vendor.vendor_id)
