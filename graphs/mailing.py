"""Mails to vendors: threaded by our own Message-IDs, addressed by registry id, planned here and sent by the dispatcher."""

from __future__ import annotations

import re

from agents.negotiator import Letter
from graphs.case_file import CaseFile
from graphs.context import Desk
from memory.domain.approval import PlannedEffect
from memory.domain.base import Digest
from memory.domain.effects import MAIL_SEND, Attachment, SendMail
from memory.domain.errors import RefusedError
from memory.domain.events.effects import reply_wait
from memory.domain.evidence import Origin
from memory.domain.mail import message_id_for
from memory.outbox import effect_key

_MESSAGE_ID = re.compile(r"<[^<>@\s\x00-\x1f]{1,180}@[^<>@\s\x00-\x1f]{1,180}>")


def plan_mail(
    desk: Desk,
    case: CaseFile,
    vendor_id: str,
    node: str,
    revision: int | str,
    letter: Letter,
    *,
    attachments: tuple[Attachment, ...] = (),
    key: str = "",
    contact_id: str | None = None,
    follows: tuple[str, ...] = (),
) -> PlannedEffect:
    """Return the mail as an effect; raises `RefusedError` when the operator has registered no contact for the vendor.

    Its key follows from node and revision, unless a `key` is given (a compensation is keyed by what it takes back). It goes to the
    vendor's newest contact unless `contact_id` names another; `follows` are keys of mails that are planned together with it, before it.
    """
    contact_id = contact_id or desk.registry.party_of("contact", vendor_id)
    if contact_id is None:
        raise RefusedError(
            f"no contact of {vendor_id} in the registry", hint=f"add one: qm vendors add --vendor {vendor_id} --email ADDRESS"
        )
    key = key or effect_key(case.case_id, f"{node}/{vendor_id}", revision)
    domain = desk.operator.mail_domain
    ours = tuple(message_id_for(k, domain) for k in (*_sent_keys(case, vendor_id), *follows))
    theirs = [m.message_id for m in case.messages if m.vendor_id == vendor_id and _MESSAGE_ID.fullmatch(m.message_id)]
    mail = SendMail(
        contact_id=contact_id,
        subject=letter.subject,
        body=letter.body,
        attachments=attachments,
        in_reply_to=theirs[-1] if theirs else (ours[-1] if ours else None),
        references=ours,
        message_id=message_id_for(key, domain),
        conversation=conversation_id(case.case_id, vendor_id),
    )
    return PlannedEffect(key=key, kind=MAIL_SEND, payload=mail.model_dump(mode="json"))


def contact_name(desk: Desk, vendor_id: str) -> str:
    """Return the name of the registered contact of a vendor, or nothing when none is registered."""
    contact_id = desk.registry.party_of("contact", vendor_id)
    return desk.registry.contact(contact_id).name if contact_id else ""


def conversation_id(case_id: str, vendor_id: str) -> str:
    """Return the name of the conversation with one vendor in one case."""
    return f"{case_id}/{vendor_id}"


def keep_letter(desk: Desk, letter: Letter) -> Digest:
    """Keep the text of a letter as evidence of what we said."""
    return desk.evidence.put_text(f"Subject: {letter.subject}\n\n{letter.body}", origin=Origin.SYSTEM, source="letter")


def wait_key(effect: PlannedEffect) -> str:
    """Return the key of the wait for the answer to a mail."""
    return reply_wait(effect.key)


def _sent_keys(case: CaseFile, vendor_id: str) -> list[str]:
    return case.negotiation(vendor_id).effect_keys
