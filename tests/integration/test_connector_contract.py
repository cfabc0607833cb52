"""One contract for every connector: at most one effect per key, found again, refused when wrong, silent about secrets."""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import os
import pkgutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from memory.domain.base import JsonObject, canonical_json
from memory.domain.errors import EffectRejectedError, UnavailableError
from memory.domain.evidence import Origin
from memory.domain.money import Money, Period
from memory.domain.registry import Account, Contact, Payee, Signatory
from tools import connectors
from tools.connectors.base import Connector, ConnectorContext, ConnectorDeclaration, Receipt
from tools.connectors.mail.account import MailAccount
from tools.connectors.mail.receive import Inbox
from tools.connectors.signature import PASSPHRASE, PKCS12, make_signing_identity
from tools.sandbox.contract_paper import contract_pdf
from tools.sandbox.contract_terms import ContractTerms, PaperParty
from tools.sandbox.gatehouse import Gatehouse, Visited
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock
from tools.vault import KeyFile, Redaction, Secret, Vault

ME, VENDOR = "jo@buyer.example", "sales@vendor.example"
MAIL_PASSWORD = "operator-mailbox-password"
DECLARATIONS: dict[str, ConnectorDeclaration] = {
    module.CONNECTOR.system: module.CONNECTOR
    for found in pkgutil.iter_modules(connectors.__path__)
    if hasattr(module := importlib.import_module(f"tools.connectors.{found.name}"), "CONNECTOR")
}
REGISTRY = MemoryRegistry(
    payees={"vendor": Payee(name="Nordlicht Mail GmbH", iban="NL91ABNA0417164300", country="NL")},
    contacts={"vendor": Contact(name="Nordlicht Sales", email=VENDOR)},
    signatories={"me": Signatory(name="Jo Buyer", email=ME)},
    accounts={"main": Account(name="Jo Buyer", iban="DE02120300000000202051", country="DE")},
)
PAPER = contract_pdf(
    ContractTerms(
        number="A-1",
        vendor=PaperParty(name="Nordlicht Mail GmbH", email=VENDOR, signatory="Ida Brandt"),
        customer=PaperParty(name="Jo Buyer", email=ME, signatory="Jo Buyer"),
        product="Campaigns",
        quantity=1,
        unit="plan",
        unit_price=Money(amount_minor=4900, currency="EUR"),
        period=Period.MONTH,
        vat_percent=19,
        effective_on=date(2026, 12, 1),
        initial_months=12,
    )
)


@dataclass
class World:
    """One connector with everything around it, and a count of what it has really done."""

    declaration: ConnectorDeclaration
    context: ConnectorContext
    kind: str
    payload: JsonObject
    party: str | None
    effects: Callable[[], int]
    secrets: tuple[Secret, ...]
    gate: Gatehouse

    @property
    def connector(self) -> Connector:
        """A connector opened anew, as after a restart."""
        return self.declaration.open(self.context)

    @property
    def visited(self) -> Visited:
        """The connector, each call with a token that fits."""
        return self.gate.through(self.connector)

    def perform(self, key: str = "case-1/act/0/0", **change: object) -> Receipt:
        return self.visited.perform(self.kind, self.payload | change, key=key)

    def look_up(self, key: str = "case-1/act/0/0", **change: object) -> Receipt | None:
        return self.connector.look_up(self.kind, self.payload | change, key=key)


def payment_world(home: Path, _stack: ExitStack, _evidence: MemoryEvidence) -> tuple[str, JsonObject, str, Callable[[], int]]:
    payload = {
        "payee_id": "vendor",
        "amount": {"amount_minor": 69972, "currency": "EUR"},
        "end_to_end_id": "QM-CASE-1",
        "remittance": "QM-CASE-1 A-1",
        "execute_on": "2026-11-23",
        "debtor_account_id": "main",
    }
    return "payment.instruct", payload, "payee_id", lambda: len(list(home.glob("payments/*.xml")))


def signature_world(home: Path, _stack: ExitStack, evidence: MemoryEvidence) -> tuple[str, JsonObject, str, Callable[[], int]]:
    digest = evidence.put(PAPER, media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT)
    payload = {"contract": digest, "vendor_id": "vendor", "signatory_id": "me", "reason": "Approved", "field": "Customer"}
    return "contract.sign", payload, "signatory_id", lambda: len(list(home.glob("contracts/*-signed.pdf")))


def calendar_world(home: Path, _stack: ExitStack, _evidence: MemoryEvidence) -> tuple[str, JsonObject, None, Callable[[], int]]:
    file = home / "calendar.ics"
    payload = {"uid": "c-1-decide-by", "summary": "Decide", "on": "2027-10-02", "description": "", "alarms_days": [7], "sequence": 0}
    return "calendar.put", payload, None, lambda: file.read_bytes().count(b"BEGIN:VEVENT") if file.exists() else 0


def mail_settings(server: SandboxMail, address: str) -> dict[str, str]:
    plain = {"smtp_security": "none", "imap_security": "none", "smtp_host": server.host, "imap_host": server.host}
    ports = {"smtp_port": str(server.smtp_port), "imap_port": str(server.imap_port)}
    return {"mail_address": address, "mail_name": "Jo Buyer", "mail_certificate": server.tls_certificate} | plain | ports


def mail_world(_home: Path, stack: ExitStack, _evidence: MemoryEvidence) -> tuple[str, JsonObject, str, Callable[[], int]]:
    server = stack.enter_context(SandboxMail({ME: MAIL_PASSWORD, VENDOR: "theirs"}))
    SETTINGS["mail"] = mail_settings(server, ME)
    inbox = Inbox(MailAccount.from_settings(mail_settings(server, VENDOR)), Secret("theirs"))
    payload = {
        "contact_id": "vendor",
        "subject": "Request for quote",
        "body": "Hello",
        "message_id": "<a1@buyer.example>",
        "conversation": "case-1/v",
    }
    return "mail.send", payload, "contact_id", lambda: len(inbox.fetch_new().mails)


WORLDS = {"payment": payment_world, "signature": signature_world, "calendar": calendar_world, "mail": mail_world}
SETTINGS: dict[str, dict[str, str]] = {}
FILES_SHOWN = {"payment": 4, "signature": 1, "calendar": 1}


@pytest.fixture(scope="module")
def vault(tmp_path_factory) -> Vault:
    folder = tmp_path_factory.mktemp("vault")
    vault = Vault.create(folder / "vault.json", KeyFile(folder / "vault.key"))
    identity = make_signing_identity("Jo Buyer", ME, SetClock())
    for name, secret in ((PKCS12, identity.pkcs12), (PASSPHRASE, identity.passphrase), ("mail", Secret(MAIL_PASSWORD))):
        vault.put(name, secret)
    return vault


@pytest.fixture(params=sorted(WORLDS))
def world(request, tmp_path, vault) -> Iterator[World]:
    declaration = DECLARATIONS[request.param]
    evidence = MemoryEvidence()
    with ExitStack() as stack:
        kind, payload, party, effects = WORLDS[request.param](tmp_path, stack, evidence)
        gate = Gatehouse()
        context = ConnectorContext(
            home_files=tmp_path,
            evidence=evidence,
            registry=REGISTRY,
            clock=gate.clock,
            secrets=vault.scoped(declaration.secrets),
            tokens=gate.tokens,
            settings=SETTINGS.get(request.param, {}),
        )
        secrets = tuple(vault.get(name) for name in declaration.secrets)
        yield World(declaration, context, kind, payload, party, effects, secrets, gate)


def test_every_connector_is_held_to_this_contract():
    assert DECLARATIONS.keys() == WORLDS.keys()


def test_no_two_connectors_perform_the_same_kind():
    kinds = [kind for declaration in DECLARATIONS.values() for kind in declaration.kinds]
    assert sorted(kinds) == sorted(set(kinds))


@pytest.mark.parametrize("system", sorted(DECLARATIONS))
def test_no_payload_has_room_for_an_account_number_or_an_address(system):
    names = {name for model in DECLARATIONS[system].payloads.values() for name in model.model_fields}
    assert not names & {"iban", "bic", "email", "to", "cc", "bcc", "recipient", "address", "account", "name"}


def test_a_connector_is_what_it_declares(world):
    connector = world.connector
    assert (connector.system, connector.kinds, connector.connector_class) == (
        world.declaration.system,
        world.declaration.kinds,
        world.declaration.connector_class,
    )


def test_before_it_is_done_it_is_certainly_absent(world):
    assert world.look_up() is None
    assert world.effects() == 0


def test_doing_it_twice_with_one_key_has_one_effect(world):
    first, second = world.perform(), world.perform()
    assert (second.reference, second.evidence) == (first.reference, first.evidence)
    assert world.effects() == 1


def test_after_a_restart_it_is_found_and_asking_changes_nothing(world):
    done = world.perform()
    found = world.look_up()
    assert found is not None
    assert (found.reference, found.evidence) == (done.reference, done.evidence)
    assert world.look_up().reference == done.reference
    assert world.effects() == 1


def test_a_receipt_is_plain_json_and_its_evidence_is_kept(world):
    receipt = world.perform()
    assert Receipt.model_validate(json.loads(canonical_json(receipt.model_dump(mode="json")))) == receipt
    assert receipt.evidence
    assert all(world.context.evidence.get(digest) for digest in receipt.evidence)


@pytest.mark.parametrize("change", [{"iban": "DE89370400440532013000"}, {"bcc": "thief@evil.example"}, {"approved": True}])
def test_a_payload_with_an_unknown_field_is_refused_and_nothing_happens(world, change):
    for attempt in (world.perform, world.look_up):
        with pytest.raises(EffectRejectedError, match=f"{next(iter(change))}: Extra inputs"):
            attempt(**change)
    assert world.effects() == 0


def test_a_payload_with_a_missing_field_is_refused_and_nothing_happens(world):
    for name in world.payload:
        if world.declaration.payloads[world.kind].model_fields[name].is_required():
            incomplete = {key: value for key, value in world.payload.items() if key != name}
            with pytest.raises(EffectRejectedError, match=f"{name}: Field required"):
                world.visited.perform(world.kind, incomplete, key="k")
    assert world.effects() == 0


def test_a_kind_of_another_connector_is_refused_and_nothing_happens(world):
    for attempt in (world.visited.perform, world.connector.look_up):
        with pytest.raises(EffectRejectedError):
            attempt("another.kind", world.payload, key="k")
    assert world.effects() == 0


def test_a_party_that_is_not_in_the_registry_is_refused_and_nothing_happens(world):
    if world.party is None:
        assert not [name for name in world.payload if name.endswith("_id")]
        return
    with pytest.raises(EffectRejectedError, match="stranger") as refused:
        world.perform(**{world.party: "stranger"})
    assert refused.value.hint
    assert world.effects() == 0


def test_no_secret_shows_in_logs_receipts_or_files(world, caplog):
    """The sandbox's IMAP server, the other side, logs what it is told: there the redaction of the log must hold."""
    caplog.set_level(logging.DEBUG)
    receipt = world.perform()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("pymap"))
    shown = receipt.model_dump_json() + repr(world.context) + ours + Redaction(world.secrets).clean(caplog.text)
    shown += "".join(file.read_bytes().decode("latin-1") for file in world.context.home_files.rglob("*") if file.is_file())
    for secret in world.secrets:
        assert secret.reveal().decode("latin-1") not in shown


def test_a_connector_reads_only_the_secrets_it_declares(world):
    asked: list[str] = []

    def watched(name: str) -> Secret:
        asked.append(name)
        return world.context.secrets(name)

    replace(world, context=replace(world.context, secrets=watched)).perform()
    assert set(asked) <= world.declaration.secrets


def test_where_files_cannot_be_written_nothing_happened_and_it_may_be_tried_again(world, tmp_path):
    if world.declaration.system == "mail":
        assert not list(tmp_path.iterdir())  # mail keeps no files
        return
    blocked = tmp_path / "blocked"
    blocked.write_text("a file stands where the folder should be")
    with pytest.raises(UnavailableError) as failed:
        replace(world, context=replace(world.context, home_files=blocked)).perform()
    assert failed.value.hint
    assert world.effects() == 0
    blocked.unlink()
    assert replace(world, context=replace(world.context, home_files=blocked)).perform().reference


def killed_before_rename(world: World, count: int) -> bool:
    """Perform in a process of its own that dies before it puts its `count`-th file in place; whether it came that far."""
    child = os.fork()
    if child == 0:
        seen = itertools.count(1)

        def die(event: str, _arguments: object) -> None:
            if event in {"os.rename", "os.link"} and next(seen) == count:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(die)
        with suppress(BaseException):
            world.perform()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_at_any_file_it_is_done_or_absent_and_then_done_once(world, tmp_path):
    if world.declaration.system == "mail":
        assert not list(tmp_path.iterdir())  # mail keeps no files; its broken calls are tested with the mail server
        return
    for count in itertools.count(1):
        home = tmp_path / str(count)
        attempt = replace(world, context=replace(world.context, home_files=home))
        if not killed_before_rename(attempt, count):
            break
        found = attempt.look_up()
        done = attempt.perform()
        assert found is None or found.reference == done.reference
        assert attempt.perform().reference == done.reference
        shown = [
            path for path in home.rglob("*") if path.is_file() and not any(part.startswith(".") for part in path.relative_to(home).parts)
        ]
        assert len(shown) == FILES_SHOWN[world.declaration.system]
    assert count > 1
