from __future__ import annotations

import json
from datetime import UTC, date, datetime

from app.charts import offers_by_round, renewal_bars
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Terms
from memory.views.offers import Offer
from memory.views.renewals import Renewal, Window


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def offer(vendor: str, number: int, side: str, minor: int) -> Offer:
    terms = Terms(
        unit_price=Price(amount_minor=minor, currency="EUR", period=Period.MONTH),
        quantity=1,
        unit="plan",
        term_months=12,
        setup_fee=eur(0),
        tax_rate_bp=0,
    )
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Offer(vendor, vendor.title(), number, side, terms.all_in_total(), terms.all_in_per_month(), 12, None, at, "0" * 64, "", terms)


def renewal(name: str, window: Window) -> Renewal:
    return Renewal(
        name, "CASE-1", "0" * 64, name, name, date(2026, 12, 1), date(2026, 12, 31), 30, True, 12, eur(9900), 9, window, "", None
    )


def columns(spec: object) -> set[str]:
    if isinstance(spec, dict):
        own = {key for row in spec["values"] for key in row} if isinstance(spec.get("values"), list) and spec["values"] else set()
        return own.union(*(columns(v) for v in spec.values())) if spec else own
    return set().union(*(columns(v) for v in spec)) if isinstance(spec, list) and spec else set()


def test_offers_chart_holds_every_offer_and_the_ceiling() -> None:
    drawn = offers_by_round([offer("acme", 0, "vendor", 5900), offer("acme", 1, "us", 4500), offer("acme", 1, "vendor", 5100)], eur(6000))
    spec = json.dumps(drawn.chart.to_dict())

    assert "your ceiling 60.00 EUR" in spec
    assert "51.0" in spec
    assert drawn.says.startswith("3 offers; the lowest is 51.00 EUR per month all-in from Acme, against a ceiling of 60.00 EUR.")


def test_no_column_is_called_then() -> None:
    offers = offers_by_round([offer("acme", 0, "vendor", 5900)], eur(6000)).chart.to_dict()
    bars = renewal_bars([renewal("Acme", Window.NOW)], date(2026, 11, 22)).chart.to_dict()

    assert {"vendor", "amount", "side"} <= columns(offers)
    assert {"decide_by", "term_end"} <= columns(bars)
    assert "then" not in columns(offers) | columns(bars)


def test_a_renewal_is_drawn_on_its_own_day_in_every_time_zone() -> None:
    spec = json.dumps(renewal_bars([renewal("Acme", Window.NOW)], date(2026, 11, 22)).chart.to_dict())

    assert "2026-12-01T00:00:00" in spec
    assert '"2026-12-01"' not in spec


def test_charts_say_what_they_show_when_there_is_nothing() -> None:
    assert renewal_bars([], date(2026, 11, 22)).says == "No contract is under watch."
    assert offers_by_round([], None).says == "No offers yet."
    assert offers_by_round([], None).chart.to_dict()
