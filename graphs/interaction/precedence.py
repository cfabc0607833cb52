"""Which level decided: policy > explicit instruction > standing preference > default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LEVELS = ("policy", "explicit instruction", "standing preference", "default")
"""Strongest first."""

EXPLICIT = "explicit instruction"


@dataclass
class Precedence:
    """Collects what each level gave, and tells it strongest first."""

    given: dict[str, list[str]] = field(default_factory=dict)

    def add(self, level: str, *what: str) -> None:
        """Note that `level` (one of `LEVELS`) gave each of `what`."""
        assert level in LEVELS
        self.given.setdefault(level, []).extend(what)

    def of(self, level: str) -> Sequence[str]:
        """Return what a level gave."""
        return self.given.get(level, [])

    def __str__(self) -> str:
        return "; ".join(f"{level}: {', '.join(self.given[level])}" for level in LEVELS if self.given.get(level))
