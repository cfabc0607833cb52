"""How much of a mail is fetched and read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MailLimits:
    """What is read of one mail; sizes in bytes, `text` in characters."""

    raw: int = 40 * 1024 * 1024
    attachment: int = 25 * 1024 * 1024
    parts: int = 100
    depth: int = 12
    text: int = 200_000
