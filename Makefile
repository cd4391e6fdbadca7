# Two commands matter: `make demo` shows it, `make test` proves it. Both install what they need.
#
#   make demo BROWSER=no         on a machine with no screen
#   make test CHROMIUM=/path/to  where Chromium is somewhere of its own

PYTHON ?= python3
BROWSER ?= yes
VENV := .venv
BIN := $(VENV)/bin
BUNDLE := buttermilk_widget/static/widget.js
STAMPS := .stamps
# The bundle is built before, from the lock file; an editable install would build it again.
INSTALL := SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install --quiet
JS_SOURCES := $(shell find js/src js/scripts -type f 2>/dev/null) js/package.json

# The rooms whose every line and branch a test must reach.
PURE := */text/*,*/protocol/*,*/conversation/*,*/cassette/*,*/transcript/*

.PHONY: demo test install build check lint types generated unit-js notebooks unit browser chromium bench soak page format clean

demo: $(STAMPS)/demo $(BUNDLE)
	$(BIN)/buttermilk-widget demo $(if $(filter no,$(BROWSER)),--no-browser)

test: $(STAMPS)/test $(BUNDLE) chromium
	@$(MAKE) --no-print-directory check notebooks
	$(BIN)/python -m pytest --cov
	$(BIN)/python -m coverage report --fail-under=100 --include='$(PURE)'

# --- what must hold before any test runs -----------------------------------------------------

check: lint types generated unit-js

lint: $(STAMPS)/test $(STAMPS)/js
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	cd js && npm run --silent lint

types: $(STAMPS)/test $(STAMPS)/js
	$(BIN)/mypy
	cd js && npm run --silent types

generated: $(STAMPS)/test $(STAMPS)/js
	cd js && PYTHON=../$(BIN)/python npm run --silent check:gen

unit-js: $(STAMPS)/js
	cd js && npm run --silent test

# The first notebook waits for a person, and is run with one in tests/browser. The others are
# replayed, with the network refused; tests/whole/test_notebooks.py runs them in other ways.
notebooks: $(STAMPS)/test
	PYTHONPATH=tests/offline BUTTERMILK_CASSETTE_MODE=replay \
		$(BIN)/python -m pytest --quiet --nbval notebooks/0[2-9]*.ipynb

# --- installing ------------------------------------------------------------------------------

install: $(STAMPS)/test

build: $(BUNDLE)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@sh tests/venv.sh $(PYTHON) $(VENV)

$(STAMPS)/demo: pyproject.toml $(BUNDLE) | $(BIN)/python
	$(INSTALL) --editable '.[demo]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: pyproject.toml $(BUNDLE) | $(BIN)/python
	$(INSTALL) --editable '.[test]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/soak: pyproject.toml $(STAMPS)/test
	$(INSTALL) --editable '.[soak]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/js: js/package-lock.json
	@node -e 'process.exitCode = process.versions.node.split(".")[0] < 20 ? 1 : 0' || \
		{ echo "Node 20 or later is needed"; exit 1; }
	cd js && npm ci --silent --no-fund --no-audit
	@mkdir -p $(STAMPS) && touch $@

$(BUNDLE): $(STAMPS)/js $(JS_SOURCES)
	cd js && npm run --silent build

# Chromium is Debian's and Ubuntu's own; another one is named by CHROMIUM=.
chromium:
	@sh tests/browser/chromium.sh

# --- for developers --------------------------------------------------------------------------

unit: $(STAMPS)/test
	$(BIN)/python -m pytest --ignore tests/browser

browser: $(STAMPS)/test $(BUNDLE) chromium
	$(BIN)/python -m pytest tests/browser

# How fast it is, against bars; a quiet machine, please.
bench: $(STAMPS)/test $(BUNDLE) chromium
	PYTHONPATH=tests $(BIN)/python -m benchmarks.bench

# What takes long: a thousand networks that fail with each server, a fuzzer, a million frames, ...
# SCHEDULES=N and FUZZ=SECONDS make it shorter; ONLY=words takes those whose name has the words.
SCHEDULES ?= 1000
FUZZ ?= 600
soak: $(STAMPS)/soak $(BUNDLE) chromium
	SCHEDULES=$(SCHEDULES) FUZZ_SECONDS=$(FUZZ) $(BIN)/python -X faulthandler -m pytest tests/soak $(if $(ONLY),-k '$(ONLY)')

# The conversation with no kernel, a scene a state and the recordings; WIRE=folder has others.
WIRE ?= tests/data/wire
page: $(STAMPS)/test $(STAMPS)/js
	$(BIN)/python js/dev/make_page.py $(STAMPS)/page $(WIRE)/*.jsonl
	@echo "Open http://127.0.0.1:8100"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(STAMPS)/page 8100

format: $(STAMPS)/test $(STAMPS)/js
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd js && npm run --silent format

clean:
	rm -rf $(VENV) $(STAMPS) js/node_modules buttermilk_widget/static tests/artifacts
