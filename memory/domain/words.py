"""Small turns of phrase that every floor shares: counting, one-liners, what is wrong and what to do about it."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 page` or `2 pages`; `plural` where an s does not make it."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def are(number: int) -> str:
    """Return `is` or `are`, as it stands after so many."""
    return "is" if number == 1 else "are"


def one_line(text: str, limit: int = 120) -> str:
    """Return `text` on one line, without control characters, shortened to `limit`."""
    flat = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def with_hint(message: str, hint: str) -> str:
    """Return what is wrong and what to do about it, as two sentences."""
    return f"{message.rstrip('.')}. {hint[:1].upper()}{hint[1:]}" if hint else message
