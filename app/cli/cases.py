"""`qm cases`: the purchases, each with its timeline and the reason for every step."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, SURFACE, AsOf, CaseId, DryRun, Reason, given_text, known_on
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import ConflictError
from memory.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphs.case_replay import CaseReplay
    from graphs.counting import Counting
    from memory.views.cases import CaseFacts
    from memory.views.negotiations import Talks
    from memory.views.offers import Offer


class PolicyChoice(StrEnum):
    """Which policy a replay asks."""

    RECORDED = "recorded"
    CURRENT = "current"


app = group("The cases: each purchase, from the request to the renewal.")


@app.command("list", cls=Command)
def list_cases(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Only these: running, waiting, needs_you, paused, done, ended, …")
    ] = None,
    as_of: AsOf = "",
) -> Reply:
    """List the cases, the one that changed last first."""
    from memory.views.cases import case_list

    with opened(ctx) as office, known_on(office, as_of) as (database, _):
        found = case_list(database, statuses=tuple(status or ()))
    rows = [(c.case_id, c.status, c.title or c.instruction[:60], c.vendor_name, c.agreed_total, c.decide_by) for c in found]
    table = Table(
        ("case", "status", "need", "vendor", "agreed", "decide by"), rows, empty='No cases yet. Start one: qm ask "what you need"'
    )
    return Reply({"cases": jsonable(found)}, (table,))


@app.command("show", cls=Command)
def show_case(
    ctx: typer.Context,
    case_id: CaseId,
    everything: Annotated[bool, typer.Option("--all", help="Bookkeeping too.")] = False,
    as_of: AsOf = "",
) -> Reply:
    """Show one case: its facts, its question if it has one, its offers, and every step with its reason."""
    from graphs.counting import counting_for
    from memory.views.cases import case_effects, case_facts, open_question, timeline
    from memory.views.negotiations import case_talks
    from memory.views.offers import case_offers
    from memory.views.preferences import walk_away_of

    with opened(ctx) as office, known_on(office, as_of) as (database, _):
        facts = case_facts(database, case_id)
        question = open_question(database, case_id)
        steps = [s for s in timeline(database, case_id) if everything or not s.quiet]
        offers = case_offers(database, case_id)
        effects = None if as_of else case_effects(database, case_id)  # how an effect stands is known for now alone; the timeline tells more
        talks = case_talks(database, case_id)
        own = walk_away_of(database, case_id)
        counting = counting_for(database, (facts.category,))
    body: dict[str, object] = {"case": facts, "question": question, "timeline": steps, "offers": offers, "effects": effects}
    body |= {"talks": list(talks.values()), "walk_away": own, "preferences": counting}
    asked = (f"Question for you: {' '.join(question.questions)}", f"  Answer: qm cases answer {case_id} TEXT") if question else ()
    parts = (
        *_headline(facts),
        *asked,
        *_offers_told(offers),
        *_reasons_told(talks.values()),
        *((f"Your walk-away: {own}", "") if own else ()),
        *_preferences_told(counting if offers else ()),
        Table(("when", "who", "what"), [(s.at, s.actor, s.sentence) for s in steps], title="Timeline (times in UTC)"),
    )
    return Reply(jsonable(body), parts)


@app.command("pause", cls=Command)
def pause_case(ctx: typer.Context, case_id: CaseId, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Hold a case: nothing new happens until it is resumed."""
    with opened(ctx, dry_run=dry_run) as office:
        office.service.pause(case_id, by=OPERATOR, reason=reason)
    return Reply({"case": case_id, "did": "pause"}, (f"{case_id} is paused.",))


@app.command("resume", cls=Command)
def resume_case(ctx: typer.Context, case_id: CaseId, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Let a paused case go on."""
    with opened(ctx, dry_run=dry_run) as office:
        office.service.resume(case_id, by=OPERATOR, reason=reason)
    return Reply({"case": case_id, "did": "resume"}, (f"{case_id} goes on.",))


@app.command("cancel", cls=Command)
def cancel_case(ctx: typer.Context, case_id: CaseId, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """End a case: what was not sent yet is withdrawn, and reserved budget is given back."""
    with opened(ctx, dry_run=dry_run) as office:
        office.service.cancel(case_id, by=OPERATOR, reason=reason)
    return Reply({"case": case_id, "did": "cancel"}, (f"{case_id} is cancelled.",))


@app.command("retry", cls=Command)
def retry_case(ctx: typer.Context, case_id: CaseId, dry_run: DryRun = False) -> Reply:
    """Try the failed step of a case again."""
    with opened(ctx, dry_run=dry_run) as office:
        office.service.retry(case_id, by=OPERATOR)
    return Reply({"case": case_id, "did": "retry"}, (f"{case_id} tries again.",))


@app.command("refused", cls=Command)
def note_refusal(
    ctx: typer.Context,
    case_id: CaseId,
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="What the vendor said, and who said it; kept as evidence.")],
    dry_run: DryRun = False,
) -> Reply:
    """Enter that the vendor refuses the order, as it told you: the order is withdrawn, or the money asked back."""
    with opened(ctx, dry_run=dry_run) as office:
        vendor_id = office.tasks.vendor_refused(case_id, said, by=OPERATOR)
    told = f"{vendor_id} refuses the order of {case_id}. What follows: qm tasks list"
    return Reply({"case": case_id, "did": "refused", "vendor_id": vendor_id}, (told,))


@app.command("answer", cls=Command)
def answer_case(
    ctx: typer.Context,
    case_id: CaseId,
    text: Annotated[str, typer.Argument(help="The answer; - reads it from a pipe.")],
    dry_run: DryRun = False,
) -> Reply:
    """Answer the question of a case."""
    answer = given_text(text, "answer")
    with opened(ctx, dry_run=dry_run) as office:
        office.service.clarify(case_id, answer, surface=SURFACE)
    return Reply({"case": case_id, "did": "answer"}, (f"{case_id} has your answer and goes on.",))


@app.command("replay", cls=Command)
def replay_case(
    ctx: typer.Context,
    case_id: CaseId,
    policy: Annotated[
        PolicyChoice, typer.Option("--policy", help="The policies that were in force, or today's.", show_default=True)
    ] = PolicyChoice.RECORDED,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 unless every step would be decided as it was.")] = False,
) -> Reply:
    """Decide a case again from its recorded inputs and answers, and show where today's code would decide otherwise."""
    from app.case_replay import replay_office_case

    with opened(ctx) as office:
        replay = replay_office_case(office, case_id, policy.value)
    body = {**jsonable(replay), "same": replay.same}
    problem = None
    if strict and not replay.same:
        problem = ConflictError(f"{case_id} would not go as it went", hint=f"qm cases replay {case_id} shows where")
    return Reply(body, _replay_told(replay), (), problem)


def _replay_told(replay: CaseReplay) -> tuple[str | Table, ...]:
    rows: list[tuple[object, ...]] = []
    for step in replay.steps:
        rows.append((step.at, step.key.removeprefix(f"{replay.case_id}/"), step.verdict.value, ""))
        rows += [("", "", "", f"a model would be asked anew: {purpose}") for purpose in step.asks_anew]
        rows += [("", "", "", f"{d.where}: recorded {d.recorded}; now {d.now}") for d in step.differences]
    counts = [(len(replay.of(verdict)), verdict.value) for verdict in type(replay.steps[0].verdict)] if replay.steps else []
    summary = ", ".join(f"{count} {name}" for count, name in counts if count) or "no step is recorded yet"
    lines = [f"{counted(len(replay.steps), 'step')}: {summary}. Policy: {replay.policy}. Nothing was written, sent or asked."]
    if replay.stands_still:
        lines.append(f"The replay stands still: {replay.stands_still}.")
    if replay.next_step:
        lines.append(f"After the record comes: {replay.next_step}.")
    if any(step.node == "discover_vendors" and step.differences for step in replay.steps):
        lines.append("The catalogue is today's: the ledger keeps the rows that were found, not the whole list.")
    return (Table(("when", "step", "replay", "what differs"), rows, empty="No step is recorded yet."), *lines)


def _headline(c: CaseFacts) -> tuple[str, ...]:
    lines = [f"{c.case_id}  {c.status}  {c.title}", f"Request: {c.instruction}"]
    lines += [f"{label}: {value}" for label, value in (("Ceiling", c.ceiling), ("By", c.deadline), ("Vendor", c.vendor_name)) if value]
    if c.agreed_total is not None:
        paid = f", {c.paid_total} paid" if c.paid_total else ""
        listed = f"{c.list_total} list → " if c.list_total else ""
        lines.append(f"Price: {listed}{c.agreed_total} agreed{paid}")
    if c.decide_by is not None:
        lines.append(f"Decide by {c.decide_by} whether to keep it.")
    if c.note:
        lines.append(c.note)
    return (*lines, "")


def _reasons_told(talks: Iterable[Talks]) -> tuple[str, ...]:
    """Return why each move with each vendor was made, in whole, and what came of it."""
    from memory.domain.answers import answers_in_words

    lines: list[str] = []
    for one in talks:
        for made in one.rounds:
            lines += [
                f"Why, {one.vendor_name}, round {made.number}:",
                *_wrapped(made.why.words),
                *_wrapped(f"Happened: {made.happened.words}"),
                *(_wrapped(f"Our terms: {answers_in_words(made.answered)}") if made.answered else ()),
            ]
    return (*lines, "") if lines else ()


def _wrapped(text: str) -> list[str]:
    """Return a paragraph in lines that fit the terminal, or 100 columns where there is none."""
    from shutil import get_terminal_size
    from textwrap import wrap

    width = max(get_terminal_size((100, 24)).columns, 40)
    return wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _preferences_told(counting: Iterable[Counting]) -> tuple[str, ...]:
    """Return the operator's own preferences that count; the defaults are in `qm preferences list`."""
    own = [c.reads for c in counting if c.said_by != "default"]
    return ("Your preferences that count here:", *(f"  {line}" for line in own), "") if own else ()


def _offers_told(offers: tuple[Offer, ...]) -> tuple[Table, ...]:
    if not offers:
        return ()
    from memory.narration import conditions_in_words

    rows = [
        (
            o.vendor_name,
            o.round,
            "theirs" if o.side == "vendor" else "ours",
            o.per_month,
            o.all_in,
            o.term_months,
            conditions_in_words(o.terms),
        )
        for o in offers
    ]
    return (Table(("vendor", "round", "offer", "per month, all-in", "all-in", "months", "terms"), rows, title="Offers"),)
