"""`qm approvals`: the gate. An answer is bound to the digest of one exact action; stale and expired ones are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.asking import ask
from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, SURFACE, AsOf, DryRun, Reason, known_on
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError, StaleError

if TYPE_CHECKING:
    from graphs.service import Decided
    from memory.domain.approval import Decision
    from memory.views.approvals import ApprovalCard

app = group("What waits for your yes: the exact action, its evidence, its risks.")
#: As many characters of a digest as the tables show.
_SHORT = 12
ApprovalId = Annotated[str, typer.Argument(metavar="APPROVAL")]
Digest = Annotated[str, typer.Option("--digest", help="Answer only if the action still has this digest.")]


@app.command("list", cls=Command)
def list_approvals(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    as_of: AsOf = "",
) -> Reply:
    """List what waits for an answer, the one that expires first on top."""
    from memory.views.approvals import decided_approvals, open_approvals
    from memory.views.duties import reminders

    with opened(ctx) as office, known_on(office, as_of) as (database, _):
        found = open_approvals(database) + (decided_approvals(database) if everything else ())
        reminded = reminders(database)
    said = {c.approval.approval_id: reminded.get(c.approval.approval_id) for c in found}
    rows = [
        (
            *(c.approval.approval_id, c.status, c.approval.action.title, c.approval.action.total, c.approval.expires_at),
            reminder.says if (reminder := said[c.approval.approval_id]) else "",
        )
        for c in found
    ]
    table = Table(("approval", "status", "what", "total", "no after (UTC)", "called to mind"), rows, empty="Nothing waits for you.")
    return Reply({"approvals": [{**_short(c), "reminded": jsonable(said[c.approval.approval_id])} for c in found]}, (table,))


@app.command("show", cls=Command)
def show_approval(ctx: typer.Context, approval_id: ApprovalId) -> Reply:
    """Show one approval: what would happen, what it rests on, what speaks against it."""
    from memory.views.approvals import approval_card, effect_lines

    with opened(ctx) as office:
        card = approval_card(office.database, approval_id)
    asked = card.approval
    effects = [effect_lines(effect) for effect in asked.action.effects]
    facts = [(e.heading, label, value) for e in effects for label, value in (*e.facts, ("Can it be undone", e.reversal))]
    claims = [(claim.text, claim.evidence[0].origin.value, claim.evidence[0].digest[:12]) for claim in asked.evidence if claim.evidence]
    parts: tuple[str | Table, ...] = (
        f"{asked.approval_id}  {card.status.value}  {asked.action.title}",
        *(f"  {line}" for line in asked.action.consequences),
        f"Unanswered it is a no on {asked.expires_at:%Y-%m-%d %H:%M} UTC. Policy {asked.policy_version}.",
        *(("Why you are asked", *(f"  {rule}" for rule in asked.rules)) if asked.rules else ()),
        Table(("claim", "from", "evidence"), claims, title="It rests on", empty="No evidence."),
        Table(("weight", "risk"), [(r.severity, r.text) for r in card.risks], title="Risks", empty="No risks were found."),
        Table(("effect", "field", "value"), facts, title="Exactly this"),
        f"Digest {asked.action.digest}",
    )
    return Reply({**_short(card), "approval": jsonable(asked), "effects": jsonable(effects)}, parts)


@app.command("approve", cls=Command)
def approve(ctx: typer.Context, approval_id: ApprovalId, digest: Digest = "", reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Say yes to exactly this action."""
    from memory.domain.approval import Approve

    return _decide(ctx, approval_id, digest, dry_run, lambda d: Approve(approval_id=approval_id, digest=d, by=OPERATOR, reason=reason))


@app.command("edit", cls=Command)
def edit(
    ctx: typer.Context,
    approval_id: ApprovalId,
    pay_on: Annotated[str, typer.Option("--pay-on", metavar="DATE", help="Execute the payment on this day.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="The payment's reference.")] = "",
    note: Annotated[str, typer.Option("--note", help="A note with the order.")] = "",
    digest: Digest = "",
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say yes with changes: the edited action gets a digest of its own and is judged by policy again."""
    from pydantic import ValidationError

    from memory.domain.approval import Edit, Edits

    try:
        edits = Edits(execute_on=pay_on or None, remittance=reference or None, order_note=note or None)
    except ValidationError as error:
        wrong = {"execute_on": "--pay-on", "remittance": "--reference", "order_note": "--note"}[str(error.errors()[0]["loc"][0])]
        raise InputError(
            f"{wrong} cannot be used: {error.errors()[0]['msg']}", hint="a date like 2026-12-01; a reference of at most 140 characters"
        ) from None
    return _decide(
        ctx, approval_id, digest, dry_run, lambda d: Edit(approval_id=approval_id, digest=d, by=OPERATOR, edits=edits, reason=reason)
    )


@app.command("reject", cls=Command)
def reject(ctx: typer.Context, approval_id: ApprovalId, reason: Reason = "", digest: Digest = "", dry_run: DryRun = False) -> Reply:
    """Say no, and why."""
    from memory.domain.approval import Reject

    why = reason.strip() or ask("Why not", option='--reason "why not"')
    if not why:
        raise InputError("a no needs its reason", hint='--reason "why not"')
    return _decide(ctx, approval_id, digest, dry_run, lambda d: Reject(approval_id=approval_id, digest=d, by=OPERATOR, reason=why))


def _decide(ctx: typer.Context, approval_id: str, digest: str, dry_run: bool, answer: Callable[[str], Decision]) -> Reply:
    with opened(ctx, dry_run=dry_run) as office:
        current = office.service.approval(approval_id).action.digest
        decided = office.service.decide(answer(_meant(digest, current)), surface=SURFACE)
    return _told(decided)


def _meant(digest: str, current: str) -> str:
    """Return the digest that is answered: what is asked now, unless `digest` (12 characters are enough) says something else."""
    given = digest.lower().rstrip("…")
    if not given or (len(given) >= _SHORT and current.startswith(given)):
        return current
    raise StaleError("this approval asks for something else by now", hint="look again: qm approvals show APPROVAL")


def _told(decided: Decided) -> Reply:
    body = {"approval": decided.approval_id, "case": decided.case_id, "status": decided.status.value, "title": decided.title}
    return Reply(body, (f"{decided.approval_id} is {decided.status.value}: {decided.title}", f"Follow it: qm cases show {decided.case_id}"))


def _short(card: ApprovalCard) -> dict[str, object]:
    asked = card.approval
    short = {
        "approval_id": asked.approval_id,
        "case_id": asked.case_id,
        "status": card.status,
        "title": asked.action.title,
        "vendor_id": asked.action.vendor_id,
        "total": asked.action.total,
        "digest": asked.action.digest,
        "requested_at": asked.requested_at,
        "expires_at": asked.expires_at,
        "risks": len(asked.risks),
        "decided_by": card.decided_by,
        "reason": card.reason,
    }
    return dict(jsonable(short))
