"""What else is open to us: competing quotes as long as they could be taken, list prices elsewhere; and when a lower offer may be claimed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest

from agents.negotiator.leverage import leverage_over
from graphs.alternatives import rival_quotes
from graphs.case_file import CaseFile, NegotiationFile
from graphs.policy.document import Policy
from memory.domain.errors import InputError
from memory.domain.events.cases import RequisitionSubmitted
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.requisition import Requisition

TODAY = date(2026, 11, 23)


def a_case(need: Requisition, *files_of: NegotiationFile) -> CaseFile:
    case = CaseFile("CASE-1")
    case.submitted = RequisitionSubmitted(requisition=need, restated="")
    case.negotiations = {file.vendor_id: file for file in files_of}
    return case


def talk(vendor_id: str, *quotes: Quote, outcome: NegotiationOutcome | None = None, denied: tuple[str, ...] = ()) -> NegotiationFile:
    ended = NegotiationConcluded(vendor_id=vendor_id, outcome=outcome, rounds=1) if outcome else None
    return NegotiationFile(vendor_id, quotes=list(quotes), denied_needs=list(denied), concluded=ended)


def test_a_competing_quote_counts_while_it_could_be_taken(quote: Callable[..., Quote], a_requisition: Requisition) -> None:
    good = quote(4000, vendor_id="rival", quote_id="Q-2")
    assert rival_quotes(a_case(a_requisition, talk("me"), talk("rival", good)), "me", TODAY) == (good,)
    stale = [
        talk("rival", quote(4000, vendor_id="rival", valid_until=date(2026, 11, 22))),
        talk("rival", quote(4000, vendor_id="rival", ambiguous=("net or gross?",))),
        talk("rival", quote(4000, vendor_id="rival", quantity=10)),
        talk("rival", quote(4000, vendor_id="rival", currency="USD")),
        talk("rival", good, denied=("EU data",)),
        talk("rival", good, outcome=NegotiationOutcome.WALKED_AWAY),
        talk("rival"),
    ]
    for other in stale:
        assert rival_quotes(a_case(a_requisition, talk("me"), other), "me", TODAY) == ()


def test_our_own_talks_are_no_alternative(quote: Callable[..., Quote], a_requisition: Requisition) -> None:
    assert rival_quotes(a_case(a_requisition, talk("me", quote(4000, vendor_id="me"))), "me", TODAY) == ()


def test_a_lower_offer_is_claimed_only_while_it_is_true_and_policy_lets(quote: Callable[..., Quote], terms: Callable[..., Terms]) -> None:
    rival = quote(4000, vendor_id="rival")
    assert leverage_over(terms(4800), (rival,), permitted=True, today=TODAY).may_be_said
    assert not leverage_over(terms(3900), (rival,), permitted=True, today=TODAY).may_be_said
    assert not leverage_over(terms(4800), (), permitted=True, today=TODAY).may_be_said
    assert not leverage_over(terms(4800), (rival,), permitted=False, today=TODAY).may_be_said


def test_policy_says_whether_a_lower_offer_may_be_mentioned() -> None:
    sample = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")
    assert Policy.load(sample, source="policy.yaml").mention_lower_offers
    silent = sample.replace("version: 1", "version: 1\nmention_lower_offers: false")
    assert not Policy.load(silent, source="policy.yaml").mention_lower_offers
    with pytest.raises(InputError):
        Policy.load(sample.replace("version: 1", "version: 1\nmention_lower_offers: perhaps"), source="policy.yaml")
