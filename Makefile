# Everything runs in .venv, made on first use from Python 3.11 and pip alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all check up bench bench-negotiation crash clean

demo: $(READY)  ## one purchase, end to end, on seeded data with simulated vendors
	@$(BIN)/qm demo --home .demo $(if $(YES),--yes,)

# Many tests wait for real servers and processes: three of them per core keep a small machine busy.
WORKERS ?= $(shell echo $$(( 3 * $$(getconf _NPROCESSORS_ONLN) )))
# They start some hundred processes, each of which would compile the program anew where Python is told to write no bytecode.
COMPILE = $(BIN)/python -m compileall -q agents app graphs memory tools
test: $(READY)  ## the test suite, but for what proves at length
	@$(COMPILE)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-all: $(READY)  ## the whole test suite: whole purchases killed at every step, demos, sagas and replays too
	@$(COMPILE)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --all

check: $(READY)  ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

up: $(READY)  ## dashboard and worker on the demo's home, loopback only
	$(BIN)/qm up --home .demo

bench: $(READY)  ## ratios against named baselines
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m pytest -s tests/benchmarks/bench_*.py

NEGO_BENCH ?= ../shared/bench/negotiation
bench-negotiation: $(READY)  ## the negotiation engine in the public harness when it lies at $NEGO_BENCH; CPU per decision; 100,000 talks within limits
	@if [ -d "$(NEGO_BENCH)/nego_bench" ]; then \
	  PYTHONPATH="$(CURDIR):$(NEGO_BENCH)" $(BIN)/python -m nego_bench --buyer $(CURDIR)/tests/benchmarks/negotiation_adapter.py:Engine --bar --per-vendor; \
	else echo "no harness at $(NEGO_BENCH): set NEGO_BENCH to its folder"; fi
	NEGO_BENCH="$(NEGO_BENCH)" $(BIN)/python -m pytest -s tests/benchmarks/bench_negotiation.py
	NEGOTIATIONS=100000 $(BIN)/python -m pytest -q tests/unit/test_negotiation_engine_limits.py -k many

crash: $(READY)  ## kill the house's processes at every named step and at random, on SQLite and Postgres; about half an hour
	$(BIN)/python tests/crash

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) .demo
