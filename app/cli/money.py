"""`qm spend`, `qm budget` and `qm statement`: what is committed, paid and left, and what the bank says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, AsOf, DryRun, file_body, known_on, price
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError, RefusedError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.domain.money import Price

budget = group("Budgets: what a category may cost per period.")
statement = group("Bank statements: only a booked line confirms that money moved.")


def add_to(app: typer.Typer) -> None:
    """Register the groups and `qm spend`."""
    app.command("spend", cls=Command)(spend)
    app.add_typer(budget, name="budget")
    app.add_typer(statement, name="statement")


def spend(
    ctx: typer.Context,
    category: Annotated[str, typer.Option("--category", help="Only this category.")] = "",
    as_of: AsOf = "",
) -> Reply:
    """Show what is set aside, committed and paid, and what the budgets have left."""
    from memory.views.spend import budget_lines, payment_entries, spend_entries

    with opened(ctx) as office, known_on(office, as_of) as (database, at):
        entries = spend_entries(database, category=category or None)
        payments = payment_entries(database)
        lines = [line for line in budget_lines(database, at) if not category or line.category == category]
    shown = {e.case_id for e in entries}
    paid = [p for p in payments if not category or p.case_id in shown]
    parts = (
        Table(
            ("when", "case", "what", "category", "amount", "status"),
            [(e.at, e.case_id, e.title, e.category, e.amount, e.status) for e in entries],
            title="Commitments",
            empty="Nothing is committed.",
        ),
        Table(
            ("payment", "case", "payee", "amount", "booked", "status"),
            [(p.end_to_end_id, p.case_id, p.payee_id, p.amount, p.booked_on, p.status) for p in paid],
            title="Payments",
            empty="Nothing was paid.",
        ),
        Table(_BUDGET, [_budget_row(line) for line in lines], title="Budgets", empty="No budget is set."),
    )
    return Reply(jsonable({"commitments": entries, "payments": paid, "budgets": lines}), parts)


@budget.command("list", cls=Command)
def list_budgets(ctx: typer.Context) -> Reply:
    """Show every budget and what is left of it."""
    from memory.views.spend import budget_lines

    with opened(ctx) as office:
        lines = budget_lines(office.database, office.clock.now())
    empty = 'No budget is set. Set one: qm budget set email_marketing "100 EUR/month"'
    return Reply({"budgets": jsonable(lines)}, (Table(_BUDGET, [_budget_row(line) for line in lines], empty=empty),))


@budget.command("set", cls=Command)
def set_budget(
    ctx: typer.Context,
    category: Annotated[str, typer.Argument(help="A category such as email_marketing, software, or all.")],
    amount: Annotated[str, typer.Argument(help='For example "400 EUR/month".')],
    dry_run: DryRun = False,
) -> Reply:
    """Set what a category may cost per period. A limit that your policy sets stands above it."""
    from graphs.interaction.categories import category_named, read_budgets

    limit = _budget_limit(amount)
    with opened(ctx, dry_run=dry_run) as office:
        known = category_named(category.replace("_", " "), frozenset(read_budgets(office.database)))
        if known is None:
            raise InputError(f"there is no category {category!r}", hint="for example software, hardware, email_marketing, crm, all")
        _within_policy(office, known, limit)
        new = office.registrar(by=OPERATOR).set_budget(known, limit)
    told = f"The budget for {known} is {limit}." if new else f"Nothing to change: the budget for {known} is {limit} already."
    return Reply({"category": known, "limit": jsonable(limit), "changed": new}, (told,))


@statement.command("import", cls=Command)
def import_statement(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="camt.053, OFX or CSV.")],
    currency: Annotated[str, typer.Option("--currency", help="For a CSV that does not name it.")] = "",
    account: Annotated[str, typer.Option("--account", help="Your account it is of.")] = "main",
    day_first: Annotated[bool | None, typer.Option("--day-first/--month-first", help="How 03/04/2026 is meant in a CSV.")] = None,
    dry_run: DryRun = False,
) -> Reply:
    """Read a bank statement: booked lines confirm the payments they prove. Reading it twice changes nothing."""
    from app.statement_reading import read_statement_whole
    from tools.connectors.statement import CsvHints

    body = file_body(file, "statement")
    hints = CsvHints(account=account, currency=_currency(currency), day_first=day_first)
    with opened(ctx) as office:
        report = read_statement_whole(office, body, filename=file.name, by=OPERATOR, hints=hints, dry_run=dry_run)
    would = "Would confirm" if dry_run else "Confirmed"
    lines = [
        f"{file.name}: {counted(report.lines, 'line')}, {report.already_known} known already, {report.unmatched} without a payment of ours."
    ]
    lines += [f"{would} payment {one}." for one in report.confirmed]
    body_out = {"dry_run": True, **jsonable(report)} if dry_run else jsonable(report)
    return Reply(body_out, tuple(lines), tuple(f"Look at this: {one}" for one in report.contradictions))


_BUDGET = ("category", "limit", "per", "used", "left", "set by")


def _budget_row(line: object) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in ("category", "limit", "period", "used", "left", "set_by"))


def _budget_limit(text: str) -> Price:
    from memory.domain.money import Period

    limit = price(text, "the budget")
    if limit.period is Period.ONCE:
        raise InputError(f"a budget is per month, quarter or year, and {text!r} names none of them", hint='write it like "400 EUR/month"')
    return limit


def _within_policy(office: Office, category: str, limit: Price) -> None:
    from graphs.interaction.budget_limits import exceeded_limit

    beyond = exceeded_limit(office.policies.current(), category, limit)
    if beyond is not None:
        raise RefusedError(
            f"policy stands above a budget: {beyond.rule.says} ({beyond.amount} per {beyond.per}, rule {beyond.rule.id})",
            hint="set a lower budget, or change the rule: edit policy.yaml, then qm policy check and qm policy adopt",
        )


def _currency(code: str) -> str | None:
    from memory.domain.money import CURRENCIES

    if code and code.upper() not in CURRENCIES:
        raise InputError(f"--currency {code!r} is not an ISO 4217 currency code", hint="write for example EUR, USD or GBP")
    return code.upper() or None
