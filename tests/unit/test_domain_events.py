"""Every fact the ledger can hold: stable kinds, bodies that come back as they went, one safe sentence each."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.base import canonical_json
from memory.domain.errors import IntegrityError
from memory.domain.events import Event, event_types, read_event
from memory.narration import narrate

#: What stands in ledgers already. A kind may be added; none may be renamed or lose its version.
KINDS = {
    "acceptance.sent": 1,
    "account.added": 3,
    "approval.edited": 3,
    "approval.expired": 2,
    "approval.granted": 3,
    "approval.rejected": 1,
    "approval.reminded": 1,
    "approval.requested": 1,
    "authorization.burned": 2,
    "authorization.granted": 1,
    "award.recommended": 1,
    "budget.committed": 1,
    "budget.released": 1,
    "budget.reserved": 1,
    "budget.set": 1,
    "calendar.outdated": 1,
    "case.cancelled": 1,
    "case.closed": 1,
    "case.ended": 1,
    "case.opened": 1,
    "case.paused": 1,
    "case.resumed": 2,
    "charge.flagged": 1,
    "charge.observed": 1,
    "claim.struck": 1,
    "clarification.given": 1,
    "clarification.requested": 1,
    "compensation.planned": 1,
    "contact.added": 3,
    "contract.imported": 1,
    "contract.missing": 1,
    "contract.received": 1,
    "contract.reviewed": 1,
    "contract.signed": 1,
    "counteroffer.proposed": 2,
    "decision.reviewed": 1,
    "decline.sent": 1,
    "duty.failed": 1,
    "effect.compensated": 1,
    "effect.confirmed": 2,
    "effect.contradicted": 1,
    "effect.delayed": 2,
    "effect.failed": 1,
    "effect.settled": 2,
    "effect.unknown": 1,
    "effects.resumed": 1,
    "effects.stopped": 1,
    "holidays.noted": 1,
    "incident.noted": 1,
    "instruction.answered": 1,
    "instruction.received": 1,
    "invoice.matched": 1,
    "ledger.broken": 1,
    "ledger.verified": 1,
    "limit.set": 1,
    "memory.missed": 1,
    "message.received": 1,
    "message.unmatched": 1,
    "model.asked": 1,
    "negotiation.concluded": 2,
    "negotiation.reasoned": 2,
    "notice.answered": 1,
    "notice.confirmed": 1,
    "notice.escalated": 1,
    "notice.given": 1,
    "notice.prepared": 2,
    "notice.sent": 1,
    "order.doubled": 1,
    "order.placed": 1,
    "order.refused": 2,
    "payee.added": 3,
    "payment.confirmed": 1,
    "payment.repeated": 1,
    "payment.submitted": 1,
    "policy.adopted": 2,
    "policy.evaluated": 1,
    "policy.proposed": 1,
    "preference.set": 1,
    "quote.received": 2,
    "quote.unreadable": 1,
    "refund.booked": 1,
    "remediation.closed": 1,
    "remediation.opened": 1,
    "remediation.sent": 1,
    "renegotiation.started": 1,
    "renewal.closed": 1,
    "renewal.costed": 1,
    "renewal.decided": 2,
    "renewal.distinguished": 1,
    "renewal.dropped": 1,
    "renewal.due": 1,
    "renewal.ended": 1,
    "renewal.recommended": 1,
    "renewal.redated": 1,
    "renewal.reminded": 1,
    "renewal.rolled": 1,
    "renewal.scheduled": 2,
    "renewal.started": 1,
    "renewal.superseded": 1,
    "reply.noted": 1,
    "reply.overdue": 1,
    "requisition.submitted": 1,
    "review.due": 1,
    "rfq.issued": 1,
    "series.confirmed": 1,
    "series.ended": 1,
    "series.found": 1,
    "series.ignored": 1,
    "signatory.added": 3,
    "statement.imported": 1,
    "statement.questioned": 1,
    "statement.refused": 1,
    "step.failed": 1,
    "step.retried": 1,
    "subscription.watched": 1,
    "term.dropped": 1,
    "term.weighed": 1,
    "usage.stated": 1,
    "vendor.discovered": 2,
    "vendor.merged": 1,
    "vendor.qualified": 1,
    "vendor.rejected": 1,
    "vendor.separated": 1,
    "vendor.updated": 2,
    "workspace.made": 1,
}

Any_of = Callable[[type[Event]], st.SearchStrategy[Any]]


def test_no_stored_kind_was_renamed_and_no_version_went_back() -> None:
    now = {kind: event_type.version for kind, event_type in event_types().items()}
    assert now == KINDS, "a new event belongs into this list; an old one never leaves it"


def test_kinds_are_a_noun_and_a_participle_and_name_one_type_each() -> None:
    declared = [t.kind for t in _subclasses(Event) if t.__module__.startswith("memory.domain.events")]
    assert sorted(declared) == sorted(event_types())
    irregular = {
        "due",
        "broken",
        "found",
        "made",
        "given",
        "sent",
        "struck",
        "set",
        "unknown",
        "missing",
        "overdue",
        "unreadable",
        "unmatched",
    }
    for kind in declared:
        noun, participle = re.fullmatch(r"([a-z]+)\.([a-z]+)", kind).groups()  # type: ignore[union-attr]
        assert noun
        assert participle.endswith("ed") or participle in irregular, kind


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=6)
@given(data=st.data())
def test_a_stored_body_comes_back_as_the_same_event(any_of: Any_of, kind: str, data: st.DataObject) -> None:
    event = data.draw(any_of(event_types()[kind]))
    stored = json.loads(canonical_json(event.stored_body()))
    again = read_event(kind, event.version, stored)
    assert again == event
    assert again.stored_body() == stored


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=6)
@given(data=st.data())
def test_each_event_is_told_in_one_line_without_control_characters(any_of: Any_of, kind: str, data: st.DataObject) -> None:
    sentence = narrate(data.draw(any_of(event_types()[kind])))
    assert sentence.strip()
    assert not [c for c in sentence if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}]


def test_every_event_has_a_sentence_of_its_own() -> None:
    from memory.narration import _SENTENCES

    assert set(_SENTENCES) == set(event_types().values())


@settings(max_examples=10)
@given(data=st.data())
def test_what_a_newer_program_wrote_is_refused_and_says_so(any_of: Any_of, data: st.DataObject) -> None:
    event = data.draw(any_of(event_types()["case.paused"]))
    with pytest.raises(IntegrityError, match="does not know"):
        read_event("case.paused", event.version + 1, event.stored_body())
    with pytest.raises(IntegrityError, match="does not know"):
        read_event("case.imagined", 1, event.stored_body())
    with pytest.raises(IntegrityError, match="not readable"):
        read_event("case.paused", event.version, event.stored_body() | {"extra": 1})


def test_the_answers_of_an_event_are_plain_json(any_of: Any_of) -> None:
    for event_type in event_types().values():

        @settings(max_examples=4)
        @given(event=any_of(event_type))
        def plain(event: Event) -> None:
            for key, answer in event.answers():
                assert isinstance(key, str)
                assert json.loads(canonical_json(answer)) == answer

        plain()


def _subclasses(kind: type[Event]) -> list[type[Event]]:
    return [s for c in kind.__subclasses__() for s in (c, *_subclasses(c))]
