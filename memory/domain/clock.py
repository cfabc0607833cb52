"""Time and ids are injected: nothing below `app` asks the machine for either."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""


class IdMaker(Protocol):
    """Makes ids."""

    def new(self, prefix: str) -> str:
        """Return a fresh id of the form `PREFIX-xxxxxxxxxx`, unique in this home."""
