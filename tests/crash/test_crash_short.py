"""The short form of `make crash`: real processes of a house, killed at boundaries that the seed draws, on either database.

What is killed, and when, is a function of the seed in `plan.SEED`; `python tests/crash --short --seed N` repeats a run.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

_HARNESS = Path(__file__).parent


@pytest.mark.slow
def test_a_house_that_is_killed_again_and_again_loses_and_doubles_nothing_and_both_controls_fail(capsys):
    done = subprocess.run([sys.executable, str(_HARNESS), "--short"], capture_output=True, text=True, timeout=900, check=False)
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout}")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line.startswith("| ")]
    by_run = {(row[0], row[1]): row for row in rows[1:]}
    sound = [row for row in by_run.values() if row[-1] == "sound"]
    controls = [row for row in by_run.values() if row[-1] == "fails, as it must"]
    assert {row[1] for row in sound} == {"sqlite", "postgres"}
    assert sum(int(row[2]) for row in sound) >= 24
    assert len(controls) == 2
    assert re.search(r"seed \d+: all as it must be", done.stdout)
