# Needs only Python 3.11+ with pip, and make: everything else comes from the lock file.
PYTHON ?= python3
VENV   ?= .venv
UV      = $(VENV)/bin/uv
BIN     = $(VENV)/bin

.PHONY: help setup run test coverage lint bench-matching lock clean

help:  ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(VENV)/.ready  ## the virtual environment with the locked dependencies

$(VENV)/.ready: pyproject.toml uv.lock .uv-version
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$$(cat .uv-version)"
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) sync --active --frozen --quiet --inexact
	touch $@

run: setup  ## start the whole service embedded and play the three scenarios
	ONEPLAN_LOG_LEVEL=$${ONEPLAN_LOG_LEVEL:-WARNING} $(BIN)/oneplan up --play-scenarios

# Much of a test is waiting for a disk or a child process: more workers than cores.
WORKERS ?= 4

test: setup  ## all tests, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

coverage: setup  ## all tests, and which lines none of them runs; takes half as long again
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup --cov --cov-report term

lint: setup  ## ruff, mypy and import-linter alone (the tests run them too)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench-matching: setup  ## precision and recall of the matching on 50,000 made-up people
	$(BIN)/python -m benchmarks.matching

lock: setup  ## renew uv.lock
	$(UV) lock --upgrade

clean:  ## remove the virtual environment and the data of `make run`
	rm -rf $(VENV) var
