"""`qm renewals`: contracts by the last day to act, the recommendation and decision on each, the notice and its proof, and what lies ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import renewal_words
from app.cli.frame import Command, Group, group, opened, wants_json
from app.cli.options import OPERATOR, SURFACE, AsOf, DryRun, known_on
from app.cli.output import Reply, Table, jsonable, show, would_write
from app.cli.renewal_words import Name
from memory.domain.errors import InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from memory.domain.renewal import Recommendation
    from memory.views.renewals import Renewal
    from memory.views.unwatched import Unwatched


class _Overview(Group):
    """A group whose bare name answers too."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command of the group, or print the reply of the group itself."""
        reply = super().invoke(ctx)
        return show(reply, as_json=wants_json(ctx)) if isinstance(reply, Reply) else reply


app = group("Renewals: every contract by the last day on which you can still act.")
CalendarFile = Annotated[Path | None, typer.Option("--ics", metavar="FILE", help="Write them as a calendar file too.")]


@app.callback(cls=_Overview, invoke_without_command=True)
def renewals(ctx: typer.Context, ics: CalendarFile = None, as_of: AsOf = "", dry_run: DryRun = False) -> Reply | None:
    """Show the contracts under watch, by the last day on which you can still act."""
    return _listed(ctx, ics, as_of, dry_run=dry_run) if ctx.invoked_subcommand is None else None


@app.command("list", cls=Command)
def list_renewals(ctx: typer.Context, ics: CalendarFile = None, as_of: AsOf = "", dry_run: DryRun = False) -> Reply:
    """Show the contracts under watch, by the last day on which you can still act, now or as known on a day."""
    return _listed(ctx, ics, as_of, dry_run=dry_run)


def _listed(ctx: typer.Context, ics: Path | None, as_of: str, *, dry_run: bool) -> Reply:
    from memory.views.calendar_entries import calendar_entries
    from memory.views.renewal_twins import likely_twins
    from memory.views.renewals import renewal_list
    from memory.views.unwatched import unwatched_list

    with opened(ctx) as office, known_on(office, as_of) as (database, at):
        today = at.astimezone(office.settings.zone).date()
        found = renewal_list(database, today)
        twins = () if as_of else likely_twins(database, today)
        entries = calendar_entries(database, today) if ics is not None else ()
        unwatched = unwatched_list(database, today)
    rows = [
        (
            r.decide_by,
            r.days_left,
            r.window,
            r.vendor_name,
            r.term_end,
            r.auto_renews,
            r.yearly.removesuffix(" a year"),
            r.decision,
            r.notice,
            r.uid,
        )
        for r in found
    ]
    columns = ("decide by", "days", "", "vendor", "term ends", "renews", "a year", "decided", "notice", "id")
    pairs = [{"keep": pair.keep.uid, "drop": pair.drop.uid, "says": pair.says} for pair in twins]
    body = {"today": today.isoformat(), "renewals": jsonable(found), "twins": pairs, "not_watched": jsonable(unwatched)}
    if ics is not None:
        from app.renewal_calendar import calendar_of
        from tools.atomic_file import write_atomically

        if dry_run:
            return would_write(f"{counted(len(entries), 'date')} to {ics}")
        write_atomically(ics, calendar_of(entries), mode=0o644)
        body["ics"] = str(ics)
    asked = tuple(
        f"{pair.says}. Is it one? qm renewals replace {pair.drop.uid} {pair.keep.uid} --reason WHY, else: qm renewals apart {pair.drop.uid} {pair.keep.uid}"
        for pair in twins
    )
    lost = tuple(f"{one.says}. Look at it: qm contracts show {one.contract[:12]}; to leave it so: {_leave(one)}" for one in unwatched)
    notes = (*asked, *lost, *((f"Written to {ics}.",) if ics is not None else ()))
    return Reply(body, (Table(columns, rows, empty="No contract is under watch."),), notes)


def _leave(one: Unwatched) -> str:
    return f"qm renewals leave {one.contract[:12]} --reason WHY"


@app.command("show", cls=Command)
def show_renewal(ctx: typer.Context, contract: Name) -> Reply:
    """Show one contract: its dates, what is recommended and why, and how far a notice has come."""
    from graphs.renewal_file import load_renewal
    from memory.views.renewal_facts import usage_of

    with opened(ctx) as office:
        line = office.renewals.line(contract)
        found = load_renewal(office.database, line.renewal_case) if line.renewal_case else None
        usage = usage_of(office.database, line.uid)
    asked = found.recommended if found else None
    parts: list[str | Table] = [f"{line.vendor_name}: {line.window.value}", _facts(line, usage.words if usage else "not known")]
    if found is not None and asked is not None:
        parts += _advice(asked.recommendation)
        if found.decided is None:
            parts.append(f"Decide: qm renewals decide {line.uid} keep|renegotiate|cancel --digest {asked.digest[:12]}")
    if found is not None and found.proof:
        parts.append(Table(("proof of the notice (sha256)",), [(digest,) for digest in found.proof]))
    body = {
        "renewal": jsonable(line),
        "usage": jsonable(usage),
        "recommendation": jsonable(asked.recommendation) if asked else None,
        "digest": asked.digest if asked else None,
        "decided": jsonable(found.decided) if found else None,
        "proof": list(found.proof) if found else [],
    }
    return Reply(body, tuple(parts))


def _facts(line: Renewal, used: str) -> Table:
    rows = [
        ("id", line.uid),
        ("current term", f"{line.term_start or '?'} to {line.term_end}"),
        ("last day to act", f"{line.decide_by} ({counted(line.days_left, 'day')}; {counted(line.notice_days, 'day')} of notice)"),
        ("without a word", line.without_a_word),
        ("a year", line.yearly.removesuffix(" a year")),
        ("used", used),
        ("decided", line.decision or "nothing yet"),
        ("notice", line.notice.value or "none"),
        ("ends for good", line.ends_on or ""),
        ("case", line.renewal_case or f"none; qm renewals start {line.uid}"),
    ]
    return Table(("", ""), rows)


def _advice(advice: Recommendation) -> tuple[str | Table, ...]:
    reasons = [
        (
            claim.text,
            ", ".join(dict.fromkeys(ref.origin.value for ref in claim.evidence)),
            ", ".join(ref.digest[:12] for ref in claim.evidence[:4]),
        )
        for claim in advice.reasons
        if claim.evidence
    ]
    positions = [(p.topic, p.ask, p.because.text) for p in advice.positions]
    return (
        f"Recommended: {advice.action.value}. {advice.summary}",
        Table(("reason", "from", "evidence"), reasons, title="Why", empty="Nothing known speaks for or against it."),
        Table(("about", "ask for", "because"), positions, title="If you negotiate", empty="No position is known."),
    )


@app.command("replace", cls=Command)
def replace_renewal(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="What is watched no more: its id (qm renewals).")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What takes its place.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: it is kept with the word.")],
    dry_run: DryRun = False,
) -> Reply:
    """Say that one contract took the place of another: the earlier one is watched no more, and its dates are taken back."""
    from graphs.twin_watches import take_the_place

    with opened(ctx, dry_run=dry_run) as office:
        uid, by_uid = office.renewals.line(old).uid, office.renewals.line(new).uid
        stands = take_the_place(
            uid, by_uid, reason=reason, by=OPERATOR, database=office.database, unit_of_work=office.unit_of_work, today=office.renewals.today
        )
    told = f"{stands.vendor_name} is watched once: decide by {stands.decide_by}. To take it back: qm renewals apart {uid} {by_uid}"
    return Reply({"superseded": uid, "by": by_uid}, (told,))


@app.command("apart", cls=Command)
def tell_renewals_apart(
    ctx: typer.Context,
    one: Annotated[str, typer.Argument(metavar="ONE", help="Its id (qm renewals).")],
    other: Annotated[str, typer.Argument(metavar="OTHER")],
    dry_run: DryRun = False,
) -> Reply:
    """Say that two are two contracts: they are not asked about again, and one that had given way is watched again."""
    from graphs.twin_watches import tell_apart

    with opened(ctx, dry_run=dry_run) as office:
        restored = tell_apart(
            one, other, by=OPERATOR, database=office.database, unit_of_work=office.unit_of_work, today=office.renewals.today
        )
    return Reply({"apart": [one, other], "restored": restored}, ("Both are watched.",))


@app.command("leave", cls=Command)
def leave_unwatched(
    ctx: typer.Context,
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="The start of the digest of a contract that is not watched.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it needs no watch: it is kept with the word.")],
    dry_run: DryRun = False,
) -> Reply:
    """Say that a contract needs no watch: it is not asked about again."""
    with opened(ctx, dry_run=dry_run) as office:
        left = office.renewals.leave(contract, reason, by=OPERATOR)
    return Reply({"contract": left.contract, "reason": reason}, (f"{left.vendor_name} is left unwatched.",))


@app.command("start", cls=Command)
def start_renewal(ctx: typer.Context, contract: Name, dry_run: DryRun = False) -> Reply:
    """Look into a renewal now: what is known is gathered, and you get a recommendation."""
    with opened(ctx, dry_run=dry_run) as office:
        case_id = office.renewals.start(contract, by=OPERATOR, channel=SURFACE)
    return Reply({"case": case_id}, (f"{case_id} looks into it. Follow it: qm cases show {case_id}",))


@app.command("decide", cls=Command)
def decide_renewal(
    ctx: typer.Context,
    contract: Name,
    action: Annotated[str, typer.Argument(metavar="keep|renegotiate|cancel")],
    digest: Annotated[str, typer.Option("--digest", help="Answer only the recommendation with this digest.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say what becomes of a contract. A cancellation writes the notice and asks for your yes to its exact words; nothing is sent before."""
    from memory.domain.renewal import RenewalAction

    try:
        chosen = RenewalAction({"renew": "keep"}.get(action, action))
    except ValueError:
        raise InputError(f"{action!r} is no decision", hint="say keep, renegotiate or cancel") from None
    with opened(ctx, dry_run=dry_run) as office:
        done = office.renewals.decide(contract, chosen, by=OPERATOR, surface=SURFACE, digest=digest)
    next_ = f"Follow it: qm cases show {done.case_id}" if done.case_id else "Nothing has to be sent."
    body = {"uid": done.uid, "action": done.action.value, "case": done.case_id}
    return Reply(body, (f"Noted: {done.action.value} {done.vendor_name}.", next_))


@app.command("risks", cls=Command)
def risks(ctx: typer.Context, as_of: AsOf = "") -> Reply:
    """Show what lies ahead: renewals at risk, and which vendors to favour, each with its evidence."""
    from memory.views.renewal_outlook import risks_ahead, vendor_standings

    with opened(ctx) as office, known_on(office, as_of) as (database, at):
        today = at.astimezone(office.settings.zone).date()
        ahead, standings = risks_ahead(database, today), vendor_standings(database, today)
    rows = [(r.level, r.line.decide_by, r.line.vendor_name, s.says, ", ".join(e[:16] for e in s.evidence)) for r in ahead for s in r.signs]
    stood = {
        favoured: [
            (v.score, v.vendor_name, "+" if s.good else "-", s.says, ", ".join(e[:16] for e in s.evidence))
            for v in standings
            if v.favoured is favoured
            for s in v.signs
        ]
        for favoured in (True, False)
    }
    heads = ("score", "vendor", "", "sign", "evidence")
    parts = (
        Table(("risk", "decide by", "vendor", "sign", "evidence"), rows, title="Renewals at risk", empty="No renewal is at risk."),
        Table(heads, stood[True], title="Vendors to favour", empty="Nothing known speaks for a vendor yet."),
        *((Table(heads, stood[False], title="Vendors of which only trouble is known"),) if stood[False] else ()),
    )
    return Reply({"risks": jsonable(ahead), "vendors": jsonable(standings)}, parts)


renewal_words.add_to(app)
