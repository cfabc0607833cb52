"""Gates: the nodes where a case waits, for a person, a vendor, a connector or the bank.

A gate holds one `interrupt` and nothing before it, since a node runs again from its first line when it is resumed. The value
carries the key of the wait; `service.advance` answers it by interrupt id once the ledger holds the answer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from langgraph.types import interrupt
from pydantic import BaseModel, ConfigDict, TypeAdapter

from graphs.state import NegotiationState, PurchaseState
from memory.domain.approval import Decision

#: Who answers for an operator who did not, and who withdraws a question that facts have answered.
EXPIRY, WITHDRAWN = "expiry", "saga"


class Reply(BaseModel):
    """What ends the wait for a mail: the message, silence, or the failure of our own mail."""

    model_config = ConfigDict(extra="forbid")
    message: str = ""
    raw: str = ""
    text: str = ""
    overdue: bool = False
    status: str = ""
    error: str = ""


class EffectEnd(BaseModel):
    """What ends the wait for an effect."""

    model_config = ConfigDict(extra="ignore")
    status: str
    reference: str = ""
    message: str = ""


class BankLine(BaseModel):
    """What ends the wait for the money: the settled amount."""

    amount_minor: int
    currency: str


class Clarification(BaseModel):
    """What ends the wait for the operator's words."""

    text: str


class Repair(BaseModel):
    """What ends the wait after a failed step: the operator wants it tried again."""

    by: str


def wait_for(key: str, schema: Any) -> Any:
    """Wait until the ledger holds the answer to `key`; returns it as an instance of `schema`.

    Raises pydantic's `ValidationError` when the answer does not fit. LangGraph would check it too, and make the adapter and the
    shown schema anew at each gate, which costs more than the gate's own write.
    """
    adapter, shown = _schema(schema)
    return adapter.validate_python(interrupt({"wait_for": key}, response_schema=shown))


@cache
def _schema(schema: Any) -> tuple[TypeAdapter[Any], dict[str, Any]]:
    adapter = TypeAdapter(schema)
    return adapter, adapter.json_schema()


async def await_clarification(state: PurchaseState) -> PurchaseState:
    """Wait for the operator to say what is missing."""
    wait_for(state["wait"], Clarification)
    return {"revision": state["revision"] + 1}


async def await_contract(state: PurchaseState) -> PurchaseState:
    """Wait for the vendor's contract."""
    wait_for(state["wait"], Reply)
    return {}


async def await_approval(state: PurchaseState) -> PurchaseState:
    """Wait for the operator's approve, edit or reject."""
    answer = wait_for(state["wait"], Decision)
    return {"decision": answer.type}


async def await_signature(state: PurchaseState) -> PurchaseState:
    """Wait until our signature is on the contract."""
    return {"outcome": wait_for(state["wait"], EffectEnd).status}


async def await_confirmation(state: PurchaseState) -> PurchaseState:
    """Wait for the vendor's order confirmation."""
    wait_for(state["wait"], Reply)
    return {}


async def await_payment_file(state: PurchaseState) -> PurchaseState:
    """Wait until the payment instruction is written."""
    return {"outcome": wait_for(state["wait"], EffectEnd).status}


async def await_bank_line(state: PurchaseState) -> PurchaseState:
    """Wait for the bank line that closes the payment."""
    wait_for(state["wait"], BankLine)
    return {}


async def await_mend(state: PurchaseState) -> PurchaseState:
    """Wait until what stood in the way of the payment is mended, or it was paid by hand."""
    wait_for(state["wait"], Repair)
    return {}


async def await_resend(state: PurchaseState) -> PurchaseState:
    """Wait until what kept our mail from being delivered is mended."""
    wait_for(state["wait"], Repair)
    return {}


async def await_payment_approval(state: PurchaseState) -> PurchaseState:
    """Wait for the operator's answer to the new payment of a signed contract. Silence is a no to this question, not to the contract."""
    answer = wait_for(state["wait"], Decision)
    return {"decision": {EXPIRY: "expired", WITHDRAWN: "withdrawn"}.get(answer.by, answer.type)}


async def await_calendar(state: PurchaseState) -> PurchaseState:
    """Wait until the renewal is in the calendar."""
    return {"outcome": wait_for(state["wait"], EffectEnd).status}


async def await_reply(state: NegotiationState) -> NegotiationState:
    """Wait for the vendor's mail, for days if it must."""
    wait_for(state["wait"], Reply)
    return {}
