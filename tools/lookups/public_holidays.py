"""Which days are free in a country, from the package `holidays`: loaded only where a contract's country is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from memory.domain.errors import InputError


def package_version() -> str:
    """Return which list of holidays this is."""
    from importlib.metadata import version

    return f"holidays {version('holidays')}"


def public_holidays(country: str, years: Iterable[int], region: str | None = None) -> frozenset[date]:
    """Return the public holidays of a country (ISO 3166-1 alpha-2) or of one of its regions (ISO 3166-2 without the country).

    Raises `InputError` for a country or region that is not known.
    """
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=tuple(years)))
    except NotImplementedError as unknown:
        raise InputError(
            f"no public holidays are known for {country}{'-' + region if region else ''}",
            hint="give the country as two letters (DE, US, GB) and the region as its code (DE: BY), or leave the region out",
        ) from unknown
