"""What the checkpoints hold: ids and JSON scalars. Everything else is read from the ledger, by these ids."""

from __future__ import annotations

import operator
from typing import Annotated

from typing_extensions import TypedDict  # below Python 3.12 pydantic draws no schema of the other one, and `langgraph dev` asks for it

#: Raised when nodes or their order change so that a waiting thread could not go on; every case carries the one it began with.
GRAPH_VERSION = 1


class PurchaseState(TypedDict, total=False):
    """The place of one purchase in the process. The thread id is the case id."""

    case_id: str
    revision: int
    """How often the request was read again after an answer of the operator."""
    asks: int
    """How often the vendor was asked for its contract."""
    wait: str
    """The key of the wait that the next gate waits for."""
    verdict: str
    candidates: list[str]
    negotiations: Annotated[dict[str, str], operator.or_]
    awarded: str
    contract: str
    approval_id: str
    decision: str
    outcome: str
    payment: int
    """How many payments were put before the operator after the first; each has keys of its own."""
    undelivered: str
    """The step whose mail was not delivered."""
    resends: int
    """How often a mail was put into words again because the one before was not delivered; each has a key of its own."""
    failed: str
    repair_wait: str
    """The key of the wait for the operator's retry, beside `wait`, which the failed step may still need."""
    repairs: int


class NegotiationState(TypedDict, total=False):
    """The place of the negotiation with one vendor, inside the purchase."""

    case_id: str
    vendor_id: str
    round: int
    wait: str
    outcome: str
    negotiations: Annotated[dict[str, str], operator.or_]
    failed: str
    repair_wait: str
    repairs: int


class NegotiationResult(TypedDict, total=False):
    """All that a negotiation hands back: how it ended, by vendor."""

    negotiations: Annotated[dict[str, str], operator.or_]


class RenewalState(TypedDict, total=False):
    """The place of one renewal in the process. The thread id is the case id."""

    case_id: str
    revision: int
    wait: str
    verdict: str
    decision: str
    approval_id: str
    outcome: str
    notices: int
    """How often the notice was written: each time has keys of its own."""
    reminders: int
    answers: int
    """How often the vendor's word was looked for."""
    failed: str
    repair_wait: str
    repairs: int
