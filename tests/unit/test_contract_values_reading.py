"""The fields and the typed values of whole small contracts of our own, with the places that prove them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract_reading.values import fields, read_values
from agents.contract_reading.values.law import governing_laws
from agents.contract_reading.values.limits import Cap, Increase, LateFee, late_fee, liability_cap, payment_days, price_increase
from agents.contract_reading.values.renewing import goes_on_by_itself, notice_of, renewal_of
from agents.contract_reading.values.stretches import stretches
from agents.contract_reading.values.windows import window_of
from memory.domain.money import Money
from memory.domain.terms import NoticeWindow, decide_by, notice_deadline

TEXT = """SUBSCRIPTION AGREEMENT

This Subscription Agreement (the "Agreement") is entered into as of January 31, 2025 (the "Effective Date") by and between Quince Ltd and Medlar LLC.

1. Term. This Agreement shall continue for an initial term of twelve (12) months from the Effective Date. Thereafter it shall automatically renew for successive periods of one (1) year each, unless either party gives written notice of non-renewal at least sixty (60) days prior to the end of the then-current term.

2. Fees. Invoices are payable within thirty (30) days. Overdue amounts bear interest at 1.5% per month.

3. Liability. The total liability of a party shall not exceed the fees paid in the twelve (12) months preceding the claim.

4. Law. This Agreement is governed by the laws of the State of Delaware.
"""


def span(words: str) -> tuple[int, int, float]:
    start = TEXT.index(words)
    return start, TEXT.index(".\n", start) + 1, 0.9


PASSAGES = {
    "Expiration Date": [(TEXT.index("This Agreement shall continue"), TEXT.index(" Thereafter"), 0.9)],
    "Renewal Term": [span("Thereafter")],
    "Notice Period To Terminate Renewal": [span("Thereafter")],
    "Governing Law": [span("This Agreement is governed")],
    "Cap On Liability": [span("The total liability")],
}
READ = {
    "agreement_date": "2025-01-31",
    "effective_date": "2025-01-31",
    "expiration_date": "2026-01-31",
    "renewal_term": "12m",
    "notice_period": "60d",
    "governing_law": "delaware",
}


def test_the_six_fields_are_read_from_marked_passages() -> None:
    assert fields(TEXT, PASSAGES) == READ


def test_the_six_fields_are_read_from_the_papers_own_words_where_nothing_is_marked() -> None:
    assert fields(TEXT, {}) == READ


def test_nothing_is_read_where_nothing_is_said() -> None:
    assert set(fields("The parties like each other.", {}).values()) == {None}


def test_typed_values_have_their_places() -> None:
    values = read_values(TEXT, PASSAGES)
    assert values.notice is not None
    assert values.notice.value == NoticeWindow(length=60, anchor="term_end")
    assert "sixty (60) days" in TEXT[values.notice.start : values.notice.end]
    assert values.renewal is not None
    assert values.renewal.value.automatic
    assert [one.value for one in values.caps] == [Cap(fee_months=12)]
    assert [one.value for one in values.payment_days] == [30]
    assert [one.value for one in values.late_fees] == [LateFee(150, "month")]
    assert values.law is not None
    assert (values.law.value.names, values.law.value.undecided) == (("delaware",), False)


def test_the_plan_of_the_terms_goes_on_from_the_first_day() -> None:
    plan = read_values(TEXT, PASSAGES).plan()
    assert plan is not None
    assert plan.term(0).end == date(2026, 1, 30)
    assert notice_deadline(plan, date(2026, 6, 1)) == date(2026, 12, 1)
    assert decide_by(plan, date(2026, 6, 1)) == date(2026, 12, 1)


def test_a_doubtful_notice_is_not_answered_and_is_pointed_at() -> None:
    doubtful = TEXT.replace("sixty (60) days", "sixty (90) days")
    values = read_values(doubtful, PASSAGES)
    assert values.notice is None
    assert [doubtful[start:end] for start, end in values.doubtful] == ["sixty (90) days"]
    assert fields(doubtful, PASSAGES)["notice_period"] is None


@pytest.mark.parametrize(
    ("words", "short", "automatic"),
    [
        ("This Agreement shall automatically renew for successive two-year terms.", "24m", True),
        ("The term may be extended for an additional six (6) months by mutual agreement.", "6m", False),
        ("Unless either party notifies the other ninety (90) days before its end, it renews for one further year.", "12m", True),
        ("Thereafter it shall continue until terminated by either party.", "perpetual", True),
        ("The subscription renews on a month-to-month basis.", "1m", True),
        ("At the customer's option, this Agreement shall renew for a further term of two (2) years.", "24m", False),
        (
            "Der Vertrag verlängert sich um jeweils zwölf Monate, wenn er nicht mit einer Frist von drei Monaten gekündigt wird.",
            "12m",
            True,
        ),
    ],
)
def test_for_how_long_it_renews(words: str, short: str, automatic: bool) -> None:
    found = renewal_of(words, [(0, len(words), 0.9)])
    assert found is not None
    assert found[0] == short
    assert goes_on_by_itself(words) == automatic


def test_a_renewal_for_the_same_length_is_as_long_as_the_first_term() -> None:
    words = "It shall automatically renew for the same period."
    assert renewal_of(words, [(0, len(words), 0.9)], "36m") == ("36m", 0, len(words))


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("terminate by notice at least ten (10) business days before the end of the term", NoticeWindow(length=10, unit="business_days")),
        ("notice of non-renewal three months prior to each anniversary", NoticeWindow(length=3, unit="months", anchor="anniversary")),
        ("notice of termination must be received more than 30 days before expiration", NoticeWindow(length=30, clear=True, received=True)),
        (
            "not to renew by notice not less than 30 days and not more than 90 days before the end of the term",
            NoticeWindow(length=30, opens=90),
        ),
        ("Kündigung mit einer Frist von sechs Wochen zum Quartalsende", NoticeWindow(length=6, unit="weeks", anchor="quarter_end")),
        ("may terminate at any time upon 14 days' prior notice", NoticeWindow(length=14, anchor="any_time")),
        ("notice 60 days prior to the renewal date", NoticeWindow(length=60, anchor="renewal_date")),
    ],
)
def test_a_notice_is_a_window_with_an_anchor(words: str, window: NoticeWindow) -> None:
    found = notice_of(words, [(0, len(words), 0.9)])
    assert found is not None
    assert window_of(found[0], words) == window


@pytest.mark.parametrize(
    ("words", "cap"),
    [
        ("Liability shall not exceed EUR 100,000 in the aggregate.", Cap(money=Money.of(100_000, "EUR"))),
        ("Aggregate liability is limited to the fees paid in the preceding six months.", Cap(fee_months=6)),
        ("Aggregate liability is limited to the fees paid under this Agreement.", Cap(fee_months=0)),
        ("Liability shall not exceed two times the fees paid in the prior year.", Cap(fee_months=0, times=Decimal(2))),
        (
            "Liability shall not exceed the greater of EUR 5,000 and the fees paid in the prior 12 months.",
            Cap(money=Money.of(5_000, "EUR"), fee_months=12, alternative=True),
        ),
        ("Neither party is liable for lost profits.", None),
    ],
)
def test_a_cap_on_liability(words: str, cap: Cap | None) -> None:
    assert liability_cap(words) == cap


def test_rates_and_days() -> None:
    assert price_increase("Vendor may increase the fees by no more than 5% at each renewal.") == Increase(500, by_index=False)
    assert price_increase("Fees may be raised in line with the consumer price index.") == Increase(None, by_index=True)
    assert price_increase("Fees may increase by 3% or 7%.") is None
    assert payment_days("Payment terms: net 45.") == 45
    assert payment_days("A refund is paid within 30 days.") is None
    assert payment_days("Invoices are due within 14 days, for services within 30 days.") is None
    assert late_fee("Late payments bear interest of 9 % per annum.") == LateFee(900, "year")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("This Agreement is governed by the laws of England and Wales.", ("england",)),
        ("Construed under the substantive laws of the Federal Republic of Germany.", ("germany",)),
        ("Es gilt deutsches Recht unter Ausschluss des UN-Kaufrechts.", ("germany",)),
        ("Governed by the laws of the State of New York, United States of America.", ("new york",)),
        ("Governed by the law of the place.", None),
    ],
)
def test_whose_law_governs(words: str, names: tuple[str, ...] | None) -> None:
    found = governing_laws(words, [(0, len(words), 0.9)])
    assert (found[0] if found else None) == names


def test_two_laws_by_region_are_a_list_and_no_answer() -> None:
    words = "If Customer is located in Europe, this Agreement is governed by the laws of Ireland; otherwise by the laws of California."
    law = read_values(words, {"Governing Law": [(0, len(words), 0.9)]}).law
    assert law is not None
    assert set(law.value.names) == {"ireland", "california"}
    assert law.value.undecided
    assert fields(words, {"Governing Law": [(0, len(words), 0.9)]})["governing_law"] is None


@given(st.text(alphabet='0123456789./-_ ()[]\nabcdefghijklmnopqrstuvwxyzMayJuneOctober,;:"', max_size=400))
@settings(max_examples=40)
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert set(fields(text, {"Expiration Date": [(0, len(text), 0.9)], "Renewal Term": [(0, len(text) // 2, 0.5)]})) == set(READ)


@given(st.integers(1, 999), st.sampled_from(["day", "week", "month", "year"]))
@settings(max_examples=40)
def test_a_length_in_figures_is_read_as_it_stands(count: int, unit: str) -> None:
    found = stretches(f"a period of {count} {unit}s")
    assert [(one.count, one.unit) for one in found] == [(count, unit)]


def _ending(term: str, other: str, sure: float, doubted: float) -> str | None:
    text = f"This Agreement is made as of March 1, 2024 by and between Quince Ltd and Medlar LLC.\n\n{term}\n\n{other}\n"
    passages = [(text.index(term), text.index(term) + len(term), sure), (text.index(other), text.index(other) + len(other), doubted)]
    return fields(text, {"Expiration Date": passages})["expiration_date"]


def test_a_length_in_another_clause_is_not_the_end_of_a_contract_whose_term_clause_the_finder_is_sure_of() -> None:
    term, other = (
        "The term of the engagement is the one that the parties have set out in Exhibit A.",
        "The escrow shall remain valid for a period of two (2) years.",
    )
    assert _ending(term, other, 0.9, 0.1) is None
    assert _ending(term, other, 0.1, 0.9) == "2026-03-01"


def test_a_day_in_a_doubtful_passage_does_not_end_what_goes_on_until_somebody_ends_it() -> None:
    term, other = (
        "Unless terminated earlier by a party this Agreement shall continue indefinitely.",
        "The pilot phase shall expire on June 30, 2024.",
    )
    assert _ending(term, other, 0.9, 0.1) == "perpetual"
    assert _ending(term, other, 0.9, 0.4) == "2024-06-30"


def test_a_first_term_that_extends_for_some_years_is_read() -> None:
    term = "This Agreement shall commence on the date hereof and shall extend for a period of five (5) years thereafter."
    assert _ending(term, "Nothing else is agreed.", 0.9, 0.1) == "2029-03-01"


def test_a_date_the_finder_is_sure_of_is_the_agreements_where_the_words_around_it_tell_nothing() -> None:
    text = "Press office of Quince Ltd, Hamburg, on the eve of June 3, 2024 and of much more.\n\nQuince and Medlar work together.\n"
    date_alone = (text.index("June"), text.index(" and of"), 0.8)
    assert fields(text, {"Agreement Date": [date_alone]})["agreement_date"] == "2024-06-03"
    assert fields(text, {"Agreement Date": [(*date_alone[:2], 0.5)]})["agreement_date"] is None


def test_a_term_that_goes_on_from_month_to_month_until_it_is_ended_renews_for_a_month() -> None:
    words = "The Agreement shall be effective month to month, until terminated by either party upon sixty (60) days' notice."
    found = renewal_of(words, [(0, len(words), 0.9)])
    assert found is not None
    assert found[0] == "1m"
