"""The shipped catalogues: enough of them, and every price with the words, the page and the date it was read from."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from memory.domain.catalogue import UNSPECIFIED
from tools.lookups.catalogue import Catalogue

SAMPLE = Catalogue.sample()
DEMO = Catalogue.demo()


def test_the_sample_holds_at_least_40_real_products_in_at_least_8_categories():
    assert len(SAMPLE.products) >= 40
    assert len(SAMPLE.categories) >= 8
    assert not any(product.fictional for product in SAMPLE.products)


@pytest.mark.parametrize("product", SAMPLE.products, ids=lambda product: product.product_id)
def test_every_real_row_has_a_page_a_date_and_a_quote_that_names_its_price(product):
    assert re.match(r"https?://[^/]+\.[a-z]+/", product.source.url)
    assert product.source.read_on == date(2026, 11, 22)
    numbers = [
        Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", product.source.quote.replace("€4,99", "€4.99"))
    ]
    prices = {product.price.amount_minor, *(tier.amount_minor for tier in product.tiers)}
    assert prices & {int(number * 100) for number in numbers}


@pytest.mark.parametrize("product", [*SAMPLE.products, *DEMO.products], ids=lambda product: product.product_id)
def test_a_stated_region_has_its_own_source_and_an_unknown_one_is_called_unspecified(product):
    assert (product.data_region == UNSPECIFIED) == (product.region_source is None)


def test_products_of_one_category_count_the_same_thing_so_that_a_quantity_means_one_thing():
    counted = defaultdict(set)
    for product in (*SAMPLE.products, *DEMO.products):
        counted[product.category].add(product.counted)
    assert {category: names for category, names in counted.items() if len(names) > 1} == {}


def test_a_vendor_has_one_name_for_one_id():
    names = defaultdict(set)
    for product in (*SAMPLE.products, *DEMO.products):
        names[product.vendor_id].add(product.vendor)
    assert {vendor: found for vendor, found in names.items() if len(found) > 1} == {}


def test_the_demo_vendors_are_marked_fictional_and_live_under_example():
    assert len(DEMO.products) == 3
    for product in DEMO.products:
        assert product.fictional
        assert product.website == f"https://{product.vendor_id}.example"
        assert product.source.title == "fictional, part of the demo"


def test_the_demo_prices_for_5000_contacts_are_the_ones_of_the_story():
    found = {match.product.vendor_id: str(match.cost.per_month) for match in DEMO.find("email_marketing", 5000) if match.cost}
    assert sorted(found.values()) == ["41.00 EUR", "59.00 EUR", "64.00 EUR"]
    regions = {product.vendor_id: product.data_region for product in DEMO.products}
    assert sorted(regions.values()) == ["EU/Frankfurt", "EU/Milan", "US"]


def test_sample_and_demo_can_be_seen_as_one_catalogue():
    assert len(SAMPLE.joined(DEMO).products) == len(SAMPLE.products) + len(DEMO.products)
