"""Clause finding and values on marked contracts, by the public harness's own measures, where the harness is at hand.

$CONTRACT_BENCH names the harness's folder; without it the benchmark says so and measures nothing. $CONTRACT_SPLIT chooses the
contracts (default `dev`: a fifth of the training data, cut by the company that filed them). The shipped model was trained on all of
them, so these figures show that the reader is whole, how long it takes and how much memory it needs, and flatter what it finds. What
it finds in contracts it has not seen is shown by `test_contract_validation`, and by this benchmark with $CONTRACT_MODEL naming a model
trained without them (`python -m agents.contract_reading.training ... --holdout 0`); then $CONTRACT_HELD_OUT may name a file for what it
found, in the form that test reads. The goals for its cost: 1 s of CPU a contract on average, 4 s for 95 of 100, 400 MB, and 30 MB of
model files.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

_ARTIFACTS_MB = 30


def _harness() -> Path:
    return Path(os.environ.get("CONTRACT_BENCH", "../shared/bench/contracts")).resolve()


def test_the_reader_of_contracts_by_the_harness_and_its_cost(capsys, monkeypatch):
    harness = _harness()
    if not (harness / "contract_bench").is_dir():
        with capsys.disabled():
            sys.stdout.write(f"\nno harness at {harness.name}: nothing is measured; set CONTRACT_BENCH\n")
        return
    monkeypatch.syspath_prepend(str(harness))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    run, schema = importlib.import_module("contract_bench.run"), importlib.import_module("contract_bench.schema")
    model = importlib.import_module("contract_adapter").Model()
    contracts = schema.load_split(os.environ.get("CONTRACT_SPLIT", "dev"))
    report, found = run.evaluate(model, contracts, model.name)
    with capsys.disabled():
        sys.stdout.write("\n" + run.line(report) + "\n")
    if kept := os.environ.get("CONTRACT_HELD_OUT"):
        importlib.import_module("contract_held_out").keep(Path(kept), [c["text"] for c in contracts], found, model.thresholds)
    assert report["artifact_mb"] <= _ARTIFACTS_MB
    assert report["contracts"] == len(contracts)
