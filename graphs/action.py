"""The action of a purchase: the exact effects that one approval covers."""

from __future__ import annotations

from datetime import date, timedelta

from graphs.case_file import CaseFile
from graphs.context import Desk
from memory.domain.approval import PlannedEffect, ProposedAction
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT, InstructPayment, SignContract
from memory.domain.errors import RefusedError
from memory.domain.quote import Terms
from memory.domain.words import counted
from memory.outbox import effect_key
from memory.views.holidays import free_days

_SUNDAY, _SATURDAY = 6, 5


def purchase_order_id(case_id: str) -> str:
    """Return the number of the case's purchase order."""
    return f"PO-{case_id.removeprefix('CASE-')}"


def purchase_action(desk: Desk, case: CaseFile, vendor_id: str) -> ProposedAction:
    """Return sign-and-pay for the awarded quote, exactly as it would be performed.

    Raises `RefusedError` when the operator has registered no payee for the vendor: its bank details never come from a mail.
    """
    pay = planned_payment(desk, case, vendor_id, 0)
    assert case.review is not None
    terms, name = case.final_quote(vendor_id).terms, case.vendor_name(vendor_id)
    total = terms.all_in_total()
    sign = SignContract(
        contract=case.review.contract,
        vendor_id=vendor_id,
        signatory_id=desk.operator.signatory_id,
        reason=f"Agreed under {purchase_order_id(case.case_id)}",
    )
    return ProposedAction(
        title=f"Sign with {name} and pay {total} for {case.requisition.need}, {terms.term_months} months",
        vendor_id=vendor_id,
        total=total,
        contract=case.review.contract,
        effects=(
            PlannedEffect(key=effect_key(case.case_id, "sign_contract", 0), kind=CONTRACT_SIGN, payload=sign.model_dump(mode="json")),
            pay,
        ),
        consequences=_consequences(desk, case, terms, name, InstructPayment.model_validate(pay.payload)),
    )


def planned_payment(desk: Desk, case: CaseFile, vendor_id: str, revision: int) -> PlannedEffect:
    """Return the payment of the awarded quote under a key and an end-to-end id of its own for each revision.

    Raises `RefusedError` when the operator has registered no payee for the vendor.
    """
    payee_id = desk.registry.party_of("payee", vendor_id)
    if payee_id is None:
        raise RefusedError(
            f"no payee of {vendor_id} in the registry",
            hint=f"check the bank details by phone, then: qm vendors add --vendor {vendor_id} --iban IBAN --payee-name NAME",
        )
    terms = case.final_quote(vendor_id).terms
    key = effect_key(case.case_id, "pay", revision)
    reference = f"QM{key[:28].upper()}"
    pay = InstructPayment(
        payee_id=payee_id,
        amount=terms.all_in_total(),
        end_to_end_id=reference,
        remittance=f"{purchase_order_id(case.case_id)} {reference}",  # a scanned QR code carries no end-to-end id
        execute_on=_pay_on(desk.now().date(), terms),
        debtor_account_id=desk.operator.account_id,
    )
    return PlannedEffect(key=key, kind=PAYMENT_INSTRUCT, payload=pay.model_dump(mode="json"))


def payment_again(desk: Desk, case: CaseFile, vendor_id: str, revision: int) -> ProposedAction:
    """Return the payment alone, for a contract that is signed and whose earlier payment could not be written."""
    assert case.review is not None
    effect = planned_payment(desk, case, vendor_id, revision)
    pay = InstructPayment.model_validate(effect.payload)
    return ProposedAction(
        title=f"Pay {pay.amount} to {pay.payee_id}: the earlier payment for {purchase_order_id(case.case_id)} could not be written",
        vendor_id=vendor_id,
        total=pay.amount,
        contract=case.review.contract,
        effects=(effect,),
        consequences=(
            f"The contract with {case.vendor_name(vendor_id)} is signed and stands; this pays it. Nothing was paid so far.",
            f"A payment file over {pay.amount} to {pay.payee_id} is written for your bank, to be executed on {pay.execute_on}; "
            "money moves only when you upload it.",
            "A no withdraws the order: you get a task with the letter to the vendor.",
        ),
    )


def _consequences(desk: Desk, case: CaseFile, terms: Terms, name: str, pay: InstructPayment) -> tuple[str, ...]:
    review = case.review
    assert review is not None
    decide_by = review.decide_by(free_days(desk.database))
    lines = [
        f"Your signature goes on the contract {review.contract[:12]}… ({counted(review.pages, 'page')}); a signature cannot be taken back.",
        f"The order with the signed contract goes to {name} by mail.",
        f"A payment file over {pay.amount} to {pay.payee_id} is written for your bank, to be executed on {pay.execute_on}; "
        "money moves only when you upload it, and only after the invoice matches.",
    ]
    if decide_by is not None:
        renews = "renews by itself" if review.auto_renews else "ends"
        lines.append(f"The contract {renews} on {review.term_end}; you can act until {decide_by}, and you will be reminded.")
    lines.append(f"Per month that is {terms.all_in_per_month()}, tax and fees included.")
    return tuple(lines)


def _pay_on(today: date, terms: Terms) -> date:
    # Payment terms run from the invoice; paying a week before they end leaves room for the bank and a weekend.
    day = today + timedelta(days=max(1, min(terms.payment_days or 14, 30) - 7))
    return day + timedelta(days={_SATURDAY: 2, _SUNDAY: 1}.get(day.weekday(), 0))
