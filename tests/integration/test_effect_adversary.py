"""The worst case: a worker that is wholly in an adversary's hands, for thousands of steps, against the real door of a real home.

It may write any fact through the write path, change and add rows of the outbox, put any job into the queue, say old words again and
edit what was approved. The provider does everything each time it is asked, loses answers, and can be asked afterwards. What
leaves is exactly what the operator sealed a yes to, each at most once, and no secret of the vault is found anywhere.
"""

from __future__ import annotations

import base64
import json
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.bootstrap import Office, open_office
from app.desk import make_desk
from app.dispatching import mint_of, teller_of
from app.founding import Founder, found_home
from graphs.policies import PolicyShelf
from graphs.second_look import SecondLook
from graphs.settling import EffectControl
from memory import outbox
from memory.database import reading, writing
from memory.domain.approval import Approval, Approve, Authorization, Edits, PlannedEffect, ProposedAction
from memory.domain.base import JsonObject, canonical_json
from memory.domain.effects import CALENDAR_PUT, CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT
from memory.domain.errors import ConflictError, EffectUnknownError, QuartermasterError, UnavailableError
from memory.domain.events import Event
from memory.domain.events.authority import (
    ApprovalEdited,
    ApprovalGranted,
    ApprovalRequested,
    AuthorizationBurned,
    AuthorizationGranted,
)
from memory.domain.events.cases import CaseCancelled, CaseOpened, CasePaused, CaseResumed
from memory.domain.events.control import EffectSettled, EffectsResumed, EffectsStopped
from memory.domain.events.effects import EffectConfirmed, EffectDelayed, EffectFailed, EffectUnknown
from memory.domain.events.workspace import ContactAdded, PayeeAdded
from memory.domain.money import Money
from memory.domain.registry import Contact, Payee
from memory.engine.in_process import InProcessEngine
from memory.engine.port import Job
from memory.evidence import EvidenceStore
from memory.ledger import read_events, verify
from memory.unit_of_work import DISPATCH
from memory.views.sealed_registry import SealedRegistry
from tools.capability import Clearance
from tools.connectors.base import ConnectorClass, Receipt
from tools.dispatch import RESOLVE, Dispatcher
from tools.guards import Word
from tools.sandbox.ports import SetClock
from tools.vault import Secret

STEPS = 1200
SEEDS = (1, 2)
MALLORY = "mallory"
PASSWORD = "correct+horse/battery=staple 42"


@dataclass
class Provider:
    """Does what it is told as often as it is told; loses answers and is away, as the dice say."""

    dice: random.Random
    clock: SetClock
    done: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: list[bytes] = field(default_factory=list)
    system = "provider"
    kinds = frozenset({MAIL_SEND, CONTRACT_SIGN, PAYMENT_INSTRUCT, CALENDAR_PUT})
    connector_class = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        self.tokens.append(clearance.token.value.reveal())
        fate = self.dice.random()
        if fate < 0.15:
            raise UnavailableError("away")
        if fate < 0.25:
            raise EffectUnknownError("cut before")
        self.done.append((kind, canonical_json(payload).decode(), key))
        if fate < 0.5:
            raise self.dice.choice([OSError("reset"), EffectUnknownError("cut after"), KeyError("bug")])
        return Receipt(reference=key, at=self.clock.now())

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        if self.dice.random() < 0.2:
            raise UnavailableError("away")
        return Receipt(reference=key, at=self.clock.now()) if any(done[2] == key for done in self.done) else None


@dataclass
class Town:
    """One home with both its sides: the office that holds the vault, and the worker that the adversary owns."""

    office: Office
    worker: Office
    dispatcher: Dispatcher
    provider: Provider
    dice: random.Random
    approved: set[tuple[str, str, str]] = field(default_factory=set)
    cases: list[str] = field(default_factory=list)
    effects: list[PlannedEffect] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)
    count: int = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}-{self.count}"

    def act(self, *events: Event, stream: str, **rest: Any) -> None:
        """The adversary's pen: whatever a worker can write, it writes."""
        with suppress(QuartermasterError, sa.exc.SQLAlchemyError):
            self.worker.unit_of_work.act(self.fresh("evil"), events, stream=stream, actor="dispatcher", **rest)

    def sql(self, statement: str, **values: Any) -> None:
        with suppress(sa.exc.SQLAlchemyError), writing(self.worker.database) as connection:
            connection.execute(sa.text(statement), values)


def sign(case_id: str, number: int) -> PlannedEffect:
    payload = {"contract": f"{number:064x}", "vendor_id": "postbird", "signatory_id": "operator", "reason": "Agreed", "field": "Customer"}
    return PlannedEffect(key=outbox.effect_key(case_id, "sign", number), kind=CONTRACT_SIGN, payload=payload)


def permit(town: Town, effect: PlannedEffect, case_id: str, **changes: Any) -> AuthorizationGranted:
    now = town.office.clock.now()
    fields: dict[str, Any] = {
        "authorization_id": f"AU-{effect.key[:20]}",
        "case_id": case_id,
        "effect_key": effect.key,
        "effect_kind": effect.kind,
        "effect_digest": effect.digest,
        "approver": "jo",
        "policy_version": "v1",
        "ceiling": Money.of(10**6, "EUR"),
        "granted_at": now,
        "expires_at": now + timedelta(days=7),
    }
    return AuthorizationGranted(authorization=Authorization.model_validate({**fields, **changes}))


def question(town: Town, case_id: str, *effects: PlannedEffect) -> Approval:
    now = town.office.clock.now()
    action = ProposedAction(title="Sign", vendor_id="postbird", total=Money.of(100, "EUR"), contract="c" * 64, effects=effects)
    return Approval(
        approval_id=town.fresh("AP"),
        case_id=case_id,
        action=action,
        policy_version="v1",
        requested_at=now,
        expires_at=now + timedelta(days=3),
    )


def the_operator_approves(town: Town) -> None:
    """The one honest thing that happens: a question, a sealed yes, a permit, and the effect in the queue."""
    with suppress(ConflictError):
        control = EffectControl(town.office.database, town.office.unit_of_work, town.office.ids, sealer=town.office.sealer)
        control.resume_effects(by="operator", reason="that was not me")
    case_id = town.fresh("CASE")
    town.cases.append(case_id)
    effect = sign(case_id, town.count)
    asked = question(town, case_id, effect)
    opened = CaseOpened(case_id=case_id, instruction="x", evidence="a" * 64, channel="cli", graph_version=1)
    town.worker.unit_of_work.act(f"{case_id}/ask", [opened, ApprovalRequested(approval=asked)], stream=case_id, actor="worker")
    town.office.service.decide(Approve(approval_id=asked.approval_id, digest=asked.action.digest, by="jo"), surface="cli")
    allowed = permit(town, effect, case_id, approval_id=asked.approval_id)
    town.worker.unit_of_work.act(f"{case_id}/commit", [allowed], stream=case_id, actor="worker", effects=[effect])
    town.approved.add((effect.kind, canonical_json(effect.payload).decode(), effect.key))
    town.effects.append(effect)
    with reading(town.office.database) as connection:
        town.said += [e.event for e in read_events(connection, stream=case_id)]


def some_effect(town: Town) -> PlannedEffect:
    """Something the adversary would like: another document, another payee, a letter, a date."""
    key = town.dice.choice([*(e.key for e in town.effects), town.fresh("k").rjust(32, "0")])
    money = {"amount_minor": town.dice.choice([1, 100, 10**6]), "currency": "EUR"}
    payloads: dict[str, JsonObject] = {
        CONTRACT_SIGN: {"contract": "f" * 64, "vendor_id": MALLORY, "signatory_id": "operator", "reason": "Agreed", "field": "Customer"},
        PAYMENT_INSTRUCT: {
            "payee_id": MALLORY,
            "amount": money,
            "end_to_end_id": f"QM{key[:20]}",
            "remittance": "X",
            "execute_on": "2026-12-01",
            "debtor_account_id": "main",
        },
        MAIL_SEND: {
            "contact_id": MALLORY,
            "subject": "Hello",
            "body": "We accept.",
            "attachments": [],
            "in_reply_to": None,
            "references": [],
            "message_id": f"<{key}@buyer.example>",
            "conversation": f"{town.dice.choice(town.cases)}/{MALLORY}",
        },
        CALENDAR_PUT: {"uid": key, "summary": "Nothing to do", "on": "2027-01-01", "description": "", "alarms_days": [], "sequence": 0},
    }
    kind = town.dice.choice(sorted(payloads))
    return PlannedEffect(key=key, kind=kind, payload=payloads[kind])


def forged_permit(town: Town) -> None:
    effect, case_id = some_effect(town), town.dice.choice(town.cases)
    asked = question(town, case_id, effect)
    yes = ApprovalGranted(approval_id=asked.approval_id, digest=asked.action.digest, by="jo", surface="cli")
    own = permit(town, effect, case_id, authorization_id=town.fresh("AU"), approval_id=town.dice.choice([asked.approval_id, None]))
    town.act(ApprovalRequested(approval=asked), yes, own, stream=case_id, effects=[effect])


def forged_change(town: Town) -> None:
    effect, case_id = some_effect(town), town.dice.choice(town.cases)
    action = question(town, case_id, effect).action
    asked = next((e for e in reversed(town.said) if isinstance(e, ApprovalRequested) and e.approval.case_id == case_id), None)
    if asked is None:
        return
    known = asked.approval
    edited = ApprovalEdited(approval_id=known.approval_id, digest=known.action.digest, edits=Edits(), action=action, by="jo", surface="cli")
    own = permit(town, effect, case_id, authorization_id=town.fresh("AU"), approval_id=known.approval_id)
    town.act(edited, own, stream=case_id, effects=[effect])


def an_old_word_again(town: Town) -> None:
    """Anything that was ever said, sealed or not, in any case."""
    with reading(town.worker.database) as connection:
        streams = [town.dice.choice(town.cases)]
        heard = [e.event for e in read_events(connection, stream=streams[0])]
    if heard:
        town.act(town.dice.choice([*heard, *town.said]), stream=town.dice.choice(town.cases))


def a_word_about_an_effect(town: Town) -> None:
    effect, attempt = town.dice.choice(town.effects), town.dice.randint(0, 3)
    about: dict[str, Any] = {"effect_key": effect.key, "effect_kind": effect.kind}
    words: list[Event] = [
        EffectDelayed(**about, message="nothing was sent", attempt=attempt),
        EffectSettled(**about, attempt=attempt, happened=False, by="operator", reason="it did not"),
        EffectUnknown(**about, message="who knows"),
        EffectsResumed(by="operator", reason="go on"),
        AuthorizationBurned(authorization_id=f"AU-{effect.key[:20]}", effect_key=effect.key, attempt=attempt + 7),
        CaseResumed(),
    ]
    # What would only keep something from leaving is said rarely, or nothing would happen at all.
    if town.dice.random() < 0.03:
        words = [
            *(EffectConfirmed(**about, reference="r"), EffectFailed(**about, error="e", message="m")),
            *(CasePaused(), CaseCancelled(), EffectsStopped(by="evil", reason="why not")),
        ]
    town.act(town.dice.choice(words), stream=town.dice.choice(town.cases))


def a_new_party(town: Town) -> None:
    contact = Contact(name="Mallory", email="mallory@evil.example")
    payee = Payee(name="Mallory", iban="DE89370400440532013000", country="DE")
    facts: list[Event] = [
        ContactAdded(contact_id=MALLORY, vendor_id=MALLORY, by="operator", contact=contact),
        PayeeAdded(payee_id=MALLORY, vendor_id="postbird", by="operator", payee=payee),
    ]
    town.act(town.dice.choice(facts), stream="workspace")


def a_changed_row(town: Town) -> None:
    effect, other = town.dice.choice(town.effects), town.dice.choice(town.effects)
    wishes: dict[str, Any] = {
        "status": town.dice.choice(["queued", "queued", "delayed", "submitted", "unknown"]),
        "attempts": town.dice.randint(0, 9),
        "payload": json.dumps(town.dice.choice([other.payload, {**effect.payload, "contract": "f" * 64}, {}, []])),
        "case_id": town.dice.choice(town.cases),
        "authorization_id": f"AU-{other.key[:20]}",
        "kind": town.dice.choice(sorted(Provider.kinds)),
        "holder": town.dice.choice(["", "dispatcher/1"]),
        "held_until": town.dice.choice(["", "2000-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"]),
    }
    weights = {"status": 8, "attempts": 4}
    name = town.dice.choices(sorted(wishes), [weights.get(n, 1) for n in sorted(wishes)])[0]
    town.sql(f"UPDATE outbox SET {name} = :value WHERE effect_key = :key", value=wishes[name], key=effect.key)


def a_copied_row(town: Town) -> None:
    effect, case_id = town.dice.choice(town.effects), town.dice.choice(town.cases)
    names = "case_id, kind, payload, digest, reference, authorization_id, status, attempts, created_at, updated_at"
    copied = names.replace("case_id", ":case_id", 1).replace("status", "'queued'", 1).replace("attempts", "0", 1)
    town.sql(
        f"INSERT INTO outbox (effect_key, {names}) SELECT :new, {copied} FROM outbox WHERE effect_key = :key",
        new=town.fresh("copy"), key=effect.key, case_id=case_id,
    )  # fmt: skip


def a_row_put_back(town: Town) -> None:
    """A row that was moved or bent is written anew as it was, but for its case and its count."""
    put_back(town, town.dice.choice(town.effects), town.dice.choice(town.cases), town.dice.randint(0, 3))


def put_back(town: Town, effect: PlannedEffect, case_id: str, attempts: int) -> None:
    town.sql(
        "UPDATE outbox SET payload = :payload, kind = :kind, authorization_id = :au, status = 'queued', case_id = :case_id, attempts = :n "
        "WHERE effect_key = :key",
        payload=canonical_json(effect.payload).decode(),
        kind=effect.kind,
        au=f"AU-{effect.key[:20]}",
        case_id=case_id,
        n=attempts,
        key=effect.key,
    )


def a_careful_replay(town: Town) -> None:
    """The best it can do: for each call there was it says, in the right case, that nothing was sent; and puts the row back as it was."""
    number = town.dice.randrange(len(town.effects))
    effect, case_id = town.effects[number], town.cases[number]
    with reading(town.worker.database) as connection:
        heard = [e.event for e in read_events(connection, stream=case_id, kinds=(AuthorizationBurned.kind, EffectConfirmed.kind))]
    calls = {e.attempt for e in heard if isinstance(e, AuthorizationBurned)}
    if not calls or any(isinstance(e, EffectConfirmed) for e in heard):
        return
    for attempt in calls:
        about: dict[str, Any] = {"effect_key": effect.key, "effect_kind": effect.kind, "attempt": attempt}
        said = EffectSettled(**about, happened=False, by="operator", reason="it did not happen")
        town.act(said, EffectDelayed(**about, message="nothing was sent"), stream=case_id)
    put_back(town, effect, case_id, len(calls))
    with suppress(QuartermasterError):
        town.dispatcher.dispatch(effect.key)


def a_job(town: Town) -> None:
    keys = [*(e.key for e in town.effects), "no such effect", "", "copy-1", "\x00"]
    name, key = town.dice.choice([DISPATCH, DISPATCH, RESOLVE]), town.dice.choice(keys)
    jobs = town.worker.jobs
    assert isinstance(jobs, InProcessEngine)
    with writing(town.worker.database) as connection:
        jobs.enqueue(connection, Job(town.fresh("job"), name, key, lane="x"))


def the_dispatcher_works(town: Town) -> None:
    """Run what waits in the queue, some of it now and then out of turn. Whatever it is, the dispatcher lives through it."""
    jobs = town.office.jobs
    assert isinstance(jobs, InProcessEngine)
    waiting = jobs.waiting()
    for job in town.dice.sample(waiting, min(4, len(waiting))):
        jobs._queue.remove(job)
        run = {DISPATCH: town.dispatcher.dispatch, RESOLVE: town.dispatcher.resolve}.get(job.name)
        if run is not None:
            with suppress(QuartermasterError, ValueError, sa.exc.SQLAlchemyError):
                run(job.argument)


def time_passes(town: Town) -> None:
    clock = town.office.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(seconds=town.dice.choice([1, 60, 400])))
    with suppress(QuartermasterError, ValueError):
        town.dispatcher.sweep(starting=town.dice.random() < 0.5)


MOVES: dict[Callable[[Town], None], int] = {
    the_operator_approves: 3,
    the_dispatcher_works: 12,
    time_passes: 1,
    forged_permit: 4,
    forged_change: 3,
    an_old_word_again: 3,
    a_word_about_an_effect: 6,
    a_new_party: 1,
    a_changed_row: 6,
    a_copied_row: 2,
    a_row_put_back: 6,
    a_careful_replay: 4,
    a_job: 8,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = tmp_path / "home"
    found_home(root, Founder(name="Jo Buyer", email="jo@buyer.example", iban="DE89370400440532013000"))
    return root


@pytest.fixture
def open_town(home: Path) -> Iterator[Callable[[int], Town]]:
    opened: list[Any] = []

    def make(seed: int, **rest: Any) -> Town:
        dice, clock, jobs = random.Random(seed), SetClock(), InProcessEngine()
        both = [open_office(home, clock=clock, jobs=jobs), open_office(home, clock=clock, jobs=jobs, vaultless=True)]
        office, worker = (entered.__enter__() for entered in both)
        opened.extend(both)
        vault, sealer = office.vault(), office.sealer
        assert sealer is not None
        vault.put("mail", Secret(PASSWORD))
        policies = PolicyShelf(office.database, office.unit_of_work, EvidenceStore(office.database, clock), check=sealer)
        desk = make_desk(office, registry=SealedRegistry(office.database, sealer), policy=policies.current, asks=False)
        provider = Provider(dice, clock)
        told = {"authority": SecondLook(desk, sealer, teller_of(vault), Word(mint_of(vault)).of_dispatcher), "seals": sealer, **rest}
        dispatcher = Dispatcher(
            office.database, office.unit_of_work, dict.fromkeys(provider.kinds, provider), clock, mint_of(vault), name="dispatcher", **told
        )
        town = Town(office, worker, dispatcher, provider, dice)
        the_operator_approves(town)
        return town

    yield make
    for entered in opened:
        entered.__exit__(None, None, None)


def played(town: Town, steps: int) -> tuple[int, int]:
    """Play, and return how much left without the operator's yes, and how much left twice."""
    moves, weights = list(MOVES), list(MOVES.values())
    for _ in range(steps):
        town.dice.choices(moves, weights)[0](town)
    keys = [key for _, _, key in town.provider.done]
    return len([one for one in town.provider.done if one not in town.approved]), len(keys) - len(set(keys))


def ways_to_write(secret: bytes) -> set[bytes]:
    """The secret as it is, in base64 at each alignment, in hexadecimal, and as part of an address."""
    found = {secret, secret.hex().encode(), quote(secret, safe="").encode()}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + secret)
        core = whole[(0, 2, 3)[before] : len(whole) - 4]
        found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def everything_kept(town: Town) -> bytes:
    """Every byte that the home keeps but the vault itself: ledger, outbox, jobs, evidence, files, the write-ahead log."""
    files = [path for path in town.office.home.root.rglob("*") if path.is_file() and not path.name.startswith("vault")]
    return b"\n".join(path.read_bytes() for path in files)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_the_operator_sealed_leaves_each_once_and_no_secret_is_told(
    open_town: Callable[..., Town], caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(logging.DEBUG)
    town = open_town(seed)
    outside, doubles = played(town, STEPS)
    assert (outside, doubles) == (0, 0)
    assert len(town.provider.done) >= 20, "a door that lets nothing out proves nothing"
    with reading(town.office.database) as connection:
        assert verify(connection).ok
    kept = everything_kept(town) + caplog.text.encode()
    vault = town.office.vault()
    secrets = [*(vault.get(name).reveal() for name in vault.names()), *town.provider.tokens]
    assert len(secrets) > 20
    for secret in secrets:
        assert not [way for way in ways_to_write(secret) if way in kept]


class Yes:
    """An authority that looks at nothing, and a seal that holds on everything."""

    def confirm(self, row: Any, authorization: Any) -> None:
        pass

    def holds(self, statement: bytes, seal: Any, seq: int) -> bool:
        return True


@pytest.mark.parametrize(("rest", "wrong"), [({"authority": Yes()}, "outside"), ({"seals": Yes()}, "double")], ids=["second look", "seals"])
def test_the_adversary_is_a_strong_one(open_town: Callable[..., Town], rest: dict[str, Any], wrong: str) -> None:
    """The control: without the second look it gets things out; where anybody's word gives a use back it gets them out twice."""
    town = open_town(SEEDS[0], **rest)
    outside, doubles = played(town, STEPS // 2)
    assert (outside if wrong == "outside" else doubles) > 0
