"""The real clock and the real ids: the only place that asks the machine for either."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
#: The letter of each byte. The first 8 come up 9 times in 256 and the others 8 times, which costs an id less than a tenth of a bit.
_LETTERS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))


class SystemClock:
    """Tells the machine's time, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class RandomIds:
    """Makes ids that are short enough to type and too many to collide: 31 letters to the tenth for cases, more for events."""

    def new(self, prefix: str) -> str:
        """Return a fresh id, for example `CASE-7kq2m9xw4t`."""
        letters = secrets.token_bytes(16 if prefix == "EV" else 10).translate(_LETTERS).decode()
        return f"{prefix}-{letters}"
