"""Approvals and authorizations: the operator's word, and the single-use permit it mints."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from memory.domain.base import Digest, JsonObject, Noun, UtcTime, digest_of
from memory.domain.contract import Finding
from memory.domain.evidence import Claim
from memory.domain.money import Money


class PlannedEffect(Noun):
    """One effect of an action, exactly as it will be performed. `key` is its semantic idempotency key."""

    key: str
    kind: str
    payload: JsonObject

    @property
    def digest(self) -> Digest:
        """The digest of kind, key and payload that an authorization is bound to."""
        return effect_digest(self.kind, self.key, self.payload)


def effect_digest(kind: str, key: str, payload: JsonObject) -> Digest:
    """Return the digest that binds an authorization to one effect: any edit of kind, key or payload changes it."""
    return digest_of({"kind": kind, "key": key, "payload": payload})


class ProposedAction(Noun):
    """What the operator is asked to approve: in words, and as the exact effects."""

    title: str
    vendor_id: str
    total: Money
    contract: Digest
    effects: tuple[PlannedEffect, ...] = Field(min_length=1)
    consequences: tuple[str, ...] = ()

    @property
    def digest(self) -> Digest:
        """The digest of everything that would be done."""
        return digest_of(self)


class ApprovalStatus(StrEnum):
    """Where an approval stands. All but OPEN are final."""

    OPEN = "open"
    GRANTED = "granted"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Approval(Noun):
    """A question to the operator, bound to the digest of one action; it expires to "no"."""

    approval_id: str
    case_id: str
    action: ProposedAction
    evidence: tuple[Claim, ...] = ()
    risks: tuple[Finding, ...] = ()
    rules: tuple[str, ...] = ()
    policy_version: str
    requested_at: UtcTime
    expires_at: UtcTime


class Edits(Noun):
    """What the operator may change at the gate. Anything else needs a new round of negotiation."""

    execute_on: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    remittance: str | None = Field(default=None, min_length=1, max_length=140)
    order_note: str | None = Field(default=None, max_length=1000)

    @property
    def empty(self) -> bool:
        """Whether nothing is changed."""
        return not any(self.model_dump().values())


class Approve(Noun):
    """Yes, exactly this."""

    type: Literal["approve"] = "approve"
    approval_id: str
    digest: Digest
    by: str
    reason: str = ""


class Edit(Noun):
    """Yes, with these changes: the edited action gets a digest of its own and is judged by policy again."""

    type: Literal["edit"] = "edit"
    approval_id: str
    digest: Digest
    by: str
    edits: Edits
    reason: str = ""


class Reject(Noun):
    """No, and why."""

    type: Literal["reject"] = "reject"
    approval_id: str
    digest: Digest
    by: str
    reason: str = Field(min_length=1)


Decision = Annotated[Approve | Edit | Reject, Field(discriminator="type")]
"""The operator's answer at a gate."""


class Authorization(Noun):
    """A single-use permit for one effect: digest of the exact payload, who or which rule allowed it, policy version, expiry."""

    authorization_id: str
    case_id: str
    effect_key: str
    effect_kind: str
    effect_digest: Digest
    approval_id: str | None = None
    rule: str | None = None
    approver: str
    policy_version: str
    ceiling: Money | None = None
    granted_at: UtcTime
    expires_at: UtcTime
