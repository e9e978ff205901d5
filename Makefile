# KieStudio. `make run` starts it; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -W error::SyntaxWarning -m pytest
NOT_FOR_THE_DAY := --ignore tests/browser --ignore tests/processes -m "not processes and not long and not thorough"

.PHONY: help run check test thorough test-postgres coverage lint format bench storm clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## start the studio (PORT=8000)
	@exec $(BIN)/python manage.py studio $(if $(PORT),--port $(PORT))

check: $(VENV)/.dev ## the tests for the day: a minute, no browser, no processes, no sandbox, nothing that takes long
	$(PYTEST) -n 2 --dist worksteal $(NOT_FOR_THE_DAY) $(ARGS)

test: $(VENV)/.dev ## set up what the tests need, and run the suite
	@PYTHON=$(CURDIR)/$(BIN)/python sh tests/browser/install.sh
	$(PYTEST) -n 3 --dist loadgroup -m "not thorough" $(ARGS)

thorough: $(VENV)/.dev ## the whole of what the suite has in short: every death, file, fault and window
	@PYTHON=$(CURDIR)/$(BIN)/python sh tests/browser/install.sh
	$(PYTEST) -n 3 --dist loadgroup -m thorough $(ARGS)

test-postgres: $(VENV)/.dev ## run the tests that touch the database on PostgreSQL
	$(BIN)/python -m tests.on_postgres $(ARGS)

coverage: $(VENV)/.dev ## every test but those in the browser; which branches no test takes, and why
	$(PYTEST) -n 3 --dist loadgroup --ignore tests/browser --cov --cov-report= $(ARGS)
	$(BIN)/python -m tests.covered

lint: $(VENV)/.dev ## formatting, style, types, templates, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure
	$(BIN)/python -m bench
	$(BIN)/python -m bench.pages 2000 200000
	$(BIN)/python -m bench.picker
	$(BIN)/python -m bench.form

storm: $(VENV)/.dev ## kill everything at random and count what was lost (an hour; SEED=…)
	$(BIN)/python -m tests.storm $(if $(SEED),--seed $(SEED)) $(ARGS)
	$(BIN)/python -m tests.storm --postgres $(if $(SEED),--seed $(SEED)) $(ARGS)
	$(BIN)/python -m tests.storm --stranger --tasks 300 --seconds 220 $(if $(SEED),--seed $(SEED)) $(ARGS)

clean: ## remove what make made, not your data
	rm -rf $(VENV) .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("KieStudio needs Python 3.11 or newer, this is %d.%d. Name one: make run PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what KieStudio needs into $(VENV): about half a minute, this once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
