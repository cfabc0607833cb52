"""`qm vendors duplicates/merge/separate`: which profiles are one vendor. The program suggests; the operator says."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.frame import Command, opened
from app.cli.options import OPERATOR, DryRun, Reason
from app.cli.output import Reply, Table, jsonable
from memory.domain.words import counted


def add_to(tree: typer.Typer) -> None:
    """Add the commands to the group."""
    for name, command in (("duplicates", list_duplicates), ("merge", merge), ("separate", separate)):
        tree.command(name, cls=Command)(command)


def list_duplicates(ctx: typer.Context) -> Reply:
    """Suggest profiles that may be one vendor: the same number, account or domain, or nearly the same name. Nothing is changed."""
    from memory.views.vendor_duplicates import duplicates

    with opened(ctx) as office:
        found = duplicates(office.database)
    rows = [(d.vendor_id, d.name, d.other_id, d.other_name, "; ".join(d.grounds)) for d in found]
    table = Table(("vendor", "name", "vendor", "name", "why"), rows, empty="No two profiles look like one vendor.")
    told = ("One vendor: qm vendors merge KEEP OTHER --reason WHY. Two: qm vendors separate A B --reason WHY.",) if found else ()
    return Reply({"duplicates": jsonable(found)}, (table, *told))


def merge(
    ctx: typer.Context,
    vendor_id: Annotated[str, typer.Argument(metavar="KEEP", help="The vendor under which both are shown.")],
    merged_id: Annotated[str, typer.Argument(metavar="OTHER", help="The profile that goes into it.")],
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say that two profiles are one vendor. Contacts and bank details stay with the id they were entered for; it can be undone."""
    from graphs.vendor_merge import merge_vendors

    with opened(ctx, dry_run=dry_run) as office:
        done = merge_vendors(vendor_id, merged_id, reason=reason, by=OPERATOR, database=office.database, unit_of_work=office.unit_of_work)
    why = f" They share {'; '.join(done.grounds)}." if done.grounds else " Nothing known of them is alike; check that they are one."
    told = f"{merged_id} is now shown under {vendor_id} ({counted(len(done.ids), 'profile')}).{why}"
    return Reply(jsonable(done), (told, f"Undo it: qm vendors separate {merged_id} --reason WHY"), done.warnings)


def separate(
    ctx: typer.Context,
    merged_id: Annotated[str, typer.Argument(metavar="VENDOR", help="The profile that was merged.")],
    other_id: Annotated[str, typer.Argument(metavar="[OTHER]", help="To say that two profiles are two vendors: the other one.")] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Reply:
    """Undo a merge, or say that two profiles are two vendors so that they are not suggested again."""
    from graphs.vendor_merge import separate_vendors

    with opened(ctx, dry_run=dry_run) as office:
        done = separate_vendors(
            merged_id, other_id=other_id, reason=reason, by=OPERATOR, database=office.database, unit_of_work=office.unit_of_work
        )
    return Reply(jsonable(done), (f"{merged_id} is a vendor of its own.",), done.warnings)
