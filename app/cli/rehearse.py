"""`qm rehearse`: a case's negotiation against simulated vendors, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, opened
from app.cli.options import CaseId
from app.cli.output import Reply, Table, jsonable, say
from memory.domain.errors import InputError

if TYPE_CHECKING:
    from agents.negotiation.rehearsal import RehearsalReport, StrategyName, Tally
    from app.rehearsal import VendorRehearsal

_EVERY = "all"


def rehearse_case(
    ctx: typer.Context,
    case_id: CaseId,
    runs: Annotated[int, typer.Option("--runs", metavar="N", help="Talks with each kind of simulated vendor.")] = 3,
    vendor_id: Annotated[str, typer.Option("--vendor", metavar="VENDOR", help="Only this vendor's negotiation.")] = "",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Which simulated vendors; the same seed gives the same outcomes.")] = 0,
    strategy: Annotated[
        list[str] | None,
        typer.Option("--strategy", metavar="NAME", help="engine (ours), hold, linear, boulware, or all to compare them; repeatable."),
    ] = None,
) -> Reply:
    """Rehearse a case's negotiation against simulated vendors, from where it stands. Nothing is sent, and nothing is written."""
    from agents.negotiation.rehearsal import risks
    from app.rehearsal import rehearse_case as rehearsed

    strategies = _strategies(strategy or ["engine"])
    with opened(ctx) as office:
        say("Rehearsing; every talk is thought through as a real one would be.")
        found = rehearsed(office, case_id, vendor_id=vendor_id, runs=runs, seed=seed, strategies=strategies)
    vendors = [
        {**jsonable(one), "risks": {s.strategy.value: risks(one.report, s) for s in one.report.strategies}, "expected": _expected(one)}
        for one in found
    ]
    parts = tuple(part for one in found for part in _told(one))
    return Reply({"case": case_id, "vendors": vendors}, (*parts, "Nothing was sent, and nothing was written."))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("rehearse", cls=Command)(rehearse_case)


def _strategies(named: list[str]) -> tuple[StrategyName, ...]:
    from agents.negotiation.rehearsal import StrategyName

    known = [name.value for name in StrategyName]
    wrong = sorted(set(named) - {*known, _EVERY})
    if wrong:
        raise InputError(f"--strategy {', '.join(wrong)} is not known", hint=f"one of {', '.join((*known, _EVERY))}")
    return tuple(name for name in StrategyName if name.value in named or _EVERY in named)


def _told(one: VendorRehearsal) -> tuple[str | Table, ...]:
    from agents.negotiation.rehearsal import risks

    report, first = one.report, one.report.strategies[0]
    title = f"{one.vendor_name}, {one.starts}: {first.strategy.value} against {first.together.runs} simulated vendors"
    rows = [_row(report, _named(tally), tally) for tally in (*first.kinds, first.together)]
    columns = (*_columns(one)[1:],)
    compared = [Table(("strategy", *columns), [_row(report, s.strategy.value, s.together) for s in report.strategies], title="Strategies")]
    warned = [f"Risk: {sentence}" for sentence in risks(report, first)]
    return (Table(_columns(one), rows, title=title), *(compared if len(report.strategies) > 1 else ()), _expected(one), *warned, "")


def _columns(one: VendorRehearsal) -> tuple[str, ...]:
    total = "a year" if one.yearly else "total"
    return ("vendor is", "deals", "of", "rounds", f"{total} p10", "p50", "p90", "of our wish")


def _row(report: RehearsalReport, name: str, tally: Tally) -> tuple[object, ...]:
    totals = [report.money(amount) for amount in (tally.totals.p10, tally.totals.p50, tally.totals.p90)] if tally.totals else [None] * 3
    rounds = tally.rounds.p50 if tally.rounds else None
    return (name, tally.deals, tally.possible, rounds, *totals, f"{tally.mean_share / 10:.0f} %")


def _named(tally: Tally) -> str:
    from agents.negotiation.rehearsal import named

    return named(tally)


def _expected(one: VendorRehearsal) -> str:
    """Return the deal to expect: the one in the middle, by its all-in total."""
    first = one.report.strategies[0]
    together, total = first.together, one.report.money(first.together.totals.p50 if first.together.totals else None)
    if total is None:
        return "No deal is to be expected."
    share = 100 * together.deals // max(together.runs, 1)
    return f"Expected: {first.median_deal_in_words}; {total} all-in{' a year' if one.yearly else ''}. {share} % of the talks end in a deal."
