"""What the clock brought, in the operator's words: the sentences of `memory.narration` for the facts of duties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from memory.domain.events import duties as d
from memory.domain.words import counted, one_line, with_hint

Namer = Callable[[str], str]


def _reminded(e: d.ApprovalReminded, _v: Namer) -> str:
    return f"Still waiting for your yes or no: {one_line(e.title)}; unanswered it is a no on {e.expires_at:%Y-%m-%d %H:%M} UTC"


def _renewal(e: d.RenewalDue, v: Namer) -> str:
    return f"{v(e.vendor_id)}: {_left(e)}{_passed(e.passed_over)}"


def _left(e: d.RenewalDue) -> str:
    if e.days_left < 0:
        return f"the last day to act, {e.decide_by}, went by {counted(-e.days_left, 'day')} ago"
    return f"{counted(e.days_left, 'day')} left to decide on the renewal, until {e.decide_by}"


def _passed(steps: Sequence[int]) -> str:
    if not steps:
        return ""
    return f" (the {'reminder' if len(steps) == 1 else 'reminders'} {', '.join(str(s) for s in steps)} days before had gone by)"


def _promised(e: d.RenewalReminded, v: Namer) -> str:
    return f"You wanted to hear of the renewal of {v(e.vendor_id)} on {e.remind_on}; the last day to act is {e.decide_by}"


def _verified(e: d.LedgerVerified, _v: Namer) -> str:
    return f"Nightly check: the {'whole ledger' if e.whole else 'ledger since the last anchor'} verifies, {counted(e.events, 'event')}"


def _broken(e: d.LedgerBroken, _v: Namer) -> str:
    return f"Nightly check: the ledger is broken at {one_line(e.stream, 80)} version {e.at_version}: {e.problem}; effects are stopped"


def _failed(e: d.DutyFailed, _v: Namer) -> str:
    again = f" ({e.attempt} times)" if e.attempt > 1 else ""
    return f"The duty {e.duty} could not be done{again}: {with_hint(one_line(e.message), one_line(e.hint))}"


SENTENCES: dict[type, Callable[[Any, Namer], str]] = {
    d.ApprovalReminded: _reminded,
    d.RenewalDue: _renewal,
    d.RenewalReminded: _promised,
    d.ReviewDue: lambda e, _v: f"The weekly review {e.week} is due: {counted(e.decisions, 'decision')} made without you",
    d.LedgerVerified: _verified,
    d.LedgerBroken: _broken,
    d.StatementRefused: lambda e, _v: f"{one_line(e.filename, 60)} was refused as a bank statement: {one_line(e.reason, 200)}",
    d.StatementQuestioned: lambda e, _v: (
        f"Look at the statement {one_line(e.filename, 60)}: {'; '.join(one_line(c) for c in e.contradictions)}"
    ),
    d.DutyFailed: _failed,
}
