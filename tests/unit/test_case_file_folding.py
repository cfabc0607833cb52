"""The case file: what the ledger says about one case, in one view."""

from __future__ import annotations

import pytest

from graphs.case_file import load_case
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events.authority import ApprovalEdited, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseOpened, ClarificationGiven, RequisitionSubmitted
from memory.domain.events.negotiation import (
    CounterofferProposed,
    MessageReceived,
    NegotiationConcluded,
    QuoteReceived,
    QuoteUnreadable,
    RfqIssued,
)
from memory.domain.quote import Counteroffer, NegotiationOutcome

CASE = "CASE-1"
OPENED = CaseOpened(case_id=CASE, instruction="I need a crm", evidence="a" * 64, channel="cli", graph_version=1)


@pytest.fixture
def told(core):
    """Tell events of the case and return its file."""
    core.act("open", OPENED)

    def tell(*events):
        core.act(f"tell/{len(core.events())}", *events)
        return load_case(core.database, CASE)

    return tell


def _rfq(core, key, vendor_id="postbird"):
    return RfqIssued(vendor_id=vendor_id, effect_key=key, subject="RFQ", body="b" * 64, reply_by=core.clock.now())


def _message(wait_key, text="c" * 64, **changes):
    fields = {
        "message_id": "<1@x.example>",
        "conversation": f"{CASE}/postbird",
        "vendor_id": "postbird",
        "wait_key": wait_key,
        "from_address": "sales@postbird.example",
        "verified_sender": True,
        "subject": "Re: RFQ",
        "raw": "d" * 64,
        "text": text,
    }
    return MessageReceived(**{**fields, **changes})


def test_a_case_nobody_opened_is_not_found(core):
    with pytest.raises(NotFoundError):
        load_case(core.database, "CASE-none")


def test_another_case_is_not_in_the_file(core, told, a_requisition):
    core.act("other", RequisitionSubmitted(requisition=a_requisition, restated="x"), stream="CASE-2")
    with pytest.raises(ConflictError, match="no requisition"):
        _ = told(ClarificationGiven(wait_key="w", text="for 3 people")).requisition


def test_the_instruction_is_what_was_said_first_and_every_answer_below_it(told):
    told(ClarificationGiven(wait_key="w0", text="for 3 people"))
    case = told(ClarificationGiven(wait_key="w1", text="under 40 EUR a month"))
    assert case.instruction() == "I need a crm\nfor 3 people\nunder 40 EUR a month"


def test_the_first_request_is_the_rfq_and_each_later_one_a_question(core, told):
    case = told(_rfq(core, "k0"), _rfq(core, "k1"), _rfq(core, "k2"), _rfq(core, "other", "acme"))
    assert (case.negotiation("postbird").questions, case.negotiation("acme").questions) == (2, 0)
    assert case.negotiation("postbird").rfq.effect_key == "k0"
    assert case.negotiation("postbird").effect_keys == ["k0", "k1", "k2"]


def test_offers_of_both_sides_stand_in_the_order_they_were_made(told, quote, terms):
    ours = Counteroffer(vendor_id="postbird", round=1, terms=terms(4500), rationale="lower")
    case = told(
        QuoteReceived(quote=quote(5900)),
        CounterofferProposed(counteroffer=ours, effect_key="k1", body="b" * 64),
        QuoteReceived(quote=quote(5300, quote_id="Q-2", round=1), final=True),
    )
    file = case.negotiation("postbird")
    assert [offer.terms.unit_price.amount_minor for offer in file.offers] == [5900, 4500, 5300]
    assert (file.final, file.last_unreadable) == (True, False)


def test_a_mail_that_could_not_be_read_is_the_last_word_until_a_quote_follows(told, quote):
    unreadable = QuoteUnreadable(vendor_id="postbird", round=0, message="c" * 64, problems=("no price",), denied_needs=("EU data",))
    assert told(unreadable).negotiation("postbird").last_unreadable
    file = told(QuoteReceived(quote=quote(), denied_needs=("EU data", "DPA"))).negotiation("postbird")
    assert not file.last_unreadable
    assert file.denied_needs == ["EU data", "DPA"]


def test_replies_are_found_by_the_wait_they_end_and_by_nothing_else(told):
    case = told(_message("reply/k0", "1" * 64), _message("reply/k1", "2" * 64), _message("reply/k0", "3" * 64))
    assert [m.text for m in case.replies_to("reply/k0")] == ["1" * 64, "3" * 64]
    assert case.replies_to("reply/nothing") == []


def test_a_negotiation_without_a_quote_has_no_final_one(told, quote):
    case = told(NegotiationConcluded(vendor_id="postbird", outcome=NegotiationOutcome.NO_REPLY, rounds=0))
    with pytest.raises(ConflictError):
        case.final_quote("postbird")
    with pytest.raises(ConflictError):
        case.final_quote("never-heard-of")
    last = quote(4850, vendor_id="acme")
    case = told(NegotiationConcluded(vendor_id="acme", outcome=NegotiationOutcome.AGREED, rounds=1, list_quote=last, final_quote=last))
    assert case.final_quote("acme") == last


def test_an_effect_without_a_receipt_is_not_confirmed(told):
    with pytest.raises(ConflictError, match="not confirmed"):
        told(ClarificationGiven(wait_key="w", text="x")).receipt("k0")


def test_what_is_approved_is_the_action_as_asked_or_as_edited_and_nothing_after_a_no(told, effects, approval):
    asked = approval(effects.signature(), effects.payment())
    ids = {"approval_id": asked.approval_id, "digest": asked.action.digest, "by": "jo", "surface": "test"}
    told(ApprovalRequested(approval=asked))
    case = told(ApprovalGranted(**ids))
    assert (case.approved, case.approval_id) == (asked.action, asked.approval_id)
    other = asked.action.model_copy(update={"consequences": ("changed",)})
    from memory.domain.approval import Edits

    assert told(ApprovalEdited(**ids, edits=Edits(order_note="x"), action=other)).approved == other
    assert told(ApprovalRejected(**ids, reason="no")).approved is None
