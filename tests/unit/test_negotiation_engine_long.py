"""Long talks: what the engine does before their last rounds."""

from __future__ import annotations

import numpy as np
import pytest

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task
from agents.negotiation.holding import HEARD, LAST_ROUNDS, heard, unheard
from agents.negotiation.movement import stalled

ISSUES = (Issue("unit_price", tuple(float(k) for k in range(11))), Issue("term_months", (12.0, 24.0, 36.0)))


def task_of(rounds: int) -> Task:
    space = Space.product(ISSUES)
    utility = 0.7 * (1 - space.grid[:, 0] / 10) + 0.3 * (1 - space.grid[:, 1] / 2)
    return Task(space, utility, 0.2, rounds, moves_first=True, seed=3)


def belief_after(task: Task) -> list[int]:
    """Return the rounds whose offers the belief takes in."""
    rounds: list[int] = []
    for round_ in range(1, task.rounds):
        if heard(task, round_, len(rounds)):
            rounds.append(round_)
    return rounds


@pytest.mark.parametrize("rounds", [4, 10])
def test_of_short_talks_every_offer_is_taken_in(rounds: int) -> None:
    assert belief_after(task_of(rounds)) == list(range(1, rounds))


@pytest.mark.parametrize("rounds", [11, 20, 57, 100])
def test_of_long_talks_every_late_offer_and_only_some_early_ones_are_taken_in(rounds: int) -> None:
    taken = belief_after(task_of(rounds))
    assert taken[0] == 1
    assert set(range(rounds - LAST_ROUNDS, rounds)) - {0} <= set(taken)
    assert len([round_ for round_ in taken if round_ < rounds - LAST_ROUNDS]) <= HEARD + 1


def test_a_middling_offer_that_could_be_signed_later_too_is_not_signed_long_before_the_end() -> None:
    task = task_of(40)
    talks = Negotiation(task)
    ask = task.space.outcome_of((6.0, 24.0))
    moves = [talks.turn(None if round_ == 0 else ask) for round_ in range(6)]
    assert all(move.kind is MoveKind.OFFER for move in moves)
    assert all(task.utility[move.outcome] > task.utility[ask] for move in moves)


def test_an_offer_as_good_as_our_wish_is_signed_at_once() -> None:
    task = task_of(40)
    talks = Negotiation(task)
    talks.turn(None)
    assert talks.turn(int(np.argmax(task.utility))).kind is MoveKind.ACCEPT


def test_a_new_offer_of_about_equal_worth_is_found_first_and_a_better_one_only_long_before_the_end() -> None:
    task = task_of(40)
    best, dearer = task.space.outcome_of((0.0, 12.0)), task.space.outcome_of((1.0, 12.0))
    assert unheard(task, dearer, [], 3).tolist() == [dearer]
    assert unheard(task, dearer, [dearer], 3).tolist() == [best]
    assert len(unheard(task, dearer, [dearer], 35)) == 0


def test_what_gives_a_vendor_hardly_more_counts_as_standing_still() -> None:
    best, stall = stalled(np.array([[0.1, 0.3, 0.305, 0.2], [0.1, 0.2, 0.3, 0.4]]))
    assert best == pytest.approx([0.305, 0.4])
    assert stall.tolist() == [2, 0]
