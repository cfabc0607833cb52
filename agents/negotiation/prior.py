"""What is known of a vendor before it speaks: statistics of earlier negotiations, filled from the ledger's facts."""

from __future__ import annotations

from pydantic import Field

from memory.domain.base import Noun


class VendorPrior(Noun):
    """Learned leanings of one vendor, or of its category. Shares and chances are in thousandths.

    `reached` is the mean share of our wish (from walking away to the best permitted outcome) that earlier deals reached,
    `reached_spread` its standard deviation; `beyond` is the chance that such an end is worse for us than walking away now, None
    where nothing is known of it. `talks` says on how many negotiations it rests (0: ignore it). `behaviours`
    weighs the ways to concede by their names in `agents.negotiation.behaviour.KINDS`; an absent one keeps its own weight.
    """

    talks: int = Field(default=0, ge=0)
    reached: int = Field(default=500, ge=0, le=1000)
    reached_spread: int = Field(default=250, ge=1, le=1000)
    beyond: int | None = Field(default=None, ge=0, le=1000)
    behaviours: dict[str, int] = Field(default_factory=dict)
