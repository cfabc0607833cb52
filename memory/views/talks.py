"""What earlier negotiations taught: counted from the offers of talks that were concluded before a case began.

Only those: so a case decides by the same record however long it runs, and again when it is replayed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.quote import Terms
from memory.domain.talks import TalkRecord
from memory.domain.worth import comparable_total
from memory.projections.offers import negotiations, offers
from memory.schema import events
from memory.views.vendor_merges import merges_in

_OF_VENDOR, _OF_CATEGORY = 20, 40
_ENOUGH = 3
"""So many talks of a category say something of a vendor that we never talked to; they count for half."""
_STILL_BP, _LATE_SHARE = 150, 0.6
_QUARTER_END_DAYS = 21
_COUNTED = ("agreed", "final_quote", "walked_away")


@dataclass(frozen=True)
class _Talk:
    totals: tuple[int, ...]
    hours: tuple[float, ...]
    ended_on: date

    @property
    def ended_bp(self) -> int:
        return min(self.totals) * 10_000 // max(self.totals[0], 1)


def talk_record(database: sa.Engine, case_id: str, vendor_id: str, category: str) -> TalkRecord | None:
    """Return what earlier talks with a vendor taught, with all that was merged into it by then, else those of its category; None where there were none."""
    with reading(database) as connection:
        began = connection.scalar(sa.select(sa.func.min(events.c.seq)).where(events.c.stream == case_id))
        ids = merges_in(connection, before_seq=began or 0).ids(vendor_id)
        own = _talks(connection, negotiations.c.vendor_id.in_(ids), began, _OF_VENDOR)
        if own:
            return _record(own, len(own), f"{len(own)} with this vendor")
        alike = _talks(connection, negotiations.c.category == category, began, _OF_CATEGORY) if category else []
    return _record(alike, len(alike) // 2, f"{len(alike)} with vendors of {category}") if len(alike) >= _ENOUGH else None


def _talks(connection: sa.Connection, whose: sa.ColumnElement[bool], before: int | None, most: int) -> list[_Talk]:
    told = sa.and_(whose, negotiations.c.outcome.in_(_COUNTED), negotiations.c.rounds > 0, negotiations.c.seq < (before or 0))
    ended = connection.execute(sa.select(negotiations).where(told).order_by(negotiations.c.seq.desc()).limit(most)).all()
    if not ended:
        return []
    made = connection.execute(sa.select(offers).where(offers.c.case_id.in_([row.case_id for row in ended])).order_by(offers.c.seq)).all()
    found = (_talk(row, [o for o in made if (o.case_id, o.vendor_id) == (row.case_id, row.vendor_id)]) for row in ended)
    return [talk for talk in found if talk is not None]


def _talk(ended: Any, made: Sequence[Any]) -> _Talk | None:
    theirs = [row for row in made if row.side == "vendor"]
    if len(theirs) < 2 or len({row.currency for row in theirs}) > 1:  # one offer alone shows no concession
        return None
    totals = tuple(comparable_total(Terms.model_validate(json.loads(row.terms))).amount_minor for row in theirs)
    answers = [(a, b) for a, b in pairwise(made) if a.side == "us" and b.side == "vendor"]
    hours = tuple((datetime.fromisoformat(b.at) - datetime.fromisoformat(a.at)).total_seconds() / 3600 for a, b in answers)
    return _Talk(totals, hours, datetime.fromisoformat(ended.at).date())


def _record(talks: Sequence[_Talk], weight: int, about: str) -> TalkRecord:
    ended = [talk.ended_bp for talk in talks]
    steps = [max(a - b, 0) * 10_000 // max(talk.totals[0], 1) for talk in talks for a, b in pairwise(talk.totals)]
    hours = [hour for talk in talks for hour in talk.hours]
    manners = Counter(_manner(talk.totals) for talk in talks)
    return TalkRecord(
        talks=weight,
        ended_bp=round(fmean(ended)),
        spread_bp=round(pstdev(ended)),
        step_bp=round(fmean(steps)),
        quarter_end_bp=_at_quarter_ends(talks),
        answer_hours=round(fmean(hours)) if hours else None,
        manners=dict(sorted(manners.items())),
        about=about,
    )


def _at_quarter_ends(talks: Sequence[_Talk]) -> int:
    """Return how much lower talks ended near a quarter's end; 0 unless there are two of each to compare."""
    late = [talk.ended_bp for talk in talks if _days_left(talk.ended_on) <= _QUARTER_END_DAYS]
    other = [talk.ended_bp for talk in talks if _days_left(talk.ended_on) > _QUARTER_END_DAYS]
    return round(fmean(other) - fmean(late)) if min(len(late), len(other)) >= 2 else 0


def _days_left(day: date) -> int:
    quarter = (day.month - 1) // 3
    return (date(day.year + (quarter == 3), 1 + (quarter + 1) % 4 * 3, 1) - day).days


def _manner(totals: Sequence[int]) -> str:
    """Return which way of conceding a row of offers looks most like, by the engine's names."""
    steps = [a - b for a, b in pairwise(totals)]
    given = totals[0] - totals[-1]
    if given * 10_000 < totals[0] * _STILL_BP:
        return "stubborn"
    if min(steps) < 0:
        return "erratic"
    return "dropper" if len(steps) > 1 and steps[-1] > given * _LATE_SHARE else "timed"
