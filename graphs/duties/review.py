"""The weekly review is due on Monday morning, once for each ISO week, when there is something to look at."""

from __future__ import annotations

from datetime import datetime

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from graphs.weekly_review import ReviewDesk
from memory.domain.events.duties import ReviewDue
from memory.domain.words import counted


def review_due(setting: DutySetting, due: DueTime, _now: datetime) -> str:
    """Record that the review of the week is due; nothing is recorded for a week without decisions."""
    decided = ReviewDesk(setting.database, setting.unit_of_work).weekly(size=1).decided
    if not decided:
        return ""
    setting.unit_of_work.act(f"duty/review/{due.mark}", [ReviewDue(week=due.mark, decisions=decided)], actor="clock")
    return f"{due.mark}: {counted(decided, 'decision')} to look at"
