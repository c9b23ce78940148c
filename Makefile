# `make serve` runs the server, `make test` the tests; each first installs its missing dependencies. `make` lists all targets.
# Requires Python 3.11 or later; the browser pages also require Node 20.19 or later with npm.

PYTHON ?= python3
NODE ?= node
NPM ?= npm
ARGS ?=
# Branch or commit that the SDL is compared with, beside the last release; CI sets it.
SCHEMA_BASE ?=

VENV := .venv/bin/python
SERVER_READY := .venv/.server-installed
TOOLS_READY := .venv/.tools-installed
DOCS_READY := .venv/.docs-installed
PAGES := ui/dist/.built
PAGE_SOURCES := $(shell find ui -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
SITE := site/.built
# The pages, and what they link to.
SITE_SOURCES := $(shell find docs documentation zensical.toml $(wildcard *.md) benchmarks caches.py deploy examples \
	schema/schema.graphql skills tests/federation \( -name __pycache__ -o -name .venv -o -name node_modules -o -name results -o -name .peers \) \
	-prune -o -type f -print 2>/dev/null)
HAS_NODE := $(NODE) -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' \
	2>/dev/null && command -v $(NPM) >/dev/null
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help setup serve supergraph test check ui docs lock cookbook screenshots bench
.DELETE_ON_ERROR:

help:  ## List the targets
	@awk -F ':.*## ' '/^##@ / { print substr($$0, 5) } /^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' \
	  $(firstword $(MAKEFILE_LIST))

##@ Run
serve: $(SERVER_READY) ui  ## Run the server; flags in ARGS: make serve ARGS="--port 9000"
	@exec $(VENV) server.py serve $(ARGS)

ui:  ## Build the browser pages, if Node is installed
	@if $(HAS_NODE); then $(MAKE) --silent $(PAGES); \
	else echo "Browser pages not built: Node 20.19 or later with npm is required. The server and the tests run without them."; fi

docs: $(SITE)  ## Build the documentation site, served at /docs, and check its links

supergraph: $(SERVER_READY) deploy/federation/node_modules/.installed  ## Run a federated graph of the server and a second subgraph; flags in ARGS
	@exec $(NODE) deploy/federation/supergraph.js --python $(VENV) $(ARGS)

##@ Develop
setup: $(SERVER_READY) $(TOOLS_READY) ui docs  ## Install the dependencies of serve, test and check

test: setup  ## Run all tests; pytest flags in ARGS: make test ARGS="-k cursor"
	$(VENV) -m pytest -n auto $(ARGS)

check: $(SERVER_READY) $(TOOLS_READY)  ## Check lint, format, types, the committed SDL, its changes and the import table
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	$(VENV) server.py export-schema --check
	$(VENV) server.py compare-schema --base "$(SCHEMA_BASE)"
	$(VENV) -m pytest -q tests/test_imports.py

bench: $(SERVER_READY) $(TOOLS_READY)  ## Compare performance with other servers; flags in ARGS
	$(VENV) -m benchmarks $(ARGS)

##@ Publish
lock: $(TOOLS_READY)  ## Resolve pyproject.toml into the lock files; upgrade with ARGS=--upgrade
	$(LOCK) pyproject.toml -o requirements.lock $(ARGS)
	$(LOCK) --extra ingest pyproject.toml -c requirements.lock -o requirements-ingest.lock $(ARGS)
	$(LOCK) --group dev -c requirements.lock -c requirements-ingest.lock -o requirements-dev.lock $(ARGS)
	$(LOCK) --group docs -c requirements.lock -c requirements-dev.lock -o requirements-docs.lock $(ARGS)

cookbook: $(SERVER_READY) $(TOOLS_READY)  ## Regenerate the answers and charts in README.md and docs
	$(VENV) -m tests.cookbook
	$(VENV) -m tests.cookbook_charts

screenshots: setup  ## Write screenshots of every page over the sample to docs/img
	$(VENV) -m tests.screenshots

# Stamp files record the last installation or build; a changed lock file or page source makes them outdated.

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "'$(PYTHON)' is not Python 3.11 or later; choose another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

$(SERVER_READY): requirements.lock .venv/.created
	$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(TOOLS_READY): requirements-dev.lock $(SERVER_READY)
	$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(DOCS_READY): requirements-docs.lock .venv/.created
	$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

ui/node_modules/.installed: ui/package.json ui/package-lock.json
	$(NPM) --prefix ui ci
	@touch $@

deploy/federation/node_modules/.installed: deploy/federation/package.json deploy/federation/package-lock.json
	@$(HAS_NODE) || { echo "make supergraph requires Node 20.19 or later with npm" >&2; exit 1; }
	$(NPM) --prefix deploy/federation ci --ignore-scripts
	@touch $@

$(PAGES): ui/node_modules/.installed $(PAGE_SOURCES) docs/cookbook.md schema/schema.graphql
	$(NPM) --prefix ui run build
	@touch $@

$(SITE): $(DOCS_READY) $(SITE_SOURCES)
	$(VENV) -m documentation
	@touch $@
