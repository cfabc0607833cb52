"""Finding in the catalogue: stated facts exclude, silence is named, prices are not extrapolated, the order is stable."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.catalogue import Limit, Product, Source, Tier
from memory.domain.errors import InputError, NotFoundError
from memory.domain.money import Money, Period, Price
from tools.lookups.catalogue import Catalogue, vendor_facts
from tools.lookups.catalogue_cost import cost_of
from tools.lookups.catalogue_row import row_evidence, row_text
from tools.lookups.catalogue_search import states, within

SOURCE = Source.model_validate_json(
    json.dumps(
        {"url": "https://acme.example/pricing", "title": "Pricing", "read_on": "2026-11-22", "page_date": "2026-09-20", "quote": "9.00"}
    )
)
BASE = Product(
    product_id="acme",
    vendor="Acme",
    vendor_id="acme",
    product="Acme Mail",
    plan="Basic",
    category="email_marketing",
    price=Price(amount_minor=900, currency="EUR", period=Period.MONTH),
    counted="contacts",
    billing="monthly",
    website="https://acme.example",
    source=SOURCE,
)


def made(**changes):
    return Product.model_validate({**BASE.model_dump(), **changes})


def tiers(*points):
    starts = [1, *(up_to + 1 for up_to, _ in points)]
    return tuple(Tier(start=start, up_to=up_to, amount_minor=amount) for start, (up_to, amount) in zip(starts, points, strict=False))


@pytest.mark.parametrize(
    ("quantity", "per_month"), [(1, "9.00 EUR"), (500, "9.00 EUR"), (501, "16.00 EUR"), (1000, "16.00 EUR"), (1001, None)]
)
def test_a_tier_holds_up_to_and_including_its_bound_and_nothing_is_priced_beyond_the_last(quantity, per_month):
    cost = cost_of(made(tiers=tiers((500, 900), (1000, 1600))), quantity)
    assert (str(cost.per_month) if cost else None) == per_month


def test_a_quantity_below_the_first_tier_has_no_list_price():
    band = made(tiers=(Tier(start=2501, up_to=5000, amount_minor=900),))
    assert cost_of(band, 2500) is None
    assert cost_of(band, 2501) is not None
    assert Catalogue([band]).find("email_marketing", 2500)[0].missing == (
        "the list price for 2,500 contacts: the source prices 2,501 to 5,000",
    )


@pytest.mark.parametrize(("quantity", "minor"), [(1, 900), (1000, 900), (1001, 1800), (5000, 4500)])
def test_a_block_price_is_paid_for_each_block_begun(quantity, minor):
    assert cost_of(made(per="1,000 contacts"), quantity).per_month == Money(amount_minor=minor, currency="EUR")


def test_fewer_seats_than_the_minimum_cost_the_minimum():
    seats = made(per="seat", counted="seats", minimum=25)
    assert cost_of(seats, 3).per_month == Money(amount_minor=22500, currency="EUR")
    assert cost_of(seats, 30).per_year == Money(amount_minor=30 * 900 * 12, currency="EUR")


def test_a_yearly_price_is_spread_over_months_rounded_half_up_and_a_purchase_has_no_month():
    yearly = cost_of(made(price=Price(amount_minor=10006, currency="EUR", period=Period.YEAR)), 1)
    assert (yearly.per_month.amount_minor, yearly.per_year.amount_minor) == (834, 10006)
    once = cost_of(made(price=Price(amount_minor=99900, currency="USD", period=Period.ONCE), billing="once", per="piece"), 2)
    assert (once.once, once.per_month, once.per_year) == (Money(amount_minor=199800, currency="USD"), None, None)


def test_a_from_price_and_a_price_per_hour_are_not_taken_for_the_price_of_a_quantity():
    assert cost_of(made(starting_price=True), 5000) is None
    assert cost_of(made(price=Price(amount_minor=9000, currency="EUR", period=Period.HOUR)), 1) is None


def test_stated_facts_exclude_and_each_exclusion_gives_its_reason():
    catalogue = Catalogue(
        [
            made(product_id="small", limits=(Limit(name="contacts", amount=2000, unit="contacts"),)),
            made(product_id="us", data_region="US", region_source=SOURCE),
            made(product_id="bare", lacks=("automation",)),
            made(product_id="good", data_region="EU/Milan", region_source=SOURCE, features=("Marketing automation",)),
            made(product_id="silent"),
            made(product_id="elsewhere", category="crm"),
        ]
    )
    matches, exclusions = catalogue.survey("email_marketing", 5000, ("automation",), "EU")
    assert [match.product.product_id for match in matches] == ["good", "silent"]
    assert {found.product.product_id: found.reasons for found in exclusions} == {
        "small": ("Basic ends at 2,000 contacts; 5,000 are needed",),
        "us": ("data is kept in US, not in EU",),
        "bare": ("the source speaks against 'automation'",),
    }
    assert matches[0].score == 100
    assert matches[1].missing == ("where the data is kept", "whether it has 'automation'")
    assert matches[1].score == 50


@pytest.mark.parametrize(
    "wish", ["EU data", "EU data residency", "eu hosting", "servers in the EU", "data stored in the European Union", "hosted in EU only"]
)
def test_a_region_among_the_must_haves_is_read_as_a_region(wish):
    catalogue = Catalogue(
        [
            made(product_id="us", data_region="US", region_source=SOURCE),
            made(product_id="de", data_region="DE", region_source=SOURCE),
            made(product_id="eu", data_region="EU/Milan", region_source=SOURCE),
        ]
    )
    assert [match.product.product_id for match in catalogue.find("email_marketing", 1, (wish,))] == ["de", "eu"]


def test_a_refused_region_excludes_only_what_is_kept_there():
    catalogue = Catalogue(
        [made(product_id="us", data_region="US", region_source=SOURCE), made(product_id="ch", data_region="CH", region_source=SOURCE)]
    )
    assert [match.product.product_id for match in catalogue.find("email_marketing", 1, ("no US servers",))] == ["ch"]


def test_two_wished_regions_must_both_hold():
    catalogue = Catalogue([made(data_region="EU", region_source=SOURCE)])
    assert catalogue.find("email_marketing", 1, ("EU data",), "US") == []


@pytest.mark.parametrize(
    ("feature", "finding"),
    [
        ("API", True),
        ("stats api", True),
        ("apis", True),
        ("SSO", False),
        ("SAML SSO", False),
        ("webhooks", None),
        ("no cookies", True),
        ("cookies", None),
        ("no SSO", True),
        ("no stats API", False),
        ("!!!", None),
    ],
)
def test_a_feature_is_stated_denied_or_unknown(feature, finding):
    assert states(made(features=("Stats API", "No cookies"), lacks=("SSO",)), feature) is finding


def test_lacking_a_special_thing_does_not_deny_the_general_one():
    assert states(made(lacks=("Stats API",)), "API") is None


def test_an_old_price_and_an_undated_page_are_named_and_cost_points():
    old = made(source=SOURCE.model_copy(update={"page_date": SOURCE.read_on.replace(year=2013)}))
    undated = made(source=SOURCE.model_copy(update={"page_date": None}))
    scores = [Catalogue([product]).find("email_marketing")[0] for product in (BASE, undated, old)]
    assert [match.score for match in scores] == [100, 95, 90]
    assert scores[2].missing == ("a price newer than 2013-11-22",)


@pytest.mark.parametrize(
    ("place", "region", "lies"),
    [("EU/Milan", "EU", True), ("DE", "EU", True), ("EU", "DE", False), ("GB", "EU", False), ("EU", "EU/Milan", False)],
)
def test_a_place_lies_in_a_region_or_it_does_not(place, region, lies):
    assert within(place, region) is lies


features = st.lists(st.sampled_from(["API", "SSO", "automation", "landing pages", "no cookies"]), max_size=3, unique=True)


@st.composite
def variants(draw):
    named = draw(features)
    cut = draw(st.integers(0, len(named)))
    region = draw(st.sampled_from(["unspecified", "EU", "EU/Milan", "US", "DE"]))
    limit = draw(st.none() | st.integers(0, 10_000))
    return {
        "features": tuple(named[:cut]),
        "lacks": tuple(named[cut:]),
        "data_region": region,
        "region_source": None if region == "unspecified" else SOURCE,
        "limits": () if limit is None else (Limit(name="contacts", amount=limit, unit="contacts"),),
        "price": Price(amount_minor=draw(st.integers(0, 10_000)), currency=draw(st.sampled_from(["EUR", "USD"])), period=Period.MONTH),
        "starting_price": draw(st.booleans()),
    }


@given(
    st.lists(variants(), max_size=8),
    st.integers(1, 10_000),
    features,
    st.sampled_from([None, "EU", "US"]),
    st.randoms(use_true_random=False),
)
def test_find_never_returns_what_evidence_speaks_against_and_its_order_does_not_depend_on_the_file(rows, quantity, wanted, region, dice):
    products = [made(product_id=f"p{number}", **row) for number, row in enumerate(rows)]
    found = Catalogue(products).find("email_marketing", quantity, tuple(wanted), region, limit=100)
    for match in found:
        product = match.product
        assert not set(wanted) & set(product.lacks)
        assert all(quantity <= limit.amount for limit in product.limits)
        assert region is None or product.data_region == "unspecified" or within(product.data_region, region)
        assert (match.cost is None) == product.starting_price
        assert set(wanted) == {text for text in wanted if text in product.features or f"whether it has {text!r}" in match.missing}
    _, excluded = Catalogue(products).survey("email_marketing", quantity, tuple(wanted), region)
    assert len(found) + len(excluded) == len(products)
    shuffled = random.Random(dice.random()).sample(products, len(products))
    assert Catalogue(shuffled).find("email_marketing", quantity, tuple(wanted), region, limit=100) == found


def test_the_limit_cuts_the_list_and_an_unknown_category_is_empty():
    everything = Catalogue.sample()
    assert len(everything.find("email_marketing", 5000, limit=3)) == 3
    assert everything.find("email_marketing", 5000, limit=0) == []
    assert everything.find("submarines") == []


def test_a_quantity_below_one_is_refused():
    with pytest.raises(InputError, match="at least 1"):
        Catalogue.sample().find("crm", 0)


def test_a_vendor_is_found_by_name_or_id_in_any_case_and_an_unknown_product_is_said_to_be_unknown():
    sample = Catalogue.sample()
    assert {product.plan for product in sample.by_vendor(" ZENDESK ")} == {product.plan for product in sample.by_vendor("zendesk")}
    assert len(sample.by_vendor("Constant Contact")) == len(sample.by_vendor("constant-contact")) == 3
    assert sample.by_vendor("nobody") == ()
    with pytest.raises(NotFoundError):
        sample.get("nobody")


@pytest.mark.parametrize("product", [*Catalogue.sample().products, *Catalogue.demo().products], ids=lambda product: product.product_id)
def test_every_span_of_a_row_covers_exactly_its_words(product):
    row = row_evidence(product)
    assert row.text == row_text(product)
    for span in row.spans.values():
        assert row.text[span.start : span.end] == span.text
    assert str(product.price) in row.spans["price"].text
    assert row.spans["region"].text == product.data_region
    assert row.spans["quote"].text == product.source.quote
    assert ("region_quote" in row.spans) == (product.region_source is not None)
    assert {f"tier:{tier.up_to}" for tier in product.tiers} <= set(row.spans)


def test_the_facts_of_a_match_carry_the_price_of_the_quantity_and_leave_the_unknown_unknown():
    match = Catalogue.sample().find("email_marketing", 5000, limit=50)
    facts = {found.product.product_id: vendor_facts(found) for found in match}
    assert str(facts["beehiiv-scale"].list_price) == "89.00 USD per month"
    assert facts["mailerlite-comfort"].list_price is None
    assert facts["beehiiv-scale"].data_region is None
    demo = vendor_facts(Catalogue.demo().find("email_marketing", 5000, region="EU")[0])
    assert (demo.fictional, demo.data_region) == (True, "EU/Frankfurt")


def test_what_is_said_to_lack_the_absence_of_something_has_it():
    product = made(features=("API",), lacks=("no cookies",))
    assert Catalogue([product]).find("email_marketing", must_have=("no cookies",)) == []
