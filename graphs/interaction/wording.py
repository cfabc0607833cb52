"""Small words: counts with their nouns."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return `1 case`, `2 cases`; the noun is given in the singular and takes an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
