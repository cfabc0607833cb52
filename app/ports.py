"""The real clock and the real ids: the only place that asks the machine for either."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class SystemClock:
    """Tells the machine's time, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class RandomIds:
    """Makes ids that are short enough to type and too many to collide: 31 letters to the tenth for cases, more for events."""

    def new(self, prefix: str) -> str:
        """Return a fresh id, for example `CASE-7kq2m9xw4t`."""
        length = 16 if prefix == "EV" else 10
        return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"
