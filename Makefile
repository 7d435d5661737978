# Fingerpost: `make run` serves the conversation, `make test` proves it. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# How many test processes: two cores are what the smallest machine has, and tests wait for servers, browsers and disks.
JOBS ?= 4
# A file's tests in one process, so that what they share is opened once; in the order of the folders, which ends with
# the quick ones.
DIST := --dist loadfile --no-loadscope-reorder
# Where tests keep their files: in memory where there is much of it, because thousands of small databases are synced.
TESTS_IN := $(shell test -w /dev/shm && test "$$(df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 6000000 \
	&& echo /dev/shm || echo "$${TMPDIR:-/tmp}")
# What is compiled is kept, whatever is usual here: tests start the program some hundred times.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help run test soak coverage check lint types walls bench lock browser pooler sbom licences clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run  ## set up, then serve at http://127.0.0.1:8080 (ARGS=... is passed on)
	@$(BIN)/fingerpost run $(ARGS)

test: check browser pooler  ## everything .ci/run checks: lint, types, walls, all tests
	TMPDIR="$(TESTS_IN)" $(BIN)/python -m pytest -n $(JOBS) $(DIST) $(ARGS)

soak: $(VENV)/.dev  ## 500 kills under load and 30 minutes of steady load (ARGS="--kills 50 --minutes 5 --json FILE"; --help)
	@TMPDIR="$(TESTS_IN)" $(BIN)/python -m tests.endurance.killing.soak $(ARGS)

coverage: $(VENV)/.dev browser pooler  ## all tests with branch coverage (three times as slow), and what is not covered
	@rm -f .coverage .coverage.*
	TMPDIR="$(TESTS_IN)" $(BIN)/python -m pytest -n $(JOBS) $(DIST) --cov --cov-report=term-missing:skip-covered $(ARGS)

check: lint types walls  ## ruff, mypy --strict and the walls between the rooms

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

walls: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev  ## the benchmarks (ratios within one run)
	@$(BIN)/fingerpost bench $(ARGS)

browser: $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/need-chromium

pooler:
	@sh scripts/need-pgbouncer

# The tools of the tests are a superset of what runs, under the same constraints, so one environment serves both.
$(VENV)/.run: requirements/run.txt pyproject.toml
	@test -d $(VENV) || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Fingerpost needs Python 3.11 or newer; set PYTHON=/path/to/python3.11." >&2; exit 1; }
	@test -d $(VENV) || { echo "Setting up (once) ..."; $(PYTHON) -m venv $(VENV); }
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --no-index -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

lock:  ## pin the newest versions that fit pyproject.toml, with hashes (needs `uv` on the PATH)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --upgrade pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --upgrade --extra dev pyproject.toml requirements/build.in -c requirements/run.txt \
		-o requirements/dev.txt

sbom: $(VENV)/.run  ## what the program is made of, as CycloneDX 1.6 (SBOM=file, else on the screen)
	@$(BIN)/python scripts/list-dependencies sbom $(if $(SBOM),--to $(SBOM))

licences: $(VENV)/.run  ## the licence of everything that runs
	@$(BIN)/python scripts/list-dependencies licences

clean:  ## remove the environment and caches (not ./var, where a running bot keeps its data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage*
