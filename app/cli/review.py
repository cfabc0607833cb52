"""`qm review`: the weekly ten minutes with a sample of automatic decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.asking import ask, at_terminal
from app.cli.frame import Command, opened, wants_json
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, say
from memory.domain.errors import InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from graphs.weekly_review import AutomaticDecision, ReviewDesk, WeeklyReview

_KEYS = {"r": "right", "w": "wrong", "u": "unsure", "right": "right", "wrong": "wrong", "unsure": "unsure"}


def review(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="[DECISION]", help="Record what you think of this decision.")] = "",
    verdict: Annotated[str, typer.Option("--verdict", help="right, wrong or unsure.")] = "",
    note: Annotated[str, typer.Option("--note", help="What should have happened.")] = "",
    size: Annotated[int, typer.Option("--size", min=1, max=50, help="How many decisions to look at.")] = 7,
    dry_run: DryRun = False,
) -> Reply:
    """Look at a small sample of what was decided without you since the last review."""
    from graphs.weekly_review import ReviewDesk

    if bool(event_id) != bool(verdict):
        raise InputError("a decision and a verdict belong together", hint="qm review DECISION --verdict right|wrong|unsure")
    with opened(ctx, dry_run=dry_run and bool(event_id)) as office:
        desk = ReviewDesk(office.database, office.unit_of_work)
        if event_id:
            decision = desk.record(event_id, verdict, note=note)
            return Reply({"reviewed": jsonable(decision), "verdict": verdict, "note": note}, (f"{event_id} reviewed as {verdict}.",))
        weekly = desk.weekly(size=size)
        if weekly.sample and at_terminal() and not wants_json(ctx) and not dry_run:
            return _asked(desk, weekly)
    return Reply(jsonable(weekly), _told(weekly))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("review", cls=Command)(review)


def _asked(desk: ReviewDesk, weekly: WeeklyReview) -> Reply:
    verdicts: dict[str, str] = {}
    say(f"{len(weekly.sample)} of {counted(weekly.decided, 'decision')} made without you.")
    for decision in weekly.sample:
        say(f"\n{decision.case_id}  {decision.actor}: {decision.sentence}")
        verdict = _opinion(decision)
        if not verdict:
            break
        note = ask("What should have happened", option="--note") if verdict == "wrong" else ""
        desk.record(decision.event_id, verdict, note=note)
        verdicts[decision.event_id] = verdict
    wrong = sum(v == "wrong" for v in verdicts.values())
    return Reply({"reviewed": verdicts}, (f"{counted(len(verdicts), 'decision')} reviewed, {wrong} called wrong.",))


def _opinion(decision: AutomaticDecision) -> str:
    while True:
        answer = ask(f"{decision.event_id}: [r]ight, [w]rong, [u]nsure, [q]uit", option="--verdict").lower()
        if answer in {"q", "quit"}:
            return ""
        if answer in _KEYS:
            return _KEYS[answer]


def _told(weekly: WeeklyReview) -> tuple[str | Table, ...]:
    since = f"since {weekly.since:%Y-%m-%d}" if weekly.since else "so far"
    rows = [(d.event_id, d.case_id, d.actor, d.sentence) for d in weekly.sample]
    debt = ", ".join(f"{count} {kind}" for kind, count in weekly.debt.items())
    return (
        f"Decided without you {since}: {counted(weekly.decided, 'decision')}; reviewed before: {weekly.reviewed}.",
        Table(("decision", "case", "by", "what"), rows, empty="Nothing to review."),
        *((f"Called wrong so far: {debt}.",) if debt else ()),
        *(("Say what you think: qm review DECISION --verdict right|wrong|unsure",) if rows else ()),
    )
