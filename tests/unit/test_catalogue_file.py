"""Reading catalogue files: all or nothing, and every fault named with its row, its field and the mend."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.catalogue import Billing, Limit, Product, Source, Tier
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.money import Period, Price
from tools.lookups.base import LookupContext
from tools.lookups.catalogue import LOOKUP, Catalogue
from tools.lookups.catalogue_csv import COLUMNS, csv_text
from tools.lookups.catalogue_file import MAX_BYTES

ROW = {
    "product_id": "acme-mail",
    "vendor": "Acme",
    "vendor_id": "acme",
    "product": "Acme Mail",
    "plan": "Basic",
    "category": "email_marketing",
    "price": {"amount_minor": 900, "currency": "EUR", "period": "month"},
    "counted": "contacts",
    "billing": "monthly",
    "source": {"url": "https://acme.example/pricing", "title": "Pricing", "read_on": "2026-11-22", "quote": "9.00 EUR a month"},
}


def write(tmp_path, rows, name="catalogue.json"):
    path = tmp_path / name
    path.write_text(json.dumps({"format": 1, "products": rows}), encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path):
    assert Catalogue.load(write(tmp_path, [ROW])).get("acme-mail").price == Price(amount_minor=900, currency="EUR", period=Period.MONTH)


def test_all_broken_rows_are_named_at_once_with_field_and_mend(tmp_path):
    rows = [
        ROW | {"colour": "red"},
        {key: value for key, value in ROW.items() if key != "plan"} | {"product_id": "b"},
        ROW | {"product_id": "c", "price": {"amount_minor": 9.5, "currency": "EUR", "period": "month"}},
        "not a row",
        ROW | {"product_id": "d"},
    ]
    with pytest.raises(InputError) as caught:
        Catalogue.load(write(tmp_path, rows))
    lines = caught.value.message.splitlines()
    assert lines[0] == "catalogue.json has 4 fault(s):"
    assert lines[1] == "  row 1, colour: there is no such field; remove it or mend its spelling"
    assert lines[2] == "  row 2, plan: is missing; add it"
    assert lines[3].startswith("  row 3, price.amount_minor: ")
    assert lines[4] == "  row 4, the whole row: must be an object with named fields"
    assert "nothing of it was taken over" in caught.value.hint


def test_a_repeated_id_is_refused_and_both_rows_are_named(tmp_path):
    with pytest.raises(InputError, match=r"row 3, product_id: 'acme-mail' is already used in row 1"):
        Catalogue.load(write(tmp_path, [ROW, ROW | {"product_id": "other"}, ROW]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "is not a JSON catalogue"),
        ("[]", 'exactly "format" and "products"'),
        ('{"format": 1, "products": [], "more": 1}', 'exactly "format" and "products"'),
        ('{"format": 2, "products": []}', "format 2 is not known"),
        ('{"format": true, "products": []}', "format True is not known"),
        ('{"format": 1, "format": 1, "products": []}', "'format' stands twice"),
        ('{"format": 1, "products": [NaN]}', "NaN is not a number"),
        ('{"format": 1, "products": ' + "[" * 200_000, "is not a JSON catalogue"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_the_reason(tmp_path, body, words):
    path = tmp_path / "catalogue.json"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Catalogue.load(path)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_huge_file_another_ending_another_encoding_and_no_file_are_refused(tmp_path):
    huge = tmp_path / "huge.json"
    huge.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(InputError, match="larger than"):
        Catalogue.load(huge)
    sheet = tmp_path / "catalogue.xlsx"
    sheet.write_bytes(b"x")
    with pytest.raises(InputError, match=r"a \.json or a \.csv"):
        Catalogue.load(sheet)
    latin = tmp_path / "catalogue.csv"
    latin.write_bytes("Café".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        Catalogue.load(latin)
    with pytest.raises(NotFoundError):
        Catalogue.load(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be read"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vendor": "Ac\u202eme"}, "invisible or control character"),
        ({"category": "Email Marketing"}, "category"),
        ({"data_region": "EU"}, "needs its own region_source"),
        ({"billing": "once"}, "billing once goes with a price once"),
        ({"tiers": [{"up_to": 500, "amount_minor": 900}, {"up_to": 900, "amount_minor": 1000}]}, "tiers must follow one another"),
        ({"tiers": [{"up_to": 500, "amount_minor": 1}]}, "the price must be that of the first tier"),
        ({"features": ["API"], "lacks": ["API"]}, "in features and in lacks"),
        ({"per": "1,000 contacts!"}, 'write "flat"'),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"source": ROW["source"] | {"page_date": "2026-12-01"}}, "later than read_on"),
        ({"price": {"amount_minor": 10**13, "currency": "EUR", "period": "month"}}, "cannot be right"),
    ],
)
def test_a_row_that_contradicts_itself_or_hides_characters_is_refused(tmp_path, change, words):
    with pytest.raises(InputError) as caught:
        Catalogue.load(write(tmp_path, [ROW | change]))
    assert words in caught.value.message


def test_broken_csv_cells_are_all_named_with_their_line_and_column(tmp_path):
    good = csv_text([Product.model_validate_json(json.dumps(ROW))]).splitlines()
    cells = dict(zip(COLUMNS, good[1].split(","), strict=True))
    bad = [cells | {"price": "9,5"}, cells | {"limits": "many"}, cells | {"fictional": "maybe"}, cells | {"currency": "EURO"}]
    lines = [good[0], *(",".join(f'"{row[name]}"' for name in COLUMNS) for row in bad), "only,two"]
    path = tmp_path / "catalogue.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Catalogue.load(path)
    found = [line.strip().split(":")[0] for line in caught.value.message.splitlines()[1:]]
    assert found == ["line 2, price", "line 3, limits", "line 4, fictional", "line 5, currency", "line 6, the whole row"]


def test_unknown_missing_and_repeated_columns_are_named(tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text(",".join([*COLUMNS[1:], "colour", "vendor"]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"unknown: colour; missing: product_id; repeated: vendor"):
        Catalogue.load(path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="missing: product_id"):
        Catalogue.load(path)


def test_vendor_text_does_not_become_a_formula_in_the_operators_spreadsheet(tmp_path):
    product = Product.model_validate_json(json.dumps(ROW | {"vendor": "=HYPERLINK(0)", "plan": "'quoted"}))
    text = csv_text([product])
    assert "'=HYPERLINK(0)" in text
    path = tmp_path / "catalogue.csv"
    path.write_text(text, encoding="utf-8")
    assert Catalogue.load(path).products == (product,)


def test_the_shipped_catalogues_survive_the_csv_form(tmp_path):
    everything = Catalogue.sample().joined(Catalogue.demo())
    path = tmp_path / "catalogue.csv"
    path.write_text(csv_text(everything.products), encoding="utf-8", newline="")
    assert Catalogue.load(path).products == everything.products


lines_of_text = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=30).map(str.strip).filter(bool)
terms = lines_of_text.map(lambda text: "".join(char for char in text if char not in "|;:").strip()).filter(bool)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
amounts = st.integers(0, 10**12 - 1)
sources = st.builds(
    Source,
    url=st.just("https://acme.example/pricing"),
    title=lines_of_text,
    read_on=st.just(date(2026, 11, 22)),
    page_date=st.none() | st.dates(date(2000, 1, 1), date(2026, 11, 22)),
    transcribes=st.none() | st.just("https://acme.example/"),
    quote=lines_of_text,
)


@st.composite
def products(draw):
    bounds = sorted(draw(st.sets(st.integers(1, 10**6), max_size=6)))
    starts = [1, *(bound + 1 for bound in bounds)]
    tiers = tuple(Tier(start=start, up_to=bound, amount_minor=draw(amounts)) for start, bound in zip(starts, bounds, strict=False))
    once = draw(st.booleans())
    features = draw(st.lists(terms, max_size=4, unique=True))
    region = draw(st.sampled_from(["unspecified", "EU", "EU/Frankfurt", "US"]))
    return Product(
        product_id=draw(slugs),
        vendor=draw(lines_of_text),
        vendor_id=draw(slugs),
        product=draw(lines_of_text),
        plan=draw(lines_of_text),
        category=draw(st.sampled_from(["crm", "email_marketing"])),
        price=Price(
            amount_minor=tiers[0].amount_minor if tiers else draw(amounts),
            currency=draw(st.sampled_from(["EUR", "JPY", "KWD"])),
            period=Period.ONCE if once else draw(st.sampled_from([Period.MONTH, Period.YEAR, Period.HOUR])),
        ),
        starting_price=draw(st.booleans()),
        per=draw(st.sampled_from(["flat", "seat", "1,000 contacts"])),
        counted="contacts",
        minimum=draw(st.integers(1, 50)),
        billing=Billing.ONCE if once else draw(st.sampled_from([Billing.MONTHLY, Billing.YEARLY])),
        limits=tuple(
            draw(st.lists(st.builds(Limit, name=st.just("contacts") | terms, amount=st.integers(0, 10**6), unit=terms), max_size=3))
        ),
        tiers=tiers,
        data_region=region,
        region_source=None if region == "unspecified" else draw(sources),
        features=tuple(features[:2]),
        lacks=tuple(features[2:]),
        website=draw(st.none() | st.just("https://acme.example")),
        contact_id=draw(st.none() | slugs),
        source=draw(sources),
        fictional=draw(st.booleans()),
    )


@given(st.lists(products(), max_size=4, unique_by=lambda product: product.product_id))
def test_any_catalogue_survives_both_file_forms(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "a.csv").write_text(csv_text(made), encoding="utf-8", newline="")
    (folder / "a.json").write_text(json.dumps({"format": 1, "products": [p.model_dump(mode="json") for p in made]}), encoding="utf-8")
    assert Catalogue.load(folder / "a.csv").products == tuple(made)
    assert Catalogue.load(folder / "a.json").products == tuple(made)


def test_the_lookup_opens_the_operators_own_file_before_the_shipped_sample(tmp_path):
    assert LOOKUP.name == "catalogue"
    shipped = LOOKUP.open(LookupContext(home_files=tmp_path))
    assert shipped.products == Catalogue.sample().products
    write(tmp_path, [ROW])
    assert [product.product_id for product in LOOKUP.open(LookupContext(home_files=tmp_path)).products] == ["acme-mail"]
    with_demo = LOOKUP.open(LookupContext(home_files=tmp_path, demo=True))
    assert len(with_demo.products) == 1 + len(Catalogue.demo().products)


def test_two_catalogues_with_the_same_product_are_not_joined():
    with pytest.raises(ConflictError, match="two products are called"):
        Catalogue.demo().joined(Catalogue.demo())
