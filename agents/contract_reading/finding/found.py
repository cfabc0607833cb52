"""What the finder says about a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agents.contract_reading.categories import Category


class Presence(StrEnum):
    """Whether a kind of clause is in the contract. UNSURE goes to the operator or a model tier; it is never stated as read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text, end exclusive, and the calibrated probability (0 to 1) that it is the clause it was found for."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Passages per category, best first, and whether each category is there at all. Every category has an entry in both."""

    passages: Mapping[Category, tuple[Passage, ...]]
    presence: Mapping[Category, Presence]

    def best(self, category: Category) -> Passage | None:
        """Return the passage that is most likely the clause, or None when nothing comes near."""
        listed = self.passages[category]
        return listed[0] if listed else None
