"""Simulated vendors answer typed offers: no strategy breaks a limit, every talk ends in time, and the same seed gives the same talk."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiation import Issue, MoveKind, Space, Task, Turn
from agents.negotiation.rehearsal import (
    EVERY_KIND,
    Planned,
    SimulatedVendor,
    Spread,
    StrategyName,
    VendorKind,
    hold_talk,
    players,
    rehearse,
    risks,
)
from memory.domain.errors import InputError

PLAIN = (StrategyName.HOLD, StrategyName.LINEAR, StrategyName.BOULWARE)


def task(*, rounds: int = 4, moves_first: bool = False, reservation: float = 0.25, most: int = 48) -> Task:
    """Return a small purchase: price, term and days to pay, nothing above a ceiling, nothing longer than a year."""
    issues = (Issue("unit_price", tuple(range(30, 54, 2))), Issue("term_months", (1, 12, 24)), Issue("payment_days", (0, 30)))
    space = Space.product(issues, lambda values: float(values[0]) <= most and float(values[1]) <= 12)
    grid = space.grid
    utility = 0.7 * (1 - grid[:, 0] / 11) + 0.2 * (1 - grid[:, 1] / 2) + 0.1 * grid[:, 2]
    return Task(space, utility, reservation, rounds, moves_first, seed=3)


def planned(base: Task, **rest: object) -> Planned:
    return Planned(base, total_of=lambda outcome: int(base.space.values_of(outcome)[0]) * 1428, currency="EUR", **rest)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_engine_keeps_its_limits_and_the_rounds_against_every_kind(kind: VendorKind) -> None:
    start = planned(task(rounds=3))
    new_player = players(StrategyName.ENGINE, start)
    for run in range(2):
        talk = hold_talk(start, new_player(), SimulatedVendor(start, kind, 5, run))
        assert talk.breaches == 0
        assert talk.rounds <= start.task.rounds
        assert talk.deal is None or start.task.allowed[talk.deal]
    again = hold_talk(start, new_player(), SimulatedVendor(start, kind, 5, 1))
    assert again.steps == talk.steps


@pytest.mark.parametrize("strategy", PLAIN)
@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("moves_first", [True, False])
def test_a_plain_strategy_keeps_its_limits_against_every_kind(strategy: StrategyName, kind: VendorKind, moves_first: bool) -> None:
    start = planned(task(rounds=5, moves_first=moves_first))
    new_player = players(strategy, start)
    for seed in range(40):
        vendor = SimulatedVendor(start, kind, seed)
        talk = hold_talk(start, new_player(), vendor)
        assert talk.breaches == 0
        assert talk.rounds <= start.task.rounds
        assert talk.deal is None or (start.task.allowed[talk.deal] and vendor.signs(talk.deal))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    kind=st.sampled_from(EVERY_KIND),
    rounds=st.integers(1, 12),
    moves_first=st.booleans(),
    reservation=st.floats(0.0, 1.0),
    most=st.integers(20, 60),
)
def test_no_limit_is_broken_whatever_the_limits_are(
    seed: int, kind: VendorKind, rounds: int, moves_first: bool, reservation: float, most: int
) -> None:
    start = Planned(task(rounds=rounds, moves_first=moves_first, reservation=reservation, most=most))
    for name in PLAIN:
        talk = hold_talk(start, players(name, start)(), SimulatedVendor(start, kind, seed))
        answered = rounds if moves_first else rounds - 1
        assert (talk.breaches, talk.rounds <= answered) == (0, True), "where the vendor speaks first our last turn only takes or leaves"
        assert talk.deal is None or start.task.allowed[talk.deal]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_vendor_signs_and_offers_nothing_below_its_own_limit(kind: VendorKind) -> None:
    start = planned(task(rounds=6))
    for seed in range(25):
        vendor = SimulatedVendor(start, kind, seed)
        talk = hold_talk(start, players(StrategyName.LINEAR, start)(), vendor)
        theirs = [step.outcome for step in talk.steps if not step.ours and step.outcome is not None]
        assert all(vendor.signs(outcome) for outcome in theirs)


def given_way(kind: VendorKind, until: int, rounds: int = 10) -> float:
    """Return how much of its way a kind has gone after some turns, on average, when we offer nothing it could take."""
    start = planned(task(rounds=rounds))
    worst = int(np.flatnonzero(start.task.allowed)[np.argmax(start.task.utility[start.task.allowed])])
    gone = []
    for seed in range(30):
        vendor = SimulatedVendor(start, kind, seed)
        answers = [vendor.answer(worst if turn else None, turn) for turn in range(until + 1)]
        made = [a.outcome for a in answers if a.kind is MoveKind.OFFER]
        utility, way = vendor.character.utility, 1 - vendor.character.floor
        if way > 0.2 and len(made) > until:
            gone.append((utility[made[0]] - utility[made[-1]]) / way)
    return float(np.mean(gone))


def test_the_kinds_give_way_as_their_names_say() -> None:
    assert given_way(VendorKind.CONCEDING, 4) > given_way(VendorKind.LYING, 4) > given_way(VendorKind.TOUGH, 4)
    assert given_way(VendorKind.STUBBORN, 9) < 0.3
    assert given_way(VendorKind.TIT_FOR_TAT, 9) < 0.25
    assert given_way(VendorKind.DEADLINE_DRIVEN, 4) < 0.05
    assert given_way(VendorKind.DEADLINE_DRIVEN, 9) > 0.7


def test_an_erratic_vendor_asks_for_more_again() -> None:
    start = planned(task(rounds=8))
    rises = 0
    for seed in range(10):
        vendor = SimulatedVendor(start, VendorKind.ERRATIC, seed)
        made = [vendor.answer(None, turn).outcome for turn in range(8)]
        worth = vendor.character.utility[[outcome for outcome in made if outcome is not None]]
        rises += int((np.diff(worth) > 0.02).sum())
    assert rises > 5


def test_tit_for_tat_gives_only_where_it_is_given_to() -> None:
    start = planned(task(rounds=6))
    utility = start.task.utility
    allowed = np.flatnonzero(start.task.allowed)
    vendor, mirror = (SimulatedVendor(start, VendorKind.TIT_FOR_TAT, 4) for _ in range(2))
    best_for_us = int(allowed[np.argmax(utility[allowed])])
    kind_offer = int(allowed[np.argmax(vendor.character.utility[allowed])])
    held = [vendor.answer(best_for_us, turn).outcome for turn in range(3)][-1]
    moved = [mirror.answer(ours, turn) for turn, ours in enumerate((best_for_us, best_for_us, kind_offer))][-1]
    assert moved.kind is MoveKind.ACCEPT or vendor.character.utility[moved.outcome] < vendor.character.utility[held] - 0.1


def test_a_report_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    start = planned(task())
    first, again, other = (rehearse(start, runs=6, seed=seed, strategies=PLAIN) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_report_counts_every_talk_and_holds_its_figures_together() -> None:
    start = planned(task())
    report = rehearse(start, runs=12, seed=9, strategies=PLAIN)
    for found in report.strategies:
        assert [tally.kind for tally in found.kinds] == list(EVERY_KIND)
        assert found.together.runs == 12 * len(EVERY_KIND) == sum(tally.runs for tally in found.kinds)
        assert found.together.deals == sum(tally.deals for tally in found.kinds) <= found.together.possible
        totals = found.together.totals
        assert totals is not None
        assert totals.p10 <= totals.p50 <= totals.p90 <= 48 * 1428
        assert found.median_deal is not None
        assert start.total_of is not None
        assert start.total_of(found.median_deal) == totals.p50
        assert str(report.money(totals.p50)).endswith("EUR")
        assert all(sentence.endswith(".") for sentence in risks(report, found))


def test_who_holds_gets_more_of_fewer_deals_from_those_who_follow_than_who_gives_way() -> None:
    report = rehearse(planned(task(rounds=6)), (VendorKind.TIT_FOR_TAT,), runs=40, seed=2, strategies=PLAIN)
    assert report.of(StrategyName.HOLD).together.deals < report.of(StrategyName.LINEAR).together.deals


def test_what_leaves_no_deal_ends_without_one_and_is_told_as_a_risk() -> None:
    start = planned(task(reservation=0.999, most=20))
    report = rehearse(start, runs=3, seed=1, strategies=(StrategyName.ENGINE, *PLAIN))
    for found in report.strategies:
        assert (found.together.deals, found.together.possible, found.together.breaches) == (0, 0, 0)
        assert any("no deal inside ours" in sentence for sentence in risks(report, found))


def middle(base: Task) -> Planned:
    """Return a talk after two rounds: 52, then 48 with a counteroffer of 32 and 36 between, and 46 on the table."""
    offers = [base.space.outcome_of((price, 12, 0)) for price in (52, 32, 48, 36, 46)]
    return planned(base, turns=(Turn(theirs=offers[0], ours=offers[1]), Turn(theirs=offers[2], ours=offers[3])), standing=offers[4])


@pytest.mark.parametrize("name", [StrategyName.ENGINE, *PLAIN])
def test_a_rehearsal_in_the_middle_goes_on_from_the_offers_made(name: StrategyName) -> None:
    start = middle(task(rounds=5))
    dearest = start.task.space.outcome_of((36, 12, 0))
    for kind in EVERY_KIND[:3] if name is StrategyName.ENGINE else EVERY_KIND:
        vendor = SimulatedVendor(start, kind, 7)
        assert all(vendor.signs(offer) for offer in start.theirs)
        talk = hold_talk(start, players(name, start)(), vendor)
        assert talk.steps[0].ours
        assert (talk.breaches, talk.rounds <= 5) == (0, True)
        ours = [step.outcome for step in talk.steps if step.ours and step.kind is MoveKind.OFFER]
        assert name is StrategyName.ENGINE or all(start.task.utility[outcome] <= start.task.utility[dearest] + 0.1 for outcome in ours)
        theirs = [step.outcome for step in talk.steps if not step.ours and step.kind is MoveKind.OFFER]
        if kind is not VendorKind.ERRATIC:
            top = vendor.character.utility[start.standing] + 0.05
            assert all(vendor.character.utility[outcome] <= top for outcome in theirs)


def test_when_the_vendor_owes_an_answer_it_speaks_first() -> None:
    base = middle(task(rounds=5))
    start = planned(base.task, turns=base.turns)
    talk = hold_talk(start, players(StrategyName.LINEAR, start)(), SimulatedVendor(start, VendorKind.CONCEDING, 1))
    assert not talk.steps[0].ours


def test_a_rehearsal_leaves_the_task_as_it_was() -> None:
    start = middle(task(rounds=5))
    before = copy.deepcopy((start.task.utility, start.task.space.permitted, start.turns, start.standing))
    rehearse(start, runs=1, seed=1, strategies=(StrategyName.ENGINE,))
    after = (start.task.utility, start.task.space.permitted, start.turns, start.standing)
    assert (after[0] == before[0]).all()
    assert (after[1] == before[1]).all()
    assert after[2:] == before[2:]


@pytest.mark.parametrize("arguments", [{"runs": 0}, {"runs": 1001}, {"seed": -1}, {"vendors": ()}, {"strategies": ()}])
def test_a_rehearsal_of_nothing_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(InputError):
        rehearse(task(), **arguments)


def test_a_planned_negotiation_must_fit_its_task() -> None:
    with pytest.raises(InputError, match="rounds"):
        Planned(task(rounds=1), turns=(Turn(theirs=None, ours=0), Turn(theirs=1, ours=0)))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=200))
def test_a_spread_is_in_order_and_made_of_values_that_occurred(values: list[int]) -> None:
    spread = Spread.of(values)
    assert spread is not None
    assert min(values) <= spread.p10 <= spread.p50 <= spread.p90 <= max(values)
    assert {spread.p10, spread.p50, spread.p90} <= set(values)
    assert sum(value <= spread.p90 for value in values) * 10 >= 9 * len(values)


def test_a_spread_of_nothing_is_none() -> None:
    assert Spread.of(()) is None
