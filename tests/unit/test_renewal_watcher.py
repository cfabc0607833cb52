"""The renewal watcher: what it recommends on which facts, how a contract wants its notice, and what an answer to it says."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator.language import Language
from agents.renewal_watcher import (
    Incident,
    NoticeSlots,
    OtherOffer,
    PriceStep,
    RenewalBrief,
    RenewalWatcher,
    notice,
    read_notice_reply,
    read_notice_route,
    reminder,
)
from graphs import renewal_routing as routing
from graphs.renewal import renewal_graph
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money
from memory.domain.notice import NoticeChannel
from memory.domain.renewal import RenewalAction, Usage
from tools.llm.choice import NoModel

PAPER = EvidenceRef(digest="a" * 64, origin=Origin.VENDOR_DOCUMENT)
NODES = {*renewal_graph().nodes, "__end__"}
KEEP, RENEGOTIATE, CANCEL = RenewalAction.KEEP, RenewalAction.RENEGOTIATE, RenewalAction.CANCEL


def eur(amount: int) -> Money:
    return Money(amount_minor=amount * 100, currency="EUR")


def brief(**known: Any) -> RenewalBrief:
    about: dict[str, Any] = {
        "case_id": "CASE-1",
        "uid": "u",
        "schedule": "EV-1",
        "vendor_id": "acme",
        "vendor_name": "Acme",
        "today": date(2026, 11, 23),
        "term_end": date(2027, 2, 28),
        "decide_by": date(2026, 12, 30),
        "auto_renews": True,
        "renewal_months": 12,
        "notice_days": 60,
        "annual": eur(480),
        "contract": PAPER,
    }
    return RenewalBrief(**{**about, **known})


def used(number: int, of: int = 10) -> Usage:
    return Usage(used=number, paid_for=of, unit="seats", evidence="b" * 64)


def other(amount: int) -> OtherOffer:
    return OtherOffer(
        vendor_name="Rival", annual=eur(amount), source="its list price", evidence=EvidenceRef(digest="c" * 64, origin=Origin.CATALOGUE)
    )


def incident(day: int) -> Incident:
    return Incident(on=date(2026, 5, day), words="it was down", evidence=EvidenceRef(digest="d" * 64, origin=Origin.OPERATOR))


def step(before: int, after: int) -> PriceStep:
    return PriceStep(before=eur(before), after=eur(after), on=date(2026, 6, 1), evidence=EvidenceRef(digest="e" * 64, origin=Origin.BANK))


def proposed(about: RenewalBrief) -> Any:
    return asyncio.run(RenewalWatcher(NoModel()).propose(about))


@pytest.mark.parametrize(
    ("known", "action"),
    [
        ({}, KEEP),
        ({"usage": used(9)}, KEEP),
        ({"usage": used(5)}, RENEGOTIATE),
        ({"usage": used(0)}, CANCEL),
        ({"usage": used(1)}, CANCEL),
        ({"usage": used(9), "others": (other(300),)}, RENEGOTIATE),
        ({"usage": used(9), "others": (other(470),)}, KEEP),
        ({"price_steps": (step(400, 480),)}, RENEGOTIATE),
        ({"price_steps": (step(480, 400),)}, KEEP),
        ({"incidents": (incident(1), incident(2), incident(3))}, CANCEL),
        ({"incidents": (incident(1),)}, RENEGOTIATE),
    ],
)
def test_each_recommendation_follows_from_what_is_known_and_every_reason_has_its_evidence(
    known: dict[str, Any], action: RenewalAction
) -> None:
    found = proposed(brief(**known))
    assert found.action is action
    assert not found.struck
    assert all(claim.evidence for claim in found.claims)
    assert "2026-12-30" in found.summary
    assert all(position.because.evidence for position in found.positions)


def test_what_is_not_known_is_said_and_never_guessed() -> None:
    found = proposed(brief())
    assert len(found.unknown) == 3
    assert found.claims == ()
    assert "nothing known speaks against it" in found.summary
    assert len(proposed(brief(usage=used(9), others=(other(300),))).unknown) == 1


def test_positions_are_filled_in_from_the_same_facts() -> None:
    found = proposed(brief(usage=used(6), others=(other(300),), increases_capped=False))
    assert [(p.topic, p.ask) for p in found.positions] == [
        ("quantity", "Pay for 6 seats instead of 10"),
        ("price", "At most 300.00 EUR a year, against 480.00 EUR now"),
        ("cap on increases", "At most 3 % a year on renewal"),
        ("notice", "30 days of notice"),
    ]


@pytest.mark.parametrize(
    ("clause", "channel", "address"),
    [
        (
            "Notice of non-renewal must be sent by email to legal@acme.example 60 days before the end.",
            NoticeChannel.MAIL,
            "legal@acme.example",
        ),
        ("Notices: by e-mail, to Customer at me@us.example and to the Provider at n@acme.example.", NoticeChannel.MAIL, "n@acme.example"),
        (
            "Notices shall be delivered by registered mail to Acme, 12 Main Street, Dublin 2. Email is not sufficient.",
            NoticeChannel.POST,
            "Acme, 12 Main Street, Dublin 2",
        ),
        (
            "You may cancel in your account settings at https://app.acme.example/billing.",
            NoticeChannel.PORTAL,
            "https://app.acme.example/billing",
        ),
        ("Die Kündigung bedarf der Textform und ist an ende@acme.example zu richten.", NoticeChannel.MAIL, "ende@acme.example"),
        (
            "Die Kündigung bedarf der Schriftform (Einschreiben) an Acme GmbH, Hauptstr. 5, 10115 Berlin.",
            NoticeChannel.POST,
            "Acme GmbH, Hauptstr. 5, 10115 Berlin",
        ),
        ("Notice must be in writing; e-mail is not sufficient.", NoticeChannel.UNSTATED, ""),
        ("Either party may terminate by giving written notice.", NoticeChannel.UNSTATED, ""),
        ("The sky is blue.", NoticeChannel.UNSTATED, ""),
    ],
)
def test_the_way_of_a_notice_is_read_with_the_sentence_that_says_it(clause: str, channel: NoticeChannel, address: str) -> None:
    text = f"1. The fee is 480 EUR a year.\n\n12. {clause}\n"
    found = read_notice_route(text, "f" * 64)
    assert (found.channel, found.address) == (channel, address)
    if channel is not NoticeChannel.UNSTATED:
        assert found.evidence is not None
        assert found.evidence.span is not None
        assert text[found.evidence.span.start : found.evidence.span.end] == found.evidence.span.text


POST, BY_MAIL, PORTAL = NoticeChannel.POST, NoticeChannel.MAIL, NoticeChannel.PORTAL


@pytest.mark.parametrize(
    ("clause", "leading", "also", "beside", "address", "beside_address"),
    [
        (
            "Notice of non-renewal shall be sent by registered mail to Acme, Legal, Main St 1, 10119 Berlin, with a copy by email to x@a.example.",
            POST,
            (),
            (BY_MAIL,),
            "Acme, Legal, Main St 1, 10119 Berlin",
            "x@a.example",
        ),
        (
            "Notice of non-renewal goes by courier to Provider, 1 Main St, Boston 02110 (with a courtesy copy, which shall not constitute notice, to x@a.example).",
            POST,
            (),
            (BY_MAIL,),
            "Provider, 1 Main St, Boston 02110",
            "x@a.example",
        ),
        ("Notice of termination must be given by registered mail and by email to x@a.example.", POST, (), (BY_MAIL,), "", "x@a.example"),
        ("Notice of termination must be given by registered mail or by email to x@a.example.", BY_MAIL, (POST,), (), "x@a.example", ""),
        ("Notices must be sent by email, registered mail or courier.", BY_MAIL, (POST,), (), "", ""),
        ("Die Kündigung ist per Einschreiben und per E-Mail an k@a.example zu senden.", POST, (), (BY_MAIL,), "", "k@a.example"),
        (
            "Die Kündigung ist per Einschreiben an die A GmbH, Weg 1, 10115 Berlin zu richten.",
            POST,
            (),
            (),
            "A GmbH, Weg 1, 10115 Berlin",
            "",
        ),
        ("A copy of each notice of termination shall be sent by email to x@a.example.", NoticeChannel.UNSTATED, (), (), "", ""),
        ("To cancel, submit the form at https://a.example/cancel in time.", PORTAL, (), (), "https://a.example/cancel", ""),
        ("Customer may cancel in your account settings.", PORTAL, (), (), "in your account settings", ""),
        ("Notice of non-renewal is due at least 60 days before the end, by certified mail.", POST, (), (), "", ""),
    ],
)
def test_a_copy_by_mail_is_no_notice_and_only_a_choice_lets_the_mail_lead(
    clause: str,
    leading: NoticeChannel,
    also: tuple[NoticeChannel, ...],
    beside: tuple[NoticeChannel, ...],
    address: str,
    beside_address: str,
) -> None:
    found = read_notice_route(f"1. The fee is 480 EUR a year.\n\n12. {clause}\n", "f" * 64)
    assert (found.channel, found.also, found.beside) == (leading, also, beside)
    assert (found.address, found.beside_address) == (address, beside_address)


@pytest.mark.parametrize(
    ("mail", "reading", "ends_on"),
    [
        ("We confirm the cancellation. It will end on 28 February 2027.", "confirmed", None),
        ("Your contract ends on 28 February 2027 and will not renew. We confirm the termination.", "confirmed", None),
        ("We confirm that your contract will end on 28 February 2028.", "confirmed", date(2028, 2, 28)),
        ("Wir bestätigen Ihre Kündigung zum 28. Februar 2027.", "confirmed", date(2027, 2, 28)),
        ("Your auto-renewal has been turned off.", "confirmed", None),
        ("We received your request, ticket 1234. An agent will get back to you.", "unclear", None),
        ("To cancel, please log in to your account.", "unclear", None),
        ("If you confirm, your subscription will be cancelled.", "unclear", None),
        ("Would you like to cancel your subscription?", "unclear", None),
        ("We cannot accept your notice: the notice period has passed.", "refused", None),
        ("We confirm receipt of your notice, but the contract has already renewed.", "refused", None),
        ("Leider können wir Ihre Kündigung nicht akzeptieren, sie ist verfristet.", "refused", None),
        ("Noted.\n\n> We confirm the cancellation of your contract.", "unclear", None),
    ],
)
def test_only_a_plain_confirmation_confirms(mail: str, reading: str, ends_on: date | None) -> None:
    found = read_notice_reply(mail)
    assert found.reading == reading
    assert found.ends_on == ends_on or (reading == "confirmed" and ends_on is None)


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_no_text_breaks_the_readers(text: str) -> None:
    assert read_notice_reply(text).reading in {"confirmed", "refused", "unclear"}
    assert read_notice_route(text, "f" * 64).channel in NoticeChannel


@pytest.mark.parametrize("language", [Language.EN, Language.DE])
def test_a_notice_is_the_operators_own_and_a_late_one_claims_no_period_kept(language: Language) -> None:
    slots = NoticeSlots("Ada Operator", "Acme", "", date(2027, 2, 28), 60, in_time=True, language=language)
    late = NoticeSlots("Ada Operator", "Acme", "", date(2027, 2, 28), 60, in_time=False, language=language)
    letter = notice(slots)
    assert "2027" in letter.subject
    assert letter.body.rstrip().endswith("Ada Operator")
    assert "assistant" not in letter.body.lower()
    assert "60" in letter.body
    assert "60" not in notice(late).body
    assert notice(slots).body.split("\n\n")[1] in reminder(slots, number=2).body


@settings(max_examples=30)
@given(st.text(), st.text())
def test_no_word_that_a_gate_does_not_know_sends_or_ends_anything(word: str, verdict: str) -> None:
    nodes = NODES
    if word not in {"approve", "edit"}:
        assert routing.after_release({"decision": word}) == "leave_notice"
    if word not in {"cancel", "renegotiate"}:
        assert routing.after_decision({"decision": word}) == "keep_contract"
    if verdict not in {"confirmed", "silent", "undelivered"}:
        assert routing.after_answer({"verdict": verdict}) == "await_vendor"
    assert {routing.after_notice({"verdict": verdict}), routing.after_hands({"outcome": word})} <= nodes
