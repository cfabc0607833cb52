"""An effect that nobody could look up, settled by the operator as "it did not happen": it goes again, once, and a later call is never
taken for the one that was settled. Killed at the worst moments, on a real mail server and real files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from graphs.settling import EffectControl
from memory.database import writing
from memory.domain.base import JsonObject
from memory.domain.errors import EffectUnknownError, UnavailableError
from memory.domain.registry import Account, Contact, Payee
from memory.ledger import Ledger
from memory.outbox import EffectStatus
from tools.atomic_file import write_atomically
from tools.capability import Clearance, Mint, TokenCheck
from tools.connectors import payment
from tools.connectors.base import Connector, ConnectorContext, Receipt
from tools.connectors.mail import CONNECTOR as MAIL
from tools.connectors.mail.account import MailAccount, mailbox_session
from tools.connectors.mail.receive import Inbox
from tools.connectors.mail.sent_folder import OUTBOX, forget_attempt, note_attempt
from tools.dispatch import RESOLVE, Dispatcher
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry
from tools.vault import Secret

ME, VENDOR = "jo@buyer.example", "sales@postbird.example"


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


@dataclass
class Dying:
    """A connector whose process dies behind the note and before the bytes, as often as it is told."""

    real: Connector
    kills: int = 0

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        if self.kills:
            self.kills -= 1
            clearance = replace(clearance, last_look=_die)
        return self.real.perform(kind, payload, key=key, clearance=clearance)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def _die() -> None:
    raise Killed


@dataclass
class Post:
    core: Any
    server: SandboxMail
    mail: Any
    mint: Mint = field(default_factory=Mint.fresh)

    def __post_init__(self) -> None:
        plain = {"smtp_security": "none", "imap_security": "none", "smtp_host": "127.0.0.1", "imap_host": "127.0.0.1"}
        self.settings = {"smtp_port": str(self.server.smtp_port), "imap_port": str(self.server.imap_port), **plain}
        registry = MemoryRegistry(contacts={"c-postbird": Contact(name="Postbird", email=VENDOR)})
        context = ConnectorContext(
            Path(),
            MemoryEvidence(),
            registry,
            self.core.clock,
            lambda _: Secret("pw"),
            TokenCheck(self.mint.public_key),
            {"mail_address": ME, **self.settings},
        )
        self.connector = Dying(MAIL.open(context))
        self.control = EffectControl(self.core.database, self.core.unit_of_work, self.core.ids)
        self.start()

    def start(self) -> None:
        """A new process under the old name: it looks up what the dead one left."""
        connectors: Mapping[str, Any] = {"mail.send": self.connector}
        self.dispatcher = Dispatcher(self.core.database, self.core.unit_of_work, connectors, self.core.clock, self.mint, name="one")
        self.dispatcher.sweep(starting=True)

    def killed_behind_the_note(self) -> None:
        self.connector.kills = 1
        with pytest.raises(Killed):
            self.dispatcher.dispatch(self.mail.key)
        self.start()

    def it_did_not_happen(self) -> None:
        self.control.settle(self.mail.key, happened=False, by="operator", reason="the provider's log has nothing of it")

    @property
    def status(self) -> EffectStatus:
        return self.core.effect(self.mail.key).status  # type: ignore[no-any-return]

    def account(self, address: str) -> MailAccount:
        return MailAccount.from_settings({"mail_address": address, **self.settings})

    def arrived(self) -> int:
        return len(Inbox(self.account(VENDOR), Secret("pw")).fetch_new().mails)

    def notes(self) -> int:
        with mailbox_session(self.account(ME), Secret("pw")) as box:
            return int(box.folder.status(OUTBOX)["MESSAGES"])


@pytest.fixture
def post(core: Any, effects: Any, permit: Any) -> Iterator[Post]:
    mail = effects.mail()
    core.act("k", permit(mail), effects=[mail])
    with SandboxMail({ME: "pw", VENDOR: "pw"}) as server:
        yield Post(core, server, mail)


def test_a_mail_that_was_settled_as_never_sent_is_sent_after_all_and_once(post: Post) -> None:
    post.killed_behind_the_note()
    assert (post.status, post.arrived()) == (EffectStatus.UNKNOWN, 0)
    post.it_did_not_happen()
    post.dispatcher.dispatch(post.mail.key)
    assert (post.status, post.arrived(), post.notes()) == (EffectStatus.CONFIRMED, 1, 0)
    post.dispatcher.dispatch(post.mail.key)
    assert post.arrived() == 1


def test_a_second_kill_is_settled_by_a_second_word_and_not_by_the_first(post: Post) -> None:
    post.killed_behind_the_note()
    post.it_did_not_happen()
    post.killed_behind_the_note()
    assert (post.status, post.notes()) == (EffectStatus.UNKNOWN, 1), "the first word takes back the first call's note only"
    post.dispatcher.dispatch(post.mail.key)
    assert (post.status, post.arrived()) == (EffectStatus.UNKNOWN, 0)
    post.it_did_not_happen()
    post.dispatcher.dispatch(post.mail.key)
    assert (post.status, post.arrived(), post.notes()) == (EffectStatus.CONFIRMED, 1, 0)
    settled = [e.event for e in post.core.events("effect.settled")]
    burned = [e.event.token_id for e in post.core.events("authorization.burned")]
    assert [fact.token_ids for fact in settled] == [tuple(burned[:1]), tuple(burned[:2])]


def test_a_note_is_taken_back_by_its_whole_token_and_by_nothing_less(post: Post) -> None:
    raw = f"Message-ID: {post.mail.payload['message_id']}\r\nSubject: x\r\n\r\nhello\r\n".encode()
    with mailbox_session(post.account(ME), Secret("pw")) as box:
        note_attempt(box, raw, "a" * 32)
        for part in ("", "a", "a" * 31, "a" * 33):
            forget_attempt(box, post.mail.payload["message_id"], part)
            assert box.folder.status(OUTBOX)["MESSAGES"] == 1
        forget_attempt(box, post.mail.payload["message_id"], "a" * 32)
        assert box.folder.status(OUTBOX)["MESSAGES"] == 0


def test_each_start_looks_once_and_the_looks_that_were_planned_before_it_are_not_made(post: Post) -> None:
    post.killed_behind_the_note()
    for _ in range(3):
        post.start()
    planned = [job for job in post.core.jobs.waiting() if job.name == RESOLVE]
    looks = len(post.core.events("effect.unknown"))
    for job in planned:
        post.dispatcher.resolve(job.argument)
    assert len(post.core.events("effect.unknown")) == looks + 1, "one chain of looks goes on, however many starts there were"


# --- payments ----------------------------------------------------------------------------------------------------------

ORDER: JsonObject = {
    "payee_id": "vendor",
    "amount": {"amount_minor": 5712, "currency": "EUR"},
    "end_to_end_id": "QM-1",
    "remittance": "QM-1 Invoice 7",
    "execute_on": "2026-11-23",
    "debtor_account_id": "main",
}
KIND = "payment.instruct"


@dataclass
class Bank:
    folder: Path
    gate: Gatehouse = field(default_factory=Gatehouse)

    def __post_init__(self) -> None:
        registry = MemoryRegistry(
            payees={"vendor": Payee(name="Postbird", iban="NL91ABNA0417164300", country="NL")},
            accounts={"main": Account(name="Solo Company", iban="DE02120300000000202051", bic="BYLADEM1001", country="DE")},
        )
        context = ConnectorContext(self.folder, MemoryEvidence(), registry, self.gate.clock, lambda _: Secret(""), self.gate.tokens)
        self.connector = payment.CONNECTOR.open(context)

    def pay(self, last_look: Callable[[], None] = lambda: None, undone: frozenset[str] = frozenset()) -> Clearance:
        clearance = replace(self.gate.clear(KIND, ORDER, "k"), last_look=last_look, undone=undone)
        try:
            self.connector.perform(KIND, ORDER, key="k", clearance=clearance)
        except Killed:
            return clearance
        return clearance

    @property
    def file(self) -> Path:
        return self.folder / "payments" / "QM-1.xml"

    def taken_to_the_bank(self) -> None:
        """Take the file away at the moment when it is in place and the house has not noted it yet."""
        (self.folder / "payments" / ".written" / "QM-1.staged").rename(self.folder / "taken.xml")

    def look_up(self) -> Receipt | None:
        return self.connector.look_up(KIND, ORDER, key="k")


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def killed_before(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """From now on this process dies right before it writes such a file."""

    def write(path: Path, body: bytes) -> None:
        if str(path).endswith(ending):
            raise Killed
        write_atomically(path, body)

    monkeypatch.setattr("tools.connectors.payment.write_atomically", write)


def test_a_file_that_was_taken_to_the_bank_before_its_record_was_written_is_unknown_and_never_written_again(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_before(patch, ".written/QM-1.xml")
        bank.pay()
    bank.file.unlink()  # the operator has uploaded it
    with pytest.raises(EffectUnknownError, match="took it away"):
        bank.look_up()
    with pytest.raises(EffectUnknownError, match="took it away"):
        bank.pay()
    assert not bank.file.exists()


def test_a_file_whose_record_was_not_written_is_still_known_while_it_lies_there(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        killed_before(patch, ".written/QM-1.xml")
        bank.pay()
    assert bank.look_up() is not None
    bank.file.unlink()
    assert bank.look_up() is not None, "its record was written when it was found"


def test_a_call_killed_before_its_file_is_in_place_is_known_to_have_done_nothing(bank: Bank) -> None:
    bank.pay(_die)
    assert not bank.file.exists()
    assert bank.look_up() is None
    bank.pay()
    assert bank.file.exists()


def test_a_file_taken_away_before_it_was_noted_is_unknown_until_the_operator_says_so_and_only_for_that_call(bank: Bank) -> None:
    first = bank.pay(_die)
    bank.taken_to_the_bank()
    with pytest.raises(EffectUnknownError):
        bank.look_up()
    with pytest.raises(EffectUnknownError):
        bank.pay()
    second = bank.pay(_die, undone=frozenset({first.token.token_id}))
    bank.taken_to_the_bank()
    with pytest.raises(EffectUnknownError):
        bank.pay(undone=frozenset({first.token.token_id}))
    assert not bank.file.exists()
    bank.pay(undone=frozenset({first.token.token_id, second.token.token_id}))
    assert bank.file.exists()
    assert bank.look_up() is not None


def test_a_call_that_was_fenced_off_leaves_nothing_behind(bank: Bank) -> None:
    def fenced() -> None:
        raise UnavailableError("somebody took over")

    with pytest.raises(UnavailableError):
        bank.pay(fenced)
    assert bank.look_up() is None
    bank.pay()
    assert bank.file.exists()


def test_while_one_call_is_between_its_last_look_and_its_file_no_other_gets_in(bank: Bank) -> None:
    seen: list[str] = []

    def another_comes() -> None:
        with pytest.raises(EffectUnknownError):
            bank.look_up()
        # Even one whom the operator told that this call did nothing.
        started = frozenset({(bank.folder / "payments" / ".written" / "QM-1.begun").read_text()})
        with pytest.raises(UnavailableError, match="another process"):
            bank.pay(undone=started)
        seen.append("turned away")

    bank.pay(another_comes)
    assert seen == ["turned away"]
    assert bank.file.exists()


# --- letting go --------------------------------------------------------------------------------------------------------


def test_a_lift_of_an_earlier_stop_written_again_does_not_lift_the_present_one(core: Any) -> None:
    """The word is the operator's own and its seal holds; it was said about another stop."""
    control = EffectControl(core.database, core.unit_of_work, core.ids)
    control.stop_effects(by="operator", reason="strange invoices")
    control.resume_effects(by="operator", reason="they were ours")
    (lift,) = core.events("effects.resumed")
    control.stop_effects(by="operator", reason="strange again")
    with writing(core.database) as connection:
        Ledger(core.clock, core.ids).append(connection, lift.stream, [lift.event], actor="worker", act_key=lift.act_key)
    assert control.stop() is not None
    control.resume_effects(by="operator", reason="it is over")
    assert control.stop() is None
