"""Judging a product against a need: what speaks against it, what speaks for it, and what nobody has stated.

Only stated facts exclude: a limit that is too small, another data region, a feature the source says is absent. What a
source does not mention is named as missing and costs points; it is never guessed in either direction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from memory.domain.catalogue import UNSPECIFIED, Exclusion, Match, Product, Region
from memory.domain.errors import InputError
from tools.lookups.catalogue_cost import cost_of, running_amount, unpriced_reason

PRICE_POINTS = 40
REGION_POINTS = 20
FEATURE_POINTS = 30
FRESH_POINTS = 10
FRESH_DAYS = 365
"""A price stated longer ago than this, counted back from the day it was read, earns no points for freshness."""

# The member states of the European Union (ISO 3166-1 alpha-2; Greece is GR there).
_EU = frozenset(re.findall("..", "ATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"))
_WORD = re.compile(r"[^\W_]+")
_PLACE = r"(?P<region>eu|us|uk|ch|european union|united states)"
_KEPT = r"(?:data|data residency|data region|data storage|hosting|hosted|servers?|region|residency)"
_ASKED = re.compile(
    rf"^(?P<no>no |not |non )?(?:{_PLACE} {_KEPT}|{_KEPT} (?:only )?(?:in|within) (?:the )?{_PLACE.replace('region', 'place')}|data (?:kept|stored) in (?:the )?{_PLACE.replace('region', 'spot')})(?: only)?$"
)
_CODES = {"eu": "EU", "european union": "EU", "us": "US", "united states": "US", "uk": "GB", "ch": "CH"}


@dataclass(frozen=True)
class Wanted:
    """A need as the catalogue understands it. Region wishes among the must-haves are read as regions."""

    category: str
    quantity: int
    features: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    refused_regions: tuple[str, ...] = ()


@dataclass
class _Findings:
    against: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    points: int = 0


def wanted(category: str, quantity: int, must_have: tuple[str, ...], region: Region | None) -> Wanted:
    """Return the need in the catalogue's terms. Raises `InputError` for a quantity below one."""
    if quantity < 1:
        raise InputError(f"the quantity must be at least 1, not {quantity}", hint="Say how many are needed.")
    features: list[str] = []
    regions = [region] if region else []
    refused: list[str] = []
    for text in must_have:
        found = _ASKED.match(" ".join(_WORD.findall(text.lower())))
        if not found:
            features.append(text)
            continue
        code = _CODES[found["region"] or found["place"] or found["spot"]]
        (refused if found["no"] else regions).append(code)
    return Wanted(category, quantity, tuple(features), tuple(dict.fromkeys(regions)), tuple(dict.fromkeys(refused)))


def within(place: str, region: str) -> bool:
    """Tell whether data kept in `place` lies in `region`: "EU/Frankfurt" and "DE" lie in "EU", "EU" does not lie in "DE"."""
    if place == region or place.startswith(f"{region}/"):
        return True
    return region == "EU" and place.split("/", maxsplit=1)[0] in _EU


def judge(product: Product, need: Wanted) -> Match | Exclusion:
    """Return the product as a match or as an exclusion, with the reasons."""
    found = _Findings()
    cost = cost_of(product, need.quantity)
    _judge_quantity(product, need, found)
    if cost is None:
        found.missing.append(unpriced_reason(product, need.quantity))
    else:
        found.points += PRICE_POINTS
        found.reasons.append(f"{cost.stated} for {need.quantity:,} {product.counted} by list price")
    _judge_region(product, need, found)
    _judge_features(product, need, found)
    _judge_age(product, found)
    if found.against:
        return Exclusion(product=product, reasons=tuple(found.against))
    return Match(product=product, cost=cost, score=found.points, reasons=tuple(found.reasons), missing=tuple(found.missing))


def order(match: Match) -> tuple[int, int, str, int, str]:
    """Return the sort key: best score first, then priced before unpriced, then cheapest within a currency, then by id.

    Amounts of two currencies are not compared: the codes are only put in alphabetical order, so that the order is stable.
    """
    if match.cost is None:
        return (-match.score, 1, "", 0, match.product.product_id)
    amount = running_amount(match.cost)
    return (-match.score, 0, amount.currency, amount.amount_minor, match.product.product_id)


def _judge_quantity(product: Product, need: Wanted, found: _Findings) -> None:
    limit = product.limit_of(product.counted)
    if limit and need.quantity > limit.amount:
        found.against.append(f"{product.plan} ends at {limit.amount:,} {limit.unit}; {need.quantity:,} are needed")
    elif limit:
        found.reasons.append(f"holds {need.quantity:,} {product.counted} (limit {limit.amount:,})")


def _judge_region(product: Product, need: Wanted, found: _Findings) -> None:
    place = product.data_region
    if not need.regions and not need.refused_regions:
        found.points += REGION_POINTS
    elif place == UNSPECIFIED:
        found.missing.append("where the data is kept")
    elif outside := [region for region in need.regions if not within(place, region)]:
        found.against.append(f"data is kept in {place}, not in {outside[0]}")
    elif refused := [region for region in need.refused_regions if within(place, region)]:
        found.against.append(f"data is kept in {place}; {refused[0]} is ruled out")
    else:
        found.points += REGION_POINTS
        found.reasons.append(f"data is kept in {place}")


def _judge_features(product: Product, need: Wanted, found: _Findings) -> None:
    met = 0
    for feature in need.features:
        finding = states(product, feature)
        if finding is True:
            met += 1
            found.reasons.append(f"states {feature!r}")
        elif finding is False:
            found.against.append(f"the source speaks against {feature!r}")
        else:
            found.missing.append(f"whether it has {feature!r}")
    found.points += FEATURE_POINTS * met // len(need.features) if need.features else FEATURE_POINTS


def _judge_age(product: Product, found: _Findings) -> None:
    source = product.source
    age = (source.read_on - source.stated_on).days
    if source.page_date is None:
        found.points += FRESH_POINTS // 2
        found.missing.append(f"the date of the page (read on {source.read_on})")
    elif age <= FRESH_DAYS:
        found.points += FRESH_POINTS
    else:
        found.missing.append(f"a price newer than {source.page_date}")


def states(product: Product, feature: str) -> bool | None:
    """Tell whether the source states a feature (`True`), states the contrary (`False`), or is silent (`None`).

    A feature counts as stated when all its words stand in one listed feature: "API" is met by "Stats API". It is ruled
    out when something listed as lacking is part of it: lacking "API" rules out "Stats API", but not the other way round.
    "no X" is met when it is listed so, or X is listed as lacking; a listed X rules it out, and so
    does "no X" listed as lacking.
    """
    asked = _words(feature)
    has = [words for listed in product.features if (words := _words(listed))]
    lacks = [words for listed in product.lacks if (words := _words(listed))]
    if "no" in asked and len(asked) > 1:
        unwanted = asked - {"no"}
        if any("no" in words and words <= asked for words in lacks):
            return False
        if any(asked <= words for words in has) or any(words <= unwanted for words in lacks):
            return True
        return False if any(unwanted <= words and "no" not in words for words in has) else None
    if not asked:
        return None
    if any(words <= asked for words in lacks):
        return False
    return True if any(asked <= words and "no" not in words for words in has) else None


def _words(text: str) -> set[str]:
    return {_singular(word) for word in _WORD.findall(text.lower())}


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
