"""Charts, shared by the dashboard and the notebooks. Each comes with a sentence that says what it shows.

No data column is called `then`: a value with a `then` is taken for a promise in the browser and the chart stays empty.
Vendors and sides differ by colour and by shape or dash, so that the charts can be read without colour. The colours of
vendors and sides are the theme's, so that they can be seen on the dark page too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.theme import GREY, RED, WINDOW_COLOURS
from app.wording import shortened
from memory.domain.money import Money
from memory.domain.words import counted
from memory.views.offers import VENDOR, Offer
from memory.views.renewals import Renewal, Window

if TYPE_CHECKING:
    import altair as alt

_BAR_HEIGHT = 32
#: Streamlit counts axis and legend into the height.
_AROUND_BARS = 80


@dataclass(frozen=True)
class Drawn:
    """A chart and, for who cannot see it, what it says."""

    chart: alt.LayerChart | alt.FacetChart
    says: str


def offers_by_round(offers: Sequence[Offer], ceiling: Money | None) -> Drawn:
    """Draw all-in cost per month by round, theirs and ours, against the operator's ceiling."""
    import altair as alt

    rows = [_offer_row(offer) for offer in offers]
    names = list(dict.fromkeys(str(row["vendor"]) for row in rows))
    base = alt.Chart(inline(rows)).encode(
        x=alt.X("round:O", title="Round", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("amount:Q", title=f"{_currency(offers, ceiling)} per month, all-in", scale=alt.Scale(zero=False, padding=18)),
        color=alt.Color("vendor:N", title=None, scale=alt.Scale(domain=names), legend=bottom_legend()),
        tooltip=[alt.Tooltip("vendor:N"), alt.Tooltip("side:N"), alt.Tooltip("round:O"), alt.Tooltip("shown:N", title="per month")],
    )
    # No legend for the sides: it does not fit a phone; `Drawn.says` explains them.
    sides = ["vendor", "us"]
    dash = alt.StrokeDash("side:N", scale=alt.Scale(domain=sides, range=[[1, 0], [5, 4]]), legend=None)
    shape = alt.Shape("side:N", scale=alt.Scale(domain=sides, range=["circle", "square"]), legend=None)
    layers: list[Any] = [
        base.mark_line(strokeWidth=2).encode(strokeDash=dash, detail="side:N"),
        base.mark_point(size=80, filled=True, opacity=1).encode(shape=shape),
    ]
    if ceiling is not None:
        layers += _ceiling_layers(ceiling)
    return Drawn(alt.layer(*layers).properties(height=380), _offers_say(offers, ceiling))


def renewal_bars(renewals: Sequence[Renewal], today: date) -> Drawn:
    """Draw from the last day to act to the end of the term, one bar per contract, with today as a rule."""
    import altair as alt

    rows = [_renewal_row(line) for line in renewals]
    order = [str(row["vendor"]) for row in rows]
    present = [name for name in WINDOW_COLOURS if any(row["window"] == name for row in rows)]
    scale = alt.Scale(domain=present, range=[WINDOW_COLOURS[name] for name in present])
    colour = alt.Color("window:N", title=None, scale=scale, legend=bottom_legend())
    base = alt.Chart(inline(rows)).encode(
        y=alt.Y("vendor:N", sort=order, title=None, axis=alt.Axis(labelLimit=120, labelOverlap=False)),
        color=colour,
        tooltip=[
            alt.Tooltip("vendor:N"),
            alt.Tooltip("window:N"),
            alt.Tooltip("decide_by:T", title="last day to act"),
            alt.Tooltip("term_end:T", title="term ends"),
            alt.Tooltip("cost:N", title="per year"),
        ],
    )
    days = alt.X("decide_by:T", title=None, axis=alt.Axis(labelAngle=0, format="%-d %b", tickCount=6))
    bars = base.mark_bar(height=10, opacity=0.35, cornerRadius=4).encode(x=days, x2="term_end:T")
    marks = base.mark_point(size=110, filled=True, opacity=1).encode(x=days, shape=alt.value("circle"))
    ends = base.mark_tick(thickness=2, height=16).encode(x=alt.X("term_end:T", title=None))
    rule = alt.Chart(inline([{"day": _local(today), "label": "today"}])).encode(x="day:T")
    line = rule.mark_rule(strokeDash=[3, 3], strokeWidth=1.5, color=GREY)
    label = rule.mark_text(align="left", dx=4, y=-6, color=GREY).encode(text="label:N")
    height = _BAR_HEIGHT * max(2, len(rows)) + _AROUND_BARS
    return Drawn(alt.layer(bars, ends, marks, line, label).properties(height=height), _renewals_say(renewals))


def inline(rows: list[dict[str, Any]]) -> Any:
    """Return rows as a chart's data, kept in its specification."""
    import altair as alt

    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {
        "vendor": shortened(offer.vendor_name, 26),
        "side": "vendor" if offer.side == VENDOR else "us",
        "round": offer.round,
        "amount": float(offer.per_month.amount),
        "shown": str(offer.per_month),
    }


def _ceiling_layers(ceiling: Money) -> list[Any]:
    import altair as alt

    limit = alt.Chart(inline([{"amount": float(ceiling.amount), "label": f"your ceiling {ceiling}"}]))
    rule = limit.mark_rule(color=RED, strokeDash=[6, 4], strokeWidth=1.5).encode(y="amount:Q")
    words = limit.mark_text(align="left", baseline="bottom", dx=4, dy=-3, color=RED, fontSize=12)
    return [rule, words.encode(y="amount:Q", x=alt.value(0), text="label:N")]


def _renewal_row(line: Renewal) -> dict[str, Any]:
    return {
        "vendor": shortened(line.vendor_name, 24),
        "window": line.window.value,
        "decide_by": _local(line.decide_by),
        "term_end": _local(line.term_end),
        "cost": line.yearly,
    }


def _local(day: date) -> str:
    # A bare date would be read as midnight UTC and shown a day early west of Greenwich.
    return f"{day.isoformat()}T00:00:00"


def bottom_legend(values: Sequence[str] | None = None) -> Any:
    """Return a legend below the chart, where it takes no width from it; `values` are the entries that it shows, else all."""
    import altair as alt

    shown = alt.Undefined if values is None else list(values)
    return alt.Legend(orient="bottom", columns=4, symbolOpacity=1, values=shown)


def _currency(offers: Sequence[Offer], ceiling: Money | None) -> str:
    found = ceiling or (offers[0].per_month if offers else None)
    return found.currency if found else ""


def _offers_say(offers: Sequence[Offer], ceiling: Money | None) -> str:
    theirs = [o for o in offers if o.side == VENDOR]
    if not theirs:
        return "No offers yet."
    lowest = min(theirs, key=lambda o: o.per_month.amount_minor)
    limit = f", against a ceiling of {ceiling}" if ceiling else ""
    found = f"{counted(len(offers), 'offer')}; the lowest is {lowest.per_month} per month all-in from {shortened(lowest.vendor_name, 26)}{limit}."
    return f"{found} Circles and full lines are theirs, squares and dashed lines ours."


def _renewals_say(renewals: Sequence[Renewal]) -> str:
    if not renewals:
        return "No contract is under watch."
    missed = sum(1 for r in renewals if r.window is Window.MISSED)
    first = next((r for r in renewals if r.days_left >= 0), None)
    ahead = f" Next: {shortened(first.vendor_name, 24)}, last day to act {first.decide_by}." if first else ""
    return f"{counted(len(renewals), 'contract')}, {missed} with a missed window.{ahead}"
