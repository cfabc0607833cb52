"""Words for people: times, counts and amounts, and text of others made safe to stand inside our own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from app.theme import Colour
from memory.domain.money import Money
from memory.domain.words import counted

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_WORD_JOINER = "\u2060"
#: What is turned into links and icons after the markdown was read, where a backslash no longer helps.
_AUTOMATIC = re.compile(r"(?<=:)|(?<=@)|(?<=www)(?=\.)", re.IGNORECASE)
_HOUR, _DAY = 3600, 86_400


def plain(text: str) -> str:
    """Return `text` so that markdown shows it letter by letter: no link, image, formula, colour, icon or HTML comes of it.

    Every ASCII punctuation mark is escaped (CommonMark 0.31, 2.4). Addresses, `www.` and icon names such as
    `:material/verified:` are replaced only after the markdown was read: an invisible joiner breaks them.
    """
    flat = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    return _MARKUP.sub(r"\\\1", _AUTOMATIC.sub(_WORD_JOINER, flat))


def shortened(text: str, limit: int) -> str:
    """Return `text` on one line, cut at `limit` characters with an ellipsis."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def amounts(sums: Iterable[Money]) -> str:
    """Return sums of several currencies side by side, or an em dash when there is none."""
    return " + ".join(str(m) for m in sums) or "—"


def time_left(until: datetime, now: datetime) -> str:
    """Return how long is left: `3 days left`, `6 h left`, `12 min left`, `time is up`."""
    seconds = (until - now).total_seconds()
    if seconds <= 0:
        return "time is up"
    if seconds >= 2 * _DAY:
        return f"{int(seconds // _DAY)} days left"
    if seconds >= _HOUR:
        return f"{int(seconds // _HOUR)} h left"
    return f"{max(1, int(seconds // 60))} min left"


def days_left(days: int) -> str:
    """Return how many days are left to act: `3 days left`, `1 day left`, `last day`, `time is up`."""
    return "time is up" if days < 0 else f"{counted(days, 'day')} left" if days else "last day"


def urgency_colour(until: datetime | None, now: datetime) -> Colour:
    """Return the badge colour of a deadline; the words beside it say the same."""
    if until is None:
        return "gray"
    left = until - now
    if left < timedelta(hours=6):
        return "red"
    return "orange" if left < timedelta(days=3) else "blue"


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, else the day."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // 60)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    return f"{counted(days, 'day')} ago" if days < 14 else on_day(then.date())


def on_day(day: date) -> str:
    """Return a day as `4 Dec 2026`."""
    return f"{day.day} {day:%b %Y}"


def at_time(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return an instant in the reader's time zone as `4 Dec 2026, 14:05 CET`."""
    there = moment.astimezone(zone)
    return f"{on_day(there.date())}, {there:%H:%M %Z}"


def days_away(days: int) -> str:
    """Return a distance in days: `today`, `tomorrow`, `in 12 days`, `3 days ago`."""
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return f"in {days} days" if days > 0 else f"{counted(-days, 'day')} ago"
