"""The pictures of a negotiation's reasons: what they hold, what they say, and what they say when there is nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from app.outcome_charts import limit_bars, outcome_space, round_names
from memory.domain.money import Money
from memory.domain.reasoning import OutcomePoint, Reasoning, WalkAway
from memory.views.negotiations import Happened, Round


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def point(kind: str, ours: int, theirs: int, number: int | None = None) -> OutcomePoint:
    return OutcomePoint(kind=kind, ours=ours, theirs=theirs, label="48.00 EUR per month", round=number)


def round_of(number: int, **known: object) -> Round:
    why = Reasoning(round=number, move="counter", words="", **known)
    return Round(number, 1, datetime(2026, 11, 1, tzinfo=UTC), None, None, why, Happened("waiting", "Nothing yet."), None)


FRONT = (point("frontier", 900, 100), point("frontier", 600, 600), point("frontier", 100, 1000))


def rows(spec: object, field: str) -> list[dict[str, object]]:
    """Every data row of a specification that has the field."""
    if isinstance(spec, dict):
        own = [row for row in spec["values"] if isinstance(row, dict) and field in row] if isinstance(spec.get("values"), list) else []
        return own + [row for value in spec.values() for row in rows(value, field)]
    return [row for value in spec for row in rows(value, field)] if isinstance(spec, list) else []


def test_the_outcome_space_holds_the_front_the_offers_by_round_and_the_walk_away() -> None:
    drawn = outcome_space((*FRONT, point("theirs", 200, 900, 0), point("ours", 800, 200, 1), point("decided", 600, 590, 2)), 300)
    spec = drawn.chart.to_dict()

    assert {(row["kind"], row["rounds"]) for row in rows(spec, "kind")} == {
        ("front", ""),
        ("their offers", "0"),
        ("our offers", "1"),
        ("decided", "2"),
    }
    assert {(row["us"], row["label"]) for row in rows(spec, "label")} == {(0.3, "we walk away")}
    assert "worth 60 % to us and, as estimated, 59 % to the vendor. It lies on the front. We walk away below 30 %." in drawn.says


def test_a_decided_offer_short_of_the_front_is_told_with_what_is_left_on_the_table() -> None:
    drawn = outcome_space((*FRONT, point("decided", 500, 300, 1)), None)

    assert "At no loss to us the vendor could have 60 %." in drawn.says
    assert "walk away" not in json.dumps(drawn.chart.to_dict())


def test_a_side_that_stands_still_is_one_mark_numbered_with_all_its_rounds() -> None:
    spec = outcome_space((point("theirs", 200, 900, 0), point("theirs", 200, 900, 1), point("theirs", 300, 800, 2)), None).chart.to_dict()

    assert {(row["us"], row["rounds"]) for row in rows(spec, "kind")} == {(0.2, "0, 1"), (0.3, "2")}


def test_marks_that_lie_close_share_one_number_and_stay_marks_of_their_own() -> None:
    points = (point("theirs", 20, 930, 1), point("theirs", 30, 910, 2), point("theirs", 400, 700, 3), point("ours", 30, 900, 1))
    layers = outcome_space(points, None).chart.to_dict()["layer"]
    numbers = [layer for layer in layers if layer["mark"]["type"] == "text"]

    assert {(row["us"], row["rounds"]) for row in rows(numbers, "rounds")} == {(0.03, "1, 2"), (0.4, "3"), (0.03, "1")}
    assert max(len(rows(layer, "rounds")) for layer in layers) == 4
    assert [(layer["mark"]["align"], {row["us"] for row in rows(layer, "rounds")}) for layer in numbers] == [
        ("left", {0.03}),
        ("right", {0.4}),
    ]


def test_three_rounds_in_a_row_at_one_place_are_numbered_as_a_range() -> None:
    spec = outcome_space([point("theirs", 20, 930, number) for number in (0, 1, 2, 4)], None).chart.to_dict()
    ranged = outcome_space([point("theirs", 20 + number, 930, number) for number in range(5)], None).chart.to_dict()

    assert "0, 1, 2, 4" in {row["rounds"] for row in rows(spec, "rounds")}
    assert "0-4" in {row["rounds"] for row in rows(ranged, "rounds")}


def test_sides_differ_by_shape_and_keep_it_when_another_side_is_missing() -> None:
    shapes = [
        layer["encoding"]["shape"]["scale"]
        for points in ((point("decided", 500, 500, 1),), (point("theirs", 500, 500, 1),))
        for layer in outcome_space(points, None).chart.to_dict()["layer"]
        if "shape" in layer.get("encoding", {})
    ]

    assert shapes == [{"domain": ["their offers", "our offers", "decided"], "range": ["circle", "square", "diamond"]}] * 2


def test_a_walk_away_out_of_sight_is_said_but_does_not_squeeze_the_picture() -> None:
    drawn = outcome_space((point("theirs", 200, 900, 0),), -2400)

    assert rows(drawn.chart.to_dict(), "label") == []
    assert "Even the worst deal here is better than walking away." in drawn.says


def test_the_limit_is_an_interval_per_round_beside_both_offers_and_the_walk_away() -> None:
    walk = WalkAway(amount=eur(71_000), source="the hard limits of the purchase")
    known = {"limit_low": eur(57_000), "limit_likely": eur(66_000), "limit_high": eur(75_000)}
    first = round_of(0, standing_cost=eur(81_000), asked_cost=eur(60_000), walk_away=walk, **known)
    drawn = limit_bars((first, round_of(1, standing_cost=eur(72_000))))
    spec = drawn.chart.to_dict()

    assert [(row["round"], row["low"], row["likely"], row["high"]) for row in rows(spec, "likely")] == [
        ("Round 0", "570.00 EUR", "660.00 EUR", "750.00 EUR")
    ] * 2
    assert {(row["round"], row["kind"], row["shown"]) for row in rows(spec, "shown")} == {
        ("Round 0", "their offer", "810.00 EUR"),
        ("Round 0", "our offer", "600.00 EUR"),
        ("Round 0", "walk away", "710.00 EUR"),
        ("Round 1", "their offer", "720.00 EUR"),
    }
    assert drawn.says.startswith(
        "Where we put the vendor's limit: about 660.00 EUR in round 0, with 80 % certainty from 570.00 EUR to 750.00"
    )


def test_nothing_known_is_said_and_still_draws() -> None:
    assert limit_bars((round_of(0),)).says == "Nothing was known of the vendor's limit."
    assert limit_bars((round_of(0),)).chart.to_dict()
    assert outcome_space((), None).says == "No outcome is drawn for this round."
    assert outcome_space((), None).chart.to_dict()


def test_no_column_is_called_then() -> None:
    space = outcome_space((*FRONT, point("decided", 500, 300, 1)), 300).chart.to_dict()
    bars = limit_bars((round_of(0, standing_cost=eur(1)),)).chart.to_dict()

    assert not rows(space, "then") + rows(bars, "then")


def test_a_round_that_was_decided_twice_keeps_two_names() -> None:
    assert round_names((round_of(0), round_of(1), round_of(1))) == ["Round 0", "Round 1", "Round 1 (2)"]
