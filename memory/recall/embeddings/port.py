"""The port of an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float32]]
    Vectors: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.float32]]
else:  # numpy is not loaded before the first text is embedded
    Vector = Vectors = Any


class Embedding(Protocol):
    """Turns texts into vectors whose dot product says how alike they are."""

    @property
    def name(self) -> str:
        """Name the model and its version: vectors of two names are never compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 per text, in order. Raises `UnavailableError` when the model cannot be had."""
