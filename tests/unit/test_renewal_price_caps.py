"""A rise held against the contract's own cap: told with the clause and the charges, as a risk and as a reason; never where it is allowed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.renewal_watcher import RenewalBrief, RenewalWatcher
from graphs.watching import scheduled
from memory.domain.charges import Charge, percent_a_year
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview
from memory.domain.events.charges import ChargeObserved
from memory.domain.events.contracts import ContractImported
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.evidence import EvidenceRef, Origin, Span
from memory.domain.money import Money
from memory.domain.price_cap import BrokenCap, PriceCap, cap_of, goes_beyond
from memory.domain.renewal import RenewalAction
from memory.domain.vendor import VendorFacts
from memory.views.renewal_facts import Rise, beyond_cap
from memory.views.renewal_outlook import Level, risks_ahead
from memory.views.renewals import renewal_list
from tools.llm.choice import NoModel

SENTENCE = Span(start=40, end=100, text="Provider may increase the Fees at each renewal by up to 12 %")
CLAUSE = EvidenceRef(digest="d" * 64, origin=Origin.VENDOR_DOCUMENT, span=SENTENCE)
TODAY = date(2026, 11, 22)


def review(*values: str, certainty: Certainty = Certainty.SURE) -> ContractReview:
    return ContractReview(
        contract="c" * 64,
        text="d" * 64,
        pages=1,
        clauses=tuple(Clause(kind=ClauseKind.PRICE_INCREASE, span=SENTENCE, value=value, certainty=certainty) for value in values),
        effective_on=date(2025, 3, 15),
        initial_term_months=12,
        renewal_months=12,
        auto_renews=True,
        notice_days=60,
    )


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def paid(core: Any, *minors: int) -> None:
    charges = tuple(
        Charge(
            charge_id=f"c{n}", account="main", booked_on=date(2026 - len(minors) + 1 + n, 3, 15), amount=eur(minor), name="ACME CLOUD GMBH"
        )
        for n, minor in enumerate(minors)
    )
    seen = ChargeObserved(
        statement="e" * 64,
        filename="b.csv",
        account="main",
        first_day=charges[0].booked_on,
        last_day=TODAY,
        charges=charges,
        already_known=0,
    )
    core.act("paid", seen, stream="workspace")


def watched(core: Any, paper: ContractReview) -> None:
    core.clock.at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    facts = VendorFacts(vendor_id="acme-cloud", name="Acme Cloud GmbH")
    core.act("vendor", VendorUpdated(facts=facts, by="jo"), stream="workspace")
    core.act("paper", ContractImported(vendor_id="acme-cloud", filename="acme.pdf", review=paper), stream="workspace")
    fact = scheduled(paper, vendor_id="acme-cloud", annual_cost=eur(48_000), uid="acme", today=TODAY, category="")
    assert fact is not None
    core.act("watch", fact, stream="workspace")


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_rise_beyond_the_contracts_cap_is_a_risk_that_cites_the_clause_and_the_charges(core: Any) -> None:
    watched(core, review("at most 12 %"))
    paid(core, 40_000, 42_000, 48_000)
    (risk,) = risks_ahead(core.database, TODAY)
    assert risk.level is Level.MEDIUM
    (told,) = [sign for sign in risk.signs if "at most 12 %" in sign.says]
    assert "14.3 %" in told.says
    assert "470.40 EUR" in told.says
    assert told.evidence == ("d" * 64, "e" * 64)
    assert sum("2026-03-15" in sign.says for sign in risk.signs) == 1


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("paper", "minors"),
    [
        (review("at most 12 %"), (40_000, 42_000, 47_000)),
        (review("at most 12 %"), (30_000, 42_000, 42_000)),
        (review("at most 12 %", certainty=Certainty.UNSURE), (40_000, 42_000, 48_000)),
        (review("no cap"), (40_000, 42_000, 48_000)),
        (review(), (40_000, 42_000, 48_000)),
    ],
    ids=["allowed", "before the contract", "not sure", "no cap", "nothing said"],
)
def test_nobody_is_told_to_have_broken_a_cap_that_is_not_surely_broken(core: Any, paper: ContractReview, minors: tuple[int, ...]) -> None:
    watched(core, paper)
    paid(core, *minors)
    assert not [sign for risk in risks_ahead(core.database, TODAY) for sign in risk.signs if "allows at most" in sign.says]


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_rises_within_one_year_are_held_against_the_cap_together(core: Any) -> None:
    watched(core, review("at most 12 %"))
    (line,) = renewal_list(core.database, TODAY)
    steps = [
        Rise(eur(10_000), eur(10_800), date(2026, 1, 5), "e" * 64, "s", Decimal("8.0"), ("e" * 64,)),
        Rise(eur(10_800), eur(11_600), date(2026, 7, 5), "f" * 64, "s", Decimal("7.4"), ("f" * 64,)),
    ]
    cap = PriceCap(percent=Decimal(12), proof=CLAUSE)
    (broken,) = beyond_cap(cap, steps, line, date(2025, 3, 15))
    assert (broken.before, broken.after, broken.percent) == (eur(10_000), eur(11_600), Decimal("16.0"))
    assert [ref.digest for ref in broken.proof] == ["d" * 64, "e" * 64, "f" * 64]


def test_of_several_caps_the_highest_counts() -> None:
    found = cap_of(review("at most 5 %", "at most 12 %"))
    assert found is not None
    assert (found.percent, found.proof) == (Decimal(12), CLAUSE)


def test_the_recommendation_says_so_with_both_proofs_and_asks_for_what_is_allowed() -> None:
    bank = EvidenceRef(digest="e" * 64, origin=Origin.BANK)
    broken = BrokenCap(
        cap=Decimal(12), before=eur(42_000), after=eur(48_000), on=date(2026, 3, 15), percent=Decimal("14.3"), proof=(CLAUSE, bank)
    )
    brief = RenewalBrief(
        case_id="CASE-1",
        uid="acme",
        schedule="EV-1",
        vendor_id="acme-cloud",
        vendor_name="Acme",
        today=TODAY,
        term_end=date(2027, 3, 14),
        decide_by=date(2027, 1, 13),
        auto_renews=True,
        annual=eur(48_000),
        contract=CLAUSE,
        broken_caps=(broken,),
    )
    found = asyncio.run(RenewalWatcher(NoModel()).propose(brief))
    assert found.action is RenewalAction.RENEGOTIATE
    assert found.claims[0].evidence == (CLAUSE, bank)
    assert "at most 12 %" in found.summary
    assert found.positions[0].ask.startswith("Not above 470.40 EUR a year")


@given(before=st.integers(1_000, 10**7), cap=st.integers(0, 50), share=st.integers(0, 100), days=st.integers(1, 2000))
def test_what_a_cap_allows_is_never_beyond_it(before: int, cap: int, share: int, days: int) -> None:
    # Whole cents are rounded down: the dearest price that one may ask for, and anything below it.
    after = before + before * cap * share // 10_000
    allowed = PriceCap(percent=Decimal(cap), proof=CLAUSE)
    assert not goes_beyond(Decimal(percent_a_year(eur(before), eur(after), days)), allowed)
    if days <= 365:
        far = before + before * (cap + 1) // 100 + 1
        assert goes_beyond(Decimal(percent_a_year(eur(before), eur(far), days)), allowed)
