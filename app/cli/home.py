"""`qm init`, `doctor`, `backup`, `demo`, `up`, `worker` and `dispatcher`: a home, and what runs on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.asking import ask, at_terminal
from app.cli.frame import Command, existing, home_of, opened, wants_json
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, say, would_write
from memory.domain.errors import AnswerNeededError, ConflictError, InputError, IntegrityError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.founding import Founder
    from app.home import Home

_WORKING = "The worker is running; Ctrl-C stops it. Nothing leaves without a dispatcher: qm dispatcher"
_DISPATCHING = "The dispatcher is running; Ctrl-C stops it."
ProcessName = Annotated[str, typer.Option("--name", metavar="NAME", help="This process's own name, where several do the same.")]
_MARKS = {"good": "ok", "warning": "note", "bad": "BAD"}
_BASIS_POINTS = 100


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("init", cls=Command)(init)
    app.command("doctor", cls=Command)(doctor)
    app.command("backup", cls=Command)(backup)
    app.command("demo", cls=Command)(demo)
    app.command("up", cls=Command)(up)
    app.command("worker", cls=Command)(worker)
    app.command("dispatcher", cls=Command)(dispatcher)


def init(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="Your name; it stands on signatures and letters.")] = "",
    email: Annotated[str, typer.Option("--email", help="Your e-mail address.")] = "",
    company: Annotated[str, typer.Option("--company", help="Your company's name.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="The currency you keep books in.")] = "EUR",
    tax_rate: Annotated[str, typer.Option("--tax-rate", metavar="PERCENT", help="Your VAT rate, for all-in totals.")] = "19",
    iban: Annotated[str, typer.Option("--iban", help="The account you pay from.")] = "",
    bic: Annotated[str, typer.Option("--bic")] = "",
    country: Annotated[
        str, typer.Option("--country", help="Whose public holidays are no working days (DE); that of the IBAN if left out.")
    ] = "",
    region: Annotated[str, typer.Option("--region", help="The part of the country, where its holidays differ (BY).")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is given, and defaults for the rest.")] = False,
    dry_run: DryRun = False,
) -> Reply:
    """Make a home: settings, policy, vault, signing identity, ledger."""
    from app.founding import Founder, found_home
    from app.home import Home

    root = home_of(ctx)
    founder = Founder(name, email, company, currency.upper(), _basis_points(tax_rate), iban, bic, country.upper(), region.upper())
    if Home(root).exists and iban:
        return _own_account(root, founder, dry_run=dry_run)
    if not yes and not (name and email):
        founder = _interview(founder, tax_rate)
    founder = replace(founder, name=founder.name or "Operator", email=founder.email or "operator@localhost.invalid")
    founder.signatory()
    founder.account()
    if dry_run:
        if Home(root).exists:
            raise ConflictError(f"there is a home at {root} already", hint="use it as it is, or make another: qm init --home DIR")
        return would_write(f"a home to {root}: config.toml, policy.yaml, vault.json, keys, the ledger", home=str(root))
    home = found_home(root, founder)
    lines = (f"Your home is {home.root}.", *_next_steps(home, founder))
    return Reply({"home": str(home.root), "operator": founder.name, "email": founder.email, "currency": founder.currency}, lines)


def doctor(
    ctx: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Rebuild projections that are not what the ledger says.")] = False,
) -> Reply:
    """Check everything, and name the mend for what is wrong."""
    from app.checkup import State, check_up

    if mend:
        _rebuild(ctx)
    checks = check_up(home_of(ctx))
    wrong = [check for check in checks if check.state is State.BAD]
    rows = [(_MARKS[check.state.value], check.name, check.says, check.mend) for check in checks]
    problem = IntegrityError("; ".join(f"{c.name}: {c.says}" for c in wrong), hint=wrong[0].mend) if wrong else None
    return Reply({"ok": not wrong, "checks": jsonable(checks)}, (Table(("", "what", "finding", "mend"), rows),), (), problem)


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file, for example backup.tar.gz.")],
    with_key: Annotated[bool, typer.Option("--with-key", help="Put the vault's key in too; then guard the file like the key.")] = False,
    dry_run: DryRun = False,
) -> Reply:
    """Copy everything into one new file, consistently, also while the worker runs."""
    from app.backup import back_up

    with opened(ctx) as office:
        if file.exists():
            raise ConflictError(f"{file} exists already", hint="choose another name; a backup never overwrites")
        if dry_run:
            return would_write(f"a copy of {office.home.root} to {file}")
        done = back_up(office.home, office.settings, file, now=office.clock.now(), with_key=with_key)
    notes = () if with_key else (f"The vault's key is not in it. Keep a copy of {office.home.key} elsewhere.",)
    told = f"{done.file}: {counted(done.bytes, 'byte')}, {counted(done.events, 'event')}, ledger head {done.ledger_head[:12]}…"
    return Reply(jsonable(done), (told, "RESTORE.txt in it says how to restore."), notes)


def demo(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Approve without asking, and say so; also without a terminal.")] = False,
) -> Reply:
    """Run one purchase, end to end, with simulated vendors behind real mail servers. No key, no network."""
    from rich.console import Console

    from app.demo import run_demo
    from app.demo_voice import TerminalVoice, payee_in

    root = demo_home(ctx)
    # Without a terminal nobody can answer, so the demo goes on as with --yes; people follow it on stderr, programs read stdout.
    console = Console(stderr=wants_json(ctx), highlight=False)
    voice = TerminalVoice(console, yes=yes, alone=not yes and not at_terminal(), payee=payee_in(root))
    result = run_demo(root, voice)
    if not wants_json(ctx):
        voice.summary(result, root)
    ended = (
        None
        if result.status == "done"
        else ConflictError(f"nothing was bought: {result.reason}", hint=f"qm cases show {result.case} --home {root}")
    )
    return Reply(result.as_json(), problem=ended)


def demo_home(ctx: typer.Context) -> Path:
    """Return the folder of the demo: the one that is named, else one beside the real home's default, never that itself."""
    from platformdirs import user_data_path

    root = home_of(ctx)
    return root.with_name(f"{root.name}-demo") if root == user_data_path("quartermaster") else root


def up(
    ctx: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=1024, max=65535, help="The dashboard's port; the home's setting if left out.")
    ] = None,
) -> Reply:
    """Start the dashboard, the worker and the dispatcher, on this machine only; Ctrl-C stops them all."""
    from app.upstairs import run_up

    url = run_up(existing(ctx).root, port, lambda url: _tell_running(ctx, url))
    return Reply({"url": url, "stopped": True}, ("Stopped.",))


def worker(
    ctx: typer.Context,
    name: ProcessName = "",
    edge: Annotated[bool, typer.Option("--edge", help="Take transient tasks only: finding vendors, reading contracts.")] = False,
) -> Reply:
    """Run a worker until it is stopped: cases, mail, duties. It holds no credential; a dispatcher must run too."""
    from app.upstairs import run_role

    role = "edge" if edge else "worker"
    run_role(existing(ctx).root, role, lambda: say(f"The {role} worker is running; Ctrl-C stops it." if edge else _WORKING), given=name)
    return Reply({"stopped": True}, ("Stopped.",))


def dispatcher(
    ctx: typer.Context,
    name: ProcessName = "",
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> Reply:
    """Run the dispatcher until it is stopped: it alone opens the vault, sends, signs, pays, and fetches mail."""
    from app.children import end_with_parent
    from app.upstairs import run_role

    if with_parent:
        end_with_parent()
    # A child says nothing when all is well: its parent speaks.
    run_role(existing(ctx).root, "dispatcher", lambda: None if with_parent else say(_DISPATCHING), given=name)
    return Reply({"stopped": True}, () if with_parent else ("Stopped.",))


def _tell_running(ctx: typer.Context, url: str) -> None:
    del ctx
    say(f"The dashboard is at {url} (this machine only); worker and dispatcher are running. Ctrl-C stops them all.")


def _own_account(root: Path, founder: Founder, *, dry_run: bool) -> Reply:
    from app.founding import enter_account

    named = replace(founder, name=founder.name or "Operator")
    named.account()
    if dry_run:
        return would_write("account.added to workspace: your own account")
    changed = enter_account(root, named)
    return Reply({"home": str(root), "account": "main", "changed": changed}, ("Your own account is entered.",))


def _interview(founder: Founder, tax_rate: str) -> Founder:
    if not at_terminal():
        missing = "--name" if not founder.name else "--email"
        raise AnswerNeededError(
            f"{missing} is not given and nobody is at a terminal", hint="give --name and --email, or --yes for defaults"
        )
    say("A home for your purchases. Everything can be changed later in config.toml.")
    name = founder.name or ask("Your name", option="--name")
    email = founder.email or ask("Your e-mail address", option="--email")
    company = founder.company or ask("Your company (may be empty)", option="--company")
    currency = ask("Currency you keep books in", option="--currency", default=founder.currency).upper()
    rate = _basis_points(ask("Your VAT rate in percent", option="--tax-rate", default=tax_rate))
    iban = founder.iban or ask("IBAN you pay from (may be empty)", option="--iban")
    return replace(founder, name=name, email=email, company=company, currency=currency, tax_rate_bp=rate, iban=iban)


def _basis_points(percent: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        value = Decimal(percent.strip().removesuffix("%").replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    points = value * _BASIS_POINTS
    if not 0 <= points <= 50 * _BASIS_POINTS or points != int(points):
        raise InputError(f"--tax-rate {percent!r} is not a rate between 0 and 50 percent", hint="write it like 19 or 8.1")
    return int(points)


def _next_steps(home: Home, founder: Founder) -> tuple[str, ...]:
    steps = [f"Mail: fill in [mail] in {home.config}, then: qm vault put mail"]
    if not founder.iban:
        steps.append("Payments: enter the account you pay from: qm init --iban IBAN")
    place = f"{founder.holiday_country}{'-' + founder.region if founder.region else ''}"
    counted_with = f"the public holidays of {place}" if place else "weekends alone, as no country is named"
    steps.append(f"Deadlines are counted with {counted_with}: country and region in {home.config}")
    return (*steps, "Rules: look at what may happen without you: qm policy show", "Check it: qm doctor    Start: qm up")


def _rebuild(ctx: typer.Context) -> None:
    from graphs.replay import replay
    from memory.database import writing
    from memory.projections.base import rebuild

    with opened(ctx) as office:
        wrong = {found.name for found in replay(office.database, office.projections) if not found.equal}
        with writing(office.database) as connection:
            for projection in office.projections:
                if projection.name in wrong:
                    rebuild(connection, projection)
                    say(f"Rebuilt {projection.name} from the ledger.")
