"""The kinds of simulated vendor, and how each gives way over its own clock (0 on its first turn, 1 on its last)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class VendorKind(StrEnum):
    """How a simulated vendor behaves."""

    TOUGH = "tough"
    """Gives way late; leaves, sometimes, when we stop moving."""
    CONCEDING = "conceding"
    """Gives way early."""
    STUBBORN = "stubborn"
    """Hardly moves; some take what is above their limit at the very end."""
    TIT_FOR_TAT = "tit_for_tat"
    """Gives as much as our offers give it."""
    ERRATIC = "erratic"
    """Moves without a pattern, and asks for more again."""
    DEADLINE_DRIVEN = "deadline_driven"
    """Holds, and drops when time runs out."""
    LYING = "lying"
    """Says that a competitor has quoted more."""
    INJECTING = "injecting"
    """Its mails address the software that reads them."""


@dataclass(frozen=True)
class Pace:
    """One vendor's way of giving way. `gives` is the share of its whole way that it ever goes; `margin` it keeps above its limit."""

    kind: VendorKind
    exponent: float
    gives: float
    knee: float
    ratio: float
    margin: float
    noise: float
    yields: bool
    patience: int
    near: bool

    @classmethod
    def drawn(cls, kind: VendorKind, rounds: int, rng: np.random.Generator) -> Pace:
        """Draw a pace of this kind."""
        low, high = _EXPONENTS.get(kind, (0.7, 2.0))
        return cls(
            kind=kind,
            exponent=float(np.exp(rng.uniform(np.log(low), np.log(high)))),
            gives=float(rng.uniform(0.05, 0.3)) if kind is VendorKind.STUBBORN else 1.0,
            knee=float(rng.uniform(0.6, 0.9)),
            ratio=float(rng.uniform(0.5, 1.2)),
            margin=float(rng.uniform(0.0, 0.1)),
            noise=float(rng.uniform(0.06, 0.15)) if kind is VendorKind.ERRATIC else 0.0,
            yields=bool(rng.random() < (0.4 if kind is VendorKind.STUBBORN else 0.6)),
            patience=max(3, rounds // 2) if kind is VendorKind.TOUGH and rng.random() < 0.5 else 10 * rounds,
            near=bool(rng.random() < 0.6),
        )

    def share(self, clock: float) -> float:
        """Return how much of its way the vendor has gone by now."""
        if self.kind is VendorKind.DEADLINE_DRIVEN:
            late = min(max((clock - self.knee) / max(1 - self.knee, 0.05), 0.0), 1.0)
            return 1 - (1 - late) ** 2
        return float(self.gives * clock**self.exponent)


#: Time-based families: Faratin, Sierra and Jennings (1998). The exponent is that of the clock: above 1 it gives late.
_EXPONENTS = {
    VendorKind.TOUGH: (4.0, 8.0),
    VendorKind.CONCEDING: (0.3, 0.8),
    VendorKind.STUBBORN: (0.8, 1.5),
    VendorKind.ERRATIC: (0.5, 2.0),
}
