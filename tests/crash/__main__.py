"""`make crash`: kills real processes of a house at named boundaries and at random instants, and looks at what arrived outside.

Exits with 1 when anything was lost, doubled or left behind, and when a control does not fail.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import plan
from campaign import Campaign, Outcome, Run, stable_for
from household import clean_environment
from postgres import postgres
from table import drawn, row_of


def main() -> int:
    """Carry the runs out and print the table."""
    chosen = _arguments()
    runs = [run for run in (plan.short if chosen.short else plan.full)(chosen.seed) if chosen.only in f"{run.name} {run.database}"]
    sys.stdout.write(f"seed {chosen.seed}, {len(runs)} runs\n")
    clean_environment()
    root = Path(tempfile.mkdtemp(prefix="qm-crash-"))
    outcomes = _carried_out(runs, root)
    sys.stdout.write(drawn(map(row_of, outcomes)) + "\n")
    sound = len(outcomes) == len(runs) and all(outcome.passed for outcome in outcomes)
    kills = sum(outcome.kills for outcome in outcomes)
    sys.stdout.write(f"{kills} kills, seed {chosen.seed}: {'all as it must be' if sound else 'NOT as it must be'}; homes in {root}\n")
    if sound and not chosen.keep:
        shutil.rmtree(root)
    return 0 if sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="crash", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the form that is part of the tests")
    parser.add_argument("--seed", type=int, default=plan.SEED)
    parser.add_argument("--only", default="", help="runs whose name and database contain this")
    parser.add_argument("--keep", action="store_true", help="leave the homes, to look at them")
    return parser.parse_args()


def _carried_out(runs: list[Run], root: Path) -> list[Outcome]:
    outcomes = []
    with ExitStack() as stack:
        stable = stack.enter_context(stable_for(root))
        server = stack.enter_context(postgres()) if any(run.database == "postgres" for run in runs) else None
        for number, run in enumerate(runs):
            outcome = Campaign(run, root / f"{number}-{run.database}", stable, server).carry_out()
            _tell(outcome)
            outcomes.append(outcome)
    return outcomes


def _tell(outcome: Outcome) -> None:
    """Say at once how a run ended, and what is wrong with it."""
    sys.stdout.write(" | ".join(row_of(outcome)) + f"\n  {outcome.did}\n")
    if not outcome.passed:
        sys.stdout.writelines(f"  {note}\n" for note in outcome.verdict.notes[:20])
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
