"""How a contract wants to be told that it ends: by which channel, to which address, and the sentence that says so."""

from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.evidence import EvidenceRef


class NoticeChannel(StrEnum):
    """By what a notice goes. Only a mail leaves from here; a letter and a form are the operator's to send."""

    MAIL = "mail"
    POST = "post"
    PORTAL = "portal"
    UNSTATED = "unstated"
    """The contract names none that can be read."""

    @property
    def by_hand(self) -> bool:
        """Whether the operator has to send it."""
        return self in {NoticeChannel.POST, NoticeChannel.PORTAL}


class NoticeRoute(Noun):
    """Channel and address as the contract names them. The address is a vendor's word: it is shown, and never written to by itself.

    `also` are other channels that the contract takes as well as this one; `beside` those that it must go by too, if only as a copy, and
    `beside_address` where that goes by mail. `evidence` is the sentence in the contract's text.
    """

    channel: NoticeChannel
    also: tuple[NoticeChannel, ...] = ()
    beside: tuple[NoticeChannel, ...] = ()
    address: str = Field(default="", max_length=400)
    beside_address: str = Field(default="", max_length=400)
    evidence: EvidenceRef | None = None


class NoticeState(StrEnum):
    """How far a notice has come."""

    NONE = ""
    PREPARED = "prepared"
    SENT = "sent"
    """It left by mail: the server took it, or it is on its way there."""
    GIVEN = "given"
    """The operator sent it by hand and said so."""
    REFUSED = "refused"
    """The vendor wrote that it does not accept it."""
    CONFIRMED = "confirmed"
    """The vendor's word, or the operator's, that the contract ends."""

    @property
    def out(self) -> bool:
        """Whether the vendor holds it, as far as is known."""
        return self in {NoticeState.SENT, NoticeState.GIVEN, NoticeState.REFUSED, NoticeState.CONFIRMED}
