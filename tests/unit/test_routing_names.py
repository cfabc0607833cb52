"""Routers: every answer is a node of the graph, and nothing but the state decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph import END
from langgraph.types import Send

from graphs import routing
from graphs.negotiation import negotiation_graph
from graphs.purchase import purchase_graph

PURCHASE = {*purchase_graph().nodes, END}
NEGOTIATION = {*negotiation_graph().nodes, END}


@pytest.mark.parametrize(
    ("router", "state", "goes_to"),
    [
        (routing.after_reading, {"verdict": "submitted"}, "check_request"),
        (routing.after_reading, {"verdict": "unclear"}, "await_clarification"),
        (routing.after_reading, {"verdict": "ended"}, END),
        (routing.after_check, {"verdict": "deny"}, END),
        (routing.after_check, {"verdict": "allow"}, "discover_vendors"),
        (routing.after_check, {"verdict": "require_approval"}, "discover_vendors"),
        (routing.after_discovery, {"verdict": "found"}, "qualify_vendors"),
        (routing.after_discovery, {"verdict": "nobody"}, END),
        (routing.after_comparison, {"awarded": "acme"}, "request_contract"),
        (routing.after_comparison, {"awarded": ""}, END),
        (routing.after_contract, {"verdict": "read"}, "remember_contract"),
        (routing.after_contract, {"verdict": "missing"}, "request_contract"),
        (routing.after_contract, {"verdict": "ended"}, END),
        (routing.after_preparation, {"verdict": "ask"}, "await_approval"),
        (routing.after_preparation, {"verdict": "deny"}, END),
        (routing.after_approval, {"decision": "approve"}, "sign_contract"),
        (routing.after_approval, {"decision": "edit"}, "sign_contract"),
        (routing.after_approval, {"decision": "reject"}, "end_without_signing"),
        (routing.after_signature, {"outcome": "confirmed"}, "place_order"),
        (routing.after_signature, {"outcome": "failed"}, "end_without_signing"),
        (routing.after_payment_file, {"outcome": "confirmed"}, "record_payment"),
        (routing.after_payment_file, {"outcome": "failed"}, "payment_failed"),
        (routing.after_scheduling, {"verdict": "scheduled"}, "await_calendar"),
        (routing.after_scheduling, {"verdict": "no dates"}, "remember_purchase"),
        (routing.after_scheduling, {"verdict": "refused"}, END),
        (routing.after_matching, {"verdict": "matched"}, "pay"),
        (routing.after_matching, {"verdict": "refused"}, "withdraw_order"),
        (routing.after_instruction, {"verdict": "paying"}, "await_payment_file"),
        (routing.after_instruction, {"verdict": "refused"}, "withdraw_order"),
        (routing.after_instruction, {"verdict": "paid"}, "schedule_renewal"),
        (routing.after_mending, {"verdict": "ask"}, "await_payment_approval"),
        (routing.after_mending, {"verdict": "paid"}, "schedule_renewal"),
        (routing.after_mending, {"verdict": "refused"}, "withdraw_order"),
        (routing.after_payment_approval, {"decision": "approve"}, "pay"),
        (routing.after_payment_approval, {"decision": "edit"}, "pay"),
        (routing.after_payment_approval, {"decision": "reject"}, "withdraw_order"),
        (routing.after_payment_approval, {"decision": "expired"}, "payment_failed"),
        (routing.after_withdrawal, {"outcome": "ended", "verdict": "paid"}, END),
        (routing.after_withdrawal, {"outcome": "failed", "verdict": "paid"}, "schedule_renewal"),
    ],
)
def test_each_state_of_a_purchase_has_its_next_node(router, state, goes_to):
    assert router(state) == goes_to
    assert goes_to in PURCHASE


@pytest.mark.parametrize(
    ("router", "outcome", "goes_to"),
    [
        (routing.after_move, "sent", "await_reply"),
        (routing.after_move, "agreed", END),
        (routing.after_reply, "quoted", "make_move"),
        (routing.after_reply, "unreadable", "make_move"),
        (routing.after_reply, "no_reply", END),
    ],
)
def test_each_state_of_a_negotiation_has_its_next_node(router, outcome, goes_to):
    assert router({"outcome": outcome}) == goes_to
    assert goes_to in NEGOTIATION


@given(st.text())
def test_a_word_that_no_gate_knows_never_signs_and_never_pays(word):
    if word not in {"approve", "edit"}:
        assert routing.after_approval({"decision": word}) == "end_without_signing"
    if word != "confirmed":
        assert routing.after_signature({"outcome": word}) == "end_without_signing"
        assert routing.after_payment_file({"outcome": word}) == "payment_failed"
    if word != "ask":
        assert routing.after_preparation({"verdict": word}) == END


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_every_invited_vendor_gets_a_negotiation_of_its_own(vendors):
    sends = routing.invite({"case_id": "CASE-1", "candidates": vendors})
    assert [send.node for send in sends] == ["negotiate"] * len(vendors)
    assert [send.arg for send in sends if isinstance(send, Send)] == [{"case_id": "CASE-1", "vendor_id": vendor} for vendor in vendors]


def test_with_nobody_to_invite_the_purchase_ends():
    assert routing.invite({"case_id": "CASE-1", "candidates": []}) == END
