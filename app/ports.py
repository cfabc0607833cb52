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
        # One draw for all letters; 128 bits are so many more than 31 to the 16th that no letter is likelier than another.
        drawn, letters = secrets.randbits(128), ""
        for _ in range(16 if prefix == "EV" else 10):
            drawn, letter = divmod(drawn, len(_ALPHABET))
            letters += _ALPHABET[letter]
        return f"{prefix}-{letters}"
