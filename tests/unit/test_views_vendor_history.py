"""Vendor profiles through time: as they stood, what changed, by whom, on what evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.errors import NotFoundError
from memory.domain.events.contracts import ContractSigned
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.events.sourcing import VendorDiscovered, VendorQualified, VendorRejected, VendorUpdated
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.money import Period, Price
from memory.domain.quote import NegotiationOutcome
from memory.domain.vendor import Candidate, Qualification, VendorFacts, VendorStatus
from memory.views.vendors import as_of, changes_between, current_profile, profile_history, vendor_list, vendor_names

T0 = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FACTS = VendorFacts(vendor_id="postbird", name="Postbird", data_region="EU", website="https://postbird.example")


def ref(letter: str, origin: Origin = Origin.CATALOGUE) -> EvidenceRef:
    return EvidenceRef(digest=letter * 64, origin=origin)


def updated(by: str = "jo", evidence: tuple[EvidenceRef, ...] = (), **changes: Any) -> VendorUpdated:
    return VendorUpdated(facts=FACTS.model_copy(update=changes), by=by, evidence=evidence)


def discovered(evidence: tuple[EvidenceRef, ...] = (), **changes: Any) -> VendorDiscovered:
    return VendorDiscovered(candidate=Candidate(facts=FACTS.model_copy(update=changes), found_in="catalogue", evidence=evidence))


def step(core: Any, number: int, fact: Any, **rest: Any) -> None:
    core.act(f"step/{number}", fact, **rest)
    core.clock.move(timedelta(days=1))


def test_a_profile_stands_as_it_was_at_each_instant(core: Any) -> None:
    step(core, 0, discovered((ref("a"),)), actor="vendor_scout")
    step(core, 1, updated(data_region="US", evidence=(ref("b", Origin.OPERATOR),)))
    second = timedelta(seconds=1)
    with pytest.raises(NotFoundError) as told:
        as_of(core.database, "postbird", T0 - second)
    assert "qm vendors show postbird" in told.value.hint
    first, now = as_of(core.database, "postbird", T0), as_of(core.database, "postbird", T0 + timedelta(days=1))
    assert as_of(core.database, "postbird", T0 + timedelta(days=1) - second) == first
    assert (first.version, first.facts.data_region, first.changed_by, first.evidence) == (1, "EU", "vendor_scout", (ref("a"),))
    assert (now.version, now.facts.data_region, now.changed_by, now.evidence) == (2, "US", "jo", (ref("b", Origin.OPERATOR),))
    assert now == current_profile(core.database, "postbird") == as_of(core.database, "postbird", T0 + timedelta(days=999))
    assert [p.event_id for p in profile_history(core.database, "postbird")] == [e.event_id for e in core.events()]


def test_changes_between_two_instants_name_field_values_author_and_evidence(core: Any) -> None:
    step(core, 0, discovered((ref("a"),)), actor="vendor_scout")
    price = Price(amount_minor=4800, currency="EUR", period=Period.MONTH)
    step(core, 1, updated(data_region="US", list_price=price, features=("api",), evidence=(ref("b"),)))
    step(core, 2, updated(data_region="EU", by="mia"))
    day = timedelta(days=1)
    middle = changes_between(core.database, "postbird", T0, T0 + day)
    assert {c.field: (c.before, c.after, c.by, c.evidence) for c in middle} == {
        "data_region": ("EU", "US", "jo", (ref("b"),)),
        "list_price": (None, '{"amount_minor": 4800, "currency": "EUR", "period": "month"}', "jo", (ref("b"),)),
        "features": (None, '["api"]', "jo", (ref("b"),)),
    }
    assert {c.field for c in changes_between(core.database, "postbird", T0 - day, T0)} == {"name", "website", "data_region", "status"}
    assert changes_between(core.database, "postbird", T0 + day, T0 + day) == ()
    last = changes_between(core.database, "postbird", T0 + day, T0 + 9 * day)
    assert {c.by for c in last} == {"mia"}
    assert [c.after for c in last if c.field == "list_price"] == [None]


@settings(max_examples=20)
@given(regions=st.lists(st.sampled_from(["EU", "US", None]), min_size=1, max_size=8), cut=st.integers(0, 8))
def test_the_changes_lead_from_one_profile_to_the_next(open_core: Callable[..., Any], regions: list[str | None], cut: int) -> None:
    core = open_core()
    for number, region in enumerate(regions):
        step(core, number, updated(data_region=region))
    day = timedelta(days=1)
    end = T0 + len(regions) * day
    region: str | None = None
    for change in changes_between(core.database, "postbird", T0 - day, end):
        if change.field == "data_region":
            assert change.before == region
            region = change.after
    assert region == regions[-1]
    whole = changes_between(core.database, "postbird", T0 - day, end)
    middle = T0 + cut * day
    assert changes_between(core.database, "postbird", T0 - day, middle) + changes_between(core.database, "postbird", middle, end) == whole


def test_what_changes_nothing_is_no_version(core: Any) -> None:
    step(core, 0, discovered())
    step(core, 1, discovered())
    step(core, 2, updated())
    assert len(profile_history(core.database, "postbird")) == 1


def test_a_new_look_keeps_what_it_did_not_see_and_whom_the_operator_named(core: Any) -> None:
    step(core, 0, updated(contact_id="c-jo", status=VendorStatus.BLOCKED, name="Postbird (mine)"))
    step(core, 1, discovered(contact_id="c-scout", data_region=None, plan="Pro", name="POSTBIRD!!"))
    profile = current_profile(core.database, "postbird")
    assert profile is not None
    facts = profile.facts
    assert (facts.contact_id, facts.status, facts.name, facts.data_region, facts.plan) == (
        "c-jo", VendorStatus.BLOCKED, "Postbird (mine)", "EU", "Pro",
    )  # fmt: skip


def test_a_case_moves_the_standing_of_its_vendor_with_its_evidence(core: Any, quote: Callable[..., Any]) -> None:
    claim = Claim(text="hosted in the EU", evidence=(ref("e"),))
    finding = Qualification(vendor_id="postbird", qualified=True, score=90, reasons=(claim,))
    agreed = quote(4200, message="f" * 64)
    facts: list[Any] = [
        discovered(),
        VendorQualified(vendor_id="postbird", qualification=finding),
        NegotiationConcluded(vendor_id="postbird", outcome=NegotiationOutcome.FINAL_QUOTE, rounds=2, final_quote=agreed),
        ContractSigned(vendor_id="postbird", contract="c" * 64, signed="d" * 64, check={}, unit_price=agreed.terms.unit_price),
    ]
    for number, fact in enumerate(facts):
        step(core, number, fact)
    history = profile_history(core.database, "postbird")
    assert [p.facts.status for p in history] == [VendorStatus.CANDIDATE, VendorStatus.QUALIFIED, VendorStatus.CONTRACTED]
    assert history[1].evidence == (ref("e"),)
    assert history[2].facts.last_agreed == agreed.terms.unit_price
    assert history[2].evidence == (EvidenceRef(digest="d" * 64, origin=Origin.SYSTEM),)


@pytest.mark.parametrize("standing", [VendorStatus.CONTRACTED, VendorStatus.BLOCKED])
def test_what_does_not_fit_one_request_takes_no_standing_away(core: Any, standing: VendorStatus) -> None:
    step(core, 0, updated(status=standing))
    step(core, 1, VendorRejected(vendor_id="postbird", qualification=Qualification(vendor_id="postbird", qualified=False, score=0)))
    step(core, 2, VendorQualified(vendor_id="postbird", qualification=Qualification(vendor_id="postbird", qualified=True, score=9)))
    profile = current_profile(core.database, "postbird")
    assert profile is not None
    assert (profile.version, profile.facts.status) == (1, standing)


@pytest.mark.parametrize("outcome", list(NegotiationOutcome))
def test_a_price_that_nobody_signed_is_not_remembered_as_agreed(core: Any, quote: Callable[..., Any], outcome: NegotiationOutcome) -> None:
    step(core, 0, discovered())
    step(core, 1, NegotiationConcluded(vendor_id="postbird", outcome=outcome, rounds=2, final_quote=quote(6080, message="f" * 64)))
    profile = current_profile(core.database, "postbird")
    assert profile is not None
    assert (profile.version, profile.facts.last_agreed) == (1, None)


def test_facts_about_an_unknown_vendor_make_no_profile(core: Any) -> None:
    step(core, 0, ContractSigned(vendor_id="nobody", contract="c" * 64, signed="d" * 64, check={}))
    assert current_profile(core.database, "nobody") is None
    assert vendor_list(core.database) == ()


def test_the_list_holds_the_newest_profile_of_each_vendor_by_name(core: Any) -> None:
    step(core, 0, discovered(vendor_id="z", name="alpha"))
    step(core, 1, discovered(vendor_id="a", name="Beta"))
    step(core, 2, VendorUpdated(facts=VendorFacts(vendor_id="z", name="Gamma"), by="jo"))
    listed = vendor_list(core.database)
    assert [(p.facts.vendor_id, p.version) for p in listed] == [("a", 1), ("z", 2)]
    assert vendor_names(listed) == {"a": "Beta", "z": "Gamma"}
