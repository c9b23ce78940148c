# Two commands do everything: `make serve` runs the server, `make test` the tests. Each sets up what it needs, once.
# Needs Python 3.11 or later; Node 20.19 or later with npm for the browser pages.

PYTHON ?= python3
NODE ?= node
NPM ?= npm
ARGS ?=

VENV := .venv/bin/python
SERVER_READY := .venv/.server-installed
TOOLS_READY := .venv/.tools-installed
PAGES := ui/dist/.built
PAGE_SOURCES := $(shell find ui -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help setup serve test check ui lock cookbook bench
.DELETE_ON_ERROR:

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(SERVER_READY) $(TOOLS_READY) ui  ## everything that serve, test and check need, without running anything

serve: $(SERVER_READY) ui  ## the server; flags go in ARGS: make serve ARGS="--port 9000"
	@exec $(VENV) server.py serve $(ARGS)

test: setup  ## all tests; pytest's flags go in ARGS: make test ARGS="-k cursor"
	$(VENV) -m pytest -n auto $(ARGS)

check: $(SERVER_READY) $(TOOLS_READY)  ## lint, format, types, the committed SDL, the import table
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	$(VENV) server.py export-schema --check
	$(VENV) -m pytest -q tests/test_imports.py

ui:  ## the browser pages, where Node is found
	@if $(NODE) -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' 2>/dev/null \
	  && command -v $(NPM) >/dev/null; then $(MAKE) --silent $(PAGES); \
	else echo "Browser pages not built: they need Node 20.19 or later with npm. Everything else works."; fi

lock: $(TOOLS_READY)  ## the lock files from pyproject.toml; newest versions: make lock ARGS=--upgrade
	$(LOCK) pyproject.toml -o requirements.lock $(ARGS)
	$(LOCK) --extra ingest pyproject.toml -c requirements.lock -o requirements-ingest.lock $(ARGS)
	$(LOCK) --group dev -c requirements.lock -c requirements-ingest.lock -o requirements-dev.lock $(ARGS)

cookbook: $(SERVER_READY) $(TOOLS_READY)  ## the answers of docs/cookbook.md, written anew
	$(VENV) -m tests.cookbook

bench: $(SERVER_READY) $(TOOLS_READY)  ## requests per second beside stock Strawberry and ROAPI, views beside numpy; flags go in ARGS
	$(VENV) -m benchmarks $(ARGS)

# Each stamp is as old as what it was made from, so that only a lock or a page source that changed is installed or built again.

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or later is needed, and '$(PYTHON)' is not: name one, as in make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

$(SERVER_READY): requirements.lock .venv/.created
	$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(TOOLS_READY): requirements-dev.lock $(SERVER_READY)
	$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

ui/node_modules/.installed: ui/package.json ui/package-lock.json
	$(NPM) --prefix ui ci
	@touch $@

$(PAGES): ui/node_modules/.installed $(PAGE_SOURCES)
	$(NPM) --prefix ui run build
	@touch $@
