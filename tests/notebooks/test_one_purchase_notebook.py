"""The notebook runs from top to bottom on a fresh kernel, and ends with a ledger that verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_one_purchase.ipynb"
_EXECUTE = "import sys; from nbclient.cli import main; main(sys.argv[1:])"


@pytest.mark.slow
def test_the_notebook_buys_and_ends_with_a_verified_ledger(tmp_path):
    pytest.importorskip("nbclient")
    executed = tmp_path / "executed"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")}
    command = [sys.executable, "-c", _EXECUTE, "--timeout=180", f"--output={executed}", str(NOTEBOOK)]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-3000:]

    cells = json.loads(executed.with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    bought, drawn, ledger, proof = (cell["outputs"] for cell in cells if cell["cell_type"] == "code")
    assert "'status': 'done'" in _shown(bought)
    assert any("image/png" in out.get("data", {}) for out in drawn)
    assert "case.opened" in _shown(ledger)
    assert "first_break=None" in _shown(proof)


def _shown(outputs):
    return " ".join("".join(out.get("data", {}).get("text/plain", "")) for out in outputs)
