"""`qm vendors`: profiles with their history, and the parties that only the operator enters."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import vendor_merging
from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, AsOf, DryRun, file_body, instant, known_on, price
from app.cli.output import Reply, Table, jsonable, would_write
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.vendor_entry import Entered, VendorEntry
    from memory.domain.vendor import FieldChange
    from memory.views.vendor_identity import Identity
    from memory.views.vendor_past import VendorPast

app = group("Vendors: profiles with history, contacts and payees.")
VendorId = Annotated[str, typer.Argument(metavar="VENDOR")]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@app.command("list", cls=Command)
def list_vendors(ctx: typer.Context, as_of: AsOf = "") -> Reply:
    """List the vendors known, by name."""
    from memory.views.vendor_prices import as_contracted, in_force
    from memory.views.vendors import vendor_list

    with opened(ctx) as office, known_on(office, as_of) as (database, at):
        running = in_force(database, at.astimezone(office.settings.zone).date())
        found = [p.model_copy(update={"facts": as_contracted(p.facts, running.get(p.facts.vendor_id, ()))}) for p in vendor_list(database)]
    rows = [
        (
            f.vendor_id,
            f.name,
            f.category,
            f.status,
            f.list_price,
            f.last_agreed,
            ", ".join(one.yearly for one in running.get(f.vendor_id, ())),
        )
        for f in (p.facts for p in found)
    ]
    table = Table(("vendor", "name", "category", "status", "list price", "last agreed", "contract"), rows, empty="No vendor is known yet.")
    return Reply({"vendors": jsonable(found)}, (table,))


@app.command("show", cls=Command)
def show_vendor(
    ctx: typer.Context,
    vendor_id: VendorId,
    as_of: Annotated[str, typer.Option("--as-of", metavar="TIME", help="As it was known at this time; now if left out.")] = "",
) -> Reply:
    """Show one vendor: its profile, its other names and domains, whom we write to, who is paid, what was agreed, and what went wrong."""
    from graphs.past import as_known_at
    from memory.views.vendor_merges import read_merges
    from memory.views.vendor_past import standing_at
    from memory.views.vendor_prices import as_contracted, in_force
    from memory.views.vendors import changes_between, profile_history

    with opened(ctx) as office:
        at = instant(as_of, "--as-of", end_of_day=True) if as_of else office.clock.now()
        if not profile_history(office.database, vendor_id):
            raise NotFoundError(f"there is no vendor {vendor_id}", hint="qm vendors list shows them")
        main_id = read_merges(office.database, at=at).main_id(vendor_id)
        standing = standing_at(office.database, main_id, at)
        changes = changes_between(office.database, standing.profile.facts.vendor_id, _BEGINNING, at)
        parties = _parties(office, standing.profile.facts.vendor_id)
        with as_known_at(office.database, office.projections, at) if as_of else nullcontext(office.database) as then:
            by_vendor = in_force(then, at.astimezone(office.settings.zone).date())
        running = [line for one in standing.identity.ids for line in by_vendor.get(one, ())]
    now = standing.profile.model_copy(update={"facts": as_contracted(standing.profile.facts, running)})
    facts = [(name, value) for name, value in jsonable(now.facts).items() if value not in (None, [], False)]
    facts = [(name, str(getattr(now.facts, name)) if isinstance(value, dict) else value) for name, value in facts]
    parts: tuple[str | Table, ...] = (
        f"{now.facts.name}  version {now.version}",
        *_known_by(standing.identity),
        Table(("field", "value"), [(name, ", ".join(v) if isinstance(v, list) else v) for name, v in facts]),
        *(f"{role}: {party['name']} {party.get('email') or party.get('iban')}" for role, party in parties.items()),
        *(f"contract in force: {line.yearly}, this term until {line.term_end}, {line.uid}" for line in running),
        Table(
            ("when", "field", "before", "after", "by"),
            [(c.at, c.field, _value(c.before), _value(c.after), c.by) for c in changes],
            title="History",
        ),
        *_past_tables(standing.past),
    )
    body = {"vendor": now.facts, "version": now.version, "changed_by": now.changed_by, "parties": parties, "history": changes}
    return Reply(jsonable({**body, "as_of": at, "identity": standing.identity, "past": standing.past}), parts)


@app.command("diff", cls=Command)
def diff_vendor(
    ctx: typer.Context,
    vendor_id: VendorId,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Changes after this time.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Changes up to this time; now if left out.")] = "",
) -> Reply:
    """Show what changed between two times: each field, by whom, on what evidence; and names, prices, terms and incidents that came in."""
    from memory.views.vendor_changes import came_between
    from memory.views.vendors import changes_between, profile_history

    since = instant(start, "--from") if start else _BEGINNING
    with opened(ctx) as office:
        until = instant(end, "--to", end_of_day=True) if end else office.clock.now()
        if not profile_history(office.database, vendor_id):
            raise NotFoundError(f"there is no vendor {vendor_id}", hint="qm vendors list shows them")
        changes = changes_between(office.database, vendor_id, since, until)
        came = came_between(office.database, vendor_id, since, until)
    rows = [(c.at, c.field, _value(c.before), _value(c.after), c.by, _source(c)) for c in changes]
    table = Table(("when", "field", "before", "after", "by", "evidence"), rows, empty="Nothing changed in the profile.")
    lines = [f"{what}: {', '.join(words)}" for what, words in (("new names", came.aliases), ("new domains", came.domains)) if words]
    lines += [f"merged into it: {', '.join(came.merged)}"] if came.merged else []
    lines += [f"no longer merged: {', '.join(came.separated)}"] if came.separated else []
    body = {"vendor_id": vendor_id, "from": since.isoformat(), "to": until.isoformat(), "changes": changes, "came": came}
    return Reply(jsonable(body), (table, *lines, *_past_tables(came.past)))


@app.command("add", cls=Command)
def add_vendor(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="The vendor's name; for a known vendor --vendor alone is enough.")] = "",
    vendor_id: Annotated[str, typer.Option("--vendor", "--id", help="Its id; made from the name if left out.")] = "",
    website: Annotated[str, typer.Option("--website")] = "",
    category: Annotated[str, typer.Option("--category", help="For example email_marketing.")] = "",
    data_region: Annotated[str, typer.Option("--data-region", help="Where data is kept, for example EU.")] = "",
    plan: Annotated[str, typer.Option("--plan")] = "",
    list_price: Annotated[str, typer.Option("--list-price", help='For example "59.00 EUR/month".')] = "",
    vat_id: Annotated[str, typer.Option("--vat-id", help="Its VAT identification number.")] = "",
    registration_number: Annotated[str, typer.Option("--registration", help="Its number in the commercial register.")] = "",
    language: Annotated[str, typer.Option("--language", help="Of our letters: en, de, fr or es; else the one the vendor writes in.")] = "",
    email: Annotated[str, typer.Option("--email", help="Whom we may write to.")] = "",
    contact_name: Annotated[str, typer.Option("--contact-name")] = "",
    iban: Annotated[str, typer.Option("--iban", help="Where the vendor is paid: from the invoice, checked by a call.")] = "",
    payee_name: Annotated[str, typer.Option("--payee-name", help="The account holder; the vendor's name if left out.")] = "",
    bic: Annotated[str, typer.Option("--bic")] = "",
    country: Annotated[str, typer.Option("--country", help="Of the account holder; that of the IBAN if left out.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Enter a vendor, its contact and its payee, or change what is entered."""
    from graphs.vendor_entry import vendor_entry

    given = {
        "vendor_id": vendor_id,
        "website": website,
        "category": category,
        "data_region": data_region,
        "plan": plan,
        "list_price": price(list_price, "--list-price") if list_price else None,
        "language": language,
        "vat_id": vat_id,
        "registration_number": registration_number,
        "email": email,
        "contact_name": contact_name,
        "iban": iban,
        "payee_name": payee_name,
        "bic": bic,
        "country": country,
    }
    with opened(ctx, dry_run=dry_run) as office:
        entered = _enter(office, vendor_entry({**given, "name": name or _known_name(office, vendor_id)}))
    what = ", ".join(entered.changed)
    told = f"{entered.vendor_id}: entered {what}." if what else f"{entered.vendor_id}: nothing to change, it stands like that already."
    return Reply(
        {"vendor_id": entered.vendor_id, "changed": list(entered.changed), "warnings": list(entered.warnings)}, (told,), entered.warnings
    )


@app.command("import", cls=Command)
def import_vendors(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A list of vendors, or a catalogue with prices: CSV or JSON.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace your own catalogue.")] = False,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="Leave columns alone that are no field of a vendor.")] = False,
    dry_run: DryRun = False,
) -> Reply:
    """Take over a list of vendors as a spreadsheet writes it (any separator and encoding, headers in English or German), or a catalogue."""
    from graphs.vendor_list import is_catalogue, list_text, read_vendor_list

    text = list_text(file_body(file, "file"), filename=file.name)
    if is_catalogue(text):
        return _import_catalogue(ctx, file, replace=replace, dry_run=dry_run)
    entries = read_vendor_list(text, filename=file.name, skip_unknown=skip_unknown)
    with opened(ctx, dry_run=dry_run) as office:
        entered = [_enter(office, entry) for entry in entries]
    new = sum(bool(e.changed) for e in entered)
    body = {"file": file.name, "vendors": len(entered), "changed": new, "entered": jsonable(entered)}
    warnings = tuple(warning for e in entered for warning in e.warnings)
    return Reply(body, (f"{file.name}: {counted(len(entered), 'vendor')} read, {new} new or changed.",), warnings)


def _import_catalogue(ctx: typer.Context, file: Path, *, replace: bool, dry_run: bool) -> Reply:
    from tools.atomic_file import write_atomically
    from tools.lookups.catalogue import OWN_FILES, Catalogue

    body = file_body(file, "file")
    catalogue = Catalogue.load(file)
    with opened(ctx) as office:
        target = office.home.files / f"catalogue{file.suffix.lower()}"
        others = [office.home.files / name for name in OWN_FILES if (office.home.files / name).is_file()]
        if others and not replace and any(path.read_bytes() != body for path in others):
            raise ConflictError(f"there is a catalogue of your own: {others[0]}", hint="replace it: --replace")
        if dry_run:
            return would_write(f"{counted(len(catalogue.products), 'product')} to {target}")
        write_atomically(target, body)
        for path in others:
            if path != target:
                path.rename(path.with_name(f"{path.name}.replaced"))
    products, categories = counted(len(catalogue.products), "product"), counted(len(catalogue.categories), "category", "categories")
    told = f"{file.name}: your catalogue now holds {products} in {categories} ({target})."
    return Reply(
        {"file": file.name, "products": len(catalogue.products), "categories": catalogue.categories, "catalogue": str(target)}, (told,)
    )


def _enter(office: Office, entry: VendorEntry) -> Entered:
    from graphs.vendor_entry import enter_vendor

    return enter_vendor(
        entry,
        database=office.database,
        unit_of_work=office.unit_of_work,
        registry=office.registry,
        registrar=office.registrar(by=OPERATOR),
        by=OPERATOR,
    )


def _known_name(office: Office, vendor_id: str) -> str:
    from memory.views.vendors import current_profile

    known = current_profile(office.database, vendor_id) if vendor_id else None
    return known.facts.name if known else vendor_id


def _parties(office: Office, vendor_id: str) -> dict[str, dict[str, object]]:
    parties = {}
    for role in ("contact", "payee"):
        party_id = office.registry.party_of(role, vendor_id)
        if party_id is not None:
            party = getattr(office.registry, role)(party_id)
            parties[role] = {"id": party_id, **party.model_dump(mode="json"), "changed_at": office.registry.changed_at(role, party_id)}
    return parties


def _known_by(identity: Identity) -> list[str]:
    known = (
        ("also known as", identity.aliases),
        ("domains", identity.domains),
        ("profiles merged into it", identity.ids[1:]),
    )
    return [f"{what}: {', '.join(words)}" for what, words in known if words]


def _past_tables(past: VendorPast) -> list[Table]:
    tables = []
    if past.prices:
        tables.append(
            Table(
                ("when", "item", "how", "price", "evidence"),
                [(p.at, p.item, p.how, p.price, p.evidence.digest[:12] if p.evidence else p.event_id) for p in past.prices],
                title="Prices",
            )
        )
    if past.terms:
        terms = [(t.at, t.term.replace("_", " "), t.value, t.evidence.digest[:12] if t.evidence else t.event_id) for t in past.terms]
        tables.append(Table(("when", "term", "accepted", "evidence"), terms, title="Terms accepted"))
    if past.incidents:
        rows = [(i.at, i.words, i.evidence[:12] or i.event_id) for i in past.incidents]
        tables.append(Table(("when", "what went wrong", "evidence"), rows, title="Incidents"))
    return tables


def _value(stored: str | None) -> str | None:
    """Return the value of a profile's field as a person writes it: prices and lists are kept as JSON."""
    if not stored or stored[0] not in "{[":
        return stored
    from memory.domain.money import Price

    value = json.loads(stored)
    return ", ".join(value) if isinstance(value, list) else str(Price.model_validate(value))


def _source(change: FieldChange) -> str:
    return ", ".join(sorted({ref.digest[:12] for ref in change.evidence})) or change.event_id


vendor_merging.add_to(app)
