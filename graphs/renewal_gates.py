"""The gates of a renewal: where it waits for the operator's decision, for the notice to be released or sent by hand, and for the vendor.

As in `graphs.gates`: one interrupt each, and nothing before it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from graphs.gates import EXPIRY, Reply, wait_for
from graphs.state import RenewalState
from memory.domain.approval import Decision


class Chosen(BaseModel):
    """What ends the wait for the decision: the action, bound to the recommendation by its digest."""

    action: Literal["keep", "renegotiate", "cancel"]
    digest: str
    by: str


class Given(BaseModel):
    """What ends the wait for the operator's hands: whether the notice was sent, or what was missing was entered."""

    by: str
    sent: bool


async def await_decision(state: RenewalState) -> RenewalState:
    """Wait for the operator to keep, renegotiate or cancel."""
    return {"decision": wait_for(state["wait"], Chosen).action}


async def await_release(state: RenewalState) -> RenewalState:
    """Wait for the operator's yes to the exact notice."""
    answer = wait_for(state["wait"], Decision)
    return {"decision": "expired" if answer.by == EXPIRY else answer.type}


async def await_hands(state: RenewalState) -> RenewalState:
    """Wait until the operator has sent the notice by hand, or entered the contact that it goes to."""
    return {"outcome": "sent" if wait_for(state["wait"], Given).sent else "entered"}


async def await_vendor(state: RenewalState) -> RenewalState:
    """Wait for the vendor's word on the notice, for silence, or for the operator's own word that it ends."""
    return {"outcome": wait_for(state["wait"], Reply).status}
