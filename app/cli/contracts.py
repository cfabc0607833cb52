"""`qm contracts`: reading contracts, and taking over those signed elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, DryRun, file_body, price
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import NotFoundError

if TYPE_CHECKING:
    from graphs.contract_import import ReadContract
    from memory.domain.contract import ContractReview

contracts = group("Contracts: read them clause by clause, import those signed elsewhere.")
PaperFile = Annotated[Path, typer.Argument(help="A contract as PDF or text.")]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    app.add_typer(contracts, name="contracts")


@contracts.command("review", cls=Command)
def review_contract(ctx: typer.Context, file: PaperFile) -> Reply:
    """Read a contract and show its clauses, each with the sentence it stands in. Nothing is written, and no home is needed."""
    del ctx
    read = _read(file)
    return Reply({"file": file.name, "review": jsonable(read.review), "claims": jsonable(read.proposal.claims)}, _paper(read.review))


@contracts.command("import", cls=Command)
def import_contract_file(
    ctx: typer.Context,
    file: PaperFile,
    vendor: Annotated[str, typer.Option("--vendor", help="The id of the vendor it is with.")],
    annual_cost: Annotated[
        str, typer.Option("--annual-cost", help='What it costs a year where the paper does not say: "480.00 EUR".')
    ] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Take over a contract that was signed elsewhere: it is kept as evidence, and its renewal is watched."""
    from graphs.contract_import import import_contract
    from memory.views.vendors import current_profile

    cost = price(annual_cost, "--annual-cost").money if annual_cost else None
    read = _read(file)
    with opened(ctx, dry_run=dry_run) as office:
        if current_profile(office.database, vendor) is None:
            raise NotFoundError(f"there is no vendor {vendor}", hint=f'enter it first: qm vendors add "{vendor}"')
        done = import_contract(
            read, vendor_id=vendor, unit_of_work=office.unit_of_work, evidence=office.evidence, by=OPERATOR, annual_cost=cost
        )
    told = (
        f"Decide by {done.renewal.decide_by} whether to keep it; the term ends {done.renewal.term_end}, {done.renewal.annual_cost} a year."
        if done.renewal
        else f"Its renewal is not watched: {done.not_watched}."
    )
    body = {"contract": done.contract, "vendor_id": vendor, "renewal": jsonable(done.renewal), "not_watched": done.not_watched}
    return Reply({**body, "review": jsonable(read.review)}, (*_paper(read.review), f"Imported {file.name} as {done.contract[:12]}.", told))


@contracts.command("show", cls=Command)
def show_contract(
    ctx: typer.Context,
    contract: Annotated[str, typer.Argument(metavar="[CONTRACT]", help="The start of its digest; all if left out.")] = "",
) -> Reply:
    """List the contracts, or show the clauses of one."""
    from memory.views.contracts import contract_list

    with opened(ctx) as office:
        found = [c for c in contract_list(office.database) if c.review.contract.startswith(contract.lower())]
    if not contract:
        rows = [(c.review.contract[:12], c.vendor_name, c.status, c.review.total, c.review.term_end, c.review.decide_by()) for c in found]
        table = Table(("contract", "vendor", "status", "total", "term ends", "decide by"), rows, empty="No contracts yet.")
        return Reply({"contracts": jsonable(found)}, (table,))
    if len(found) != 1:
        problem = f"{len(found)} contracts start with" if found else "there is no contract"
        raise NotFoundError(f"{problem} {contract}", hint="qm contracts show lists them")
    only = found[0]
    return Reply({"contract": jsonable(only)}, (f"{only.vendor_name}: {only.status}", *_paper(only.review)))


def _read(file: Path) -> ReadContract:
    from graphs.contract_import import read_contract_file

    return read_contract_file(file_body(file, "contract"), filename=file.name)


def _paper(review: ContractReview) -> tuple[str | Table, ...]:
    notice = f"{review.notice_days} days" if review.notice_days is not None else None
    renews = None if review.auto_renews is None else "by itself" if review.auto_renews else "no"
    facts = (
        ("contract (sha256)", review.contract[:12]),
        ("total", review.total),
        ("starts", review.effective_on),
        ("months", review.initial_term_months),
        ("term ends", review.term_end),
        ("renews", renews),
        ("notice", notice),
        ("decide by", review.decide_by()),
        ("law", review.governing_law),
    )
    known = [(name, value if value is not None else "not stated") for name, value in facts]
    clauses = [(c.kind.value.replace("_", " "), c.value, c.span.text) for c in review.clauses]
    findings = [(f.severity, f.text) for f in review.findings]
    return (
        Table(("", "the paper says"), known),
        Table(("clause", "value", "sentence"), clauses, title="Clauses", empty="No clause was recognised."),
        Table(("weight", "finding"), findings, title="Findings", empty="Nothing to object to."),
    )
