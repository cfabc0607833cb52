"""What the engine believes of vendors that wait for our moves, return them, or answer near our offers."""

from __future__ import annotations

import numpy as np
import pytest

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task
from agents.negotiation.behaviour import KINDS, LOW, RECIPROCAL, TIMED, Manner
from agents.negotiation.counters import Counters
from agents.negotiation.movement import given_by, held_by
from agents.negotiation.rivals import Rivals

ISSUES = (Issue("unit_price", tuple(float(k) for k in range(11))), Issue("term_months", (12.0, 24.0, 36.0)))


def task_of(rounds: int = 8) -> Task:
    space = Space.product(ISSUES)
    utility = 0.7 * (1 - space.grid[:, 0] / 10) + 0.3 * (1 - space.grid[:, 1] / 2)
    return Task(space, utility, 0.2, rounds, moves_first=True, seed=3)


def manner_of(kind: int, *, waits: bool) -> Manner:
    pace = np.zeros((1, len(LOW)))
    pace[0, 3] = 0.5
    return Manner(np.array([kind]), pace, np.ones(1), np.ones(1, dtype=bool), np.array([waits]))


def test_an_offer_that_gives_a_vendor_no_more_than_before_is_no_move() -> None:
    ours = np.array([[0.1, 0.2, 0.2, 0.15, 0.3]])
    assert held_by(ours, 6)[0] * 5 == pytest.approx([0, 0, 0, 1, 2, 2])
    assert given_by(ours, np.array([0, 1, 2, 4, 5]))[0] == pytest.approx([0, 0, 0.1, 0.1, 0.2])


@pytest.mark.parametrize("waits", [True, False])
def test_a_waiting_vendor_stands_still_while_we_hold_and_another_does_not(waits: bool) -> None:
    clock, limit = np.linspace(0, 1, 5), np.array([0.4])
    held = np.array([[0.0, 0.25, 0.5, 0.75, 1.0]])
    targets = manner_of(TIMED, waits=waits).targets(limit, clock, 0.9, np.zeros((1, 5)), held)[0]
    assert (np.ptp(targets) < 1e-9) == waits


def test_a_reciprocal_vendor_asks_less_the_more_we_gave_it() -> None:
    clock, limit = np.linspace(0, 1, 3), np.array([0.2])
    nothing, much = (manner_of(RECIPROCAL, waits=False).targets(limit, clock, 0.9, np.full((1, 3), given)) for given in (0.0, 0.4))
    assert nothing - much == pytest.approx(0.5 * 0.4)
    assert KINDS[RECIPROCAL] == "reciprocal"


def test_a_vendor_near_our_offers_is_thought_to_give_up_what_it_cares_least_about() -> None:
    task = task_of()
    rivals = Rivals(task, np.random.default_rng(1))
    ours, offer = task.space.outcome_of((0.0, 12.0)), task.space.outcome_of((10.0, 12.0))
    width = 11
    price_first, term_first = np.zeros((2, 2 * width))
    price_first[:width], price_first[width : width + 3] = 0.9 * np.linspace(0, 1, 11), 0.1 * np.linspace(0, 1, 3)
    term_first[:width], term_first[width : width + 3] = 0.1 * np.linspace(0, 1, 11), 0.9 * np.linspace(0, 1, 3)
    values = np.stack((price_first, term_first))
    theirs = np.array([[0.9], [0.1]])
    rivals.add(offer, ours, values)
    likely = rivals.log_likelihood(values, theirs, near=0.9)[:, 0]
    assert likely[0] > likely[1]
    assert rivals.log_likelihood(values, theirs, near=0.0)[:, 0] == pytest.approx([0.0, 0.0])


def test_offers_that_are_always_the_nearest_of_their_worth_show_a_vendor_that_answers_near_ours() -> None:
    task = task_of()
    values = np.zeros((32, 22))
    values[:, :11], values[:, 11:14] = 0.5 * np.linspace(0, 1, 11), 0.5 * np.linspace(0, 1, 3)
    near, far = Counters(task, np.random.default_rng(2)), Counters(task, np.random.default_rng(2))
    for price, ours in ((0.0, 0), (1.0, 3), (2.0, 6)):
        near.learn(task.space.outcome_of((price + 5, 12.0)), task.space.outcome_of((float(ours), 12.0)), values)
        far.learn(task.space.outcome_of((price, 24.0)), task.space.outcome_of((float(ours), 12.0)), values)
    assert near.near > far.near


def test_no_offer_is_repeated_before_the_last_to_a_vendor_that_never_moves() -> None:
    space = Space.product((Issue("unit_price", tuple(float(k) for k in range(200))), ISSUES[1]))
    task = Task(space, 0.7 * (1 - space.grid[:, 0] / 199) + 0.3 * (1 - space.grid[:, 1] / 2), 0.2, 8, moves_first=True, seed=3)
    talks = Negotiation(task)
    wall = int(np.argmin(task.utility))
    ours = [talks.turn(None).outcome]
    for _ in range(task.rounds - 2):
        decision = talks.turn(wall)
        if decision.kind is not MoveKind.OFFER:
            break
        ours.append(decision.outcome)
    assert len(set(ours[:-1])) == len(ours[:-1])
