"""A trial that a paper grants: read where its last day follows from the paper, and from there in the calendar and among what asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.contract_reader.trials import trial_in
from memory.domain.contract import ContractReview
from memory.domain.events.contracts import ContractImported, ContractReviewed
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.vendor import VendorFacts
from memory.views.calendar_entries import EntryKind, calendar_entries
from memory.views.charges import charge_book

START = date(2027, 2, 15)


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("Customer receives a 30-day free trial starting 1 March.", date(2027, 3, 30)),
        ("Customer receives a 30-day free trial starting on 1 March 2027.", date(2027, 3, 30)),
        ("The trial period of fourteen (14) days begins on March 1, 2027.", date(2027, 3, 14)),
        ("The free trial ends on 31 March 2027 and then converts into a paid plan unless cancelled.", date(2027, 3, 31)),
        ("You will not be charged during the one month free trial that starts on the Effective Date.", date(2027, 3, 14)),
        ("Die kostenlose Testphase von 14 Tagen beginnt am 1. März 2027.", date(2027, 3, 14)),
        ("Die Testphase endet am 31.03.2027.", date(2027, 3, 31)),
    ],
)
def test_a_trial_is_read_with_the_sentence_that_grants_it(sentence: str, last: date) -> None:
    text = f"This agreement is effective as of 15 February 2027. {sentence} Fees are due within 14 days."
    trial = trial_in(text, START)
    assert trial is not None
    assert trial.last_day == last
    assert text[trial.span.start : trial.span.end] == trial.span.text
    assert sentence.rstrip(".") in trial.span.text


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no free trial.",
        "Each party waives trial by jury from 1 March 2027.",
        "Provider may offer a 30-day free trial starting on any date, for example 1 March 2027.",
        "Provider runs a clinical trial of 30 days from 1 March 2027.",
        "The free trial lasts 30 days.",
        "The Service starts on 1 March 2027.",
    ],
)
def test_no_last_day_is_made_up(sentence: str) -> None:
    assert trial_in(f"This agreement is effective as of 15 February 2027. {sentence}", START) is None


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_the_end_of_a_contracts_trial_is_in_the_calendar_and_asked_about_before_it_costs(core: Any) -> None:
    core.clock.at = datetime(2027, 3, 2, 9, tzinfo=UTC)
    text = "The 30-day free trial starts on 1 March 2027."
    review = ContractReview(contract="c" * 64, text="d" * 64, pages=1, clauses=(), effective_on=START, trial=trial_in(text, START))
    core.act("vendor", VendorUpdated(facts=VendorFacts(vendor_id="acme", name="Acme"), by="jo"), stream="workspace")
    core.act("seen", ContractReviewed(vendor_id="acme", review=review.model_copy(update={"contract": "b" * 64})), stream="CASE-1")
    today = date(2027, 3, 2)
    assert calendar_entries(core.database, today) == ()
    core.act("paper", ContractImported(vendor_id="acme", filename="acme.pdf", review=review), stream="workspace")
    (entry,) = calendar_entries(core.database, today)
    assert (entry.kind, entry.on, entry.summary) == (EntryKind.TRIAL_END, date(2027, 3, 30), "Trial ends: Acme")
    (flag,) = charge_book(core.database, today).flags
    assert (flag.on, flag.assumed, flag.vendor_id) == (date(2027, 3, 30), False, "acme")
    assert "what it costs then is not known" in flag.why
