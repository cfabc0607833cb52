from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.money import Money
from memory.domain.statement import ExpectedPayment, LineStatus, MatchedBy, StatementLine, match, numbered

IBAN, OTHER = "NL91ABNA0417164300", "DE02120300000000202051"
DAY = date(2026, 11, 23)


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def line(minor=-5712, e2e=None, *, day=DAY, iban=IBAN, reference="", status=LineStatus.BOOKED, currency="EUR") -> StatementLine:
    return StatementLine(
        line_id="",
        account="main",
        booked_on=day,
        amount=Money(amount_minor=minor, currency=currency),
        end_to_end_id=e2e,
        reference=reference,
        counterparty_iban=iban,
        status=status,
    )


def expected(e2e="QM-1", minor=5712, day=DAY, iban=IBAN) -> ExpectedPayment:
    return ExpectedPayment(end_to_end_id=e2e, amount=eur(minor), payee_iban=iban, execute_on=day)


@pytest.mark.parametrize("iban", [IBAN, None])
def test_our_id_with_amount_and_currency_confirms_a_payment(iban):
    result = match(numbered([line(e2e="QM-1", iban=iban)]), [expected()])
    assert [(m.payment.end_to_end_id, m.by) for m in result.matches] == [("QM-1", MatchedBy.REFERENCE)]
    assert not result.unmatched_lines
    assert not result.unmatched_payments


def test_our_id_inside_the_reference_text_counts_where_the_bank_has_no_field_for_it():
    assert match(numbered([line(reference="RE 7 QM-1, thanks", iban=None)]), [expected()]).matches[0].by is MatchedBy.REFERENCE
    for other in ("RE 7 QM-12", "XQM-1", "A-QM-1", "QM-1-B"):
        assert not match(numbered([line(reference=other, iban=None)]), [expected()]).matches


def test_a_pending_line_never_confirms_a_payment():
    result = match(numbered([line(e2e="QM-1", status=LineStatus.PENDING), line(status=LineStatus.PENDING)]), [expected()])
    assert not result.matches
    assert len(result.unmatched_lines) == 2
    assert result.unmatched_payments == (expected(),)


@pytest.mark.parametrize(
    ("booked", "why"),
    [
        (line(-5713, "QM-1"), "booked -57.13 EUR for a payment of 57.12 EUR"),
        (line(5712, "QM-1"), "booked 57.12 EUR"),
        (line(-5712, "QM-1", currency="USD"), "USD"),
        (line(-5712, "QM-1", iban=OTHER), "another account"),
    ],
)
def test_our_id_on_anything_else_than_what_was_instructed_is_a_contradiction_and_confirms_nothing(booked, why):
    result = match(numbered([booked]), [expected()])
    assert not result.matches
    assert why in result.contradictions[0].why
    assert result.unmatched_payments == (expected(),)


def test_a_payment_booked_twice_is_confirmed_once_and_the_second_line_is_shown():
    result = match(numbered([line(e2e="QM-1"), line(e2e="QM-1")]), [expected()])
    assert len(result.matches) == 1
    assert [c.why for c in result.contradictions] == ["it was booked a second time"]


@pytest.mark.parametrize("days", [-1, 0, 10])
def test_amount_iban_and_date_confirm_a_payment_that_carries_no_id(days):
    result = match(numbered([line(e2e="NOTPROVIDED", day=DAY + timedelta(days))]), [expected()])
    assert [m.by for m in result.matches] == [MatchedBy.DETAILS]


@pytest.mark.parametrize(
    "booked",
    [line(day=DAY + timedelta(11)), line(day=DAY - timedelta(2)), line(iban=OTHER), line(iban=None), line(-5711), line(e2e="THEIRS-9")],
)
def test_details_that_do_not_all_fit_confirm_nothing(booked):
    assert not match(numbered([booked]), [expected()]).matches


def test_a_line_that_could_be_either_of_two_payments_proves_neither():
    result = match(numbered([line()]), [expected("QM-1"), expected("QM-2")])
    assert not result.matches
    assert len(result.unmatched_payments) == 2


def test_two_lines_that_could_both_be_one_payment_prove_nothing():
    result = match(numbered([line(), line(day=DAY + timedelta(1))]), [expected()])
    assert not result.matches
    assert len(result.unmatched_lines) == 2


def test_a_payment_settled_by_its_id_leaves_the_other_line_to_the_other_payment():
    result = match(numbered([line(e2e="QM-1"), line()]), [expected("QM-1"), expected("QM-2")])
    assert {(m.payment.end_to_end_id, m.by) for m in result.matches} == {("QM-1", MatchedBy.REFERENCE), ("QM-2", MatchedBy.DETAILS)}


LINES = st.lists(
    st.builds(
        line, st.sampled_from([-5712, -100, 5712]), st.sampled_from([None, "QM-1", "QM-2", "X"]), status=st.sampled_from(list(LineStatus))
    ),
    max_size=6,
)
PAYMENTS = st.lists(
    st.builds(expected, st.sampled_from(["QM-1", "QM-2", "QM-3"]), st.sampled_from([5712, 100])),
    max_size=3,
    unique_by=lambda p: p.end_to_end_id,
)


@given(lines=LINES, payments=PAYMENTS)
def test_no_line_and_no_payment_is_used_twice_nothing_is_lost_and_money_agrees(lines, payments):
    lines = numbered(lines)
    result = match(lines, payments)
    used = [m.line.line_id for m in result.matches]
    confirmed = [m.payment.end_to_end_id for m in result.matches]
    assert len(set(used)) == len(used)
    assert len(set(confirmed)) == len(confirmed)
    assert all(m.line.amount.amount_minor == -m.payment.amount.amount_minor and m.line.status is LineStatus.BOOKED for m in result.matches)
    told = set(used) | {c.line.line_id for c in result.contradictions} | {unmatched.line_id for unmatched in result.unmatched_lines}
    assert told == {every.line_id for every in lines}
    assert set(confirmed) | {p.end_to_end_id for p in result.unmatched_payments} == {p.end_to_end_id for p in payments}
    assert match(tuple(reversed(lines)), payments).unmatched_payments == result.unmatched_payments
