"""What every committing step commits, how that is taken back, and what cannot be: one declaration per step, for all graphs.

A compensation is an effect like any other: authorized by a rule where policy lets such a mail go, else by the operator, keyed by what it
takes back (`compensation_key`), so that planning it twice plans it once. Where the world cannot be rolled back, a declaration says what
stays and what the operator then has to do; `graphs.remedies` makes the task of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from memory.domain.base import sha256_hex
from memory.domain.effects import CALENDAR_PUT, CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.events.contracts import AcceptanceSent, OrderPlaced
from memory.domain.events.negotiation import CounterofferProposed, RfqIssued
from memory.domain.events.renewals import NoticeSent


class Undo(StrEnum):
    """By what a step is taken back."""

    FAREWELL = "farewell"
    """A mail that ends the talk; one takes back everything that was said to a vendor."""
    ORDER_MAIL = "order mail"
    """A mail that withdraws the order, or asks for the money back once it was paid."""
    MONEY_BACK = "money back"
    """Only a bank line, or the operator's word that nothing was paid, takes a payment back; the mail merely asks for it."""
    CALENDAR_ENTRY = "calendar entry"
    """The entry is written again under its uid, as void and without alarms."""
    OPERATOR = "operator"
    """Nothing here can take it back: it is a task."""


@dataclass(frozen=True)
class Compensation:
    """The declaration of one committing step. `step` is the node that commits; `then` is what the operator must do about what `stays`."""

    step: str
    effect_kind: str
    commits: str
    undo: Undo
    stays: str
    then: str


COMPENSATIONS: tuple[Compensation, ...] = (
    Compensation(
        "request_quote",
        MAIL_SEND,
        "a vendor spends time on an offer",
        Undo.FAREWELL,
        "the request was read",
        "nothing",
    ),
    Compensation(
        "make_move",
        MAIL_SEND,
        "our word that we would take these terms, subject to contract",
        Undo.FAREWELL,
        "the figures we named are known to the vendor",
        "nothing",
    ),
    Compensation(
        "request_contract",
        MAIL_SEND,
        "our word that we go ahead, subject to contract",
        Undo.FAREWELL,
        "the vendor has prepared its paper",
        "nothing",
    ),
    Compensation(
        "sign_contract",
        CONTRACT_SIGN,
        "the company is bound by the contract",
        Undo.OPERATOR,
        "a signature cannot be taken back",
        "send the letter of withdrawal and keep the vendor's answer",
    ),
    Compensation(
        "place_order",
        MAIL_SEND,
        "the vendor holds the signed contract and delivers",
        Undo.ORDER_MAIL,
        "the vendor holds a contract with our signature",
        "send the letter of withdrawal and keep the vendor's answer",
    ),
    Compensation(
        "pay",
        PAYMENT_INSTRUCT,
        "a payment file lies ready for the bank, or the money has left",
        Undo.MONEY_BACK,
        "money that was booked comes back only when the vendor sends it",
        "do not upload the file; if it was uploaded, see to the refund: qm tasks done TASK --refunded AMOUNT",
    ),
    Compensation(
        "schedule_renewal",
        CALENDAR_PUT,
        "the calendar reminds of the contract",
        Undo.CALENDAR_ENTRY,
        "a calendar that was copied elsewhere keeps its copy",
        "nothing",
    ),
    Compensation(
        "send_notice",
        MAIL_SEND,
        "the contract ends with its term: the vendor holds our notice",
        Undo.OPERATOR,
        "a notice that has arrived is taken back only with the vendor's consent",
        "ask the vendor in writing to go on, and keep the answer",
    ),
    Compensation(
        "send_reminder",
        MAIL_SEND,
        "nothing beyond the notice that it repeats",
        Undo.OPERATOR,
        "the vendor was asked once more",
        "nothing",
    ),
)

_BY_STEP = {declared.step: declared for declared in COMPENSATIONS}
_BY_KIND = {declared.effect_kind: declared for declared in COMPENSATIONS if declared.effect_kind != MAIL_SEND}


def compensation_of(step: str) -> Compensation:
    """Return the declaration of a committing step; raises `KeyError` for a step that commits nothing."""
    return _BY_STEP[step]


def compensation_key(effect_key: str) -> str:
    """Return the idempotency key of the effect that takes `effect_key` back: the same for ever, whoever plans it and how often."""
    return sha256_hex(f"{effect_key}/comp".encode())[:32]


@dataclass(frozen=True)
class Committed:
    """One effect that a case committed to: its declaration, key and vendor ('' where the payload names none)."""

    declared: Compensation
    effect_key: str
    vendor_id: str


def committed(facts: Iterable[Event]) -> tuple[Committed, ...]:
    """Return what the facts of a case committed to, in the order of the ledger. What merely says no commits to nothing."""
    found: dict[str, Committed] = {}
    rfqs: set[str] = set()
    for fact in facts:
        match fact:
            case RfqIssued():
                step = "make_move" if fact.vendor_id in rfqs else "request_quote"
                rfqs.add(fact.vendor_id)
                found[fact.effect_key] = Committed(_BY_STEP[step], fact.effect_key, fact.vendor_id)
            case CounterofferProposed():
                found[fact.effect_key] = Committed(_BY_STEP["make_move"], fact.effect_key, fact.counteroffer.vendor_id)
            case AcceptanceSent():
                found[fact.effect_key] = Committed(_BY_STEP["request_contract"], fact.effect_key, fact.vendor_id)
            case NoticeSent():
                step = "send_reminder" if fact.reminder else "send_notice"
                found[fact.effect_key] = Committed(_BY_STEP[step], fact.effect_key, fact.vendor_id)
            case OrderPlaced():
                found[fact.effect_key] = Committed(_BY_STEP["place_order"], fact.effect_key, fact.vendor_id)
            case AuthorizationGranted(authorization=permit) if permit.effect_kind in _BY_KIND:
                found.setdefault(permit.effect_key, Committed(_BY_KIND[permit.effect_kind], permit.effect_key, ""))
            case _:
                pass
    return tuple(found.values())


def in_reverse(happened: Iterable[Committed], *undos: Undo) -> tuple[Committed, ...]:
    """Return what has to be taken back by one of `undos`, the last first: later steps rest on earlier ones."""
    return tuple(one for one in reversed(tuple(happened)) if one.declared.undo in undos)
