"""What earlier negotiations taught about a vendor, or about its category: statistics of concluded talks, counted from the ledger."""

from __future__ import annotations

from pydantic import Field

from memory.domain.base import Noun


class TalkRecord(Noun):
    """How a vendor (or the vendors of a category) gave way before. Shares are in basis points of the first written quote.

    `ended_bp` is where talks ended on average and `spread_bp` the standard deviation; `step_bp` the mean concession a round;
    `quarter_end_bp` how much lower talks ended in the last three weeks of a quarter (0: no difference known);
    `answer_hours` how long an answer took on average. `manners` counts how each way to concede was seen, by the engine's names.
    """

    talks: int = Field(default=0, ge=0)
    ended_bp: int = Field(default=10_000, ge=0)
    spread_bp: int = Field(default=0, ge=0)
    step_bp: int = Field(default=0, ge=0)
    quarter_end_bp: int = 0
    answer_hours: int | None = Field(default=None, ge=0)
    manners: dict[str, int] = Field(default_factory=dict)
    about: str = ""
