"""The renewal of one contract, from what is known about it to the day it ends or goes on. This file is the table of contents."""

from __future__ import annotations

from datetime import timedelta

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

from graphs import renewal_gates as gates
from graphs import renewal_routing as routing
from graphs.context import Desk
from graphs.nodes.notice_answers import read_answer
from graphs.nodes.renewing import keep_contract, recommend_renewal, start_renegotiation
from graphs.nodes.renewing_notice import leave_notice, prepare_notice, send_notice, send_reminder
from graphs.repair import on_error, repair
from graphs.state import RenewalState
from memory.domain.errors import UnavailableError

_TIMEOUT = timedelta(minutes=3)
_RETRY = RetryPolicy(max_attempts=3, retry_on=(UnavailableError,))


def renewal_graph() -> StateGraph[RenewalState, Desk, RenewalState, RenewalState]:
    """Return the uncompiled graph; the runner compiles it with a checkpointer."""
    graph = StateGraph(RenewalState, context_schema=Desk)

    # Steps: an agent proposes or a fact decides, then one write.
    for step in (
        recommend_renewal,
        keep_contract,
        start_renegotiation,
        prepare_notice,
        send_notice,
        leave_notice,
        read_answer,
        send_reminder,
    ):
        graph.add_node(step, timeout=_TIMEOUT, retry_policy=_RETRY, error_handler=on_error)

    # Gates: the case waits for the operator's decision, yes or hands, and for the vendor's word.
    for gate in (gates.await_decision, gates.await_release, gates.await_hands, gates.await_vendor):
        graph.add_node(gate)
    graph.add_node(repair)

    # Edges: what follows what.
    graph.add_edge(START, "recommend_renewal")
    graph.add_conditional_edges("recommend_renewal", routing.after_recommendation)
    graph.add_conditional_edges("await_decision", routing.after_decision)
    graph.add_edge("keep_contract", END)
    graph.add_edge("start_renegotiation", END)
    graph.add_conditional_edges("prepare_notice", routing.after_notice)
    graph.add_conditional_edges("await_release", routing.after_release)
    graph.add_conditional_edges("await_hands", routing.after_hands)
    graph.add_edge("leave_notice", END)
    graph.add_edge("send_notice", "await_vendor")
    graph.add_edge("send_reminder", "await_vendor")
    graph.add_edge("await_vendor", "read_answer")
    graph.add_conditional_edges("read_answer", routing.after_answer)
    return graph
