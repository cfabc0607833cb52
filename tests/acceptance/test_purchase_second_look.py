"""A worker that has gone over to the other side: whatever it writes into the ledger, the dispatcher looks again, and refuses.

The town is the real one. The traitor writes through the worker's own door, `act`, and may say anything a worker's process could:
permits by rule, approvals, parties, policies. It has no vault, so it cannot seal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from agents.negotiator.language import Language
from agents.negotiator.letters import question_in
from graphs.case_file import load_case
from memory.domain.approval import Approval, Approve, Authorization, PlannedEffect, ProposedAction
from memory.domain.effects import (
    CALENDAR_PUT,
    CONTRACT_SIGN,
    MAIL_SEND,
    PAYMENT_INSTRUCT,
    Attachment,
    InstructPayment,
    PutCalendar,
    SendMail,
)
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalGranted, ApprovalRequested, AuthorizationGranted
from memory.domain.events.contracts import OrderPlaced
from memory.domain.events.effects import EffectConfirmed
from memory.domain.events.negotiation import QuoteReceived, RfqIssued
from memory.domain.events.workspace import ContactAdded, PayeeAdded, PolicyAdopted
from memory.domain.evidence import Origin
from memory.domain.mail import message_id_for
from memory.domain.money import Money
from memory.domain.registry import Contact, Payee
from memory.domain.seal import Seal
from memory.ledger import WORKSPACE, read_events
from memory.outbox import EffectStatus, OutboxRow, effect_key

VENDOR, RIVAL = "brieflark", "postino"


class Traitor:
    """A worker's process in somebody else's hands."""

    def __init__(self, town: Any, case_id: str) -> None:
        self.town, self.case_id = town, case_id
        self.deeds = 0

    def says(self, *facts: Event, stream: str = "", key: str = "", effects: tuple[PlannedEffect, ...] = ()) -> None:
        self.deeds += 1
        self.town.office.unit_of_work.act(
            key or f"{self.case_id}/traitor/{self.deeds}", facts, stream=stream or self.case_id, actor="worker", effects=effects
        )

    def permit(self, effect: PlannedEffect, **changes: Any) -> AuthorizationGranted:
        now = self.town.clock.now()
        fields: dict[str, Any] = {
            "authorization_id": f"AU-{effect.key[:20]}",
            "case_id": self.case_id,
            "effect_key": effect.key,
            "effect_kind": effect.kind,
            "effect_digest": effect.digest,
            "rule": "policy: outreach",
            "approver": "policy",
            "policy_version": "1",
            "granted_at": now,
            "expires_at": now + timedelta(days=7),
        }
        return AuthorizationGranted(authorization=Authorization.model_validate({**fields, **changes}))

    def sends(self, effect: PlannedEffect, *facts: Event, **permit: Any) -> OutboxRow:
        """Write a permit for the effect, queue it, and let the house run; returns what became of it."""
        self.says(*facts, self.permit(effect, **permit), effects=(effect,))
        self.town.engine.drain()
        return next(row for row in self.town.effects(self.case_id) if row.effect_key == effect.key)

    def mail(
        self, body: str = "Could you tell us more?", *, to: str = f"{VENDOR}-sales", vendor: str = VENDOR, **changes: Any
    ) -> PlannedEffect:
        key = effect_key(self.case_id, "traitor", self.deeds)
        mail = SendMail(
            contact_id=to,
            subject="A question",
            body=body,
            message_id=message_id_for(key, "studio.example"),
            conversation=f"{self.case_id}/{vendor}",
            **changes,
        )
        return PlannedEffect(key=key, kind=MAIL_SEND, payload=mail.model_dump(mode="json"))

    def payment(self, payee_id: str = f"{VENDOR}-bank") -> PlannedEffect:
        key = effect_key(self.case_id, "traitor_pays", self.deeds)
        payment = InstructPayment(
            payee_id=payee_id,
            amount=Money(amount_minor=1000, currency="EUR"),
            end_to_end_id=f"QM{key[:28].upper()}",
            remittance="thanks",
            execute_on=date(2026, 12, 1),
            debtor_account_id="main",
        )
        return PlannedEffect(key=key, kind=PAYMENT_INSTRUCT, payload=payment.model_dump(mode="json"))

    def asks(self, *effects: PlannedEffect) -> Approval:
        now = self.town.clock.now()
        total = Money(amount_minor=1000, currency="EUR")
        action = ProposedAction(title="Pay", vendor_id=VENDOR, total=total, contract="c" * 64, effects=effects)
        return Approval(
            approval_id=f"AP-traitor-{self.deeds}",
            case_id=self.case_id,
            action=action,
            policy_version="1",
            requested_at=now,
            expires_at=now + timedelta(days=3),
        )


@pytest.fixture
def traitor(at_the_gate: tuple[Any, str]) -> Traitor:
    return Traitor(*at_the_gate)


def _refused(row: OutboxRow, word: str) -> None:
    assert row.status is EffectStatus.FAILED, row
    assert word in row.note, row.note


def test_an_honest_question_to_a_registered_vendor_leaves(traitor: Traitor) -> None:
    assert traitor.sends(traitor.mail()).status is EffectStatus.CONFIRMED, "else the refusals below prove nothing"


LEAKS = {
    "the ceiling": "We can pay at most 60 EUR a month.",
    "the ceiling in words": "Sixty euros is our limit.",
    "the ceiling of a year": "Our limit is EUR 720.00 for the year.",
    "a rival's name": "Postino is cheaper than you.",
    "a password": "The password of our mailbox is sandbox-only.",
    "a password in base64": "Here is a code: c2FuZGJveC1vbmx5",
}


@pytest.mark.parametrize("body", LEAKS.values(), ids=LEAKS)
def test_a_mail_that_tells_what_no_mail_may_tell_does_not_leave(traitor: Traitor, body: str) -> None:
    row = traitor.sends(traitor.mail(body))
    _refused(row, "secret of the vault" if "ode" in body or "password" in body else "held at the door")


def _asked_about(traitor: Traitor, question: str) -> None:
    quote = (
        load_case(traitor.town.office.database, traitor.case_id)
        .negotiation(VENDOR)
        .quotes[-1]
        .model_copy(update={"quote_id": "Q-2", "ambiguous": (question,)})
    )
    traitor.says(QuoteReceived(quote=quote))


def test_a_question_about_the_vendors_own_figure_leaves_although_it_is_our_ceiling_too(traitor: Traitor) -> None:
    question = "Is the price of 60.00 EUR net, or does it include VAT?"
    _asked_about(traitor, question)
    sent = traitor.sends(traitor.mail(f"Hello,\n\n- {question}\n- {question_in(question, Language.DE)}\n"))
    assert sent.status is EffectStatus.CONFIRMED, sent.note


@pytest.mark.parametrize(
    "told",
    ["Is the price of 60.00 EUR net, or does it include VAT? We have sixty.", "Is the price of sixty euros net, or does it include VAT?"],
)
def test_a_question_is_no_way_to_tell_the_ceiling(traitor: Traitor, told: str) -> None:
    _asked_about(traitor, told.removesuffix(" We have sixty."))
    _refused(traitor.sends(traitor.mail(told)), "held at the door")


def test_a_cap_on_increases_is_a_share_of_no_secret_and_another_share_is(traitor: Traitor) -> None:
    # 4 % above the vendor's own 57.69 EUR is our ceiling.
    quote = load_case(traitor.town.office.database, traitor.case_id).negotiation(VENDOR).quotes[-1]
    price = quote.terms.unit_price.model_copy(update={"amount_minor": 5769})
    traitor.says(
        QuoteReceived(quote=quote.model_copy(update={"quote_id": "Q-2", "terms": quote.terms.model_copy(update={"unit_price": price})}))
    )
    cap = traitor.sends(traitor.mail("57,69 € HT par mois, hausse annuelle du prix de 4\u00a0% au plus."))
    assert cap.status is EffectStatus.CONFIRMED, cap.note
    _refused(traitor.sends(traitor.mail("Nous pouvons payer 4 % de plus.")), "held at the door")


def test_a_mail_to_a_contact_that_only_a_worker_entered_does_not_leave(traitor: Traitor) -> None:
    thief = ContactAdded(
        contact_id="thief", vendor_id=VENDOR, by="operator", contact=Contact(name="T", email="brieflark@brieflark.example")
    )
    traitor.says(thief, stream=WORKSPACE, key="contact/thief/0")
    _refused(traitor.sends(traitor.mail(to="thief")), "not go to the vendor")


def test_what_was_said_to_one_vendor_does_not_go_to_another(traitor: Traitor) -> None:
    _refused(traitor.sends(traitor.mail(to=f"{RIVAL}-sales")), "not go to the vendor")


def test_a_mail_carries_no_file_of_the_house(traitor: Traitor) -> None:
    evidence = traitor.town.office.evidence
    digest = evidence.put(b"all our prices", media_type="text/plain", origin=Origin.SYSTEM, source="a secret file")
    mail = traitor.mail(attachments=(Attachment(digest=digest, filename="a.txt", media_type="text/plain"),))
    _refused(traitor.sends(mail), "file that is not")
    receipt = EffectConfirmed(effect_key="f" * 32, effect_kind=CONTRACT_SIGN, reference="x", evidence=(digest,))
    mail = traitor.mail(attachments=(Attachment(digest=digest, filename="a.txt", media_type="text/plain"),))
    total = Money(amount_minor=1000, currency="EUR")
    order = OrderPlaced(purchase_order_id="PO-1", vendor_id=VENDOR, effect_key=mail.key, total=total)
    traitor.town.approve(traitor.case_id)
    _refused(traitor.sends(mail, receipt, order), "")


def test_a_yes_ends_with_the_next_one_and_with_its_time(traitor: Traitor) -> None:
    town = traitor.town
    town.approve(traitor.case_id)
    old, old_permit = _approved_payment(traitor)
    pays = [traitor.payment()]
    traitor.deeds += 1
    pays.append(traitor.payment())
    again = traitor.asks(*pays)
    traitor.says(ApprovalRequested(approval=again))
    town.office.service.decide(Approve(approval_id=again.approval_id, digest=again.action.digest, by="operator"), surface="cli")
    permit = {**old_permit, "approval_id": again.approval_id}
    _refused(traitor.sends(old, **old_permit), "your own sealed yes")
    assert traitor.sends(pays[0], **permit).status is EffectStatus.CONFIRMED
    town.clock.go(days=60)
    _refused(traitor.sends(pays[1], **permit), "your own sealed yes")


def test_the_number_of_mails_that_policy_allows_is_counted_by_what_really_left(traitor: Traitor) -> None:
    most = len([row for row in traitor.town.effects(traitor.case_id, MAIL_SEND) if row.status is EffectStatus.CONFIRMED]) + 2
    strict = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8").replace("max_mails: 40", f"max_mails: {most}")
    traitor.town.office.policies.adopt(strict, source="policy.yaml", by="operator")
    outcomes = [traitor.sends(traitor.mail()).status for _ in range(4)]
    assert EffectStatus.CONFIRMED in outcomes
    assert outcomes[-1] is EffectStatus.FAILED
    sent = [row for row in traitor.town.effects(traitor.case_id, MAIL_SEND) if row.status is EffectStatus.CONFIRMED]
    assert len(sent) == most


def _lenient(traitor: Traitor, **seal: Any) -> PolicyAdopted:
    text = "version: 1\ndefault: allow\nwithout_asking: [precheck, outreach, counteroffer, calendar]\nrules: []\n"
    digest = traitor.town.office.evidence.put_text(text, origin=Origin.OPERATOR, source="policy.yaml")
    return PolicyAdopted(policy_version="1-000000000000", text=digest, by="operator", **seal)


def test_a_policy_that_only_a_worker_adopted_is_not_the_policy(traitor: Traitor) -> None:
    strict = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8").replace("max_mails: 40", "max_mails: 1")
    traitor.town.office.policies.adopt(strict, source="policy.yaml", by="operator")
    traitor.says(_lenient(traitor), stream=WORKSPACE, key="policy/9/x")
    _refused(traitor.sends(traitor.mail()), "policy does not allow")


def test_an_old_policy_of_the_operators_is_not_brought_back_by_saying_it_again(traitor: Traitor) -> None:
    office = traitor.town.office
    with office.database.connect() as connection:
        first = next(iter(read_events(connection, kinds=(PolicyAdopted.kind,))))
    strict = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8").replace("max_mails: 40", "max_mails: 1")
    office.policies.adopt(strict, source="policy.yaml", by="operator")
    traitor.says(first.event, stream=WORKSPACE, key="policy/7/again")
    _refused(traitor.sends(traitor.mail()), "policy does not allow")
    _say_again(office, first)
    _refused(traitor.sends(traitor.mail()), "policy does not allow")


def _say_again(office: Any, first: Any) -> None:
    """Append a copy of an event under the very act key it had: its seal holds there."""
    from memory.database import writing
    from memory.ledger import Ledger

    with writing(office.database) as connection:
        Ledger(office.clock, office.ids).append(connection, WORKSPACE, [first.event], actor="operator", act_key=first.act_key)


SEALS: dict[str, Callable[[], Seal | None]] = {
    "without a seal": lambda: None,
    "with a made-up seal": lambda: Seal(key="a" * 64, signature="b" * 128),
}


@pytest.mark.parametrize("seal", SEALS.values(), ids=SEALS)
def test_a_payment_on_a_forged_yes_does_not_leave(traitor: Traitor, seal: Callable[[], Seal | None]) -> None:
    pay = traitor.payment()
    asked = traitor.asks(pay)
    yes = ApprovalGranted(approval_id=asked.approval_id, digest=asked.action.digest, by="operator", surface="cli", seal=seal())
    ceiling = Money(amount_minor=1000, currency="EUR")
    row = traitor.sends(
        pay, ApprovalRequested(approval=asked), yes, approval_id=asked.approval_id, rule=None, approver="operator", ceiling=ceiling
    )
    _refused(row, "your own sealed yes")
    assert traitor.town.written("payments/*") == []


def test_a_yes_to_one_thing_is_no_yes_to_another(traitor: Traitor) -> None:
    traitor.town.approve(traitor.case_id)
    real = traitor.town.events(traitor.case_id, ApprovalGranted.kind)[-1].event
    pay = traitor.payment()
    other = traitor.asks(pay)
    stolen = real.model_copy(update={"approval_id": other.approval_id, "digest": other.action.digest})
    ceiling = Money(amount_minor=1000, currency="EUR")
    permit = {"approval_id": other.approval_id, "rule": None, "approver": "operator", "ceiling": ceiling}
    _refused(traitor.sends(pay, ApprovalRequested(approval=other), stolen, **permit), "your own sealed yes")


def test_bank_details_that_only_a_worker_entered_are_not_paid(traitor: Traitor) -> None:
    thief = Payee(name="Thief", iban="GB29NWBK60161331926819", country="GB")
    fact = PayeeAdded(payee_id=f"{VENDOR}-bank", vendor_id=VENDOR, by="operator", payee=thief)
    traitor.says(fact, stream=WORKSPACE, key=f"payee/{VENDOR}-bank/1")
    town, case_id = traitor.town, traitor.case_id
    assert town.office.registry.payee(f"{VENDOR}-bank") == thief, "the screens show it; the dispatcher does not believe it"
    town.approve(case_id)
    pay, permit = _approved_payment(traitor)
    assert traitor.sends(pay, **permit).status is EffectStatus.CONFIRMED
    (paid,) = town.written("payments/*.xml")
    assert "DE02120300000000202051" in paid.read_text(encoding="utf-8")
    assert thief.iban not in paid.read_text(encoding="utf-8")


def _approved_payment(traitor: Traitor) -> tuple[PlannedEffect, dict[str, Any]]:
    """The payment that the operator said yes to, and what a permit for it says."""
    approved = traitor.town.events(traitor.case_id, "approval.requested")[-1].body["approval"]
    pay = next(PlannedEffect.model_validate(e) for e in approved["action"]["effects"] if e["kind"] == PAYMENT_INSTRUCT)
    total = Money.model_validate(approved["action"]["total"])
    return pay, {"approval_id": approved["approval_id"], "rule": None, "approver": "operator", "ceiling": total}


def test_bank_details_that_the_operator_changed_after_the_yes_hold_the_payment(traitor: Traitor) -> None:
    town, case_id = traitor.town, traitor.case_id
    town.approve(case_id)
    other = Payee(name="Brieflark fictional", iban="GB29NWBK60161331926819", country="GB")
    town.office.registrar().add_payee(f"{VENDOR}-bank", other, vendor_id=VENDOR)
    pay, permit = _approved_payment(traitor)
    row = traitor.sends(pay, **permit)
    _refused(row, "policy holds this payment")


def test_a_calendar_entry_is_judged_by_policy_too(traitor: Traitor) -> None:
    closed = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")
    closed = closed.replace(
        "without_asking: [precheck, outreach, counteroffer, calendar]", "without_asking: [precheck, outreach, counteroffer]"
    )
    entry = PutCalendar(uid="x-1", summary="Decide", on=date(2027, 1, 1))
    first, second = (PlannedEffect(key=k * 32, kind=CALENDAR_PUT, payload=entry.model_dump(mode="json")) for k in "ab")
    assert traitor.sends(first).status is EffectStatus.CONFIRMED
    traitor.town.office.policies.adopt(closed, source="policy.yaml", by="operator")
    _refused(traitor.sends(second), "policy does not allow")


def test_a_kind_of_effect_that_nobody_can_judge_does_not_leave(traitor: Traitor) -> None:
    odd = PlannedEffect(key="c" * 32, kind="world.end", payload={"now": True})
    traitor.says(traitor.permit(odd), effects=(odd,))
    traitor.town.worker.stop()
    row = next(row for row in traitor.town.effects(traitor.case_id) if row.effect_key == odd.key)
    traitor.town.office.dispatcher().dispatch(odd.key)
    row = next(row for row in traitor.town.effects(traitor.case_id) if row.effect_key == odd.key)
    _refused(row, "")


def test_calling_a_mail_a_request_does_not_change_what_it_may_tell(traitor: Traitor) -> None:
    mail = traitor.mail("60.00 EUR per month is what we have.")
    by = traitor.town.clock.now() + timedelta(days=1)
    _refused(
        traitor.sends(mail, RfqIssued(vendor_id=VENDOR, effect_key=mail.key, subject="x", body="a" * 64, reply_by=by)), "held at the door"
    )
