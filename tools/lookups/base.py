"""How a lookup is declared: a module-level constant `LOOKUP: Lookup` that says what it is called and how to open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Opened_co = TypeVar("Opened_co", covariant=True)


@dataclass(frozen=True)
class LookupContext:
    """What a lookup is opened with: the folder of the operator's own files, and whether the demo's fiction may be seen."""

    home_files: Path
    demo: bool = False


@dataclass(frozen=True)
class Lookup(Generic[Opened_co]):
    """The constant by which a lookup is discovered. What `open` returns only reads: it has no effect in the world."""

    name: str
    summary: str
    open: Callable[[LookupContext], Opened_co]
