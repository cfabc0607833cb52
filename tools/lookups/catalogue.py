"""The vendor catalogue: what can be bought in a category, at which list price, from a file the operator may edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

from memory.domain.catalogue import Exclusion, Match, Product
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.money import Price
from memory.domain.vendor import VendorFacts
from tools.lookups.base import Lookup, LookupContext
from tools.lookups.catalogue_file import read_products
from tools.lookups.catalogue_search import judge, order, wanted

OWN_FILES = ("catalogue.json", "catalogue.csv")
"""The operator's own catalogue, by this name in the folder of their files, replaces the shipped sample."""


class Catalogue:
    """Products, found by category, vendor or id. It only reads; its answers are the same for the same file, in the same order."""

    def __init__(self, products: Iterable[Product]) -> None:
        """Hold `products`. Raises `ConflictError` when two of them share a product_id."""
        self._by_id: dict[str, Product] = {}
        for product in products:
            if product.product_id in self._by_id:
                raise ConflictError(f"two products are called {product.product_id!r}", hint="Give each product its own id.")
            self._by_id[product.product_id] = product

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a `.json` or `.csv` catalogue, all of it or nothing. Raises `InputError` naming every broken row."""
        return cls(read_products(path))

    @classmethod
    def sample(cls) -> Self:
        """Return the shipped sample: real products, as read from public pages on the dates each row names."""
        return cls(_shipped("sample_catalogue.json"))

    @classmethod
    def demo(cls) -> Self:
        """Return the fictional vendors of the demo."""
        return cls(_shipped("demo_catalogue.json"))

    def joined(self, other: Catalogue) -> Catalogue:
        """Return both catalogues as one. Raises `ConflictError` when they share a product_id."""
        return Catalogue((*self.products, *other.products))

    @property
    def products(self) -> tuple[Product, ...]:
        """Every product, in the order of the file."""
        return tuple(self._by_id.values())

    @property
    def categories(self) -> dict[str, int]:
        """How many products each category has, by name."""
        return dict(sorted(Counter(product.category for product in self.products).items()))

    def get(self, product_id: str) -> Product:
        """Return one product. Raises `NotFoundError` when there is none of that id."""
        if product_id not in self._by_id:
            raise NotFoundError(f"the catalogue has no product {product_id!r}", hint="List the category to see the ids.")
        return self._by_id[product_id]

    def by_vendor(self, name: str) -> tuple[Product, ...]:
        """Return a vendor's products, by its name or id, whatever the case of the letters."""
        asked = name.strip().casefold()
        return tuple(product for product in self.products if asked in {product.vendor.casefold(), product.vendor_id})

    def find(
        self, category: str, quantity: int = 1, must_have: tuple[str, ...] = (), region: str | None = None, limit: int = 10
    ) -> list[Match]:
        """Return at most `limit` products of a category that no stated fact speaks against, best first.

        `must_have` are features in plain words; `region` is where data must be kept ("EU"). A must-have that a source
        does not mention lowers the score and is named in `missing`. The score: a list price for the quantity 40, the
        region confirmed 20, must-haves stated up to 30, a price not older than a year 10.
        """
        return self.survey(category, quantity, must_have, region)[0][: max(limit, 0)]

    def survey(
        self, category: str, quantity: int = 1, must_have: tuple[str, ...] = (), region: str | None = None
    ) -> tuple[list[Match], list[Exclusion]]:
        """Return all matches of a category, best first, and what was excluded and why, by id."""
        need = wanted(category, quantity, must_have, region)
        judged = [judge(product, need) for product in self.products if product.category == category]
        matches = sorted((found for found in judged if isinstance(found, Match)), key=order)
        exclusions = sorted((found for found in judged if isinstance(found, Exclusion)), key=lambda found: found.product.product_id)
        return matches, exclusions


def vendor_facts(match: Match) -> VendorFacts:
    """Return what a match says of its vendor. The list price is that of the wanted quantity, and unknown where that is."""
    product = match.product
    price: Price | None = match.cost.stated if match.cost else None
    return VendorFacts(
        vendor_id=product.vendor_id,
        name=product.vendor,
        website=product.website,
        contact_id=product.contact_id,
        category=product.category,
        data_region=product.data_region if product.region_source else None,
        features=product.features,
        list_price=price,
        plan=product.plan,
        fictional=product.fictional,
    )


def _shipped(name: str) -> tuple[Product, ...]:
    with as_file(files("tools.lookups") / name) as path:
        return read_products(path)


def _open(context: LookupContext) -> Catalogue:
    own = next((path for name in OWN_FILES if (path := context.home_files / name).is_file()), None)
    catalogue = Catalogue.load(own) if own else Catalogue.sample()
    return catalogue.joined(Catalogue.demo()) if context.demo else catalogue


LOOKUP = Lookup(name="catalogue", summary="list prices, limits, data regions and features of products, with their sources", open=_open)
