"""`qm preferences`: what terms are worth to you, in words, and the walk-away of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, DryRun, given_text
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.domain.money import Price

app = group("Preferences: what terms are worth to you, and what you never sign. Limits of policy stand above them.")

Category = Annotated[str, typer.Option("--category", help="Only for this category, such as software or email_marketing.")]
Case = Annotated[str, typer.Option("--case", metavar="CASE", help="For one case: what counts there, and its walk-away.")]


@app.command("list", cls=Command)
def list_preferences(ctx: typer.Context, category: Category = "", case: Case = "") -> Reply:
    """Show what counts: your own words, and below them the defaults with their reasons; of one case its walk-away too."""
    with opened(ctx) as office:
        known, currency, own = _categories(office, category), "", None
        if case:
            known, currency, own = _of_case(office, case)
        counting = office.wishes().counting(*known, currency=currency)
    rows = [(c.key, c.scope or "everything", c.reads, c.said_by, c.because) for c in counting]
    table = Table(("preference", "for", "how it counts", "said by", "words or reason"), rows)
    note = 'Say what a term is worth: qm preferences set "a year\'s commitment is worth 8 % to me"'
    body = {"category": known[0] if known else "", "preferences": jsonable(counting)}
    if not case:
        return Reply(body, (table, note))
    told = f"Your walk-away for {case}: {own}." if own else f"No walk-away of yours for {case}: the ceiling stands alone."
    return Reply({**body, "case": case, "walk_away": jsonable(own)}, (told, "", table, note))


@app.command("set", cls=Command)
def set_preference(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help='For example "30 days to pay is worth 1 %"; - reads it from a pipe.')],
    category: Category = "",
    case: Case = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say in words what a term is worth, what you never sign, or, with --case, where you walk away."""
    from agents.negotiation.preferences.words import in_words, read_walk_away, speaks_of_walking_away

    said = given_text(words, "preference")
    if speaks_of_walking_away(said):
        if not case:
            raise InputError("a walk-away belongs to one case", hint=f'qm preferences set "{said.strip()}" --case CASE')
        limit = read_walk_away(said)
        with opened(ctx, dry_run=dry_run) as office:
            new = office.wishes(by=OPERATOR).set_walk_away(case, limit, said)
        told = f"Your walk-away for {case} is {limit}{'' if new else ' already'}: nothing dearer is offered or accepted there."
        return Reply({"case": case, "walk_away": jsonable(limit), "changed": new}, (told,))
    if case:
        raise InputError(
            "a case has a walk-away, and no preferences of its own", hint='say "my walk-away is 600 EUR a year", or leave --case out'
        )
    with opened(ctx, dry_run=dry_run) as office:
        preference, new, scope = office.wishes(by=OPERATOR).say(said, _scope(office, category))
    told = f"{'Kept' if new else 'It stands like that already'}{f', for {scope}' if scope else ''}: {in_words(preference)}."
    body = {"category": scope, "key": preference.key, "preference": jsonable(preference), "reads": in_words(preference), "changed": new}
    return Reply(body, (told,))


@app.command("remove", cls=Command)
def remove_preference(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="PREFERENCE", help="As the list names it (term_months=12), or walk-away with --case.")],
    category: Category = "",
    case: Case = "",
    dry_run: DryRun = False,
) -> Reply:
    """Take back what you said of a term; the default counts again."""
    with opened(ctx, dry_run=dry_run) as office:
        if case:
            new = office.wishes(by=OPERATOR).set_walk_away(case, None, "taken back")
            told = f"{case} has no walk-away of your own any more." if new else f"{case} had none."
            return Reply({"case": case, "walk_away": None, "changed": new}, (told,))
        scope = _scope(office, category)
        office.wishes(by=OPERATOR).take_back(key, scope)
    return Reply({"category": scope, "removed": key}, (f"{key} is taken back{f' for {scope}' if scope else ''}.",))


def _scope(office: Office, category: str) -> str:
    known = _categories(office, category)
    return known[0] if known else ""


def _of_case(office: Office, case_id: str) -> tuple[tuple[str, ...], str, Price | None]:
    """Return the categories of a case, the currency it is bought in, and its walk-away."""
    from graphs.case_file import load_case

    case = load_case(office.database, case_id)
    need = case.submitted.requisition if case.submitted else None
    known = tuple(dict.fromkeys((need.budget_category, need.category))) if need else ()
    return known, need.ceiling.currency if need else "", case.walk_away


def _categories(office: Office, category: str) -> tuple[str, ...]:
    """Return the category as the books name it; nothing when none was given."""
    if not category:
        return ()
    from graphs.interaction.categories import category_named, read_budgets

    known = category_named(category.replace("_", " "), frozenset(read_budgets(office.database)))
    if known is None:
        raise InputError(f"there is no category {category!r}", hint="for example software, hardware, email_marketing, crm")
    return (known,)
