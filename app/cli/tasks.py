"""`qm tasks`: what went wrong after a commitment and is yours to do: what happened, what is undone, the steps, a ready-made letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, SURFACE, AsOf, DryRun, known_on, price
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError

if TYPE_CHECKING:
    from memory.domain.money import Money
    from memory.domain.remediation import TaskOutcome
    from memory.views.remediations import TaskCard

app = group("What went wrong after a commitment: what happened, what is undone, what to do now.")
TaskId = Annotated[str, typer.Argument(metavar="TASK")]


@app.command("list", cls=Command)
def list_tasks(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_of: AsOf = "",
) -> Reply:
    """List what waits for you, what is due first on top."""
    from memory.views.remediations import closed_tasks, open_tasks

    with opened(ctx) as office, known_on(office, as_of) as (database, _):
        found = open_tasks(database) + (closed_tasks(database) if everything else ())
    rows = [(c.task.task_id, c.outcome or c.status, c.task.severity, c.task.title, c.task.deadline) for c in found]
    table = Table(("task", "status", "weight", "what", "due (UTC)"), rows, empty="Nothing went wrong that waits for you.")
    return Reply({"tasks": [_short(card) for card in found]}, (table,))


@app.command("show", cls=Command)
def show_task(ctx: typer.Context, task_id: TaskId) -> Reply:
    """Show one task: what happened, what is undone already, what to do now, and the letter."""
    from memory.views.remediations import task_card

    with opened(ctx) as office:
        card = task_card(office.database, task_id)
    task, letter = card.task, card.task.letter
    parts: list[str | Table] = [
        f"{task.task_id}  {card.outcome or card.status}  {task.severity.value}  {task.title}",
        f"Case {task.case_id}, due {task.deadline:%Y-%m-%d}" + (f", waits for {task.awaits}" if task.awaits else ""),
        f"What happened: {task.happened}",
        "Undone already:",
        *(f"  - {line}" for line in card.undone or ("nothing",)),
        "Do now:",
        *(f"  {number}. {step}" for number, step in enumerate(task.steps, start=1)),
    ]
    if letter is not None:
        fate = f" ({card.letter_is})" if card.letter_is else ""
        to = letter.contact_id or f"{card.vendor_name}: no contact is registered"
        parts += ["", f"The letter{fate}, to {to}", f"Subject: {letter.subject}", "", letter.body]
    if card.closed_at is not None:
        parts.append(f"Closed {card.closed_at:%Y-%m-%d %H:%M} UTC by {card.closed_by}{f': {card.note}' if card.note else ''}")
    return Reply({"task": _whole(card)}, tuple(parts))


@app.command("send", cls=Command)
def send_letter(ctx: typer.Context, task_id: TaskId, dry_run: DryRun = False) -> Reply:
    """Send the task's letter exactly as it is shown; that is your approval of this mail, and of nothing else."""
    with opened(ctx, dry_run=dry_run) as office:
        mail = office.tasks.send_letter(task_id, by=OPERATOR, surface=SURFACE)
    body = {"task": task_id, "did": "send", "contact_id": mail.contact_id, "subject": mail.subject}
    return Reply(body, (f"On its way to {mail.contact_id}: {mail.subject}", f"The task stays open: qm tasks done {task_id}"))


@app.command("done", cls=Command)
def close_task(
    ctx: typer.Context,
    task_id: TaskId,
    refunded: Annotated[str, typer.Option("--refunded", metavar="AMOUNT", help='This much came back, for example "678.30 EUR".')] = "",
    not_paid: Annotated[bool, typer.Option("--not-paid", help="The payment never left, and will not.")] = False,
    note: Annotated[str, typer.Option("--note", help="What was agreed or done; kept in the ledger.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Close a task: done, refunded, or not paid after all."""
    outcome, amount = _outcome(refunded, not_paid=not_paid)
    with opened(ctx, dry_run=dry_run) as office:
        task = office.tasks.close(task_id, outcome=outcome, amount=amount, note=note, by=OPERATOR, surface=SURFACE)
    told = f"{task_id} is closed: {f'{amount} came back' if amount else outcome.value.replace('_', ' ')}."
    body = {"task": task_id, "case": task.case_id, "did": "done", "outcome": outcome, "amount": amount}
    return Reply(jsonable(body), (told, f"What follows: qm cases show {task.case_id}"))


def _outcome(refunded: str, *, not_paid: bool) -> tuple[TaskOutcome, Money | None]:
    from memory.domain.remediation import TaskOutcome

    if refunded and not_paid:
        raise InputError("--refunded and --not-paid say different things", hint="give one of them")
    if not refunded:
        return (TaskOutcome.NOT_PAID if not_paid else TaskOutcome.DONE), None
    return TaskOutcome.REFUNDED, price(refunded, "--refunded").money


def _short(card: TaskCard) -> dict[str, object]:
    task = card.task
    short = {
        "task_id": task.task_id,
        "case_id": task.case_id,
        "status": card.status,
        "outcome": card.outcome,
        "trouble": task.trouble,
        "severity": task.severity,
        "title": task.title,
        "vendor_id": task.vendor_id,
        "deadline": task.deadline,
        "awaits": task.awaits,
    }
    return dict(jsonable(short))


def _whole(card: TaskCard) -> dict[str, object]:
    task = card.task
    more = {
        "happened": task.happened,
        "undone": card.undone,
        "steps": task.steps,
        "letter": task.letter,
        "letter_is": card.letter_is,
        "opened_at": card.opened_at,
        "closed_at": card.closed_at,
        "closed_by": card.closed_by,
        "note": card.note,
    }
    return {**_short(card), **dict(jsonable(more))}
