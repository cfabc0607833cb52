"""Edits at the gate: whatever is typed, amount, payee, contract and keys stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from graphs.edits import edited_action
from memory.domain.approval import Edits, PlannedEffect, ProposedAction
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT, InstructPayment, SignContract
from memory.domain.errors import InputError
from memory.domain.money import Money

TODAY = date(2026, 11, 23)
TOTAL = Money(amount_minor=69258, currency="EUR")
PAY = InstructPayment(
    payee_id="acme-bank", amount=TOTAL, end_to_end_id="QM1", remittance="PO-1 QM1", execute_on=date(2026, 11, 30), debtor_account_id="main"
)
SIGN = SignContract(contract="c" * 64, vendor_id="acme", signatory_id="operator", reason="Agreed under PO-1")
ACTION = ProposedAction(
    title="Sign with Acme and pay 692.58 EUR",
    vendor_id="acme",
    total=TOTAL,
    contract="c" * 64,
    effects=(
        PlannedEffect(key="s", kind=CONTRACT_SIGN, payload=SIGN.model_dump(mode="json")),
        PlannedEffect(key="p", kind=PAYMENT_INSTRUCT, payload=PAY.model_dump(mode="json")),
    ),
    consequences=("A payment file is written, to be executed on 2026-11-30; money moves only when you upload it.",),
)


def _edits(**values) -> Edits:
    try:
        return Edits(**values)
    except ValidationError:
        pytest.fail("the edits themselves are fine")


anything = st.none() | st.text(min_size=1, max_size=140)
days = st.none() | st.dates().map(date.isoformat)


@given(day=days, reference=anything, note=anything)
def test_whatever_is_edited_amount_payee_contract_and_keys_stay(day, reference, note):
    try:
        edited = edited_action(ACTION, _edits(execute_on=day, remittance=reference, order_note=note), today=TODAY)
    except InputError:
        return
    assert (edited.total, edited.contract, edited.vendor_id, edited.title) == (TOTAL, "c" * 64, "acme", ACTION.title)
    assert edited.effects[0] == ACTION.effects[0]
    payment = InstructPayment.model_validate(edited.effects[1].payload)
    assert (payment.amount, payment.payee_id, payment.end_to_end_id, payment.debtor_account_id) == (TOTAL, "acme-bank", "QM1", "main")
    assert edited.digest != ACTION.digest
    assert TODAY <= payment.execute_on <= TODAY + timedelta(days=365)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"order_note": " \n"},
        {"execute_on": "2026-11-30"},
        {"remittance": "PO-1 QM1"},
        {"execute_on": "2026-11-22"},
        {"execute_on": "2027-11-24"},
    ],
    ids=["nothing", "blank note", "the same day", "the same reference", "yesterday", "in more than a year"],
)
def test_an_edit_that_changes_nothing_or_cannot_be_done_is_refused_with_a_hint(values):
    with pytest.raises(InputError) as refused:
        edited_action(ACTION, Edits(**values), today=TODAY)
    assert refused.value.hint


@pytest.mark.parametrize("day", ["2026-11-23", "2027-11-23"], ids=["today", "in a year"])
def test_the_first_and_the_last_possible_day_are_taken(day):
    assert edited_action(ACTION, Edits(execute_on=day), today=TODAY).effects[1].payload["execute_on"] == day


def test_the_new_day_stands_in_the_consequences_and_the_old_one_does_not():
    (line,) = edited_action(ACTION, Edits(execute_on="2026-12-14"), today=TODAY).consequences
    assert "to be executed on 2026-12-14" in line
    assert "2026-11-30" not in line


def test_a_note_is_told_among_the_consequences_and_changes_no_effect():
    edited = edited_action(ACTION, Edits(order_note="  Name cost centre 4711.  "), today=TODAY)
    assert edited.effects == ACTION.effects
    assert edited.consequences[-1] == "note with the order: Name cost centre 4711."
    assert edited.digest != ACTION.digest
