"""The routers of a renewal: pure functions from the state to the name of the next node."""

from __future__ import annotations

from typing import Literal

from graphs.state import RenewalState

_Acting = Literal["keep_contract", "start_renegotiation", "prepare_notice"]


def after_recommendation(state: RenewalState) -> _Acting | Literal["await_decision", "__end__"]:
    """What nobody decided yet is asked; what was decided is done; a contract that is gone needs nothing."""
    match state["verdict"]:
        case "ask":
            return "await_decision"
        case "decided":
            return after_decision(state)
        case _:
            return "__end__"


def after_decision(state: RenewalState) -> _Acting:
    """Do what was decided. A word that nobody knows sends nothing."""
    match state["decision"]:
        case "cancel":
            return "prepare_notice"
        case "renegotiate":
            return "start_renegotiation"
        case _:
            return "keep_contract"


def after_notice(state: RenewalState) -> Literal["await_release", "await_hands", "__end__"]:
    """A mail waits for the operator's yes; what the operator has to do first, or instead, waits for that."""
    match state["verdict"]:
        case "ask":
            return "await_release"
        case "by hand" | "contact":
            return "await_hands"
        case _:
            return "__end__"


def after_release(state: RenewalState) -> Literal["send_notice", "leave_notice"]:
    """Only a yes sends (an edit cannot change the words of a notice); anything else leaves the contract as it is."""
    return "send_notice" if state["decision"] in {"approve", "edit"} else "leave_notice"


def after_hands(state: RenewalState) -> Literal["read_answer", "prepare_notice"]:
    """A notice that was sent by hand waits for its confirmation; with the contact entered the notice is written anew."""
    return "read_answer" if state["outcome"] == "sent" else "prepare_notice"


def after_answer(state: RenewalState) -> Literal["await_vendor", "send_reminder", "prepare_notice", "__end__"]:
    """The end of the contract ends the case; silence is reminded of; anything unclear waits on, with the operator told."""
    match state["verdict"]:
        case "confirmed":
            return "__end__"
        case "silent":
            return "send_reminder"
        case "undelivered":
            return "prepare_notice"
        case _:
            return "await_vendor"
