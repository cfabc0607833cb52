"""The purchase graph for `langgraph dev`: compiled without a checkpointer, which that server brings itself.

It shows the shape and the interrupts. Running a purchase needs a home and its worker: `qm demo`, `qm up`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphs.purchase import purchase_graph

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from graphs.context import Desk
    from graphs.state import PurchaseState


def purchase() -> CompiledStateGraph[PurchaseState, Desk, PurchaseState, PurchaseState]:
    """Return the compiled purchase graph."""
    return purchase_graph().compile()
