"""The engine's moves: repeatable, rebuildable, explained, and sensible where the right move is known."""

from __future__ import annotations

import numpy as np
import pytest

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task, Turn
from agents.negotiation.behaviour import KINDS
from agents.negotiation.leanings import has_order, is_money, wants_more
from agents.negotiation.minds import NO_DEAL, Minds, no_deal
from agents.negotiation.prior import VendorPrior
from memory.domain.errors import InputError

ISSUES = (
    Issue("unit_price", tuple(40.0 + 2 * k for k in range(11))),
    Issue("term_months", (12.0, 24.0, 36.0)),
    Issue("payment_days", (0.0, 15.0, 30.0, 45.0)),
)
WEIGHTS = (0.6, 0.2, 0.2)
RISES = (-1, -1, 1)


def worth(space: Space, rises: tuple[int, ...], weights: tuple[float, ...]) -> np.ndarray:
    total = np.zeros(space.size)
    for j, issue in enumerate(space.issues):
        ramp = np.linspace(0, 1, len(issue.values))[space.grid[:, j]]
        total += weights[j] * (ramp if rises[j] > 0 else 1 - ramp)
    return total


def task_of(rounds: int = 6, *, moves_first: bool = False, reservation: float = 0.3, prior: VendorPrior | None = None) -> Task:
    space = Space.product(ISSUES, lambda values: float(values[0]) <= 58)
    return Task(space, worth(space, RISES, WEIGHTS), reservation, rounds, moves_first, seed=11, prior=prior)


class Seller:
    """Gives up evenly with time, down to its limit; takes what reaches its target."""

    def __init__(self, task: Task, limit: float) -> None:
        self.task, self.limit = task, limit
        self.worth = worth(task.space, (1, 1, -1), (0.5, 0.2, 0.3))

    def target(self, round_: int) -> float:
        return 1 - (1 - self.limit) * round_ / max(self.task.rounds - 1, 1)

    def offer(self, round_: int) -> int:
        fine = np.flatnonzero(self.worth >= self.target(round_) - 1e-9)
        return int(fine[np.argmin(self.worth[fine])])


def play(task: Task, limit: float) -> tuple[Negotiation, int | None]:
    """Return the talk and the outcome signed."""
    talks, seller, standing = Negotiation(task), Seller(task, limit), None
    for round_ in range(task.rounds):
        if not task.moves_first:
            standing = seller.offer(round_)
        decision = talks.turn(standing)
        if decision.kind is not MoveKind.OFFER:
            return talks, decision.outcome
        answered = round_ if task.moves_first else round_ + 1
        if answered < task.rounds and seller.worth[decision.outcome] >= seller.target(answered) - 1e-9:
            return talks, decision.outcome
        standing = seller.offer(answered) if task.moves_first else None
    return talks, None


@pytest.mark.parametrize("moves_first", [True, False])
def test_the_same_task_and_offers_give_the_same_moves_and_reasons(moves_first: bool) -> None:
    one, signed = play(task_of(moves_first=moves_first), 0.4)
    two, again = play(task_of(moves_first=moves_first), 0.4)
    assert (one.turns, signed) == (two.turns, again)


def test_a_negotiation_rebuilt_from_its_turns_goes_on_as_the_one_that_never_stopped() -> None:
    task, seller = task_of(), Seller(task_of(), 0.5)
    whole = Negotiation(task)
    for round_ in range(3):
        whole.turn(seller.offer(round_))
    rebuilt = Negotiation.replayed(task, [Turn.model_validate_json(turn.model_dump_json()) for turn in whole.turns])
    assert rebuilt.turn(seller.offer(3)) == whole.turn(seller.offer(3))


def test_an_amended_offer_is_remembered_in_place_of_the_decided_one() -> None:
    task, seller = task_of(), Seller(task_of(), 0.5)
    talks = Negotiation(task)
    decided = talks.turn(seller.offer(0))
    other = next(int(i) for i in np.flatnonzero(task.allowed) if i != decided.outcome)
    talks.amend(other)
    rebuilt = Negotiation.replayed(task, talks.turns)
    assert rebuilt.turns[-1].ours == other
    assert rebuilt.turn(seller.offer(1)) == talks.turn(seller.offer(1))


@pytest.mark.parametrize("moves_first", [True, False])
def test_a_deal_with_an_even_conceder_is_near_the_best_that_it_would_sign(moves_first: bool) -> None:
    task = task_of(8, moves_first=moves_first)
    seller = Seller(task, 0.35)
    best = float(task.utility[task.allowed & (seller.worth >= 0.35)].max())
    _talks, signed = play(task, 0.35)
    assert signed is not None
    gained = (task.utility[signed] - task.reservation) / (best - task.reservation)
    assert gained >= 0.7


def test_the_last_word_on_the_table_is_taken_when_nothing_can_be_answered_any_more() -> None:
    task = task_of(1)
    fair = int(np.argmax(task.allowed & (task.utility < 0.5) & (task.utility > 0.35)))
    assert Negotiation(task).turn(fair).kind is MoveKind.ACCEPT


def test_without_any_permitted_outcome_the_talks_end_and_say_so() -> None:
    space = Space.product(ISSUES, lambda _values: False)
    decision = Negotiation(Task(space, worth(space, RISES, WEIGHTS), 0.3, 4, moves_first=True)).turn(None)
    assert decision.kind is MoveKind.END
    assert "nothing to offer" in decision.why.words


def test_every_move_is_explained_in_figures_that_fit_together() -> None:
    task, seller = task_of(), Seller(task_of(), 0.5)
    talks = Negotiation(task)
    for round_ in range(3):
        why = talks.turn(seller.offer(round_)).why
        assert why.round == round_
        assert why.standing == round(float(task.utility[seller.offer(round_)]) * 1000)
        assert why.reachable_low <= why.reachable <= why.reachable_high
        assert set(why.behaviours) <= set(KINDS)
        assert sum(why.behaviours.values()) == pytest.approx(1000, abs=3)
        assert f"Round {round_ + 1} of 6." in why.words


def test_the_estimated_limit_comes_near_the_true_one_as_a_conceder_shows_its_hand() -> None:
    task = task_of(10, moves_first=True)
    talks, seller = Negotiation(task), Seller(task, 0.45)
    truth = float(task.utility[task.allowed & (seller.worth >= 0.45)].max()) * 1000
    talks.turn(None)
    widths, why = [], None
    for round_ in range(9):
        why = talks.turn(seller.offer(round_)).why
        widths.append(why.reachable_high - why.reachable_low)
    assert why is not None
    assert abs(why.reachable - truth) < 100
    assert widths[-1] < widths[0] / 2


def test_an_earlier_talk_with_the_vendor_moves_the_first_estimate() -> None:
    poor = VendorPrior(talks=20, reached=200, reached_spread=60)
    rich = VendorPrior(talks=20, reached=850, reached_spread=60)
    seller = Seller(task_of(), 0.5)
    low, high = (Negotiation(task_of(prior=prior)).turn(seller.offer(0)).why.reachable for prior in (poor, rich))
    assert low + 150 < high


def test_what_the_vendor_is_thought_to_like_follows_its_offers() -> None:
    task, seller = task_of(), Seller(task_of(), 0.5)
    talks = Negotiation(task)
    for round_ in range(3):
        talks.turn(seller.offer(round_))
    everything = np.arange(task.space.size)
    assert np.corrcoef(talks.liked(everything), seller.worth)[0, 1] > 0.8


@pytest.mark.parametrize("offer", [-1, 10_000])
def test_an_offer_that_is_no_outcome_is_refused_with_a_hint(offer: int) -> None:
    with pytest.raises(InputError) as caught:
        Negotiation(task_of()).turn(offer)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("utility", "reservation", "rounds"),
    [(float("nan"), 0.3, 4), (1.5, 0.3, 4), (0.5, float("inf"), 4), (0.5, 0.3, 0), (0.5, 0.3, 100_000)],
)
def test_a_task_that_is_no_task_is_refused(utility: float, reservation: float, rounds: int) -> None:
    space = Space.product(ISSUES)
    with pytest.raises(InputError):
        Task(space, np.full(space.size, utility), reservation, rounds, moves_first=False)


def test_a_space_knows_its_outcomes_by_their_values() -> None:
    space = Space.product(ISSUES)
    assert all(space.outcome_of(space.values_of(i)) == i for i in range(0, space.size, 17))
    with pytest.raises(InputError):
        space.outcome_of((41.0, 12.0, 0.0))


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("unit_price", True),
        ("seats", True),
        ("payment_days", False),
        ("uplift_cap_pct", True),
        ("warranty_years", False),
        ("notice_days", True),
    ],
)
def test_vendors_lean_the_way_that_procurement_knows(name: str, more: bool) -> None:
    leaning = wants_more(name)
    assert leaning is not None
    assert (leaning > 0.5) == more


def test_an_unheard_of_name_has_no_leaning_and_grades_have_an_order() -> None:
    assert wants_more("zzz") is None
    assert [is_money(name) for name in ("unit_price", "price_cap")] == [True, False]
    assert [has_order(values) for values in (("basic", "business", "premium"), ("red", "blue"))] == [True, False]


def test_ends_beyond_walking_away_make_no_deal_likelier_before_the_vendor_speaks_and_their_absence_leaves_it() -> None:
    known, unknown = (VendorPrior(talks=talks, reached=200, beyond=beyond) for talks, beyond in ((6, 900), (6, None)))
    assert (no_deal(unknown), no_deal(None)) == (NO_DEAL, NO_DEAL)
    assert no_deal(known) == pytest.approx(0.25 * NO_DEAL + 0.75 * 0.9)
    minds = [Minds.drawn(4000, 3, np.random.default_rng(1), prior) for prior in (known, unknown)]
    assert np.mean(~minds[0].open) == pytest.approx(no_deal(known), abs=0.03)
    assert np.mean(~minds[1].open) == pytest.approx(NO_DEAL, abs=0.02)


def test_the_reason_tells_the_chance_of_no_deal_apart_from_the_limit() -> None:
    task, seller = task_of(), Seller(task_of(), 0.5)
    why = Negotiation(task).turn(seller.offer(0)).why
    assert 0 < why.no_deal < 500
    assert why.reachable_low > round(task.reservation * 1000), "given that there is a deal, it is better than walking away"
    assert f"with {why.no_deal / 10:.0f} % it cannot" in why.words
