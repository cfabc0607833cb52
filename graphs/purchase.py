"""The purchase, from the operator's sentence to the renewal date. This file is the table of contents: nodes, then edges."""

from __future__ import annotations

from datetime import timedelta

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

from graphs import gates, routing
from graphs.context import Desk
from graphs.negotiation import negotiation_graph
from graphs.nodes.closing import close_case, end_without_signing, schedule_renewal
from graphs.nodes.committing import match_invoice, pay, place_order, record_payment, sign_contract
from graphs.nodes.contracting import prepare_approval, read_contract, remember_contract, request_contract
from graphs.nodes.intake import check_request, read_request
from graphs.nodes.mending import payment_failed, prepare_payment, withdraw_order
from graphs.nodes.recalling import remember_purchase
from graphs.nodes.resending import mail_failed
from graphs.nodes.sourcing import compare_quotes, discover_vendors, qualify_vendors
from graphs.repair import on_error, repair
from graphs.state import PurchaseState
from memory.domain.errors import UnavailableError

#: A node waits for models and lookups, never for people: gates do that.
_TIMEOUT = timedelta(minutes=3)
_RETRY = RetryPolicy(max_attempts=3, retry_on=(UnavailableError,))


def purchase_graph() -> StateGraph[PurchaseState, Desk, PurchaseState, PurchaseState]:
    """Return the uncompiled graph; `app.bootstrap` compiles it with a checkpointer."""
    graph = StateGraph(PurchaseState, context_schema=Desk)

    # Steps: an agent proposes or policy decides, then one write.
    for step in (
        read_request,
        check_request,
        discover_vendors,
        qualify_vendors,
        compare_quotes,
        request_contract,
        read_contract,
        remember_contract,
        prepare_approval,
        sign_contract,
        place_order,
        match_invoice,
        pay,
        payment_failed,
        prepare_payment,
        withdraw_order,
        mail_failed,
        record_payment,
        schedule_renewal,
        remember_purchase,
        close_case,
        end_without_signing,
    ):
        graph.add_node(step, timeout=_TIMEOUT, retry_policy=_RETRY, error_handler=on_error)

    # Gates: the case waits for a person, a vendor, a connector or the bank.
    for gate in (
        gates.await_clarification,
        gates.await_contract,
        gates.await_approval,
        gates.await_signature,
        gates.await_confirmation,
        gates.await_payment_file,
        gates.await_mend,
        gates.await_resend,
        gates.await_payment_approval,
        gates.await_bank_line,
        gates.await_calendar,
    ):
        graph.add_node(gate)
    graph.add_node("negotiate", negotiation_graph().compile())
    graph.add_node(repair)

    # Edges: what follows what.
    graph.add_edge(START, "read_request")
    graph.add_conditional_edges("read_request", routing.after_reading)
    graph.add_edge("await_clarification", "read_request")
    graph.add_conditional_edges("check_request", routing.after_check)
    graph.add_conditional_edges("discover_vendors", routing.after_discovery)
    graph.add_conditional_edges("qualify_vendors", routing.invite, ["negotiate", END])
    graph.add_edge("negotiate", "compare_quotes")
    graph.add_conditional_edges("compare_quotes", routing.after_comparison)
    graph.add_edge("request_contract", "await_contract")
    graph.add_edge("await_contract", "read_contract")
    graph.add_conditional_edges("read_contract", routing.after_contract)
    graph.add_edge("remember_contract", "prepare_approval")
    graph.add_conditional_edges("prepare_approval", routing.after_preparation)
    graph.add_conditional_edges("await_approval", routing.after_approval)
    graph.add_edge("end_without_signing", END)
    graph.add_edge("sign_contract", "await_signature")
    graph.add_conditional_edges("await_signature", routing.after_signature)
    graph.add_conditional_edges("place_order", routing.after_order)
    graph.add_edge("await_confirmation", "match_invoice")
    graph.add_conditional_edges("match_invoice", routing.after_matching)
    graph.add_edge("mail_failed", "await_resend")
    graph.add_conditional_edges("await_resend", routing.after_resend)
    graph.add_conditional_edges("pay", routing.after_instruction)
    graph.add_conditional_edges("await_payment_file", routing.after_payment_file)
    graph.add_edge("payment_failed", "await_mend")
    graph.add_edge("await_mend", "prepare_payment")
    graph.add_conditional_edges("prepare_payment", routing.after_mending)
    graph.add_conditional_edges("await_payment_approval", routing.after_payment_approval)
    graph.add_conditional_edges("withdraw_order", routing.after_withdrawal)
    graph.add_edge("record_payment", "await_bank_line")
    graph.add_edge("await_bank_line", "schedule_renewal")
    graph.add_conditional_edges("schedule_renewal", routing.after_scheduling)
    graph.add_edge("await_calendar", "remember_purchase")
    graph.add_edge("remember_purchase", "close_case")
    graph.add_edge("close_case", END)
    return graph
