"""Starting `qm` loads nothing heavy: a person who asks for help must not wait for a graph engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = ("langgraph", "langchain", "langchain_core", "chromadb", "streamlit", "dbos", "sqlalchemy", "pandas", "alembic", "openai")
_PROBE = """
import json, sys
import app.cli
code = app.cli.run(sys.argv[1:])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules} & set(%r))), file=sys.stderr)
sys.exit(code)
"""


def loaded_by(*arguments: str, cwd: Path) -> tuple[int, str, list[str]]:
    command = [sys.executable, "-c", _PROBE % (list(_HEAVY),), *arguments]
    environment = {"PATH": "/usr/bin:/bin", "QM_HOME": str(cwd / "none"), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=cwd, env=environment, check=False)
    return done.returncode, done.stdout, json.loads(done.stderr.splitlines()[-1])


_GROUPS = ("cases", "approvals", "vendors", "contracts", "budget", "statement", "policy", "ledger", "memory", "vault")


@pytest.mark.parametrize("arguments", [("--help",), *((group, "--help") for group in _GROUPS), ("vendors", "add", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, out, heavy = loaded_by(*arguments, cwd=tmp_path)
    assert (code, heavy) == (0, [])
    assert out.startswith("Usage: qm")


def test_help_does_not_even_load_the_domain(tmp_path: Path) -> None:
    probe = "import sys, app.cli; app.cli.run(['--help']); sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_trying_an_instruction_out_needs_no_home_and_loads_nothing_heavy(tmp_path: Path) -> None:
    code, out, heavy = loaded_by("ask", "--dry-run", "--json", "--now", "2026-11-22T10:00:00Z", "a CRM for 3 people", cwd=tmp_path)
    assert (code, heavy) == (0, [])
    assert list(json.loads(out)) == ["understood"]
    assert not (tmp_path / "none").exists()


def test_a_usage_error_loads_nothing_heavy_and_is_json_when_asked_for(tmp_path: Path) -> None:
    code, out, heavy = loaded_by("cases", "show", "--json", "--nonsense", cwd=tmp_path)
    assert (code, heavy) == (2, [])
    assert json.loads(out)["error"]["code"] == "usage"
