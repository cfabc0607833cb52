"""Since when the operator has not looked: kept beside the home's files, since a look is no business fact."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tools.atomic_file import write_atomically

#: A shorter absence is the same visit: a reload or a second tab must not wipe out the news.
_NEW_VISIT_AFTER = timedelta(minutes=30)
_NOTED_EVERY = timedelta(minutes=1)
_NAME = "last_visit.json"


@dataclass(frozen=True)
class Visit:
    """`news_since` is the ledger's running number at the end of the visit before this one; `seen_*` the last look of this one."""

    news_since: int
    news_since_at: str
    seen: int
    seen_at: str


def note_visit(folder: Path, seq: int, now: datetime) -> Visit:
    """Return this visit, and note that the operator looks now; the first visit of all counts everything as news."""
    known = _read(folder / _NAME)
    if known is None:
        visit = Visit(0, "", seq, now.isoformat())
    elif now - datetime.fromisoformat(known.seen_at) > _NEW_VISIT_AFTER:
        visit = Visit(known.seen, known.seen_at, seq, now.isoformat())
    else:
        visit = Visit(known.news_since, known.news_since_at, seq, now.isoformat())
    if known is None or now - datetime.fromisoformat(known.seen_at) > _NOTED_EVERY:
        write_atomically(folder / _NAME, json.dumps(asdict(visit)).encode())
    return visit


def _read(path: Path) -> Visit | None:
    try:
        return Visit(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        # Losing it costs a longer list of news, nothing else.
        return None
