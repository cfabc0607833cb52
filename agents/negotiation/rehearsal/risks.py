"""What a rehearsal warns of: one sentence for each risk, with its figures."""

from __future__ import annotations

from agents.negotiation.rehearsal.report import RehearsalReport, StrategyReport, Tally
from memory.domain.words import counted

_OFTEN = 4


def named(tally: Tally) -> str:
    """Return the kind in words."""
    return "all" if tally.kind is None else tally.kind.value.replace("_", " ")


def risks(report: RehearsalReport, found: StrategyReport) -> tuple[str, ...]:
    """Return the risks of going on with a strategy, the gravest first."""
    told = (
        _breaches(found),
        _missed(found),
        _hopeless(found),
        _dear(report, found),
        _walked(found),
        _weakest(found),
        _hurried(report, found),
    )
    return tuple(sentence for sentence in told if sentence)


def _breaches(found: StrategyReport) -> str:
    broken = found.together.breaches
    return f"{counted(broken, 'move')} broke a limit: do not send anything, and report this." if broken else ""


def _missed(found: StrategyReport) -> str:
    together = found.together
    missed = together.possible - min(together.deals, together.possible)
    if not missed:
        return ""
    worst = max(found.kinds, key=lambda t: (t.possible - min(t.deals, t.possible), t.kind or ""))
    return (
        f"{missed} of {together.possible} talks end without a deal although one was possible, "
        f"most often with {named(worst)} vendors ({worst.possible - min(worst.deals, worst.possible)} of {worst.possible})."
    )


def _hopeless(found: StrategyReport) -> str:
    none = found.together.runs - found.together.possible
    if none * _OFTEN < found.together.runs:
        return ""
    return f"In {none} of {found.together.runs} talks the vendor's limit leaves no deal inside ours: the ceiling is tight."


def _dear(report: RehearsalReport, found: StrategyReport) -> str:
    totals = found.together.totals
    if totals is None or totals.p90 <= totals.p50:
        return ""
    over = (totals.p90 - totals.p50) * 100 // max(totals.p50, 1)
    return f"One deal in ten costs {report.money(totals.p90)} or more, {over} % above the middle one." if over else ""


def _walked(found: StrategyReport) -> str:
    left = found.together.left
    return f"The vendor leaves in {counted(left, 'talk')} of {found.together.runs} because our offers stand still." if left else ""


def _misread(found: StrategyReport) -> str:
    misread = found.together.misread
    return f"{counted(misread, 'mail')} would have to be asked back about: the figures in it are not certain." if misread else ""


def _weakest(found: StrategyReport) -> str:
    if len(found.kinds) < 2:
        return ""
    weakest = min(found.kinds, key=lambda t: (t.mean_share, t.kind or ""))
    mean, all_of = round(weakest.mean_share / 10), round(found.together.mean_share / 10)
    return (
        f"Against {named(weakest)} vendors we reach least of what we wish for: {mean} %, against {all_of} % overall."
        if mean < all_of
        else ""
    )


def _hurried(report: RehearsalReport, found: StrategyReport) -> str:
    rounds = found.together.rounds
    if rounds is None or not report.rounds or rounds.p50 < report.rounds:
        return ""
    return f"Half of the talks need all {counted(report.rounds, 'round')}: a late answer may cost the last of them."
