# Every target has its sentence: `make` alone prints them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASES ?= tests/golden/golden-guest-api.json.gz tests/golden/golden-requests.json.gz
TESTS ?= tests
RECORD ?=
ONLY ?=
MINUTES ?= 10

.DEFAULT_GOAL := help
.PHONY: help demo test check golden crash soak bench lock clean

help: ## list every target with its sentence
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/ready ## play the main job on simulators and print the conversation (RECORD=DIR keeps the wire)
	@$(BIN)/python -m bot demo $(if $(RECORD),--record $(RECORD))

test: $(VENV)/ready-dev ## every test; starts its own store
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(TESTS)

check: $(VENV)/ready-dev ## format, lint, types, import contracts, sizes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tests.checks.sizes

golden: $(VENV)/ready-dev ## play recorded cases of the real API against the simulated Proxmox (CASES="FILE …")
	@$(BIN)/python -m tests.golden.play $(CASES)

crash: $(VENV)/ready-dev ## kill the bot at every write and call of every operation (ONLY="WORD --store --leases --few=N")
	@$(BIN)/python -m tests.crash.matrix $(ONLY)

soak: $(VENV)/ready-dev ## play random interleavings of bots and workers on a real store (MINUTES=10)
	@$(BIN)/python -m tests.laws $(MINUTES)

bench: $(VENV)/ready-dev ## measure cycle, lists and Proxmox calls against their bars, into docs/benchmarks.md
	@$(BIN)/python -m tests.bench

lock: ## write the locks anew, with hashes, for every supported Python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
