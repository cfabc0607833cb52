"""How a vendor writes amounts, counts and days, each in its own way."""

from __future__ import annotations

from datetime import date

from tools.sandbox.vendors.personality import Figures, Personality

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def amount(personality: Personality, minor: int) -> str:
    """Return an amount of money."""
    dotted = f"{minor / 100:,.2f}"
    if personality.figures is Figures.COMMA:
        return f"{_swapped(dotted)} €"
    return f"{personality.currency} {dotted}" if personality.figures is Figures.LEADING else f"{dotted} {personality.currency}"


def count(personality: Personality, number: int) -> str:
    """Return a count, with thousands apart."""
    return _swapped(f"{number:,}") if personality.figures is Figures.COMMA else f"{number:,}"


def day(personality: Personality, on: date) -> str:
    """Return a date."""
    if personality.figures is Figures.COMMA:
        return f"{on:%d.%m.%Y}"
    return on.isoformat() if personality.figures is Figures.LEADING else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def _swapped(dotted: str) -> str:
    return dotted.translate(str.maketrans(",.", ".,"))
