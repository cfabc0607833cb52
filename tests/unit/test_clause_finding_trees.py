"""Forests in numpy, limits from scores, the cut into examples: what the shipped model rests on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.contract_reading.categories import Category
from agents.contract_reading.finding.gating import ASKED_AT_MOST, asked_rows, judged_pairs
from agents.contract_reading.finding.trees import Trees
from agents.contract_reading.training.corpus import Contract, examples_of
from agents.contract_reading.training.forests import flattened
from agents.contract_reading.training.limits import limits_of


class Grown:
    """What lightgbm gives away of a trained forest: here two trees, written by hand."""

    def dump_model(self):
        by_size = {
            "split_feature": 0,
            "decision_type": "<=",
            "threshold": 0.5,
            "default_left": False,
            "missing_type": "NaN",
            "left_child": {"leaf_value": -1.0},
            "right_child": {"leaf_value": 2.0},
        }
        by_kind = {
            "split_feature": 1,
            "decision_type": "==",
            "threshold": "0||37",
            "default_left": False,
            "missing_type": "None",
            "left_child": {"leaf_value": 0.25},
            "right_child": by_size,
        }
        return {"tree_info": [{"tree_structure": by_size}, {"tree_structure": by_kind}]}


@pytest.mark.parametrize(
    ("size", "kind", "total"),
    [(0.5, 1, -2.0), (0.6, 1, 4.0), (0.5, 37, -0.75), (0.6, 0, 2.25), (float("nan"), 3, 4.0), (float("nan"), 0, 2.25)],
)
def test_a_forest_sums_the_leaves_that_thresholds_kinds_and_missing_values_lead_to(size, kind, total):
    trees = Trees.of(flattened(Grown(), "some"), "some")
    chance = trees.chances(np.array([[size, kind]], np.float32))
    assert chance == pytest.approx([1 / (1 + np.exp(-total))])


def test_a_forest_judges_more_rows_than_fit_in_one_go_and_none_at_all():
    trees = Trees.of(flattened(Grown(), "some"), "some")
    rows = np.tile(np.array([[0.5, 1], [0.6, 0]], np.float32), (3_000, 1))
    assert trees.chances(rows).reshape(-1, 2) == pytest.approx(np.tile(trees.chances(rows[:2]), (3_000, 1)))
    assert len(trees.chances(rows[:0])) == 0


def _cases(seed, contracts=200):
    random = np.random.default_rng(seed)
    there = {category: random.random(contracts) < random.uniform(0.02, 0.9) for category in Category}
    best = {category: np.where(y, random.beta(4, 2, contracts), random.beta(1, 6, contracts)) for category, y in there.items()}
    return best, there


def test_limits_leave_open_what_is_close_and_are_right_outside():
    best, there = _cases(1)
    for name, (absent, decided, present) in limits_of(best, there).items():
        assert 0 <= absent <= decided <= present <= 1
        scores, truth = best[Category(name)], there[Category(name)]
        sure = (scores < absent) | (scores >= present)
        assert ((scores[sure] >= present) == truth[sure]).mean() > 0.85


def test_a_category_without_a_single_example_still_has_limits():
    best, there = _cases(2)
    there[Category.PRICE_RESTRICTIONS][:] = False
    absent, decided, present = limits_of(best, there)[Category.PRICE_RESTRICTIONS.value]
    assert absent <= decided <= present


@given(st.integers(0, 900), st.integers(0, 5))
def test_the_encoder_is_never_asked_about_more_sentences_than_a_reader_waits_for(sentences, seed):
    linear = np.random.default_rng(seed).normal(-4, 3, (sentences, 38))
    rows = asked_rows(linear)
    assert len(rows) <= ASKED_AT_MOST
    assert list(rows) == sorted(set(rows.tolist()))


def test_pairs_are_judged_when_either_model_holds_them_possible():
    linear, deep = np.full((2, 3), -20.0), np.full((2, 3), np.nan)
    linear[0, 1], deep[1, 2] = 0.0, 0.0
    assert judged_pairs(linear, deep).tolist() == [[0, 1], [1, 2]]


def test_examples_mark_the_sentence_that_matches_and_those_inside_a_longer_passage():
    text = "We sell tea. You insure it. You show proof of it every single year in writing. The law is ours."
    start, end = text.index("You insure"), text.index(" The law")
    example = examples_of(Contract("ACME_1", text, {Category.INSURANCE: [(start, end)]}))
    column = example.inside.any(axis=0)
    assert example.inside[:, column].ravel().tolist() == [0, 1, 1, 0]
    assert example.matching[:, column].ravel().tolist() == [0, 0, 1, 0]
