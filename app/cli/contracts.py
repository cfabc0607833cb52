"""`qm contracts`: reading contracts, holding them against the policy and against each other, and taking over those signed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.contract_versions import change_in_words, read_paper, stored_contract, two_versions
from app.cli.contract_words import (
    beside_parts,
    comparison_parts,
    conflict_parts,
    excerpt_part,
    finding_parts,
    mail_parts,
    paper_parts,
    paper_told,
)
from app.cli.frame import Command, group, home_of, opened
from app.cli.options import OPERATOR, AsOf, DryRun, end_of, file_text, instant, price
from app.cli.output import Reply, Table, jsonable
from app.ports import SystemClock
from memory.domain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from agents.contract_reading.policy_check import Conflict, RedlineMail
    from app.bootstrap import Office
    from app.paper_check import CheckedPaper
    from graphs.contract_import import Imported, ReadContract
    from graphs.policy.document import Policy
    from memory.domain.contract import ContractReview, OperatorWord
    from memory.domain.events.contracts import RenewalScheduled
    from memory.domain.evidence import Span
    from memory.views.cases import ContractPaper
    from memory.views.renewal_twins import Twins

contracts = group("Contracts: read them clause by clause, hold them against your policy, compare versions, import those signed elsewhere.")
PaperFile = Annotated[
    Path, typer.Argument(help="A contract: PDF, Word, HTML, Markdown, text, or a mail that carries it; - for what is piped in.")
]
Pages = Sequence[tuple[int, int]]


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    app.add_typer(contracts, name="contracts")


@contracts.command("review", cls=Command)
def review_contract(
    ctx: typer.Context,
    file: PaperFile,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="Hold it against this policy, not the home's.")] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="What it buys (saas, crm, ...), for rules about that alone; may be repeated.")
    ] = None,
    finding: Annotated[int, typer.Option("--finding", min=0, metavar="NO", help="Show one finding where it stands in the paper.")] = 0,
    mail: Annotated[bool, typer.Option("--mail", help="Draft the mail that asks the vendor for the changes; nothing is sent.")] = False,
    vendor: Annotated[str, typer.Option("--vendor", help="The vendor's name, for the draft.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="en|de", help="The draft's language; the paper's if left out.")] = "",
) -> Reply:
    """Read a contract: what it says, what in it is against your policy, and what to ask for instead. Nothing is written.

    No home is needed: give a policy with --policy, or see the clauses and findings without one.
    """
    from app.paper_check import check_paper

    read = read_paper(file)
    pages = read.document.page_ranges
    if finding:
        return _shown(read.review, read.text, pages, finding, "")
    rules, operator = _policy(ctx, policy)
    checked = check_paper(read, rules, category or [])
    conflicts = checked.conflicts
    if mail and rules is None:
        raise InputError(
            "what to ask the vendor for follows from a policy", hint="give one with --policy FILE, or make a home with qm init"
        )
    draft = _draft(read, conflicts, operator=operator, vendor=vendor, language=language) if mail else None
    body = {
        "file": read.filename,
        "format": read.document.format.value,
        "warnings": jsonable(read.document.warnings),
        "review": jsonable(read.review),
        "claims": jsonable(read.proposal.claims),
        "policy": {"policy_version": rules.version, "source": rules.source} if rules else None,
        "conflicts": jsonable(conflicts),
        "not_asked": list(checked.not_asked),
        "mail": jsonable(draft),
    }
    notes = (f"{checked.not_asked_told} --category names what the contract buys.",) if checked.not_asked else ()
    return Reply(body, (*_review_parts(checked, pages), *(mail_parts(draft) if draft else ())), notes)


@contracts.command("import", cls=Command)
def import_contract_file(
    ctx: typer.Context,
    file: PaperFile,
    vendor: Annotated[str, typer.Option("--vendor", help="The id of the vendor it is with.")],
    annual_cost: Annotated[
        str, typer.Option("--annual-cost", help='What it costs a year where the paper does not say: "480.00 EUR".')
    ] = "",
    replaces: Annotated[str, typer.Option("--replaces", metavar="CONTRACT", help="What it takes the place of: an id of qm renewals.")] = "",
    notice_days: Annotated[
        int,
        typer.Option(
            "--notice-days", min=-1, max=3660, show_default=False, help="Its notice in days, where the paper's could not be read."
        ),
    ] = -1,
    term_end: Annotated[
        str, typer.Option("--term-end", metavar="DATE", help="The last day of its term, where the paper does not tell it.")
    ] = "",
    starts: Annotated[str, typer.Option("--starts", metavar="DATE", help="The day it starts, where the paper does not tell it.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Take over a contract that was signed elsewhere: it is kept as evidence, and its renewal is watched.

    What you say of its dates is kept as your word, also when it was imported before without a watch.
    """
    from memory.views.renewal_twins import likely_twins
    from memory.views.vendors import current_profile

    cost = price(annual_cost, "--annual-cost").money if annual_cost else None
    word = _word(notice_days, term_end, starts)
    read = read_paper(file)
    with opened(ctx, dry_run=dry_run) as office:
        if current_profile(office.database, vendor) is None:
            raise NotFoundError(f"there is no vendor {vendor}", hint=f'enter it first: qm vendors add "{vendor}"')
        desk = office.contract_import(by=OPERATOR)
        done = desk.take_over(read, vendor_id=vendor, annual_cost=cost, replaces=replaces, word=word)
        twins = [pair for pair in likely_twins(office.database, office.renewals.today) if done.renewal and done.renewal.uid in pair.uids]
    review = done.review or read.review
    body = {**_import_body(done, twins), "vendor_id": vendor, "review": jsonable(review)}
    parts = (*paper_parts(review, desk.today, desk.holidays), *_import_parts(read.filename, done))
    return Reply(body, parts, tuple(_import_notes(str(file), vendor, done, twins)))


def _import_body(done: Imported, twins: Sequence[Twins]) -> dict[str, object]:
    return {
        "contract": done.contract,
        "renewal": jsonable(done.renewal),
        "not_watched": done.not_watched,
        "superseded": list(done.superseded),
        "twins": [pair.says for pair in twins],
        "changes": jsonable(done.changes),
    }


def _word(notice_days: int, term_end: str, starts: str) -> OperatorWord:
    from memory.domain.contract import OperatorWord

    return OperatorWord(
        notice_days=None if notice_days < 0 else notice_days,
        term_end=instant(term_end, "--term-end").date() if term_end else None,
        starts=instant(starts, "--starts").date() if starts else None,
    )


def _import_parts(filename: str, done: Imported) -> Iterator[str | Table]:
    if done.changes:
        yield Table(("weight", "finding"), [(f.severity, f.text) for f in done.changes], title="\nAgainst the version before")
    yield f"Imported {filename} as {done.contract[:12]}."
    yield (
        f"Decide by {done.renewal.decide_by} whether to keep it; the term ends {done.renewal.term_end}{_cost(done.renewal)}."
        if done.renewal
        else f"Its renewal is not watched: {done.not_watched}."
    )


def _asked_of(review: ContractReview) -> Iterator[str]:
    """Yield the options by which the operator completes what keeps a contract from being watched."""
    if review.plan is not None and not review.doubts:
        return
    doubted = {doubt.clause.value for doubt in review.doubts}
    if not review.runs_on and (review.plan is None and (review.effective_on is None or not review.initial_term_months)):
        yield "--term-end DATE"
    elif "effective_date" in doubted:
        yield "--starts DATE"
    if doubted - {"effective_date", "notice", "auto_renewal"}:
        yield "--term-end DATE"
    if doubted & {"notice", "auto_renewal"}:
        yield "--notice-days N"


def _cost(watch: RenewalScheduled) -> str:
    return f", {watch.annual_cost} a year" if watch.annual_cost.amount_minor else ""


def _import_notes(file: str, vendor: str, done: Imported, twins: Sequence[Twins]) -> Iterator[str]:
    asked = " ".join(dict.fromkeys(_asked_of(done.review))) if done.review and done.not_watched else ""
    if asked:
        yield f"Look at it, then say it: qm contracts import {file} --vendor {vendor} {asked}"
    if done.renewal is not None and not done.renewal.annual_cost.amount_minor:
        yield f'The paper does not state what it costs a year: qm renewals say {done.renewal.uid} --annual-cost "480.00 EUR"'
    yield from (f"It takes the place of {uid}." for uid in done.superseded)
    yield from (f"{pair.says}. qm renewals says how to settle it." for pair in twins)


@contracts.command("compare", cls=Command)
def compare_contracts(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A file, or the start of a stored contract's digest.")],
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="The same; left out, OLD is held against its vendor's earlier one.")] = "",
    vendor: Annotated[str, typer.Option("--vendor", help="With one file: hold it against this vendor's stored contract.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Show every passage that differs.")] = False,
) -> Reply:
    """Tell what changed between two versions of a contract, word by word, and what it means for you."""
    from agents.contract_reading.comparison import compare, worst_first

    (old_name, before), (new_name, after) = two_versions(ctx, old, new, vendor)
    found = compare(before, after)
    changes = worst_first(found)
    body = {
        "old": old_name,
        "new": new_name,
        "same": found.same,
        "effects": jsonable(found.effects),
        "changes": [change_in_words(change, before.text, after.text) for change in changes],
    }
    parts = comparison_parts(found, changes, before.text, after.text, everything=everything)
    return Reply(body, (f"{old_name} → {new_name}", *parts))


@contracts.command("list", cls=Command)
def list_contracts(ctx: typer.Context, as_of: AsOf = "") -> Reply:
    """List the contracts that were read, now or as known on a day."""
    with opened(ctx) as office:
        return _listed(_papers(office, as_of), _today(office, as_of), office.free_days, as_of)


def _today(office: Office, as_of: str) -> date:
    return end_of(as_of, office.settings.zone).date() if as_of else office.renewals.today


def _papers(office: Office, as_of: str) -> tuple[ContractPaper, ...]:
    from memory.views.contracts import contract_list, contracts_at

    return contracts_at(office.database, end_of(as_of, office.settings.zone)) if as_of else contract_list(office.database)


def _listed(papers: Sequence[ContractPaper], today: date, free: frozenset[date], as_of: str) -> Reply:
    from memory.domain.renewal import watch_over

    watches = [watch_over(paper.review, today, free) for paper in papers]
    rows = [
        (
            c.review.contract[:12],
            c.vendor_name,
            c.status,
            c.review.total,
            *((w.term.end, w.decide_by) if w else (c.review.term_end, "over")),
        )
        for c, w in zip(papers, watches, strict=True)
    ]
    empty = f"No contract was known on {as_of}." if as_of else "No contracts yet."
    table = Table(("contract", "vendor", "status", "total", "term ends", "decide by"), rows, empty=empty)
    return Reply({"contracts": jsonable(papers), "as_of": as_of}, (table,))


@contracts.command("show", cls=Command)
def show_contract(
    ctx: typer.Context,
    contract: Annotated[str, typer.Argument(metavar="[CONTRACT]", help="The start of its digest; all if left out.")] = "",
    finding: Annotated[int, typer.Option("--finding", min=0, metavar="NO", help="Show one finding where it stands in the paper.")] = 0,
    clause: Annotated[str, typer.Option("--clause", help="Show where a clause (notice, renewal, ...) stands in the paper.")] = "",
    as_of: AsOf = "",
) -> Reply:
    """List the contracts, or show one, now or as known on a day: its clauses and findings, or with --finding or --clause the passage in its surroundings."""
    with opened(ctx) as office:
        if not contract:
            return _listed(_papers(office, as_of), _today(office, as_of), office.free_days, as_of)
        only, free = _paper_at(office, contract, as_of) if as_of else stored_contract(office, contract), office.free_days
        today = _today(office, as_of)
        if finding or clause:
            text = office.evidence.text(only.review.text)
            return _shown(only.review, text, _pages(office.evidence.get(only.review.contract), "contract", text), finding, clause)
    when = f", as known on {as_of}" if as_of else ""
    parts = (f"{only.vendor_name}: {only.status}{when}", *paper_parts(only.review, today, free), *finding_parts(only.review))
    return Reply({"contract": jsonable(only), "as_of": as_of}, parts)


def _paper_at(office: Office, contract: str, as_of: str) -> ContractPaper:
    """Return the one contract that begins so, as known at the end of a day. Raises `NotFoundError` when there is none, or more than one."""
    found = [paper for paper in _papers(office, as_of) if paper.review.contract.startswith(contract.lower())]
    if len(found) != 1:
        many = f"{len(found)} contracts begin" if found else "no contract begins"
        raise NotFoundError(f"{many} with {contract}, as known on {as_of}", hint=f"qm contracts list --as-of {as_of}")
    return found[0]


def _pages(body: bytes, filename: str, text: str) -> Pages:
    """Return where the pages of a PDF stand in its text; nothing for what has no pages, or another text than was read."""
    if b"%PDF-" not in body[:1024]:
        return ()
    from tools.lookups.documents import read_document

    document = read_document(body, filename, "application/pdf")
    return document.page_ranges if document.text == text else ()


def _policy(ctx: typer.Context, file: Path | None) -> tuple[Policy | None, str]:
    """Return the policy of the file, else the one in force at the home, if there is one, and whom a mail would be written for."""
    from app.home import Home
    from graphs.policy.document import Policy

    if file is not None:
        return Policy.load(file_text(file, "policy"), source=file.name), ""
    if not Home(home_of(ctx)).exists:
        return None, ""
    with opened(ctx) as office:
        return (office.policies.current() if office.policies.adopted() else None), office.settings.operator_name


def _draft(read: ReadContract, conflicts: Sequence[Conflict], *, operator: str, vendor: str, language: str) -> RedlineMail:
    from agents.contract_reading.policy_check import redline_mail
    from agents.contract_reading.policy_check.naming import names_in
    from agents.negotiator.language import Language

    if language not in {"", "en", "de"}:
        raise InputError(f"a draft cannot be written in {language!r}", hint="write --language en or --language de")
    chosen = Language(language) if language else names_in(read.text).language
    name = Path(read.filename).stem.replace("_", " ")
    return redline_mail(conflicts, operator=operator or "your customer", vendor=vendor or "Vendor", title=name, language=chosen)


def _review_parts(checked: CheckedPaper, pages: Pages) -> Iterator[str | Table]:
    yield paper_told(checked.read)
    yield from paper_parts(checked.read.review, SystemClock().now().date())
    yield from finding_parts(checked.read.review, checked.conflicts)
    if checked.rules is None:
        yield "\nNot held against a policy: give one with --policy FILE, or make a home with qm init."
    else:
        yield from conflict_parts(checked.conflicts, checked.policy_name, pages)


def _shown(review: ContractReview, text: str, pages: Pages, finding: int, clause: str) -> Reply:
    """Return one finding, or the passages of one clause, each in its surroundings."""
    titles, spans = _asked_for(review, finding, clause)
    if not spans:
        return Reply(
            {"finding": finding, "text": titles[0], "excerpts": []},
            (titles[0], "There is no passage to it: it is about what is not there."),
        )
    from agents.contract_reading.structure import Structure, surroundings
    from tools.lookups.document_excerpt import document_excerpt

    structure = Structure(text)
    excerpts = [document_excerpt(text, span, pages=pages) for span in spans]
    beside = [surroundings(structure, span.start, span.end) for span in spans]
    body = {
        "finding": finding or None,
        "clause": clause or None,
        "text": titles[0],
        "excerpts": [
            {**jsonable(excerpt), "span": jsonable(span), **jsonable(parts)}
            for excerpt, span, parts in zip(excerpts, spans, beside, strict=True)
        ],
    }
    told = ("\n".join((f"\n{excerpt_part(text, span, pages)}", *beside_parts(parts))) for span, parts in zip(spans, beside, strict=True))
    return Reply(body, (titles[0], *told))


def _asked_for(review: ContractReview, finding: int, clause: str) -> tuple[list[str], list[Span]]:
    if finding:
        if finding > len(review.findings):
            raise NotFoundError(f"there is no finding {finding}; there are {len(review.findings)}", hint="leave out --finding to list them")
        one = review.findings[finding - 1]
        return [f"{finding}. {one.severity.value}: {one.text}"], [one.span] if one.span else []
    kinds = {c.kind.value for c in review.clauses}
    name = clause.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in kinds:
        raise NotFoundError(f"no clause {clause} was found", hint=f"found were: {', '.join(sorted(kinds)) or 'none'}")
    return [name.replace("_", " ")], [c.span for c in review.clauses if c.kind.value == name]
