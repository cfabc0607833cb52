"""The action of a purchase: exactly what would be signed and paid, for whom, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.action import purchase_action, purchase_order_id
from graphs.case_file import CaseFile
from memory.database import open_database, sqlite_url
from memory.domain.contract import ContractReview
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT, InstructPayment, SignContract
from memory.domain.errors import RefusedError
from memory.domain.events.cases import RequisitionSubmitted
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.quote import NegotiationOutcome
from memory.migrate import migrate
from memory.projections.base import discover

REVIEW = ContractReview(
    contract="c" * 64,
    text="d" * 64,
    pages=2,
    clauses=(),
    effective_on=date(2026, 11, 23),
    initial_term_months=12,
    auto_renews=True,
    notice_days=60,
)


@pytest.fixture(scope="session")
def made(quote, a_requisition, tmp_path_factory):
    database = open_database(sqlite_url(tmp_path_factory.mktemp("ledger") / "quartermaster.db"))
    migrate(database, discover())
    """Make the action for a quote, on a day."""

    def make(day=date(2026, 11, 23), payee="postbird-bank", price=4850, **terms):
        case = CaseFile("CASE-1", submitted=RequisitionSubmitted(requisition=a_requisition, restated="x"), review=REVIEW)
        final = quote(price, **terms)
        case.negotiation("postbird").concluded = NegotiationConcluded(
            vendor_id="postbird", outcome=NegotiationOutcome.AGREED, rounds=1, list_quote=final, final_quote=final
        )
        now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        desk = SimpleNamespace(
            database=database,
            registry=SimpleNamespace(party_of=lambda kind, vendor_id: payee if (kind, vendor_id) == ("payee", "postbird") else None),
            operator=SimpleNamespace(signatory_id="operator", account_id="main"),
            now=lambda: now,
        )
        return purchase_action(desk, case, "postbird"), final

    return make


def _payment(action):
    (effect,) = [e for e in action.effects if e.kind == PAYMENT_INSTRUCT]
    return InstructPayment.model_validate(effect.payload)


def test_what_is_paid_is_the_all_in_total_of_the_final_quote(made):
    action, final = made(setup_fee={"amount_minor": 9000, "currency": "EUR"})
    assert action.total == _payment(action).amount == final.terms.all_in_total()
    assert _payment(action).payee_id == "postbird-bank"


def test_the_paper_to_be_signed_is_the_one_that_was_read(made):
    action, _ = made()
    (effect,) = [e for e in action.effects if e.kind == CONTRACT_SIGN]
    sign = SignContract.model_validate(effect.payload)
    assert sign.contract == action.contract == REVIEW.contract
    assert sign.signatory_id == "operator"


def test_without_a_registered_payee_there_is_nothing_to_approve(made):
    with pytest.raises(RefusedError) as refused:
        made(payee=None)
    assert "qm vendors add" in refused.value.hint


def test_the_same_case_gives_the_same_keys_and_digest_again(made):
    assert made()[0].digest == made()[0].digest
    assert made()[0].digest != made(price=4851)[0].digest


def test_a_bank_can_carry_the_reference_and_a_scanned_code_shows_it(made):
    payment = _payment(made()[0])
    assert len(payment.end_to_end_id) <= 35
    assert payment.end_to_end_id in payment.remittance
    assert purchase_order_id("CASE-1") in payment.remittance


@given(day=st.dates(date(2026, 1, 1), date(2030, 12, 31)), payment_days=st.none() | st.integers(0, 365))
def test_the_payment_day_is_never_past_never_on_a_weekend_and_in_time_for_the_usual_terms(made, day, payment_days):
    on = _payment(made(day, payment_days=payment_days)[0]).execute_on
    assert on > day
    assert on.weekday() < 5
    if payment_days is not None and payment_days >= 10:
        assert (on - day).days <= payment_days


def test_the_consequences_tell_the_payee_the_day_and_the_last_day_to_act(made):
    action, _ = made()
    told = "\n".join(action.consequences)
    assert _payment(action).execute_on.isoformat() in told
    assert "postbird-bank" in told
    assert str(REVIEW.decide_by()) in told
    assert "signature cannot be taken back" in told
