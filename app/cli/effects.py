"""`qm effects`: what leaves the house, and what became of it; `qm stop-effects` and `qm resume-effects`: the hand on the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, DryRun, Reason
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.settling import EffectControl
    from memory.outbox import OutboxRow

app = group("What leaves the house: mails, signatures, payments, dates; and what became of each.")
EffectKey = Annotated[str, typer.Argument(metavar="KEY", help="As qm effects list shows it.")]


@app.command("list", cls=Command)
def list_effects(
    ctx: typer.Context,
    status: Annotated[list[str] | None, typer.Option("--status", help="Only these: queued, delayed, submitted, unknown, …")] = None,
    case_id: Annotated[str, typer.Option("--case", metavar="CASE", help="Only this case's.")] = "",
) -> Reply:
    """List effects, the oldest first, and say whether they are stopped."""
    from memory import outbox
    from memory.database import reading
    from memory.outbox import EffectStatus

    known = {s.value for s in EffectStatus}
    wrong = sorted(set(status or ()) - known)
    if wrong:
        raise InputError(f"--status {', '.join(wrong)} is not known", hint=f"one of {', '.join(sorted(known))}")
    with opened(ctx) as office:
        stop = _control(office).stop()
        with reading(office.database) as connection:
            found = outbox.rows(connection, statuses=tuple(EffectStatus(s) for s in status or ()), case_id=case_id or None)
    rows = [(r.effect_key, r.kind, r.status.value, r.case_id, r.attempts, r.note[:60]) for r in found]
    table = Table(("effect", "kind", "status", "case", "calls", "note"), rows, empty="No effects.")
    told = (f"Effects are STOPPED: {stop.body['reason']}. Let them go: qm resume-effects --reason WHY",) if stop else ()
    return Reply({"stopped": stop.body if stop else None, "effects": [_shown(row) for row in found]}, (*told, table))


@app.command("show", cls=Command)
def show_effect(ctx: typer.Context, effect_key: EffectKey) -> Reply:
    """Show one effect: what exactly leaves, under which permit, and every step it took."""
    from memory import outbox
    from memory.database import reading
    from memory.views.cases import timeline

    with opened(ctx) as office:
        with reading(office.database) as connection:
            row = outbox.read(connection, effect_key)
        steps = [s for s in timeline(office.database, row.case_id) if s.kind.startswith(("effect.", "authorization."))]
    head = f"{row.kind} of {row.case_id}: {row.status.value}, {counted(row.attempts, 'call')}, reference {row.reference}"
    hint = (f"Unknown: qm effects settle {row.effect_key} --happened|--did-not-happen --reason WHY",) if row.status == "unknown" else ()
    body = {"effect": {**_shown(row), "payload": row.payload, "authorization_id": row.authorization_id}}
    table = Table(("when", "who", "what"), [(s.at, s.actor, s.sentence) for s in steps], title="Effects of this case (times in UTC)")
    return Reply(jsonable(body), (head, *((row.note,) if row.note else ()), *hint, table))


@app.command("settle", cls=Command)
def settle_effect(
    ctx: typer.Context,
    effect_key: EffectKey,
    happened: Annotated[
        bool | None, typer.Option("--happened/--did-not-happen", help="What you found out, for example from your bank or the vendor.")
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say what became of an effect whose outcome is unknown. What did not happen goes again, under the same key."""
    if happened is None:
        raise InputError("say what you found out", hint="--happened or --did-not-happen")
    with opened(ctx, dry_run=dry_run) as office:
        now = _control(office).settle(effect_key, happened=happened, by=OPERATOR, reason=reason)
    told = "It is confirmed." if happened else "It goes again under the same key."
    return Reply({"effect": effect_key, "status": now.value}, (told,))


def stop_effects(ctx: typer.Context, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Stop every mail, signature, payment and date at once; what waits keeps its place."""
    with opened(ctx, dry_run=dry_run) as office:
        changed = _control(office).stop_effects(by=OPERATOR, reason=reason)
    told = "Nothing leaves any more." if changed else "Effects were stopped already."
    return Reply({"stopped": True, "changed": changed}, (f"{told} Let them go again: qm resume-effects --reason WHY",))


def resume_effects(ctx: typer.Context, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Let effects leave again after qm stop-effects."""
    with opened(ctx, dry_run=dry_run) as office:
        waiting = _control(office).resume_effects(by=OPERATOR, reason=reason)
    return Reply({"stopped": False, "queued_again": waiting}, (f"Effects may leave again; {counted(waiting, 'effect')} waited.",))


def add_to(app: typer.Typer) -> None:
    """Register the commands that stand alone."""
    app.command("stop-effects", cls=Command)(stop_effects)
    app.command("resume-effects", cls=Command)(resume_effects)


def _control(office: Office) -> EffectControl:
    from graphs.settling import EffectControl

    return EffectControl(office.database, office.unit_of_work, office.ids, sealer=office.sealer, book=office.door_book)


def _shown(row: OutboxRow) -> dict[str, object]:
    names = ("effect_key", "case_id", "kind", "reference", "attempts", "note", "created_at", "updated_at", "holder", "held_until")
    return {"status": row.status.value, **{name: getattr(row, name) for name in names}}
