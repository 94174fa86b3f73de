# make run: everything to use Vitrine.  make test: everything to trust it.
PYTHON ?= python3
PORT ?= 8501
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run setup setup-text setup-dev test test-all lint words pins bench clean

run: setup
	@echo "Vitrine opens at http://127.0.0.1:$(PORT)   (end it with Ctrl+C)"
	@OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=0 $(BIN)/python -m streamlit run asgi.py --server.address 127.0.0.1 --server.port $(PORT)

setup: $(VENV)/.ready

setup-text: $(VENV)/.ready-text

setup-dev: $(VENV)/.ready-dev

test: setup-dev
	$(BIN)/python -m pytest -m "not slow" -n $(JOBS) --dist loadfile

test-all: setup-dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

lint: setup-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

words: setup-dev
	$(BIN)/python locales/update.py

pins: setup-dev
	@{ echo "# What the requirements need in turn, pinned: written by 'make pins'."; \
	   $(PIP) freeze --exclude torch --exclude setuptools --exclude pip; } > constraints.txt

bench: setup-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Vitrine needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Say: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet -r requirements.txt
	@touch $@

$(VENV)/.ready-text: requirements-text.txt $(VENV)/.ready
	$(PIP) install --quiet -r requirements-text.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready-text
	$(PIP) install --quiet -r requirements-dev.txt
	@touch $@
