"""Message-IDs are minted from the effect's key; conversations are found by our own ids and by nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.effects import SendMail
from memory.domain.errors import InputError
from memory.domain.mail import InboundMail, conversation_of, message_id_for

RAW = "0" * 64
KNOWN = {"<1@buyer.example>": "case-1/a", "<2@buyer.example>": "case-2/b"}


def mail(**fields: object) -> InboundMail:
    return InboundMail.model_validate({"uid_validity": 1, "uid": 1, "raw_digest": RAW, **fields})


def test_in_reply_to_decides_before_references() -> None:
    assert conversation_of(mail(in_reply_to="<2@buyer.example>", references=("<1@buyer.example>",)), KNOWN) == "case-2/b"


def test_the_newest_known_reference_decides() -> None:
    references = ("<1@buyer.example>", "<2@buyer.example>", "<theirs@vendor.example>")
    assert conversation_of(mail(in_reply_to="<theirs@vendor.example>", references=references), KNOWN) == "case-2/b"


def test_a_subject_or_the_mails_own_id_proves_nothing() -> None:
    assert conversation_of(mail(subject="Re: case-1/a", message_id="<1@buyer.example>"), KNOWN) is None


def test_an_id_in_other_letters_is_another_id() -> None:
    assert conversation_of(mail(in_reply_to="<1@BUYER.example>"), KNOWN) is None


@given(st.text(max_size=200))
def test_a_minted_id_fits_the_payload_and_depends_on_the_key_alone(key: str) -> None:
    minted = message_id_for(key, "buyer.example")
    assert minted == message_id_for(key, "buyer.example")
    SendMail(contact_id="c", subject="s", body="", message_id=minted, conversation="x")
    assert re.fullmatch(r"<qm\.[0-9a-f]{40}@buyer\.example>", minted)


@given(st.lists(st.text(max_size=30), unique=True, min_size=2, max_size=2))
def test_two_keys_never_share_an_id(keys: list[str]) -> None:
    assert message_id_for(keys[0], "buyer.example") != message_id_for(keys[1], "buyer.example")


@pytest.mark.parametrize("domain", ["", "a b", "a>b", "x\r\nBcc: y", "-", "é.example"])
def test_a_domain_that_would_break_the_header_is_refused(domain: str) -> None:
    with pytest.raises(InputError):
        message_id_for("k", domain)


def test_the_key_of_a_mail_changes_with_each_of_its_parts() -> None:
    base = mail(message_id="<a@b>")
    others = (
        mail(message_id="<c@b>"),
        mail(message_id="<a@b>", uid=2),
        mail(message_id="<a@b>", uid_validity=2),
        mail(message_id="<a@b>", raw_digest="1" * 64),
    )
    assert len({base.key, *(other.key for other in others)}) == 5
    assert base.key == mail(message_id="<a@b>", subject="other").key
