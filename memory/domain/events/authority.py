"""Facts of authority: what was asked, what was answered, what may leave."""

from typing import ClassVar

from memory.domain.approval import Approval, Authorization, Edits, ProposedAction
from memory.domain.base import Digest, JsonObject, UtcTime
from memory.domain.events.base import Event
from memory.domain.seal import OperatorFact

#: How the approval of a letter begins that the operator sends from a task: it says nothing about the case's own question.
LETTER_PREFIX = "LT-"


def approval_wait(approval_id: str) -> str:
    """Return the key of the wait that an answer to this approval ends."""
    return f"approval/{approval_id}"


class ApprovalRequested(Event):
    """The operator is asked; the question is bound to the digest of one exact action and expires to "no"."""

    kind: ClassVar[str] = "approval.requested"
    approval: Approval


class ApprovalGranted(OperatorFact):
    """The operator said yes, exactly this. After `good_until` nothing is committed on it any more; None in older ledgers."""

    kind: ClassVar[str] = "approval.granted"
    version: ClassVar[int] = 3
    approval_id: str
    digest: Digest
    by: str
    surface: str
    reason: str = ""
    good_until: UtcTime | None = None

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """A yes ends the wait."""
        answer = {"type": "approve", "approval_id": self.approval_id, "digest": self.digest, "by": self.by, "reason": self.reason}
        return ((approval_wait(self.approval_id), answer),)


class ApprovalEdited(OperatorFact):
    """The operator said yes with changes; `action` is what was approved, `digest` what it was changed from. `good_until` as above."""

    kind: ClassVar[str] = "approval.edited"
    version: ClassVar[int] = 3
    approval_id: str
    digest: Digest
    edits: Edits
    action: ProposedAction
    by: str
    surface: str
    reason: str = ""
    good_until: UtcTime | None = None

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """A changed yes ends the wait."""
        answer = {
            "type": "edit",
            "approval_id": self.approval_id,
            "digest": self.digest,
            "by": self.by,
            "reason": self.reason,
            "edits": self.edits.model_dump(mode="json"),
        }
        return ((approval_wait(self.approval_id), answer),)


class ApprovalRejected(Event):
    """The operator said no, and why."""

    kind: ClassVar[str] = "approval.rejected"
    approval_id: str
    digest: Digest
    by: str
    surface: str
    reason: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """A no ends the wait."""
        answer = {"type": "reject", "approval_id": self.approval_id, "digest": self.digest, "by": self.by, "reason": self.reason}
        return ((approval_wait(self.approval_id), answer),)


class ApprovalExpired(Event):
    """Nobody answered in time, so the answer is no; or the question was withdrawn (`by`, `reason`), and no yes can be given to it."""

    kind: ClassVar[str] = "approval.expired"
    version: ClassVar[int] = 2
    approval_id: str
    digest: Digest
    by: str = "expiry"
    reason: str = ""

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """Silence is a no."""
        reason = self.reason or "expired unanswered"
        answer = {"type": "reject", "approval_id": self.approval_id, "digest": self.digest, "by": self.by, "reason": reason}
        return ((approval_wait(self.approval_id), answer),)


class AuthorizationGranted(Event):
    """A single-use permit for one exact effect."""

    kind: ClassVar[str] = "authorization.granted"
    authorization: Authorization


class AuthorizationBurned(Event):
    """The permit was used; recorded before the call, so that it can never be used twice.

    `token_id` names the capability token that the connector got for this one call; its value is never written down.
    """

    kind: ClassVar[str] = "authorization.burned"
    version: ClassVar[int] = 2
    authorization_id: str
    effect_key: str
    attempt: int
    token_id: str = ""
