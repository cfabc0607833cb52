"""The negotiation with one vendor, as a sub-graph: request, wait, read, move, until it is concluded."""

from __future__ import annotations

from datetime import timedelta

from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy

from graphs.context import Desk
from graphs.gates import await_reply
from graphs.nodes.bargaining import make_move, read_reply, request_quote
from graphs.repair import on_error, repair
from graphs.routing import after_move, after_reply
from graphs.state import NegotiationResult, NegotiationState
from memory.domain.errors import UnavailableError

_TIMEOUT = timedelta(minutes=3)
_RETRY = RetryPolicy(max_attempts=3, retry_on=(UnavailableError,))


def negotiation_graph() -> StateGraph[NegotiationState, Desk, NegotiationState, NegotiationResult]:
    """Return the uncompiled sub-graph for one vendor."""
    graph = StateGraph(NegotiationState, context_schema=Desk, output_schema=NegotiationResult)

    graph.add_node(request_quote, timeout=_TIMEOUT, retry_policy=_RETRY, error_handler=on_error)
    graph.add_node(await_reply)
    graph.add_node(read_reply, timeout=_TIMEOUT, retry_policy=_RETRY, error_handler=on_error)
    graph.add_node(make_move, timeout=_TIMEOUT, retry_policy=_RETRY, error_handler=on_error)
    graph.add_node(repair)

    graph.add_edge(START, "request_quote")
    graph.add_conditional_edges("request_quote", after_move)
    graph.add_edge("await_reply", "read_reply")
    graph.add_conditional_edges("read_reply", after_reply)
    graph.add_conditional_edges("make_move", after_move)
    return graph
