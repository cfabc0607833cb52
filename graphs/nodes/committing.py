"""Committing: what the operator approved is signed, ordered, checked against the invoice, and paid. Each step is an effect."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.negotiator import Letter, letters, read_confirmation
from graphs.action import purchase_order_id
from graphs.authority import authorize_by_approval, authorize_by_rule
from graphs.briefs import language_for
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.mailing import contact_name, keep_letter, plan_mail, wait_key
from graphs.policy.facts import Stage
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from graphs.undoing.after_refusal import refusal
from memory.database import reading
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.effects import CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT, Attachment, InstructPayment
from memory.domain.errors import ConflictError, RefusedError
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalEdited, AuthorizationGranted
from memory.domain.events.contracts import ContractSigned, DeclineSent, InvoiceMatched, OrderPlaced, PaymentSubmitted
from memory.domain.events.effects import effect_wait, reply_wait
from memory.domain.quote import NegotiationOutcome
from memory.ledger import read_events

_PDF = "application/pdf"
#: Who has an offer of ours on the table still; silence would leave it open.
_TALKED = {NegotiationOutcome.AGREED, NegotiationOutcome.FINAL_QUOTE, NegotiationOutcome.WALKED_AWAY}


async def sign_contract(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Authorize the signature that was approved, digest for digest."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        sign, permit = _approved_effect(desk, case, CONTRACT_SIGN)
        return Outcome({"wait": effect_wait(sign.key)}, (permit,), (sign,))

    return await take_step(desk, state, "sign_contract", 0, work, actor="gate")


def _approved_effect(desk: Desk, case: CaseFile, kind: str) -> tuple[PlannedEffect, AuthorizationGranted]:
    if case.approved is None:
        raise RefusedError(f"{case.case_id} has no approval", hint=f"qm cases show {case.case_id}")
    effect = next(e for e in case.approved.effects if e.kind == kind)
    approval = case.approvals[case.approval_id]
    permit = authorize_by_approval(
        desk,
        case.case_id,
        effect,
        approval_id=case.approval_id,
        by=desk.operator.name,
        policy_version=approval.policy_version,
        ceiling=case.approved.total,
    )
    return effect, permit


async def place_order(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Send the order with the signed contract, and thank the vendors that were not chosen; one that was not delivered goes again."""
    desk, vendor_id, time = runtime.context, state["awarded"], state.get("resends", 0)

    async def work(case: CaseFile) -> Outcome:
        if case.refused is not None:
            return Outcome({"verdict": "refused"})  # told by phone, while the order could not be delivered
        if case.order is not None and case.order.effect_key in case.proved:
            return Outcome({"wait": reply_wait(case.order.effect_key)})  # it was delivered after all: a second one would order twice
        signed = case.signed or _signed(case, vendor_id)
        order_id, terms = purchase_order_id(case.case_id), case.final_quote(vendor_id).terms
        letter = letters.order(
            operator=desk.operator.name,
            vendor=case.vendor_name(vendor_id),
            contact=contact_name(desk, vendor_id),
            need=case.requisition.need,
            po_number=order_id,
            language=language_for(desk, case, vendor_id),
        )
        letter = _with_note(letter, _order_note(desk, case))
        paper = Attachment(digest=signed.signed, filename=f"{order_id}-signed-contract.pdf", media_type=_PDF)
        facts = facts_for(
            desk, case, Stage.DELIVER, vendor_id=vendor_id, terms=terms, review=case.review, approved=True, effect_kind=MAIL_SEND
        )
        decision, judged = ask_policy(desk, facts)
        mail = plan_mail(desk, case, vendor_id, "place_order", time, letter, attachments=(paper,))
        permit = authorize_by_rule(desk, case.case_id, mail, decision)
        keep_letter(desk, letter)
        placed = OrderPlaced(purchase_order_id=order_id, vendor_id=vendor_id, effect_key=mail.key, total=terms.all_in_total())
        if case.order is not None:
            return Outcome({"wait": wait_key(mail)}, (judged, placed, permit), (mail,))
        declines = [_decline(desk, case, other) for other in _also_ran(case, vendor_id)]
        facts_of_declines = [fact for facts_, _ in declines for fact in facts_]
        return Outcome(
            {"wait": wait_key(mail)},
            (signed, judged, placed, permit, *facts_of_declines),
            (mail, *(effect for _, effect in declines)),
        )

    return await take_step(desk, state, "place_order", time, work, actor="buyer")


def _signed(case: CaseFile, vendor_id: str) -> ContractSigned:
    assert case.review is not None
    assert case.approved is not None
    receipt = case.receipt(next(e.key for e in case.approved.effects if e.kind == CONTRACT_SIGN))
    if not receipt.evidence:
        raise ConflictError("the signature left no signed document", hint="run qm doctor, then retry the case")
    return ContractSigned(
        vendor_id=vendor_id,
        contract=case.review.contract,
        signed=receipt.evidence[0],
        check=receipt.detail,
        unit_price=case.final_quote(vendor_id).terms.unit_price,
    )


def _order_note(desk: Desk, case: CaseFile) -> str:
    with reading(desk.database) as connection:
        edited = [e.event for e in read_events(connection, stream=case.case_id, kinds=(ApprovalEdited.kind,))]
    return next((e.edits.order_note or "" for e in edited if isinstance(e, ApprovalEdited)), "")


def _with_note(letter: Letter, note: str) -> Letter:
    """Return the letter with the operator's own words before its closing. They were approved with the action, so they go out as they are."""
    if not note:
        return letter
    body, closing = letter.body.rsplit("\n\n", 1)
    return letter.model_copy(update={"body": f"{body}\n\n{note.strip()}\n\n{closing}"})


def _also_ran(case: CaseFile, winner: str) -> list[str]:
    return [n.vendor_id for n in case.negotiations.values() if n.vendor_id != winner and n.outcome in _TALKED]


def _decline(desk: Desk, case: CaseFile, vendor_id: str) -> tuple[tuple[Event, ...], PlannedEffect]:
    letter: Letter = letters.decline(
        operator=desk.operator.name,
        vendor=case.vendor_name(vendor_id),
        contact=contact_name(desk, vendor_id),
        need=case.requisition.need,
        language=language_for(desk, case, vendor_id),
    )
    decision, judged = ask_policy(desk, facts_for(desk, case, Stage.OUTREACH, vendor_id=vendor_id, effect_kind=MAIL_SEND))
    mail = plan_mail(desk, case, vendor_id, "decline", 0, letter)
    permit = authorize_by_rule(desk, case.case_id, mail, decision)
    return (judged, DeclineSent(vendor_id=vendor_id, effect_key=mail.key, body=keep_letter(desk, letter)), permit), mail


async def match_invoice(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Hold the order confirmation against the order. A mismatch stops the payment; a refusal, by mail or by phone, withdraws the order."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        assert case.order is not None
        if case.refused is not None:
            return Outcome({"verdict": "refused"})
        messages = case.replies_to(state["wait"])
        if not messages and case.undelivered(state["wait"]):
            return Outcome({"verdict": "undelivered", "undelivered": "place_order"})
        if not messages:
            raise ConflictError("the vendor has not confirmed the order", hint="ask the vendor, then: qm cases retry " + case.case_id)
        confirmation = read_confirmation(desk.evidence.text(messages[-1].text))
        problems = list(confirmation.problems)
        if confirmation.refused is not None:
            if messages[-1].verified_sender and confirmation.invoiced_total is None:
                return Outcome({"verdict": "refused"}, (refusal(messages[-1], confirmation.refused),))
            problems.append("the mail says that the order will not be fulfilled, but is not plainly the vendor's word")
        if confirmation.invoiced_total != case.order.total:
            problems.append(f"invoiced {confirmation.invoiced_total or 'nothing readable'}, ordered {case.order.total}")
        if problems:
            raise ConflictError(
                f"the invoice does not match the order: {'; '.join(problems)}",
                hint=f"ask {case.vendor_name(vendor_id)} for a corrected invoice in the same mail thread, then: qm cases retry {case.case_id}",
            )
        matched = InvoiceMatched(
            vendor_id=vendor_id,
            invoice_number=confirmation.invoice_number,
            invoiced=confirmation.invoiced_total,
            expected=case.order.total,
            matches=True,
        )
        return Outcome({"verdict": "matched"}, (matched,))

    return await take_step(desk, state, "match_invoice", state.get("resends", 0), work, actor="reconciler")


async def pay(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Authorize the payment that was approved, once policy has nothing against it on the day."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        if case.paid is not None:
            return Outcome({"verdict": "paid"})  # by hand, while this payment was held; what was refused, too, is then asked back
        if case.refused is not None:
            return Outcome({"verdict": "refused"})
        terms = case.final_quote(vendor_id).terms
        facts = facts_for(
            desk, case, Stage.PAY, vendor_id=vendor_id, terms=terms, review=case.review, approved=True, effect_kind=PAYMENT_INSTRUCT
        )
        decision, judged = ask_policy(desk, facts)
        if decision.verdict.value == "deny":
            raise RefusedError(
                "policy holds the payment: " + "; ".join(o.says for o in decision.reasons), hint=f"then: qm cases retry {case.case_id}"
            )
        effect, permit = _approved_effect(desk, case, PAYMENT_INSTRUCT)
        return Outcome({"verdict": "paying", "wait": effect_wait(effect.key)}, (judged, permit), (effect,))

    return await take_step(desk, state, "pay", state.get("payment", 0), work, actor="gate")


async def record_payment(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Note that the instruction is out; only a bank line will confirm it."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        assert case.approved is not None
        effect = next(e for e in case.approved.effects if e.kind == PAYMENT_INSTRUCT)
        payment = InstructPayment.model_validate(effect.payload)
        receipt: JsonObject = case.receipt(effect.key).detail
        submitted = PaymentSubmitted(
            effect_key=effect.key,
            end_to_end_id=payment.end_to_end_id,
            payee_id=payment.payee_id,
            amount=payment.amount,
            files=tuple(str(v) for k, v in sorted(receipt.items()) if k.endswith("file")),
        )
        return Outcome({"wait": f"payment/{payment.end_to_end_id}"}, (submitted,))

    return await take_step(desk, state, "record_payment", state.get("payment", 0), work, actor="reconciler")
