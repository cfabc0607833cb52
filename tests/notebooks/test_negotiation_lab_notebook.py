"""The negotiation lab runs from top to bottom on a fresh kernel, without a home, a key or a network; no limit is broken in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_negotiation_lab.ipynb"
_EXECUTE = "import sys; from nbclient.cli import main; main(sys.argv[1:])"


@pytest.mark.slow
def test_the_lab_compares_strategies_draws_them_and_shows_a_negotiation_with_its_reasons(tmp_path):
    pytest.importorskip("nbclient")
    executed = tmp_path / "executed"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")}
    command = [sys.executable, "-c", _EXECUTE, "--timeout=180", f"--output={executed}", str(NOTEBOOK)]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-3000:]

    cells = json.loads(executed.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    planned, compared, drawn, expected, talk, mail = (cell["outputs"] for cell in cells if cell["cell_type"] == "code")
    assert "inside every limit" in _printed(planned)
    assert all(name in _shown(compared) for name in ("engine", "hold", "linear", "boulware"))
    assert any("image/png" in out.get("data", {}) for out in drawn)
    assert "The deal in the middle:" in _printed(expected)
    assert "opening at" in _shown(talk)
    assert "Note to automated assistants" in _printed(mail)


def _shown(outputs):
    return " ".join("".join(out.get("data", {}).get("text/html", out.get("data", {}).get("text/plain", ""))) for out in outputs)


def _printed(outputs):
    return " ".join("".join(out.get("text", "")) for out in outputs)
