"""Recurring charges in the operator's words: the sentences of `memory.narration` for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memory.domain.events import charges as c
from memory.domain.words import counted, one_line

Namer = Callable[[str], str]


def _observed(e: c.ChargeObserved, _v: Namer) -> str:
    known = f", {e.already_known} known already" if e.already_known else ""
    return f"{one_line(e.filename, 60)} read for charges: {len(e.charges):,} new{known}, {e.first_day} to {e.last_day}"


def _found(e: c.SeriesFound, _v: Namer) -> str:
    s = e.series
    return f"{one_line(s.name, 80)} charges {s.amount} {s.cadence.says}, {counted(len(s.charge_ids), 'time')} so far"


def _confirmed(e: c.SeriesConfirmed, v: Namer) -> str:
    whose = f", of {v(e.vendor_id)}" if e.vendor_id else ""
    return f"You know the recurring charge {one_line(e.series_id, 80)}{whose}{f': {one_line(e.note, 200)}' if e.note else ''}"


def _ended(e: c.SeriesEnded, _v: Namer) -> str:
    why = f": {one_line(e.reason, 200)}" if e.reason else ""
    return f"The recurring charge {one_line(e.series_id, 80)} ended on {e.ended_on}{why}"


def _watched(e: c.SubscriptionWatched, _v: Namer) -> str:
    s = e.subscription
    how = f" {s.cadence.says}" if s.cadence else " once"
    return f"{one_line(s.name, 80)} is {'watched' if s.active else 'kept as over'}: {s.price}{how}"


SENTENCES: dict[type, Callable[[Any, Namer], str]] = {
    c.ChargeObserved: _observed,
    c.SeriesFound: _found,
    c.ChargeFlagged: lambda e, _v: f"{one_line(e.flag.name, 80)}: {one_line(e.flag.why, 400)}",
    c.SeriesConfirmed: _confirmed,
    c.SeriesIgnored: lambda e, _v: (
        f"The recurring charge {one_line(e.series_id, 80)} is shown no more{f': {one_line(e.reason, 200)}' if e.reason else ''}"
    ),
    c.SeriesEnded: _ended,
    c.SubscriptionWatched: _watched,
}
