# Needs only Python 3.11+ with pip, and make: everything else comes from the lock file.
PYTHON ?= python3
VENV   ?= .venv
UV      = $(VENV)/bin/uv
BIN     = $(VENV)/bin

.PHONY: help setup compiled browser run test coverage lint messages bench bench-matching chaos fuzz lock clean

help:  ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(VENV)/.ready  ## the virtual environment with the locked dependencies

$(VENV)/.ready: pyproject.toml uv.lock .uv-version
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$$(cat .uv-version)"
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) sync --active --frozen --quiet --inexact --compile-bytecode
	touch $@

# Half of a start is compiling modules, wherever Python is told to keep nothing of it
# (PYTHONDONTWRITEBYTECODE): each process would do it again.
compiled: setup
	@$(BIN)/python -m compileall -q domain projections services

browser:  ## a chromium for the tests of the pages, where there is none
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif command -v sudo >/dev/null; then as=sudo; else as=none; fi; \
	if [ "$$as" = none ] || ! command -v apt-get >/dev/null; then \
		echo "The tests of the pages need chromium: install the package 'chromium'." >&2; exit 1; fi; \
	$$as apt-get update -q && $$as apt-get install -q -y --no-install-recommends chromium fonts-liberation

run: compiled  ## start the whole service embedded and play the three scenarios
	ONEPLAN_LOG_LEVEL=$${ONEPLAN_LOG_LEVEL:-WARNING} $(BIN)/oneplan up --play-scenarios

# Much of a test is waiting for a disk or a child process: more workers than cores.
WORKERS ?= 4

test: compiled browser  ## all tests, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

coverage: compiled browser  ## all tests, and which lines none of them runs; takes half as long again
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup --cov --cov-report term

lint: setup  ## ruff, mypy and import-linter alone (the tests run them too)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

messages: setup  ## what is to be translated, into locale/*/LC_MESSAGES/messages.po
	mkdir -p var
	cd services && ../$(BIN)/pybabel -q extract -F ../locale/babel.cfg -k mark --no-location --sort-output -o ../var/messages.pot .
	for language in nl en; do $(BIN)/pybabel -q update -i var/messages.pot -d locale -l $$language \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap || exit 1; done

bench: compiled  ## how fast it is, each figure beside what is possible; ARGS="ingest --on sqlite" for less
	$(BIN)/python -m benchmarks $(ARGS)

bench-matching: setup  ## precision and recall of the matching on 50,000 made-up people
	$(BIN)/python -m benchmarks.matching

chaos: setup  ## faults under load and an exact reckoning; CHAOS_EVENTS=20000 and ARGS="-k kill" for less
	$(BIN)/python -m pytest tests/chaos -m chaos --timeout 7200 $(ARGS)

# How many bad inputs, and what they are drawn from; the seed of a failure shows it again.
INPUTS ?= 100000
SEED   ?= 1

fuzz: setup  ## 100,000 bad inputs, figures in var/fuzz/results.json; INPUTS=1000 SEED=7 for others
	ONEPLAN_FUZZ_INPUTS=$(INPUTS) ONEPLAN_FUZZ_SEED=$(SEED) \
		$(BIN)/python -m pytest tests/fuzz --timeout 0 $(ARGS)

lock: setup  ## renew uv.lock
	$(UV) lock --upgrade

clean:  ## remove the virtual environment and the data of `make run`
	rm -rf $(VENV) var
