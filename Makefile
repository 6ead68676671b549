# Palabre in a few verbs. Only Python 3.11 or newer and make are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRENCH := translations/fr/LC_MESSAGES/messages.po
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
CHECKED := app.py civic moderation votes deliberations proposals synthesis imports town migrations tests benchmarks

.PHONY: help run test lint check bench words lock clean

help: ## show these verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(RUN_READY) ## start the demonstration town (web and worker); Ctrl-C stops it
	@PALABRE_DEMONSTRATION=$${PALABRE_DEMONSTRATION:-true} $(BIN)/palabre demonstrate

test: $(DEV_READY) lint ## run every test: both databases, browsers, real data where present
	@$(BIN)/pytest -n 2 --dist loadgroup

lint: $(DEV_READY) ## ruff, mypy and djlint
	@$(BIN)/ruff check $(CHECKED)
	@$(BIN)/ruff format --check --quiet $(CHECKED)
	@$(BIN)/mypy
	@$(BIN)/djlint --lint --quiet templates

check: $(RUN_READY) ## verify the invariants of the data
	@$(BIN)/palabre check

bench: $(DEV_READY) ## measure against the stack's own ceiling, in one run
	@$(BIN)/python -m benchmarks

words: $(DEV_READY) ## gather the words to translate and update the French catalogue
	@sed '/^$$/q' $(FRENCH) > translations/head
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output --omit-header -o translations/messages.pot .
	@$(BIN)/pybabel -q update -i translations/messages.pot -d translations -l fr --no-wrap --no-fuzzy-matching --ignore-obsolete --omit-header
	@cat translations/head $(FRENCH) > translations/messages.pot && mv translations/messages.pot $(FRENCH) && rm translations/head

lock: $(DEV_READY) ## write the hashed lock files again (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group build -o requirements/run.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group build --group dev -o requirements/dev.txt

clean: ## remove the virtual environment and caches; data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Palabre needs Python 3.11 or newer. Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing (on Debian: apt install python3-venv)."; exit 1; }

$(RUN_READY): requirements/run.txt pyproject.toml | $(BIN)/pip
	@echo "Installing (about a minute, once)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml $(RUN_READY)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
