"""The simulated world of a demo home: a real mail server on loopback, three fictional vendors behind it, and a bank.

Everything outside is fiction and marked so; everything inside (mails, files, signatures, ledger) is the real thing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from app.home import Home, as_toml, ensure_signing_identity, lay_out, open_vault
from app.settings import Settings, load_settings
from memory.domain.errors import ConflictError
from memory.domain.money import Period, Price
from memory.domain.registry import Account, Contact, Payee, Signatory
from tools.atomic_file import write_atomically
from tools.connectors.mail.account import CREDENTIAL
from tools.vault import Secret

if TYPE_CHECKING:
    from app.bootstrap import Office
    from tools.sandbox.mail_server import SandboxMail

OPERATOR = "Alex Sommer"
COMPANY = "Alex Sommer Studio (demo)"
ADDRESS = "alex@studio.example"
_MAILBOX_PASSWORD = "sandbox-only"  # noqa: S105  # guards a mailbox that lives as long as the demo
INSTRUCTION = "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month, by Friday"

#: Example IBANs of the kind banks print in their documentation; the check digits are right, the accounts do not exist.
_OWN_IBAN = "DE89370400440532013000"
_VENDOR_IBANS = {
    "brieflark": ("DE02120300000000202051", "DE"),
    "postino": ("IT60X0542811101000000123456", "IT"),
    "papertern": ("GB29NWBK60161331926819", "GB"),
}


@dataclass(frozen=True)
class SimulatedWorld:
    """What runs outside the house while the demo lasts."""

    server: SandboxMail


def make_demo_home(root: Path) -> Home:
    """Make a home for the demo; raises `ConflictError` when a home that is not a demo lies there."""
    home = Home(root)
    if home.exists and not load_settings(root).demo:
        raise ConflictError(f"{root} holds a real home", hint="give the demo a folder of its own: qm demo --home DIR")
    config = {
        "operator_name": OPERATOR,
        "operator_email": ADDRESS,
        "company": COMPANY,
        "home_currency": "EUR",
        "tax_rate_bp": 1900,
        "demo": True,
    }
    return lay_out(root, config)


def set_aside(root: Path) -> Path | None:
    """Move an earlier demo away, so that each demo begins with the same budget and empty books; returns where it went.

    A home in which nothing was asked yet is used as it is. Raises `ConflictError` when a worker runs on it, or it is a real home.
    """
    home = make_demo_home(root) if Home(root).exists else None
    if home is None or not home.database.exists():
        return None
    from app.bootstrap import open_office
    from memory.views.cases import case_list
    from memory.views.health import workers

    with open_office(root) as office:
        if any(worker.alive for worker in workers(office.database, office.clock.now())):
            raise ConflictError(f"a worker is running on {root}", hint="stop `qm up` first, or give the demo another folder: --home DIR")
        if not case_list(office.database, limit=1):
            return None
    number = next(n for n in range(1, 10_000) if not root.with_name(f"{root.name}-{n}").exists())
    return root.rename(root.with_name(f"{root.name}-{number}"))


def seed(office: Office) -> None:
    """Enter what the operator of the demo knows already: registry, budgets, policy. Seeding twice changes nothing."""
    from tools.sandbox.vendors.cast import DEMO_VENDORS

    registrar = office.registrar()
    registrar.make_workspace(OPERATOR, demo=True)
    registrar.add_signatory("operator", Signatory(name=OPERATOR, email=ADDRESS, title="Owner"))
    registrar.add_account("main", Account(name=COMPANY, iban=_OWN_IBAN, country="DE", currency="EUR"))
    for vendor in DEMO_VENDORS:
        iban, country = _VENDOR_IBANS[vendor.vendor_id]
        registrar.add_contact(f"{vendor.vendor_id}-sales", Contact(name=vendor.person, email=vendor.mailbox), vendor_id=vendor.vendor_id)
        payee = Payee(name=f"{vendor.name} fictional", iban=iban, country=country)
        registrar.add_payee(f"{vendor.vendor_id}-bank", payee, vendor_id=vendor.vendor_id)
    registrar.set_budget("email_marketing", Price(amount_minor=120_000, currency="EUR", period=Period.YEAR), instruction="demo")
    if office.policies.adopted() is None:
        office.policies.adopt(office.home.policy.read_text(encoding="utf-8"), source="policy.yaml", by="operator", reason="first policy")
    vault = open_vault(office.home, office.settings)
    ensure_signing_identity(vault, office.settings, office.clock)
    if CREDENTIAL not in vault.names():
        vault.put(CREDENTIAL, Secret(_MAILBOX_PASSWORD))


@contextmanager
def simulated_mail(home: Home) -> Iterator[SandboxMail]:
    """Yield a running mail server with the operator's and the vendors' mailboxes, and write its ports into the home's config."""
    from tools.sandbox.mail_server import SandboxMail
    from tools.sandbox.vendors.cast import DEMO_VENDORS
    from tools.sandbox.vendors.world import vendor_accounts

    with SandboxMail({ADDRESS: _MAILBOX_PASSWORD, **vendor_accounts(DEMO_VENDORS)}) as server:
        _write_mail_settings(home, load_settings(home.root), server)
        yield server


def _write_mail_settings(home: Home, settings: Settings, server: SandboxMail) -> None:
    keep = ("operator_name", "operator_email", "company", "home_currency", "tax_rate_bp", "demo", "tier", "dashboard_port")
    config: dict[str, object] = {name: getattr(settings, name) for name in keep}
    config["mail"] = {
        "address": ADDRESS,
        "name": OPERATOR,
        "smtp_host": server.host,
        "smtp_port": server.smtp_port,
        "smtp_security": "none",
        "imap_host": server.host,
        "imap_port": server.imap_port,
        "imap_security": "none",
        "poll_s": 1,
    }
    write_atomically(home.config, as_toml(config).encode())


@contextmanager
def simulated_world(office: Office, server: SandboxMail) -> Iterator[SimulatedWorld]:
    """Yield the running vendors and the bank of a demo home."""
    from tools.sandbox.vendors.cast import DEMO_VENDORS
    from tools.sandbox.vendors.world import VendorWorld

    bank = SimulatedBank(office)
    with VendorWorld(server, DEMO_VENDORS, office.clock, diary=office.home.root / "sandbox.json"), bank:
        yield SimulatedWorld(server)


class SimulatedBank:
    """Books every payment file of the demo home and hands the statement in, as the operator would do with a real bank's."""

    def __init__(self, office: Office, *, every_s: float = 0.5) -> None:
        self._office = office
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulated-bank", daemon=True)

    def __enter__(self) -> Self:
        """Open the bank."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the bank."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.book()

    def book(self) -> int:
        """Book what was instructed and is not confirmed yet; returns how many statements were handed in."""
        from memory.views.spend import payment_entries
        from tools.sandbox.bank import statement_for

        done = 0
        for payment in payment_entries(self._office.database, status="submitted"):
            order = self._office.home.files / "payments" / f"{payment.end_to_end_id}.xml"
            statement = statement_for(order.read_bytes(), self._office.clock)
            path = self._office.home.files / "statements" / f"{payment.end_to_end_id}.camt053.xml"
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, statement)
            self._office.reconciler.import_statement(statement, filename=path.name)
            done += 1
        return done
