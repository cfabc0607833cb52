"""How long a person waits for `qm --help`, against `python -c "import typer"` in the same run (CPU seconds of the child)."""

from __future__ import annotations

import resource
import subprocess
import sys

_RUNS = 7


def _cpu(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def test_help_against_importing_typer(capsys):
    qm = (sys.executable, "-m", "app.cli", "--help")
    ask = (sys.executable, "-m", "app.cli", "ask", "--dry-run", "--json", "a CRM for 3 people under 40 EUR a month")
    typer = (sys.executable, "-c", "import typer")
    _cpu(*qm)
    _cpu(*ask)
    figures = {name: min(_cpu(*command) for _ in range(_RUNS)) for name, command in (("help", qm), ("ask", ask), ("typer", typer))}
    with capsys.disabled():
        milliseconds = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in figures.items())
        sys.stdout.write(f"\nCPU time of qm --help, qm ask --dry-run and import typer: {milliseconds}\n")
        sys.stdout.write(f"ratio help {figures['help'] / figures['typer']:.2f}, ask {figures['ask'] / figures['typer']:.2f}\n")
