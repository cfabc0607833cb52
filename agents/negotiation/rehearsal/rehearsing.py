"""The rehearsal: many talks with simulated vendors before anything is sent. The same arguments give the same report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.negotiation.rehearsal.paces import VendorKind
from agents.negotiation.rehearsal.planned import Planned
from agents.negotiation.rehearsal.report import RehearsalReport, Spread, StrategyReport, Tally
from agents.negotiation.rehearsal.strategies import StrategyName, players
from agents.negotiation.rehearsal.talks import Talk, hold_talk
from agents.negotiation.rehearsal.vendors import SimulatedVendor
from agents.negotiation.task import Task
from memory.domain.errors import InputError

EVERY_KIND = tuple(VendorKind)
MOST_RUNS = 1000


@dataclass(frozen=True)
class _Played:
    kind: VendorKind
    talk: Talk
    possible: bool


def rehearse(
    planned: Planned | Task,
    vendors: Sequence[VendorKind] = EVERY_KIND,
    runs: int = 10,
    seed: int = 0,
    strategies: Sequence[StrategyName] = (StrategyName.ENGINE,),
) -> RehearsalReport:
    """Return how each strategy fares against `runs` vendors of each kind; every strategy meets the very same vendors.

    Raises `InputError` for no vendors, no strategies, a negative seed, or runs that are none or too many.
    """
    start = planned if isinstance(planned, Planned) else Planned(planned)
    if not 1 <= runs <= MOST_RUNS or seed < 0 or not vendors or not strategies:
        raise InputError(
            "a rehearsal needs a vendor, a strategy, a seed that is not negative, and a count of runs",
            hint=f"give 1 to {MOST_RUNS:,} runs",
        )
    return RehearsalReport(
        runs=runs,
        seed=seed,
        rounds=start.offers_at_most,
        starts_at=len(start.turns),
        currency=start.currency if start.total_of is not None else "",
        strategies=tuple(_strategy(start, name, vendors, runs, seed) for name in strategies),
    )


def _strategy(start: Planned, name: StrategyName, vendors: Sequence[VendorKind], runs: int, seed: int) -> StrategyReport:
    new_player = players(name, start)
    played = []
    for kind in vendors:
        for run in range(runs):
            vendor = SimulatedVendor(start, kind, seed, run)
            possible = any(vendor.signs(int(outcome)) for outcome in start.task.allowed.nonzero()[0])
            played.append(_Played(kind, hold_talk(start, new_player(), vendor), possible))
    median = _median_deal(start, [one.talk.deal for one in played if one.talk.deal is not None])
    return StrategyReport(
        strategy=name,
        kinds=tuple(_tally(start, kind, [one for one in played if one.kind is kind]) for kind in vendors),
        together=_tally(start, None, played),
        median_deal=median,
        median_deal_in_words=start.in_words(median) if median is not None else "",
    )


def _tally(start: Planned, kind: VendorKind | None, played: Sequence[_Played]) -> Tally:
    deals = [one.talk.deal for one in played if one.talk.deal is not None]
    shares = [_share(start.task, one.talk.deal) for one in played if one.possible or one.talk.deal is not None]
    return Tally(
        kind=kind,
        runs=len(played),
        possible=sum(one.possible for one in played),
        deals=len(deals),
        left=sum(one.talk.vendor_left for one in played),
        breaches=sum(one.talk.breaches for one in played),
        misread=sum(one.talk.misread for one in played),
        mean_share=round(sum(shares) / len(shares)) if shares else 0,
        share=Spread.of(shares),
        totals=Spread.of([start.total_of(deal) for deal in deals]) if start.total_of is not None else None,
        rounds=Spread.of([one.talk.rounds for one in played]),
    )


def _share(task: Task, deal: int | None) -> int:
    """Return a deal's gain over walking away, in thousandths of the best permitted outcome's; 0 without a deal."""
    best = float(task.utility[task.allowed].max()) - task.reservation if task.allowed.any() else 0.0
    if deal is None or best <= 0:
        return 0
    return round(1000 * (float(task.utility[deal]) - task.reservation) / best)


def _median_deal(start: Planned, deals: Sequence[int]) -> int | None:
    """Return the deal in the middle: by price where there are prices, else by what it is worth to us."""
    if not deals:
        return None
    utility, total_of = start.task.utility, start.total_of
    ranked = sorted(deals, key=lambda deal: (0 if total_of is None else total_of(deal), -float(utility[deal]), deal))
    return ranked[(len(ranked) - 1) // 2]
