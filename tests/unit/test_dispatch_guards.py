"""The worst-case agent: it writes any proposal it likes, and some rows of the outbox. Nothing may leave, and each guard is needed.

Every attack is named after what it tries. With all guards none gets through; without its own guard it does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.anchors import Signer, anchor, make_signing_key, signer_from
from memory.database import reading
from memory.domain.approval import Edits, PlannedEffect, ProposedAction
from memory.domain.base import JsonObject, canonical_json
from memory.domain.errors import EffectUnknownError, QuartermasterError, UnavailableError
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseCancelled, CasePaused
from memory.domain.events.control import EffectsStopped
from memory.domain.events.effects import EffectConfirmed, EffectDelayed
from memory.domain.money import Money
from memory.ledger import WORKSPACE
from memory.outbox import EffectStatus, Move
from memory.signed_heads import SignedHeads
from tools.capability import Clearance, Mint
from tools.connectors.base import ConnectorClass, Receipt
from tools.dispatch import Dispatcher
from tools.door_book import DoorBook
from tools.guards import (
    GUARDS,
    Guard,
    case_goes_on,
    effects_may_leave,
    exact_payload,
    for_this_effect,
    not_called_before,
    not_done,
    not_expired,
    not_withdrawn,
    nothing_vanished,
    operator_said_yes,
    said,
    single_use,
    within_ceiling,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
EUR = "EUR"
MINT = Mint.fresh()


@dataclass
class Recording:
    """A connector that does whatever it is told, and remembers it."""

    performed: list[tuple[str, JsonObject, str]] = field(default_factory=list)
    outcomes: list[Exception] = field(default_factory=list)
    performed_anyway: bool = False
    system = "recording"
    kinds = frozenset({"mail.send", "payment.instruct", "contract.sign"})
    connector_class = ConnectorClass.KEYED

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is None or (self.performed_anyway and isinstance(outcome, EffectUnknownError)):
            self.performed.append((kind, payload, key))
        if outcome is not None:
            raise outcome
        return Receipt(reference=key, at=NOW)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        return None


@dataclass
class Stage:
    """What an attack has at hand."""

    core: Any
    effects: Any
    permit: Any
    approval: Any
    approved: Any
    connector: Recording = field(default_factory=Recording)
    guards: tuple[Guard, ...] = GUARDS
    book: DoorBook | None = None
    signer: Signer = field(default_factory=lambda: signer_from(make_signing_key()))

    def __post_init__(self) -> None:
        self.signed = SignedHeads(self.signer.public_key)

    def forget(self, after: int, effect: PlannedEffect) -> None:
        """Take everything that came after a running number out of the database, so that it verifies, and queue the effect again."""
        self.core.unlock("events", "anchors", "acts")
        later = "(SELECT stream FROM events WHERE seq > :after)"
        self.core.sql("DELETE FROM anchors")
        self.core.sql(f"DELETE FROM acts WHERE stream IN {later} AND act_key NOT IN ('ask', 'approve')", after=after)
        self.core.sql(f"DELETE FROM heads WHERE stream IN {later}", after=after)
        self.core.sql("DELETE FROM events WHERE seq > :after", after=after)
        newest = "version = (SELECT max(version) FROM events n WHERE n.stream = e.stream)"
        missing = "stream NOT IN (SELECT stream FROM heads)"
        self.core.sql(f"INSERT INTO heads (stream, version, hash) SELECT stream, version, hash FROM events e WHERE {newest} AND {missing}")
        self.rewrite(effect, status="queued", attempts=0)

    def end(self) -> int:
        """Where the ledger ends."""
        return int(self.core.events()[-1].seq)

    def dispatch(self, *effects: PlannedEffect) -> None:
        connectors = dict.fromkeys(self.connector.kinds, self.connector)
        dispatcher = Dispatcher(
            *(self.core.database, self.core.unit_of_work, connectors, self.core.clock, MINT),
            guards=self.guards,
            book=self.book,
            signed=self.signed,
        )
        for effect in effects:
            dispatcher.dispatch(effect.key)

    def queue(self, effect: PlannedEffect, *, stream: str = "CASE-1", **permit: Any) -> PlannedEffect:
        """Queue an effect with a permit as the attacker would like to have it."""
        self.core.act(f"attack/{effect.key}", self.permit(effect, **permit), stream=stream, effects=[effect])
        return effect

    def break_the_answer(self) -> None:
        """Let a call happen whose answer gets lost."""
        self.connector.outcomes.append(EffectUnknownError("cut"))
        self.connector.performed_anyway = True

    def rewrite(self, effect: PlannedEffect, **columns: Any) -> None:
        """Change the outbox row itself."""
        payload = columns.get("payload")
        if payload is not None:
            columns["payload"] = payload if isinstance(payload, str) else json.dumps(payload)
        sets = ", ".join(f"{name} = :{name}" for name in columns)
        self.core.sql(f"UPDATE outbox SET {sets} WHERE effect_key = :key", key=effect.key, **columns)


@pytest.fixture
def new_url(sqlite_only: Callable[[], str]) -> Callable[[], str]:
    """What a guard says does not depend on the kind of database."""
    return sqlite_only


@pytest.fixture
def stage(core: Any, effects: Any, permit: Any, approval: Any, approved: Any, tmp_path: Path) -> Stage:
    return Stage(core, effects, permit, approval, approved, book=DoorBook(tmp_path / "door.book"))


Attack = Callable[[Stage], None]
ATTACKS: dict[str, tuple[Guard | None, Attack]] = {}


def attack(stopped_by: Guard | None) -> Callable[[Attack], Attack]:
    def named(function: Attack) -> Attack:
        ATTACKS[function.__name__.replace("_", " ")] = (stopped_by, function)
        return function

    return named


@attack(not_called_before)
def a_payment_whose_first_call_was_taken_out_of_the_database(stage: Stage) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    before = stage.end()
    stage.dispatch(payment)
    assert len(stage.connector.performed) == 1
    stage.connector.performed.clear()
    stage.forget(before, payment)
    stage.dispatch(payment)


@attack(nothing_vanished)
def a_cancelled_payment_whose_cancelling_was_taken_out_of_the_database(stage: Stage) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    before = stage.end()
    stage.core.act("cancel", CaseCancelled())
    anchor(stage.core.database, stage.signer, stage.core.clock)
    with reading(stage.core.database) as connection:
        assert stage.signed.problem(connection, ("CASE-1",)) == ""
    stage.forget(before, payment)
    stage.dispatch(payment)


@attack(effects_may_leave)
def an_effect_after_a_stop_was_taken_out_of_the_database(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    before = stage.end()
    stage.core.act("stop", EffectsStopped(by="operator", reason="something is odd"), stream=WORKSPACE)
    Dispatcher(stage.core.database, stage.core.unit_of_work, {}, stage.core.clock, MINT, book=stage.book).look_for_stop()
    stage.forget(before, mail)
    stage.dispatch(mail)


@attack(exact_payload)
def another_payee_in_the_queued_row(stage: Stage) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    stage.rewrite(payment, payload={**payment.payload, "payee_id": "p-mallory"})
    stage.dispatch(payment)


@attack(exact_payload)
def a_smaller_amount_than_approved(stage: Stage) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    stage.rewrite(payment, payload={**payment.payload, "amount": {"amount_minor": 1, "currency": EUR}})
    stage.dispatch(payment)


@attack(exact_payload)
def other_words_in_an_authorized_mail(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.rewrite(mail, payload={**mail.payload, "body": "We accept any price."})
    stage.dispatch(mail)


@attack(for_this_effect)
def the_permit_of_another_case(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.mail("CASE-2"), stream="CASE-2", case_id="CASE-1"))


@attack(for_this_effect)
def a_permit_for_another_kind_under_the_same_digest(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.mail(), effect_kind="calendar.put"))


@attack(single_use)
def a_replay_of_a_used_permit(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.break_the_answer()
    stage.dispatch(mail)
    stage.connector.performed.clear()
    stage.rewrite(mail, status="queued")
    stage.dispatch(mail)


@attack(single_use)
def a_replay_that_says_nothing_was_sent(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.break_the_answer()
    stage.dispatch(mail)
    stage.connector.performed.clear()
    stage.rewrite(mail, status="delayed")
    stage.dispatch(mail)


@attack(effects_may_leave)
def an_effect_after_everything_was_stopped(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.core.act("stop", EffectsStopped(by="operator", reason="something is odd"), stream=WORKSPACE)
    stage.dispatch(mail)


@attack(case_goes_on)
def an_effect_of_a_case_that_is_held(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.core.act("pause", CasePaused(reason="let me think"))
    stage.dispatch(mail)


@attack(not_withdrawn)
def a_withdrawn_effect_that_somebody_queues_again(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.core.act("cancel", CaseCancelled(), moves=[Move(mail.key, EffectStatus.CANCELLED)])
    stage.rewrite(mail, status="queued")
    stage.dispatch(mail)


@attack(not_done)
def another_call_after_a_late_proof_of_the_first(stage: Stage) -> None:
    """The first call seemed to have done nothing; then the vendor answers the mail it never should have got."""
    mail = stage.queue(stage.effects.mail())
    stage.connector.outcomes.append(UnavailableError("away"))
    stage.dispatch(mail)
    proof = EffectConfirmed(effect_key=mail.key, effect_kind=mail.kind, reference="their answer")
    stage.core.act("proof", proof, moves=[Move(mail.key, EffectStatus.CONFIRMED)])
    stage.rewrite(mail, status="delayed")
    stage.dispatch(mail)


@attack(single_use)
def a_permit_given_back_by_somebody_who_is_no_dispatcher(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.break_the_answer()
    stage.dispatch(mail)
    stage.connector.performed.clear()
    forged = EffectDelayed(effect_key=mail.key, effect_kind=mail.kind, message="nothing was sent, honestly", attempt=1)
    stage.core.act("forged", forged)
    stage.core.act("forged too", forged.model_copy(update={"seal": Mint.fresh().seal(said(forged, "CASE-1", "forged too"))}))
    stage.rewrite(mail, status="delayed")
    stage.dispatch(mail)


@attack(single_use)
def a_permit_given_back_by_a_true_word_about_another_call(stage: Stage) -> None:
    """The dispatcher's own words about the first call, said again about the second one."""
    mail = stage.queue(stage.effects.mail())
    stage.connector.outcomes.append(UnavailableError("away"))
    stage.break_the_answer()
    stage.dispatch(mail)
    stage.dispatch(mail)
    stage.connector.performed.clear()
    (true,) = stage.core.events("effect.delayed")
    stage.core.act("again", true.event)
    stage.core.act("bent", true.event.model_copy(update={"attempt": 2}))
    stage.rewrite(mail, status="delayed")
    stage.dispatch(mail)


@attack(not_expired)
def a_permit_that_expired_this_second(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.mail(), expires_at=stage.core.clock.now()))


@attack(not_expired)
def an_approval_from_last_month(stage: Stage) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    stage.core.clock.move(timedelta(days=30))
    stage.dispatch(payment)


@attack(within_ceiling)
def an_approved_payment_above_its_ceiling(stage: Stage) -> None:
    stage.dispatch(*stage.approved(stage.effects.payment(), ceiling=68543))


@attack(within_ceiling)
def the_amount_in_another_currency_than_the_ceiling(stage: Stage) -> None:
    payment = stage.effects.payment()
    dear = PlannedEffect(key=payment.key, kind=payment.kind, payload={**payment.payload, "amount": {"amount_minor": 1, "currency": "KWD"}})
    stage.dispatch(*stage.approved(dear))


@pytest.mark.parametrize("amount", [True, 1.5, "1", None, -5, 0, [1], {}], ids=repr)
def test_an_amount_that_is_no_positive_whole_number_is_refused_even_when_it_was_approved(stage: Stage, amount: Any) -> None:
    payment = stage.effects.payment()
    odd = PlannedEffect(
        key=payment.key, kind=payment.kind, payload={**payment.payload, "amount": {"amount_minor": amount, "currency": EUR}}
    )
    try:
        stage.dispatch(*stage.approved(odd))
    except TypeError:  # a float has no digest, so that it cannot even be asked about
        assert isinstance(amount, float)
    assert stage.connector.performed == []


@pytest.mark.parametrize("guards", [GUARDS, tuple(g for g in GUARDS if g is not exact_payload)], ids=["all", "ceiling alone"])
@pytest.mark.parametrize("amount", [True, 1.5, "1", None, "missing"], ids=repr)
def test_an_odd_amount_in_the_queued_row_is_refused_and_told(stage: Stage, amount: Any, guards: tuple[Guard, ...]) -> None:
    (payment,) = stage.approved(stage.effects.payment())
    edited = {**payment.payload, "amount": {"amount_minor": amount, "currency": EUR}}
    if amount == "missing":
        del edited["amount"]
    stage.rewrite(payment, payload=edited)
    stage.guards = guards
    stage.dispatch(payment)
    assert stage.connector.performed == []
    assert stage.core.effect(payment.key).status is EffectStatus.FAILED


@attack(operator_said_yes)
def a_payment_that_a_rule_allowed(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.payment(), ceiling=Money.of(10**6, EUR)))


@attack(operator_said_yes)
def a_signature_that_a_rule_allowed(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.signature()))


@attack(operator_said_yes)
def a_made_up_approval_id(stage: Stage) -> None:
    stage.dispatch(stage.queue(stage.effects.signature(), approval_id="AP-never", approver="jo", rule=None))


@attack(operator_said_yes)
def a_question_that_nobody_answered(stage: Stage) -> None:
    sign = stage.effects.signature()
    stage.core.act("ask", ApprovalRequested(approval=stage.approval(sign)))
    stage.dispatch(stage.queue(sign, approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def a_question_that_was_answered_no(stage: Stage) -> None:
    sign = stage.effects.signature()
    asked = stage.approval(sign)
    no = ApprovalRejected(approval_id="AP-1", digest=asked.action.digest, by="jo", surface="cli", reason="too dear")
    stage.core.act("ask", ApprovalRequested(approval=asked), no)
    stage.dispatch(stage.queue(sign, approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def a_question_that_expired(stage: Stage) -> None:
    sign = stage.effects.signature()
    asked = stage.approval(sign)
    stage.core.act("ask", ApprovalRequested(approval=asked), ApprovalExpired(approval_id="AP-1", digest=asked.action.digest))
    stage.dispatch(stage.queue(sign, approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def a_yes_to_something_else(stage: Stage) -> None:
    stage.approved(stage.effects.payment(amount_minor=100))
    stage.dispatch(stage.queue(stage.effects.signature(), approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def a_yes_to_a_smaller_payment(stage: Stage) -> None:
    small, large = stage.effects.payment(amount_minor=100), stage.effects.payment(amount_minor=68544)
    asked = stage.approval(small)
    yes = ApprovalGranted(approval_id="AP-1", digest=asked.action.digest, by="jo", surface="cli")
    stage.core.act("ask", ApprovalRequested(approval=asked), yes)
    stage.dispatch(stage.queue(large, approval_id="AP-1", approver="jo", rule=None, ceiling=Money.of(10**6, EUR)))


@attack(operator_said_yes)
def a_yes_of_another_case(stage: Stage) -> None:
    sign = stage.effects.signature("CASE-2")
    asked = stage.approval(sign)
    yes = ApprovalGranted(approval_id="AP-1", digest=asked.action.digest, by="jo", surface="cli")
    stage.core.act("ask", ApprovalRequested(approval=asked), yes, stream="CASE-1")
    stage.dispatch(stage.queue(sign, stream="CASE-2", case_id="CASE-2", approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def a_yes_bound_to_another_digest_than_the_question(stage: Stage) -> None:
    sign = stage.effects.signature()
    yes = ApprovalGranted(approval_id="AP-1", digest="0" * 64, by="jo", surface="cli")
    stage.core.act("ask", ApprovalRequested(approval=stage.approval(sign)), yes)
    stage.dispatch(stage.queue(sign, approval_id="AP-1", approver="jo", rule=None))


@attack(operator_said_yes)
def what_was_approved_before_the_operator_changed_it(stage: Stage) -> None:
    before, after = stage.effects.payment(amount_minor=200), stage.effects.payment(amount_minor=100)
    asked = stage.approval(before)
    changed = asked.action.model_copy(update={"effects": (after,)})
    yes = ApprovalEdited(approval_id="AP-1", digest=asked.action.digest, edits=Edits(), action=changed, by="jo", surface="cli")
    stage.core.act("ask", ApprovalRequested(approval=asked), yes)
    stage.dispatch(stage.queue(before, approval_id="AP-1", approver="jo", rule=None, ceiling=Money.of(200, EUR)))


@attack(None)
def a_row_without_any_permit(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.rewrite(mail, authorization_id="AU-none")
    stage.dispatch(mail)


@attack(None)
def a_row_that_nobody_queued(stage: Stage) -> None:
    mail = stage.effects.mail()
    columns = "effect_key, case_id, kind, payload, digest, reference, authorization_id, status, attempts, created_at, updated_at"
    values = {"payload": canonical_json(mail.payload).decode(), "digest": mail.digest, "key": mail.key}
    stage.core.sql(
        f"INSERT INTO outbox ({columns}) VALUES (:key, 'CASE-1', 'mail.send', :payload, :digest, 'r', 'AU-1', 'queued', 0, 'now', 'now')",
        **values,
    )
    stage.dispatch(mail)


@attack(None)
def a_permit_that_stands_in_a_read_model_only(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    forged = stage.permit(mail, authorization_id="AU-forged").authorization
    stage.core.sql(
        "UPDATE authorizations SET authorization_id = 'AU-forged', body = :body WHERE effect_key = :key",
        body=canonical_json(forged.model_dump(mode="json")).decode(),
        key=mail.key,
    )
    stage.rewrite(mail, authorization_id="AU-forged")
    stage.dispatch(mail)


@attack(None)
def a_used_permit_with_the_count_of_calls_set_back(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.dispatch(mail)
    stage.connector.performed.clear()
    stage.rewrite(mail, status="queued", attempts=0)
    stage.dispatch(mail)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_with_every_guard_no_attack_gets_through(stage: Stage, name: str) -> None:
    ATTACKS[name][1](stage)
    assert stage.connector.performed == []
    assert stage.core.verify().ok


@pytest.mark.parametrize("name", sorted(name for name, (guard, _) in ATTACKS.items() if guard))
def test_without_its_guard_the_attack_gets_through(stage: Stage, name: str) -> None:
    guard, run = ATTACKS[name]
    stage.guards = tuple(g for g in GUARDS if g is not guard)
    run(stage)
    assert len(stage.connector.performed) == 1, f"{name} was stopped by another guard than {guard}: is that one needed at all?"


@pytest.mark.parametrize("name", sorted(name for name, (guard, _) in ATTACKS.items() if guard is None))
def test_without_any_guard_the_permit_itself_is_still_asked_for(stage: Stage, name: str) -> None:
    stage.guards = ()
    ATTACKS[name][1](stage)
    assert stage.connector.performed == []


def test_every_guard_has_an_attack_that_only_it_stops() -> None:
    assert {guard for guard, _ in ATTACKS.values() if guard} == set(GUARDS)


def test_what_was_authorized_leaves_exactly_as_it_was_authorized(stage: Stage) -> None:
    planned = stage.approved(stage.effects.signature(), stage.effects.payment())
    mail = stage.queue(stage.effects.mail())
    stage.dispatch(*planned, mail)
    assert stage.connector.performed == [(e.kind, e.payload, e.key) for e in (*planned, mail)]
    assert {stage.core.effect(e.key).status for e in (*planned, mail)} == {EffectStatus.CONFIRMED}


def test_what_the_operator_changed_leaves_as_changed(stage: Stage) -> None:
    before, after = stage.effects.payment(amount_minor=200), stage.effects.payment(amount_minor=100)
    asked = stage.approval(before)
    changed: ProposedAction = asked.action.model_copy(update={"effects": (after,)})
    yes = ApprovalEdited(approval_id="AP-1", digest=asked.action.digest, edits=Edits(), action=changed, by="jo", surface="cli")
    stage.core.act("ask", ApprovalRequested(approval=asked), yes)
    stage.dispatch(stage.queue(after, approval_id="AP-1", approver="jo", rule=None, ceiling=Money(amount_minor=100, currency=EUR)))
    assert [payload["amount"]["amount_minor"] for _, payload, _ in stage.connector.performed] == [100]


def test_a_refusal_is_a_fact_that_ends_the_wait(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail(), expires_at=NOW)
    stage.dispatch(mail)
    (failed,) = stage.core.events("effect.failed")
    assert failed.body["error"] == "refused"
    assert "expired" in failed.body["message"]
    assert stage.core.events("authorization.burned") == []
    assert stage.core.effect(mail.key).status is EffectStatus.FAILED


@settings(max_examples=40)
@given(data=st.data())
def test_no_change_of_a_queued_payment_leaves(open_core: Any, effects: Any, permit: Any, approval: Any, data: st.DataObject) -> None:
    """An agent that may write any JSON into the payload of a row: only the approved bytes leave."""
    core = open_core()
    payment = effects.payment()
    asked = approval(payment)
    yes = ApprovalGranted(approval_id="AP-1", digest=asked.action.digest, by="jo", surface="cli")
    allowed = permit(payment, approval_id="AP-1", rule=None, approver="jo", ceiling=Money.of(10**9, EUR))
    core.act("k", ApprovalRequested(approval=asked), yes, allowed, effects=[payment])
    stage = Stage(core, effects, permit, approval, None)
    odd = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(payment.payload["amount"])
    payload = dict(payment.payload)
    for name in data.draw(st.lists(st.sampled_from([*payload, "amount_minor", "extra"]), max_size=3, unique=True)):
        value = data.draw(odd | st.lists(odd, max_size=2) | st.dictionaries(st.sampled_from(["amount_minor", "currency", "x"]), odd))
        payload[name] = value
    stage.rewrite(payment, payload=payload)
    stage.dispatch(payment)
    same = json.dumps(payload, sort_keys=True) == json.dumps(payment.payload, sort_keys=True)
    assert stage.connector.performed == ([(payment.kind, payment.payload, payment.key)] if same else [])


def test_a_row_whose_payload_is_not_even_json_stays_where_it_is(stage: Stage) -> None:
    mail = stage.queue(stage.effects.mail())
    stage.rewrite(mail, payload="{not json")
    with pytest.raises((ValueError, QuartermasterError)):
        stage.dispatch(mail)
    assert stage.connector.performed == []
