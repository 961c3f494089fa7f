# `make demo` and `make test` are the whole set-up, from a bare Debian 12 with CPython 3.11 on.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
AUDIT := .audit
BASE := $(if $(wildcard $(READY)),$(PY),$(PYTHON))
SHOTS ?= screenshots

.PHONY: demo test lint bench chaos fuzz audit screenshots pins clean libraries

demo: $(READY)
	@packaging/linux/with-screen $(PY) -m sms_desktop --demo

# Three files of tests at a time, on two cores as well: most journeys wait for processes.
test: NEEDED_FOR := tests
test: lint
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -q -n 3 --dist loadfile

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(READY)
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.benchmarks

# Two to three hours: 1,000 kills, a day of bad weather, 200,000 messages; fails where anything is lost or doubled.
chaos: $(READY)
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.chaos all

# 100,000 hostile requests at the running engine; how it stood them is printed.
fuzz: $(READY)
	$(PY) -m tests.fuzz

# Known faults of the pinned packages, and their licences. Its own tools lie apart, in .audit.
audit: $(READY) $(AUDIT)/.ready
	@packaging/audit/run $(AUDIT)/bin $(PY)

$(AUDIT)/.ready: packaging/audit/constraints.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --require-hashes --requirement packaging/audit/constraints.txt
	@touch $@

screenshots: $(READY)
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.screenshots $(SHOTS)

# What is needed of the system; with no right to install it, the one line to run is said.
libraries:
	@$(BASE) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and \
	  "Python 3.11 to 3.13 is needed; name one that is here: make PYTHON=python3.13 $(MAKECMDGOALS)")'
	@packaging/linux/libraries $(BASE) $(NEEDED_FOR)

$(READY): packaging/constraints.txt pyproject.toml | libraries
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --require-hashes --requirement packaging/constraints.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Pins the newest of every package with its hashes, for all three systems and Python 3.11 to 3.13, naming no host.
pins: $(READY)
	$(PY) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-header --no-annotate --quiet --output-file packaging/constraints.txt
	$(VENV)/bin/uv pip compile packaging/audit/tools.in --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-header --no-annotate --quiet --output-file packaging/audit/constraints.txt

clean:
	rm -rf $(VENV) $(AUDIT) build dist bench screenshots .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
