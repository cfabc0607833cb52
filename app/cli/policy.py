"""`qm policy`: what is in force, what a draft says, what it would have changed, and its adoption."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, existing, group, home_of, opened
from app.cli.options import OPERATOR, DryRun, Reason, file_text
from app.cli.output import Reply, Table, jsonable
from memory.domain.words import counted

if TYPE_CHECKING:
    from graphs.policy.document import Policy

app = group("Policy: versioned rules; a file changes nothing until it is adopted.")
PolicyFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The home's policy.yaml if left out.")]


@app.command("show", cls=Command)
def show_policy(ctx: typer.Context, text: Annotated[bool, typer.Option("--text", help="As its owner wrote it.")] = False) -> Reply:
    """Show the policy in force."""
    from memory.views.health import policy_wishes

    with opened(ctx) as office:
        policy, adopted, wishes = office.policies.current(), office.policies.adopted(), policy_wishes(office.database)
    assert adopted is not None
    rows = [(rule.id, rule.kind, rule.says) for rule in policy.rules]
    parts: tuple[str | Table, ...] = (
        f"Policy {policy.version}, adopted by {adopted.by}{f': {adopted.reason}' if adopted.reason else ''}",
        Table(("rule", "kind", "says"), rows),
        f"Goes without asking: {', '.join(sorted(stage.value for stage in policy.without_asking)) or 'nothing'}; otherwise: {policy.default.value}",
        *(f"Asked for and not adopted: {wish.instruction} → {wish.suggestion}" for wish in wishes),
    )
    body = {**_body(policy), "adopted_by": adopted.by, "reason": adopted.reason, "text": policy.text, "proposals": jsonable(wishes)}
    return Reply(body, (policy.text,) if text else parts)


@app.command("check", cls=Command)
def check_policy(ctx: typer.Context, file: PolicyFile = None) -> Reply:
    """Read a draft, run its own examples, and say what differs from the policy in force."""
    from app.home import Home
    from graphs.policy.changes import diff

    policy = _load(ctx, file)
    changes: tuple[str, ...] | None = None
    if Home(home_of(ctx)).exists:
        with opened(ctx) as office:
            changes = diff(office.policies.current(), policy) if office.policies.adopted() else None
    told = [
        f"{policy.source} is a sound policy: {counted(len(policy.rules), 'rule')}; {counted(len(policy.examples), 'example')} tried, all as expected."
    ]
    if changes is not None:
        told += [f"  {line}" for line in changes] or ["It says the same as the policy in force."]
    return Reply({**_body(policy), "file": policy.source, "differs": None if changes is None else list(changes)}, tuple(told))


@app.command("backtest", cls=Command)
def backtest_policy(ctx: typer.Context, file: PolicyFile = None) -> Reply:
    """Say which past decisions a draft would have made otherwise."""
    from graphs.policy.backtest import backtest
    from graphs.policy_history import past_decisions

    policy = _load(ctx, file)
    with opened(ctx) as office:
        past = past_decisions(office.database, office.evidence)
    found = backtest(policy, past.judged)
    rows = [
        (c.case_id, c.stage, c.before, c.after, "; ".join(o.says for o in (c.reasons_after if c.stricter else c.reasons_before)))
        for c in found.changed
    ]
    notes = (
        (f"Left out: {counted(past.without_facts, 'older decision')}, made before their facts were kept.",) if past.without_facts else ()
    )
    parts = (found.in_words, Table(("case", "stage", "was", "would be", "because"), rows, empty="No past decision would have differed."))
    return Reply({"file": policy.source, **jsonable(found), "without_facts": past.without_facts, "in_words": found.in_words}, parts, notes)


@app.command("adopt", cls=Command)
def adopt_policy(ctx: typer.Context, file: PolicyFile = None, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Put a policy into force; the text is kept in the ledger's evidence."""
    from tools.atomic_file import write_atomically

    policy = _load(ctx, file)
    with opened(ctx, dry_run=dry_run) as office:
        before = office.policies.adopted()
        adopted = office.policies.adopt(policy.text, source=policy.source, by=OPERATOR, reason=reason)
        if not dry_run and office.home.policy.read_text(encoding="utf-8") != policy.text:
            write_atomically(office.home.policy, policy.text.encode())
    was = before.policy_version if before else None
    return Reply({**_body(adopted), "was": was}, (f"Policy {adopted.version} is in force{f'; it was {was}' if was else ''}.",))


def _load(ctx: typer.Context, file: Path | None) -> Policy:
    from graphs.policy.document import Policy

    path = file if file is not None else existing(ctx).policy
    return Policy.load(file_text(path, "policy"), source=path.name)


def _body(policy: Policy) -> dict[str, object]:
    return {
        "policy_version": policy.version,
        "default": policy.default.value,
        "without_asking": sorted(stage.value for stage in policy.without_asking),
        "rules": [jsonable(rule) for rule in policy.rules],
    }
