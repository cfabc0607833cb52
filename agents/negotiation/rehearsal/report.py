"""What a rehearsal found. Shares are in thousandths; each is our gain over walking away, as a part of the best permitted outcome's."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from agents.negotiation.rehearsal.paces import VendorKind
from agents.negotiation.rehearsal.strategies import StrategyName
from memory.domain.base import Noun
from memory.domain.money import Money


class Spread(Noun):
    """A distribution by three of its values: one in ten lies at or below `p10`, half at or below `p50`, nine in ten at or below `p90`."""

    p10: int
    p50: int
    p90: int

    @classmethod
    def of(cls, values: Sequence[int]) -> Spread | None:
        """Return the spread of some values by nearest rank (each is a value that occurred); None of none."""
        ranked = sorted(values)
        if not ranked:
            return None
        p10, p50, p90 = (ranked[-(-len(ranked) * share // 100) - 1] for share in (10, 50, 90))
        return cls(p10=p10, p50=p50, p90=p90)


class Tally(Noun):
    """Many talks against one kind of vendor (None: against all kinds).

    `possible` counts the talks in which a deal within both sides' limits exists, `deals` those that ended with one; `left` in
    how many the vendor left, `breaches` how many of our moves broke a limit, `misread` how many
    offers would not be read from a mail as they were meant. `share` is over the possible talks, 0 without a
    deal; `totals` are all-in totals of the deals in minor units of the report's currency. `rounds` are offers of ours, however the talk ended.
    """

    kind: VendorKind | None
    runs: int
    possible: int
    deals: int
    left: int
    breaches: int
    misread: int
    mean_share: int
    share: Spread | None
    totals: Spread | None
    rounds: Spread | None


class StrategyReport(Noun):
    """One strategy against all vendors, kind by kind and together. `median_deal` is the outcome of the deal in the middle."""

    strategy: StrategyName
    kinds: tuple[Tally, ...]
    together: Tally
    median_deal: int | None = None
    median_deal_in_words: str = ""


class RehearsalReport(Noun):
    """Strategies against the same simulated vendors. `runs` is per kind; nothing was sent.

    `rounds` is how many offers of ours there can be in all, `starts_at` how many were made before.
    """

    runs: int = Field(ge=1)
    seed: int
    rounds: int
    starts_at: int
    currency: str
    strategies: tuple[StrategyReport, ...]

    def money(self, amount_minor: int | None) -> Money | None:
        """Return a total as money, None where there is none."""
        return Money(amount_minor=amount_minor, currency=self.currency) if amount_minor is not None and self.currency else None

    def of(self, strategy: StrategyName) -> StrategyReport:
        """Return the report of one strategy that was rehearsed."""
        return next(found for found in self.strategies if found.strategy is strategy)
