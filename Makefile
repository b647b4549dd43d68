# Arna from a bare machine: Python 3.11 or newer, its pip, make, and a package index that pip knows.
# ARNA_PYTHON=/path/to/python chooses the interpreter; otherwise python3.11 is taken, else python3.

VENV := .venv
BIN := $(VENV)/bin
PAGE := service/page
TEST_JOBS ?= 2
SOAK_ROUNDS ?= 500

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PIP_USER := 0
# What Python compiled is kept, also where a container says otherwise: else each process compiles all its packages anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help setup setup-dev run test lint format words walk bench soak clean lock

# Debian's own Python may come without ensurepip, so the environment is made without pip and filled by the pip outside.
define find_python
python=; \
for name in $${ARNA_PYTHON:-python3.11 python3}; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
	echo "Arna needs Python 3.11 or newer, and $${ARNA_PYTHON:-python3.11 or python3} is not that: install it, or name one with ARNA_PYTHON=/path/to/python." >&2; \
	exit 1; \
fi; \
if ! "$$python" -c 'import pip, sys; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (22, 3))' 2>/dev/null; then \
	echo "Arna needs pip 22.3 or newer for $$python: install it (on Debian: python3-pip), or name another Python with ARNA_PYTHON." >&2; \
	exit 1; \
fi
endef

define install_lock
@$(find_python); \
echo "Installing the packages of $< into $(VENV) (the first time this takes a minute or two)"; \
"$$python" -m pip --python $(BIN)/python install -qq --no-compile --only-binary :all: --require-hashes -r $<
endef

# Node comes as a package of Python. Without the scripts and styles all pages can still be read, so their lack stops nothing.
define install_page
@echo "Installing the scripts and styles of the page into $(PAGE)/node_modules"; \
if PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --prefix $(PAGE) --ignore-scripts --no-audit --no-fund --loglevel error $(1) >/dev/null; then \
	touch $(2); \
else \
	echo "They could not be installed: pages come without styles and scripts until make setup is run again." >&2; \
fi
endef

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | sort | expand -t 12

setup: $(VENV)/runtime.stamp $(VENV)/page.stamp $(VENV)/arna.stamp ## make .venv with all that Arna needs to run
	@echo "Arna is set up in $(VENV)"

setup-dev: $(VENV)/dev.stamp $(VENV)/page-dev.stamp $(VENV)/arna.stamp ## the same, and all that its tests need
	@echo "Arna and its tests are set up in $(VENV)"

run: setup ## set up, take in the sample, issue the day's report and serve on 127.0.0.1:8000
	@echo "Starting the demonstration: arna demo"
	@exec $(BIN)/arna demo

test: lint ## set up and pass every check
	@echo "Tests with branch coverage"
	@$(BIN)/python -m coverage erase
	@$(BIN)/pytest -q -n $(TEST_JOBS) --dist worksteal --cov --cov-report=term

lint: setup-dev ## style, types and the plan of the house
	@echo "Style (ruff)"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Some files are not formatted: run make format." >&2; exit 1; }
	@echo "Types (mypy)"
	@$(BIN)/mypy --no-error-summary --num-workers $(TEST_JOBS)
	@echo "Plan of the house (import-linter)"
	@$(BIN)/lint-imports --no-logo

format: setup-dev ## lay the code out and mend what ruff can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

words: setup-dev ## bring the catalogues of the languages in step with the texts of the code
	@$(BIN)/python -m tests.catalogues

walk: setup-dev ## look at every page in each language, width and scheme, all by all
	@ARNA_WALK=whole $(BIN)/pytest -q -n $(TEST_JOBS) --dist worksteal tests/page/test_walk.py

bench: setup-dev ## measure speed against the bars in benchmarks/
	@$(BIN)/python -m benchmarks

soak: setup-dev ## kill the record 500 times, play a day of 300 stations, ask over 64 connections for five minutes
	@ARNA_CRASH_ROUNDS=$(SOAK_ROUNDS) $(BIN)/pytest -q -n $(TEST_JOBS) tests/record/test_crash.py
	@$(BIN)/python -m tests.operation 25 24
	@$(BIN)/python -m benchmarks.served.soak 64 300

lock: setup-dev ## resolve both locks anew (UPGRADE=--upgrade takes newer versions)
	@echo "Resolving requirements-dev.lock and requirements.lock"
	@$(LOCK) --all-extras --group dev -o requirements-dev.lock
	@$(LOCK) --group build --constraints requirements-dev.lock -o requirements.lock

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command "make lock" $(UPGRADE)

clean: ## remove all that these targets made; data/ is the record and stays
	rm -rf $(VENV) $(PAGE)/node_modules build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find arna benchmarks ingest record service tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(find_python); \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --without-pip $(VENV)

$(VENV)/runtime.stamp: requirements.lock | $(BIN)/python
	$(install_lock)
	@touch $@

# The development lock holds everything of the other one, in the same versions.
$(VENV)/dev.stamp: requirements-dev.lock | $(BIN)/python
	$(install_lock)
	@touch $(VENV)/runtime.stamp $@

$(VENV)/page.stamp: $(PAGE)/package-lock.json $(VENV)/runtime.stamp
	$(call install_page,--omit=dev,$@)

# What tests need too holds everything of the other one.
$(VENV)/page-dev.stamp: $(PAGE)/package-lock.json $(VENV)/dev.stamp
	$(call install_page,,$(VENV)/page.stamp $@)

$(VENV)/arna.stamp: pyproject.toml | $(BIN)/python
	@$(find_python); \
	echo "Installing Arna itself into $(VENV)"; \
	"$$python" -m pip --python $(BIN)/python install -qq --no-index --no-deps --no-build-isolation -e .
	@touch $@
