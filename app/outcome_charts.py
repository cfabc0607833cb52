"""Charts of one negotiation's reasons: the outcome space with its front, and the estimated limit of the vendor round by round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from app.charts import Drawn, bottom_legend, inline
from app.theme import GREY, RED
from app.wording import shortened
from memory.domain.money import Money
from memory.domain.reasoning import OutcomePoint
from memory.views.negotiations import Round

_SIDES = {"theirs": "their offers", "ours": "our offers", "decided": "decided"}
_SHAPES = ["circle", "square", "diamond"]
_COSTS = {"their offer": "circle", "our offer": "square", "walk away": "triangle-left"}
_LONGEST_TERMS = 90
#: Marks closer than this share of both scales would write their numbers over one another.
_TOO_CLOSE = 0.06
#: Numbers of marks left of here stand to their right, where the axis is not in the way.
_LEFT = 0.3


def outcome_space(points: Sequence[OutcomePoint], walk_away_worth: int | None) -> Drawn:
    """Draw the outcomes by their worth to us and, as estimated, to the vendor: the front, both sides' offers, the decided one."""
    import altair as alt

    front = [_row(point, "front") for point in _front(points)]
    offers = _offers(points)
    kinds = [word for word in _SIDES.values() if any(row["kind"] == word for row in offers)]
    x = alt.X("us:Q", title="Worth to us →", scale=_share(points, walk_away_worth), axis=_percent())
    y = alt.Y("them:Q", title="Worth to the vendor, estimated →", scale=alt.Scale(domain=[0, 1.06], nice=False), axis=_percent())
    said = [
        alt.Tooltip("kind:N", title="what"),
        alt.Tooltip("rounds:N", title="round"),
        alt.Tooltip("terms:N"),
        alt.Tooltip("us:Q", format=".0%", title="to us"),
        alt.Tooltip("them:Q", format=".0%", title="to the vendor"),
    ]
    colour, shape = _told_apart(dict(zip(_SIDES.values(), _SHAPES, strict=True)), kinds)
    size = alt.condition("datum.kind === 'decided'", alt.value(230), alt.value(95))
    best = alt.Chart(inline(front)).encode(x=x, y=y)
    made = alt.Chart(inline(offers)).encode(x=x, y=y, color=colour)
    layers: list[Any] = [
        best.mark_line(color=GREY, strokeWidth=2, interpolate="monotone").encode(order="us:Q"),
        best.mark_point(color=GREY, size=14, filled=True, opacity=1).encode(tooltip=said),
        *_walk_away_layers(walk_away_worth),
        made.mark_point(filled=True, opacity=1).encode(shape=shape, size=size, tooltip=said),
        *(layer.encode(x=x, y=y, color=colour) for layer in _number_layers(offers)),
    ]
    return Drawn(alt.layer(*layers).properties(height=380), _outcomes_say(points, walk_away_worth))


def limit_bars(rounds: Sequence[Round]) -> Drawn:
    """Draw, round by round, the interval in which the vendor's limit was put, with both offers and the walk-away."""
    import altair as alt

    known = [r for r in rounds if r.why.limit_low and r.why.limit_high and r.why.limit_likely]
    currency = known[0].why.limit_low.currency if known and known[0].why.limit_low else ""
    order = round_names(rounds)
    bars = [row for k, r in enumerate(rounds) if (row := _limit_row(r, order[k]))]
    marks = [row for k, r in enumerate(rounds) for row in _cost_rows(r, order[k])]
    kinds = [word for word in _COSTS if any(row["kind"] == word for row in marks)]
    y = alt.Y("round:N", sort=order, title=None, axis=alt.Axis(labelLimit=90))
    span = alt.Chart(inline(bars)).encode(y=y)
    title = f"{currency}, terms reckoned in".strip(", ")
    x = alt.X("amount:Q", title=title, scale=alt.Scale(zero=False, padding=22), axis=alt.Axis(labelAngle=0, tickCount=5))
    said = [alt.Tooltip("round:N"), alt.Tooltip("low:N", title="from"), alt.Tooltip("likely:N"), alt.Tooltip("high:N", title="to")]
    colour, shape = _told_apart(_COSTS, kinds)
    made = alt.Chart(inline(marks)).encode(
        x=x,
        y=y,
        color=colour,
        shape=shape,
        tooltip=[alt.Tooltip("round:N"), alt.Tooltip("kind:N", title="what"), alt.Tooltip("shown:N", title="cost")],
    )
    layers = [
        span.mark_bar(height=14, cornerRadius=4, color=GREY, opacity=0.35).encode(x=x, x2="upper:Q", tooltip=said),
        span.mark_tick(thickness=4, height=22, color=GREY).encode(x=alt.X("middle:Q"), tooltip=said),
        made.mark_point(size=100, filled=True, opacity=1),
    ]
    return Drawn(alt.layer(*layers).properties(height=44 * max(len(order), 1) + 100), _limits_say(known))


def _told_apart(shapes: dict[str, str], shown: Sequence[str]) -> tuple[Any, Any]:
    """Return colour and shape by kind, the same in every round; the colours are the theme's, light or dark."""
    import altair as alt

    legend = bottom_legend(shown)
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(shapes)), legend=legend)
    return colour, alt.Shape("kind:N", title=None, scale=alt.Scale(domain=list(shapes), range=list(shapes.values())), legend=legend)


def _front(points: Sequence[OutcomePoint]) -> list[OutcomePoint]:
    return sorted((point for point in points if point.kind == "frontier"), key=lambda point: (point.ours, -point.theirs))


def _row(point: OutcomePoint, kind: str) -> dict[str, Any]:
    return {
        "us": point.ours / 1000,
        "them": point.theirs / 1000,
        "kind": kind,
        "rounds": "" if point.round is None else str(point.round),
        "terms": shortened(point.label, _LONGEST_TERMS),
    }


def _offers(points: Sequence[OutcomePoint]) -> list[dict[str, Any]]:
    """Return one row per place and side: a side that stands still is numbered with all its rounds."""
    found: dict[tuple[str, int, int], dict[str, Any]] = {}
    for point in points:
        if point.kind == "frontier":
            continue
        row = _row(point, _SIDES[point.kind])
        seen = found.setdefault((point.kind, point.ours, point.theirs), row)
        if seen is not row and row["rounds"]:
            seen["rounds"] = f"{seen['rounds']}, {row['rounds']}".strip(", ")
    return list(found.values())


def _numbers(offers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the numbers of the rounds, one label for marks of a side that lie too close for one each, at the lowest of them."""
    groups: list[list[dict[str, Any]]] = []
    for row in offers:
        near = (g for g in groups if g[-1]["kind"] == row["kind"] and _close(g[-1], row))
        group = next(near, None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    return [{**min(g, key=lambda row: (row["them"], row["us"])), "rounds": _run(g)} for g in groups]


def _number_layers(offers: Sequence[dict[str, Any]]) -> list[Any]:
    import altair as alt

    sides: tuple[tuple[bool, int, Literal["left", "right"]], ...] = ((True, 9, "left"), (False, -9, "right"))
    return [
        alt.Chart(inline([row for row in _numbers(offers) if (row["us"] < _LEFT) is where]))
        .mark_text(dx=dx, dy=12, align=align, fontSize=12, fontWeight=600)
        .encode(text="rounds:N")
        for where, dx, align in sides
    ]


def _run(group: Sequence[dict[str, Any]]) -> str:
    """Return rounds as `2`, `0, 1`, or `0-4` for three and more in a row."""
    numbers = sorted({int(number) for row in group for number in row["rounds"].split(", ") if number})
    in_a_row = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}-{numbers[-1]}" if in_a_row else ", ".join(map(str, numbers))


def _close(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(abs(one["us"] - other["us"]) < _TOO_CLOSE and abs(one["them"] - other["them"]) < _TOO_CLOSE)


def _share(points: Sequence[OutcomePoint], walk_away_worth: int | None) -> Any:
    import altair as alt

    worths = [point.ours / 1000 for point in points]
    if walk_away_worth is not None and _in_sight(walk_away_worth):
        worths.append(walk_away_worth / 1000)
    return alt.Scale(domain=[max(min([*worths, 1.0]) - 0.05, -0.1), 1.06], nice=False)


def _in_sight(worth: int) -> bool:
    return -50 <= worth <= 1050


def _percent() -> Any:
    import altair as alt

    return alt.Axis(format=".0%", labelAngle=0, tickCount=5)


def _walk_away_layers(worth: int | None) -> list[Any]:
    import altair as alt

    if worth is None or not _in_sight(worth):
        return []
    limit = alt.Chart(inline([{"us": worth / 1000, "label": "we walk away"}])).encode(x="us:Q")
    rule = limit.mark_rule(color=RED, strokeDash=[6, 4], strokeWidth=1.5)
    right = worth > 600
    words = limit.mark_text(align="right" if right else "left", baseline="top", dx=-5 if right else 5, dy=2, color=RED, fontSize=12)
    return [rule, words.encode(y=alt.value(0), text="label:N")]


def _outcomes_say(points: Sequence[OutcomePoint], walk_away_worth: int | None) -> str:
    offers = [point for point in points if point.kind != "frontier"]
    if not offers:
        return "No outcome is drawn for this round."
    said = ["Right is better for us, up for the vendor. The grey line is the front: past it nobody gains without the other losing."]
    decided = next((point for point in points if point.kind == "decided"), None)
    if decided is not None:
        said.append(
            f"The decided offer is worth {_share_of(decided.ours)} to us and, as estimated, {_share_of(decided.theirs)} to the vendor."
        )
        spare = max((point.theirs for point in points if point.kind == "frontier" and point.ours >= decided.ours), default=decided.theirs)
        said.append(
            "It lies on the front." if spare - decided.theirs <= 10 else f"At no loss to us the vendor could have {_share_of(spare)}."
        )
    if walk_away_worth is not None:
        said.append(_walk_away_says(walk_away_worth))
    return " ".join(said)


def _walk_away_says(worth: int) -> str:
    if _in_sight(worth):
        return f"We walk away below {_share_of(worth)}."
    return "Even the worst deal here is better than walking away." if worth < 0 else "No deal here is better than walking away."


def _share_of(thousandths: int) -> str:
    return f"{thousandths / 10:.0f} %"


def round_names(rounds: Sequence[Round]) -> list[str]:
    """Return `Round 2` for each; a round that was decided more than once counts how often."""
    before = [sum(1 for earlier in rounds[:k] if earlier.number == r.number) for k, r in enumerate(rounds)]
    return [f"Round {r.number}{f' ({again + 1})' if again else ''}" for r, again in zip(rounds, before, strict=True)]


def _limit_row(r: Round, name: str) -> dict[str, Any] | None:
    low, likely, high = r.why.limit_low, r.why.limit_likely, r.why.limit_high
    if low is None or likely is None or high is None:
        return None
    return {
        "round": name,
        "amount": float(low.amount),
        "middle": float(likely.amount),
        "upper": float(high.amount),
        "low": str(low),
        "likely": str(likely),
        "high": str(high),
    }


def _cost_rows(r: Round, name: str) -> list[dict[str, Any]]:
    walk = r.why.walk_away.amount if r.why.walk_away else None
    costs: list[tuple[str, Money | None]] = [("their offer", r.why.standing_cost), ("our offer", r.why.asked_cost), ("walk away", walk)]
    return [{"round": name, "kind": kind, "amount": float(cost.amount), "shown": str(cost)} for kind, cost in costs if cost is not None]


def _limits_say(known: Sequence[Round]) -> str:
    if not known:
        return "Nothing was known of the vendor's limit."
    why = known[-1].why
    unsure = f" It holds if they can meet us at all; with {why.no_deal_chance / 10:.0f} % they cannot." if why.no_deal_chance else ""
    return (
        f"Where we put the vendor's limit: about {why.limit_likely} in round {known[-1].number}, with 80 % certainty from "
        f"{why.limit_low} to {why.limit_high}. The bar is that range, the line in it our best guess.{unsure}"
    )
