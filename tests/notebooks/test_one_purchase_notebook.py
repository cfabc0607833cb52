"""The notebook runs from top to bottom on a fresh kernel, and ends with a ledger that verifies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_one_purchase.ipynb"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_buys_and_ends_with_a_verified_ledger(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kernel = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(), kernel_name="python3")
    # The kernel must be this interpreter, whatever kernels the machine has installed.
    kernel.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    NotebookClient(notebook, km=kernel, timeout=180, resources={"metadata": {"path": str(tmp_path)}}).execute()

    bought, drawn, ledger, proof = (cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert "'status': 'done'" in _shown(bought)
    assert any("vegalite" in kind for out in drawn for kind in out.get("data", {}))
    assert "approval.granted" in _shown(ledger)
    assert "first_break=None" in _shown(proof)


def _shown(outputs):
    return " ".join(str(out.get("data", {}).get("text/plain", "")) for out in outputs)
