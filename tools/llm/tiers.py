"""How much thinking a step may buy: RULES (no model) < FAST < DEEP."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """A level of model work, ordered by what it costs: `Tier.RULES < Tier.FAST < Tier.DEEP`."""

    RULES = "rules"
    """No model at all: the deterministic way every agent has. The embedded default."""
    FAST = "fast"
    """Classify, route, extract: small, cheap, checked."""
    DEEP = "deep"
    """Draft and strategy: a person or policy reads the result before anything leaves."""

    @property
    def rank(self) -> int:
        """The place in the order, 0 for RULES."""
        return list(type(self)).index(self)

    # StrEnum would compare by spelling, which puts "deep" below "rules".
    def __lt__(self, other: str) -> bool:
        return self.rank < Tier(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Tier(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Tier(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Tier(other).rank


def chosen_tier(wanted: Tier, *, highest: Tier, hot: bool = False) -> Tier:
    """Return the tier a step runs at: what it wants, at most what is configured; a hot case skips deep work (DESIGN §2)."""
    return min(wanted, highest, Tier.FAST if hot else Tier.DEEP)
