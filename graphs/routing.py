"""Routers: pure functions from the state to the name of the next node. None of them looks at prose."""

from __future__ import annotations

from typing import Literal

from langgraph.types import Send

from graphs.state import NegotiationState, PurchaseState


def after_reading(state: PurchaseState) -> Literal["check_request", "await_clarification", "__end__"]:
    """A complete request goes on; an unclear one is asked back; one that stays unclear ends."""
    match state["verdict"]:
        case "submitted":
            return "check_request"
        case "unclear":
            return "await_clarification"
        case _:
            return "__end__"


def after_check(state: PurchaseState) -> Literal["discover_vendors", "__end__"]:
    """What policy denies ends here."""
    return "__end__" if state["verdict"] == "deny" else "discover_vendors"


def after_discovery(state: PurchaseState) -> Literal["qualify_vendors", "__end__"]:
    """Without a candidate there is nothing to qualify."""
    return "qualify_vendors" if state["verdict"] == "found" else "__end__"


def invite(state: PurchaseState) -> list[Send] | Literal["__end__"]:
    """Negotiate with every qualified vendor at once, each in a sub-graph of its own."""
    if not state["candidates"]:
        return "__end__"
    return [Send("negotiate", {"case_id": state["case_id"], "vendor_id": vendor_id}) for vendor_id in state["candidates"]]


def after_comparison(state: PurchaseState) -> Literal["request_contract", "__end__"]:
    """Go on with the winner, if there is one."""
    return "request_contract" if state["awarded"] else "__end__"


def after_contract(state: PurchaseState) -> Literal["remember_contract", "request_contract", "mail_failed", "__end__"]:
    """A paper that was read goes on; a missing one is asked for once more; what never reached the vendor waits for the operator."""
    match state["verdict"]:
        case "read":
            return "remember_contract"
        case "missing":
            return "request_contract"
        case "undelivered":
            return "mail_failed"
        case _:
            return "__end__"


def after_preparation(state: PurchaseState) -> Literal["await_approval", "__end__"]:
    """Only what policy does not deny reaches the operator."""
    return "await_approval" if state["verdict"] == "ask" else "__end__"


def after_approval(state: PurchaseState) -> Literal["sign_contract", "end_without_signing"]:
    """Yes signs; no ends."""
    return "sign_contract" if state["decision"] in {"approve", "edit"} else "end_without_signing"


def after_signature(state: PurchaseState) -> Literal["place_order", "end_without_signing"]:
    """A contract that was not signed is not ordered."""
    return "place_order" if state["outcome"] == "confirmed" else "end_without_signing"


def after_order(state: PurchaseState) -> Literal["await_confirmation", "withdraw_order"]:
    """An order that was refused before it could be delivered is not sent again."""
    return "withdraw_order" if state.get("verdict") == "refused" else "await_confirmation"


def after_matching(state: PurchaseState) -> Literal["pay", "withdraw_order", "mail_failed"]:
    """An order that the vendor refuses is withdrawn before anything is paid; one that was not delivered waits for the operator."""
    match state["verdict"]:
        case "refused":
            return "withdraw_order"
        case "undelivered":
            return "mail_failed"
        case _:
            return "pay"


def after_resend(state: PurchaseState) -> Literal["request_contract", "place_order"]:
    """Back to the step whose mail was not delivered."""
    return "place_order" if state["undelivered"] == "place_order" else "request_contract"


def after_instruction(state: PurchaseState) -> Literal["await_payment_file", "schedule_renewal", "withdraw_order"]:
    """A refusal that came in the last moment still stops the payment, and so does one that was made by hand."""
    match state["verdict"]:
        case "refused":
            return "withdraw_order"
        case "paid":
            return "schedule_renewal"
        case _:
            return "await_payment_file"


def after_mending(state: PurchaseState) -> Literal["await_payment_approval", "schedule_renewal", "withdraw_order"]:
    """The new payment goes before the operator, unless it was paid by hand or nothing is owed any more."""
    match state["verdict"]:
        case "paid":
            return "schedule_renewal"
        case "refused":
            return "withdraw_order"
        case _:
            return "await_payment_approval"


def after_payment_approval(state: PurchaseState) -> Literal["pay", "payment_failed", "prepare_payment", "withdraw_order"]:
    """Yes pays, no withdraws the order; without an answer the payment stays a task; a question that was withdrawn is looked at anew."""
    match state["decision"]:
        case "approve" | "edit":
            return "pay"
        case "withdrawn":
            return "prepare_payment"
        case "expired":
            return "payment_failed"
        case _:
            return "withdraw_order"


def after_withdrawal(state: PurchaseState) -> Literal["schedule_renewal", "__end__"]:
    """An order that turns out to be paid is not withdrawn; one that is withdrawn ends the case."""
    return "__end__" if state["outcome"] == "ended" else "schedule_renewal"


def after_payment_file(state: PurchaseState) -> Literal["record_payment", "payment_failed"]:
    """A payment that could not be instructed goes to the operator."""
    return "record_payment" if state["outcome"] == "confirmed" else "payment_failed"


def after_scheduling(state: PurchaseState) -> Literal["await_calendar", "remember_purchase", "__end__"]:
    """A contract without dates has nothing to put into the calendar; one that was refused is not closed as bought."""
    match state["verdict"]:
        case "scheduled":
            return "await_calendar"
        case "refused":
            return "__end__"
        case _:
            return "remember_purchase"


def after_move(state: NegotiationState) -> Literal["await_reply", "__end__"]:
    """A mail that went out waits for its answer; a concluded negotiation is over."""
    return "await_reply" if state["outcome"] == "sent" else "__end__"


def after_reply(state: NegotiationState) -> Literal["make_move", "__end__"]:
    """A quote, or a mail to ask back about, needs our next move."""
    return "make_move" if state["outcome"] in {"quoted", "unreadable"} else "__end__"
