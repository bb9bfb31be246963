# Needs GNU make, a POSIX shell and Python 3.11 or newer. uv and npm are used where they are, and not missed.
#
#   make run          set up from nothing, then the demonstration
#   make test         set up from nothing, then every check that CI runs
#
# A mirror is chosen as always: PIP_INDEX_URL, UV_INDEX_URL or npm's own configuration.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
# One more than the cores of a small machine: tests wait for disks, browsers and clocks, and each reads all tests first.
WORKERS ?= 3
BIN := $(VENV)/bin
PY := $(BIN)/python
READY := $(VENV)/.warroom-ready
UV ?= $(shell uv --version >/dev/null 2>&1 && echo uv)

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start the program some forty times in four workers: it is compiled once, and not by each of them.
unexport PYTHONDONTWRITEBYTECODE

# A pip of a system's own may insist on an environment; ours is one.
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(PY),$(PY) -m pip install --quiet)

.PHONY: help setup assets run demo-briefing test lint test-long bench screenshots lock fmt clean

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: $(READY) assets ## The environment in .venv, by the lock file, and the front-end files

$(PY):
	@set -e; for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "No Python 3.11 or newer on the PATH; name one: make setup PYTHON=..." >&2; exit 1; fi; \
	echo "$(VENV): a new environment of $$("$$found" --version)"; \
	if [ -n "$(UV)" ]; then $(UV) venv --quiet --python "$$("$$found" -c 'import sys; print(sys.executable)')" $(VENV); \
	else "$$found" -m venv $(VENV); fi

$(READY): requirements.lock requirements-node.lock pyproject.toml | $(PY)
	@if [ -z "$(UV)" ]; then $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade; fi
	@echo "$(VENV): installing requirements.lock"
	@$(INSTALL) --require-hashes -r requirements.lock
	@npm --version >/dev/null 2>&1 || $(INSTALL) --require-hashes -r requirements-node.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

assets: $(READY) ## static/vendor/, made again where it is missing, damaged or old
	@$(PY) hatch_build.py

run: setup ## The war room with the demonstration in it
	@$(BIN)/warroom demo

demo-briefing: setup ## The briefing of October 2018 in every format, into build/briefing
	@$(BIN)/warroom snapshot demo --out build/briefing

test: setup lint ## Every check that CI runs
	@$(PY) tools/chromium.py --ensure
	$(PY) -m pytest -n $(WORKERS) --dist worksteal

lint: setup ## Style, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-long: setup ## The tests that take minutes
	@$(PY) tools/chromium.py --ensure
	$(PY) -m pytest -m long --timeout 3600

bench: setup ## The measurements
	$(PY) -m bench

screenshots: setup ## Pictures of the screens, by a real Chromium
	@$(PY) tools/chromium.py --ensure
	$(PY) -m tools.screenshots

lock: setup ## Newer versions into the lock files; needs uv and npm
	$(PY) -m tools.lock

fmt: setup ## Format, and correct what can be corrected
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove all that was made
	rm -rf $(VENV) static/vendor static/.vendor-* build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find app dashboards migrations static tests tools bench -name __pycache__ -type d -exec rm -rf {} + 2>/dev/null || true
