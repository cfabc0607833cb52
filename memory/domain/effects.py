"""What the system may do in the world: the exact payload of each effect.

The digest of a payload is what policy judges and the operator approves; parties are named by registry id only. Kinds are
stable strings, since they are stored.
"""

from datetime import date
from typing import Annotated

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, field_validator, model_serializer

from memory.domain.base import Digest, Noun
from memory.domain.money import Money
from memory.domain.registry import OneLine

CONTRACT_SIGN = "contract.sign"
PAYMENT_INSTRUCT = "payment.instruct"
MAIL_SEND = "mail.send"
CALENDAR_PUT = "calendar.put"

RegistryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""An id of the operator's registry: it can never hold an IBAN with spaces or an address with an @."""

MessageId = Annotated[str, StringConstraints(pattern=r"^<[^<>@\s\x00-\x1f]{1,180}@[^<>@\s\x00-\x1f]{1,180}>$")]
"""A Message-ID with its angle brackets (RFC 5322, 3.6.4), minted by us at approval."""

EndToEndId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9?:().,'+ -]{0,33}[A-Za-z0-9])?$")]
"""Our reference of a payment, at most 35 characters. EPC132-08 bars a slash at the ends; we bar it throughout, for file names."""

SepaText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/?:().,'+ -]*$")]
"""The basic Latin set which every SEPA bank must pass on unchanged (EPC217-08)."""

FileName = Annotated[str, StringConstraints(pattern=r"^[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]{0,119}$")]
"""A bare file name: no folder, no leading dot, no control character."""


class SignContract(Noun):
    """Sign one contract PDF, named by the digest of its bytes, with the signatory's certificate."""

    contract: Digest
    vendor_id: RegistryId
    signatory_id: RegistryId
    reason: OneLine = Field(max_length=200)
    field: str = Field(default="Customer", pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")


class InstructPayment(Noun):
    """Write a payment instruction for the operator's bank. `end_to_end_id` comes back on the bank's statement."""

    payee_id: RegistryId
    amount: Money
    end_to_end_id: EndToEndId
    remittance: SepaText = Field(max_length=140)
    execute_on: date
    debtor_account_id: RegistryId

    @field_validator("amount")
    @classmethod
    def _positive(cls, amount: Money) -> Money:
        if amount.amount_minor <= 0:
            raise ValueError("a payment is more than nothing")
        return amount


class Attachment(Noun):
    """A file of the evidence store that goes with a mail."""

    digest: Digest
    filename: FileName
    media_type: str = Field(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$", max_length=120)


class SendMail(Noun):
    """Send one mail to a contact. `conversation` groups mails of one negotiation; threading uses only our own Message-IDs."""

    contact_id: RegistryId
    subject: OneLine = Field(max_length=200)
    body: str = Field(max_length=100_000)
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: MessageId | None = None
    references: tuple[MessageId, ...] = ()
    message_id: MessageId
    conversation: str = Field(min_length=1, max_length=120)


class PutCalendar(Noun):
    """Put an all-day entry on the operator's calendar, or replace the one with the same `uid` when `sequence` is higher.

    A `cancelled` one takes the entry back in every calendar that knows it (RFC 5545, 3.8.1.11).
    """

    uid: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,119}$")
    summary: OneLine = Field(max_length=200)
    on: date
    description: str = Field(default="", max_length=4000)
    alarms_days: tuple[Annotated[int, Field(ge=0, le=366)], ...] = ()
    sequence: int = Field(default=0, ge=0)
    cancelled: bool = False

    @model_serializer(mode="wrap")
    def _as_ever(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """An entry that stands is written, and its digest made, as before entries could be cancelled."""
        body: dict[str, object] = write(self)
        return body if self.cancelled else {name: value for name, value in body.items() if name != "cancelled"}
